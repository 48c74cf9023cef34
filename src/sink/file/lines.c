#include "sink/file/lines.h"

/* Converters write objects in one line; what only looks like one would break the line's form. */
static bool is_object(struct tr_slice text)
{
    return text.n >= 2 && text.p[0] == '{' && text.p[text.n - 1] == '}' &&
           !memchr(text.p, '\n', text.n);
}

static void put_string(struct tr_writer *writer, struct tr_slice text)
{
    size_t before = (size_t)(writer->p - writer->start);

    if (tr_writer_json(writer, text) || writer->failed)
        return;
    writer->p = writer->start + before;
    tr_writer_char(writer, '"');
    tr_writer_base64(writer, text);
    tr_writer_char(writer, '"');
}

static void put_value(struct tr_writer *writer, struct tr_slice value)
{
    if (!value.p)
        tr_writer_literal(writer, "null");
    else if (is_object(value))
        tr_writer_slice(writer, value);
    else
        put_string(writer, value);
}

static void put_headers(struct tr_writer *writer, const struct tr_message *message)
{
    for (uint32_t i = 0; i < message->nheaders; i++) {
        const struct tr_header *header = &message->headers[i];
        tr_writer_text(writer, i ? ",[" : "[");
        put_string(writer, tr_slice_of(header->name));
        tr_writer_char(writer, ',');
        if (header->value.p)
            put_string(writer, header->value);
        else
            tr_writer_literal(writer, "null");
        tr_writer_char(writer, ']');
    }
}

void tr_line_write(struct tr_writer *writer, const struct tr_message *message, int64_t timestamp_ms)
{
    tr_writer_literal(writer, "{\"topic\":");
    put_string(writer, tr_slice_of(message->topic->name));
    tr_writer_literal(writer, ",\"partition\":0,\"key\":");
    put_value(writer, message->key);
    tr_writer_literal(writer, ",\"value\":");
    put_value(writer, message->value);
    tr_writer_literal(writer, ",\"headers\":[");
    put_headers(writer, message);
    tr_writer_literal(writer, "],\"timestamp\":");
    tr_writer_int(writer, message->timestamp_ms ? message->timestamp_ms : timestamp_ms);
    tr_writer_literal(writer, "}\n");
}
