/*
 * Expressions that a user writes in the configuration: Lua 5.4, in a sandbox.
 *
 * Debezium takes them in languages of the JVM; Lua is the one that comes as a small library. An
 * expression sees the record by Debezium's names (key, keySchema, value, valueSchema, headers,
 * topic), converts only what it touches and changes nothing. What it answers depends on the record
 * alone, or a replay would choose otherwise: there is no clock, no chance, no file, and nothing
 * survives an evaluation. Its instructions and its memory are bounded, and so is the time of every
 * library function that it may call.
 *
 * A build without Lua has lua/none.c: an expression then is an error of the configuration.
 */
#ifndef TR_TRANSFORM_SCRIPT_H
#define TR_TRANSFORM_SCRIPT_H

#include "base/arena.h"
#include "base/diag.h"
#include "record/record.h"

struct tr_script;

/* Compile an expression, or a chunk that returns. option names it in messages, with the line. <0:
 * TR_CONFIG. */
int tr_script_new(const char *text, const char *option, struct tr_script **ret_script,
                  struct tr_diag *diag) TR_MUSTCHECK;
void tr_script_free(struct tr_script *script);

enum tr_script_kind { TR_SCRIPT_NIL, TR_SCRIPT_BOOLEAN, TR_SCRIPT_TEXT, TR_SCRIPT_OTHER };

struct tr_script_answer {
    enum tr_script_kind kind;
    const char *type; /* Lua's word for it, static */
    bool boolean;
    struct tr_slice text; /* terminated, in the arena */
};

/* Several threads may evaluate one script. <0 (TR_DATA): the message names option, line and cause.
 */
int tr_script_eval(struct tr_script *script, const struct tr_record *record, struct tr_arena *arena,
                   struct tr_script_answer *ret_answer, struct tr_diag *diag) TR_MUSTCHECK;

#endif
