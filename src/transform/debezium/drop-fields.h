/* Columns that a header says are to be left out: drop.fields.* of ExtractNewRecordState. */
#ifndef TR_TRANSFORM_DEBEZIUM_DROP_FIELDS_H
#define TR_TRANSFORM_DEBEZIUM_DROP_FIELDS_H

#include "transform/transform-impl.h"

struct tr_drop_fields {
    const char *header; /* NULL: nothing to do */
    bool from_key;
    bool keep_compatible; /* only what is optional */
};

int tr_drop_fields_apply(const struct tr_drop_fields *drop, struct tr_transform_context *context,
                         struct tr_record *record, struct tr_diag *diag) TR_MUSTCHECK;

#endif
