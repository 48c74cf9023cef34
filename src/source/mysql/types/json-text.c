/*
 * JSON text as the server prints it, to the form that the log's documents are written in: no
 * blanks, doubles in all their digits, escapes in upper case.
 *
 * A number with a fraction is a double if it is what the shortest digits of a double look like, and
 * a decimal otherwise.
 *
 * What the text doesn't say is which strings are opaque values: dates and times with a fraction of
 * zeros, and bytes in base64, which the log's form has no "base64:type15:" for. So the SELECT puts
 * a list of them behind the document, with a zero byte between (map.c). A string that the document
 * has more often than the list has it is left as it is.
 */
#include <stdio.h>
#include <stdlib.h>

#include "encode/number.h"
#include "record/number.h"
#include "source/mysql/types/json.h"

/* A text that stands for an opaque value: how often it does, and how often the document has it. */
struct opaque {
    struct tr_slice text; /* with its quotes */
    size_t listed, found;
};

struct text {
    const char *p, *end;
    struct opaque *opaques; /* sorted by text */
    size_t nopaques;
};

/* Behind the string at p, or NULL: it has no end. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        p += *p == '\\';
    return p < end ? p + 1 : NULL;
}

/* ---- opaque values --------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct opaque *left = a, *right = b;
    int rc = memcmp(left->text.p, right->text.p, TR_MIN(left->text.n, right->text.n));

    return rc ? rc : (left->text.n > right->text.n) - (left->text.n < right->text.n);
}

static struct opaque *find(const struct text *text, struct tr_slice string)
{
    const struct opaque key = {.text = string};

    return text->nopaques ? bsearch(&key, text->opaques, text->nopaques, sizeof key, compare)
                          : NULL;
}

/* The next string at *p or behind it; <0: none. */
static int next_string(const char **p, const char *end, struct tr_slice *ret_string)
{
    const char *start = *p < end ? memchr(*p, '"', (size_t)(end - *p)) : NULL;

    *p = start ? string_end(start, end) : NULL;
    if (!*p)
        return -1;
    *ret_string = (struct tr_slice){start, (size_t)(*p - start)};
    return 0;
}

static void merge(struct text *text)
{
    size_t n = 0;

    qsort(text->opaques, text->nopaques, sizeof *text->opaques, compare);
    for (size_t i = 0; i < text->nopaques; i++)
        if (n && compare(&text->opaques[n - 1], &text->opaques[i]) == 0)
            text->opaques[n - 1].listed++;
        else
            text->opaques[n++] = text->opaques[i];
    text->nopaques = n;
}

/* The list behind the document, and how often the document has each of its texts. */
static int read_opaques(struct text *text, struct tr_slice list, struct tr_arena *scratch)
{
    const char *p = list.p, *end = list.p + list.n;
    struct tr_slice string;
    size_t n = 0;

    for (; next_string(&p, end, &string) == 0; n++)
        ;
    text->opaques = tr_arena_alloc(scratch, n * sizeof *text->opaques);
    if (!text->opaques)
        return -1;
    for (p = list.p; next_string(&p, end, &string) == 0;)
        text->opaques[text->nopaques++] = (struct opaque){string, 1, 0};
    merge(text);
    for (p = text->p; next_string(&p, text->end, &string) == 0;) {
        struct opaque *opaque = find(text, string);
        if (opaque)
            opaque->found++;
    }
    return 0;
}

/* "base64:type15:…" without its type, "12:00:00.000000" without a fraction that is none. */
static void put_opaque(struct tr_slice string, struct tr_writer *writer)
{
    static const char base64[] = "\"base64:type", zeros[] = ".000000\"";
    const char *colon = NULL;

    if (string.n > sizeof base64 && memcmp(string.p, base64, sizeof base64 - 1) == 0)
        colon = memchr(string.p + sizeof base64 - 1, ':', string.n - (sizeof base64 - 1));
    if (colon) {
        tr_writer_char(writer, '"');
        tr_writer_put(writer, colon + 1, (size_t)(string.p + string.n - colon - 1));
        return;
    }
    size_t cut = string.n - TR_MIN(string.n, sizeof zeros - 1);
    if (memcmp(string.p + cut, zeros, string.n - cut) != 0) {
        tr_writer_slice(writer, string);
        return;
    }
    tr_writer_put(writer, string.p, cut);
    tr_writer_char(writer, '"');
}

/* ---- strings --------------------------------------------------------------------------------- */

