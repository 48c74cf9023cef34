/* PUT /connector-plugins/X/config/validate */
#include "config/validate.h"

#include "rest/handlers.h"
#include "rest/resources/body.h"
#include "rest/resources/create.h"
#include "rest/resources/definition.h"
#include "rest/resources/mask.h"

static void write_value(struct tr_exchange *exchange, struct tr_writer *writer,
                        const struct tr_validated *config)
{
    tr_writer_char(writer, '{');
    tr_answer_member(exchange, writer, "name", config->definition.name);
    tr_answer_member(exchange, writer, "value", config->value);
    tr_writer_literal(writer, ",\"recommended_values\":");
    tr_answer_list(exchange, writer, &config->recommended_values);
    tr_writer_literal(writer, ",\"errors\":");
    tr_answer_list(exchange, writer, &config->errors);
    tr_writer_text(writer, config->visible ? ",\"visible\":true}" : ",\"visible\":false}");
}

static void answer_validation(struct tr_exchange *exchange, const struct tr_validation *validation)
{
    struct tr_writer writer;

    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '{');
    tr_answer_member(exchange, &writer, "name", validation->name);
    tr_writer_printf(&writer, ",\"error_count\":%zu,\"groups\":", validation->error_count);
    tr_answer_list(exchange, &writer, &validation->groups);
    tr_writer_literal(&writer, ",\"configs\":[");
    for (size_t i = 0; i < validation->nconfigs; i++) {
        tr_writer_text(&writer, i ? ",{\"definition\":" : "{\"definition\":");
        tr_json_definition(exchange, &writer, &validation->configs[i].definition);
        tr_writer_literal(&writer, ",\"value\":");
        write_value(exchange, &writer, &validation->configs[i]);
        tr_writer_char(&writer, '}');
    }
    tr_writer_char(&writer, ']');
    if (validation->warnings.count) {
        tr_writer_literal(&writer, ",\"warnings\":");
        tr_answer_list(exchange, &writer, &validation->warnings);
    }
    tr_writer_char(&writer, '}');
    tr_answer_end(exchange, &writer, 200);
}

/* Names of classes are compared without "Connector", and the path's may be the last part alone. */
static struct tr_slice stem(const char *name)
{
    static const char ending[] = "Connector";
    size_t n = strlen(name), end = sizeof ending - 1;

    return (struct tr_slice){name, n > end && strcmp(name + n - end, ending) == 0 ? n - end : n};
}

static bool same_class(const char *class, const char *requested)
{
    struct tr_slice a = stem(class), b = stem(requested);

    return a.n >= b.n && memcmp(a.p + a.n - b.n, b.p, b.n) == 0;
}

static void validate(struct tr_exchange *exchange, json_t *body)
{
    const char *requested = exchange->request.segments[1];
    struct tr_validation validation;
    struct tr_properties config;
    struct tr_diag diag;

    if (!tr_body_config(exchange, body, &config) || !tr_create_has_class(exchange, &config) ||
        !tr_mask_restore(exchange, tr_properties_get(&config, "name"), &config))
        return;
    const char *class = tr_properties_get(&config, "connector.class");
    if (!same_class(class, requested)) {
        tr_answer_error(exchange, 400, "Included connector type %s does not match request type %s",
                        class, requested);
        return;
    }
    int rc = tr_worker_validate(tr_exchange_worker(exchange), &config, &exchange->in, &validation,
                                &diag);
    if (rc != 0)
        tr_answer_worker(exchange, rc, &diag, diag.message);
    else
        answer_validation(exchange, &validation);
}

void tr_handle_validate(struct tr_exchange *exchange)
{
    json_t *body = tr_body_object(exchange);

    if (body)
        validate(exchange, body);
    json_decref(body);
}
