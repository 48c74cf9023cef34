/* The list of connectors; one of them: create, read, delete. */
#include <strings.h>

#include "rest/handlers.h"
#include "rest/resources/body.h"
#include "rest/resources/create.h"
#include "rest/resources/json.h"
#include "rest/resources/mask.h"

enum { EXPAND_INFO = 1, EXPAND_STATUS = 2, EXPAND = 4 };

/* As Connect: a parameter for each thing; what it doesn't know gives nothing. */
static unsigned expansions(const struct tr_request *request)
{
    unsigned expansions = 0;

    for (size_t i = 0; i < request->nquery; i++) {
        if (strcmp(request->query[i].name, "expand") != 0)
            continue;
        expansions |= EXPAND;
        if (strcmp(request->query[i].value, "info") == 0)
            expansions |= EXPAND_INFO;
        else if (strcmp(request->query[i].value, "status") == 0)
            expansions |= EXPAND_STATUS;
    }
    return expansions;
}

/* One that was deleted in the meantime is left out: >0. */
static int write_expanded(struct tr_exchange *exchange, struct tr_writer *writer, const char *name,
                          unsigned expansions)
{
    struct tr_worker_status status;
    struct tr_diag diag;

    int rc = tr_worker_status(tr_exchange_worker(exchange), name, &exchange->in, &status, &diag);
    if (rc != 0)
        return rc;
    if (writer->p[-1] != '{')
        tr_writer_char(writer, ',');
    tr_answer_text(exchange, writer, name);
    tr_writer_literal(writer, ":{");
    if (expansions & EXPAND_INFO) {
        tr_writer_literal(writer, "\"info\":");
        tr_json_info(exchange, writer, &status.info);
    }
    if (expansions & EXPAND_STATUS) {
        tr_writer_text(writer, expansions & EXPAND_INFO ? ",\"status\":" : "\"status\":");
        tr_json_status(exchange, writer, &status);
    }
    tr_writer_char(writer, '}');
    return 0;
}

void tr_handle_connectors(struct tr_exchange *exchange)
{
    unsigned wanted = expansions(&exchange->request);
    struct tr_writer writer;
    struct tr_list names;
    struct tr_diag diag;

    int rc = tr_worker_names(tr_exchange_worker(exchange), &exchange->in, &names, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, "");
        return;
    }
    tr_answer_begin(exchange, &writer);
    if (wanted) {
        tr_writer_char(&writer, '{');
        for (size_t i = 0; i < names.count && !writer.failed; i++)
            if (write_expanded(exchange, &writer, names.items[i], wanted) < 0)
                writer.failed = true;
        tr_writer_char(&writer, '}');
    } else {
        tr_answer_list(exchange, &writer, &names);
    }
    tr_answer_end(exchange, &writer, 200);
}

static bool parse_target(struct tr_exchange *exchange, const char *text,
                         enum tr_worker_target *ret_target)
{
    static const char *const words[] = {"RUNNING", "PAUSED", "STOPPED"};

    *ret_target = TR_TARGET_RUNNING;
    if (!text)
        return true;
    for (size_t i = 0; i < TR_COUNT(words); i++)
        if (strcasecmp(words[i], text) == 0) {
            *ret_target = (enum tr_worker_target)i;
            return true;
        }
    tr_answer_error(exchange, 400, "The initial_state has to be RUNNING, PAUSED or STOPPED");
    return false;
}

/* Without the blanks around it; "" if it wasn't sent. */
static const char *trimmed(struct tr_exchange *exchange, const char *name)
{
    size_t n;

    if (!name)
        return "";
    name += strspn(name, " \t\r\n");
    for (n = strlen(name); n && strchr(" \t\r\n", name[n - 1]); n--)
        continue;
    const char *copy = tr_arena_strdup(&exchange->in, (struct tr_slice){name, n});
    return copy ? copy : "";
}

static void create(struct tr_exchange *exchange, json_t *body)
{
    static const char *const members[] = {"name", "config", "initial_state", NULL};
    json_t *object = json_object_get(body, "config");
    enum tr_worker_target target;
    struct tr_properties config;
    const char *name, *state;
    struct tr_diag diag;

    if (!tr_body_members(exchange, body, members) ||
        !tr_body_text(exchange, "name", json_object_get(body, "name"), &name) ||
        !tr_body_text(exchange, "initial_state", json_object_get(body, "initial_state"), &state) ||
        !parse_target(exchange, state, &target))
        return;
    if (!json_is_object(object)) {
        tr_answer_error(exchange, 400, "The field \"config\" has to be there, an object");
        return;
    }
    name = trimmed(exchange, name);
    if (!tr_body_config(exchange, object, &config) || !tr_create_prepare(exchange, name, &config) ||
        !tr_mask_restore(exchange, NULL, &config))
        return;
    int rc = tr_worker_create(tr_exchange_worker(exchange), name, &config, target, &diag);
    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag, diag.message);
    else
        tr_create_answer(exchange, name, true);
}

void tr_handle_create(struct tr_exchange *exchange)
{
    json_t *body = tr_body_object(exchange);

    if (body)
        create(exchange, body);
    json_decref(body);
}

void tr_handle_connector(struct tr_exchange *exchange)
{
    struct tr_worker_info info;
    struct tr_writer writer;
    struct tr_diag diag;

    int rc = tr_worker_info(tr_exchange_worker(exchange), exchange->request.segments[1],
                            &exchange->in, &info, &diag);
    if (rc != 0) {
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_json_info(exchange, &writer, &info);
    tr_answer_end(exchange, &writer, 200);
}

void tr_handle_delete(struct tr_exchange *exchange)
{
    struct tr_diag diag;
    int rc = tr_worker_delete(tr_exchange_worker(exchange), exchange->request.segments[1], &diag);

    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag, tr_not_found(exchange));
    else
        tr_answer_empty(exchange, 204);
}
