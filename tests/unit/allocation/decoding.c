/* What comes from outside: logs, statements, configuration. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocation/allocation.h"
#include "base/arena.h"
#include "binlog/binlog.h"
#include "config/config.h"
#include "copytext/copytext.h"
#include "snapshot/signal.h"
#include "source/mysql/statement.h"

#define LOG_MOST (1 << 16)
#define MAGIC    4

/* The first bytes of a recording; 0: it isn't there. */
static size_t load(const char *name, char *ret_bytes)
{
    char path[512];

    snprintf(path, sizeof path, "%s/fuzz/corpus/binlog/%s", TR_TESTS, name);
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(ret_bytes, 1, LOG_MOST, file) : 0;
    if (file)
        fclose(file);
    return n;
}

static void tell_cells(const struct tr_cell *cells, size_t n)
{
    for (size_t i = 0; cells && i < n; i++)
        if (cells[i].kind == TR_CELL_VALUE)
            tell(cells[i].bytes);
}

static int read_event(struct tr_binlog *binlog, const struct tr_binlog_event *event,
                      struct tr_diag *diag)
{
    struct tr_binlog_row row;
    int rc = 0;

    if (event->kind == TR_BINLOG_QUERY)
        tell(event->query.text);
    if (event->kind != TR_BINLOG_ROWS)
        return 0;
    size_t n = event->rows.table ? event->rows.table->ncolumns : 0;
    while ((rc = tr_binlog_next_row(binlog, &row, diag)) == 0) {
        tell_cells(row.before, n);
        tell_cells(row.after, n);
    }
    return rc < 0 ? -1 : 0;
}

static int read_log(struct tr_binlog *binlog, struct tr_slice log, struct tr_diag *diag)
{
    struct tr_binlog_event event;
    int rc = 0;

    while (rc == 0 && log.n >= 19) {
        const unsigned char *p = (const unsigned char *)log.p;
        size_t size = p[9] | (size_t)p[10] << 8 | (size_t)p[11] << 16;
        if (size < 19 || size > log.n)
            break;
        rc = tr_binlog_decode(binlog, (struct tr_slice){log.p, size}, &event, diag);
        if (rc == 0)
            rc = read_event(binlog, &event, diag);
        while (rc == 0 && event.kind == TR_BINLOG_PAYLOAD) {
            struct tr_binlog_event inner;
            rc = tr_binlog_next_inner(binlog, &inner, diag);
            if (rc == TR_BINLOG_END) {
                rc = 0;
                break;
            }
            if (rc == 0)
                rc = read_event(binlog, &inner, diag);
        }
        log.p += size;
        log.n -= size;
    }
    return rc;
}

static void forget(void *context, void *user)
{
    (void)context, (void)user;
}

static int decode(const char *name, struct tr_diag *diag)
{
    static char bytes[LOG_MOST];
    static size_t loaded;
    static const char *of;
    struct tr_binlog_params params = {.max_event = 1 << 20, .forget = forget};
    struct tr_binlog *binlog;

    if (of != name) {
        loaded = load(name, bytes);
        of = name;
    }
    assert_true(loaded > MAGIC);
    params.checksum = bytes[0] & 1;
    if (tr_binlog_new(&params, &binlog, diag) < 0)
        return -1;
    int rc = read_log(binlog, (struct tr_slice){bytes + MAGIC, loaded - MAGIC}, diag);
    tr_binlog_free(binlog);
    return rc;
}

static int decode_mariadb(struct tr_diag *diag)
{
    return decode("mariadb-10-compressed.binlog", diag);
}

static int decode_mysql(struct tr_diag *diag)
{
    return decode("mysql-compressed.binlog", diag);
}

static int read_statement(struct tr_diag *diag)
{
    static const char *const texts[] = {
        "CREATE TABLE IF NOT EXISTS `a``b`.t (id int PRIMARY KEY, n varchar(10) DEFAULT 'x')",
        "RENAME TABLE a TO b, c.d TO c.e /* and */, f TO g",
        "/*!80000 ALTER TABLE x.y ADD COLUMN z json */",
        "DROP TABLE a, b.c, `d e`",
    };
    const struct tr_mysql_reading reading = {.database = TR_SLICE("inv"), .version = 90704};
    struct tr_mysql_statement statement;
    struct tr_arena arena;
    int rc = 0;

    tr_arena_init(&arena, 64, 1 << 20);
    for (size_t i = 0; !rc && i < TR_COUNT(texts); i++) {
        rc = tr_mysql_statement_read(tr_slice_of(texts[i]), &reading, &arena, &statement, diag);
        for (size_t j = 0; !rc && j < statement.ntables; j++) {
            tell(statement.tables[j].database);
            tell(statement.tables[j].table);
        }
    }
    tr_arena_finish(&arena);
    return rc;
}

static int read_rows(struct tr_diag *diag)
{
    const struct tr_slice row = TR_SLICE("1\t\\N\ttab\\there\tline\\nbreak and more\n");
    struct tr_cell cells[4];
    struct tr_arena arena;
    int rc = 0;

    tr_arena_init(&arena, 16, 1 << 20);
    for (int i = 0; !rc && i < 9; i++) {
        rc = tr_copytext_decode(row, cells, TR_COUNT(cells), &arena, diag);
        if (!rc)
            tell_cells(cells, TR_COUNT(cells));
    }
    tr_arena_finish(&arena);
    return rc;
}

/* A signal that there is no memory for isn't one that is ignored. */
static int read_signal(struct tr_diag *diag)
{
    const struct tr_signal signal = {
        .id = TR_SLICE("id"),
        .type = TR_SLICE("execute-snapshot"),
        .data = TR_SLICE("{\"data-collections\":[\"s.a\",\"s.b\"],\"surrogate-key\":\"k\","
                         "\"additional-conditions\":[{\"data-collection\":\"s.a\","
                         "\"filter\":\"v > 1\"}]}"),
    };
    struct tr_order order;
    int rc = tr_order_read(&signal, &order, diag);

    for (size_t i = 0; rc == 0 && i < order.ncollections; i++)
        tell(tr_slice_of(order.collections[i]));
    for (size_t i = 0; rc == 0 && i < order.nconditions; i++)
        tell(tr_slice_of(order.conditions[i].filter));
    tr_order_finish(&order);
    return rc;
}

static int load_configuration(struct tr_diag *diag)
{
    static const char path[] = TR_TESTS "/unit/allocation/all.conf";
    const char *const paths[] = {path};
    struct tr_config *config;
    int rc = tr_config_load(paths, 1, &config, diag);

    for (size_t i = 0; rc == 0 && i < config->nconnectors; i++) {
        const struct tr_connector_options *options = &config->connectors[i];
        tell(tr_slice_of(options->name));
        tell(tr_slice_of(options->postgres.hostname));
        tell(tr_slice_of(options->capture.topic_prefix));
        for (size_t j = 0; j < options->capture.table_include.count; j++)
            tell(tr_slice_of(options->capture.table_include.items[j]));
    }
    for (size_t i = 0; rc == 0 && i < config->nwarnings; i++)
        tell(tr_slice_of(config->warnings[i]));
    tr_config_free(config);
    return rc;
}

const struct scenario decoding_scenarios[] = {
    {"MariaDB's log", decode_mariadb},
    {"MySQL's log", decode_mysql},
    {"statements", read_statement},
    {"COPY text", read_rows},
    {"a signal", read_signal},
    {"configuration", load_configuration},
    {NULL, NULL},
};
