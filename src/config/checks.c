#include "config/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void report_both(const struct tr_connector_options *options, const char *what,
                        struct tr_problems *problems)
{
    char property[64];

    snprintf(property, sizeof property, "%s.exclude.list", what);
    const struct tr_blame blame = {options->file, property};
    if (problems->as_connect) /* Debezium's words */
        tr_problems_error(problems, blame,
                          "The '%s' value is invalid: \"%s.include.list\" is already specified",
                          property, what);
    else
        tr_problems_error(problems, blame, "%s.include.list and %s are both set: keep one of them",
                          what, property);
}

static void check_lists(const struct tr_connector_options *options, struct tr_problems *problems)
{
    const struct tr_capture_options *capture = &options->capture;
    const struct {
        const struct tr_list *include, *exclude;
        const char *what;
    } pairs[] = {
        {&capture->schema_include, &capture->schema_exclude, "schema"},
        {&capture->table_include, &capture->table_exclude, "table"},
        {&capture->column_include, &capture->column_exclude, "column"},
        {&options->postgres.message_include, &options->postgres.message_exclude, "message.prefix"},
    };

    for (size_t i = 0; i < TR_COUNT(pairs); i++)
        if (pairs[i].include->count && pairs[i].exclude->count)
            report_both(options, pairs[i].what, problems);
}

static void check_snapshot(const struct tr_connector_options *options, struct tr_problems *problems)
{
    const struct tr_snapshot_options *snapshot = &options->snapshot;
    const struct tr_snapshot_wishes wishes = tr_snapshot_wishes_of(snapshot);
    const struct tr_properties *statements = &snapshot->override_statements;
    const struct tr_blame overrides = {options->file, "snapshot.select.statement.overrides"};

    for (size_t i = 0; i < snapshot->overrides.count; i++)
        if (!tr_snapshot_override(snapshot, snapshot->overrides.items[i]))
            tr_problems_error(problems, overrides,
                              "snapshot.select.statement.overrides names table %s, but there is no "
                              "snapshot.select.statement.overrides.%s with its statement",
                              snapshot->overrides.items[i], snapshot->overrides.items[i]);
    for (size_t i = 0; i < statements->count; i++)
        if (!tr_list_has(&snapshot->overrides, statements->items[i].name))
            tr_problems_warn(problems, overrides,
                             "snapshot.select.statement.overrides.%s has no effect: "
                             "snapshot.select.statement.overrides doesn't name the table",
                             statements->items[i].name);
    if (!wishes.data && !wishes.stream)
        tr_problems_error(problems, (struct tr_blame){options->file, "snapshot.mode"},
                          "snapshot.mode=configuration_based with neither "
                          "snapshot.mode.configuration.based.snapshot.data nor "
                          "snapshot.mode.configuration.based.start.stream leaves nothing to do: "
                          "set one of them to true");
}

/* A setting of another sink.type than the one that was chosen. */
static void warn_foreign(const struct tr_connector_options *options, bool set, const char *what,
                         const char *belongs, struct tr_problems *problems)
{
    if (set)
        tr_problems_warn(problems, (struct tr_blame){options->file, what},
                         "%s has no effect: it belongs to sink.type=%s", what, belongs);
}

static void warn_of_kafkas(const struct tr_connector_options *options, struct tr_problems *problems)
{
    const struct tr_sink_options *sink = &options->sink;

    warn_foreign(options, sink->offsets_topic, "offsets.storage.topic", "kafka", problems);
    warn_foreign(options, sink->producer_override.count, "producer.override.*", "kafka", problems);
    warn_foreign(options, sink->consumer_override.count, "consumer.override.*", "kafka", problems);
    warn_foreign(options, sink->admin_override.count, "admin.override.*", "kafka", problems);
    warn_foreign(options, sink->ntopic_groups > 1, "topic.creation.groups", "kafka", problems);
}

static void check_kafka(const struct tr_worker_options *worker,
                        const struct tr_connector_options *options, struct tr_problems *problems)
{
    warn_foreign(options, options->sink.path, "sink.path", "file", problems);
    if (options->exactly_once == TR_EXACTLY_ONCE_REQUIRED &&
        worker->exactly_once == TR_EXACTLY_ONCE_DISABLED)
        tr_problems_error(problems, (struct tr_blame){options->file, "exactly.once.support"},
                          problems->as_connect
                              ? "This worker does not have exactly-once source support enabled."
                              : "exactly.once.support=required, but the worker's "
                                "exactly.once.source.support is disabled: change one of them");
}

