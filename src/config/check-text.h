/* Checks of single texts, for the option table: <0 with the diag's message "not …" or such, which
 * the caller completes to a sentence. */
#ifndef TR_CONFIG_CHECK_TEXT_H
#define TR_CONFIG_CHECK_TEXT_H

#include "base/diag.h"

int tr_check_regex(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_slot_name(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_topic_text(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_key_columns(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_connector_name(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_placeholder(const char *text, struct tr_diag *diag) TR_MUSTCHECK;
int tr_check_bootstrap(const char *text, struct tr_diag *diag) TR_MUSTCHECK;

#endif
