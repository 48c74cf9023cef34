/* Events of recorded logs, and of hand where no server would write one to order. */
#include "log.h"

#define UUID_SIZE 16

struct expectation {
    const char *name;
    size_t nevents, nrows; /* of a payload: what is inside counts too */
};

static void count_rows(struct log *log, size_t *nrows)
{
    struct tr_binlog_row row;

    while (log_row(log, &row))
        ++*nrows;
}

static void count_payload(struct log *log, size_t *nevents, size_t *nrows)
{
    int result;

    while ((result = tr_binlog_next_inner(log->binlog, &log->event, &log->diag)) == 0) {
        ++*nevents;
        count_rows(log, nrows);
    }
    if (result < 0)
        fail_msg("%s", log->diag.message);
}

/* The numbers of rows are those of the statements that were run. */
static void test_recorded_logs(void **state)
{
    static const struct expectation expectations[] = {
        {"mariadb-10-compressed", 87, 39},
        {"mariadb-10-dump", 31, 3},
        {"mariadb-10-statements", 46, 1},
        {"mariadb-10-transactions", 62, 12},
        {"mariadb-10-types", 41, 8},
        {"mariadb-11-compressed", 94, 40},
        {"mariadb-11-dump", 31, 3},
        {"mariadb-11-statements", 46, 1},
        {"mariadb-11-transactions", 62, 12},
        {"mariadb-11-types", 41, 8},
        {"mysql-compressed", 37, 304},
        {"mysql-dump", 31, 3},
        {"mysql-dump-none", 28, 3},
        {"mysql-dump-v2", 31, 3},
        {"mysql-json-tags", 81, 12},
        {"mysql-minimal", 40, 8},
        {"mysql-statements", 41, 0},
        {"mysql-transactions", 71, 12},
        {"mysql-types", 47, 8},
    };
    (void)state;

    for (size_t i = 0; i < TR_COUNT(expectations); i++) {
        size_t nevents = 0, nrows = 0;
        struct log log;
        log_open(&log, expectations[i].name);
        while (log_next(&log)) {
            nevents++;
            count_rows(&log, &nrows);
            if (log.event.kind == TR_BINLOG_PAYLOAD)
                count_payload(&log, &nevents, &nrows);
        }
        if (nevents != expectations[i].nevents || nrows != expectations[i].nrows)
            fail_msg("%s: %zu events with %zu rows", expectations[i].name, nevents, nrows);
        log_close(&log);
    }
}

static void test_format(void **state)
{
    struct log log;
    (void)state;

    log_open(&log, "mysql-types");
    assert_true(log_next(&log));
    assert_int_equal(log.event.kind, TR_BINLOG_FORMAT);
    assert_true(tr_slice_is(log.event.format.server_version, "9.7.4-2"));
    assert_int_equal(log.event.format.checksum, TR_BINLOG_CHECKSUM_CRC32);
    assert_true(log_next(&log));
    assert_int_equal(log.event.kind, TR_BINLOG_PREVIOUS_GTIDS);
    assert_true(log.event.bytes.n >= 8);
    log_close(&log);
}

/* The server turned checksums off and on again; each artificial ROTATE still has the old way. */
static void check_dump(const char *name, unsigned heartbeat)
{
    static const enum tr_binlog_checksum checksums[] = {1, 0, 1};
    struct log log;
    uint64_t end = 0;

    log_open(&log, name);
    for (size_t i = 0; i < TR_COUNT(checksums); i++) {
        char file[32];
        snprintf(file, sizeof file, "binlog.%06zu", i + 1);
        struct tr_binlog_event *event = log_find(&log, TR_BINLOG_ROTATE);
        if (!(event->header.flags & TR_BINLOG_FLAG_ARTIFICIAL)) /* the end of the file before */
            event = log_find(&log, TR_BINLOG_ROTATE);
        assert_int_equal(event->header.flags, TR_BINLOG_FLAG_ARTIFICIAL);
        assert_true(tr_slice_is(event->rotate.file, file));
        assert_int_equal(event->rotate.position, 4);
        event = log_find(&log, TR_BINLOG_FORMAT);
        assert_int_equal(event->format.checksum, checksums[i]);
        assert_int_equal(event->format.created != 0, i == 0);
    }
    while (log_next(&log) && log.event.kind != TR_BINLOG_HEARTBEAT)
        end = log.event.header.next;
    assert_int_equal(log.event.header.type, heartbeat);
    assert_true(tr_slice_is(log.event.rotate.file, "binlog.000003"));
    assert_int_equal(log.event.rotate.position, end);
    log_close(&log);
}

