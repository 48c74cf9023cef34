#include "support/cmocka.h"

#include "worker/offset-store.h"
#include "worker/records.h"

static struct tr_diag diag;

static void assert_kind(const char *key, enum tr_record_kind kind, const char *name,
                        const char *topic)
{
    struct tr_slice found = {0}, written = {0};

    assert_int_equal(tr_record_kind(tr_slice_of(key), &found, &written), kind);
    if (name)
        assert_true(tr_slice_is(found, name));
    if (topic)
        assert_true(tr_slice_is(written, topic));
}

static void test_keys(void **state)
{
    (void)state;
    assert_kind("connector-a-b", TR_RECORD_CONNECTOR, "a-b", NULL);
    assert_kind("target-state-connector-x", TR_RECORD_TARGET, "connector-x", NULL);
    assert_kind("commit-x", TR_RECORD_COMMIT, "x", NULL);
    assert_kind("status-topic-t.u:connector-a:b", TR_RECORD_TOPIC_STATUS, "a:b", "t.u");
    assert_kind("status-topic-:connector-a", TR_RECORD_OTHER, NULL, NULL);
    assert_kind("status-topic-t", TR_RECORD_OTHER, NULL, NULL);
    assert_kind("status-topic-t:connector-", TR_RECORD_OTHER, NULL, NULL);
    assert_kind("connector-", TR_RECORD_OTHER, NULL, NULL);
    assert_kind("tasks-fencing-x", TR_RECORD_OTHER, NULL, NULL);
    assert_kind("task-x-0", TR_RECORD_OTHER, NULL, NULL);
    assert_kind("session-key", TR_RECORD_OTHER, NULL, NULL);
    assert_kind("", TR_RECORD_OTHER, NULL, NULL);
}

static void test_configuration_there_and_back(void **state)
{
    const struct tr_property items[] = {{"name", "n"}, {"x\"y", "\xc3\xa4\n"}, {"null", NULL}};
    const struct tr_properties config = {.items = items, .count = 3};
    struct tr_properties back;
    struct tr_arena arena;
    struct tr_buf value;

    (void)state;
    tr_arena_init(&arena, 1024, 1 << 20);
    tr_buf_init(&value, 1 << 20);
    assert_int_equal(tr_record_write_config(&config, NULL, &value, &diag), 0);
    assert_string_equal(
        tr_buf_string(&value),
        "{\"properties\":{\"name\":\"n\",\"x\\\"y\":\"\xc3\xa4\\n\",\"null\":null}}");
    struct tr_slice json = {tr_buf_string(&value), value.len};
    assert_int_equal(tr_record_read_config(json, &arena, &back, &diag), 0);
    assert_int_equal(back.count, 3);
    assert_string_equal(back.items[1].name, "x\"y");
    assert_string_equal(back.items[1].value, "\xc3\xa4\n");
    assert_null(back.items[2].value);
    tr_buf_reset(&value);
    assert_int_equal(tr_record_write_config(&config, "a.Task", &value, &diag), 0);
    assert_non_null(strstr(tr_buf_string(&value), "\"null\":null,\"task.class\":\"a.Task\"}}"));
    tr_buf_finish(&value);
    tr_arena_finish(&arena);
}

static void test_configurations_of_others(void **state)
{
    static const char *const odd[] = {"",
                                      "x",
                                      "[]",
                                      "{}",
                                      "{\"properties\":1}",
                                      "{\"properties\":{\"a\":{}}}",
                                      "{\"properties\":{\"a\":[1]}}"};
    struct tr_properties config;
    struct tr_arena arena;

    (void)state;
    tr_arena_init(&arena, 1024, 1 << 20);
    for (size_t i = 0; i < TR_COUNT(odd); i++)
        assert_int_equal(tr_record_read_config(tr_slice_of(odd[i]), &arena, &config, &diag), 1);
    assert_int_equal(tr_record_read_config(TR_SLICE("{\"properties\":{\"a\":1,\"b\":true}}"),
                                           &arena, &config, &diag),
                     0);
    assert_string_equal(config.items[0].value, "1");
    assert_string_equal(config.items[1].value, "true");
    tr_arena_finish(&arena);
}

static void test_not_utf8(void **state)
{
    const struct tr_property items[] = {{"x", "\xff"}};
    const struct tr_properties config = {.items = items, .count = 1};
    const struct tr_record_status status = {"FAILED", "w\xe4r", "h:1", "v"};
    struct tr_buf value;

    (void)state;
    tr_buf_init(&value, 1 << 20);
    assert_int_equal(tr_record_write_config(&config, NULL, &value, &diag), -1);
    assert_non_null(strstr(diag.message, "UTF-8"));
    assert_int_equal(tr_record_write_status(&status, &value, &diag), 0);
    assert_string_equal(tr_buf_string(&value),
                        "{\"state\":\"FAILED\",\"trace\":\"w?r\",\"worker_id\":"
                        "\"h:1\",\"generation\":0,\"version\":\"v\"}");
    tr_buf_finish(&value);
}

