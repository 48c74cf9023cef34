/* Writing answers: JSON, Connect's errors, and the texts that its HTTP libraries give. */
#ifndef TR_REST_ANSWER_H
#define TR_REST_ANSWER_H

#include "rest/exchange.h"

/* {"error_code":STATUS,"message":"…"} */
void tr_answer_error(struct tr_exchange *exchange, unsigned status, const char *format, ...)
    TR_PRINTF(3, 4);
/* The same with JAX-RS's message, "HTTP 404 Not Found". It has no Content-Type unless a method had
 * been found already. */
void tr_answer_refuse(struct tr_exchange *exchange, unsigned status, bool found);
/* What Jetty says of a path that it won't look at, in HTML. */
void tr_answer_bad_uri(struct tr_exchange *exchange);
/* No body: 202 or 204. */
void tr_answer_empty(struct tr_exchange *exchange, unsigned status);
/* {"message":"…"} */
void tr_answer_message(struct tr_exchange *exchange, const char *message);
/* rc isn't 0: a condition of enum tr_worker_answer, or <0. unknown is the text for a connector that
 * isn't there: Connect has several. */
void tr_answer_worker(struct tr_exchange *exchange, int rc, const struct tr_diag *diag,
                      const char *unknown);

/* A body: begin, write, end. */
void tr_answer_begin(struct tr_exchange *exchange, struct tr_writer *writer);
void tr_answer_end(struct tr_exchange *exchange, struct tr_writer *writer, unsigned status);

/* A JSON string, or null. What isn't UTF-8 in it becomes question marks. */
void tr_answer_text(struct tr_exchange *exchange, struct tr_writer *writer, const char *text);
/* The same behind ,"name": or (first) "name": */
void tr_answer_member(struct tr_exchange *exchange, struct tr_writer *writer, const char *name,
                      const char *text);
void tr_answer_list(struct tr_exchange *exchange, struct tr_writer *writer,
                    const struct tr_list *list);

/* A text in the exchange's arena; "" without memory, which the writer finds out. */
const char *tr_answer_printf(struct tr_exchange *exchange, const char *format, ...) TR_PRINTF(2, 3);

#endif
