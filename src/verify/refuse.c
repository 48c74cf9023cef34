#include "verify/refuse.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define UNWRAP "io.debezium.transforms.ExtractNewRecordState"

static const char *property_of(const struct tr_transform_options *options, const char *alias,
                               const char *name)
{
    char whole[512];

    snprintf(whole, sizeof whole, "transforms.%s.%s", alias, name);
    for (size_t i = 0; i < options->properties.count; i++)
        if (strcmp(options->properties.items[i].name, whole) == 0)
            return options->properties.items[i].value;
    return NULL;
}

/* A delete has to leave something in the topic. */
static int check_unwrap(const struct tr_transform_options *options, const char *alias,
                        struct tr_diag *diag)
{
    const char *mode = property_of(options, alias, "delete.tombstone.handling.mode");

    if (mode && strcasecmp(mode, "drop") == 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "transforms.%s.delete.tombstone.handling.mode=drop: the topic isn't told of "
                       "deletes, so that it can't be equal to the table",
                       alias);
    if (property_of(options, alias, "predicate"))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "transforms.%s.predicate: records of one topic would have two forms", alias);
    return 0;
}

/* Those that leave keys and values as they are. */
static bool is_harmless(const char *type)
{
    static const char *const types[] = {
        "org.apache.kafka.connect.transforms.RegexRouter",
        "org.apache.kafka.connect.transforms.InsertHeader",
        "org.apache.kafka.connect.transforms.DropHeaders",
    };

    for (size_t i = 0; i < TR_COUNT(types); i++)
        if (strcmp(types[i], type) == 0)
            return true;
    return false;
}

static int check_transforms(const struct tr_verify_params *params, struct tr_verify_form *form,
                            struct tr_diag *diag)
{
    const struct tr_transform_options *options = &params->options->capture.transforms;

    for (size_t i = 0; i < options->transforms.count; i++) {
        const char *alias = options->transforms.items[i];
        const char *type = property_of(options, alias, "type");
        if (type && strcmp(type, UNWRAP) == 0) {
            form->unwrapped = true;
            if (check_unwrap(options, alias, diag) < 0)
                return -1;
        } else if (!type || !is_harmless(type)) {
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "transforms.%s.type=%s: only records as they are captured, or unwrapped "
                           "by ExtractNewRecordState, can be compared with the table",
                           alias, type ? type : "");
        } else if (strstr(type, "RegexRouter") && !params->topic) {
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "transforms.%s.type=%s chooses the topic: name it with --topic", alias,
                           type);
        }
    }
    return 0;
}

static int check_converters(const struct tr_capture_options *options, struct tr_diag *diag)
{
    const struct {
        const char *property;
        enum tr_converter class;
    } converters[] = {{"key.converter", options->key.class},
                      {"value.converter", options->value.class}};

    for (size_t i = 0; i < TR_COUNT(converters); i++)
        if (converters[i].class != TR_CONVERTER_JSON)
            return tr_fail(diag, TR_CONFIG, TR_STOP,
                           "%s is not org.apache.kafka.connect.json.JsonConverter, whose records "
                           "are the only ones that can be compared with the table",
                           converters[i].property);
    return 0;
}

static int check_selection(const struct tr_verify_params *params, struct tr_diag *diag)
{
    const struct tr_connector_options *options = params->options;
    const char *skipped = options->capture.skipped_operations;

    if (skipped && strpbrk(skipped, "cud"))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "skipped.operations=%s: the topic isn't told of all changes, so that it "
                       "can't be equal to the table",
                       skipped);
    if (tr_snapshot_override(&options->snapshot, params->table))
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "snapshot.select.statement.overrides: the topic began with other rows than "
                       "the table's");
    return 0;
}

int tr_verify_form_of(const struct tr_verify_params *params, struct tr_verify_form *ret_form,
                      struct tr_diag *diag)
{
    const struct tr_connector_options *options = params->options;

    *ret_form = (struct tr_verify_form){
        .key_schema = options->capture.key.schemas_enable,
        .value_schema = options->capture.value.schemas_enable,
        .table = params->table,
        .placeholder = options->capture.unavailable_placeholder,
    };
    if (options->kind > TR_KIND_MARIADB)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "the connector %s reads no tables", options->name);
    if (options->sink.kind != TR_SINK_KAFKA)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "sink.type is not kafka: what was written elsewhere can't be compared");
    if (check_converters(&options->capture, diag) < 0 || check_selection(params, diag) < 0)
        return -1;
    return check_transforms(params, ret_form, diag);
}
