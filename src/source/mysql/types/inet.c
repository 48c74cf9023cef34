/*
 * MariaDB's UUID, INET4 and INET6: 16, 4 and 16 bytes, in the log as a BINARY of that size, of
 * which zeros at the end are cut.
 *
 * A UUID of versions 1 to 5 is stored with its parts in reverse order (node, clock, then the time's
 * parts from the highest), so that those of one time stand together; others as they are written.
 * Which of the two it is can be seen: the variant's bit is set where a number's version would be
 * (sql_type_uuid.h, rec_need_swap).
 */
#include <arpa/inet.h>

#include "source/mysql/types/impl.h"

#define UUID_TEXT 36

/* The bytes with the zeros that the log cut; <0: too many. */
static int fill(struct tr_slice cell, unsigned char *bytes, size_t size)
{
    if (cell.n > size)
        return -1;
    memset(bytes, 0, size);
    if (cell.n)
        memcpy(bytes, cell.p, cell.n);
    return 0;
}

/* Where each part stands as written, as stored, and its bytes. */
static const struct {
    unsigned char written, stored, size;
} parts[] = {{0, 12, 4}, {4, 10, 2}, {6, 8, 2}, {8, 6, 2}, {10, 0, 6}};

int tr_mysql_convert_uuid(const struct tr_plan_column *column, struct tr_slice bytes,
                          struct tr_arena *scratch, struct tr_value *ret_value,
                          struct tr_diag *diag)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char stored[16], uuid[16];
    char *text = tr_arena_alloc(scratch, UUID_TEXT), *p = text;

    (void)column;
    if (fill(bytes, stored, sizeof stored) < 0)
        return tr_mysql_bad_cell(diag, "UUID", bytes);
    if (!text)
        return tr_fail_memory(diag);
    bool swapped = stored[6] & 0x80 && stored[8] > 0 && stored[8] < 0x80;
    for (size_t i = 0; i < TR_COUNT(parts); i++)
        memcpy(uuid + parts[i].written, stored + (swapped ? parts[i].stored : parts[i].written),
               parts[i].size);
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex[uuid[i] >> 4];
        *p++ = hex[uuid[i] & 15];
    }
    *ret_value = tr_value_text((struct tr_slice){text, UUID_TEXT});
    return 0;
}

int tr_mysql_transcode_uuid(const struct tr_mysql_type *type, struct tr_slice text,
                            struct tr_arena *scratch, struct tr_slice *ret_cell,
                            struct tr_diag *diag)
{
    unsigned char uuid[16];
    char digits[32];
    size_t n = 0;

    (void)type;
    for (size_t i = 0; i < text.n && n < sizeof digits; i++)
        if (text.p[i] != '-')
            digits[n++] = text.p[i];
    if (n < sizeof digits || tr_decode_hex((struct tr_slice){digits, n}, uuid) < 0)
        return tr_mysql_bad_text(diag, "UUID", text);
    unsigned char *cell = tr_arena_alloc(scratch, 16);
    if (!cell)
        return tr_fail_memory(diag);
    bool swap = uuid[6] > 0 && uuid[6] < 0x60 && uuid[8] & 0x80;
    for (size_t i = 0; i < TR_COUNT(parts); i++)
        memcpy(cell + (swap ? parts[i].stored : parts[i].written), uuid + parts[i].written,
               parts[i].size);
    *ret_cell = (struct tr_slice){(const char *)cell, 16};
    return 0;
}

/* ---- addresses ------------------------------------------------------------------------------- */

static int convert_address(int family, struct tr_slice bytes, struct tr_arena *scratch,
                           struct tr_value *ret_value, struct tr_diag *diag)
{
    unsigned char address[16];
    char *text = tr_arena_alloc(scratch, INET6_ADDRSTRLEN);

    if (fill(bytes, address, family == AF_INET ? 4 : 16) < 0)
        return tr_mysql_bad_cell(diag, family == AF_INET ? "INET4" : "INET6", bytes);
    if (!text || !inet_ntop(family, address, text, INET6_ADDRSTRLEN))
        return tr_fail_memory(diag);
    *ret_value = tr_value_text(tr_slice_of(text));
    return 0;
}

int tr_mysql_convert_inet4(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    (void)column;
    return convert_address(AF_INET, bytes, scratch, ret_value, diag);
}

int tr_mysql_convert_inet6(const struct tr_plan_column *column, struct tr_slice bytes,
                           struct tr_arena *scratch, struct tr_value *ret_value,
                           struct tr_diag *diag)
{
    (void)column;
    return convert_address(AF_INET6, bytes, scratch, ret_value, diag);
}

static int transcode_address(int family, struct tr_slice text, struct tr_arena *scratch,
                             struct tr_slice *ret_cell, struct tr_diag *diag)
{
    char room[INET6_ADDRSTRLEN];
    char *cell = tr_arena_alloc(scratch, 16);

    if (!cell)
        return tr_fail_memory(diag);
    if (text.n >= sizeof room)
        return tr_mysql_bad_text(diag, "address", text);
    memcpy(room, text.p, text.n);
    room[text.n] = '\0';
    if (inet_pton(family, room, cell) != 1)
        return tr_mysql_bad_text(diag, "address", text);
    *ret_cell = (struct tr_slice){cell, family == AF_INET ? 4 : 16};
    return 0;
}

int tr_mysql_transcode_inet4(const struct tr_mysql_type *type, struct tr_slice text,
                             struct tr_arena *scratch, struct tr_slice *ret_cell,
                             struct tr_diag *diag)
{
    (void)type;
    return transcode_address(AF_INET, text, scratch, ret_cell, diag);
}

int tr_mysql_transcode_inet6(const struct tr_mysql_type *type, struct tr_slice text,
                             struct tr_arena *scratch, struct tr_slice *ret_cell,
                             struct tr_diag *diag)
{
    (void)type;
    return transcode_address(AF_INET6, text, scratch, ret_cell, diag);
}
