#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink/file/file.h"
#include "support/cmocka.h"

struct bed {
    char folder[64], path[96], offsets[96];
    struct tr_worker_options worker;
    struct tr_connector_options options;
    struct tr_log log;
    struct tr_sink_params params;
    struct tr_sink *sink;
    struct tr_found found;
    struct tr_batch *batch;
    struct tr_topic topic;
    struct tr_diag diag;
};

static bool never(void *context)
{
    (void)context;
    return false;
}

static int setup(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);

    assert_non_null(bed);
    snprintf(bed->folder, sizeof bed->folder, "/tmp/test_sink.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    snprintf(bed->path, sizeof bed->path, "%s/out", bed->folder);
    snprintf(bed->offsets, sizeof bed->offsets, "%s/offsets", bed->folder);
    bed->options.sink.kind = TR_SINK_FILE;
    bed->options.sink.path = bed->path;
    bed->options.sink.offsets_path = bed->offsets;
    bed->log = (struct tr_log){.fd = STDERR_FILENO, .level = TR_LOG_ERROR};
    bed->params = (struct tr_sink_params){
        .worker = &bed->worker,
        .options = &bed->options,
        .position_key = TR_SLICE("[\"c\",{\"server\":\"p\"}]"),
        .log = &bed->log,
        .stopping = never,
    };
    bed->topic.name = "t";
    bed->batch = tr_batch_new(4096, 1 << 20);
    assert_int_equal(tr_found_init(&bed->found, &bed->diag), 0);
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    struct bed *bed = *state;
    char command[128];

    tr_sink_free(bed->sink);
    tr_batch_free(bed->batch);
    tr_found_finish(&bed->found);
    snprintf(command, sizeof command, "rm -r %s", bed->folder);
    assert_int_equal(system(command), 0);
    free(bed);
    return 0;
}

static int start(struct bed *bed)
{
    tr_sink_free(bed->sink);
    bed->sink = NULL;
    tr_found_finish(&bed->found);
    assert_int_equal(tr_found_init(&bed->found, &bed->diag), 0);
    assert_int_equal(tr_sink_new(&tr_file_sink, &bed->params, &bed->sink, &bed->diag), 0);
    return tr_sink_start(bed->sink, &bed->found, &bed->diag);
}

static int write_state(struct bed *bed, const char *key, const char *value)
{
    char name[96];

    snprintf(name, sizeof name, "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"%s\"}]", key);
    tr_batch_reset(bed->batch);
    char *copy = tr_arena_strdup(&bed->batch->arena, tr_slice_of(name));
    assert_non_null(copy);
    assert_int_equal(
        tr_batch_state(bed->batch, (struct tr_state){tr_slice_of(copy), tr_slice_of(value)}), 0);
    return tr_sink_write(bed->sink, bed->batch, &bed->diag);
}

static void write_value(struct bed *bed, const char *value)
{
    tr_batch_reset(bed->batch);
    struct tr_message *message = tr_batch_add(bed->batch);
    message->topic = &bed->topic;
    message->value = tr_slice_of(value);
    assert_int_equal(tr_sink_write(bed->sink, bed->batch, &bed->diag), 0);
}

static void commit(struct bed *bed, const char *position)
{
    const struct tr_output *outputs;
    size_t n;

    assert_int_equal(tr_sink_flush(bed->sink, &outputs, &n, &bed->diag), 0);
    assert_int_equal(n, 0);
    assert_int_equal(tr_sink_commit(bed->sink, tr_slice_of(position), &bed->diag), 0);
}

/* The values in the file, in order. */
static void expect_values(const struct bed *bed, const char *values)
{
    char line[4096], all[4096] = "";
    FILE *file = fopen(bed->path, "r");

    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char *value = strstr(line, "\"value\":\"");
        assert_non_null(value);
        strncat(all, value + 9, 1);
    }
    fclose(file);
    assert_string_equal(all, values);
}

static void test_torn_tail_is_cut(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    write_value(bed, "a");
    write_value(bed, "b");
    commit(bed, "{\"lsn\":1}");
    write_value(bed, "c"); /* not committed */
    expect_values(bed, "abc");
    assert_int_equal(start(bed), 0);
    assert_string_equal(tr_buf_string(&bed->found.position), "{\"lsn\":1}");
    expect_values(bed, "ab");
    write_value(bed, "d");
    commit(bed, "{\"lsn\":2}");
    expect_values(bed, "abd");
}

