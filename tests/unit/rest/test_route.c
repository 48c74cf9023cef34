/* Every endpoint against a worker in memory: statuses, headers and bodies as recorded from Connect;
 * tests/golden/rest replays whole recordings. */
#include "rest/route.h"

#include "base/log-levels.h"
#include "rest/fake-worker.h"
#include "support/cmocka.h"

#define CLASS "\"connector.class\":\"FileStreamSource\""

struct bed {
    struct tr_rest_options options;
    struct tr_worker worker;
    struct tr_api api;
    struct tr_exchange exchange;
    const struct tr_answer *answer;
    char body[20000];
};

static int set_up(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);

    bed->options.mask_passwords = true;
    bed->api.options = &bed->options;
    bed->api.levels = tr_log_levels_new(TR_LOG_INFO);
    atomic_store(&bed->api.worker, &bed->worker);
    bed->answer = &bed->exchange.answer;
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;

    tr_exchange_finish(&bed->exchange);
    tr_log_levels_free(bed->api.levels);
    fake_clear(&bed->worker);
    free(bed);
    return 0;
}

static void begin(struct bed *bed, const char *method, const char *uri, const char *body)
{
    struct tr_request *request = &bed->exchange.request;

    tr_exchange_finish(&bed->exchange);
    tr_exchange_init(&bed->exchange, &bed->api);
    assert_int_equal(tr_request_uri(&bed->exchange, uri), 0);
    request->method = tr_request_method(method);
    request->accept = "application/json";
    request->host = "localhost:8083";
    if (body) {
        request->body = tr_slice_of(body);
        request->content_type = "application/json";
    }
}

/* The status; the body is in bed->body, terminated. */
static unsigned end(struct bed *bed)
{
    if (tr_route_admit(&bed->exchange))
        tr_route(&bed->exchange);
    assert_true(bed->answer->body.n < sizeof bed->body);
    memcpy(bed->body, bed->answer->body.p, bed->answer->body.n);
    bed->body[bed->answer->body.n] = '\0';
    return bed->answer->status;
}

static unsigned call(struct bed *bed, const char *method, const char *uri, const char *body)
{
    begin(bed, method, uri, body);
    return end(bed);
}

static void expect(struct bed *bed, const char *method, const char *uri, const char *body,
                   const char *answer)
{
    char text[20100];

    unsigned status = call(bed, method, uri, body);
    snprintf(text, sizeof text, "%u %s", status, bed->body);
    assert_string_equal(text, answer);
}

#define ERROR(status, text) #status " {\"error_code\":" #status ",\"message\":\"" text "\"}"

static void create(struct bed *bed, const char *name)
{
    char body[300];

    snprintf(body, sizeof body, "{\"name\":\"%s\",\"config\":{" CLASS ",\"topic\":\"t\"}}", name);
    assert_int_equal(call(bed, "POST", "/connectors", body), 201);
}

static void test_paths_and_methods(void **state)
{
    struct bed *bed = *state;

    expect(bed, "GET", "/nope", NULL, ERROR(404, "HTTP 404 Not Found"));
    assert_null(bed->answer->type);
    expect(bed, "GET", "/1/2/3/4/5/6/7/8/9/10", NULL, ERROR(404, "HTTP 404 Not Found"));
    expect(bed, "DELETE", "/connectors", NULL, ERROR(405, "HTTP 405 Method Not Allowed"));
    expect(bed, "TRACE", "/connectors", NULL, ERROR(405, "HTTP 405 Method Not Allowed"));
    expect(bed, "OPTIONS", "/", NULL, "200 ");
    assert_string_equal(bed->answer->allow, "HEAD,GET,OPTIONS");
    expect(bed, "OPTIONS", "/connectors/x/config", NULL, "200 ");
    assert_string_equal(bed->answer->allow, "HEAD,GET,OPTIONS,PATCH,PUT");
    expect(bed, "HEAD", "/connectors/", NULL, "200 []");
    assert_int_equal(call(bed, "GET", "//connectors", NULL), 400);
    assert_string_equal(bed->answer->type, "text/html;charset=iso-8859-1");
    expect(bed, "DELETE", "/connectors/a%2Fb", NULL, "400 ");
}

