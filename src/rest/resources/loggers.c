/*
 * /admin/loggers: how much tailrace logs. It has the loggers root, tailrace, and
 * tailrace.connector.NAME for each connector; other names are kept as Connect keeps them, and the
 * answer to setting one says that it concerned no logger.
 */
#include <strings.h>

#include "base/clock.h"
#include "base/log-levels.h"
#include "rest/handlers.h"
#include "rest/resources/body.h"
#include "rest/resources/json.h"

struct listing {
    struct tr_exchange *exchange;
    struct tr_writer writer;
};

static void write_level(struct listing *listing, const char *word, int64_t set_ms)
{
    tr_writer_char(&listing->writer, '{');
    tr_answer_member(listing->exchange, &listing->writer, "level", word);
    tr_writer_literal(&listing->writer, ",\"last_modified\":");
    if (set_ms)
        tr_writer_int(&listing->writer, set_ms);
    else
        tr_writer_literal(&listing->writer, "null");
    tr_writer_char(&listing->writer, '}');
}

static void write_logger(void *context, const char *name, const char *word, int64_t set_ms)
{
    struct listing *listing = context;

    if (listing->writer.p[-1] != '{')
        tr_writer_char(&listing->writer, ',');
    tr_answer_text(listing->exchange, &listing->writer, name);
    tr_writer_char(&listing->writer, ':');
    write_level(listing, word, set_ms);
}

void tr_handle_loggers(struct tr_exchange *exchange)
{
    struct listing listing = {.exchange = exchange};

    tr_answer_begin(exchange, &listing.writer);
    tr_writer_char(&listing.writer, '{');
    tr_log_levels_each(exchange->api->levels, write_logger, &listing);
    tr_writer_char(&listing.writer, '}');
    tr_answer_end(exchange, &listing.writer, 200);
}

/* The names of our own loggers that stand at or below this one. */
static struct tr_list loggers_below(struct tr_exchange *exchange, const char *name)
{
    struct tr_worker *worker = tr_exchange_worker(exchange);
    struct tr_list names = {NULL, 0};
    struct tr_diag diag;
    size_t count = 0;

    if (worker && tr_worker_names(worker, &exchange->in, &names, &diag) != 0)
        names.count = 0;
    const char **own = tr_arena_zalloc(&exchange->in, names.count + 2, sizeof *own);
    if (!own)
        return (struct tr_list){NULL, 0};
    if (strcmp(name, "root") == 0)
        own[count++] = "root";
    if (tr_logger_below(TR_LOGGER, name))
        own[count++] = TR_LOGGER;
    for (size_t i = 0; i < names.count; i++) {
        const char *logger = tr_answer_printf(exchange, TR_LOGGER_CONNECTOR "%s", names.items[i]);
        if (tr_logger_below(logger, name))
            own[count++] = logger;
    }
    return (struct tr_list){own, count};
}

static const char *logger_name(const struct tr_exchange *exchange)
{
    const char *name = exchange->request.segments[2];

    return strcasecmp(name, "root") == 0 ? "root" : name;
}

static bool contains(const struct tr_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], name) == 0)
            return true;
    return false;
}

void tr_handle_logger(struct tr_exchange *exchange)
{
    struct listing listing = {.exchange = exchange};
    const char *name = logger_name(exchange), *word;
    struct tr_list own = loggers_below(exchange, name);
    int64_t set_ms;

    if (!tr_log_levels_get(exchange->api->levels, name, &word, &set_ms) && !contains(&own, name)) {
        tr_answer_error(exchange, 404, "Logger %s not found.", name);
        return;
    }
    tr_answer_begin(exchange, &listing.writer);
    write_level(&listing, word, set_ms);
    tr_answer_end(exchange, &listing.writer, 200);
}

static void set(struct tr_exchange *exchange, const char *word)
{
    const char *name = logger_name(exchange);
    const char *scope = tr_request_query(&exchange->request, "scope");
    int64_t now_ms = tr_clock_realtime_ns() / 1000000;
    struct tr_writer writer;

    int rc = tr_log_levels_set(exchange->api->levels, name, word, now_ms);
    if (rc != 0) {
        tr_answer_error(exchange, rc > 0 ? 404 : 400,
                        rc > 0 ? "invalid log level '%s'."
                               : "%s can't be set: there are too many loggers, or its name is too "
                                 "long",
                        rc > 0 ? word : name);
        return;
    }
    if (scope && strcasecmp(scope, "cluster") == 0) {
        tr_answer_empty(exchange, 204); /* this worker is the cluster */
        return;
    }
    struct tr_list touched = loggers_below(exchange, name);
    tr_answer_begin(exchange, &writer);
    tr_answer_list(exchange, &writer, &touched);
    tr_answer_end(exchange, &writer, 200);
}

void tr_handle_logger_put(struct tr_exchange *exchange)
{
    json_t *body = tr_body_object(exchange);
    const char *word;

    if (body && tr_body_text(exchange, "level", json_object_get(body, "level"), &word)) {
        if (word)
            set(exchange, word);
        else
            tr_answer_error(exchange, 400,
                            "Desired 'level' parameter was not specified in request.");
    }
    json_decref(body);
}
