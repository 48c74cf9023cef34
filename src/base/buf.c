#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void tr_buf_init(struct tr_buf *buf, size_t cap)
{
    *buf = (struct tr_buf){.cap = cap};
}

void tr_buf_finish(struct tr_buf *buf)
{
    free(buf->data);
    *buf = (struct tr_buf){0};
}

void tr_buf_reset(struct tr_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data)
        buf->data[0] = '\0';
}

/* Room for n more bytes and the terminator. */
static bool reserve(struct tr_buf *buf, size_t n)
{
    size_t need;

    if (buf->failed || __builtin_add_overflow(buf->len + 1, n, &need) || need > buf->cap) {
        buf->failed = true;
        return false;
    }
    if (need <= buf->size)
        return true;
    size_t size = TR_MIN(TR_MAX(need, TR_MAX(buf->size * 2, 128)), buf->cap);
    char *data = realloc(buf->data, size);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->size = size;
    return true;
}

void tr_buf_put(struct tr_buf *buf, const void *bytes, size_t n)
{
    if (!reserve(buf, n))
        return;
    if (n)
        memcpy(buf->data + buf->len, bytes, n);
    buf->len += n;
    buf->data[buf->len] = '\0';
}

void tr_buf_text(struct tr_buf *buf, const char *text)
{
    tr_buf_put(buf, text, strlen(text));
}

void tr_buf_printf(struct tr_buf *buf, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n >= 0 && reserve(buf, (size_t)n)) {
        vsnprintf(buf->data + buf->len, (size_t)n + 1, format, again);
        buf->len += (size_t)n;
    }
    va_end(again);
}

bool tr_buf_ok(const struct tr_buf *buf)
{
    return !buf->failed;
}

const char *tr_buf_string(const struct tr_buf *buf)
{
    return buf->data ? buf->data : "";
}
