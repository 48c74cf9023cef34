/* One decoded change of one row: cells are slices into the received message. */
#ifndef TR_RECORD_CHANGE_H
#define TR_RECORD_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* The letters are Debezium's "op". */
enum tr_op {
    TR_OP_READ = 'r',
    TR_OP_CREATE = 'c',
    TR_OP_UPDATE = 'u',
    TR_OP_DELETE = 'd',
    TR_OP_TRUNCATE = 't',
};

enum tr_cell_kind {
    TR_CELL_NULL,
    TR_CELL_VALUE,     /* bytes holds it in the source's own form */
    TR_CELL_UNCHANGED, /* the log leaves it out because it did not change (TOAST) */
    TR_CELL_ABSENT,    /* not part of this image (only the key was logged) */
};

struct tr_cell {
    enum tr_cell_kind kind;
    struct tr_slice bytes;
};

struct tr_change {
    enum tr_op op;
    const struct tr_cell *before; /* one for each column of the table; NULL: no old image */
    const struct tr_cell *after;  /* NULL: no new image */
    /* Same in every replay of the change, different from its neighbours': chooses the partition of
     * records without key. */
    uint64_t identity;
};

#endif
