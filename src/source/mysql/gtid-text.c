/* Texts of GTIDs and sets, and the binary form that the dump command takes. */
#include <ctype.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "source/mysql/gtid.h"

static size_t print_uuid(const unsigned char uuid[16], char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            ret_text[n++] = '-';
        ret_text[n++] = digits[uuid[i] >> 4];
        ret_text[n++] = digits[uuid[i] & 15];
    }
    return n;
}

size_t tr_mysql_gtid_print(const struct tr_mysql_gtid *gtid, char ret_text[TR_MYSQL_GTID_TEXT])
{
    if (gtid->mariadb)
        return (size_t)snprintf(ret_text, TR_MYSQL_GTID_TEXT, "%" PRIu32 "-%" PRIu32 "-%" PRIu64,
                                gtid->domain, gtid->server, gtid->number);
    size_t n = print_uuid(gtid->uuid, ret_text);
    return n + (size_t)snprintf(ret_text + n, TR_MYSQL_GTID_TEXT - n, ":%s%s%" PRIu64, gtid->tag,
                                gtid->tag[0] ? ":" : "", gtid->number);
}

static bool space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct tr_slice *text)
{
    while (text->n && space(*text->p)) {
        text->p++;
        text->n--;
    }
}

static bool take_char(struct tr_slice *text, char c)
{
    skip_space(text);
    if (!text->n || *text->p != c)
        return false;
    text->p++;
    text->n--;
    return true;
}

