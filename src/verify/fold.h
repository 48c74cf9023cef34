/* The topic's images, folded to one state for each key, beside the table's. verify/'s own. */
#ifndef TR_VERIFY_FOLD_H
#define TR_VERIFY_FOLD_H

#include "verify/spill.h"
#include "verify/verify.h"

/* The hashes of keys. */
struct tr_verify_keys {
    uint64_t *items; /* sorted, once they are complete */
    size_t count, room;
    bool too_many; /* to be kept */
};

void tr_verify_keys_finish(struct tr_verify_keys *keys);
/* Once they are complete. */
void tr_verify_keys_sort(struct tr_verify_keys *keys);
bool tr_verify_keys_have(const struct tr_verify_keys *keys, struct tr_slice key);

struct tr_verify_fold {
    struct tr_verify_spill *table, *topic;
    /* By partition: what stands behind is from after the table was begun to be read, or perhaps. */
    const int64_t *settled;
    int32_t partitions;
    const struct tr_verify_names *names;
    struct tr_verify_keys *ret_keys; /* that differ */
    struct tr_verdict *ret_verdict;
};

/* Compare everything. */
int tr_verify_fold(const struct tr_verify_fold *fold, struct tr_diag *diag) TR_MUSTCHECK;

#endif
