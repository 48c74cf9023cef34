#include "encode/registry.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encode/registry/registry-impl.h"

/* All schemas of a connector. */
#define TEXTS_CAP ((size_t)512 << 20)

int tr_registry_new(const struct tr_converter_options *options, bool key,
                    struct tr_registry **ret_registry, struct tr_diag *diag)
{
    struct tr_registry *registry = calloc(1, sizeof *registry);

    if (!registry)
        return tr_fail_memory(diag);
    registry->options = options;
    registry->key = key;
    registry->side = key ? "key.converter" : "value.converter";
    bool apicurio = options->class == TR_CONVERTER_APICURIO_AVRO;
    registry->ask = apicurio ? tr_registry_apicurio : tr_registry_confluent;
    registry->fetch = apicurio ? tr_registry_apicurio_fetch : tr_registry_confluent_fetch;
    tr_arena_init(&registry->arena, 64 << 10, TEXTS_CAP);
    pthread_mutex_init(&registry->lock, NULL);
    if (tr_http_new(options, registry->side, &registry->http, diag) < 0) {
        tr_registry_free(registry);
        return -1;
    }
    *ret_registry = registry;
    return 0;
}

void tr_registry_free(struct tr_registry *registry)
{
    if (!registry)
        return;
    tr_http_free(registry->http);
    tr_arena_finish(&registry->arena);
    pthread_mutex_destroy(&registry->lock);
    free(registry);
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static struct tr_registry_entry *find(const struct tr_registry *registry,
                                      const struct tr_registry_entry *wanted)
{
    struct tr_registry_entry *entry = registry->entries;

    while (entry && !(same(entry->subject, wanted->subject) && same(entry->group, wanted->group) &&
                      same(entry->text, wanted->text)))
        entry = entry->next;
    return entry;
}

/* Names and text of a new entry, which must live as long as it. */
static struct tr_registry_entry *add(struct tr_registry *registry,
                                     const struct tr_registry_entry *wanted)
{
    struct tr_arena *arena = &registry->arena;
    struct tr_registry_entry *entry = tr_arena_alloc(arena, sizeof *entry);

    if (!entry)
        return NULL;
    *entry = (struct tr_registry_entry){
        .registry = registry,
        .subject = tr_arena_strdup(arena, tr_slice_of(wanted->subject)),
        .group = wanted->group ? tr_arena_strdup(arena, tr_slice_of(wanted->group)) : NULL,
        .text = tr_arena_strdup(arena, tr_slice_of(wanted->text)),
        .next = registry->entries,
    };
    if (!entry->subject || !entry->text || (wanted->group && !entry->group))
        return NULL;
    registry->entries = entry;
    return entry;
}

static int name_subject(struct tr_registry *registry, const struct tr_registry_schema *schema,
                        struct tr_registry_entry *entry, struct tr_diag *diag)
{
    const struct tr_converter_options *options = registry->options;
    bool apicurio = options->class == TR_CONVERTER_APICURIO_AVRO;
    enum tr_subject_strategy strategy =
        apicurio ? options->apicurio.strategy : options->registry.strategy;
    struct tr_arena *arena = &registry->arena;

    if (strategy != TR_SUBJECT_TOPIC && strategy != TR_SUBJECT_SIMPLE_TOPIC && !schema->full)
        return tr_fail(diag, TR_SCHEMA, TR_STOP,
                       "topic %s: the subject of %ss is named by their record, but they are none: "
                       "use the strategy that names it by the topic",
                       schema->topic, registry->key ? "key" : "value");
    switch (strategy) {
    case TR_SUBJECT_TOPIC:
        entry->subject =
            tr_arena_printf(arena, "%s-%s", schema->topic, registry->key ? "key" : "value");
        break;
    case TR_SUBJECT_SIMPLE_TOPIC:
        entry->subject = schema->topic;
        break;
    case TR_SUBJECT_RECORD:
        entry->subject = schema->full;
        break;
    case TR_SUBJECT_TOPIC_RECORD:
        entry->subject = tr_arena_printf(arena, "%s-%s", schema->topic, schema->full);
        break;
    case TR_SUBJECT_GROUP_RECORD:
        entry->subject = schema->name;
        entry->group = schema->space;
        break;
    case TR_SUBJECT_GROUP_TOPIC_RECORD:
        entry->subject = tr_arena_printf(arena, "%s-%s", schema->topic, schema->name);
        entry->group = schema->space;
        break;
    }
    if (apicurio && options->apicurio.artifact)
        entry->subject = options->apicurio.artifact;
    if (apicurio && options->apicurio.group)
        entry->group = options->apicurio.group;
    return entry->subject ? 0 : tr_fail_memory(diag);
}

int tr_registry_file(struct tr_registry *registry, const struct tr_registry_schema *schema,
                     struct tr_registry_entry **ret_entry, struct tr_diag *diag)
{
    struct tr_registry_entry wanted = {.text = schema->text};
    struct tr_registry_entry *entry = NULL;

    pthread_mutex_lock(&registry->lock);
    int rc = name_subject(registry, schema, &wanted, diag);
    if (rc == 0) {
        entry = find(registry, &wanted);
        if (!entry)
            entry = add(registry, &wanted);
        if (!entry)
            rc = tr_fail_memory(diag);
    }
    pthread_mutex_unlock(&registry->lock);
    *ret_entry = entry;
    return rc;
}

int tr_registry_ask(struct tr_registry_entry *entry, struct tr_diag *diag)
{
    struct tr_registry *registry = entry->registry;
    int rc = 0;

    pthread_mutex_lock(&registry->lock);
    if (!atomic_load_explicit(&entry->known, memory_order_acquire)) {
        rc = registry->ask(entry, &entry->id, diag);
        if (rc == 0)
            atomic_store_explicit(&entry->known, true, memory_order_release);
    }
    pthread_mutex_unlock(&registry->lock);
    return rc;
}

int tr_registry_fetch(struct tr_registry *registry, uint64_t id, json_t **ret_schema,
                      struct tr_diag *diag)
{
    char subject[40];
    struct tr_registry_entry entry = {.registry = registry, .subject = subject};

    snprintf(subject, sizeof subject, "of id %" PRIu64, id);
    pthread_mutex_lock(&registry->lock);
    int rc = registry->fetch(&entry, id, ret_schema, diag);
    pthread_mutex_unlock(&registry->lock);
    return rc;
}

/* The registry's own words: {"error_code":…,"message":…}. */
static const char *message_of(const json_t *json)
{
    const char *message = json_string_value(json_object_get(json, "message"));

    return message ? message : "it doesn't say why";
}

static int refuse(const struct tr_registry_entry *entry, const struct tr_http_answer *answer,
                  const json_t *json, struct tr_diag *diag)
{
    const struct tr_registry *registry = entry->registry;

    if (answer->status == 401 || answer->status == 403)
        return tr_fail(diag, TR_AUTH, TR_STOP,
                       "the schema registry %s refuses us (HTTP %ld, subject %s): %.400s; check "
                       "user, password or token in the options of %s",
                       answer->url, answer->status, entry->subject, message_of(json),
                       registry->side);
    if (answer->status == 409)
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "the schema registry %s refuses the new schema of subject %s as "
                       "incompatible: %.900s; undo the table's change or give the new column a "
                       "default, or allow it (the subject's compatibility NONE), then restart the "
                       "connector",
                       answer->url, entry->subject, message_of(json));
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "the schema registry %s refuses subject %s (HTTP %ld): %.900s; check the "
                   "address, and the registry's mode and rules",
                   answer->url, entry->subject, answer->status, message_of(json));
}

