#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "connector/ring.h"
#include "support/cmocka.h"

static void ignore_progress(void *context, const struct tr_progress *progress)
{
    (void)context;
    (void)progress;
}

static struct tr_ring *make(size_t limit)
{
    const struct tr_ring_params params = {.limit = limit, .progress = ignore_progress};
    struct tr_ring *ring;
    struct tr_diag diag;

    assert_int_equal(tr_ring_new(&params, &ring, &diag), 0);
    return ring;
}

static struct tr_batch *filled(struct tr_outlet *outlet, size_t bytes)
{
    struct tr_batch *batch = outlet->impl->take(outlet);
    assert_non_null(batch);
    assert_non_null(tr_arena_alloc(&batch->arena, bytes));
    return batch;
}

static void test_order_and_chains(void **state)
{
    struct tr_ring *ring = make(1 << 30);
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    struct tr_batch *a = filled(outlet, 1), *b = filled(outlet, 1), *c = filled(outlet, 1);

    (void)state;
    a->next = b;
    outlet->impl->put(outlet, a);
    outlet->impl->put(outlet, c);
    assert_ptr_equal(tr_ring_pop(ring), a);
    assert_ptr_equal(tr_ring_pop(ring), b);
    assert_false(tr_ring_empty(ring));
    assert_ptr_equal(tr_ring_pop(ring), c);
    tr_ring_recycle(ring, a);
    tr_ring_recycle(ring, b);
    tr_ring_recycle(ring, c);
    tr_ring_free(ring);
}

static void test_full_ring_gives_nothing_until_a_batch_comes_back(void **state)
{
    struct tr_ring *ring = make(1 << 20);
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    struct tr_batch *batch = filled(outlet, 2 << 20);
    uint64_t news;

    (void)state;
    outlet->impl->put(outlet, batch);
    assert_null(outlet->impl->take(outlet));
    assert_ptr_equal(tr_ring_pop(ring), batch);
    assert_null(outlet->impl->take(outlet)); /* the sink still has it */
    assert_int_equal(read(outlet->fd, &news, sizeof news), -1);
    tr_ring_recycle(ring, batch);
    assert_int_equal(read(outlet->fd, &news, sizeof news), sizeof news);
    batch = outlet->impl->take(outlet);
    assert_non_null(batch);
    outlet->impl->put(outlet, batch);
    tr_ring_free(ring);
}

/* As it does where a batch has states, for example. */
static void test_what_the_sink_puts_into_a_batch_is_not_counted(void **state)
{
    struct tr_ring *ring = make(1 << 20);
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    struct tr_batch *batch = filled(outlet, 1);

    (void)state;
    outlet->impl->put(outlet, batch);
    assert_ptr_equal(tr_ring_pop(ring), batch);
    assert_non_null(tr_arena_alloc(&batch->arena, 1000));
    tr_ring_recycle(ring, batch);
    outlet->impl->put(outlet, filled(outlet, 1));
    tr_ring_free(ring);
}

static void test_close_drains_interrupt_does_not(void **state)
{
    struct tr_ring *ring = make(1 << 30);
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    struct tr_batch *batch = filled(outlet, 1);

    (void)state;
    outlet->impl->put(outlet, batch);
    tr_ring_close(ring);
    assert_ptr_equal(tr_ring_pop(ring), batch);
    assert_null(tr_ring_pop(ring));
    tr_ring_recycle(ring, batch);
    batch = filled(outlet, 1);
    outlet->impl->put(outlet, batch);
    assert_false(outlet->impl->asked(outlet));
    tr_ring_interrupt(ring);
    assert_true(outlet->impl->asked(outlet));
    assert_null(tr_ring_pop(ring));
    tr_ring_free(ring);
}

static void *sink(void *context)
{
    struct tr_ring *ring = context;
    struct tr_batch *batch;
    uint64_t sum = 0;

    while ((batch = tr_ring_pop(ring))) {
        sum += batch->position.token;
        tr_ring_confirm(ring, batch->position.token);
        tr_ring_recycle(ring, batch);
    }
    return (void *)(uintptr_t)sum;
}

