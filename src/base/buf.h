/* A growable, always terminated text with a mandatory cap: SQL, paths, configuration. Not for the
 * row path (see writer.h). Failure (cap reached, no memory) is sticky and ends in tr_buf_ok. */
#ifndef TR_BASE_BUF_H
#define TR_BASE_BUF_H

#include "base/macros.h"
#include "base/slice.h"

struct tr_buf {
    char *data; /* NULL until something was added */
    size_t len, size, cap;
    bool failed;
};

void tr_buf_init(struct tr_buf *buf, size_t cap);
void tr_buf_finish(struct tr_buf *buf);
void tr_buf_reset(struct tr_buf *buf);
void tr_buf_put(struct tr_buf *buf, const void *bytes, size_t n);
void tr_buf_text(struct tr_buf *buf, const char *text);
void tr_buf_printf(struct tr_buf *buf, const char *format, ...) TR_PRINTF(2, 3);

/* True when everything fitted. tr_buf_string is "" before anything was added. */
bool tr_buf_ok(const struct tr_buf *buf) TR_MUSTCHECK;
const char *tr_buf_string(const struct tr_buf *buf);

#endif
