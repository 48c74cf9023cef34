/* The server over real sockets: what HTTP adds to the routes. */
#include "rest/rest.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log-levels.h"
#include "rest/fake-worker.h"
#include "support/cmocka.h"

struct bed {
    struct tr_worker_options options;
    struct tr_log log;
    struct tr_worker worker;
    struct tr_rest *rest;
    int port;
    char answer[100000];
};

static const char *const any_port[] = {"http://127.0.0.1:0"};

static int set_up(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);
    char id[TR_REST_WORKER_ID];
    struct tr_diag diag;

    bed->options.rest.listeners = (struct tr_list){any_port, 1};
    bed->options.rest.headers = "set Cache-Control: no-store, \"add X-A: 1, 2\", add X-A: 3, "
                                "set Content-Type: text/x, setDate Expires: 0";
    bed->log = (struct tr_log){.fd = STDERR_FILENO, .level = TR_LOG_ERROR};
    bed->log.levels = tr_log_levels_new(TR_LOG_ERROR);
    assert_int_equal(tr_rest_new(&bed->options, &bed->log, &bed->rest, &diag), 0);
    tr_rest_serve(bed->rest, &bed->worker);
    tr_rest_worker_id(bed->rest, &bed->options.rest, id);
    bed->port = atoi(strrchr(id, ':') + 1);
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;

    tr_rest_free(bed->rest);
    tr_log_levels_free(bed->log.levels);
    fake_clear(&bed->worker);
    free(bed);
    return 0;
}

static int connected(const struct bed *bed)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)bed->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void put(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Everything until the server closes. */
static const char *get(struct bed *bed, int fd)
{
    size_t n = 0;
    ssize_t more;

    while (n < sizeof bed->answer - 1 &&
           (more = read(fd, bed->answer + n, sizeof bed->answer - 1 - n)) > 0)
        n += (size_t)more;
    bed->answer[n] = '\0';
    close(fd);
    return bed->answer;
}

static const char *ask(struct bed *bed, const char *request)
{
    int fd = connected(bed);

    put(fd, request);
    return get(bed, fd);
}

#define CLOSE "Host: h\r\nConnection: close\r\n"
#define JSON  "Content-Type: application/json\r\n"

static void test_one_connection_after_another(void **state)
{
    struct bed *bed = *state;

    for (int i = 0; i < 300; i++)
        assert_int_equal(strncmp(ask(bed, "GET /connectors HTTP/1.1\r\n" CLOSE "\r\n"),
                                 "HTTP/1.1 200 OK\r\n", 17),
                         0);
    assert_non_null(strstr(bed->answer, "Content-Type: text/x\r\n"));
    assert_null(strstr(bed->answer, "application/json"));
    assert_non_null(strstr(bed->answer, "Cache-Control: no-store\r\n"));
    assert_non_null(strstr(bed->answer, "X-A: 1, 2\r\n"));
    assert_non_null(strstr(bed->answer, "X-A: 3\r\n"));
    assert_non_null(strstr(bed->answer, "Expires: "));
    assert_non_null(strstr(bed->answer, "\r\n\r\n[]"));
}

static void test_many_requests_on_one(void **state)
{
    struct bed *bed = *state;
    int fd = connected(bed);

    put(fd, "PUT /connectors/%66/config HTTP/1.1\r\nHost: x:1\r\n" JSON
            "Content-Length: 26\r\n\r\n{\"connector.class\":\"File\"}"
            "PUT /connectors/f/pause HTTP/1.1\r\nHost: x:1\r\nContent-Length: 0\r\n\r\n"
            "HEAD /connectors/f/config HTTP/1.1\r\nHost: x\r\n\r\n"
            "DELETE /connectors/f HTTP/1.1\r\n" CLOSE "\r\n");
    const char *answer = get(bed, fd);
    assert_int_equal(strncmp(answer, "HTTP/1.1 201 Created\r\n", 22), 0);
    assert_non_null(strstr(answer, "Location: http://x:1/connectors/f\r\n"));
    assert_non_null(answer = strstr(answer, "HTTP/1.1 202 Accepted\r\n"));
    assert_non_null(answer = strstr(answer, "HTTP/1.1 200 OK\r\n"));
    assert_null(strstr(answer, "connector.class")); /* it was HEAD */
    assert_non_null(strstr(answer, "HTTP/1.1 204 No Content\r\n"));
}

static void test_a_body_in_chunks(void **state)
{
    struct bed *bed = *state;
    int fd = connected(bed);

    put(fd, "POST /connectors HTTP/1.1\r\n" CLOSE JSON "Transfer-Encoding: chunked\r\n\r\n"
            "10\r\n{\"name\":\"a\",\"con\r\n");
    usleep(20000);
    put(fd, "20\r\nfig\":{\"connector.class\":\"File\"}}\r\n0\r\n\r\n");
    assert_int_equal(strncmp(get(bed, fd), "HTTP/1.1 201 Created\r\n", 22), 0);
    assert_int_equal(bed->worker.count, 1);
}

static void test_too_much(void **state)
{
    struct bed *bed = *state;
    char *huge = calloc(1, 200000);

    assert_int_equal(strncmp(ask(bed, "POST /connectors HTTP/1.1\r\n" CLOSE JSON
                                      "Content-Length: 4194305\r\n\r\n"),
                             "HTTP/1.1 413 ", 13),
                     0);
    assert_int_equal(strncmp(ask(bed, "POST /connectors HTTP/1.1\r\n" CLOSE JSON
                                      "Content-Length: 99999999999999999999\r\n\r\n"),
                             "HTTP/1.1 ", 9),
                     0);
    memset(huge, 'x', 199000);
    memcpy(huge, "GET /connectors HTTP/1.1\r\nHost: ", 32);
    int fd = connected(bed);
    assert_true(send(fd, huge, 199000, MSG_NOSIGNAL) > 0);
    assert_null(strstr(get(bed, fd), "HTTP/1.1 200"));
    free(huge);
    /* and the server is still there */
    test_one_connection_after_another(state);
}

/* In chunks without end: the connection is closed. */
static void test_an_endless_body(void **state)
{
    struct bed *bed = *state;
    int fd = connected(bed), rounds = 0;
    char chunk[65536 + 9];

    memset(chunk, ' ', sizeof chunk);
    memcpy(chunk, "10000\r\n", 7);
    memcpy(chunk + 65536 + 7, "\r\n", 2);
    put(fd, "POST /connectors HTTP/1.1\r\n" CLOSE JSON "Transfer-Encoding: chunked\r\n\r\n");
    while (rounds < 1000 && send(fd, chunk, sizeof chunk, MSG_NOSIGNAL) > 0)
        rounds++;
    assert_true(rounds < 1000);
    close(fd);
}

static void test_what_is_cut_off(void **state)
{
    static const char *const parts[] = {
        "",
        "G",
        "GET",
        "GET /conn",
        "GET /connectors HTTP/1.1\r\nHo",
        "POST /connectors HTTP/1.1\r\n" JSON "Content-Length: 100\r\n\r\n{",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET /%zz HTTP/1.1\r\n\r\n",
        "GET  HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
    };
    struct bed *bed = *state;

    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < TR_COUNT(parts); i++) {
            int fd = connected(bed);
            if (*parts[i])
                put(fd, parts[i]);
            close(fd);
        }
    test_one_connection_after_another(state);
}

