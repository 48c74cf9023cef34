/* Images on their way to be compared, in temporary files by the hash of their keys. verify/'s own.
 */
#ifndef TR_VERIFY_SPILL_H
#define TR_VERIFY_SPILL_H

#include <stdio.h>

#include "verify/image.h"

#define TR_VERIFY_BUCKETS 128

struct tr_verify_spill {
    FILE *files[TR_VERIFY_BUCKETS]; /* NULL: nothing in it */
    struct tr_arena arena;          /* of the image that is read */
};

void tr_verify_spill_init(struct tr_verify_spill *spill);
void tr_verify_spill_finish(struct tr_verify_spill *spill);

/* Append to the key's bucket; what has no key, to all of them. */
int tr_verify_spill_put(struct tr_verify_spill *spill, const struct tr_verify_image *image,
                        struct tr_diag *diag) TR_MUSTCHECK;

/* Give back what is in a bucket, in its order; take returns 0, or what ends the reading. */
int tr_verify_spill_each(struct tr_verify_spill *spill, size_t bucket,
                         int (*take)(void *context, const struct tr_verify_image *image),
                         void *context, struct tr_diag *diag) TR_MUSTCHECK;

#endif