static bool take_number(struct tr_slice *text, uint64_t most, uint64_t *ret_number)
{
    size_t digits = 0;

    skip_space(text);
    *ret_number = 0;
    while (text->n && isdigit((unsigned char)*text->p)) {
        unsigned digit = (unsigned)(*text->p - '0');
        if (*ret_number > (most - digit) / 10)
            return false;
        *ret_number = *ret_number * 10 + digit;
        text->p++;
        text->n--;
        digits++;
    }
    return digits > 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_uuid(struct tr_slice *text, unsigned char ret_uuid[16])
{
    skip_space(text);
    for (size_t i = 0; i < 16; i++) {
        if (text->n && *text->p == '-' && i) {
            text->p++;
            text->n--;
        }
        int high = text->n >= 2 ? hex_digit(text->p[0]) : -1;
        int low = high < 0 ? -1 : hex_digit(text->p[1]);
        if (low < 0)
            return false;
        ret_uuid[i] = (unsigned char)(high << 4 | low);
        text->p += 2;
        text->n -= 2;
    }
    return true;
}

/* Letters, digits and underscores, in lower case as the servers print them. */
static bool take_tag(struct tr_slice *text, char ret_tag[TR_MYSQL_TAG_MOST + 1])
{
    size_t n = 0;

    skip_space(text);
    while (text->n && (isalnum((unsigned char)*text->p) || *text->p == '_')) {
        if (n == TR_MYSQL_TAG_MOST)
            return false;
        ret_tag[n++] = (char)tolower((unsigned char)*text->p++);
        text->n--;
    }
    ret_tag[n] = '\0';
    return n > 0;
}

/* Behind the uuid: tags and intervals. >0: something else. */
static int take_intervals(struct tr_mysql_gtids *set, struct tr_slice *text,
                          struct tr_mysql_gtid *gtid, struct tr_diag *diag)
{
    while (take_char(text, ':')) {
        struct tr_mysql_interval interval;
        skip_space(text);
        if (text->n && !isdigit((unsigned char)*text->p)) {
            if (!take_tag(text, gtid->tag))
                return 1;
            continue;
        }
        if (!take_number(text, INT64_MAX - 1, &interval.first) || !interval.first)
            return 1;
        interval.last = interval.first;
        if (take_char(text, '-') && !take_number(text, INT64_MAX - 1, &interval.last))
            return 1;
        if (interval.last < interval.first) /* MySQL takes it for an empty one */
            continue;
        if (tr_mysql_gtids_add_interval(set, gtid, interval, diag) < 0)
            return -1;
    }
    return 0;
}

static int take_mysql(struct tr_mysql_gtids *set, struct tr_slice *text, struct tr_diag *diag)
{
    struct tr_mysql_gtid gtid = {0};
    return take_uuid(text, gtid.uuid) ? take_intervals(set, text, &gtid, diag) : 1;
}

static int take_mariadb(struct tr_mysql_gtids *set, struct tr_slice *text, struct tr_diag *diag)
{
    struct tr_mysql_gtid gtid = {.mariadb = true};
    uint64_t domain, server;

    if (!take_number(text, UINT32_MAX, &domain) || !take_char(text, '-') ||
        !take_number(text, UINT32_MAX, &server) || !take_char(text, '-') ||
        !take_number(text, UINT64_MAX - 1, &gtid.number))
        return 1;
    gtid.domain = (uint32_t)domain;
    gtid.server = (uint32_t)server;
    return tr_mysql_gtids_add(set, &gtid, diag);
}

int tr_mysql_gtids_parse(struct tr_mysql_gtids *set, struct tr_slice text, struct tr_diag *diag)
{
    struct tr_slice left = text;
    int rc = 0;

    skip_space(&left);
    while (left.n && !rc) {
        if (take_char(&left, ',')) /* MySQL lets them stand alone */
            continue;
        rc = set->mariadb ? take_mariadb(set, &left, diag) : take_mysql(set, &left, diag);
        skip_space(&left);
        if (!rc && left.n && *left.p != ',')
            rc = 1;
    }
    if (rc > 0)
        return tr_fail(diag, TR_DATA, TR_STOP, "\"%.*s\" is not a set of %s GTIDs",
                       (int)TR_MIN(text.n, 200), text.p, set->mariadb ? "MariaDB's" : "MySQL's");
    return rc;
}

static void print_intervals(const struct tr_mysql_gtid_source *source, struct tr_buf *buf)
{
    for (size_t i = 0; i < source->count; i++) {
        const struct tr_mysql_interval *interval = &source->intervals[i];
        tr_buf_printf(buf, ":%" PRIu64, interval->first);
        if (interval->last > interval->first)
            tr_buf_printf(buf, "-%" PRIu64, interval->last);
    }
}

void tr_mysql_gtids_print(const struct tr_mysql_gtids *set, struct tr_buf *buf)
{
    const struct tr_mysql_gtid_source *before = NULL;

    for (size_t i = 0; i < set->count; i++) {
        const struct tr_mysql_gtid_source *source = &set->sources[i];
        char uuid[40];
        if (!source->count)
            continue;
        bool same = before && !set->mariadb && memcmp(before->uuid, source->uuid, 16) == 0;
        if (before && !same)
            tr_buf_text(buf, ",");
        before = source;
        if (set->mariadb) {
            tr_buf_printf(buf, "%" PRIu32 "-%" PRIu32 "-%" PRIu64, source->domain, source->server,
                          source->intervals[0].last);
            continue;
        }
        if (!same)
            tr_buf_put(buf, uuid, print_uuid(source->uuid, uuid));
        if (source->tag[0])
            tr_buf_printf(buf, ":%s", source->tag);
        print_intervals(source, buf);
    }
}

/* The binary form */

static void put64(struct tr_buf *buf, uint64_t number)
{
    uint64_t little = htole64(number);
    tr_buf_put(buf, &little, sizeof little);
}

void tr_mysql_gtids_encode(const struct tr_mysql_gtids *set, struct tr_buf *buf)
{
    bool tagged = false;

    for (size_t i = 0; i < set->count; i++)
        tagged |= set->sources[i].tag[0] != '\0';
    put64(buf, tagged ? UINT64_C(1) << 56 | (uint64_t)set->count << 8 | 1 : set->count);
    for (size_t i = 0; i < set->count; i++) {
        const struct tr_mysql_gtid_source *source = &set->sources[i];
        size_t n = strlen(source->tag);
        char length = (char)(n << 1); /* a one-byte number of the servers' serialization library */
        tr_buf_put(buf, source->uuid, sizeof source->uuid);
        if (tagged) {
            tr_buf_put(buf, &length, 1);
            tr_buf_put(buf, source->tag, n);
        }
        put64(buf, source->count);
        for (size_t j = 0; j < source->count; j++) {
            put64(buf, source->intervals[j].first);
            put64(buf, source->intervals[j].last + 1);
        }
    }
}