static void check_files(const struct tr_connector_options *options, const char *sink,
                        struct tr_problems *problems)
{
    if (!options->sink.offsets_path)
        tr_problems_error(problems,
                          (struct tr_blame){options->file, "offset.storage.file.filename"},
                          "offset.storage.file.filename is missing: with sink.type=%s the "
                          "position is kept in that file",
                          sink);
    if (options->sink.kind == TR_SINK_FILE && !options->sink.path)
        tr_problems_error(problems, (struct tr_blame){options->file, "sink.path"},
                          "sink.path is missing: the file of sink.type=file");
    warn_of_kafkas(options, problems);
    if (options->sink.kind == TR_SINK_STDOUT)
        warn_foreign(options, options->sink.path, "sink.path", "file", problems);
    if (options->sink.kind == TR_SINK_STDOUT && options->exactly_once == TR_EXACTLY_ONCE_REQUIRED)
        tr_problems_error(problems, (struct tr_blame){options->file, "exactly.once.support"},
                          "exactly.once.support=required can't be had with sink.type=stdout: "
                          "what was printed can't be taken back");
}

/* Either topics or their pattern; Connect says it of both. */
static void check_topics(const struct tr_connector_options *options, struct tr_problems *problems)
{
    static const char *const names[] = {"topics", "topics.regex"};
    const struct tr_file_options *file = &options->file_stream;
    bool topics = file->topics.count, pattern = *file->topics_regex;

    for (size_t i = 0; topics == pattern && i < TR_COUNT(names); i++)
        tr_problems_error(problems, (struct tr_blame){options->file, names[i]}, "%s",
                          topics ? "topics and topics.regex are mutually exclusive options, but "
                                   "both are set."
                                 : "Must configure one of topics or topics.regex");
}

/* A sink's records never are what transforms work on: their values become text at once. */
static void check_chain(const struct tr_connector_options *options, struct tr_problems *problems)
{
    if (options->capture.transforms.transforms.count)
        tr_problems_error(problems, (struct tr_blame){options->file, "transforms"},
                          "transforms can't be had in a sink connector: transform the records "
                          "where they come from");
}

/* An AvroConverter's registry: where it is, and how to log in there. */
static void check_registry(const struct tr_connector_options *options, const char *name,
                           const struct tr_converter_options *converter,
                           struct tr_problems *problems)
{
    const struct tr_registry_options *registry = &converter->registry;
    const struct tr_blame blame = {options->file, name};
    bool apicurio = converter->class == TR_CONVERTER_APICURIO_AVRO;

    if (apicurio ? !converter->apicurio.url : registry->urls.count == 0)
        tr_problems_error(problems, blame, "%s: an AvroConverter needs its registry: write %s.%s",
                          name, name, apicurio ? "apicurio.registry.url" : "schema.registry.url");
    if (options->kind == TR_KIND_FILE_SINK)
        tr_problems_error(problems, blame,
                          "%s: a sink connector can't read Avro: use JsonConverter, "
                          "StringConverter or ByteArrayConverter",
                          name);
    if (apicurio)
        return;
    if (registry->login == TR_LOGIN_USER_INFO && !registry->user_info)
        tr_problems_error(problems, blame,
                          "%s: USER_INFO means %s.basic.auth.user.info: write USER:PASSWORD there",
                          name, name);
    if (registry->login == TR_LOGIN_SASL_INHERIT && !registry->jaas)
        tr_problems_error(problems, blame,
                          "%s: SASL_INHERIT means the user of %s.sasl.jaas.config: write it", name,
                          name);
    if (registry->bearer == TR_BEARER_STATIC && !registry->token)
        tr_problems_error(problems, blame, "%s: STATIC_TOKEN means %s.bearer.auth.token: write it",
                          name, name);
    if (registry->bearer == TR_BEARER_OAUTH &&
        !(registry->token_url && registry->client_id && registry->client_secret))
        tr_problems_error(problems, blame,
                          "%s: OAUTHBEARER needs %s.bearer.auth.issuer.endpoint.url, .client.id "
                          "and .client.secret",
                          name, name);
}

/* Converters of values of one type: a source makes structs, and a file's lines are texts. */
static const char *single_type(enum tr_converter class)
{
    static const char *const types[] = {
        [TR_CONVERTER_BYTES] = "bytes",          [TR_CONVERTER_BOOLEAN] = "booleans",
        [TR_CONVERTER_SHORT] = "numbers",        [TR_CONVERTER_INTEGER] = "numbers",
        [TR_CONVERTER_LONG] = "numbers",         [TR_CONVERTER_FLOAT] = "numbers",
        [TR_CONVERTER_DOUBLE] = "numbers",       [TR_CONVERTER_SIMPLE] = NULL,
        [TR_CONVERTER_BINARY] = "anything else", [TR_CONVERTER_CLOUDEVENTS] = NULL,
    };
    return types[class];
}