static void test_media_types(void **state)
{
    static const struct {
        const char *accept;
        unsigned status;
    } cases[] = {
        {NULL, 200},
        {"*/*", 200},
        {"text/html", 406},
        {"text/html, application/json;q=0.9", 200},
        {"application/*", 200},
        {"APPLICATION/JSON; charset=utf-8", 200},
        {"application/json;q=0", 406},
        {"application/json;q=0.0, text/*", 406},
        {"application/jsonx", 406},
        {",", 406},
    };
    struct bed *bed = *state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        begin(bed, "GET", "/connectors", NULL);
        bed->exchange.request.accept = cases[i].accept;
        assert_int_equal(end(bed), cases[i].status);
    }
    begin(bed, "PATCH", "/connectors/x/config", "{}");
    bed->exchange.request.content_type = "application/merge-patch+json";
    assert_int_equal(end(bed), 415);
    assert_null(bed->answer->type);
    begin(bed, "POST", "/connectors", "{}");
    bed->exchange.request.content_type = NULL;
    assert_int_equal(end(bed), 415);
    assert_string_equal(bed->answer->type, "application/json");
    begin(bed, "POST", "/connectors", "{}");
    bed->exchange.request.content_type = "application/json; charset=UTF-8";
    assert_int_equal(end(bed), 400);
}

static void test_root_and_health(void **state)
{
    struct bed *bed = *state;

    expect(bed, "GET", "/", NULL,
           "200 {\"version\":\"4.1.0\",\"commit\":\"tailrace-" TR_VERSION
           "\",\"kafka_cluster_id\":\"cluster\"}");
    expect(bed, "GET", "/health", NULL,
           "200 {\"status\":\"healthy\",\"message\":\"Worker has completed startup and is ready "
           "to handle requests.\"}");
    create(bed, "f");
    bed->worker.stuck = 1;
    expect(bed, "GET", "/health", NULL,
           "500 {\"status\":\"unhealthy\",\"message\":\"1 of 1 connectors make no progress: f "
           "waits for the sink\"}");
    atomic_store(&bed->api.worker, NULL);
    expect(bed, "GET", "/health", NULL,
           "503 {\"status\":\"starting\",\"message\":\"Worker is still starting up.\"}");
    assert_int_equal(call(bed, "GET", "/connectors", NULL), 503);
    assert_int_equal(call(bed, "GET", "/admin/loggers", NULL), 200);
}

static void test_bad_bodies(void **state)
{
    static const char *const bodies[] = {
        "",
        "{not json",
        "{\"name\": \"x\", \"config\": {",
        "null",
        "[]",
        "\"x\"",
        "{}",
        "{\"name\":\"x\"}",
        "{\"name\":\"x\",\"config\":null}",
        "{\"name\":\"x\",\"config\":[]}",
        "{\"name\":\"x\",\"config\":{" CLASS "},\"extra\":1}",
        "{\"name\":\"x\",\"config\":{" CLASS ",\"topic\":{\"a\":1}}}",
        "{\"name\":\"x\",\"config\":{" CLASS ",\"topic\":[1]}}",
        "{\"name\":{},\"config\":{" CLASS "}}",
        "{\"name\":\"x\",\"config\":{" CLASS "},\"initial_state\":\"BOGUS\"}",
        "{\"name\":\"x\",\"config\":{" CLASS ",\"a\":\"\\u0000\"}}",
        "{\"name\":\"\xff\"}",
    };
    struct bed *bed = *state;
    char deep[2000];

    for (size_t i = 0; i < TR_COUNT(bodies); i++) {
        assert_int_equal(call(bed, "POST", "/connectors", bodies[i]), 400);
        assert_int_equal(strncmp(bed->body, "{\"error_code\":400,\"message\":\"", 29), 0);
    }
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    assert_int_equal(call(bed, "POST", "/connectors", deep), 400);
    assert_int_equal(bed->worker.count, 0);
}

