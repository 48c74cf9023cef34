/*
 * Logs for operators: one line per event, logfmt or JSON, to a descriptor. A logger is a plain
 * value that is handed down; with() adds the connector's name. Only main, cli/, connector/ and the
 * drivers' life-cycle code log; everything else reports through tr_diag. Secrets never get here:
 * configuration values are logged only by the names of their properties.
 */
#ifndef TR_BASE_LOG_H
#define TR_BASE_LOG_H

#include <stdint.h>

#include "base/macros.h"

struct tr_log_levels;

enum tr_log_level { TR_LOG_ERROR, TR_LOG_WARN, TR_LOG_INFO, TR_LOG_DEBUG };
enum tr_log_format { TR_LOG_LOGFMT, TR_LOG_JSON };

struct tr_log {
    int fd;
    enum tr_log_level level;
    enum tr_log_format format;
    const char *connector;        /* NULL outside a connector; borrowed */
    struct tr_log_levels *levels; /* goes before level, and may change; NULL: level is all */
};

struct tr_log_field {
    const char *key; /* NULL ends the list */
    const char *text;
    int64_t number; /* when text is NULL */
};

#define TR_LOG_STR(key, value) ((struct tr_log_field){(key), (value), 0})
#define TR_LOG_INT(key, value) ((struct tr_log_field){(key), NULL, (int64_t)(value)})

void tr_log_write(const struct tr_log *log, enum tr_log_level level, const char *message,
                  const struct tr_log_field *fields);

#define TR_LOG_AT(log, level, message, ...)                                                        \
    tr_log_write((log), (level), (message), (struct tr_log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
#define tr_log_error(log, ...) TR_LOG_AT(log, TR_LOG_ERROR, __VA_ARGS__)
#define tr_log_warn(log, ...)  TR_LOG_AT(log, TR_LOG_WARN, __VA_ARGS__)
#define tr_log_info(log, ...)  TR_LOG_AT(log, TR_LOG_INFO, __VA_ARGS__)
#define tr_log_debug(log, ...) TR_LOG_AT(log, TR_LOG_DEBUG, __VA_ARGS__)

#endif
