/* What comes compressed: transactions, and MariaDB's events and columns. */
#include "log.h"

#include <zlib.h>
#include <zstd.h>

#define PAYLOAD 40

/* Bytes that are put together piece by piece. */
struct bytes {
    unsigned char *p;
    size_t n, size;
};

static void put(struct bytes *bytes, const void *p, size_t n)
{
    if (bytes->n + n > bytes->size) {
        bytes->size = 2 * (bytes->n + n);
        bytes->p = realloc(bytes->p, bytes->size);
        assert_non_null(bytes->p);
    }
    memcpy(bytes->p + bytes->n, p, n);
    bytes->n += n;
}

/* A header in front of n bytes. */
static void put_header(struct bytes *bytes, unsigned type, size_t n)
{
    unsigned char header[HEADER_SIZE] = {[4] = (unsigned char)type};

    log_put(header + 9, HEADER_SIZE + n, 4);
    put(bytes, header, sizeof header);
}

static void put_event(struct bytes *bytes, unsigned type, const char *body)
{
    struct tr_slice slice = log_hex(body);

    put_header(bytes, type, slice.n);
    put(bytes, slice.p, slice.n);
    free((char *)slice.p);
}

/* A TRANSACTION_PAYLOAD: compression 0 or 255, and the size that it announces. */
static int send_payload(struct log *log, struct bytes inner, unsigned compression, uint64_t size)
{
    enum { COMPRESSION = 3, SIZE = 8, PAYLOAD_SIZE = 19 };
    unsigned char fields[] = {2, 3, 252, 0, 0,   3, 9, 254, 0, 0, 0, 0, 0, 0,
                              0, 0, 1,   9, 254, 0, 0, 0,   0, 0, 0, 0, 0, 0};
    struct bytes event = {0};
    size_t bound = ZSTD_compressBound(inner.n);
    void *payload = malloc(bound);

    assert_non_null(payload);
    fields[COMPRESSION] = (unsigned char)compression;
    log_put(fields + SIZE, size, 8);
    memcpy(payload, inner.p, compression == TR_BINLOG_ZSTD ? 0 : inner.n);
    size_t n = compression == TR_BINLOG_ZSTD ? ZSTD_compress(payload, bound, inner.p, inner.n, 1)
                                             : inner.n;
    log_put(fields + PAYLOAD_SIZE, n, 8);
    put_header(&event, PAYLOAD, sizeof fields + n);
    put(&event, fields, sizeof fields);
    put(&event, payload, n);
    int result = log_decode(log, (struct tr_slice){(char *)event.p, event.n});
    free(event.p);
    free(payload);
    return result;
}

static void begin(struct log *log, size_t max_event)
{
    struct tr_binlog_params params = {.max_event = max_event};

    log_begin(log, &params);
}

static int next_inner(struct log *log)
{
    return tr_binlog_next_inner(log->binlog, &log->event, &log->diag);
}

static void test_recorded(void **state)
{
    struct tr_binlog_row row;
    uint32_t number = 0;
    struct log log;
    (void)state;

    log_open(&log, "mysql-compressed");
    struct tr_binlog_payload *payload = &log_find(&log, TR_BINLOG_PAYLOAD)->payload;
    assert_int_equal(payload->compression, TR_BINLOG_ZSTD);
    assert_true(payload->compressed_size < payload->size);
    assert_int_equal(next_inner(&log), 0);
    assert_int_equal(log.event.kind, TR_BINLOG_QUERY);
    assert_true(tr_slice_is(log.event.query.text, "BEGIN"));
    while (log.event.kind != TR_BINLOG_XID) {
        assert_int_equal(next_inner(&log), 0);
        while (log.event.kind == TR_BINLOG_ROWS && log_row(&log, &row)) {
            number++;
            assert_int_equal((unsigned char)row.after[1].bytes.p[0], number % 256);
        }
    }
    assert_int_equal(number, 300);
    assert_int_equal(next_inner(&log), TR_BINLOG_END);
    assert_int_equal(next_inner(&log), TR_BINLOG_END);
    log_close(&log);
}