static void test_targets(void **state)
{
    enum tr_worker_target target;

    (void)state;
    for (int i = TR_TARGET_RUNNING; i <= TR_TARGET_STOPPED; i++) {
        const char *value = tr_record_target((enum tr_worker_target)i);
        assert_int_equal(tr_record_read_target(tr_slice_of(value), &target), 0);
        assert_int_equal(target, i);
    }
    /* as workers before 3.5 wrote it */
    assert_int_equal(tr_record_read_target(TR_SLICE("{\"state\":\"PAUSED\"}"), &target), 0);
    assert_int_equal(target, TR_TARGET_PAUSED);
    assert_int_equal(tr_record_read_target(TR_SLICE("{\"state\":\"ODD\"}"), &target), 1);
    assert_int_equal(tr_record_read_target(TR_SLICE("{\"state\":1}"), &target), 1);
    assert_int_equal(tr_record_read_target(TR_SLICE("nonsense"), &target), 1);
}

static void test_tasks(void **state)
{
    int32_t tasks = -1;

    (void)state;
    assert_int_equal(tr_record_read_tasks(TR_SLICE("{\"tasks\":2}"), &tasks), 0);
    assert_int_equal(tasks, 2);
    assert_int_equal(tr_record_read_tasks(TR_SLICE("{\"tasks\":-2}"), &tasks), 1);
    assert_int_equal(tr_record_read_tasks(TR_SLICE("{\"tasks\":\"2\"}"), &tasks), 1);
    assert_int_equal(tr_record_read_tasks(TR_SLICE("{}"), &tasks), 1);
}

static void test_status_and_topic(void **state)
{
    const struct tr_record_status status = {"RUNNING", NULL, "h:1", "3.6.1.Final"};
    struct tr_buf value;

    (void)state;
    tr_buf_init(&value, 1 << 20);
    assert_int_equal(tr_record_write_status(&status, &value, &diag), 0);
    assert_string_equal(tr_buf_string(&value),
                        "{\"state\":\"RUNNING\",\"trace\":null,\"worker_id\":"
                        "\"h:1\",\"generation\":0,\"version\":"
                        "\"3.6.1.Final\"}");
    tr_buf_reset(&value);
    assert_int_equal(tr_record_write_topic("t", "c", 1700000000123, &value, &diag), 0);
    assert_string_equal(tr_buf_string(&value), "{\"topic\":{\"name\":\"t\",\"connector\":\"c\","
                                               "\"task\":0,\"discoverTimestamp\":1700000000123}}");
    tr_buf_finish(&value);
}

static void test_reset_offsets(void **state)
{
    static const char ours[] =
        "{\"lsn_proc\":9,\"messageType\":\"COMMIT\",\"lsn_commit\":9,\"lsn\":9,\"txId\":1,"
        "\"ts_usec\":2,\"tailrace_pg_system_identifier\":\"7\",\"tailrace_resume_lsn\":9}";
    struct tr_slice left;
    struct tr_arena arena;

    (void)state;
    tr_arena_init(&arena, 1024, 1 << 20);
    assert_int_equal(
        tr_offset_reset(TR_SLICE("{\"file\":\"b.1\",\"pos\":4}"), &arena, &left, &diag), 0);
    assert_null(left.p);
    assert_int_equal(tr_offset_reset((struct tr_slice){NULL, 0}, &arena, &left, &diag), 0);
    assert_null(left.p);
    assert_int_equal(tr_offset_reset(TR_SLICE(ours), &arena, &left, &diag), 0);
    assert_true(tr_slice_is(left, "{\"lsn\":9,\"txId\":1,\"ts_usec\":2,"
                                  "\"tailrace_pg_system_identifier\":\"7\","
                                  "\"tailrace_resume_lsn\":9,\"snapshot\":\"INITIAL\","
                                  "\"snapshot_completed\":false,\"last_snapshot_record\":false,"
                                  "\"tailrace_reset\":true}"));
    tr_arena_finish(&arena);
}

static void test_keys_of_offsets(void **state)
{
    const struct tr_stored_offset stored = {.partition = TR_SLICE("{\"a\":1,\"b\":\"x\"}")};
    struct tr_slice key;
    struct tr_arena arena;

    (void)state;
    tr_arena_init(&arena, 1024, 1 << 20);
    assert_int_equal(
        tr_offset_store_key("c\"d", TR_SLICE("{ \"server\" : \"p\" }"), &arena, &key, &diag), 0);
    assert_true(tr_slice_is(key, "[\"c\\\"d\",{\"server\":\"p\"}]"));
    assert_true(tr_stored_offset_is(&stored, TR_SLICE("{\"b\": \"x\", \"a\": 1}")));
    assert_false(tr_stored_offset_is(&stored, TR_SLICE("{\"a\": 1}")));
    assert_false(tr_stored_offset_is(&stored, TR_SLICE("nonsense")));
    tr_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_configuration_there_and_back),
        cmocka_unit_test(test_configurations_of_others),
        cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_tasks),
        cmocka_unit_test(test_status_and_topic),
        cmocka_unit_test(test_reset_offsets),
        cmocka_unit_test(test_keys_of_offsets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
