/* What tests of stored snapshots work at: states as the last start found them, and a batch that
 * stores new ones. */
#ifndef TR_TESTS_UNIT_SNAPSHOT_BENCH_H
#define TR_TESTS_UNIT_SNAPSHOT_BENCH_H

#include <stdlib.h>

#include "snapshot/onward.h"
#include "snapshot/rest.h"
#include "support/cmocka.h"

struct bench {
    struct tr_connector_options options;
    struct tr_states *states;
    struct tr_batch *batch;
    struct tr_arena arena;
    struct tr_diag diag;
    struct tr_rest rest;
    struct tr_onward onward;
};

static inline int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    bench->states = tr_states_new();
    bench->batch = tr_batch_new(4096, 1 << 20);
    tr_arena_init(&bench->arena, 1024, 1 << 20);
    assert_true(bench->states && bench->batch);
    bench->onward = (struct tr_onward){.options = &bench->options, .states = bench->states};
    *state = bench;
    return 0;
}

static inline int tear_down(void **state)
{
    struct bench *bench = *state;

    tr_states_free(bench->states);
    tr_batch_free(bench->batch);
    tr_arena_finish(&bench->arena);
    free(bench);
    return 0;
}

/* What the batch stores becomes what the next start finds. */
static inline void commit(struct bench *bench)
{
    for (size_t i = 0; i < bench->batch->nstates; i++)
        assert_int_equal(tr_states_set(bench->states, bench->batch->states[i], &bench->diag), 0);
    tr_batch_reset(bench->batch);
}

#endif