static void test_create(void **state)
{
    struct bed *bed = *state;

    expect(bed, "POST", "/connectors",
           "{\"name\":\" my c\xc3\xb6nn \",\"config\":{" CLASS
           ",\"n\":1,\"r\":1.5,\"w\":2.0,\"t\":true,\"x\":null}}",
           "201 {\"name\":\"my c\xc3\xb6nn\",\"config\":{" CLASS
           ",\"n\":\"1\",\"r\":\"1.5\",\"w\":\"2.0\",\"t\":\"true\",\"x\":null,"
           "\"name\":\"my c\xc3\xb6nn\"},\"tasks\":[],\"type\":\"source\"}");
    assert_string_equal(bed->answer->location, "http://localhost:8083/connectors/my%20c%C3%B6nn");
    create(bed, "f1");
    expect(bed, "POST", "/connectors", "{\"name\":\"f1\",\"config\":{" CLASS "}}",
           ERROR(409, "Connector f1 already exists"));
    expect(bed, "POST", "/connectors", "{\"name\":\"x\",\"config\":{\"name\":\"y\"," CLASS "}}",
           ERROR(400, "Connector name configuration (y) doesn't match connector name in the URL "
                      "(x)"));
    expect(bed, "POST", "/connectors", "{\"name\":\"x\",\"config\":{\"topic\":\"t\"}}",
           ERROR(400, "Connector config {name=x, topic=t} contains no connector type"));
    expect(bed, "POST", "/connectors",
           "{\"name\":\"x\",\"config\":{\"database.password\":\"geheim\"}}",
           ERROR(400, "Connector config {name=x, database.password=**********} contains no "
                      "connector type"));
    expect(bed, "POST", "/connectors", "{\"name\":\"x\",\"config\":{" CLASS ",\"a\":\"bad\"}}",
           ERROR(400, "Connector configuration is invalid"));
    assert_int_equal(call(bed, "POST", "/connectors",
                          "{\"name\":\"s\",\"config\":{" CLASS "},\"initial_state\":\"stopped\"}"),
                     201);
    expect(bed, "GET", "/connectors", NULL, "200 [\"my c\xc3\xb6nn\",\"f1\",\"s\"]");
    expect(bed, "DELETE", "/connectors/my%20c%C3%B6nn", NULL, "204 ");
    expect(bed, "DELETE", "/connectors/my%20c%C3%B6nn", NULL,
           ERROR(404, "Connector my c\xc3\xb6nn not found"));
    bed->worker.busy = true;
    expect(bed, "GET", "/connectors/f1", NULL, ERROR(409, "busy"));
}

static void test_expand(void **state)
{
    struct bed *bed = *state;

    expect(bed, "GET", "/connectors?expand=info", NULL, "200 {}");
    create(bed, "a");
    create(bed, "b");
    expect(bed, "GET", "/connectors?expand=bogus", NULL, "200 {\"a\":{},\"b\":{}}");
    expect(bed, "GET", "/connectors?expand=info,status", NULL, "200 {\"a\":{},\"b\":{}}");
    assert_int_equal(call(bed, "DELETE", "/connectors/b", NULL), 204);
    expect(bed, "GET", "/connectors?expand=status&expand=info", NULL,
           "200 {\"a\":{\"info\":{\"name\":\"a\",\"config\":{" CLASS
           ",\"topic\":\"t\",\"name\":\"a\"},\"tasks\":[{\"connector\":\"a\",\"task\":0}],"
           "\"type\":\"source\"},\"status\":{\"name\":\"a\",\"connector\":{\"state\":\"RUNNING\","
           "\"worker_id\":\"127.0.0.1:8083\",\"version\":\"4.1.0\"},\"tasks\":[{\"id\":0,"
           "\"state\":\"RUNNING\",\"worker_id\":\"127.0.0.1:8083\",\"version\":\"4.1.0\"}],"
           "\"type\":\"source\"}}}");
}

static void test_config(void **state)
{
    struct bed *bed = *state;

    expect(bed, "PUT", "/connectors/p/config", "{" CLASS "}",
           "201 {\"name\":\"p\",\"config\":{" CLASS ",\"name\":\"p\"},\"tasks\":[],"
           "\"type\":\"source\"}");
    assert_string_equal(bed->answer->location, "http://localhost:8083/connectors/p");
    assert_int_equal(call(bed, "PUT", "/connectors/p/config", "{" CLASS ",\"a\":\"1\"}"), 200);
    assert_null(bed->answer->location);
    expect(bed, "PATCH", "/connectors/p/config", "{\"a\":null,\"b\":2}",
           "200 {\"name\":\"p\",\"config\":{" CLASS ",\"name\":\"p\",\"b\":\"2\"},\"tasks\":[{"
           "\"connector\":\"p\",\"task\":0}],\"type\":\"source\"}");
    expect(bed, "GET", "/connectors/p/config", NULL, "200 {" CLASS ",\"name\":\"p\",\"b\":\"2\"}");
    expect(bed, "PATCH", "/connectors/nope/config", "{}", ERROR(404, "Connector nope not found"));
    expect(bed, "PUT", "/connectors/p/config", "{" CLASS ",\"name\":\"q\"}",
           ERROR(400, "Connector name configuration (q) doesn't match connector name in the URL "
                      "(p)"));
}

