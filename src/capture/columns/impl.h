/* What the files of columns/ share; nobody else includes it. */
#ifndef TR_CAPTURE_COLUMNS_IMPL_H
#define TR_CAPTURE_COLUMNS_IMPL_H

#include <openssl/evp.h>

#include "capture/columns/rules.h"

/* mask.c: have the column's values cut, masked or hashed. md is a hash rule's. */
struct tr_mask {
    const struct tr_column_rule *rule;
    const EVP_MD *md;
    const struct tr_column_facts *facts;
};
int tr_mask_apply(const struct tr_mask *mask, const struct tr_column_place *place,
                  struct tr_plan_column *column, struct tr_diag *diag) TR_MUSTCHECK;

/* Does a rule change the column's values? */
bool tr_mask_concerns(const struct tr_column_rule *rule, const struct tr_column_facts *facts);

/* propagate.c: the type as parameters of the column's schema; <0: no memory. */
int tr_propagate(const struct tr_column_facts *facts, struct tr_arena *arena,
                 struct tr_plan_column *column, struct tr_diag *diag) TR_MUSTCHECK;

/* Give the column a schema of its own that has n parameters more. */
int tr_column_parameters(struct tr_plan_column *column,
                         const struct tr_schema_parameter *parameters, size_t n,
                         struct tr_arena *arena, struct tr_diag *diag) TR_MUSTCHECK;

#endif
