#include "rest/answer.h"

#include <stdarg.h>
#include <stdio.h>

#define JSON "application/json"

static const char no_memory[] = "{\"error_code\":500,\"message\":\"out of memory\"}";

static const char *reason_of(unsigned status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 413:
        return "Request Entity Too Large";
    case 415:
        return "Unsupported Media Type";
    default:
        return "Internal Server Error";
    }
}

void tr_answer_begin(struct tr_exchange *exchange, struct tr_writer *writer)
{
    tr_arena_reset(&exchange->out);
    tr_writer_begin(writer, &exchange->out);
}

void tr_answer_end(struct tr_exchange *exchange, struct tr_writer *writer, unsigned status)
{
    struct tr_answer *answer = &exchange->answer;

    answer->status = status;
    answer->type = JSON;
    if (tr_writer_end(writer, &answer->body) < 0) {
        answer->status = 500;
        answer->body = (struct tr_slice){no_memory, sizeof no_memory - 1};
    }
}

void tr_answer_text(struct tr_exchange *exchange, struct tr_writer *writer, const char *text)
{
    size_t before = (size_t)(writer->p - writer->start);

    if (!text) {
        tr_writer_literal(writer, "null");
        return;
    }
    if (tr_writer_json(writer, tr_slice_of(text)))
        return;
    char *copy = tr_arena_strdup(&exchange->in, tr_slice_of(text));
    for (char *p = copy; p && *p; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    writer->p = writer->start + before;
    if (!copy || !tr_writer_json(writer, tr_slice_of(copy)))
        writer->failed = true;
}

void tr_answer_member(struct tr_exchange *exchange, struct tr_writer *writer, const char *name,
                      const char *text)
{
    if (writer->p > writer->start && writer->p[-1] != '{')
        tr_writer_char(writer, ',');
    tr_answer_text(exchange, writer, name);
    tr_writer_char(writer, ':');
    tr_answer_text(exchange, writer, text);
}

void tr_answer_list(struct tr_exchange *exchange, struct tr_writer *writer,
                    const struct tr_list *list)
{
    tr_writer_char(writer, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            tr_writer_char(writer, ',');
        tr_answer_text(exchange, writer, list->items[i]);
    }
    tr_writer_char(writer, ']');
}

static void write_error(struct tr_exchange *exchange, unsigned status, const char *message)
{
    struct tr_writer writer;

    tr_answer_begin(exchange, &writer);
    tr_writer_printf(&writer, "{\"error_code\":%u,\"message\":", status);
    tr_answer_text(exchange, &writer, message);
    tr_writer_char(&writer, '}');
    tr_answer_end(exchange, &writer, status);
}

void tr_answer_error(struct tr_exchange *exchange, unsigned status, const char *format, ...)
{
    char message[4096];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    write_error(exchange, status, message);
}

void tr_answer_refuse(struct tr_exchange *exchange, unsigned status, bool found)
{
    tr_answer_error(exchange, status, "HTTP %u %s", status, reason_of(status));
    if (!found)
        exchange->answer.type = NULL;
}

/* Jetty has a page for a client that reads, and nothing for one that writes. */
void tr_answer_bad_uri(struct tr_exchange *exchange)
{
    enum tr_method method = exchange->request.method;
    const char *why = exchange->request.bad_uri;
    struct tr_writer writer;

    tr_answer_begin(exchange, &writer);
    if (method == TR_METHOD_GET || method == TR_METHOD_HEAD || method == TR_METHOD_POST)
        tr_writer_printf(&writer,
                         "<html>\n<head>\n<title>Error 400 %s</title>\n</head>\n<body>\n"
                         "<h2>HTTP ERROR 400 %s</h2>\n</body>\n</html>\n",
                         why, why);
    bool page = writer.p > writer.start;
    tr_answer_end(exchange, &writer, 400);
    exchange->answer.type = page ? "text/html;charset=iso-8859-1" : NULL;
    exchange->answer.cache = "must-revalidate,no-cache,no-store";
}

void tr_answer_empty(struct tr_exchange *exchange, unsigned status)
{
    exchange->answer.status = status;
    exchange->answer.type = NULL;
    exchange->answer.body = TR_SLICE("");
}

void tr_answer_message(struct tr_exchange *exchange, const char *message)
{
    struct tr_writer writer;

    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '{');
    tr_answer_member(exchange, &writer, "message", message);
    tr_writer_char(&writer, '}');
    tr_answer_end(exchange, &writer, 200);
}

void tr_answer_worker(struct tr_exchange *exchange, int rc, const struct tr_diag *diag,
                      const char *unknown)
{
    static const unsigned statuses[] = {
        [TR_WORKER_EXISTS] = 409,
        [TR_WORKER_INVALID] = 400,
        [TR_WORKER_REFUSED] = 400,
        [TR_WORKER_BUSY] = 409,
    };

    if (rc == TR_WORKER_UNKNOWN)
        write_error(exchange, 404, unknown);
    else
        write_error(exchange, rc > 0 && (size_t)rc < TR_COUNT(statuses) ? statuses[rc] : 500,
                    diag->message);
}

const char *tr_answer_printf(struct tr_exchange *exchange, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *copy = tr_arena_strdup(&exchange->in, tr_slice_of(text));
    return copy ? copy : "";
}
