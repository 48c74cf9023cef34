#include "source/mysql/position.h"

#include <stdio.h>

#include "source/source.h"
#include "support/cmocka.h"

#define A "11111111-1111-1111-1111-111111111111"

static struct tr_mysql_position read_json(const char *json, bool mariadb)
{
    struct tr_stored_position *stored;
    struct tr_mysql_position position;
    struct tr_diag diag;

    assert_int_equal(tr_stored_position_parse(tr_slice_of(json), &stored, &diag), 0);
    assert_int_equal(tr_mysql_position_read(stored, mariadb, &position, &diag), 0);
    tr_stored_position_free(stored);
    return position;
}

static void assert_written(const struct tr_mysql_position *position, const char *expected)
{
    struct tr_batch *batch = tr_batch_new(4096, 1 << 20);
    char json[2048];
    struct tr_diag diag;

    assert_non_null(batch);
    assert_int_equal(tr_mysql_position_write(batch, position, NULL, &diag), 0);
    assert_true(batch->boundary);
    snprintf(json, sizeof json, "{%.*s}", (int)batch->position.json.n, batch->position.json.p);
    assert_string_equal(json, expected);
    tr_batch_free(batch);
}

#define STREAM                                                                                     \
    "{\"ts_sec\":17,\"file\":\"binlog.000003\",\"pos\":5000000000,\"gtids\":\"" A                  \
    ":1-3:5\",\"server_id\":7,\"tailrace_mysql_format\":1,\"tailrace_server_uuid\":\"" A           \
    "\",\"tailrace_server_id\":7}"

static void test_round_trip(void **state)
{
    (void)state;
    struct tr_mysql_position position = read_json(STREAM, false);
    assert_int_equal(position.stage, TR_MYSQL_STREAM);
    assert_false(position.foreign);
    assert_true(position.has_gtids);
    assert_true(position.place.pos == 5000000000);
    assert_string_equal(position.identity.uuid, A);
    assert_written(&position, STREAM);
    position.stage = TR_MYSQL_INTENT;
    position.has_gtids = false;
    position.place.file[0] = '\0';
    assert_written(&position, "{\"ts_sec\":17,\"server_id\":7,\"snapshot\":\"INITIAL\","
                              "\"snapshot_completed\":false,\"tailrace_mysql_format\":1,"
                              "\"tailrace_server_uuid\":\"" A "\",\"tailrace_server_id\":7,"
                              "\"tailrace_intent\":true}");
    tr_mysql_position_finish(&position);
}

static void test_inside_a_transaction(void **state)
{
#define BY_GTID                                                                                    \
    "{\"ts_sec\":17,\"file\":\"binlog.000003\",\"pos\":500,\"gtids\":\"" A                         \
    ":1-3\",\"server_id\":7,\"tailrace_mysql_format\":1,\"tailrace_server_uuid\":\"" A             \
    "\",\"tailrace_server_id\":7,\"tailrace_partial\":12,\"tailrace_partial_gtid\":\"" A ":4\"}"
    struct tr_stored_position *stored;
    struct tr_mysql_position position = read_json(BY_GTID, false), broken;
    struct tr_diag diag;
    (void)state;

    assert_true(position.partial.any);
    assert_int_equal(position.partial.rows, 12);
    assert_string_equal(position.partial.gtid, A ":4");
    assert_int_equal(position.skip_events, 0);
    assert_written(&position, BY_GTID);
    position.partial.gtid[0] = '\0';
    position.partial.begin = (struct tr_mysql_coordinates){.file = "binlog.000003", .pos = 500};
    position.partial.in_debezium = true;
    position.partial.events = 3;
    position.partial.event_rows = 2;
    position.has_gtids = false;
    assert_written(&position,
                   "{\"ts_sec\":17,\"file\":\"binlog.000003\",\"pos\":500,\"row\":2,"
                   "\"server_id\":7,"
                   "\"event\":3,\"tailrace_mysql_format\":1,\"tailrace_server_uuid\":\"" A
                   "\",\"tailrace_server_id\":7,\"tailrace_partial\":12,\"tailrace_partial_file\":"
                   "\"binlog.000003\",\"tailrace_partial_pos\":500}");
    tr_mysql_position_finish(&position);
    assert_int_equal(tr_stored_position_parse(TR_SLICE("{\"file\":\"b.1\",\"pos\":4,"
                                                       "\"tailrace_server_id\":7,"
                                                       "\"tailrace_partial\":12}"),
                                              &stored, &diag),
                     0);
    assert_int_equal(tr_mysql_position_read(stored, false, &broken, &diag), -1);
    assert_non_null(strstr(diag.message, "tailrace_partial_gtid"));
    tr_mysql_position_finish(&broken);
    tr_stored_position_free(stored);
}

