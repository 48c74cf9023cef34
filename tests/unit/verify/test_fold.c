#include "verify/fold.h"

#include <stdio.h>

#include "support/cmocka.h"

/* Rows and records of two columns, a and b. */
struct stage {
    struct tr_verify_spill table, topic;
    struct tr_verify_names names;
    struct tr_verify_keys keys;
    struct tr_verdict verdict;
    struct tr_verify_name named[2];
    int64_t settled[2];
    int64_t offset, timestamp_ms;
    int32_t partition;
};

static uint64_t hash(const char *text)
{
    return tr_verify_hash(text, strlen(text));
}

static struct stage *set_up(void)
{
    static struct stage stage;

    stage = (struct stage){.settled = {100, 100}};
    stage.named[0] = (struct tr_verify_name){hash("a"), "a"};
    stage.named[1] = (struct tr_verify_name){hash("b"), "b"};
    stage.names.items = stage.named;
    stage.names.count = 2;
    tr_verify_spill_init(&stage.table);
    tr_verify_spill_init(&stage.topic);
    tr_arena_init(&stage.verdict.arena, 4096, 1 << 20);
    return &stage;
}

static void tear_down(struct stage *stage)
{
    tr_verify_spill_finish(&stage->table);
    tr_verify_spill_finish(&stage->topic);
    tr_verify_keys_finish(&stage->keys);
    tr_verdict_finish(&stage->verdict);
}

static uint64_t value_of(const char *text)
{
    return strcmp(text, "?") == 0 ? TR_VERIFY_UNAVAILABLE : hash(text);
}

/* key NULL: emptied; a NULL: gone; b NULL: there is no such column yet */
static void put(struct stage *stage, struct tr_verify_spill *spill, const char *key,
                const char *const *values)
{
    const struct tr_verify_field fields[] = {
        {hash("a"), values[0] ? value_of(values[0]) : 0},
        {hash("b"), values[1] ? value_of(values[1]) : 0},
    };
    struct tr_verify_image image = {
        .kind = !key         ? TR_VERIFY_EMPTIED
                : !values[0] ? TR_VERIFY_GONE
                             : TR_VERIFY_ROW,
        .partition = stage->partition,
        .offset = stage->offset++,
        .timestamp_ms = stage->timestamp_ms,
        .fields = fields,
        .nfields = values[0] ? (values[1] ? 2 : 1) : 0,
    };
    struct tr_diag diag;

    if (key)
        image.key = tr_slice_of(key);
    assert_int_equal(tr_verify_spill_put(spill, &image, &diag), 0);
}

#define ROW(key, ...)    put(stage, &stage->table, key, (const char *[]){__VA_ARGS__})
#define RECORD(key, ...) put(stage, &stage->topic, key, (const char *[]){__VA_ARGS__})
#define GONE             NULL, NULL

static int fold(struct stage *stage, struct tr_diag *diag)
{
    const struct tr_verify_fold params = {
        .table = &stage->table,
        .topic = &stage->topic,
        .settled = stage->settled,
        .partitions = 2,
        .names = &stage->names,
        .ret_keys = &stage->keys,
        .ret_verdict = &stage->verdict,
    };
    return tr_verify_fold(&params, diag);
}

static void assert_found(struct stage *stage, uint64_t missing, uint64_t extra, uint64_t changed)
{
    struct tr_diag diag;

    assert_int_equal(fold(stage, &diag), 0);
    assert_int_equal(stage->verdict.differing[TR_VERIFY_MISSING], missing);
    assert_int_equal(stage->verdict.differing[TR_VERIFY_EXTRA], extra);
    assert_int_equal(stage->verdict.differing[TR_VERIFY_CHANGED], changed);
    assert_int_equal(stage->keys.count, missing + extra + changed);
    assert_int_equal(tr_verdict_equal(&stage->verdict), !(missing + extra + changed));
    tear_down(stage);
}

static void test_newest_counts(void **state)
{
    struct stage *stage = set_up();

    (void)state;
    ROW("1", "x", "y");
    RECORD("1", "old", "y");
    RECORD("1", "x", "y");
    RECORD("2", "x", "y");
    RECORD("2", GONE);
    RECORD("3", GONE);
    assert_found(stage, 0, 0, 0);
}

static void test_differences(void **state)
{
    struct stage *stage = set_up();
    struct tr_diag diag;

    (void)state;
    ROW("1", "x", "y");
    ROW("2", "x", "y");
    ROW("4", "x", "y");
    RECORD("1", "x", "z");
    RECORD("3", "x", "z");
    RECORD("4", "x", "y");
    RECORD("4", GONE);
    assert_int_equal(fold(stage, &diag), 0);
    assert_int_equal(stage->verdict.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct tr_verify_key *key = &stage->verdict.named[i];
        assert_int_equal(key->difference, *key->key == '1'   ? TR_VERIFY_CHANGED
                                          : *key->key == '3' ? TR_VERIFY_EXTRA
                                                             : TR_VERIFY_MISSING);
        assert_int_equal(key->columns.count, *key->key == '1');
        if (key->columns.count)
            assert_string_equal(key->columns.items[0], "b");
        assert_true(tr_verify_keys_have(&stage->keys, tr_slice_of(key->key)));
    }
    assert_false(tr_verify_keys_have(&stage->keys, TR_SLICE("5")));
    tear_down(stage);
}

