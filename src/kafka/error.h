/* librdkafka's error codes, sorted by what the connector has to do about them. */
#ifndef TR_KAFKA_ERROR_H
#define TR_KAFKA_ERROR_H

#include <librdkafka/rdkafka.h>

#include "base/diag.h"

/* Fill the diag: class and reaction as the code asks for, "<format>: <the code's text>". Returns
 * -1. Everything that may pass by itself (brokers away, leaders moving) is TR_RETRY; refusals that
 * only a person can lift are TR_STOP. */
int tr_kafka_fail(struct tr_diag *diag, rd_kafka_resp_err_t error, const char *format, ...)
    TR_PRINTF(3, 4);

enum tr_class tr_kafka_class(rd_kafka_resp_err_t error);
enum tr_reaction tr_kafka_reaction(rd_kafka_resp_err_t error);

#endif
