#include "record/batch.h"
#include "record/tally.h"

#include <stdio.h>

#include "support/cmocka.h"

static void put(struct tr_batch *batch, uint16_t mark)
{
    struct tr_message *message = tr_batch_add(batch);
    assert_non_null(message);
    message->tally = mark;
}

static struct tr_tally_row only_row(struct tr_tally *tally)
{
    struct tr_tally_row rows[TR_TALLY_TABLES + 1];

    assert_int_equal(tr_tally_read(tally, rows, TR_COUNT(rows)), 1);
    return rows[0];
}

static void test_what_is_committed_counts(void **state)
{
    struct tr_tally *tally = tr_tally_new();
    struct tr_batch *batch = tr_batch_new(1024, 65536);
    (void)state;

    assert_non_null(tally);
    assert_non_null(batch);
    uint16_t table = tr_tally_table(tally, "public", "t");
    assert_int_equal(tr_tally_table(tally, "public", "t"), table);
    put(batch, tr_tally_mark(table, TR_OP_DELETE));
    put(batch, 0); /* its tombstone */
    put(batch, tr_tally_mark(table, TR_OP_CREATE));
    tr_tally_add(tally, batch);
    assert_int_equal(only_row(tally).counts[TR_TALLY_DELETE], 0);
    tr_tally_drop(tally); /* the run failed, and begins again */
    tr_tally_add(tally, batch);
    tr_tally_commit(tally);
    tr_tally_commit(tally);
    struct tr_tally_row row = only_row(tally);
    assert_string_equal(row.table, "public.t");
    assert_int_equal(row.counts[TR_TALLY_DELETE], 1);
    assert_int_equal(row.counts[TR_TALLY_CREATE], 1);
    assert_int_equal(row.counts[TR_TALLY_UPDATE], 0);
    tr_batch_free(batch);
    tr_tally_free(tally);
}

static void test_operations_have_places_of_their_own(void **state)
{
    static const enum tr_op ops[] = {TR_OP_READ, TR_OP_CREATE, TR_OP_UPDATE, TR_OP_DELETE,
                                     TR_OP_TRUNCATE};
    (void)state;

    for (size_t i = 0; i < TR_COUNT(ops); i++)
        assert_int_equal(tr_tally_mark(8, ops[i]), 8 + TR_TALLY_READ + i);
    assert_int_equal(tr_tally_mark(0, TR_OP_CREATE), 0);
    assert_int_equal(tr_tally_table(NULL, "public", "t"), 0);
}

static void test_too_many_tables_share_one_place(void **state)
{
    struct tr_tally *tally = tr_tally_new();
    struct tr_batch *batch = tr_batch_new(1024, 65536);
    struct tr_tally_row rows[TR_TALLY_TABLES + 1];
    char name[16];
    (void)state;

    assert_non_null(tally);
    assert_non_null(batch);
    for (size_t i = 0; i < TR_TALLY_TABLES + 50; i++) {
        snprintf(name, sizeof name, "t%zu", i);
        put(batch, tr_tally_mark(tr_tally_table(tally, "s", name), TR_OP_READ));
    }
    tr_tally_add(tally, batch);
    tr_tally_commit(tally);
    assert_int_equal(tr_tally_read(tally, rows, TR_COUNT(rows)), TR_TALLY_TABLES + 1);
    assert_string_equal(rows[0].table, "s.t0");
    assert_int_equal(rows[0].counts[TR_TALLY_READ], 1);
    assert_null(rows[TR_TALLY_TABLES].table);
    assert_int_equal(rows[TR_TALLY_TABLES].counts[TR_TALLY_READ], 50);
    tr_batch_free(batch);
    tr_tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_committed_counts),
        cmocka_unit_test(test_operations_have_places_of_their_own),
        cmocka_unit_test(test_too_many_tables_share_one_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