static void test_uncompressed(void **state)
{
    struct bytes inner = {0};
    struct log log;
    (void)state;

    begin(&log, 0);
    put_event(&inner, 29, "00 53514c");
    put_event(&inner, 16, "0500000000000000");
    assert_int_equal(send_payload(&log, inner, TR_BINLOG_UNCOMPRESSED, 0), 0);
    assert_int_equal(log.event.payload.size, inner.n);
    assert_int_equal(next_inner(&log), 0);
    assert_true(tr_slice_is(log.event.bytes, "SQL"));
    assert_int_equal(next_inner(&log), 0);
    assert_int_equal(log.event.xid, 5);
    assert_int_equal(next_inner(&log), TR_BINLOG_END);
    inner.n--;
    assert_int_equal(send_payload(&log, inner, TR_BINLOG_UNCOMPRESSED, 0), 0);
    assert_int_equal(next_inner(&log), 0);
    log_assert_refused(&log, next_inner(&log), "ends inside of an event");
    free(inner.p);
    log_close(&log);
}

/* 300 MB from a packet of some kB, of which one event at a time is in memory. */
static void test_memory_is_bounded(void **state)
{
    const size_t event_size = 1 << 20;
    const int nevents = 300;
    struct bytes inner = {0};
    char *text = calloc(1, event_size);
    struct log log;
    (void)state;

    assert_non_null(text);
    begin(&log, 2 * event_size);
    for (int i = 0; i < nevents; i++) {
        put_header(&inner, 29, event_size);
        put(&inner, text, event_size);
    }
    assert_int_equal(send_payload(&log, inner, TR_BINLOG_ZSTD, inner.n), 0);
    for (int i = 0; i < nevents; i++) {
        assert_int_equal(next_inner(&log), 0);
        assert_int_equal(log.event.bytes.n, event_size - 1);
        assert_true(tr_binlog_memory(log.binlog) < 16 * event_size);
    }
    assert_int_equal(next_inner(&log), TR_BINLOG_END);
    log_accept(&log, 3, "");
    assert_true(tr_binlog_memory(log.binlog) < 4 * event_size);
    free(inner.p);
    free(text);
    log_close(&log);
}

static void refuse_payload(struct log *log, struct bytes inner, uint64_t size, const char *part)
{
    int result = 0;

    assert_int_equal(send_payload(log, inner, TR_BINLOG_ZSTD, size), 0);
    while (result == 0)
        result = next_inner(log);
    log_assert_refused(log, result, part);
    assert_int_equal(next_inner(log), TR_BINLOG_END);
}

static void test_bad_payloads(void **state)
{
    struct bytes inner = {0}, nested = {0}, large = {0};
    struct log log;
    (void)state;

    begin(&log, 1000);
    put_event(&inner, 16, "0500000000000000");
    refuse_payload(&log, inner, inner.n - 1, "more than the 26 bytes that it announces");
    refuse_payload(&log, inner, inner.n + 1, "holds 27 bytes and announces 28");
    inner.n--;
    refuse_payload(&log, inner, 0, "ends inside of an event");
    inner.n = 5;
    refuse_payload(&log, inner, 0, "too short for a header");
    put_event(&nested, PAYLOAD, "00");
    refuse_payload(&log, nested, 0, "where none belongs");
    put_header(&large, 29, 1000);
    refuse_payload(&log, large, 0, "an event of 1019 bytes, and the limit is 1000");
    log_accept(&log, PAYLOAD, "020100 010104 00 28b52ffd");
    log_assert_refused(&log, next_inner(&log), "is cut off");
    log_accept(&log, PAYLOAD, "020100 010108 00 ffffffffffffffff");
    log_assert_refused(&log, next_inner(&log), "doesn't decompress");
    log_refuse(&log, PAYLOAD, "020101 00", "compressed in the unknown way 1");
    log_refuse(&log, PAYLOAD, "020100 01fc0900 00 00", "is cut off");
    log_refuse(&log, PAYLOAD, "020100", "is cut off");
    free(inner.p);
    free(nested.p);
    free(large.p);
    log_close(&log);
}