/* What only a transform makes of a source's records, or a sink can't read. */
static void check_single(const struct tr_connector_options *options, const char *name,
                         const struct tr_converter_options *converter, struct tr_problems *problems)
{
    const struct tr_blame blame = {options->file, name};
    enum tr_converter class = converter->class;

    if (options->kind == TR_KIND_FILE_SINK) {
        if (class != TR_CONVERTER_BYTES &&
            (single_type(class) || class == TR_CONVERTER_CLOUDEVENTS))
            tr_problems_error(problems, blame,
                              "%s: a sink connector reads what JsonConverter, StringConverter or "
                              "ByteArrayConverter wrote: use one of them",
                              name);
    } else if (class == TR_CONVERTER_BINARY) {
        if (converter->delegate == TR_CONVERTER_BINARY &&
            !options->capture.transforms.transforms.count)
            tr_problems_error(problems, blame,
                              "%s: the connector's records are not bytes: write "
                              "%s.delegate.converter.type, which they go to",
                              name, name);
    } else if (single_type(class) && !options->capture.transforms.transforms.count) {
        tr_problems_error(problems, blame,
                          "%s: this converter writes values that are %s, which this connector's "
                          "are not: use JsonConverter or StringConverter, or transforms that leave "
                          "such a value",
                          name, single_type(class));
    }
}

static void check_converters(const struct tr_connector_options *options,
                             struct tr_problems *problems)
{
    const struct tr_converter_options *converters[] = {&options->capture.key,
                                                       &options->capture.value};
    static const char *const names[] = {"key.converter", "value.converter"};

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (converters[i]->class == TR_CONVERTER_AVRO ||
            converters[i]->class == TR_CONVERTER_APICURIO_AVRO)
            check_registry(options, names[i], converters[i], problems);
    for (size_t i = 0; i < TR_COUNT(names); i++)
        check_single(options, names[i], converters[i], problems);
}

static void check_signals(const struct tr_connector_options *options, struct tr_problems *problems)
{
    const struct tr_notification_options *notification = &options->notification;
    const struct {
        const struct tr_list *list;
        const char *name;
    } channels[] = {{&options->signal.channels, "signal.enabled.channels"},
                    {&notification->channels, "notification.enabled.channels"}};

    for (size_t i = 0; i < TR_COUNT(channels); i++)
        if (tr_list_has(channels[i].list, "jmx"))
            tr_problems_warn(problems, (struct tr_blame){options->file, channels[i].name},
                             "%s: jmx has no effect, there is no JVM", channels[i].name);
    if (tr_list_has(&notification->channels, "sink") && !notification->topic)
        tr_problems_error(problems,
                          (struct tr_blame){options->file, "notification.sink.topic.name"},
                          "Notification topic name must be provided when kafka notification "
                          "channel is enabled");
}

static void check_naming(const struct tr_connector_options *options, struct tr_problems *problems)
{
    const struct tr_naming_options *naming = &options->capture.naming;
    const struct {
        const char *value, *needed_by, *name;
    } texts[] = {
        {naming->replacement, naming->regex, "topic.replacement"},
        {naming->regex, "", "topic.regex"},
        {naming->key_replacement, naming->key_regex, "topic.key.field.replacement"},
    };

    for (size_t i = 0; i < TR_COUNT(texts); i++) {
        struct tr_blame blame = {options->file, texts[i].name};
        if (!(naming->strategy & TR_TOPIC_REGEX) && texts[i].value)
            tr_problems_warn(problems, blame,
                             "%s has no effect: it belongs to a Regex topic.naming.strategy",
                             texts[i].name);
        else if (naming->strategy & TR_TOPIC_REGEX && texts[i].needed_by &&
                 !(texts[i].value && *texts[i].value))
            tr_problems_error(problems, blame,
                              "%s is missing: topic.naming.strategy replaces what topic.regex "
                              "(and topic.key.field.regex) match by it",
                              texts[i].name);
    }
}

/* A file's sink writes every record or fails: it has nothing to leave out, and no producer. */
static void check_sink_errors(const struct tr_connector_options *options,
                              struct tr_problems *problems)
{
    const struct tr_error_options *errors = &options->capture.errors;

    if (errors->tolerance != TR_TOLERATE_NONE)
        tr_problems_error(problems, (struct tr_blame){options->file, "errors.tolerance"},
                          "errors.tolerance=all can't be had in a FileStreamSink, which stops at a "
                          "record that it can't read: leave it at none");
    if (errors->dead_letter_topic && *errors->dead_letter_topic)
        tr_problems_error(problems,
                          (struct tr_blame){options->file, "errors.deadletterqueue.topic.name"},
                          "errors.deadletterqueue.topic.name can't be had in a FileStreamSink, "
                          "which leaves no record out: take it away");
}

