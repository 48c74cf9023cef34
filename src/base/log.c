#include "base/log.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log-levels.h"

struct line {
    char text[4096];
    size_t n;
};

static void put(struct line *line, const char *bytes, size_t n)
{
    size_t room = sizeof line->text - 2 - line->n; /* a closing brace and the newline */
    n = TR_MIN(n, room);
    memcpy(line->text + line->n, bytes, n);
    line->n += n;
}

static void put_text(struct line *line, const char *text)
{
    put(line, text, strlen(text));
}

static void put_quoted(struct line *line, const char *text)
{
    put_text(line, "\"");
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        char escape[8];
        if (c == '"' || c == '\\') {
            escape[0] = '\\';
            escape[1] = (char)c;
            put(line, escape, 2);
        } else if (c == '\n') {
            put_text(line, "\\n");
        } else if (c < 0x20 || c == 0x7f) {
            put(line, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
        } else {
            put(line, text, 1);
        }
    }
    put_text(line, "\"");
}

static bool bare(const char *text)
{
    return *text && !strpbrk(text, " \"=\\\n\t\r");
}

static void put_pair(struct line *line, enum tr_log_format format, const char *key,
                     const struct tr_log_field *field)
{
    char number[24];

    if (line->n > (format == TR_LOG_JSON ? 1 : 0))
        put_text(line, format == TR_LOG_JSON ? "," : " ");
    if (format == TR_LOG_JSON)
        put_quoted(line, key);
    else
        put_text(line, key);
    put_text(line, format == TR_LOG_JSON ? ":" : "=");
    if (!field->text) {
        snprintf(number, sizeof number, "%" PRId64, field->number);
        put_text(line, number);
    } else if (format == TR_LOG_LOGFMT && bare(field->text)) {
        put_text(line, field->text);
    } else {
        put_quoted(line, field->text);
    }
}

static void put_time(struct line *line, enum tr_log_format format)
{
    int64_t now = tr_clock_realtime_ns();
    time_t seconds = now / 1000000000;
    struct tm tm;
    char text[40], whole[48];

    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(whole, sizeof whole, "%s.%03dZ", text, (int)(now / 1000000 % 1000));
    put_pair(line, format, "ts", &TR_LOG_STR("ts", whole));
}

void tr_log_write(const struct tr_log *log, enum tr_log_level level, const char *message,
                  const struct tr_log_field *fields)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    struct line line = {.n = 0};

    if (log->levels ? !tr_log_levels_pass(log->levels, log->connector, level) : level > log->level)
        return;
    if (log->format == TR_LOG_JSON)
        put_text(&line, "{");
    put_time(&line, log->format);
    put_pair(&line, log->format, "level", &TR_LOG_STR("level", names[level]));
    if (log->connector)
        put_pair(&line, log->format, "connector", &TR_LOG_STR("connector", log->connector));
    put_pair(&line, log->format, "msg", &TR_LOG_STR("msg", message));
    for (; fields->key; fields++)
        put_pair(&line, log->format, fields->key, fields);
    if (log->format == TR_LOG_JSON)
        line.text[line.n++] = '}';
    line.text[line.n++] = '\n';
    /* one write: lines of several threads don't mix; a log that can't be
     * written must not stop us */
    ssize_t ignored = write(log->fd, line.text, line.n);
    (void)ignored;
}
