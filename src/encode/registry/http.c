#include "encode/registry/http.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "encode/registry/login.h"

/* The longest answer is the text of an incompatible schema, inside a message. */
#define ANSWER_CAP ((size_t)32 << 20)

struct address {
    const char *url;   /* without a slash at its end, and without the user */
    const char *login; /* USER:PASSWORD, or NULL */
};

struct tr_http {
    const struct tr_registry_options *options;
    CURL *curl;
    struct tr_arena arena;
    struct address *addresses;
    size_t naddresses, at; /* at: the one that answered last */
    struct tr_login *login;
    struct tr_buf answer;
};

static size_t take(char *bytes, size_t size, size_t n, void *context)
{
    tr_buf_put(context, bytes, size * n);
    return size * n;
}

/* http://USER:PASSWORD@HOST/path/ → the address, and the user apart, unescaped by libcurl. */
static int read_address(struct tr_http *http, const char *url, struct address *ret_address,
                        struct tr_diag *diag)
{
    const char *host = strstr(url, "://");
    size_t scheme = host ? (size_t)(host - url) + 3 : 0;
    const char *authority = url + scheme;
    size_t n = strcspn(authority, "/?#"), rest = strlen(authority);
    const char *at = memrchr(authority, '@', n);
    const char *after = at ? at + 1 : authority;
    int length;

    while (rest && authority[rest - 1] == '/')
        rest--;
    rest -= TR_MIN(rest, (size_t)(after - authority));
    ret_address->url =
        tr_arena_printf(&http->arena, "%.*s%.*s", (int)scheme, url, (int)rest, after);
    if (!ret_address->url)
        return tr_fail_memory(diag);
    if (!at)
        return 0;
    char *login = curl_easy_unescape(http->curl, authority, (int)(at - authority), &length);
    ret_address->login = login ? tr_arena_strdup(&http->arena, tr_slice_of(login)) : NULL;
    curl_free(login);
    return ret_address->login ? 0 : tr_fail_memory(diag);
}

static int read_addresses(struct tr_http *http, const struct tr_converter_options *options,
                          struct tr_diag *diag)
{
    bool apicurio = options->class == TR_CONVERTER_APICURIO_AVRO;
    const struct tr_list one = {&options->apicurio.url, 1};
    const struct tr_list *urls = apicurio ? &one : &options->registry.urls;

    http->naddresses = urls->count;
    http->addresses = tr_arena_zalloc(&http->arena, urls->count, sizeof *http->addresses);
    if (!http->addresses)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < urls->count; i++)
        if (read_address(http, urls->items[i], &http->addresses[i], diag) < 0)
            return -1;
    return 0;
}

static struct curl_blob blob(const char *pem)
{
    return (struct curl_blob){(void *)(uintptr_t)pem, strlen(pem), CURL_BLOB_COPY};
}

static void set_tls(CURL *curl, const struct tr_registry_tls *tls)
{
    if (tls->truststore_location)
        curl_easy_setopt(curl, CURLOPT_CAINFO, tls->truststore_location);
    if (tls->truststore_certificates) {
        struct curl_blob trust = blob(tls->truststore_certificates);
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &trust);
    }
    if (tls->keystore_location) {
        curl_easy_setopt(curl, CURLOPT_SSLCERT, tls->keystore_location);
        curl_easy_setopt(curl, CURLOPT_SSLKEY, tls->keystore_location);
    }
    if (tls->keystore_chain) {
        struct curl_blob chain = blob(tls->keystore_chain);
        curl_easy_setopt(curl, CURLOPT_SSLCERT_BLOB, &chain);
    }
    if (tls->keystore_key) {
        struct curl_blob key = blob(tls->keystore_key);
        curl_easy_setopt(curl, CURLOPT_SSLKEY_BLOB, &key);
    }
    if (tls->key_password)
        curl_easy_setopt(curl, CURLOPT_KEYPASSWD, tls->key_password);
    if (tls->endpoint_algorithm && !*tls->endpoint_algorithm)
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
}

static void set_common(struct tr_http *http)
{
    CURL *curl = http->curl;
    const struct tr_registry_options *options = http->options;

    curl_easy_reset(curl); /* keeps connections */
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "tailrace/" TR_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &http->answer);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     (long)options->connect_timeout_ms + options->read_timeout_ms);
    if (options->proxy_host) {
        curl_easy_setopt(curl, CURLOPT_PROXY, options->proxy_host);
        if (options->proxy_port > 0)
            curl_easy_setopt(curl, CURLOPT_PROXYPORT, (long)options->proxy_port);
    }
    set_tls(curl, &options->tls);
}

static int add_header(struct curl_slist **list, const char *text, struct tr_diag *diag)
{
    struct curl_slist *longer = text ? curl_slist_append(*list, text) : NULL;

    if (!longer)
        return tr_fail_memory(diag);
    *list = longer;
    return 0;
}

static int add_property(struct curl_slist **list, const char *name, const char *value,
                        struct tr_diag *diag)
{
    struct tr_buf text;

    if (!value)
        return 0;
    tr_buf_init(&text, 64 << 10);
    tr_buf_printf(&text, "%s: %s", name, value);
    int rc = add_header(list, tr_buf_ok(&text) ? tr_buf_string(&text) : NULL, diag);
    tr_buf_finish(&text);
    return rc;
}

static int make_headers(struct tr_http *http, const struct tr_http_request *request,
                        struct curl_slist **list, struct tr_diag *diag)
{
    const struct tr_registry_options *options = http->options;