static void test_dumps(void **state)
{
    (void)state;
    check_dump("mysql-dump", 27);
    check_dump("mysql-dump-v2", 41);
    check_dump("mariadb-10-dump", 27);
    check_dump("mariadb-11-dump", 27);
}

static void test_mysql_gtids(void **state)
{
    static const unsigned char uuid[UUID_SIZE] = {0xaa, 0xaa, 0xaa, 0xaa, 0xbb, 0xbb, 0xcc, 0xcc,
                                                  0xdd, 0xdd, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee};
    struct tr_binlog_gtid *gtid;
    struct log log;
    (void)state;

    log_open(&log, "mysql-json-tags");
    gtid = &log_find(&log, TR_BINLOG_GTID)->gtid;
    uint64_t number = gtid->number;
    assert_int_equal(gtid->tag.n, 0);
    assert_false(gtid->anonymous);
    assert_true(gtid->may_have_statements); /* a CREATE TABLE */
    assert_true(gtid->immediate_commit_us > UINT64_C(1700000000000000));
    assert_true(gtid->original_commit_us == gtid->immediate_commit_us);
    assert_int_equal(gtid->immediate_version, 90704);
    assert_int_equal(log_find(&log, TR_BINLOG_GTID)->gtid.number, number + 1);
    while (log_find(&log, TR_BINLOG_GTID)->header.type != 42)
        ;
    gtid = &log.event.gtid;
    assert_true(tr_slice_is(gtid->tag, "mytag"));
    assert_int_equal(gtid->number, 1);
    assert_false(gtid->may_have_statements);
    gtid = &log_find(&log, TR_BINLOG_GTID)->gtid;
    assert_true(tr_slice_is(gtid->tag, "a_very_long_tag_of_32_characters"));
    assert_memory_equal(gtid->uuid, uuid, UUID_SIZE);
    assert_int_equal(gtid->number, 77);
    assert_true(gtid->sequence_number > gtid->last_committed && gtid->last_committed >= 0);
    assert_true(gtid->immediate_commit_us > UINT64_C(1700000000000000));
    assert_true(gtid->original_commit_us == gtid->immediate_commit_us);
    assert_int_equal(gtid->original_version, 90704);
    log_close(&log);
    log_open(&log, "mysql-minimal");
    gtid = &log_find(&log, TR_BINLOG_GTID)->gtid;
    assert_true(gtid->anonymous);
    assert_int_equal(gtid->number, 0);
    log_close(&log);
}

/* From 5.6, from a replica that is two versions behind, and with the ticket of a commit group. */
static void test_other_gtids(void **state)
{
#define START                                                                                      \
    "00"                                                                                           \
    "00112233445566778899aabbccddeeff"                                                             \
    "0500000000000000"
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    log_accept(&log, 33, START);
    assert_int_equal(log.event.gtid.last_committed, -1);
    assert_int_equal(log.event.gtid.immediate_commit_us, 0);
    log_accept(&log, 33,
               START " 0201000000000000000200000000000000 01000000000080 02000000000000 fc2c01 "
                     "50620180 38610100 0700000000000000");
    assert_int_equal(log.event.gtid.last_committed, 1);
    assert_int_equal(log.event.gtid.sequence_number, 2);
    assert_int_equal(log.event.gtid.immediate_commit_us, 1);
    assert_int_equal(log.event.gtid.original_commit_us, 2);
    assert_int_equal(log.event.gtid.transaction_size, 300);
    assert_int_equal(log.event.gtid.immediate_version, 90704);
    assert_int_equal(log.event.gtid.original_version, 90424);
    assert_int_equal(log.event.gtid.group_ticket, 7);
    log_refuse(&log, 33, "00 00112233445566778899aabbccddeeff 0000000000000000",
               "impossible transaction number");
    log_close(&log);
#undef START
}

