/*
 * Any file of configuration: read or refused, its values parsed as what their options say. Nothing
 * is fetched: references to secrets stay as they are. The input's first byte chooses the form; one
 * is a connector's properties as PUT …/validate takes them: a finding for each that is wrong.
 */
#include <jansson.h>
#include <string.h>

#include "config/option-table.h"
#include "config/option-value.h"
#include "config/read.h"
#include "config/validate.h"
#include "fuzz.h"
#include "transform/plugins.h"

#define MOST 256 /* properties */

static void parse_values(const struct tr_settings *settings, struct tr_arena *arena)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct tr_setting *setting = &settings->items[i];
        unsigned readers = settings->worker ? TR_FOR_WORKER : TR_FOR_CONNECTORS;
        const struct tr_option_group *group;
        struct tr_option_value value;
        struct tr_diag diag = {.message = ""};
        const struct tr_option *option = tr_option_find(readers, setting->name, &group);
        FUZZ_CHECK(setting->value);
        if (!option)
            (void)tr_option_nearest(readers, setting->name);
        else if (tr_option_parse(option, setting->value, arena, &value, &diag) < 0)
            FUZZ_CHECK(diag.cls == TR_CONFIG && diag.message[0]);
    }
}

static void check_findings(const struct tr_config_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        FUZZ_CHECK(findings->items[i].message && findings->items[i].message[0]);
}

/* What is asked for first: is there a run, and what would it be? */
static void check_config(const struct tr_config *config, const struct tr_properties *properties)
{
    struct tr_connector_config *read;
    struct tr_diag diag = {.message = ""};

    FUZZ_CHECK(tr_connector_config_new(config, "c", properties, &read, &diag) == 0);
    check_findings(&read->errors);
    check_findings(&read->warnings);
    int rc = tr_connector_config_result(read, &diag);
    FUZZ_CHECK((rc == 0) == (read->errors.count == 0));
    FUZZ_CHECK(rc == 0 || (diag.cls == TR_CONFIG && diag.message[0]));
    tr_connector_config_free(read);
}

static void check_validation(const struct tr_config *config, const struct tr_properties *properties)
{
    const struct tr_validate_params params = {
        .config = config, .name = "c", .properties = properties, .add = tr_transform_validate};
    struct tr_validation validation;
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};
    size_t errors = 0;

    tr_arena_init(&arena, 16384, 64 << 20);
    int rc = tr_validate(&params, &arena, &validation, &diag);
    FUZZ_CHECK(rc >= 0);
    if (rc > 0) {
        FUZZ_CHECK(diag.message[0]);
    } else {
        for (size_t i = 0; i < validation.nconfigs; i++) {
            FUZZ_CHECK(validation.configs[i].definition.name);
            errors += validation.configs[i].errors.count;
        }
        FUZZ_CHECK(errors == validation.error_count);
        FUZZ_CHECK((tr_validation_result(&validation, &diag) == 0) == (errors == 0));
    }
    tr_arena_finish(&arena);
}

static void validate(struct tr_slice text)
{
    static struct tr_config *config;
    struct tr_property items[MOST];
    struct tr_properties properties = {items, 0, NULL};
    struct tr_diag diag;
    const char *name;
    json_t *value, *json = json_loadb(text.p, text.n, 0, NULL);

    if (!config)
        FUZZ_CHECK(tr_config_load(NULL, 0, &config, &diag) <= 0 && config);
    json_object_foreach(json, name, value)
    {
        if (properties.count < MOST && (json_is_string(value) || json_is_null(value)))
            items[properties.count++] = (struct tr_property){name, json_string_value(value)};
    }
    check_config(config, &properties);
    check_validation(config, &properties);
    json_decref(json);
}

static void read_file(unsigned form, struct tr_slice text)
{
    static int (*const forms[])(struct tr_reading *, const char *, struct tr_slice,
                                struct tr_diag *) = {tr_read_properties, tr_read_ini, tr_read_json};
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};

    tr_arena_init(&arena, 16384, 64 << 20);
    struct tr_problems problems = {.arena = &arena};
    struct tr_reading reading = {.arena = &arena, .problems = &problems};
    reading.end = &reading.first;
    int rc = forms[form](&reading, "f", text, &diag);
    FUZZ_CHECK(rc == 0 || (diag.cls == TR_CONFIG && diag.message[0]));
    for (struct tr_settings *settings = reading.first; settings; settings = settings->next)
        parse_values(settings, &arena);
    tr_arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct tr_slice text = {(const char *)data + 1, size - 1};
    if (data[0] % 4 == 3)
        validate(text);
    else
        read_file(data[0] % 4, text);
    return 0;
}
