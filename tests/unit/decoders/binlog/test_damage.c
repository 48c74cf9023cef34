/* Events that are cut, changed, too long, unknown or out of place. */
#include "log.h"

#include <zlib.h>

static void mend(unsigned char *event, size_t size, enum tr_binlog_checksum checksum)
{
    log_put(event + 9, size, 4);
    if (checksum)
        log_put(event + size - 4, crc32(0, event, (uInt)(size - 4)), 4);
}

static void read_inside(struct log *log)
{
    struct tr_binlog_row row;
    int result = 0;

    while (result == 0)
        result = tr_binlog_next_row(log->binlog, &row, &log->diag);
    while (result >= 0 && tr_binlog_next_inner(log->binlog, &log->event, &log->diag) == 0)
        while (tr_binlog_next_row(log->binlog, &row, &log->diag) == 0)
            ;
}

#define MAX_EVENTS 128

/* A log's events, and where the transaction of the last one begins. */
struct events {
    struct tr_slice bytes[MAX_EVENTS];
    size_t nevents, transaction;
};

static void replay(struct log *log, const struct events *events, size_t from)
{
    for (size_t i = from; i < events->nevents; i++)
        if (log_decode(log, events->bytes[i]) < 0)
            fail_msg("%s", log->diag.message);
}

static void check_event(const struct events *before, struct tr_slice bytes,
                        enum tr_binlog_checksum checksum)
{
    struct tr_binlog_params params = {0};
    struct log log;

    log_new(&log, &params);
    replay(&log, before, 0);
    for (size_t n = HEADER_SIZE + 4; n < bytes.n; n += n < 400 ? 1 : 97) {
        unsigned char *cut = malloc(n);
        assert_non_null(cut);
        memcpy(cut, bytes.p, n);
        mend(cut, n, checksum);
        replay(&log, before, before->transaction);
        if (log_decode(&log, (struct tr_slice){(char *)cut, n}) == 0)
            read_inside(&log);
        free(cut);
    }
    log_close(&log);
}

/* Each event of a log at every shorter length, with a size and checksum that fit: refused, or (an
 * optional part is gone, or a text is shorter) taken; a sanitizer sees a step beyond its end. */
static void check_cuts(const char *name, enum tr_binlog_checksum checksum)
{
    enum { GTID = 33, ANONYMOUS_GTID = 34, MARIADB_GTID = 162 };
    struct events before = {.nevents = 0};
    struct tr_slice bytes;
    struct log log;

    log_open(&log, name);
    while (log_take(&log, &bytes)) {
        unsigned type = (unsigned char)bytes.p[4];
        if (type == GTID || type == ANONYMOUS_GTID || type == MARIADB_GTID)
            before.transaction = before.nevents;
        check_event(&before, bytes, checksum);
        assert_true(before.nevents < MAX_EVENTS);
        before.bytes[before.nevents++] = bytes;
    }
    log_close(&log);
}

static void test_cut(void **state)
{
    (void)state;
    check_cuts("mysql-types", TR_BINLOG_CHECKSUM_CRC32);
    check_cuts("mysql-json-tags", TR_BINLOG_CHECKSUM_CRC32);
    check_cuts("mysql-compressed", TR_BINLOG_CHECKSUM_CRC32);
    check_cuts("mysql-minimal", TR_BINLOG_CHECKSUM_NONE);
    check_cuts("mariadb-10-compressed", TR_BINLOG_CHECKSUM_CRC32);
    check_cuts("mariadb-11-statements", TR_BINLOG_CHECKSUM_CRC32);
}

/* Any bit of any event. */
static void test_checksums(void **state)
{
    struct tr_slice bytes;
    struct log log;
    (void)state;

    log_open(&log, "mysql-transactions");
    while (log_take(&log, &bytes)) {
        for (size_t i = 0; i < bytes.n; i += 1 + bytes.n / 40) {
            char *changed = malloc(bytes.n);
            assert_non_null(changed);
            memcpy(changed, bytes.p, bytes.n);
            changed[i] ^= 4;
            log_assert_refused(&log, log_decode(&log, (struct tr_slice){changed, bytes.n}), "");
            free(changed);
        }
        assert_int_equal(log_decode(&log, bytes), 0);
    }
    log_close(&log);
}

/* The server marks the file that it writes to after it has computed the checksum. */
static void test_file_in_use(void **state)
{
    struct tr_slice bytes;
    struct log log;
    (void)state;

    log_open(&log, "mysql-types");
    assert_true(log_take(&log, &bytes));
    ((char *)bytes.p)[17] |= TR_BINLOG_FLAG_IN_USE;
    assert_int_equal(log_decode(&log, bytes), 0);
    assert_int_equal(log.event.header.flags, TR_BINLOG_FLAG_IN_USE);
    ((char *)bytes.p)[18] ^= 1;
    log_assert_refused(&log, log_decode(&log, bytes), "checksum");
    log_close(&log);
}

