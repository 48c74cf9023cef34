/* The REST API: where it listens, who may use it. */
#include "config/http-header.h"
#include "config/listener.h"
#include "config/option-table.h"

static int check_listener(const char *text, struct tr_diag *diag)
{
    struct tr_listener listener;

    return tr_listener_parse(text, &listener, diag);
}

static int check_headers(const char *text, struct tr_diag *diag)
{
    struct tr_http_header headers[TR_HTTP_HEADERS];
    struct tr_arena arena;
    size_t count;

    tr_arena_init(&arena, 4096, 1 << 20);
    int rc = tr_http_headers_parse(text, &arena, headers, &count, diag);
    tr_arena_finish(&arena);
    return rc;
}

static const struct tr_choice client_auth[] = {
    {"none", TR_CLIENT_AUTH_NONE, NULL},
    {"requested", TR_CLIENT_AUTH_REQUESTED, NULL},
    {"required", TR_CLIENT_AUTH_REQUIRED, NULL},
    {0},
};

static const struct tr_choice store_types[] = {
    {"PEM", 0, NULL},
    {"JKS", 0,
     "Java's own form: convert it, keytool -importkeystore -deststoretype PKCS12 and then "
     "openssl pkcs12 -in STORE.p12 -out STORE.pem, and write PEM"},
    {"PKCS12", 0, "convert it with openssl pkcs12 -in STORE.p12 -out STORE.pem, and write PEM"},
    {0},
};

static const struct tr_choice protocols[] = {{"TLSv1.2", 0, NULL}, {"TLSv1.3", 0, NULL}, {0}};

static int check_protocol(const char *text, struct tr_diag *diag)
{
    for (const struct tr_choice *choice = protocols; choice->name; choice++)
        if (strcmp(choice->name, text) == 0)
            return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP, "neither TLSv1.2 nor TLSv1.3");
}

static int check_extension(const char *text, struct tr_diag *diag)
{
    if (strstr(text, "BasicAuthSecurityRestExtension"))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "a Java class whose users stand in a JAAS file: write them into a file of "
                       "lines USER:PASSWORD or USER:HASH, and its path as rest.users.file");
    return tr_fail(diag, TR_CONFIG, TR_STOP, "a Java class, which tailrace can't run: remove it");
}

#define AT(member) TR_WORKER_AT(rest.member)