static void test_taken_addresses(void **state)
{
    struct bed *bed = *state;
    struct tr_worker_options options = {0};
    char text[40];
    const char *item = text;
    struct tr_rest *second;
    struct tr_diag diag;

    snprintf(text, sizeof text, "http://127.0.0.1:%d", bed->port);
    options.rest.listeners = (struct tr_list){&item, 1};
    assert_int_equal(tr_rest_new(&options, &bed->log, &second, &diag), -1);
    assert_null(second);
    assert_non_null(strstr(diag.message, "listeners: can't listen at 127.0.0.1, port"));
    options.rest.listeners.count = 0; /* no REST API at all */
    assert_int_equal(tr_rest_new(&options, &bed->log, &second, &diag), 0);
    assert_null(second);
}

static void test_worker_ids(void **state)
{
    struct bed *bed = *state;
    struct tr_rest_options options = {.advertised_host = "a.example", .advertised_port = 99};
    char id[TR_REST_WORKER_ID];

    tr_rest_worker_id(bed->rest, &options, id);
    assert_string_equal(id, "a.example:99");
    options.advertised_host = "::1";
    tr_rest_worker_id(NULL, &options, id);
    assert_string_equal(id, "[::1]:99");
    options = (struct tr_rest_options){0};
    tr_rest_worker_id(NULL, &options, id);
    assert_non_null(strstr(id, ":8083"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_connection_after_another),
        TEST(test_many_requests_on_one),
        TEST(test_a_body_in_chunks),
        TEST(test_too_much),
        TEST(test_an_endless_body),
        TEST(test_what_is_cut_off),
        TEST(test_taken_addresses),
        TEST(test_worker_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
