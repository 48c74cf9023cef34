#include "source/mysql/schema/lookahead.h"

#include <stdlib.h>
#include <strings.h>

#include "base/cursor.h"
#include "binlog/binlog.h"
#include "source/mysql/statement.h"
#include "source/mysql/wire.h"

#define ARENA_CHUNK (16U << 10)
#define ARENA_CAP   ((size_t)64 << 20) /* names of tables */
#define TEXT_CAP    ((size_t)2 << 30)  /* one statement, converted */

/* Facts: both servers' binlog_event.h. */
#define FIRST_EVENT      4
#define QUERY            2
#define ROTATE           4
#define FORMAT           15
#define QUERY_COMPRESSED 165

/* A DDL that names a table, or (table "") all tables of a database. */
struct mention {
    struct tr_mysql_coordinates place;
    const char *database, *table;
    struct mention *next;
};

struct tr_mysql_lookahead {
    const struct tr_mysql_context *context;
    struct tr_arena arena;
    struct mention *first, **last; /* in the order of the log */
    /* What was read: [from, to); file "": nothing. */
    struct tr_mysql_coordinates from, to;
};

/* One dump. */
struct scan {
    struct tr_mysql_lookahead *lookahead;
    struct tr_mysql_session session;
    struct tr_binlog *binlog;
    struct tr_arena text; /* of the statement at hand */
    struct tr_mysql_coordinates place;
    struct tr_diag *diag;
};

static void reset(struct tr_mysql_lookahead *lookahead)
{
    tr_arena_reset(&lookahead->arena);
    lookahead->first = NULL;
    lookahead->last = &lookahead->first;
    lookahead->from.file[0] = lookahead->to.file[0] = '\0';
}

struct tr_mysql_lookahead *tr_mysql_lookahead_new(const struct tr_mysql_context *context)
{
    struct tr_mysql_lookahead *lookahead = calloc(1, sizeof *lookahead);

    if (!lookahead)
        return NULL;
    lookahead->context = context;
    tr_arena_init(&lookahead->arena, ARENA_CHUNK, ARENA_CAP);
    reset(lookahead);
    return lookahead;
}

void tr_mysql_lookahead_free(struct tr_mysql_lookahead *lookahead)
{
    if (!lookahead)
        return;
    tr_arena_finish(&lookahead->arena);
    free(lookahead);
}

static int mention(struct scan *scan, struct tr_slice database, struct tr_slice table)
{
    struct tr_mysql_lookahead *lookahead = scan->lookahead;
    struct mention *mention = tr_arena_zalloc(&lookahead->arena, 1, sizeof *mention);

    if (!mention)
        return tr_fail_memory(scan->diag);
    mention->place = scan->place;
    mention->database = tr_arena_strdup(&lookahead->arena, database);
    mention->table = tr_arena_strdup(&lookahead->arena, table);
    if (!mention->database || !mention->table)
        return tr_fail_memory(scan->diag);
    *lookahead->last = mention;
    lookahead->last = &mention->next;
    return 0;
}

static bool defines_tables(enum tr_mysql_statement_kind kind)
{
    return kind == TR_MYSQL_SQL_CREATE_TABLE || kind == TR_MYSQL_SQL_ALTER_TABLE ||
           kind == TR_MYSQL_SQL_DROP_TABLE || kind == TR_MYSQL_SQL_RENAME_TABLE;
}

static int take_query(struct scan *scan, const struct tr_binlog_query *query)
{
    struct tr_mysql_statement statement;
    int rc;

    tr_arena_reset(&scan->text);
    if (tr_mysql_statement_of(query, &scan->session.dialect, &scan->text, &statement, scan->diag) <
        0)
        return -1;
    if (statement.kind == TR_MYSQL_SQL_DROP_DATABASE)
        return mention(scan, statement.database, TR_SLICE(""));
    if (!defines_tables(statement.kind))
        return 0;
    for (size_t i = 0; i < statement.ntables; i++) {
        rc = mention(scan, statement.tables[i].database, statement.tables[i].table);
        if (!rc && statement.renames && statement.renames[i].table.n)
            rc = mention(scan, statement.renames[i].database, statement.renames[i].table);
        if (rc)
            return rc;
    }
    return 0;
}

/* Move behind the event. What was made for this connection (next 0) stands in no file. */
static void advance(struct scan *scan, const struct tr_binlog_header *header)
{
    if (header->next && !(header->flags & TR_BINLOG_FLAG_ARTIFICIAL))
        scan->place.pos += (uint32_t)(header->next - (uint32_t)scan->place.pos);
}