int tr_registry_call(struct tr_registry_entry *entry, const struct tr_http_request *request,
                     json_t **ret_json, struct tr_diag *diag)
{
    struct tr_http_answer answer;

    *ret_json = NULL;
    if (tr_http_send(entry->registry->http, request, &answer, diag) < 0)
        return -1;
    json_t *json = json_loadb(tr_buf_string(answer.body), answer.body->len, JSON_ALLOW_NUL, NULL);
    if (answer.status == 200) {
        *ret_json = json;
        return 0;
    }
    int rc = answer.status == 404 ? 1 : refuse(entry, &answer, json, diag);
    json_decref(json);
    return rc;
}

int tr_registry_number(const struct tr_registry_entry *entry, const json_t *json, const char *name,
                       uint64_t *ret_number, struct tr_diag *diag)
{
    const json_t *number = json_object_get(json, name);

    if (!json_is_integer(number) || json_integer_value(number) < 0)
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "the schema registry's answer for subject %s has no number \"%s\": check "
                       "the address in the options of %s",
                       entry->subject, name, entry->registry->side);
    *ret_number = (uint64_t)json_integer_value(number);
    return 0;
}

int tr_registry_compare(const struct tr_registry_entry *entry, const char *text,
                        struct tr_diag *diag)
{
    int rc = tr_avro_same_shape(entry->text, text ? text : "", diag);

    if (rc < 0)
        return tr_fail_in(diag, "subject %s", entry->subject);
    if (rc == 0)
        return 0;
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "the schema that the registry has for subject %s is not the one of the table as "
                   "it is now: register this one there, or let the connector do it: %.1200s",
                   entry->subject, entry->text);
}

int tr_registry_missing(const struct tr_registry_entry *entry, const char *property,
                        struct tr_diag *diag)
{
    const struct tr_converter_options *options = entry->registry->options;
    bool registers = options->class == TR_CONVERTER_APICURIO_AVRO ? options->apicurio.auto_register
                                                                  : options->registry.auto_register;

    if (registers)
        return tr_fail(diag, TR_SINK, TR_STOP,
                       "subject %s can't be registered: there is no schema registry's API at the "
                       "address in the options of %s (HTTP 404); check its path",
                       entry->subject, entry->registry->side);
    return tr_fail(diag, TR_SINK, TR_STOP,
                   "the schema registry doesn't have this schema as subject %s: register it there, "
                   "or let the connector do it (%s.%s=true): %.1200s",
                   entry->subject, entry->registry->side, property, entry->text);
}
