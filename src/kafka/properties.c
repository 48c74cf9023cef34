#include "kafka/properties.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/translate.h"

struct layer {
    const char *prefix;
    const struct tr_properties *properties;
};

#define LAYERS 3

static void find_layers(const struct tr_worker_options *worker,
                        const struct tr_connector_options *connector, enum tr_kafka_role role,
                        struct layer *layers)
{
    static const struct tr_properties none;
    static const char *const prefixes[] = {"producer.", "consumer.", "admin."};
    static const char *const overrides[] = {"producer.override.", "consumer.override.",
                                            "admin.override."};
    const struct tr_properties *const own[] = {&worker->producer, &worker->consumer,
                                               &worker->admin};
    const struct tr_sink_options *sink = connector ? &connector->sink : NULL;
    const struct tr_properties *const over[] = {
        sink ? &sink->producer_override : &none,
        sink ? &sink->consumer_override : &none,
        sink ? &sink->admin_override : &none,
    };

    layers[0] = (struct layer){"", &worker->common};
    layers[1] = (struct layer){prefixes[role], own[role]};
    layers[2] = (struct layer){overrides[role], over[role]};
}

const char *tr_kafka_property(const struct tr_worker_options *worker,
                              const struct tr_connector_options *connector, enum tr_kafka_role role,
                              const char *name)
{
    struct layer layers[LAYERS];
    const char *value = NULL;

    find_layers(worker, connector, role, layers);
    for (size_t i = 0; i < LAYERS; i++)
        for (size_t j = 0; j < layers[i].properties->count; j++)
            if (strcmp(layers[i].properties->items[j].name, name) == 0)
                value = layers[i].properties->items[j].value;
    return value;
}

/* Add an entry at the end; an earlier one of the same name goes. */
static void add_entry(struct tr_kafka_entry *entries, size_t *n, struct tr_kafka_entry entry)
{
    size_t kept = 0;

    for (size_t i = 0; i < *n; i++)
        if (strcmp(entries[i].name, entry.name) != 0)
            entries[kept++] = entries[i];
    entries[kept++] = entry;
    *n = kept;
}

static bool sensitive(const char *name)
{
    static const char *const words[] = {"password", "secret", "jaas",  ".pem",
                                        ".key",     "token",  "config"};

    for (size_t i = 0; i < TR_COUNT(words); i++)
        if (strstr(name, words[i]))
            return true;
    return false;
}

static struct tr_kafka_entry *merge(const struct layer *layers, size_t *ret_count)
{
    size_t most = 1;

    for (size_t i = 0; i < LAYERS; i++)
        most += layers[i].properties->count;
    struct tr_kafka_entry *entries = calloc(most, sizeof *entries);
    *ret_count = 0;
    for (size_t i = 0; entries && i < LAYERS; i++)
        for (size_t j = 0; j < layers[i].properties->count; j++) {
            const struct tr_properties *properties = layers[i].properties;
            const struct tr_property *item = &properties->items[j];
            bool secret = (properties->secret && properties->secret[j]) || sensitive(item->name);
            add_entry(entries, ret_count,
                      (struct tr_kafka_entry){layers[i].prefix, item->name, item->value, secret});
        }
    return entries;
}

const char *tr_kafka_other(const struct tr_kafka_translation *t, const char *name)
{
    for (size_t i = 0; i < t->nentries; i++)
        if (strcmp(t->entries[i].name, name) == 0)
            return t->entries[i].value;
    return NULL;
}

int tr_kafka_refuse(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                    const char *argument)
{
    return tr_fail(t->diag, TR_CONFIG, TR_STOP, "%s%s can't be used as it is: %s", entry->prefix,
                   entry->name, argument);
}

int tr_kafka_ignore(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                    const char *argument)
{
    char text[512];

    /* the common properties come by for each role: once is enough */
    if (!t->warnings || (!*entry->prefix && t->role != TR_KAFKA_PRODUCER))
        return 0;
    snprintf(text, sizeof text, "%s%s has no effect: %s", entry->prefix, entry->name, argument);
    t->warnings->add(t->warnings, text);
    return 0;
}