#define SECRET                                                                                     \
    "{" CLASS ",\"database.password\":\"geheim\",\"producer.override.sasl.jaas.config\":\"x;\""    \
    ",\"database.user\":\"${file:/f:u}\",\"x.secret\":\"${env:A}\"}"

static void test_mask(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(call(bed, "PUT", "/connectors/m/config", SECRET), 201);
    assert_null(strstr(bed->body, "geheim"));
    expect(bed, "GET", "/connectors/m/config", NULL,
           "200 {" CLASS ",\"database.password\":\"**********\","
           "\"producer.override.sasl.jaas.config\":\"**********\","
           "\"database.user\":\"${file:/f:u}\",\"x.secret\":\"${env:A}\",\"name\":\"m\"}");
    assert_int_equal(call(bed, "GET", "/connectors/m/tasks", NULL), 200);
    assert_null(strstr(bed->body, "geheim"));
    assert_int_equal(call(bed, "GET", "/connectors?expand=info", NULL), 200);
    assert_null(strstr(bed->body, "geheim"));
    /* what comes back keeps what is stored */
    assert_int_equal(call(bed, "PUT", "/connectors/m/config",
                          "{" CLASS ",\"database.password\":\"**********\",\"a\":\"1\"}"),
                     200);
    bed->options.mask_passwords = false;
    assert_int_equal(call(bed, "GET", "/connectors/m/config", NULL), 200);
    assert_non_null(strstr(bed->body, "\"database.password\":\"geheim\""));
    bed->options.mask_passwords = true;
    assert_int_equal(call(bed, "PATCH", "/connectors/m/config",
                          "{\"database.password\":\"**********\",\"a\":\"2\"}"),
                     200);
    bed->options.mask_passwords = false;
    assert_int_equal(call(bed, "GET", "/connectors/m/config", NULL), 200);
    assert_non_null(strstr(bed->body, "\"database.password\":\"geheim\""));
    assert_non_null(strstr(bed->body, "\"a\":\"2\""));
    bed->options.mask_passwords = true;
    /* there is nothing to keep */
    assert_int_equal(call(bed, "PUT", "/connectors/new/config",
                          "{" CLASS ",\"database.password\":\"**********\"}"),
                     400);
    assert_int_equal(call(bed, "POST", "/connectors",
                          "{\"name\":\"new\",\"config\":{" CLASS
                          ",\"database.password\":\"**********\"}}"),
                     400);
    /* a text of stars is no mask where there is no secret */
    assert_int_equal(
        call(bed, "PUT", "/connectors/m/config", "{" CLASS ",\"topic\":\"**********\"}"), 200);
}

static void test_life(void **state)
{
    struct bed *bed = *state;

    create(bed, "f");
    expect(bed, "PUT", "/connectors/f/pause", NULL, "202 ");
    expect(bed, "PUT", "/connectors/f/resume", NULL, "202 ");
    expect(bed, "PUT", "/connectors/nope/pause", NULL, ERROR(404, "Unknown connector nope"));
    expect(bed, "GET", "/connectors/nope/status", NULL,
           ERROR(404, "No status found for connector nope"));
    expect(bed, "GET", "/connectors/nope/tasks/0/status", NULL,
           ERROR(404, "No status found for task nope-0"));
    expect(bed, "GET", "/connectors/f/tasks/5/status", NULL,
           ERROR(404, "No status found for task f-5"));
    expect(bed, "GET", "/connectors/f/tasks/x/status", NULL, ERROR(404, "HTTP 404 Not Found"));
    assert_string_equal(bed->answer->type, "application/json");
    expect(bed, "POST", "/connectors/f/tasks", "[]",
           ERROR(400, "Internal request missing required signature"));
    expect(bed, "PUT", "/connectors/f/fence", NULL,
           ERROR(400, "Internal request missing required signature"));
    expect(bed, "PUT", "/connectors/f/stop", NULL, "204 ");
    expect(bed, "GET", "/connectors/f/tasks", NULL, "200 []");
    expect(bed, "GET", "/connectors/f/tasks/0/status", NULL,
           ERROR(404, "No status found for task f-0"));
    assert_int_equal(call(bed, "POST", "/connectors/f/tasks/0/restart", NULL), 409);
    assert_int_equal(bed->worker.connectors[0].restarts, 0);
}

