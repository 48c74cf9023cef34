#include "cli/client.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>

/* An answer about thousands of connectors. */
#define ANSWER_CAP ((size_t)64 << 20)

#define CONNECT_MS 5000L
#define WHOLE_MS   60000L

static size_t take(char *bytes, size_t size, size_t n, void *context)
{
    tr_buf_put(context, bytes, size * n);
    return size * n;
}

static const char *url_of(const struct tr_client_params *params)
{
    const char *from_environment = getenv("TAILRACE_URL");

    if (params->url)
        return params->url;
    return from_environment && *from_environment ? from_environment : TR_CLIENT_URL;
}

/* The worker's own words, {"error_code":…,"message":…}. */
static int refused(const char *url, long status, const struct tr_buf *answer, struct tr_diag *diag)
{
    json_t *json = json_loadb(tr_buf_string(answer), answer->len, 0, NULL);
    const char *message = json_string_value(json_object_get(json, "message"));

    if (status == 401)
        tr_fail(
            diag, TR_AUTH, TR_STOP,
            "%s wants a user: write \"machine HOST login USER password PASSWORD\" into ~/.netrc",
            url);
    else if (message)
        tr_fail(diag, TR_CONFIG, TR_STOP, "%s", message);
    else
        tr_fail(diag, TR_CONFIG, TR_STOP, "%s answered HTTP %ld", url, status);
    json_decref(json);
    return -1;
}

static void prepare(CURL *curl, const struct tr_client_params *params,
                    const struct tr_client_request *request, const char *url)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, WHOLE_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (params->cacert)
        curl_easy_setopt(curl, CURLOPT_CAINFO, params->cacert);
    if (request->body)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
}

static int perform(CURL *curl, const char *url, struct tr_buf *answer, struct tr_diag *diag)
{
    char error[CURL_ERROR_SIZE] = "";
    long status = 0;

    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    CURLcode rc = curl_easy_perform(curl);
    if (rc != CURLE_OK) {
        tr_fail(diag, TR_NETWORK, TR_RETRY,
                "no worker answers at %s: %s; is it running, and is this its listener "
                "(--url, TAILRACE_URL)?",
                url, *error ? error : curl_easy_strerror(rc));
        return rc == CURLE_COULDNT_CONNECT ? 1 : -1;
    }
    if (!tr_buf_ok(answer))
        return tr_fail_memory(diag);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status < 300 ? 0 : refused(url, status, answer, diag);
}

int tr_client_call(const struct tr_client_params *params, const struct tr_client_request *request,
                   struct tr_buf *ret_answer, struct tr_diag *diag)
{
    const char *base = url_of(params);
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    CURL *curl = curl_easy_init();
    struct tr_buf url;
    int rc = -1;

    tr_buf_init(&url, 8192);
    tr_buf_init(ret_answer, ANSWER_CAP);
    tr_buf_printf(&url, "%s%s%s", base, base[strlen(base) - 1] == '/' ? "" : "/", request->path);
    if (!curl || !headers || !tr_buf_ok(&url)) {
        tr_fail_memory(diag);
    } else {
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        prepare(curl, params, request, tr_buf_string(&url));
        rc = perform(curl, base, ret_answer, diag);
    }
    if (rc)
        tr_buf_finish(ret_answer);
    tr_buf_finish(&url);
    curl_slist_free_all(headers);
    if (curl)
        curl_easy_cleanup(curl);
    return rc;
}

void tr_client_put_segment(struct tr_buf *path, const char *name)
{
    for (const char *p = name; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     strchr("-._~", c);
        if (plain)
            tr_buf_put(path, p, 1);
        else
            tr_buf_printf(path, "%%%02X", c);
    }
}