/* Fields of the format that servers leave out, or will add. */
static void test_tagged_fields(void **state)
{
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    /* number 5 (signed: twice that; and twice again for its length) */
    log_accept(&log, 42, "020a00 0414");
    assert_int_equal(log.event.gtid.number, 5);
    assert_int_equal(log.event.gtid.original_version, 0);
    /* last committed -1, size 2^63 in nine bytes, and an unknown field 12 that may be ignored */
    log_accept(&log, 42, "022c10 0414 0802 10ff0000000000000080 18ffffffff");
    assert_int_equal(log.event.gtid.last_committed, -1);
    assert_true(log.event.gtid.transaction_size == UINT64_C(1) << 63);
    /* what a replica writes of a source of another version */
    log_accept(&log, 42, "021e00 0414 0c06 0e0a 1206 140a 160e");
    assert_int_equal(log.event.gtid.immediate_commit_us, 3);
    assert_int_equal(log.event.gtid.original_commit_us, 5);
    assert_int_equal(log.event.gtid.immediate_version, 3);
    assert_int_equal(log.event.gtid.original_version, 5);
    assert_int_equal(log.event.gtid.group_ticket, 7);
    log_refuse(&log, 42, "020a1a 0414", "13 fields, of which tailrace knows 12");
    log_refuse(&log, 42, "040a00 0414", "has format 2");
    log_refuse(&log, 42, "020e00 0414 0000", "in disorder");
    log_refuse(&log, 42, "021000 0414", "is cut off");
    log_refuse(&log, 42, "020a00 04ff", "is cut off");
    log_close(&log);
}

static void test_mariadb_gtids(void **state)
{
    struct tr_binlog_mariadb_gtid *gtid;
    struct log log;
    (void)state;

    log_open(&log, "mariadb-11-statements");
    assert_int_equal(log_find(&log, TR_BINLOG_MARIADB_GTID_LIST)->gtid_list.count, 0);
    gtid = &log_find(&log, TR_BINLOG_MARIADB_GTID)->mariadb_gtid;
    assert_int_equal(gtid->domain, 0);
    assert_int_equal(gtid->server, 1);
    assert_int_equal(gtid->number, 1);
    assert_true(gtid->thread_id > 0);
    while (!(gtid->extra_flags & TR_BINLOG_MARIADB_START_ALTER))
        gtid = &log_find(&log, TR_BINLOG_MARIADB_GTID)->mariadb_gtid;
    uint64_t start = gtid->number;
    gtid = &log_find(&log, TR_BINLOG_MARIADB_GTID)->mariadb_gtid;
    assert_true(gtid->extra_flags & TR_BINLOG_MARIADB_COMMIT_ALTER);
    assert_int_equal(gtid->alter_sequence, start);
    assert_true(gtid->flags & TR_BINLOG_MARIADB_STANDALONE);
    assert_true(gtid->flags & TR_BINLOG_MARIADB_DDL);
    gtid = &log_find(&log, TR_BINLOG_MARIADB_GTID)->mariadb_gtid;
    assert_int_equal(gtid->domain, 7);
    assert_false(gtid->flags & TR_BINLOG_MARIADB_STANDALONE);
    log_close(&log);

    log_open(&log, "mariadb-10-dump");
    while (log_find(&log, TR_BINLOG_MARIADB_GTID_LIST)->gtid_list.count == 0)
        ;
    struct tr_binlog_gtid_list_entry entry = tr_binlog_gtid_list_at(&log.event.gtid_list, 0);
    assert_int_equal(entry.domain, 0);
    assert_int_equal(entry.server, 1);
    assert_int_equal(entry.number, 1);
    log_close(&log);
}