static const struct tr_option options[] = {
    {.name = "listeners",
     .type = TR_OPTION_LIST,
     .importance = TR_HIGH,
     .at = AT(listeners),
     .check = check_listener,
     .doc = "Where the REST API listens: http://HOST:PORT or https://HOST:PORT, any number; an "
            "empty HOST is every interface, an empty list is no REST API. If nothing is written "
            "it is http://127.0.0.1:8083, and tailrace goes on without it where that is taken."},
    {.name = "rest.host.name",
     .importance = TR_LOW,
     .at = AT(host_name),
     .doc = "The host of the only listener; older Connect's way to say where."},
    {.name = "rest.port",
     .type = TR_OPTION_INT,
     .importance = TR_LOW,
     .at = AT(port),
     .min = 1,
     .max = 65535,
     .doc = "The port of the only listener; listeners goes before it."},
    {.name = "admin.listeners",
     .type = TR_OPTION_LIST,
     .at = AT(admin_listeners),
     .check = check_listener,
     .doc = "Where /admin is answered, and nothing else but /metrics: listeners of its own; an "
            "empty list is nowhere. If nothing is written it is answered at all listeners."},
    {.name = "admin.listeners.https.*",
     .status = TR_OPTION_DEFAULT_ONLY,
     .note = "all listeners have the keys of listeners.https.ssl.*",
     .doc = "TLS of admin.listeners."},
    {.name = "rest.advertised.host.name",
     .at = AT(advertised_host),
     .doc = "How other hosts call this one: first part of the worker's id."},
    {.name = "rest.advertised.port",
     .type = TR_OPTION_INT,
     .at = AT(advertised_port),
     .min = 1,
     .max = 65535,
     .doc = "The port that others reach it at."},
    {.name = "rest.advertised.listener",
     .at = AT(advertised_listener),
     .doc = "http or https: which listener others are told of, where there are both."},
    {.name = "rest.users.file",
     .importance = TR_MEDIUM,
     .at = AT(users_file),
     .doc = "Who may use the REST API (HTTP's basic authentication): lines of USER:PASSWORD, or "
            "USER:HASH as crypt(5) has it (htpasswd -nB, mkpasswd). Read anew when it changes. "
            "With it nothing answers without a password, /health included."},
    {.name = "rest.mask.passwords",
     .type = TR_OPTION_BOOLEAN,
     .fallback = "true",
     .at = AT(mask_passwords),
     .doc = "Whether passwords in connectors' configurations are shown as **********. Written "
            "back so, they stay what they are."},
    {.name = "rest.extension.classes",
     .type = TR_OPTION_LIST,
     .check = check_extension,
     .doc = "Java classes of Connect; BasicAuthSecurityRestExtension is rest.users.file here."},
    {.name = "access.control.allow.origin",
     .at = AT(allow_origin),
     .doc = "Web pages of other origins that may use the REST API (CORS): one, or *."},
    {.name = "access.control.allow.methods",
     .at = AT(allow_methods),
     .doc = "With which methods, separated by commas; GET, POST and HEAD if nothing is written."},
    {.name = "response.http.headers.config",
     .at = AT(headers),
     .check = check_headers,
     .doc = "Further headers of all answers: \"set NAME: VALUE\" or \"add NAME: VALUE\", separated "
            "by commas; quotes hold one with commas together. setDate and addDate take "
            "milliseconds from now."},
    {.name = "listeners.https.ssl.keystore.location",
     .importance = TR_HIGH,
     .at = AT(tls.keystore_location),
     .doc = "PEM file with the key and the certificates of an https listener. Without any "
            "listeners.https.ssl.* the properties ssl.* are taken."},
    {.name = "listeners.https.ssl.keystore.type",
     .at = AT(tls.keystore_type),
     .choices = store_types,
     .doc = "What the file is; found out from the file if nothing is written."},
    {.name = "listeners.https.ssl.keystore.key",
     .type = TR_OPTION_PASSWORD,
     .at = AT(tls.keystore_key),
     .doc = "The key itself, as PEM, in place of a file."},
    {.name = "listeners.https.ssl.keystore.certificate.chain",
     .at = AT(tls.keystore_chain),
     .doc = "Its certificates, as PEM."},
    {.name = "listeners.https.ssl.key.password",
     .type = TR_OPTION_PASSWORD,
     .at = AT(tls.key_password),
     .doc = "What the key is encrypted with."},
    {.name = "listeners.https.ssl.keystore.password",
     .type = TR_OPTION_PASSWORD,
     .status = TR_OPTION_INERT,
     .note = "a PEM file has no password of its own; listeners.https.ssl.key.password is the key's",
     .doc = "The store's password."},
    {.name = "listeners.https.ssl.truststore.location",
     .at = AT(tls.truststore_location),
     .doc = "PEM file with the certificates that clients' certificates are checked with."},
    {.name = "listeners.https.ssl.truststore.type",
     .at = AT(tls.truststore_type),
     .choices = store_types,
     .doc = "What the file is."},
    {.name = "listeners.https.ssl.truststore.certificates",
     .at = AT(tls.truststore_certificates),
     .doc = "The certificates themselves, as PEM, in place of a file."},
    {.name = "listeners.https.ssl.truststore.password",
     .type = TR_OPTION_PASSWORD,
     .status = TR_OPTION_INERT,
     .note = "a PEM file has none",
     .doc = "The store's password."},
    {.name = "listeners.https.ssl.client.auth",
     .type = TR_OPTION_CHOICE,
     .fallback = "none",
     .at = AT(tls.client_auth),
     .choices = client_auth,
     .doc = "Whether clients show a certificate; requested: one that is shown has to be good."},
    {.name = "listeners.https.ssl.enabled.protocols",
     .type = TR_OPTION_LIST,
     .fallback = "TLSv1.2,TLSv1.3",
     .at = AT(tls.protocols),
     .check = check_protocol,
     .doc = "Versions of TLS."},
    {.name = "listeners.https.ssl.protocol",
     .status = TR_OPTION_INERT,
     .note = "listeners.https.ssl.enabled.protocols says which versions are spoken",
     .doc = "Java's name of its TLS."},
    {.name = "listeners.https.ssl.cipher.suites",
     .status = TR_OPTION_DEFAULT_ONLY,
     .note = "the ciphers are those that GnuTLS takes for good",
     .doc = "Java's names of ciphers."},
};

const struct tr_option_group tr_options_rest = {
    .title = "Worker: REST API", .readers = TR_FOR_WORKER, TR_OPTIONS(options)};