int tr_kafka_apply_value(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                         const char *name, const char *value)
{
    char reason[512] = "";
    rd_kafka_conf_res_t rc = rd_kafka_conf_set(t->conf, name, value, reason, sizeof reason);

    if (rc == RD_KAFKA_CONF_OK)
        return 0;
    if (rc == RD_KAFKA_CONF_UNKNOWN)
        return tr_fail(
            t->diag, TR_CONFIG, TR_STOP,
            "%s%s is no property of Kafka's clients that librdkafka %s knows: remove it, "
            "or look for its name among librdkafka's",
            entry->prefix, entry->name, rd_kafka_version_str());
    if (entry->secret)
        return tr_fail(t->diag, TR_CONFIG, TR_STOP,
                       "the value of %s%s is not one that librdkafka "
                       "accepts",
                       entry->prefix, entry->name);
    return tr_fail(t->diag, TR_CONFIG, TR_STOP,
                   "the value \"%.200s\" of %s%s is not one that librdkafka accepts: %s", value,
                   entry->prefix, entry->name, reason);
}

int tr_kafka_apply(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                   const char *argument)
{
    return tr_kafka_apply_value(t, entry, argument, entry->value);
}

static int translate(const struct tr_kafka_translation *t)
{
    for (size_t i = 0; i < t->nentries; i++) {
        const char *argument;
        tr_kafka_apply_fn *apply = tr_kafka_rule(t->entries[i].name, &argument);
        if (apply(t, &t->entries[i], argument) < 0)
            return -1;
    }
    return 0;
}

static int set_servers(const struct tr_kafka_translation *t)
{
    const struct tr_kafka_entry entry = {"", "bootstrap.servers", t->servers, false};

    return tr_kafka_apply(t, &entry, "bootstrap.servers");
}

/* What the user did not decide and where librdkafka's default hurts. */
static int set_defaults(const struct tr_kafka_translation *t)
{
    /* small requests wait for each answer; and a broker that is back is to be found soon */
    const struct tr_kafka_entry nagle = {"", "socket.nagle.disable", "true", false};
    const struct tr_kafka_entry longest = {"", "reconnect.backoff.max.ms", "1000", false};

    if (tr_kafka_apply(t, &nagle, nagle.name) < 0)
        return -1;
    /* which may be longer */
    return tr_kafka_other(t, "reconnect.backoff.ms") ? 0
                                                     : tr_kafka_apply(t, &longest, longest.name);
}

/* Make t->conf of the user's properties. */
static int make(struct tr_kafka_translation *t, const struct tr_worker_options *worker,
                const struct tr_connector_options *connector)
{
    struct layer layers[LAYERS];

    find_layers(worker, connector, t->role, layers);
    struct tr_kafka_entry *entries = merge(layers, &t->nentries);
    if (!entries)
        return tr_fail_memory(t->diag);
    t->entries = entries;
    t->servers = worker->bootstrap_servers;
    t->conf = rd_kafka_conf_new();
    int rc = set_servers(t) < 0 || set_defaults(t) < 0 || translate(t) < 0 ? -1 : 0;
    free(entries);
    if (rc < 0)
        rd_kafka_conf_destroy(t->conf);
    return rc;
}

int tr_kafka_conf_new(const struct tr_worker_options *worker,
                      const struct tr_connector_options *connector, enum tr_kafka_role role,
                      rd_kafka_conf_t **ret_conf, struct tr_diag *diag)
{
    struct tr_kafka_translation t = {.role = role, .diag = diag};

    if (make(&t, worker, connector) < 0)
        return -1;
    *ret_conf = t.conf;
    return 0;
}

int tr_kafka_properties_check(const struct tr_worker_options *worker,
                              const struct tr_connector_options *connector,
                              struct tr_kafka_warnings *warnings, struct tr_diag *diag)
{
    static const enum tr_kafka_role roles[] = {TR_KAFKA_PRODUCER, TR_KAFKA_CONSUMER,
                                               TR_KAFKA_ADMIN};

    for (size_t i = 0; i < TR_COUNT(roles); i++) {
        struct tr_kafka_translation t = {.role = roles[i], .warnings = warnings, .diag = diag};
        if (make(&t, worker, connector) < 0)
            return -1;
        rd_kafka_conf_destroy(t.conf);
    }
    return 0;
}