static void test_waiting_ends_in_time(void **state)
{
    struct tr_ring *ring = make(1 << 20);
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    int64_t until_us = tr_clock_monotonic_us() + 20000;

    (void)state;
    assert_false(tr_ring_wait(ring, until_us));
    assert_true(tr_clock_monotonic_us() >= until_us);
    assert_true(outlet->impl->hungry(outlet));
    outlet->impl->put(outlet, filled(outlet, 1));
    assert_true(tr_ring_wait(ring, until_us));
    tr_ring_recycle(ring, tr_ring_pop(ring));
    tr_ring_close(ring);
    assert_true(tr_ring_wait(ring, until_us));
    tr_ring_free(ring);
}

/* A sink thread and a source thread, few batches in flight: nothing is lost, all is confirmed. */
static void test_two_threads(void **state)
{
    struct tr_ring *ring = make(2 << 20);
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    pthread_t thread;
    void *sum;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, sink, ring), 0);
    for (uint64_t i = 1; i <= 2000; i++) {
        struct tr_batch *batch = outlet->impl->take_wait(outlet);
        assert_non_null(batch);
        batch->position.token = i;
        assert_non_null(tr_arena_alloc(&batch->arena, 100000));
        outlet->impl->put(outlet, batch);
    }
    tr_ring_close(ring);
    pthread_join(thread, &sum);
    assert_int_equal((uintptr_t)sum, 2000 * 2001 / 2);
    assert_int_equal(outlet->impl->confirmed(outlet), 2000);
    tr_ring_free(ring);
}

static void test_stop_wakes_waiting_readers(void **state)
{
    struct tr_ring *ring = make(1);
    struct tr_outlet *outlet = tr_ring_outlet(ring);

    (void)state;
    outlet->impl->put(outlet, filled(outlet, 1));
    tr_ring_stop(ring);
    assert_null(outlet->impl->take_wait(outlet));
    assert_true(outlet->impl->stopping(outlet));
    assert_false(outlet->impl->asked(outlet));
    tr_ring_free(ring);
}

static void test_the_oldest_change_in_flight(void **state)
{
    struct tr_ring *ring = make(1 << 30);
    struct tr_outlet *outlet = tr_ring_outlet(ring);
    struct tr_batch *a = filled(outlet, 1), *b = filled(outlet, 1), *c = filled(outlet, 1);
    struct tr_ring_usage usage;

    (void)state;
    a->since_us = 10; /* b is a position alone */
    c->since_us = 30;
    a->next = b;
    b->next = c;
    tr_ring_usage(ring, &usage);
    assert_int_equal(usage.since_us, 0);
    assert_int_equal(usage.batches, 0);
    outlet->impl->put(outlet, a);
    tr_ring_usage(ring, &usage);
    assert_int_equal(usage.since_us, 10);
    assert_int_equal(usage.batches, 3);
    assert_true(usage.bytes > 0);
    tr_ring_recycle(ring, tr_ring_pop(ring));
    tr_ring_usage(ring, &usage);
    assert_int_equal(usage.since_us, 10); /* written, but not committed */
    tr_ring_confirm(ring, 1);
    tr_ring_usage(ring, &usage);
    assert_int_equal(usage.since_us, 30);
    assert_int_equal(usage.batches, 2);
    tr_ring_recycle(ring, tr_ring_pop(ring));
    tr_ring_recycle(ring, tr_ring_pop(ring));
    tr_ring_confirm(ring, 2);
    tr_ring_usage(ring, &usage);
    assert_int_equal(usage.since_us, 0);
    assert_int_equal(usage.bytes, 0);
    tr_ring_free(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_chains),
        cmocka_unit_test(test_full_ring_gives_nothing_until_a_batch_comes_back),
        cmocka_unit_test(test_what_the_sink_puts_into_a_batch_is_not_counted),
        cmocka_unit_test(test_close_drains_interrupt_does_not),
        cmocka_unit_test(test_waiting_ends_in_time),
        cmocka_unit_test(test_two_threads),
        cmocka_unit_test(test_stop_wakes_waiting_readers),
        cmocka_unit_test(test_the_oldest_change_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
