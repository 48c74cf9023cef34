/*
 * Java's .properties, as java.util.Properties.load reads them (its documentation is the grammar):
 *
 *   line      = blanks (comment | key separator value | key) end
 *   comment   = ("#" | "!") anything; never continued
 *   separator = blanks ("=" | ":") blanks, or blanks alone
 *   escapes   = "\" t n r f, "\u" and four digits, "\" and any other character: itself
 *
 * A line that ends with an odd number of "\" goes on in the next one, whose leading blanks don't
 * count. The bytes are UTF-8, not the Latin-1 of old: Kafka reads them so, too.
 *
 * A .conf file is the same with "[section]" lines between, and ";" for comments. It is read here
 * and not by an INI library because those cut long lines and what stands behind " ;": passwords and
 * lists of tables have both.
 */
#include <string.h>

#include "config/read.h"

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

/* The next line of the text, without its end. */
static struct tr_slice next_line(struct tr_properties_reader *reader)
{
    struct tr_slice *rest = &reader->rest;
    size_t n = 0;

    while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
        n++;
    struct tr_slice line = {rest->p, n};
    if (n < rest->n)
        n += rest->p[n] == '\r' && n + 1 < rest->n && rest->p[n + 1] == '\n' ? 2 : 1;
    rest->p += n;
    rest->n -= n;
    reader->upcoming++;
    while (line.n && blank(*line.p))
        line.p++, line.n--;
    return line;
}

static bool goes_on(struct tr_slice line)
{
    size_t n = 0;

    while (n < line.n && line.p[line.n - 1 - n] == '\\')
        n++;
    return n % 2 == 1;
}

static bool is_comment(const struct tr_properties_reader *reader, struct tr_slice line)
{
    return !line.n || *line.p == '#' || *line.p == '!' || (reader->sections && *line.p == ';');
}

/* The length of a line with those that it goes on in, without the "\\" at their ends. */
static size_t joined_length(struct tr_properties_reader reader, struct tr_slice line)
{
    size_t n = 0;

    for (; goes_on(line); line = next_line(&reader))
        n += line.n - 1;
    return n + line.n;
}

static int join(struct tr_properties_reader *reader, struct tr_slice *line, struct tr_diag *diag)
{
    char *joined = tr_arena_alloc(reader->arena, joined_length(*reader, *line)), *p = joined;

    if (!joined)
        return tr_fail_memory(diag);
    for (; goes_on(*line); *line = next_line(reader))
        p = mempcpy(p, line->p, line->n - 1);
    if (line->n)
        p = mempcpy(p, line->p, line->n);
    *line = (struct tr_slice){joined, (size_t)(p - joined)};
    return 0;
}

/* A line that isn't a comment, with those that it goes on in. >0: the text is at its end. */
static int next_logical_line(struct tr_properties_reader *reader, struct tr_slice *ret_line,
                             struct tr_diag *diag)
{
    do {
        if (!reader->rest.n)
            return 1;
        reader->line = reader->upcoming;
        *ret_line = next_line(reader);
    } while (is_comment(reader, *ret_line));
    return goes_on(*ret_line) ? join(reader, ret_line, diag) : 0;
}

