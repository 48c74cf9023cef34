/* Binlogs to test with: recorded ones of real servers, which are the fuzzer's corpus too (their
 * first byte is odd if they begin in the middle of checksums, as a dump does), and single events
 * written down by hand. */
#ifndef TR_TESTS_UNIT_DECODERS_BINLOG_LOG_H
#define TR_TESTS_UNIT_DECODERS_BINLOG_LOG_H

#include "binlog/binlog.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/cmocka.h"
#include "support/hex.h"

/* The build says where the tests are. */
#ifndef TR_TESTS
#define TR_TESTS "tests"
#endif

#define MAGIC_SIZE  4
#define HEADER_SIZE 19

struct log {
    struct tr_binlog *binlog;
    struct tr_slice file; /* with its magic number */
    size_t at;
    char *copy; /* of the last event, in a block of its size */
    struct tr_binlog_event event;
    struct tr_diag diag;
};

static inline struct tr_slice log_file(const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/fuzz/corpus/binlog/%s.binlog", TR_TESTS, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s can't be read", path);
    char *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    size_t n = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    assert_in_range(n, MAGIC_SIZE + HEADER_SIZE, (1 << 20) - 1);
    return (struct tr_slice){bytes, n};
}

static inline void log_new(struct log *log, const struct tr_binlog_params *params)
{
    *log = (struct log){.diag = {.message = ""}};
    assert_int_equal(tr_binlog_new(params, &log->binlog, &log->diag), 0);
}

static inline void log_open(struct log *log, const char *name)
{
    struct tr_slice file = log_file(name);
    struct tr_binlog_params params = {.checksum = file.p[0] & 1};

    log_new(log, &params);
    log->file = file;
    log->at = MAGIC_SIZE;
}

static inline void log_close(struct log *log)
{
    tr_binlog_free(log->binlog);
    free(log->copy);
    free((char *)log->file.p);
}

/* The next event's bytes; false: no more. */
static inline bool log_take(struct log *log, struct tr_slice *ret_bytes)
{
    struct tr_slice left = {log->file.p + log->at, log->file.n - log->at};
    uint32_t size;

    *ret_bytes = (struct tr_slice){0};
    if (left.n == 0)
        return false;
    assert_true(left.n >= HEADER_SIZE);
    memcpy(&size, left.p + 9, sizeof size);
    assert_in_range(size, HEADER_SIZE, left.n);
    log->at += size;
    *ret_bytes = (struct tr_slice){left.p, size};
    return true;
}

static inline int log_decode(struct log *log, struct tr_slice bytes)
{
    free(log->copy);
    log->copy = malloc(bytes.n + !bytes.n);
    assert_non_null(log->copy);
    memcpy(log->copy, bytes.p, bytes.n);
    return tr_binlog_decode(log->binlog, (struct tr_slice){log->copy, bytes.n}, &log->event,
                            &log->diag);
}

/* The next event; false: no more. */
static inline bool log_next(struct log *log)
{
    struct tr_slice bytes;

    if (!log_take(log, &bytes))
        return false;
    if (log_decode(log, bytes) < 0)
        fail_msg("%s", log->diag.message);
    return true;
}

static inline struct tr_binlog_event *log_find(struct log *log, enum tr_binlog_kind kind)
{
    while (log_next(log))
        if (log->event.kind == kind)
            return &log->event;
    fail_msg("no event of kind %d follows", (int)kind);
    return NULL;
}

/* The next row of the event; false: no more. */
static inline bool log_row(struct log *log, struct tr_binlog_row *ret_row)
{
    int result = tr_binlog_next_row(log->binlog, ret_row, &log->diag);

    if (result < 0)
        fail_msg("%s", log->diag.message);
    return result == 0;
}

static inline void log_put(unsigned char *p, uint64_t number, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (unsigned char)(number >> 8 * i);
}

/* hex_bytes of a text that may have blanks. */
static inline struct tr_slice log_hex(const char *text)
{
    char *digits = calloc(1, strlen(text) + 1);
    size_t n = 0;

    assert_non_null(digits);
    for (; *text; text++)
        if (*text != ' ')
            digits[n++] = *text;
    struct tr_slice bytes = hex_bytes(digits);
    free(digits);
    return bytes;
}

/* Decode an event without checksum that is written down as hex. */
static inline int log_send(struct log *log, unsigned type, unsigned flags, const char *body)
{
    struct tr_slice bytes = log_hex(body);
    size_t size = HEADER_SIZE + bytes.n;
    unsigned char *event = calloc(1, size);

    assert_non_null(event);
    event[4] = (unsigned char)type;
    log_put(event + 5, 1, 4);
    log_put(event + 9, size, 4);
    log_put(event + 17, flags, 2);
    memcpy(event + HEADER_SIZE, bytes.p, bytes.n);
    int result = log_decode(log, (struct tr_slice){(char *)event, size});
    free(event);
    free((char *)bytes.p);
    return result;
}

static inline void log_accept(struct log *log, unsigned type, const char *body)
{
    if (log_send(log, type, 0, body) < 0)
        fail_msg("%s", log->diag.message);
}

static inline void log_assert_refused(const struct log *log, int result, const char *part)
{
    assert_int_equal(result, -1);
    assert_int_equal(log->diag.cls, TR_DATA);
    assert_int_equal(log->diag.reaction, TR_STOP);
    if (!strstr(log->diag.message, part))
        fail_msg("\"%s\" lacks \"%s\"", log->diag.message, part);
}

static inline void log_refuse(struct log *log, unsigned type, const char *body, const char *part)
{
    int result = log_send(log, type, 0, body);

    if (result == 0)
        fail_msg("type %u with %s is taken", type, body);
    log_assert_refused(log, result, part);
}

/* A log without checksums, behind its FORMAT. */
static inline void log_begin(struct log *log, const struct tr_binlog_params *params)
{
    static const unsigned char lengths[][2] = {
        {2, 13},  {19, 8},   {23, 8},  {24, 8},  {25, 8},  {30, 10},  {31, 10},  {32, 10},
        {39, 10}, {165, 13}, {166, 8}, {167, 8}, {168, 8}, {169, 10}, {170, 10}, {171, 10}};
    unsigned char event[HEADER_SIZE + 57 + 171 + 5] = {[4] = 15, [HEADER_SIZE] = 4};

    log_new(log, params);
    log_put(event + 9, sizeof event, 4);
    memcpy(event + HEADER_SIZE + 2, "9.7.4", 5);
    event[HEADER_SIZE + 56] = HEADER_SIZE;
    for (size_t i = 0; i < TR_COUNT(lengths); i++)
        event[HEADER_SIZE + 56 + lengths[i][0]] = lengths[i][1];
    if (log_decode(log, (struct tr_slice){(char *)event, sizeof event}) < 0)
        fail_msg("%s", log->diag.message);
}

static inline void assert_hex(struct tr_slice bytes, const char *hex)
{
    struct tr_slice expected = hex_bytes(hex);

    assert_int_equal(bytes.n, expected.n);
    assert_memory_equal(bytes.p, expected.p, expected.n);
    free((char *)expected.p);
}

static inline void assert_cell(const struct tr_cell *cell, const char *hex)
{
    assert_int_equal(cell->kind, TR_CELL_VALUE);
    assert_hex(cell->bytes, hex);
}

#endif