/* Only the hex digits behind \u change. */
static int put_string(struct tr_slice string, struct tr_writer *writer)
{
    const char *start = string.p, *p = start, *end = start + string.n;

    while (p < end) {
        if (*p++ != '\\' || *p++ != 'u')
            continue;
        if (end - p < 5)
            return -1;
        tr_writer_put(writer, start, (size_t)(p - start));
        for (start = p + 4; p < start; p++)
            tr_writer_char(writer, (char)(*p >= 'a' && *p <= 'f' ? *p - 32 : *p));
    }
    tr_writer_put(writer, start, (size_t)(end - start));
    return 0;
}

static int copy_string(struct text *text, struct tr_writer *writer)
{
    struct tr_slice string;

    if (next_string(&text->p, text->end, &string) < 0)
        return -1;
    const struct opaque *opaque = find(text, string);
    if (!opaque || opaque->found != opaque->listed)
        return put_string(string, writer);
    put_opaque(string, writer);
    return 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The significant digits of a number, at most 18 of them; returns how many. */
static size_t significant(struct tr_slice number, char *digits)
{
    size_t n = 0, zeros = 0;

    for (size_t i = 0; i < number.n && number.p[i] != 'e' && number.p[i] != 'E'; i++) {
        if (number.p[i] < '0' || number.p[i] > '9')
            continue;
        if (number.p[i] == '0') {
            zeros += n > 0;
            continue;
        }
        for (; zeros && n < 18; zeros--)
            digits[n++] = '0';
        if (n == 18)
            return n;
        digits[n++] = number.p[i];
    }
    return n;
}

/* Does the text say a double, or a decimal with its zeros and digits? */
static bool is_double(struct tr_slice number, double value)
{
    char digits[18], shortest[18], room[32];
    size_t n = significant(number, digits);
    const char *point = memchr(number.p, '.', number.n);

    if (memchr(number.p, 'e', number.n) || memchr(number.p, 'E', number.n))
        return true;
    if (point && number.p[number.n - 1] == '0' && point + 2 != number.p + number.n)
        return false; /* 1.50; but 1.0 */
    if (n <= 15)
        return true; /* as many digits come back from a double as they were */
    for (int precision = 16; precision <= 17; precision++) {
        int length = snprintf(room, sizeof room, "%.*e", precision - 1, value);
        if (strtod(room, NULL) != value)
            continue;
        size_t m = significant((struct tr_slice){room, (size_t)length}, shortest);
        return m == n && memcmp(digits, shortest, n) == 0;
    }
    return false;
}

static bool in_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static int copy_number(struct text *text, struct tr_writer *writer)
{
    const char *start = text->p;
    bool whole = true;
    double value;

    for (; text->p < text->end && in_number(*text->p); text->p++)
        whole &= *text->p != '.' && *text->p != 'e' && *text->p != 'E';
    struct tr_slice number = {start, (size_t)(text->p - start)};
    if (number.n == 0)
        return -1;
    if (!whole && number.n < 32) {
        if (tr_number_parse_double(number, writer->arena, &value) < 0)
            return -1;
        if (is_double(number, value)) {
            tr_mysql_json_print_double(value, writer);
            return 0;
        }
    }
    tr_writer_slice(writer, number);
    return 0;
}

static int rewrite(struct text *text, struct tr_writer *writer)
{
    int rc = text->p < text->end ? 0 : -1;

    while (text->p < text->end && rc == 0) {
        if (*text->p == ' ' || *text->p == '\t' || *text->p == '\r' || *text->p == '\n')
            text->p++;
        else if (*text->p == '"')
            rc = copy_string(text, writer);
        else if (*text->p == '-' || (*text->p >= '0' && *text->p <= '9'))
            rc = copy_number(text, writer);
        else if (memchr("{}[]:,truefalsn", *text->p, 15))
            tr_writer_char(writer, *text->p++);
        else
            rc = -1;
    }
    return rc;
}

int tr_mysql_json_rewrite(struct tr_slice cell, struct tr_arena *scratch, struct tr_slice *ret_text)
{
    const char *zero = cell.n ? memchr(cell.p, 0, cell.n) : NULL;
    size_t n = zero ? (size_t)(zero - cell.p) : cell.n;
    struct text text = {.p = cell.p, .end = cell.p + n};
    struct tr_writer writer;

    if (zero && read_opaques(&text, (struct tr_slice){zero + 1, cell.n - n - 1}, scratch) < 0)
        return -1;
    tr_writer_begin(&writer, scratch);
    int rc = rewrite(&text, &writer);
    if (tr_writer_end(&writer, ret_text) < 0)
        return -1;
    return rc < 0 ? 1 : 0;
}