static void test_debezium(void **state)
{
    (void)state;
    struct tr_mysql_position position = read_json(
        "{\"transaction_id\":null,\"ts_sec\":1,\"file\":\"maria-bin.000001\",\"pos\":2077,"
        "\"gtids\":\"0-3502-8\",\"row\":2,\"server_id\":3502,\"event\":4}",
        true);
    assert_true(position.foreign);
    assert_int_equal(position.stage, TR_MYSQL_STREAM);
    assert_int_equal(position.skip_events, 4);
    assert_int_equal(position.skip_rows, 2);
    assert_true(position.has_gtids);
    tr_mysql_position_finish(&position);
}

static void test_stages(void **state)
{
    (void)state;
    struct tr_mysql_position position;
    struct tr_diag diag;

    assert_int_equal(tr_mysql_position_read(NULL, false, &position, &diag), 0);
    assert_int_equal(position.stage, TR_MYSQL_NOTHING);
    position = read_json("{\"file\":\"b.000001\",\"pos\":4,\"tailrace_server_id\":1,"
                         "\"tailrace_intent\":true}",
                         false);
    assert_int_equal(position.stage, TR_MYSQL_INTENT);
    tr_mysql_position_finish(&position);
    position = read_json("{\"file\":\"b.000001\",\"pos\":4,\"tailrace_server_id\":1,"
                         "\"snapshot\":\"INITIAL\",\"snapshot_completed\":false}",
                         false);
    assert_int_equal(position.stage, TR_MYSQL_SNAPSHOT);
    tr_mysql_position_finish(&position);
}

static void assert_refused(const char *json, const char *message)
{
    struct tr_stored_position *stored;
    struct tr_mysql_position position;
    struct tr_diag diag;

    assert_int_equal(tr_stored_position_parse(tr_slice_of(json), &stored, &diag), 0);
    assert_int_equal(tr_mysql_position_read(stored, false, &position, &diag), -1);
    assert_non_null(strstr(diag.message, message));
    tr_stored_position_free(stored);
    tr_mysql_position_finish(&position);
}

static void test_refused(void **state)
{
    (void)state;
    assert_refused("{\"ts_sec\":1}", "neither file and pos nor gtids");
    assert_refused("{\"file\":\"b.1\",\"gtids\":\"0-1-2\"}", "gtids of the stored position");
    assert_refused("{\"file\":\"b.1\",\"tailrace_mysql_format\":2}", "newer tailrace");
}

static int compare(const char *a, uint64_t a_pos, const char *b, uint64_t b_pos)
{
    struct tr_mysql_coordinates left = {.pos = a_pos}, right = {.pos = b_pos};

    snprintf(left.file, sizeof left.file, "%s", a);
    snprintf(right.file, sizeof right.file, "%s", b);
    return tr_mysql_coordinates_compare(&left, &right);
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(compare("b.000009", 4, "b.000010", 4), -1);
    assert_int_equal(compare("b.999999", 4, "b.1000000", 4), -1);
    assert_int_equal(compare("b.000002", 4, "b.000002", 4), 0);
    assert_int_equal(compare("b.000002", 5000000000, "b.000002", 4), 1);
    assert_int_equal(compare("", 0, "b.000001", 4), -1);
}

/* A position that doesn't reach another one says how far it is. */
static void assert_reached(const char *committed, const char *mark, int expected, const char *words)
{
    struct tr_stored_position *there, *here;
    struct tr_diag diag = {.message = ""};

    assert_int_equal(tr_stored_position_parse(tr_slice_of(committed), &there, &diag), 0);
    assert_int_equal(tr_stored_position_parse(tr_slice_of(mark), &here, &diag), 0);
    assert_int_equal(tr_mysql_position_reached(there, here, false, &diag), expected);
    assert_non_null(strstr(diag.message, words));
    tr_stored_position_free(there);
    tr_stored_position_free(here);
}

#define AT(pos, id)                                                                                \
    "{\"file\":\"b.000002\",\"pos\":" pos ",\"tailrace_server_id\":" id                            \
    ",\"tailrace_mysql_format\":1}"

static void test_reached(void **state)
{
    (void)state;
    assert_reached(AT("4", "7"), AT("4", "7"), 0, "");
    assert_reached(AT("4", "7"), AT("5", "7"), TR_SOURCE_BEHIND, "b.000002:4, which is before");
    assert_reached(AT("4", "7"), AT("4", "8"), -1, "another server");
    assert_reached("{\"gtids\":\"" A ":1-9\"}", "{\"gtids\":\"" A ":1-9\"}", 0, "");
    assert_reached("{\"gtids\":\"" A ":1-7\"}", "{\"gtids\":\"" A ":1-9\"}", TR_SOURCE_BEHIND,
                   "2 transactions are missing");
    assert_reached("{\"file\":\"b.000001\",\"pos\":4,\"snapshot\":\"INITIAL\","
                   "\"snapshot_completed\":false}",
                   AT("4", "7"), TR_SOURCE_BEHIND, "isn't finished");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_debezium),
        cmocka_unit_test(test_inside_a_transaction),
        cmocka_unit_test(test_stages),     cmocka_unit_test(test_refused),
        cmocka_unit_test(test_order),      cmocka_unit_test(test_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