static void test_mariadb_group_commit(void **state)
{
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    log_accept(&log, 162, "0900000000000000 07000000 02 0b00000000000000 00");
    assert_int_equal(log.event.mariadb_gtid.commit_id, 11);
    assert_int_equal(log.event.mariadb_gtid.extra_flags, 0);
    log_accept(&log, 162, "0900000000000000 07000000 0c 01 02 00000000");
    assert_int_equal(log.event.mariadb_gtid.extra_engines, 2);
    log_refuse(&log, 162, "0900000000000000 07000000 0c 08 01", "is cut off");
    log_refuse(&log, 163, "02000000 00000000000000000000000000000000", "is cut off");
    log_accept(&log, 161, "03000000 616263");
    assert_true(tr_slice_is(log.event.bytes, "abc"));
    log_close(&log);
}

/* PREPARE, COMMIT; ONE PHASE; PREPARE, ROLLBACK. */
static void test_xa(void **state)
{
    struct log log;
    (void)state;

    log_open(&log, "mysql-transactions");
    struct tr_binlog_prepare *prepare = &log_find(&log, TR_BINLOG_XA_PREPARE)->prepare;
    assert_false(prepare->one_phase);
    assert_int_equal(prepare->xa.format, 7);
    assert_true(tr_slice_is(prepare->xa.global, "g"));
    assert_true(tr_slice_is(prepare->xa.branch, "b"));
    prepare = &log_find(&log, TR_BINLOG_XA_PREPARE)->prepare;
    assert_true(prepare->one_phase);
    assert_true(tr_slice_is(prepare->xa.global, "one"));
    assert_int_equal(prepare->xa.branch.n, 0);
    log_close(&log);

    log_open(&log, "mariadb-10-transactions");
    while (!(log_find(&log, TR_BINLOG_MARIADB_GTID)->mariadb_gtid.flags &
             TR_BINLOG_MARIADB_XA_PREPARE))
        ;
    assert_true(tr_slice_is(log.event.mariadb_gtid.xa.global, "g"));
    assert_true(tr_slice_is(log_find(&log, TR_BINLOG_XA_PREPARE)->prepare.xa.branch, "b"));
    log_find(&log, TR_BINLOG_MARIADB_GTID);
    assert_true(log.event.mariadb_gtid.flags & TR_BINLOG_MARIADB_XA_COMPLETED);
    assert_int_equal(log.event.mariadb_gtid.xa.format, 7);
    log_close(&log);
}

static void check_statements(const char *name, bool mariadb)
{
    struct log log;

    log_open(&log, name);
    assert_int_equal(log_find(&log, TR_BINLOG_CONTEXT)->header.type, 14); /* @v */
    log_find(&log, TR_BINLOG_QUERY);
    assert_true(tr_slice_is(log.event.query.schema, "d"));
    assert_true(tr_slice_is(log.event.query.text, "INSERT INTO x VALUES(@v,'v')"));
    assert_int_equal(log.event.query.client_charset, mariadb ? log.event.query.client_charset : 45);
    assert_int_equal(log_find(&log, TR_BINLOG_CONTEXT)->header.type, 13); /* RAND */
    assert_int_equal(log_find(&log, TR_BINLOG_CONTEXT)->header.type, 5);  /* AUTO_INCREMENT */
    assert_int_equal(log_find(&log, TR_BINLOG_LOAD)->header.type, 17);
    assert_int_equal(log_find(&log, TR_BINLOG_LOAD)->header.type, 18);
    while (log_find(&log, TR_BINLOG_QUERY)->query.microseconds != 123456)
        ;
    assert_int_equal(log.event.header.timestamp, 1700000000);
    assert_true(tr_slice_is(log.event.query.time_zone, "+02:00"));
    while (log_find(&log, TR_BINLOG_QUERY)->query.xid == 0)
        ; /* an atomic DDL has one */
    log_close(&log);
}

static void test_statements(void **state)
{
    (void)state;
    check_statements("mysql-statements", false);
    check_statements("mariadb-10-statements", true);
    check_statements("mariadb-11-statements", true);
}

