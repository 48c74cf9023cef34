/* Whether offsets that somebody wants to set can be right. worker/'s own. */
#ifndef TR_WORKER_OFFSET_JUDGE_H
#define TR_WORKER_OFFSET_JUDGE_H

#include "config/plugin.h"
#include "worker/worker.h"

/* >0: TR_WORKER_REFUSED. plugin may be NULL: a class that is not ours. */
int tr_offsets_judge(const struct tr_plugin *plugin, const struct tr_worker_offset *offsets,
                     size_t count, struct tr_diag *diag) TR_MUSTCHECK;

#endif
