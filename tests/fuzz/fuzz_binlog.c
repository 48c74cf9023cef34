/* Whatever a log holds: each event is decoded or refused, and every byte of what it says of itself
 * can be read. Sizes and checksums are mended first, or little else would ever be tried. */
#include "binlog/binlog.h"

#include <string.h>
#include <zlib.h>

#include "fuzz.h"

#define MAGIC_SIZE  4
#define HEADER_SIZE 19
#define MAX_EVENT   (1 << 20)
#define FORMAT      15

struct walk {
    struct tr_binlog *binlog;
    struct tr_diag diag;
    enum tr_binlog_checksum checksum;
    unsigned sum;
};

static void read_all(struct walk *walk, struct tr_slice bytes)
{
    FUZZ_CHECK(bytes.p);
    for (size_t i = 0; i < bytes.n; i++)
        walk->sum += (unsigned char)bytes.p[i];
}

static void read_cells(struct walk *walk, const struct tr_cell *cells, size_t ncells)
{
    for (size_t i = 0; cells && i < ncells; i++) {
        FUZZ_CHECK(cells[i].kind <= TR_CELL_ABSENT);
        if (cells[i].kind == TR_CELL_VALUE)
            read_all(walk, cells[i].bytes);
    }
}

static int read_rows(struct walk *walk, const struct tr_binlog_rows *rows)
{
    size_t ncolumns = rows->table ? rows->table->ncolumns : 0;
    struct tr_binlog_row row;
    int result;

    while ((result = tr_binlog_next_row(walk->binlog, &row, &walk->diag)) == 0) {
        FUZZ_CHECK(!row.before == (rows->op == TR_OP_CREATE));
        FUZZ_CHECK(!row.after == (rows->op == TR_OP_DELETE));
        read_cells(walk, row.before, ncolumns);
        read_cells(walk, row.after, ncolumns);
        for (size_t i = 0; i < row.ndiffs; i++)
            FUZZ_CHECK(row.after[row.diffs[i]].kind == TR_CELL_VALUE);
    }
    return result < 0 ? -1 : 0;
}

static void read_table(struct walk *walk, struct tr_binlog_table *table)
{
    if (!table->user)
        table->user = malloc(1); /* given back by forget(), or it leaks */
    read_all(walk, table->schema);
    read_all(walk, table->name);
    for (size_t i = 0; i < table->ncolumns; i++) {
        struct tr_slice members = table->columns[i].members;
        read_all(walk, table->columns[i].name);
        for (size_t j = 0; j < table->columns[i].nmembers; j++)
            read_all(walk, tr_binlog_member(&members));
    }
    for (size_t i = 0; i < table->nkey; i++)
        FUZZ_CHECK(table->key[i].column < table->ncolumns);
}

static void read_gtid_list(struct walk *walk, const struct tr_binlog_gtid_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        walk->sum += tr_binlog_gtid_list_at(list, i).domain;
}

static void read_query(struct walk *walk, const struct tr_binlog_query *query)
{
    read_all(walk, query->schema);
    read_all(walk, query->text);
    read_all(walk, query->time_zone);
}

static int read_event(struct walk *walk, struct tr_binlog_event *event)
{
    switch (event->kind) {
    case TR_BINLOG_FORMAT:
        walk->checksum = event->format.checksum;
        read_all(walk, event->format.server_version);
        return 0;
    case TR_BINLOG_ROTATE:
    case TR_BINLOG_HEARTBEAT:
        read_all(walk, event->rotate.file);
        return 0;
    case TR_BINLOG_GTID:
        read_all(walk, event->gtid.tag);
        return 0;
    case TR_BINLOG_MARIADB_GTID:
        read_all(walk, event->mariadb_gtid.xa.global);
        read_all(walk, event->mariadb_gtid.xa.branch);
        return 0;
    case TR_BINLOG_MARIADB_GTID_LIST:
        read_gtid_list(walk, &event->gtid_list);
        return 0;
    case TR_BINLOG_QUERY:
        read_query(walk, &event->query);
        return 0;
    case TR_BINLOG_TABLE:
        read_table(walk, event->table);
        return 0;
    case TR_BINLOG_ROWS:
        return read_rows(walk, &event->rows);
    case TR_BINLOG_XA_PREPARE:
        read_all(walk, event->prepare.xa.global);
        read_all(walk, event->prepare.xa.branch);
        return 0;
    case TR_BINLOG_INCIDENT:
        read_all(walk, event->incident.message);
        return 0;
    case TR_BINLOG_STOP:
    case TR_BINLOG_XID:
    case TR_BINLOG_PAYLOAD:
        return 0;
    default:
        read_all(walk, event->bytes);
        return 0;
    }
}

static int read_payload(struct walk *walk)
{
    struct tr_binlog_event event;
    int result;

    while ((result = tr_binlog_next_inner(walk->binlog, &event, &walk->diag)) == 0)
        if (read_event(walk, &event) < 0)
            return -1;
    return result < 0 ? -1 : 0;
}

static void put_le32(unsigned char *p, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(number >> 8 * i);
}

static void mend(struct walk *walk, unsigned char *event, size_t size)
{
    bool is_format = event[4] == FORMAT;

    put_le32(event + 9, (uint32_t)size);
    if (is_format)
        event[17] &= (unsigned char)~TR_BINLOG_FLAG_IN_USE;
    if (size >= HEADER_SIZE + 5 && (is_format ? event[size - 5] == 1 : walk->checksum))
        put_le32(event + size - 4, (uint32_t)crc32(0, event, (uInt)(size - 4)));
}

static int walk_log(struct walk *walk, const uint8_t *data, size_t size)
{
    struct tr_binlog_event event;
    int result = 0;

    while (result == 0 && size >= HEADER_SIZE) {
        size_t said = data[9] | (size_t)data[10] << 8 | (size_t)data[11] << 16;
        size_t taken = said < HEADER_SIZE ? HEADER_SIZE : said > size ? size : said;
        unsigned char *copy = malloc(taken); /* of just that size: a step too far is seen */
        memcpy(copy, data, taken);
        mend(walk, copy, taken);
        result = tr_binlog_decode(walk->binlog, (struct tr_slice){(char *)copy, taken}, &event,
                                  &walk->diag);
        if (result == 0)
            result = read_event(walk, &event);
        if (result == 0 && event.kind == TR_BINLOG_PAYLOAD)
            result = read_payload(walk);
        free(copy);
        data += taken;
        size -= taken;
    }
    return result;
}

static void forget(void *context, void *user)
{
    (void)context;
    free(user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct walk walk = {.diag = {.message = ""}};
    struct tr_binlog_params params = {.max_event = MAX_EVENT, .forget = forget};

    if (size < MAGIC_SIZE)
        return 0;
    params.checksum = walk.checksum = data[0] & 1;
    FUZZ_CHECK(tr_binlog_new(&params, &walk.binlog, &walk.diag) == 0);
    if (walk_log(&walk, data + MAGIC_SIZE, size - MAGIC_SIZE) < 0)
        FUZZ_CHECK(walk.diag.reaction == TR_STOP && walk.diag.cls == TR_DATA &&
                   walk.diag.message[0]);
    FUZZ_CHECK(tr_binlog_memory(walk.binlog) < (size_t)256 << 20);
    tr_binlog_free(walk.binlog);
    return 0;
}