static size_t key_length(struct tr_slice line)
{
    size_t n = 0;

    while (n < line.n && !blank(line.p[n]) && line.p[n] != '=' && line.p[n] != ':')
        n += line.p[n] == '\\' && n + 1 < line.n ? 2 : 1;
    return n;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool unicode_escape(struct tr_slice text, size_t at, unsigned *ret_unit)
{
    unsigned unit = 0;

    if (text.n < at + 6 || text.p[at] != '\\' || text.p[at + 1] != 'u')
        return false;
    for (size_t i = at + 2; i < at + 6; i++) {
        int digit = hex_digit(text.p[i]);
        if (digit < 0)
            return false;
        unit = unit << 4 | (unsigned)digit;
    }
    *ret_unit = unit;
    return true;
}

static char *put_utf8(char *p, unsigned code)
{
    if (code < 0x80) {
        *p++ = (char)code;
        return p;
    }
    if (code < 0x800) {
        *p++ = (char)(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *p++ = (char)(0xE0 | code >> 12);
        } else {
            *p++ = (char)(0xF0 | code >> 18);
            *p++ = (char)(0x80 | (code >> 12 & 0x3F));
        }
        *p++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *p++ = (char)(0x80 | (code & 0x3F));
    return p;
}

/* A \uXXXX, or a pair of them for a character outside of the basic plane. NULL: malformed, or a
 * zero or half a pair, which no text may hold. */
static char *put_unicode(char *p, struct tr_slice text, size_t *at)
{
    unsigned unit, low;

    if (!unicode_escape(text, *at, &unit) || !unit || (unit & 0xFC00) == 0xDC00)
        return NULL;
    *at += 6;
    if ((unit & 0xFC00) != 0xD800)
        return put_utf8(p, unit);
    if (!unicode_escape(text, *at, &low) || (low & 0xFC00) != 0xDC00)
        return NULL;
    *at += 6;
    return put_utf8(p, 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF));
}

static char plain_escape(char c)
{
    static const char from[] = "tnrf", to[] = "\t\n\r\f";
    const char *found = c ? strchr(from, c) : NULL;

    return found ? to[found - from] : c;
}

static int unescape(struct tr_properties_reader *reader, struct tr_slice text,
                    const char **ret_text, struct tr_diag *diag)
{
    char *copy = tr_arena_alloc(reader->arena, text.n + 1), *p = copy;

    if (!copy)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < text.n;) {
        if (text.p[i] != '\\') {
            *p++ = text.p[i++];
        } else if (i + 1 < text.n && text.p[i + 1] == 'u') {
            p = put_unicode(p, text, &i);
            if (!p)
                return tr_fail(diag, TR_CONFIG, TR_STOP,
                               "malformed \\uXXXX: four hexadecimal digits of a character (or of "
                               "both halves of a pair) must follow");
        } else {
            if (i + 1 < text.n)
                *p++ = plain_escape(text.p[i + 1]);
            i += 2;
        }
    }
    *p = '\0';
    *ret_text = copy;
    return 0;
}

static struct tr_slice after_separator(struct tr_slice text)
{
    size_t n = 0;

    while (n < text.n && blank(text.p[n]))
        n++;
    if (n < text.n && (text.p[n] == '=' || text.p[n] == ':'))
        n++;
    while (n < text.n && blank(text.p[n]))
        n++;
    return (struct tr_slice){text.p + n, text.n - n};
}

static struct tr_slice trim_end(struct tr_slice text)
{
    while (text.n && blank(text.p[text.n - 1]))
        text.n--;
    return text;
}

int tr_properties_next(struct tr_properties_reader *reader, struct tr_setting *ret_setting,
                       struct tr_diag *diag)
{
    struct tr_slice line;
    int rc = next_logical_line(reader, &line, diag);

    if (rc)
        return rc;
    *ret_setting = (struct tr_setting){.line = reader->line};
    if (memchr(line.p, '\0', line.n))
        return tr_fail(diag, TR_CONFIG, TR_STOP, "a zero byte: this is not a text file");
    if (reader->sections && line.n && *line.p == '[') {
        line = trim_end(line);
        if (line.p[line.n - 1] != ']')
            return tr_fail(diag, TR_CONFIG, TR_STOP, "a section that has no ] at its end");
        ret_setting->name =
            tr_arena_strdup(reader->arena, (struct tr_slice){line.p + 1, line.n - 2});
        return ret_setting->name ? 0 : tr_fail_memory(diag);
    }
    size_t n = key_length(line);
    struct tr_slice value = after_separator((struct tr_slice){line.p + n, line.n - n});
    if (reader->sections)
        value = trim_end(value);
    if (unescape(reader, (struct tr_slice){line.p, n}, &ret_setting->name, diag) < 0)
        return -1;
    return unescape(reader, value, &ret_setting->value, diag);
}

int tr_read_properties(struct tr_reading *reading, const char *file, struct tr_slice text,
                       struct tr_diag *diag)
{
    struct tr_properties_reader reader = {.rest = text, .arena = reading->arena, .upcoming = 1};
    struct tr_settings *settings = tr_settings_new(reading, file);
    struct tr_setting setting;
    int rc;

    if (!settings)
        return tr_fail_memory(diag);
    while ((rc = tr_properties_next(&reader, &setting, diag)) == 0)
        if (tr_settings_add(reading, settings, setting) < 0)
            return tr_fail_memory(diag);
    if (rc < 0)
        return tr_fail_in(diag, "%s:%u", file, reader.line);
    settings->worker = !tr_settings_find(settings, "connector.class");
    return 0;
}
