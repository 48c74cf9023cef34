/*
 * Any request to the REST API: the input is a method's number, the path and query up to the end of
 * a line, and the body. Answers are whole, those that say they are JSON are, and a stored password
 * is in none of them.
 */
#include <jansson.h>

#include "../unit/rest/fake-worker.h"
#include "base/log-levels.h"
#include "fuzz.h"
#include "rest/route.h"

#define SECRET "kept-back"

static void make_connector(struct tr_worker *worker)
{
    static const struct tr_property items[] = {
        {"connector.class", "FileStreamSource"},
        {"database.password", SECRET},
        {"name", "f"},
    };
    struct tr_diag diag;

    FUZZ_CHECK(tr_worker_create(worker, "f", &(struct tr_properties){items, TR_COUNT(items), NULL},
                                TR_TARGET_RUNNING, &diag) == 0);
}

static void check_answer(const struct tr_answer *answer, bool known)
{
    json_error_t error;

    FUZZ_CHECK(answer->status >= 200 && answer->status < 600);
    FUZZ_CHECK(answer->body.p || answer->body.n == 0);
    if (!known)
        FUZZ_CHECK(!memmem(answer->body.p, answer->body.n, SECRET, strlen(SECRET)));
    if (answer->body.n && answer->type && strcmp(answer->type, "application/json") == 0) {
        json_t *json = json_loadb(answer->body.p, answer->body.n, JSON_ALLOW_NUL, &error);
        FUZZ_CHECK(json);
        json_decref(json);
    }
}

static void ask(struct tr_api *api, enum tr_method method, const char *uri, struct tr_slice body,
                bool known)
{
    struct tr_exchange exchange;

    tr_exchange_init(&exchange, api);
    if (tr_request_uri(&exchange, uri) == 0) {
        exchange.request.method = method;
        exchange.request.host = "h";
        exchange.request.content_type = "application/json";
        exchange.request.body = body;
        FUZZ_CHECK(tr_route_admit(&exchange));
        tr_route(&exchange);
        check_answer(&exchange.answer, known);
    }
    tr_exchange_finish(&exchange);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct tr_rest_options options = {.mask_passwords = true};
    struct tr_worker worker = {.count = 0};
    struct tr_api api = {.options = &options, .levels = tr_log_levels_new(TR_LOG_INFO)};
    char uri[4096];
    /* then it may come back */
    bool known = memmem(data, size, SECRET, strlen(SECRET)) != NULL;

    atomic_init(&api.worker, &worker);
    if (size > 1 && api.levels) {
        const char *text = (const char *)data + 1, *line = memchr(text, '\n', size - 1);
        size_t n = line ? (size_t)(line - text) : size - 1;
        snprintf(uri, sizeof uri, "%.*s", (int)TR_MIN(n, sizeof uri), text);
        make_connector(&worker);
        n += line != NULL;
        ask(&api, (enum tr_method)(data[0] % (TR_METHOD_OTHER + 1)), uri,
            (struct tr_slice){text + n, size - 1 - n}, known);
        ask(&api, TR_METHOD_GET, "/connectors?expand=info&expand=status", TR_SLICE(""), known);
    }
    fake_clear(&worker);
    tr_log_levels_free(api.levels);
    return 0;
}