static void test_restart(void **state)
{
    struct bed *bed = *state;
    struct fake_connector *connector = &bed->worker.connectors[0];

    create(bed, "f");
    expect(bed, "POST", "/connectors/nope/restart", NULL, ERROR(404, "Unknown connector: nope"));
    expect(bed, "POST", "/connectors/nope/tasks/0/restart", NULL,
           ERROR(404, "Unknown connector: nope"));
    expect(bed, "POST", "/connectors/f/tasks/7/restart", NULL, ERROR(404, "Unknown task: f-7"));
    expect(bed, "POST", "/connectors/f/restart?includeTasks=maybe", NULL, "204 ");
    expect(bed, "POST", "/connectors/f/tasks/0/restart", NULL, "204 ");
    assert_int_equal(connector->restarts, 2);
    assert_int_equal(call(bed, "POST", "/connectors/f/restart?includeTasks=true", NULL), 202);
    assert_non_null(strstr(bed->body, "\"id\":0,\"state\":\"RESTARTING\""));
    assert_int_equal(connector->restarts, 3);
    assert_int_equal(call(bed, "POST", "/connectors/f/restart?onlyFailed=true", NULL), 202);
    assert_null(strstr(bed->body, "RESTARTING"));
    connector->task_state = "FAILED";
    assert_int_equal(call(bed, "POST", "/connectors/f/restart?onlyFailed=true", NULL), 202);
    assert_non_null(strstr(bed->body, "\"trace\":\"it broke ?\""));
    assert_int_equal(connector->restarts, 3);
    assert_int_equal(
        call(bed, "POST", "/connectors/f/restart?onlyFailed=true&includeTasks=true", NULL), 202);
    assert_non_null(strstr(bed->body, "\"connector\":{\"state\":\"RUNNING\""));
    assert_non_null(strstr(bed->body, "\"id\":0,\"state\":\"RESTARTING\""));
    assert_int_equal(connector->restarts, 4);
}

static void test_offsets(void **state)
{
    static const char *const bad[] = {
        "{\"offset\":[]}",
        "{\"offsets\":{\"a\":1}}",
        "{\"offsets\":[1]}",
        "{\"offsets\":[{\"offset\":{\"position\":4}}]}",
        "{\"offsets\":[{\"partition\":null,\"offset\":{}}]}",
        "{\"offsets\":[{\"partition\":\"x\",\"offset\":{}}]}",
        "{\"offsets\":[{\"partition\":{},\"offset\":3}]}",
        "{\"offsets\":[{\"partition\":{},\"offset\":{},\"z\":1}]}",
    };
    struct bed *bed = *state;

    create(bed, "f");
    expect(bed, "GET", "/connectors/f/offsets", NULL, "200 {\"offsets\":[]}");
    expect(bed, "PATCH", "/connectors/f/offsets", "{\"offsets\":[]}",
           ERROR(400, "Partitions / offsets need to be provided for an alter offsets request"));
    expect(bed, "PATCH", "/connectors/f/offsets", "{\"offsets\":[{\"partition\":{}}]}",
           ERROR(400, "Connectors must be in the STOPPED state"));
    for (size_t i = 0; i < TR_COUNT(bad); i++)
        assert_int_equal(call(bed, "PATCH", "/connectors/f/offsets", bad[i]), 400);
    assert_int_equal(call(bed, "PUT", "/connectors/f/stop", NULL), 204);
    expect(bed, "PATCH", "/connectors/f/offsets",
           "{\"offsets\":[{\"partition\":{\"filename\":\"in\"},\"offset\":{\"position\":4}}]}",
           "200 {\"message\":\"The offsets for this connector have been altered successfully\"}");
    expect(bed, "GET", "/connectors/f/offsets", NULL,
           "200 {\"offsets\":[{\"partition\":{\"filename\":\"in\"},\"offset\":{\"position\":4}}]}");
    expect(bed, "DELETE", "/connectors/f/offsets", NULL,
           "200 {\"message\":\"The offsets for this connector have been reset successfully\"}");
    expect(bed, "GET", "/connectors/nope/offsets", NULL, ERROR(404, "Connector nope not found"));
}

