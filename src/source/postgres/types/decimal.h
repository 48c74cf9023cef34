/* What numeric and money share. */
#ifndef TR_SOURCE_POSTGRES_TYPES_DECIMAL_H
#define TR_SOURCE_POSTGRES_TYPES_DECIMAL_H

#include "source/postgres/types/impl.h"

struct tr_pg_decimal_state {
    int32_t scale;    /* -1: none */
    const char *what; /* the type's name, for messages */
};

/* "-1234.50" to a Decimal of the state's scale. */
int tr_pg_decimal_scaled(const struct tr_pg_decimal_state *state, struct tr_slice text,
                         struct tr_arena *scratch, struct tr_value *ret_value,
                         struct tr_diag *diag) TR_MUSTCHECK;

/* Give the mapping its state; NULL: no memory. */
struct tr_pg_decimal_state *tr_pg_decimal_new_state(struct tr_pg_mapping *mapping, int32_t scale,
                                                    const char *what);

/* Map to Decimal; precision 0: the source has none. */
int tr_pg_decimal_map(struct tr_pg_mapping *mapping, int32_t scale, int32_t precision,
                      struct tr_diag *diag) TR_MUSTCHECK;

/* Map to string; the state is there. */
int tr_pg_decimal_map_string(struct tr_pg_mapping *mapping, struct tr_diag *diag) TR_MUSTCHECK;

#endif
