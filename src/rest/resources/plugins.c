/* GET /connector-plugins, and what a plugin may be configured with. */
#include "transform/plugins.h"
#include "config/plugin.h"
#include "rest/handlers.h"
#include "rest/resources/definition.h"

static bool is_connector(const struct tr_plugin *plugin)
{
    return strcmp(plugin->type, "source") == 0 || strcmp(plugin->type, "sink") == 0;
}

static void put_plugins(struct tr_exchange *exchange, struct tr_writer *writer,
                        const struct tr_plugin *plugins, size_t count, bool connectors_only)
{
    for (size_t i = 0; i < count; i++) {
        if (connectors_only && !is_connector(&plugins[i]))
            continue;
        tr_writer_text(writer, writer->p[-1] == '[' ? "{" : ",{");
        tr_answer_member(exchange, writer, "class", plugins[i].class);
        tr_answer_member(exchange, writer, "type", plugins[i].type);
        tr_answer_member(exchange, writer, "version", plugins[i].version);
        tr_writer_char(writer, '}');
    }
}

void tr_handle_plugins(struct tr_exchange *exchange)
{
    bool connectors_only = tr_request_flag(&exchange->request, "connectorsOnly", true);
    struct tr_writer writer;
    size_t count, ntransforms;
    const struct tr_plugin *plugins = tr_plugins(&count);
    const struct tr_plugin *transforms = tr_transform_plugins(&exchange->in, &ntransforms);

    if (!transforms) {
        tr_answer_error(exchange, 500, "out of memory");
        return;
    }
    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '[');
    put_plugins(exchange, &writer, plugins, count, connectors_only);
    put_plugins(exchange, &writer, transforms, ntransforms, connectors_only);
    tr_writer_char(&writer, ']');
    tr_answer_end(exchange, &writer, 200);
}

void tr_json_definition(struct tr_exchange *exchange, struct tr_writer *writer,
                        const struct tr_definition *definition)
{
    tr_writer_char(writer, '{');
    tr_answer_member(exchange, writer, "name", definition->name);
    tr_answer_member(exchange, writer, "type", definition->type);
    tr_writer_text(writer, definition->required ? ",\"required\":true" : ",\"required\":false");
    tr_answer_member(exchange, writer, "default_value", definition->default_value);
    tr_answer_member(exchange, writer, "importance", definition->importance);
    tr_answer_member(exchange, writer, "documentation", definition->documentation);
    tr_answer_member(exchange, writer, "group", definition->group);
    tr_answer_member(exchange, writer, "width", definition->width);
    tr_answer_member(exchange, writer, "display_name", definition->display_name);
    tr_writer_literal(writer, ",\"dependents\":");
    tr_answer_list(exchange, writer, &definition->dependents);
    tr_writer_printf(writer, ",\"order\":%d}", definition->order);
}

/* >0: it has been answered that there is none. */
static int find(struct tr_exchange *exchange, struct tr_plugin *ret_plugin,
                struct tr_definitions *ret_definitions, struct tr_diag *diag)
{
    const char *name = exchange->request.segments[1];
    const struct tr_plugin *plugin = tr_plugin_find(name);

    if (plugin) {
        *ret_plugin = *plugin;
        return tr_plugin_definitions(plugin, &exchange->in, ret_definitions, diag);
    }
    int rc = tr_transform_definitions(name, &exchange->in, ret_plugin, ret_definitions, diag);
    if (rc > 0)
        tr_answer_error(exchange, 404, "Unknown plugin %s.", name);
    return rc;
}

static bool has_version(struct tr_exchange *exchange, const struct tr_plugin *plugin)
{
    const char *version = tr_request_query(&exchange->request, "version");

    if (!version || strcmp(version, plugin->version) == 0 || strcmp(version, "latest") == 0)
        return true;
    tr_answer_error(exchange, 400,
                    "Plugin %s not found that matches the version range [%s,%s], available "
                    "versions: [%s]",
                    exchange->request.segments[1], version, version, plugin->version);
    return false;
}

void tr_handle_definitions(struct tr_exchange *exchange)
{
    struct tr_plugin plugin;
    struct tr_definitions definitions;
    struct tr_writer writer;
    struct tr_diag diag;

    int rc = find(exchange, &plugin, &definitions, &diag);
    if (rc < 0)
        tr_answer_error(exchange, 500, "%s", diag.message);
    if (rc || !has_version(exchange, &plugin))
        return;
    tr_answer_begin(exchange, &writer);
    tr_writer_char(&writer, '[');
    for (size_t i = 0; i < definitions.count; i++) {
        if (i)
            tr_writer_char(&writer, ',');
        tr_json_definition(exchange, &writer, &definitions.items[i]);
    }
    tr_writer_char(&writer, ']');
    tr_answer_end(exchange, &writer, 200);
}
