/*
 * Who may use the API: HTTP's basic authentication against a file of lines USER:PASSWORD or
 * USER:HASH, where a hash is what crypt(5) knows ("$2y$…", "$y$…", "$6$…"); {PLAIN} before a
 * password says that it is none. Lines that begin with # are comments. A changed file is read anew
 * at the next request.
 *
 * Comparisons take the same time whatever differs, and an unknown user costs as much as a wrong
 * password. A hash that took long to check is remembered by a keyed digest, so that a client that
 * asks again doesn't wait again.
 */
#ifndef TR_REST_USERS_H
#define TR_REST_USERS_H

#include <stdbool.h>

#include "base/diag.h"

struct tr_users;

int tr_users_new(const char *path, struct tr_users **ret_users, struct tr_diag *diag) TR_MUSTCHECK;
void tr_users_free(struct tr_users *users);

/* The value of a header Authorization, or NULL. */
bool tr_users_admit(struct tr_users *users, const char *authorization);

#endif