static void check_mariadb(const char *name)
{
    struct tr_binlog_row row;
    struct log log;

    log_open(&log, name);
    while (!tr_slice_is(log_find(&log, TR_BINLOG_TABLE)->table->name, "comp"))
        ;
    log_find(&log, TR_BINLOG_ROWS);
    assert_true(log_row(&log, &row));
    assert_int_equal(row.after[1].bytes.n, 3000); /* REPEAT('abc', 1000) */
    assert_memory_equal(row.after[1].bytes.p + 2997, "abc", 3);
    assert_int_equal(row.after[2].bytes.n, 1800); /* REPEAT('é', 900) */
    assert_true(tr_slice_is(row.after[3].bytes, "short"));
    assert_int_equal(row.after[4].bytes.n, 1000);
    assert_cell(&row.after[5], "01000000");
    assert_true(log_row(&log, &row));
    assert_cell(&row.after[1], "");
    assert_int_equal(row.after[3].kind, TR_CELL_NULL);
    log_find(&log, TR_BINLOG_ROWS);
    log_find(&log, TR_BINLOG_ROWS); /* with zlib's own header: column_compression_zlib_wrap */
    assert_true(log_row(&log, &row));
    assert_int_equal(row.before[1].bytes.n, 3000);
    assert_memory_equal(row.before[1].bytes.p + 2997, "abc", 3);
    assert_int_equal(row.after[1].bytes.n, 6000);
    assert_memory_equal(row.after[1].bytes.p + 5997, "xyz", 3);
    log_close(&log);
}

static void test_compressed_columns(void **state)
{
    (void)state;
    check_mariadb("mariadb-10-compressed");
    check_mariadb("mariadb-11-compressed");
}

/* log_bin_compress: rows that are inserted, updated and deleted, and a long CREATE TABLE. */
static void test_compressed_events(void **state)
{
    static const unsigned types[] = {167, 166, 167, 168};
    struct tr_binlog_row row;
    struct log log;
    (void)state;

    log_open(&log, "mariadb-10-compressed");
    for (size_t i = 0; i < TR_COUNT(types); i++) {
        while (log_find(&log, TR_BINLOG_ROWS)->header.type != types[i])
            ;
        assert_true(log.event.rows.size > log.event.header.size - HEADER_SIZE);
        assert_true(log_row(&log, &row));
        assert_cell(&(row.after ? row.after : row.before)[0], i == 0 ? "32000000" : "04000000");
    }
    log_close(&log);
    log_open(&log, "mariadb-10-compressed");
    while (log_find(&log, TR_BINLOG_QUERY)->header.type != 165)
        ;
    assert_int_equal(memcmp(log.event.query.text.p, "CREATE TABLE cq", 15), 0);
    assert_int_equal(log.event.query.text.p[log.event.query.text.n - 1], ')');
    log_close(&log);
}

/* Nobody's header is believed: 2 GiB in a few bytes, and sizes that don't come out. */
static void test_bad_compression(void **state)
{
#define ROWS "070000000000 0000 0200 01 01 "
    struct tr_binlog_params params = {.max_event = 1 << 20};
    struct tr_binlog_row row;
    struct log log;
    (void)state;

    log_begin(&log, &params);
    log_accept(&log, 19, "070000000000 0000 01 7300 01 7400 01 8c 01 02 01");
    log_refuse(&log, 169, ROWS "84 7fffffff 789c", "announces 2147483647 bytes in 2");
    log_refuse(&log, 169, ROWS "82 ffff 789c", "announces 65535 bytes in 2");
    log_refuse(&log, 169, ROWS "91 05 789c", "unknown way 0x91");
    log_refuse(&log, 169, ROWS "80 789c", "unknown way 0x80");
    log_refuse(&log, 169, ROWS "81 05 789c", "doesn't decompress");
    log_refuse(&log, 169, ROWS "81 02 789c 4b04000062 0062", "doesn't decompress");
    log_refuse(&log, 169, ROWS "81", "is cut off");
    log_accept(&log, 169, ROWS "81 01 789c 6300000001 0001"); /* one byte, no cell */
    log_assert_refused(&log, tr_binlog_next_row(log.binlog, &row, &log.diag), "is cut off");
    log_accept(&log, 30, ROWS "00 0400 93000000");
    log_assert_refused(&log, tr_binlog_next_row(log.binlog, &row, &log.diag), "form 0x93");
    log_accept(&log, 30, ROWS "00 0300 82ffff");
    log_assert_refused(&log, tr_binlog_next_row(log.binlog, &row, &log.diag), "announces 65535");
    log_accept(&log, 30, ROWS "00 0200 82ff");
    log_assert_refused(&log, tr_binlog_next_row(log.binlog, &row, &log.diag), "form 0x82");
    log_close(&log);
#undef ROWS
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded),           cmocka_unit_test(test_uncompressed),
        cmocka_unit_test(test_memory_is_bounded),  cmocka_unit_test(test_bad_payloads),
        cmocka_unit_test(test_compressed_columns), cmocka_unit_test(test_compressed_events),
        cmocka_unit_test(test_bad_compression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