static void check_errors(const struct tr_connector_options *options, struct tr_problems *problems)
{
    const struct tr_error_options *errors = &options->capture.errors;

    if (options->kind == TR_KIND_FILE_SINK)
        check_sink_errors(options, problems);
    else if (errors->dead_letter_topic && *errors->dead_letter_topic &&
             errors->tolerance == TR_TOLERATE_NONE)
        tr_problems_warn(problems,
                         (struct tr_blame){options->file, "errors.deadletterqueue.topic.name"},
                         "errors.deadletterqueue.topic.name has no effect with "
                         "errors.tolerance=none: the first record that fails stops the connector");
}

void tr_check_connector(const struct tr_worker_options *worker,
                        const struct tr_connector_options *options, struct tr_problems *problems)
{
    check_lists(options, problems);
    check_snapshot(options, problems);
    check_errors(options, problems);
    check_converters(options, problems);
    check_naming(options, problems);
    check_signals(options, problems);
    if (options->kind == TR_KIND_FILE_SINK) {
        check_topics(options, problems);
        check_chain(options, problems);
    }
    switch (options->sink.kind) {
    case TR_SINK_KAFKA:
        check_kafka(worker, options, problems);
        break;
    case TR_SINK_STDOUT:
        check_files(options, "stdout", problems);
        break;
    case TR_SINK_FILE:
        check_files(options, "file", problems);
        break;
    case TR_SINK_TEXT: /* has a group's offsets in Kafka */
        break;
    case TR_SINK_NULL: /* keeps nothing */
        warn_of_kafkas(options, problems);
        warn_foreign(options, options->sink.path, "sink.path", "file", problems);
        warn_foreign(options, options->sink.offsets_path, "offset.storage.file.filename",
                     "stdout or file", problems);
        break;
    }
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* Slots are the server's, not the database's. */
static bool same_slot(const struct tr_postgres_options *a, const struct tr_postgres_options *b)
{
    return same(a->hostname, b->hostname) && a->port == b->port && same(a->slot_name, b->slot_name);
}

/* Of two readers with the same number a server ends the older. */
static bool same_reader(const struct tr_mysql_options *a, const struct tr_mysql_options *b)
{
    return same(a->hostname, b->hostname) && a->port == b->port && a->server_id == b->server_id;
}

static bool same_file(const struct tr_sink_options *a, const struct tr_sink_options *b)
{
    return a->kind == TR_SINK_FILE && b->kind == TR_SINK_FILE && same(a->path, b->path);
}

static const char *name_of(const struct tr_connector_options *options)
{
    return options->name ? options->name : "without a name";
}

static void check_pair(const struct tr_connector_options *a, const struct tr_connector_options *b,
                       struct tr_problems *problems)
{
    if (same(a->name, b->name)) {
        tr_problems_error(problems, (struct tr_blame){b->file, "name"},
                          "a connector called %s is in %s already: every connector needs a name "
                          "of its own",
                          b->name, a->file);
        return;
    }
    if (same_slot(&a->postgres, &b->postgres))
        tr_problems_error(problems, (struct tr_blame){b->file, "slot.name"},
                          "the connectors %s and %s have the same slot.name, %s, on the server "
                          "%s:%d: every connector needs a slot of its own",
                          name_of(a), name_of(b), b->postgres.slot_name, b->postgres.hostname,
                          (int)b->postgres.port);
    if (same_reader(&a->mysql, &b->mysql))
        tr_problems_error(problems, (struct tr_blame){b->file, "database.server.id"},
                          "the connectors %s and %s have the same database.server.id, %lld, on the "
                          "server %s:%d: every connector needs a number of its own",
                          name_of(a), name_of(b), (long long)b->mysql.server_id, b->mysql.hostname,
                          (int)b->mysql.port);
    if (same_file(&a->sink, &b->sink))
        tr_problems_error(problems, (struct tr_blame){b->file, "sink.path"},
                          "the connectors %s and %s have the same sink.path, %s: every "
                          "connector needs a file of its own",
                          name_of(a), name_of(b), b->sink.path);
}

void tr_check_connectors(const struct tr_connector_options *connectors, size_t nconnectors,
                         struct tr_problems *problems)
{
    bool kafka = false, filename = false;

    for (size_t i = 0; i < nconnectors; i++) {
        for (size_t j = 0; j < i; j++)
            check_pair(&connectors[j], &connectors[i], problems);
        kafka |= connectors[i].sink.kind == TR_SINK_KAFKA;
        filename |= connectors[i].sink.kind == TR_SINK_KAFKA && connectors[i].sink.offsets_path;
    }
    if (kafka && filename)
        tr_problems_warn(problems, (struct tr_blame){NULL, "offset.storage.file.filename"},
                         "offset.storage.file.filename has no effect on connectors whose "
                         "sink is Kafka: their positions are in Kafka, in "
                         "offset.storage.topic");
}