/* Every variable that a server knows, and one that none does, behind which nothing counts. */
static void test_variables(void **state)
{
#define VARIABLES                                                                                  \
    "0001000000"                                                                                   \
    "010200000000000000"                                                                           \
    "020373746400"                                                                                 \
    "0301000200"                                                                                   \
    "042d002e000800"                                                                               \
    "0503555443"                                                                                   \
    "0603737464"                                                                                   \
    "070100"                                                                                       \
    "08ff00"                                                                                       \
    "090000000000000000"                                                                           \
    "0a00000000"                                                                                   \
    "0b01750168"                                                                                   \
    "0c02610062"                                                                                   \
    "00"                                                                                           \
    "0d400000"                                                                                     \
    "1000"                                                                                         \
    "110900000000000000"                                                                           \
    "12ff00"                                                                                       \
    "1300"                                                                                         \
    "1400"                                                                                         \
    "1500"
    struct tr_binlog_params params = {0};
    struct tr_binlog_query *query;
    struct log log;
    (void)state;

    log_begin(&log, &params);
    log_accept(&log, 2, "05000000 06000000 01 0700 6100 " VARIABLES " 6400 53514c");
    query = &log.event.query;
    assert_int_equal(query->thread_id, 5);
    assert_int_equal(query->seconds, 6);
    assert_int_equal(query->error, 7);
    assert_int_equal(query->options, 1);
    assert_int_equal(query->sql_mode, 2);
    assert_int_equal(query->client_charset, 45);
    assert_int_equal(query->connection_collation, 46);
    assert_int_equal(query->server_collation, 8);
    assert_int_equal(query->database_collation, 255);
    assert_true(tr_slice_is(query->time_zone, "UTC"));
    assert_int_equal(query->microseconds, 64);
    assert_int_equal(query->xid, 9);
    assert_int_equal(query->nupdated, 2);
    assert_true(tr_slice_equal(query->updated, (struct tr_slice){"a\0b", 4}));
    assert_true(tr_slice_is(query->schema, "d"));
    assert_true(tr_slice_is(query->text, "SQL"));
    /* MariaDB's, 254 schemas, and an unknown one */
    log_accept(&log, 2,
               "00000000 00000000 00 0000 2800 0cfe 80410000 82040100000000 000000 8201 "
               "83012d002e00 810700000000000000 ff110900000000 00 53514c");
    assert_int_equal(log.event.query.nupdated, 0);
    assert_int_equal(log.event.query.microseconds, 65);
    assert_int_equal(log.event.query.xid, 7);
    log_refuse(&log, 2, "00000000 00000000 00 0000 0200 0100 00 53514c", "is cut off");
    log_close(&log);
#undef VARIABLES
}

static void test_small_events(void **state)
{
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    log_accept(&log, 26, "0100 03 6c6f73");
    assert_int_equal(log.event.kind, TR_BINLOG_INCIDENT);
    assert_int_equal(log.event.incident.number, 1);
    assert_true(tr_slice_is(log.event.incident.message, "los"));
    log_accept(&log, 3, "");
    assert_int_equal(log.event.kind, TR_BINLOG_STOP);
    log_accept(&log, 37, "00");
    assert_int_equal(log.event.kind, TR_BINLOG_GROUP);
    log_accept(&log, 29, "03 53514c");
    assert_int_equal(log.event.kind, TR_BINLOG_ROWS_QUERY);
    assert_true(tr_slice_is(log.event.bytes, "SQL"));
    /* beyond 4 GiB: MariaDB's way, and with fields that the future may bring MySQL's */
    log_accept(&log, 27, "0000000001000000 616263");
    assert_true(log.event.rotate.position == UINT64_C(1) << 32);
    assert_true(tr_slice_is(log.event.rotate.file, "abc"));
    log_accept(&log, 41, "0103616263 0902ffff 0209fe0000000001000000 00");
    assert_true(log.event.rotate.position == UINT64_C(1) << 32);
    assert_true(tr_slice_is(log.event.rotate.file, "abc"));
    log_refuse(&log, 38, "00 01000000 41000000 00000000", "names an XA transaction");
    log_refuse(&log, 4, "0400000000000000", "no possible file name");
    log_close(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded_logs),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_dumps),
        cmocka_unit_test(test_mysql_gtids),
        cmocka_unit_test(test_other_gtids),
        cmocka_unit_test(test_tagged_fields),
        cmocka_unit_test(test_mariadb_gtids),
        cmocka_unit_test(test_mariadb_group_commit),
        cmocka_unit_test(test_xa),
        cmocka_unit_test(test_statements),
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_small_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