/* A column of later is null before, and one of then is nobody's. */
static void test_columns_come_and_go(void **state)
{
    struct stage *stage = set_up();

    (void)state;
    ROW("1", "x", "null");
    RECORD("1", "x", NULL);
    ROW("2", "x", NULL);
    RECORD("2", "x", "y");
    ROW("3", "x", "y");
    RECORD("3", "x", NULL);
    assert_found(stage, 0, 0, 1);
}

static void test_unavailable(void **state)
{
    struct stage *stage = set_up();

    (void)state;
    ROW("1", "x", "y");
    RECORD("1", "w", "y");
    RECORD("1", "x", "?");
    RECORD("1", "x", "?");
    ROW("2", "x", "y"); /* nothing to look it up in */
    RECORD("2", "x", "y");
    RECORD("2", GONE);
    RECORD("2", "x", "?");
    assert_found(stage, 0, 0, 1);
}

/* One of the states that may have been those of the watermark. */
static void test_moving(void **state)
{
    struct stage *stage = set_up();

    (void)state;
    ROW("before", "1", "y");
    ROW("between", "2", "y");
    ROW("behind", "3", "y");
    ROW("never", "4", "y");
    RECORD("before", "1", "y");
    RECORD("between", "1", "y");
    RECORD("behind", "1", "y");
    RECORD("never", "4", "y"); /* it was, but not at the watermark */
    RECORD("never", "1", "y");
    RECORD("deleted", "1", "y");
    stage->offset = 100;
    RECORD("before", "2", "y");
    RECORD("between", "2", "y");
    RECORD("between", "3", "y");
    RECORD("behind", "3", "y");
    RECORD("never", "2", "y");
    RECORD("deleted", GONE);
    RECORD("deleted", "2", "y");
    RECORD("new", "1", "y");
    assert_found(stage, 0, 0, 1);
}

static void test_emptied(void **state)
{
    struct stage *stage = set_up();

    (void)state;
    ROW("2", "x", "y");
    ROW("3", "x", "y");
    RECORD("1", "x", "y");
    RECORD(NULL, GONE);
    RECORD("2", "x", "y");
    RECORD("3", "x", "y");
    stage->offset = 200;
    RECORD(NULL, GONE); /* behind the watermark, or not */
    assert_found(stage, 0, 0, 0);
}

/* A topic with more partitions than before: what was written last counts. */
static void test_other_partition(void **state)
{
    struct stage *stage = set_up();

    (void)state;
    ROW("1", "new", "y");
    stage->partition = 1;
    stage->timestamp_ms = 2000;
    RECORD("1", "new", "y");
    stage->partition = 0;
    stage->timestamp_ms = 1000;
    RECORD("1", "old", "y");
    assert_found(stage, 0, 0, 0);
}

static void test_one_key_for_two_rows(void **state)
{
    struct stage *stage = set_up();
    struct tr_diag diag;

    (void)state;
    ROW("7", "x", "y");
    ROW("7", "x", "y");
    assert_int_equal(fold(stage, &diag), -1);
    assert_non_null(strstr(diag.message, "the key 7"));
    tear_down(stage);
}

/* More keys than places, in all buckets; the first hundred are named. */
static void test_many(void **state)
{
    struct stage *stage = set_up();
    char key[32];
    struct tr_diag diag;

    (void)state;
    stage->settled[0] = INT64_MAX;
    for (int i = 0; i < 200000; i++) {
        snprintf(key, sizeof key, "{\"id\":%d}", i);
        if (i % 1000)
            RECORD(key, "x", "y");
        ROW(key, "x", "y");
    }
    assert_int_equal(fold(stage, &diag), 0);
    assert_int_equal(stage->verdict.differing[TR_VERIFY_MISSING], 200);
    assert_int_equal(stage->verdict.count, TR_VERIFY_NAMED);
    assert_int_equal(stage->keys.count, 200);
    assert_true(tr_verify_keys_have(&stage->keys, TR_SLICE("{\"id\":3000}")));
    assert_false(tr_verify_keys_have(&stage->keys, TR_SLICE("{\"id\":3001}")));
    tear_down(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newest_counts),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_columns_come_and_go),
        cmocka_unit_test(test_unavailable),
        cmocka_unit_test(test_moving),
        cmocka_unit_test(test_emptied),
        cmocka_unit_test(test_other_partition),
        cmocka_unit_test(test_one_key_for_two_rows),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