static void test_tail_before_the_first_commit_is_cut(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    write_value(bed, "a");
    assert_int_equal(start(bed), 1);
    expect_values(bed, "");
}

static void test_what_was_there_before_stays(void **state)
{
    struct bed *bed = *state;
    FILE *file = fopen(bed->path, "w");

    fputs("{\"value\":\"x\"}\n", file);
    fclose(file);
    assert_int_equal(start(bed), 1);
    write_value(bed, "a");
    assert_int_equal(start(bed), 1);
    write_value(bed, "b");
    commit(bed, "{}");
    expect_values(bed, "xb");
}

static void test_another_file_is_refused(void **state)
{
    struct bed *bed = *state;
    char other[128];

    assert_int_equal(start(bed), 1);
    write_value(bed, "a");
    commit(bed, "{\"lsn\":1}");
    snprintf(other, sizeof other, "%s.old", bed->path);
    assert_int_equal(rename(bed->path, other), 0);
    assert_int_equal(start(bed), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "is not the file"));
}

static void test_shorter_file_is_refused(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    write_value(bed, "a");
    commit(bed, "{\"lsn\":1}");
    assert_int_equal(truncate(bed->path, 3), 0);
    assert_int_equal(start(bed), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "has 3 bytes"));
}

static void test_second_writer_is_refused(void **state)
{
    struct bed *bed = *state;
    struct tr_sink *second;

    assert_int_equal(start(bed), 1);
    assert_int_equal(tr_sink_new(&tr_file_sink, &bed->params, &second, &bed->diag), 0);
    assert_int_equal(tr_sink_start(second, &bed->found, &bed->diag), -1);
    assert_non_null(strstr(bed->diag.message, "another instance"));
    tr_sink_free(second);
}

static void test_offsets_file_is_required(void **state)
{
    struct bed *bed = *state;
    struct tr_sink *sink;

    bed->options.sink.offsets_path = NULL;
    assert_int_equal(tr_sink_new(&tr_stdout_sink, &bed->params, &sink, &bed->diag), -1);
    assert_int_equal(bed->diag.cls, TR_CONFIG);
}

static void test_null_sink_takes_everything(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(tr_sink_new(&tr_null_sink, &bed->params, &bed->sink, &bed->diag), 0);
    assert_int_equal(tr_sink_start(bed->sink, &bed->found, &bed->diag), 1);
    write_value(bed, "a");
    commit(bed, "{}");
    assert_int_equal(access(bed->path, F_OK), -1);
}

static void test_states_are_as_durable_as_the_position(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(start(bed), 1);
    assert_int_equal(write_state(bed, "a", "{\"state\":\"1\"}"), 0);
    assert_int_equal(write_state(bed, "b", "{\"state\":\"2\"}"), 0);
    commit(bed, "{\"lsn\":1}");
    assert_int_equal(write_state(bed, "a", "{\"state\":\"3\"}"), 0);
    assert_int_equal(write_state(bed, "b", NULL), 0);
    assert_int_equal(start(bed), 0);
    assert_int_equal(tr_states_count(bed->found.states), 2); /* not committed */
    assert_int_equal(write_state(bed, "a", "{\"state\":\"3\"}"), 0);
    assert_int_equal(write_state(bed, "b", NULL), 0);
    commit(bed, "{\"lsn\":2}");
    assert_int_equal(start(bed), 0);
    assert_int_equal(tr_states_count(bed->found.states), 1);
    struct tr_slice found = tr_states_get(
        bed->found.states, "[\"c\",{\"server\":\"p\",\"tailrace_state\":\"a\"}]");
    assert_true(tr_slice_is(found, "{\"state\":\"3\"}"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_states_are_as_durable_as_the_position),
        TEST(test_torn_tail_is_cut),
        TEST(test_tail_before_the_first_commit_is_cut),
        TEST(test_what_was_there_before_stays),
        TEST(test_another_file_is_refused),
        TEST(test_shorter_file_is_refused),
        TEST(test_second_writer_is_refused),
        TEST(test_offsets_file_is_required),
        TEST(test_null_sink_takes_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
