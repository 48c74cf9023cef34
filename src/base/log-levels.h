/*
 * How much is logged, by the name of a logger, changed while everything runs.
 *
 * Loggers have dotted names: "root" above all, "tailrace", and below it one for each connector,
 * "tailrace.connector.NAME". A logger has the level of the nearest name above it that was given
 * one. Any name can be given one, as in Kafka Connect; those of Java classes are kept and decide
 * nothing.
 */
#ifndef TR_BASE_LOG_LEVELS_H
#define TR_BASE_LOG_LEVELS_H

#include "base/log.h"
#include "base/slice.h"

#define TR_LOGGER           "tailrace"
#define TR_LOGGER_CONNECTOR TR_LOGGER ".connector."

struct tr_log_levels;

/* NULL without memory. root is what the command line says. */
struct tr_log_levels *tr_log_levels_new(enum tr_log_level root);
void tr_log_levels_free(struct tr_log_levels *levels);

/* Whether a line of this level is to be written: a connector's, or NULL for the program's own. */
bool tr_log_levels_pass(struct tr_log_levels *levels, const char *connector,
                        enum tr_log_level level);

/* word is Connect's (OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE), whatever its case; it is also
 * given to all names below. >0: there is no such level. <0: no memory, or too many names. */
int tr_log_levels_set(struct tr_log_levels *levels, const char *name, const char *word,
                      int64_t now_ms) TR_MUSTCHECK;

/* Calls back for "root" and each name that was given a level, in alphabetical order. set_ms is 0
 * until it was set. */
void tr_log_levels_each(struct tr_log_levels *levels,
                        void (*see)(void *context, const char *name, const char *word,
                                    int64_t set_ms),
                        void *context);

/* The level that a logger has, whoever gave it; false if nobody gave this very name one. The texts
 * of levels are constants. */
bool tr_log_levels_get(struct tr_log_levels *levels, const char *name, const char **ret_word,
                       int64_t *ret_set_ms);

/* Whether name is below (or is) the other one: "a.b" is below "a", all are below "root". */
bool tr_logger_below(const char *name, const char *other);

#endif
