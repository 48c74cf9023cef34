/* Checks of single texts, for the option table: <0 with the diag's message "not …" or such, which
 * the caller completes to a sentence. */
#ifndef TR_CONFIG_CHECK_TEXT_H
#define TR_CONFIG_CHECK_TEXT_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/slice.h"

int tr_check_regex(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_slot_name(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_topic_text(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_key_columns(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_connector_name(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_placeholder(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_bootstrap(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_stream_params(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_replica_identity(const char *text, struct tr_diag *diag) TR_MUSTCHECK;

/* One of replica.identity.autoset.values: <table>:DEFAULT, :FULL, :NOTHING or :INDEX <index>. */
struct tr_replica_rule {
    struct tr_slice tables; /* a regular expression */
    char identity;          /* as in pg_class.relreplident: d, f, n, i */
    struct tr_slice index;  /* of i; otherwise empty */
};

/* False: it is of no such form. */
bool tr_replica_rule_of(const char *text, struct tr_replica_rule *ret_rule);

/* The value of a parameter in slot.stream.params (NULL: none), or one that is empty. */
struct tr_slice tr_stream_param(const char *params, const char *name);

#endif