static int take_event(struct scan *scan, struct tr_slice bytes)
{
    struct tr_binlog_event event;
    int rc = tr_binlog_decode(scan->binlog, bytes, &event, scan->diag);

    if (rc)
        return rc;
    if (event.kind == TR_BINLOG_QUERY)
        rc = take_query(scan, &event.query);
    advance(scan, &event.header);
    if (event.kind == TR_BINLOG_ROTATE) {
        size_t n = TR_MIN(event.rotate.file.n, sizeof scan->place.file - 1);
        bool same =
            strncmp(scan->place.file, event.rotate.file.p, n) == 0 && scan->place.file[n] == '\0';
        memcpy(scan->place.file, event.rotate.file.p, n);
        scan->place.file[n] = '\0';
        if (!same)
            scan->place.pos = event.rotate.position;
    }
    return rc;
}

/* What isn't of interest is only counted. */
static int take_packet(struct scan *scan, struct tr_slice bytes)
{
    struct tr_cursor cursor = tr_cursor_of(bytes);
    struct tr_binlog_header header = {.timestamp = tr_cursor_le32(&cursor)};

    header.type = tr_cursor_u8(&cursor);
    header.server_id = tr_cursor_le32(&cursor);
    header.size = tr_cursor_le32(&cursor);
    header.next = tr_cursor_le32(&cursor);
    header.flags = tr_cursor_le16(&cursor);
    if (header.type == QUERY || header.type == ROTATE || header.type == FORMAT ||
        header.type == QUERY_COMPRESSED)
        return take_event(scan, bytes);
    advance(scan, &header);
    return 0;
}

/* >0: TR_MYSQL_DONE at the log's end. */
static int read_packet(struct scan *scan)
{
    struct tr_slice event;
    int rc = tr_mysql_pending(&scan->session) ? 0 : tr_mysql_wait(&scan->session, -1);

    if (!rc)
        rc = tr_mysql_dump_read(&scan->session, &event, scan->diag);
    return rc ? rc : take_packet(scan, event);
}

static int run(struct scan *scan, const struct tr_mysql_coordinates *to)
{
    const struct tr_binlog_params params = {.checksum = TR_BINLOG_CHECKSUM_CRC32};
    int rc = tr_mysql_connect(scan->lookahead->context, TR_MYSQL_DUMP, &scan->session, scan->diag);

    if (scan->place.pos > UINT32_MAX) /* further than the protocol's 32 bits reach */
        scan->place.pos = FIRST_EVENT;
    const struct tr_mysql_dump dump = {.place = &scan->place};
    if (!rc)
        rc = tr_mysql_dump_start(&scan->session, &dump, scan->diag);
    if (!rc)
        rc = tr_binlog_new(&params, &scan->binlog, scan->diag);
    while (!rc && tr_mysql_coordinates_compare(&scan->place, to) < 0)
        rc = read_packet(scan);
    tr_binlog_free(scan->binlog);
    tr_mysql_disconnect(&scan->session);
    if (rc < 0)
        return tr_fail_in(scan->diag, "reading the log ahead");
    return rc == TR_MYSQL_DONE ? 0 : rc;
}

/* Read on from what was read, or afresh. */
static int cover(struct tr_mysql_lookahead *lookahead, const struct tr_mysql_sought *sought,
                 struct tr_diag *diag)
{
    struct scan scan = {.lookahead = lookahead, .diag = diag};
    const struct tr_mysql_coordinates *from = sought->from;

    if (!lookahead->from.file[0] || tr_mysql_coordinates_compare(from, &lookahead->from) < 0 ||
        tr_mysql_coordinates_compare(from, &lookahead->to) > 0) {
        reset(lookahead);
        lookahead->from = lookahead->to = *from;
    }
    if (tr_mysql_coordinates_compare(sought->to, &lookahead->to) <= 0)
        return 0;
    tr_log_info(lookahead->context->log, "searching the log ahead for DDL",
                TR_LOG_STR("file", from->file), TR_LOG_INT("pos", from->pos));
    scan.place = lookahead->to;
    tr_arena_init(&scan.text, ARENA_CHUNK, TEXT_CAP);
    int rc = run(&scan, sought->to);
    tr_arena_finish(&scan.text);
    if (rc)
        reset(lookahead); /* half a search is none */
    else
        lookahead->to = scan.place;
    return rc;
}

/* Without regard to case: a mention too many costs less than one too few. */
static bool is_sought(const struct mention *mention, const struct tr_mysql_sought *sought)
{
    return strcasecmp(mention->database, sought->table->schema) == 0 &&
           (!*mention->table || strcasecmp(mention->table, sought->table->name) == 0) &&
           tr_mysql_coordinates_compare(&mention->place, sought->from) >= 0 &&
           tr_mysql_coordinates_compare(&mention->place, sought->to) < 0;
}

int tr_mysql_lookahead_find(struct tr_mysql_lookahead *lookahead,
                            const struct tr_mysql_sought *sought,
                            struct tr_mysql_coordinates *ret_place, struct tr_diag *diag)
{
    int rc = cover(lookahead, sought, diag);

    ret_place->file[0] = '\0';
    for (const struct mention *m = lookahead->first; !rc && m; m = m->next)
        if (is_sought(m, sought)) {
            *ret_place = m->place;
            break;
        }
    return rc;
}
