#include "encode/registry/login.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "kafka/jaas.h"

/* A token is fetched anew this long before its end. */
#define EARLY_US INT64_C(30000000)

#define TOKEN_CAP ((size_t)1 << 20)

struct tr_login {
    const struct tr_registry_options *options;
    const char *side;
    struct tr_arena arena;
    const char *user_password; /* USER:PASSWORD, or NULL */
    const char *token_url;     /* of an OAuth server, or NULL */
    struct tr_buf token;
    int64_t ends_us;
};

static int jaas_login(struct tr_login *login, struct tr_diag *diag)
{
    char *user, *password;

    if (tr_kafka_jaas_login(login->options->jaas, &login->arena, &user, &password) < 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s.sasl.jaas.config must have the form <login module> required "
                       "username=\"...\" password=\"...\"; with the semicolon at its end",
                       login->side);
    login->user_password = tr_arena_printf(&login->arena, "%s:%s", user, password);
    return login->user_password ? 0 : tr_fail_memory(diag);
}

/* Apicurio's own names; a Keycloak realm's endpoint follows from its address. */
static int apicurio_login(struct tr_login *login, const struct tr_apicurio_options *options,
                          struct tr_diag *diag)
{
    login->token_url = login->options->token_url;
    if (options->auth_url) {
        if (!options->realm)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "%s.apicurio.auth.service.url needs a realm: write "
                           "apicurio.auth.realm",
                           login->side);
        login->token_url =
            tr_arena_printf(&login->arena, "%s/realms/%s/protocol/openid-connect/token",
                            options->auth_url, options->realm);
        if (!login->token_url)
            return tr_fail_memory(diag);
    }
    if (login->token_url && !(login->options->client_id && login->options->client_secret))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s: an OAuth server needs apicurio.auth.client.id and "
                       "apicurio.auth.client.secret",
                       login->side);
    if (login->token_url || !options->user)
        return 0;
    login->user_password = tr_arena_printf(&login->arena, "%s:%s", options->user,
                                           options->password ? options->password : "");
    return login->user_password ? 0 : tr_fail_memory(diag);
}

static int confluent_login(struct tr_login *login, struct tr_diag *diag)
{
    if (login->options->bearer == TR_BEARER_OAUTH)
        login->token_url = login->options->token_url;
    if (login->options->bearer != TR_BEARER_NONE)
        return 0;
    if (login->options->login == TR_LOGIN_SASL_INHERIT)
        return jaas_login(login, diag);
    if (login->options->login == TR_LOGIN_USER_INFO)
        login->user_password = login->options->user_info;
    return 0;
}

int tr_login_new(const struct tr_converter_options *options, const char *side,
                 struct tr_login **ret_login, struct tr_diag *diag)
{
    struct tr_login *login = calloc(1, sizeof *login);
    int rc;

    if (!login)
        return tr_fail_memory(diag);
    login->options = &options->registry;
    login->side = side;
    tr_arena_init(&login->arena, 1024, 1 << 20);
    tr_buf_init(&login->token, TOKEN_CAP);
    if (options->class == TR_CONVERTER_APICURIO_AVRO)
        rc = apicurio_login(login, &options->apicurio, diag);
    else
        rc = confluent_login(login, diag);
    if (rc < 0) {
        tr_login_free(login);
        return -1;
    }
    *ret_login = login;
    return 0;
}

void tr_login_free(struct tr_login *login)
{
    if (!login)
        return;
    tr_buf_finish(&login->token);
    tr_arena_finish(&login->arena);
    free(login);
}

static size_t take(char *bytes, size_t size, size_t n, void *context)
{
    tr_buf_put(context, bytes, size * n);
    return size * n;
}

static int read_token(struct tr_login *login, long status, const struct tr_buf *answer,
                      struct tr_diag *diag)
{
    json_t *json = json_loadb(tr_buf_string(answer), answer->len, 0, NULL);
    const char *token = json_string_value(json_object_get(json, "access_token"));
    json_int_t seconds = json_integer_value(json_object_get(json, "expires_in"));
    int rc = 0;

    if (status >= 500)
        rc = tr_fail(diag, TR_NETWORK, TR_RETRY, "the OAuth server %s answers HTTP %ld",
                     login->token_url, status);
    else if (status != 200 || !token)
        rc = tr_fail(diag, TR_AUTH, TR_STOP,
                     "the OAuth server %s gives no token (HTTP %ld): check the client's id, secret "
                     "and scope in the options of %s",
                     login->token_url, status, login->side);
    if (rc == 0) {
        tr_buf_reset(&login->token);
        tr_buf_text(&login->token, token);
        login->ends_us = tr_clock_monotonic_us() + TR_MIN(seconds, 86400) * INT64_C(1000000);
    }
    json_decref(json);
    return rc;
}

static int fetch(struct tr_login *login, CURL *curl, const char *form, struct tr_diag *diag)
{
    char reason[CURL_ERROR_SIZE] = "";
    struct tr_buf answer;
    long status = 0;

    tr_buf_init(&answer, TOKEN_CAP);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, login->token_url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    curl_easy_setopt(curl, CURLOPT_USERNAME, login->options->client_id);
    curl_easy_setopt(curl, CURLOPT_PASSWORD, login->options->client_secret);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)login->options->read_timeout_ms);
    if (login->options->tls.truststore_location)
        curl_easy_setopt(curl, CURLOPT_CAINFO, login->options->tls.truststore_location);
    CURLcode rc = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    int result = rc == CURLE_OK
                     ? read_token(login, status, &answer, diag)
                     : tr_fail(diag, TR_NETWORK, TR_RETRY, "the OAuth server %s doesn't answer: %s",
                               login->token_url, *reason ? reason : curl_easy_strerror(rc));
    tr_buf_finish(&answer);
    return result;
}

int tr_login_prepare(struct tr_login *login, CURL *curl, struct tr_diag *diag)
{
    const char *scope = login->options->scope;
    struct tr_buf form;

    if (!login->token_url ||
        (login->token.len && tr_clock_monotonic_us() < login->ends_us - EARLY_US))
        return 0;
    tr_buf_init(&form, 64 << 10);
    tr_buf_text(&form, "grant_type=client_credentials");
    if (scope) {
        char *escaped = curl_easy_escape(curl, scope, 0);
        tr_buf_printf(&form, "&scope=%s", escaped ? escaped : "");
        curl_free(escaped);
    }
    int rc =
        tr_buf_ok(&form) ? fetch(login, curl, tr_buf_string(&form), diag) : tr_fail_memory(diag);
    tr_buf_finish(&form);
    return rc;
}

void tr_login_apply(const struct tr_login *login, CURL *curl, const char *of_address)
{
    const char *token = login->token_url                             ? tr_buf_string(&login->token)
                        : login->options->bearer == TR_BEARER_STATIC ? login->options->token
                                                                     : NULL;
    const char *user = login->user_password ? login->user_password : of_address;

    if (token) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
        curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, token);
    } else if (user) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERPWD, user);
    }
}

bool tr_login_forget(struct tr_login *login)
{
    tr_buf_reset(&login->token);
    return login->token_url;
}
