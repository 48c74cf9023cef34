#include "rest/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FILE_CAP (1u << 20)
#define PREFIX   "listeners.https.ssl."

static int fail_missing(struct tr_diag *diag)
{
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "an https listener needs a key and a certificate: write " PREFIX
                   "keystore.location, a PEM file with both, and " PREFIX "keystore.type=PEM");
}

static int read_file(const char *property, const char *path, char **ret_text, struct tr_diag *diag)
{
    FILE *file = fopen(path, "re");
    char *text = calloc(1, FILE_CAP + 1);
    size_t n = file && text ? fread(text, 1, FILE_CAP, file) : 0;
    int rc = 0;

    if (!text)
        rc = tr_fail_memory(diag);
    else if (!file || ferror(file))
        rc = tr_fail(diag, TR_CONFIG, TR_STOP, PREFIX "%s: %s can't be read: %s", property, path,
                     strerror(errno));
    else if (n < 11 || !strstr(text, "-----BEGIN "))
        rc = tr_fail(diag, TR_CONFIG, TR_STOP,
                     PREFIX "%s: %s is not PEM: convert it, keytool -importkeystore -srckeystore "
                            "STORE -destkeystore STORE.p12 -deststoretype PKCS12 for a JKS store, "
                            "then openssl pkcs12 -in STORE.p12 -out STORE.pem",
                     property, path);
    if (file)
        fclose(file);
    if (rc < 0) {
        free(text);
        return -1;
    }
    *ret_text = text;
    return 0;
}

static int copy(const char *text, char **ret_copy, struct tr_diag *diag)
{
    *ret_copy = strdup(text);
    return *ret_copy ? 0 : tr_fail_memory(diag);
}

/* The one PEM text may hold both: each is looked for in it. */
static int load_key(const struct tr_tls_options *options, struct tr_tls *tls, struct tr_diag *diag)
{
    if (options->keystore_location) {
        if (read_file("keystore.location", options->keystore_location, &tls->key, diag) < 0)
            return -1;
        return copy(tls->key, &tls->chain, diag);
    }
    if (!options->keystore_key || !options->keystore_chain)
        return fail_missing(diag);
    if (copy(options->keystore_key, &tls->key, diag) < 0)
        return -1;
    return copy(options->keystore_chain, &tls->chain, diag);
}

static int load_trust(const struct tr_tls_options *options, struct tr_tls *tls,
                      struct tr_diag *diag)
{
    if (options->client_auth == TR_CLIENT_AUTH_NONE)
        return 0;
    if (options->truststore_location)
        return read_file("truststore.location", options->truststore_location, &tls->trust, diag);
    if (options->truststore_certificates)
        return copy(options->truststore_certificates, &tls->trust, diag);
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   PREFIX "client.auth needs to know whom to trust: write " PREFIX
                          "truststore.location, a PEM file with their certificates");
}

static void choose_versions(const struct tr_list *protocols, struct tr_tls *tls)
{
    size_t n = (size_t)snprintf(tls->priorities, sizeof tls->priorities, "NORMAL:-VERS-ALL");

    for (size_t i = 0; i < protocols->count && n < sizeof tls->priorities; i++)
        n += (size_t)snprintf(tls->priorities + n, sizeof tls->priorities - n, ":+VERS-%s",
                              strcmp(protocols->items[i], "TLSv1.2") == 0 ? "TLS1.2" : "TLS1.3");
}

/* The Kafka clients' property of this name, without "ssl.". */
static const char *common(const struct tr_worker_options *options, const char *name)
{
    const char *value = NULL;

    for (size_t i = 0; i < options->common.count; i++) {
        const struct tr_property *item = &options->common.items[i];
        if (strncmp(item->name, "ssl.", 4) == 0 && strcmp(item->name + 4, name) == 0)
            value = item->value;
    }
    return value;
}

static bool own_settings(const struct tr_tls_options *tls)
{
    return tls->keystore_location || tls->keystore_key || tls->keystore_chain ||
           tls->truststore_location || tls->truststore_certificates;
}

static struct tr_tls_options settings_of(const struct tr_worker_options *options)
{
    struct tr_tls_options tls = options->rest.tls;

    if (own_settings(&tls))
        return tls;
    tls.keystore_location = common(options, "keystore.location");
    tls.keystore_key = common(options, "keystore.key");
    tls.keystore_chain = common(options, "keystore.certificate.chain");
    tls.key_password = common(options, "key.password");
    tls.truststore_location = common(options, "truststore.location");
    tls.truststore_certificates = common(options, "truststore.certificates");
    return tls;
}

int tr_tls_load(const struct tr_worker_options *options, struct tr_tls *ret_tls,
                struct tr_diag *diag)
{
    struct tr_tls_options settings = settings_of(options);

    *ret_tls = (struct tr_tls){
        .key_password = settings.key_password,
        .required = settings.client_auth == TR_CLIENT_AUTH_REQUIRED,
    };
    choose_versions(&settings.protocols, ret_tls);
    if (load_key(&settings, ret_tls, diag) == 0 && load_trust(&settings, ret_tls, diag) == 0)
        return 0;
    tr_tls_finish(ret_tls);
    return -1;
}

void tr_tls_finish(struct tr_tls *tls)
{
    if (tls->key)
        OPENSSL_cleanse(tls->key, strlen(tls->key));
    if (tls->chain) /* it may be the same file */
        OPENSSL_cleanse(tls->chain, strlen(tls->chain));
    free(tls->key);
    free(tls->chain);
    free(tls->trust);
    *tls = (struct tr_tls){0};
}
