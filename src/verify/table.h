/* The table, read at one point of its log. verify/'s own. */
#ifndef TR_VERIFY_TABLE_H
#define TR_VERIFY_TABLE_H

#include "record/batch.h"
#include "record/position.h"
#include "verify/image.h"
#include "verify/verify.h"

/* One row; texts live until it returns. */
typedef int tr_verify_row_fn(void *context, const struct tr_verify_image *image,
                             struct tr_diag *diag);

struct tr_verify_table {
    const struct tr_verify_params *params;
    struct tr_verify_names *names; /* learns the columns */
    tr_verify_row_fn *take;        /* one at a time, on the source's threads */
    void *context;
};

/* ret_watermark is the caller's to free. */
int tr_verify_table_read(const struct tr_verify_table *table,
                         struct tr_stored_position **ret_watermark,
                         struct tr_diag *diag) TR_MUSTCHECK;

#endif
