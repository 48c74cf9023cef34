/* Who we are to a registry: a user and password (from the address, from an option, from a JAAS
 * text), or a token (given, or fetched from an OAuth server and kept until it ends). */
#ifndef TR_ENCODE_REGISTRY_LOGIN_H
#define TR_ENCODE_REGISTRY_LOGIN_H

#include <curl/curl.h>

#include "base/diag.h"
#include "config/options.h"

struct tr_login;

int tr_login_new(const struct tr_converter_options *options, const char *side,
                 struct tr_login **ret_login, struct tr_diag *diag) TR_MUSTCHECK;
void tr_login_free(struct tr_login *login);

/* Fetch a token if one is needed: with the given handle, whose settings it changes. */
int tr_login_prepare(struct tr_login *login, CURL *curl, struct tr_diag *diag) TR_MUSTCHECK;

/* Set a request's credentials. of_address (USER:PASSWORD of the address) may be NULL. */
void tr_login_apply(const struct tr_login *login, CURL *curl, const char *of_address);

/* The registry refused the token. True: it was an OAuth server's, and is fetched anew next time. */
bool tr_login_forget(struct tr_login *login);

#endif
