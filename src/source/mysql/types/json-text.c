/*
 * JSON text as the server prints it, to the form that the log's documents are written in: no
 * blanks, doubles in all their digits, escapes in upper case.
 *
 * A number with a fraction is a double if it is what the shortest digits of a double look like, and
 * a decimal otherwise.
 */
#include <stdio.h>
#include <stdlib.h>

#include "encode/number.h"
#include "record/number.h"
#include "source/mysql/types/json.h"

struct text {
    const char *p, *end;
};

/* A string with its quotes; only the hex digits behind \u change. */
static int copy_string(struct text *text, struct tr_writer *writer)
{
    const char *start = text->p++;

    while (text->p < text->end && *text->p != '"') {
        if (*text->p++ != '\\')
            continue;
        if (text->p == text->end)
            return -1;
        if (*text->p++ != 'u')
            continue;
        if (text->end - text->p < 4)
            return -1;
        tr_writer_put(writer, start, (size_t)(text->p - start));
        for (int i = 0; i < 4; i++, text->p++)
            tr_writer_char(writer,
                           (char)(*text->p >= 'a' && *text->p <= 'f' ? *text->p - 32 : *text->p));
        start = text->p;
    }
    if (text->p == text->end)
        return -1;
    text->p++;
    tr_writer_put(writer, start, (size_t)(text->p - start));
    return 0;
}

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
    for (int precision = 15; precision <= 17; precision++) {
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

int tr_mysql_json_rewrite(struct tr_slice from, struct tr_writer *writer)
{
    struct text text = {from.p, from.p + from.n};
    int rc = from.n ? 0 : -1;

    while (text.p < text.end && rc == 0) {
        if (*text.p == ' ' || *text.p == '\t' || *text.p == '\r' || *text.p == '\n') {
            text.p++;
        } else if (*text.p == '"') {
            rc = copy_string(&text, writer);
        } else if (*text.p == '-' || (*text.p >= '0' && *text.p <= '9')) {
            rc = copy_number(&text, writer);
        } else if (memchr("{}[]:,truefalsn", *text.p, 15)) {
            tr_writer_char(writer, *text.p++);
        } else {
            rc = -1;
        }
    }
    return rc;
}