static void test_topics(void **state)
{
    struct bed *bed = *state;

    create(bed, "f");
    expect(bed, "GET", "/connectors/f/topics", NULL, "200 {\"f\":{\"topics\":[\"t\"]}}");
    expect(bed, "GET", "/connectors/nope/topics", NULL, "200 {\"nope\":{\"topics\":[]}}");
    expect(bed, "PUT", "/connectors/f/topics/reset", NULL, "202 ");
    bed->worker.busy = true;
    expect(bed, "PUT", "/connectors/f/topics/reset", NULL,
           ERROR(403, "Topic tracking reset is disabled."));
}

static void test_plugins(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(call(bed, "GET", "/connector-plugins", NULL), 200);
    assert_non_null(strstr(bed->body, "{\"class\":\"io.debezium.connector.postgresql."
                                      "PostgresConnector\",\"type\":\"source\",\"version\":"));
    assert_null(strstr(bed->body, "\"converter\""));
    assert_int_equal(call(bed, "GET", "/connector-plugins?connectorsOnly=false", NULL), 200);
    assert_non_null(strstr(bed->body, "\"converter\""));
    expect(bed, "GET", "/connector-plugins/com.example.Nope/config", NULL,
           ERROR(404, "Unknown plugin com.example.Nope."));
    assert_int_equal(call(bed, "GET", "/connector-plugins/FileStreamSource/config", NULL), 200);
    assert_non_null(strstr(bed->body, "\"name\":\"file\",\"type\":\"STRING\",\"required\":false,"
                                      "\"default_value\":null"));
    assert_int_equal(
        call(bed, "GET", "/connector-plugins/FileStreamSource/config?version=9.9", NULL), 400);
    assert_non_null(strstr(bed->body, "the version range [9.9,9.9], available versions: [4.1.0]"));
}

static void test_validate(void **state)
{
    struct bed *bed = *state;

    expect(bed, "PUT", "/connector-plugins/FileStreamSource/config/validate", "{" CLASS "}",
           "200 {\"name\":\"X\",\"error_count\":0,\"groups\":[],\"configs\":[{\"definition\":{"
           "\"name\":\"connector.class\",\"type\":null,\"required\":false,\"default_value\":null,"
           "\"importance\":null,\"documentation\":null,\"group\":null,\"width\":null,"
           "\"display_name\":null,\"dependents\":[],\"order\":0},\"value\":{\"name\":"
           "\"connector.class\",\"value\":\"FileStreamSource\",\"recommended_values\":[],"
           "\"errors\":[],\"visible\":false}}]}");
    expect(bed, "PUT", "/connector-plugins/Postgres/config/validate", "{" CLASS "}",
           ERROR(400, "Included connector type FileStreamSource does not match request type "
                      "Postgres"));
    expect(bed, "PUT", "/connector-plugins/X/config/validate", "{}",
           ERROR(400, "Connector config {} contains no connector type"));
    expect(bed, "PUT", "/connector-plugins/refused/config/validate",
           "{\"connector.class\":\"refused\"}", ERROR(400, "no such class"));
}

static void test_loggers(void **state)
{
    struct bed *bed = *state;

    create(bed, "f");
    expect(bed, "GET", "/admin/loggers", NULL,
           "200 {\"root\":{\"level\":\"INFO\",\"last_modified\":null}}");
    expect(bed, "GET", "/admin/loggers/ROOT", NULL,
           "200 {\"level\":\"INFO\",\"last_modified\":null}");
    expect(bed, "GET", "/admin/loggers/tailrace.connector.f", NULL,
           "200 {\"level\":\"INFO\",\"last_modified\":null}");
    expect(bed, "GET", "/admin/loggers/com.example.nope", NULL,
           ERROR(404, "Logger com.example.nope not found."));
    expect(bed, "PUT", "/admin/loggers/tailrace.connector", "{\"level\":\"debug\"}",
           "200 [\"tailrace.connector.f\"]");
    expect(bed, "PUT", "/admin/loggers/root", "{\"level\":\"WARN\"}",
           "200 [\"root\",\"tailrace\",\"tailrace.connector.f\"]");
    expect(bed, "PUT", "/admin/loggers/io.debezium", "{\"level\":\"INFO\"}", "200 []");
    expect(bed, "PUT", "/admin/loggers/io.debezium?scope=cluster", "{\"level\":\"INFO\"}", "204 ");
    expect(bed, "PUT", "/admin/loggers/root", "{\"level\":\"LOUD\"}",
           ERROR(404, "invalid log level 'LOUD'."));
    expect(bed, "PUT", "/admin/loggers/root", "{}",
           ERROR(400, "Desired 'level' parameter was not specified in request."));
    assert_true(tr_log_levels_pass(bed->api.levels, "f", TR_LOG_WARN));
    assert_false(tr_log_levels_pass(bed->api.levels, "f", TR_LOG_INFO));
}

