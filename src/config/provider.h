/*
 * References to secrets, in the syntax of Kafka's config providers:
 *
 *   ${file:PATH:KEY}   the value of KEY in a .properties file
 *   ${dir:PATH:FILE}   the contents of a file, without the end of its last line
 *   ${env:NAME}        a variable of the environment
 *
 * Any part of a value may be one; what comes out is not looked at again. A worker may give the
 * providers other names (config.providers). What was resolved is marked as a secret, and no message
 * ever holds it.
 */
#ifndef TR_CONFIG_PROVIDER_H
#define TR_CONFIG_PROVIDER_H

#include "config/settings.h"

/* Resolve the references in all settings; what can't be had is a problem. <0: no memory. */
int tr_providers_resolve(struct tr_reading *reading, struct tr_diag *diag) TR_MUSTCHECK;

#endif