    if (add_property(list, "Accept", "*/*", diag) < 0 ||
        add_property(list, "Content-Type", request->body ? request->content_type : NULL, diag) < 0)
        return -1;
    for (const char *const *header = request->headers; header && *header; header++)
        if (add_header(list, *header, diag) < 0)
            return -1;
    for (size_t i = 0; i < options->headers.count; i++)
        if (add_property(list, options->headers.items[i].name, options->headers.items[i].value,
                         diag) < 0)
            return -1;
    if (options->bearer == TR_BEARER_NONE)
        return 0;
    if (add_property(list, "target-sr-cluster", options->logical_cluster, diag) < 0)
        return -1;
    return add_property(list, "Confluent-Identity-Pool-Id", options->identity_pool, diag);
}

/* Of the server's own, or a matter of time. */
static bool is_passing(long status)
{
    return status >= 500 || status == 408 || status == 429;
}

/* One try at one address. >0: it doesn't answer; the reason is in the diag. */
static int try_address(struct tr_http *http, const struct tr_http_request *request,
                       struct curl_slist *headers, long *ret_status, struct tr_diag *diag)
{
    const struct address *address = &http->addresses[http->at];
    char reason[CURL_ERROR_SIZE] = "";
    struct tr_buf url;

    tr_buf_init(&url, 64 << 10);
    tr_buf_printf(&url, "%s%s", address->url, request->path);
    set_common(http);
    curl_easy_setopt(http->curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(http->curl, CURLOPT_URL, tr_buf_string(&url));
    curl_easy_setopt(http->curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, headers);
    if (request->body)
        curl_easy_setopt(http->curl, CURLOPT_POSTFIELDS, request->body);
    tr_login_apply(http->login, http->curl, address->login);
    tr_buf_reset(&http->answer);
    CURLcode rc = tr_buf_ok(&url) ? curl_easy_perform(http->curl) : CURLE_OUT_OF_MEMORY;
    tr_buf_finish(&url);
    if (rc == CURLE_OUT_OF_MEMORY || !tr_buf_ok(&http->answer))
        return tr_fail_memory(diag);
    if (rc != CURLE_OK) {
        tr_fail(diag, TR_NETWORK, TR_RETRY, "the schema registry %s doesn't answer: %s",
                address->url, *reason ? reason : curl_easy_strerror(rc));
        return 1;
    }
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, ret_status);
    if (!is_passing(*ret_status))
        return 0;
    tr_fail(diag, TR_NETWORK, TR_RETRY, "the schema registry %s answers HTTP %ld: %.600s",
            address->url, *ret_status, tr_buf_string(&http->answer));
    return 1;
}

static int try_all(struct tr_http *http, const struct tr_http_request *request,
                   struct curl_slist *headers, struct tr_http_answer *ret_answer,
                   struct tr_diag *diag)
{
    for (size_t i = 0; i < http->naddresses; i++) {
        int rc = try_address(http, request, headers, &ret_answer->status, diag);
        if (rc < 0)
            return -1;
        if (rc == 0) {
            ret_answer->url = http->addresses[http->at].url;
            ret_answer->body = &http->answer;
            return 0;
        }
        http->at = (http->at + 1) % http->naddresses;
    }
    return -1;
}

static int log_in_and_try(struct tr_http *http, const struct tr_http_request *request,
                          struct curl_slist *headers, struct tr_http_answer *ret_answer,
                          struct tr_diag *diag)
{
    if (tr_login_prepare(http->login, http->curl, diag) < 0)
        return -1;
    return try_all(http, request, headers, ret_answer, diag);
}

int tr_http_send(struct tr_http *http, const struct tr_http_request *request,
                 struct tr_http_answer *ret_answer, struct tr_diag *diag)
{
    struct curl_slist *headers = NULL;
    int rc = make_headers(http, request, &headers, diag);

    if (rc == 0)
        rc = log_in_and_try(http, request, headers, ret_answer, diag);
    /* a token may be revoked before its end: the next one decides */
    if (rc == 0 && ret_answer->status == 401 && tr_login_forget(http->login))
        rc = log_in_and_try(http, request, headers, ret_answer, diag);
    curl_slist_free_all(headers);
    return rc;
}

char *tr_http_escape(struct tr_http *http, const char *text)
{
    return curl_easy_escape(http->curl, text, 0);
}

int tr_http_new(const struct tr_converter_options *options, const char *side,
                struct tr_http **ret_http, struct tr_diag *diag)
{
    struct tr_http *http = calloc(1, sizeof *http);

    if (!http)
        return tr_fail_memory(diag);
    http->options = &options->registry;
    tr_arena_init(&http->arena, 4096, 4 << 20);
    tr_buf_init(&http->answer, ANSWER_CAP);
    http->curl = curl_easy_init();
    if (!http->curl)
        tr_fail_memory(diag);
    if (!http->curl || read_addresses(http, options, diag) < 0 ||
        tr_login_new(options, side, &http->login, diag) < 0) {
        tr_http_free(http);
        return -1;
    }
    *ret_http = http;
    return 0;
}

void tr_http_free(struct tr_http *http)
{
    if (!http)
        return;
    tr_login_free(http->login);
    curl_easy_cleanup(http->curl);
    tr_buf_finish(&http->answer);
    tr_arena_finish(&http->arena);
    free(http);
}