/* Listeners of their own for the administration answer nothing else, and the others not it. */
static void test_admin_listeners(void **state)
{
    struct bed *bed = *state;

    begin(bed, "GET", "/admin/loggers", NULL);
    bed->exchange.request.admin = false;
    assert_int_equal(end(bed), 404);
    begin(bed, "GET", "/connectors", NULL);
    bed->exchange.request.main = false;
    assert_int_equal(end(bed), 404);
    begin(bed, "GET", "/admin/loggers", NULL);
    bed->exchange.request.main = false;
    assert_int_equal(end(bed), 200);
}

static unsigned from_page(struct bed *bed, const char *method, const char *origin)
{
    begin(bed, method, strcmp(method, "GET") == 0 ? "/connectors" : "/connectors/f/restart", NULL);
    bed->exchange.request.origin = origin;
    return end(bed);
}

static void test_origins(void **state)
{
    struct bed *bed = *state;

    create(bed, "f");
    assert_int_equal(from_page(bed, "GET", "http://evil.example"), 200);
    assert_null(bed->answer->origin);
    assert_int_equal(from_page(bed, "POST", "http://evil.example"), 403);
    assert_int_equal(from_page(bed, "POST", "null"), 403);
    assert_int_equal(from_page(bed, "POST", "http://localhost:8083"), 204);
    bed->options.allow_origin = "http://good.example";
    assert_int_equal(from_page(bed, "POST", "http://evil.example"), 403);
    assert_int_equal(from_page(bed, "POST", "http://good.example"), 204);
    assert_string_equal(bed->answer->origin, "http://good.example");
    begin(bed, "OPTIONS", "/connectors/f/restart", NULL);
    bed->exchange.request.origin = "http://good.example";
    bed->exchange.request.preflight = "POST";
    assert_int_equal(end(bed), 200);
    assert_string_equal(bed->answer->methods, "GET,POST,HEAD");
}

/* Every path and method, known or not, asks for a password; a preflight of an allowed page is all
 * that doesn't. */
static void test_nothing_without_a_password(void **state)
{
    static const char *const methods[] = {"GET",   "HEAD",   "POST",    "PUT",
                                          "PATCH", "DELETE", "OPTIONS", "TRACE"};
    static const char *const paths[] = {
        "/",
        "/health",
        "/connectors",
        "/connectors/f",
        "/connectors/f/config",
        "/nope",
        "//",
        "/connectors/f/tasks",
        "/connector-plugins",
        "/admin/loggers",
        "/admin/loggers/root",
    };
    struct bed *bed = *state;
    char path[] = "/tmp/tailrace-users-XXXXXX";
    struct tr_diag diag;
    FILE *file = fdopen(mkstemp(path), "w");

    fputs("anna:secret\n", file);
    fclose(file);
    create(bed, "f");
    assert_int_equal(tr_users_new(path, &bed->api.users, &diag), 0);
    for (size_t i = 0; i < TR_COUNT(methods); i++)
        for (size_t j = 0; j < TR_COUNT(paths); j++) {
            assert_int_equal(call(bed, methods[i], paths[j], NULL), 401);
            assert_string_equal(bed->answer->challenge,
                                "Basic realm=\"tailrace\", charset=\"UTF-8\"");
        }
    begin(bed, "GET", "/health", NULL);
    bed->exchange.request.authorization = "Basic YW5uYTpzZWNyZXQ=";
    assert_int_equal(end(bed), 200);
    tr_users_free(bed->api.users);
    bed->api.users = NULL;
    remove(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_paths_and_methods),
        TEST(test_media_types),
        TEST(test_root_and_health),
        TEST(test_bad_bodies),
        TEST(test_create),
        TEST(test_expand),
        TEST(test_config),
        TEST(test_mask),
        TEST(test_life),
        TEST(test_restart),
        TEST(test_offsets),
        TEST(test_topics),
        TEST(test_plugins),
        TEST(test_validate),
        TEST(test_loggers),
        TEST(test_admin_listeners),
        TEST(test_origins),
        TEST(test_nothing_without_a_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
