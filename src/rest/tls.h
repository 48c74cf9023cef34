/* The key and certificates of https listeners, as PEM texts for libmicrohttpd. */
#ifndef TR_REST_TLS_H
#define TR_REST_TLS_H

#include "base/diag.h"
#include "config/options.h"

struct tr_tls {
    char *key, *chain, *trust; /* trust: NULL, no client's certificate is looked at */
    const char *key_password;
    char priorities[128]; /* GnuTLS's */
    bool required;        /* clients have to show a certificate */
};

/* listeners.https.ssl.*; if there are none, the ssl.* that the Kafka clients have. */
int tr_tls_load(const struct tr_worker_options *options, struct tr_tls *ret_tls,
                struct tr_diag *diag) TR_MUSTCHECK;
void tr_tls_finish(struct tr_tls *tls);

#endif