static void test_messages_name_the_place(void **state)
{
    struct tr_slice bytes;
    struct log log;
    (void)state;

    log_open(&log, "mysql-dump");
    while (log.event.kind != TR_BINLOG_XID)
        assert_true(log_next(&log));
    uint32_t next = log.event.header.next;
    char place[64];
    snprintf(place, sizeof place, "event of type 33 at binlog.000001:%u ", next);
    assert_true(log_take(&log, &bytes)); /* the next GTID, or the ROTATE */
    snprintf(place, sizeof place, "event of type %u at binlog.000001:%u ",
             (unsigned)(unsigned char)bytes.p[4], next);
    ((char *)bytes.p)[bytes.n - 1] ^= 1;
    log_assert_refused(&log, log_decode(&log, bytes), place);
    log_close(&log);
}

static void test_sizes(void **state)
{
    struct tr_slice bytes;
    struct log log;
    (void)state;

    log_open(&log, "mysql-minimal");
    assert_true(log_take(&log, &bytes));
    log_assert_refused(&log, log_decode(&log, (struct tr_slice){bytes.p, 18}), "too short");
    log_assert_refused(&log, log_decode(&log, (struct tr_slice){"", 0}), "too short");
    log_assert_refused(&log, log_decode(&log, (struct tr_slice){bytes.p, bytes.n - 1}), "says");
    assert_int_equal(log_decode(&log, bytes), 0);
    log_refuse(&log, 16, "0500000000000000 00", "1 bytes left over");
    log_refuse(&log, 16, "05000000000000", "is cut off");
    log_close(&log);
}

static void test_unknown_types(void **state)
{
    static const unsigned char unknown[] = {0, 1, 7, 20, 21, 22, 43, 100, 159, 172, 255};
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    for (size_t i = 0; i < sizeof unknown; i++) {
        log_refuse(&log, unknown[i], "0102", "a type that tailrace doesn't know");
        assert_int_equal(log_send(&log, unknown[i], TR_BINLOG_FLAG_IGNORABLE, "0102"), 0);
        assert_int_equal(log.event.kind, TR_BINLOG_IGNORABLE);
        assert_hex(log.event.bytes, "0102");
    }
    log_accept(&log, 28, "0102");
    assert_int_equal(log.event.kind, TR_BINLOG_IGNORABLE);
    log_close(&log);
}

static void test_format_comes_first(void **state)
{
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_new(&log, &params);
    log_accept(&log, 4, "0400000000000000 62");
    log_refuse(&log, 16, "0500000000000000", "at b:4 stands in front of");
    log_close(&log);
}

/* Versions without checksums, another format, an algorithm from the future. */
static void test_bad_formats(void **state)
{
    static const struct {
        const char *version;
        unsigned number, header, checksum;
        const char *wrong;
    } formats[] = {
        {"5.6.1", 4, 19, 1, NULL},
        {"5.5.68-MariaDB", 4, 19, 1, NULL},
        {"5.5.62", 4, 19, 0, "by server version '5.5.62'"},
        {"", 4, 19, 0, "by server version ''"},
        {"4.1.0", 3, 19, 0, "of format 3"},
        {"9.7.0", 4, 20, 0, "headers of 20 bytes"},
        {"9.7.0", 4, 19, 2, "unknown checksum algorithm 2"},
    };
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_new(&log, &params);
    for (size_t i = 0; i < TR_COUNT(formats); i++) {
        unsigned char event[HEADER_SIZE + 57 + 40 + 5] = {[4] = 15};
        log_put(event + HEADER_SIZE, formats[i].number, 2);
        memcpy(event + HEADER_SIZE + 2, formats[i].version, strlen(formats[i].version));
        event[HEADER_SIZE + 56] = (unsigned char)formats[i].header;
        event[sizeof event - 5] = (unsigned char)formats[i].checksum;
        mend(event, sizeof event, TR_BINLOG_CHECKSUM_CRC32);
        int result = log_decode(&log, (struct tr_slice){(char *)event, sizeof event});
        if (formats[i].wrong)
            log_assert_refused(&log, result, formats[i].wrong);
        else
            assert_int_equal(result, 0);
    }
    log_close(&log);
}

/* MariaDB's dump decrypts and sends the event all the same; a file doesn't. */
static void test_encrypted_file(void **state)
{
    struct tr_binlog_params params = {0};
    struct log log;
    (void)state;

    log_begin(&log, &params);
    log_accept(&log, 164, "01 01000000 000102030405060708090a0b");
    assert_int_equal(log.event.kind, TR_BINLOG_IGNORABLE);
    log_accept(&log, 3, "");
    log_refuse(&log, 99, "0102", "this binlog is encrypted");
    log_close(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_checksums),
        cmocka_unit_test(test_file_in_use),
        cmocka_unit_test(test_messages_name_the_place),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_unknown_types),
        cmocka_unit_test(test_format_comes_first),
        cmocka_unit_test(test_bad_formats),
        cmocka_unit_test(test_encrypted_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
