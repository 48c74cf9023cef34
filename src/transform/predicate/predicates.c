/* Kafka's three predicates. Facts: org.apache.kafka.connect.transforms.predicates, 4.1. */
#include "transform/regex.h"
#include "transform/transform-impl.h"

static int is_tombstone(const struct tr_transform *predicate, struct tr_transform_context *context,
                        struct tr_record *record, struct tr_diag *diag)
{
    (void)predicate, (void)context, (void)diag;
    return record->value.kind == TR_NULL;
}

const struct tr_transform_impl tr_record_is_tombstone = {
    .class_name = "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
    .size = sizeof(struct tr_transform),
    .apply = is_tombstone,
};

struct has_header {
    struct tr_transform transform;
    const char *name;
};

static int has_header(const struct tr_transform *predicate, struct tr_transform_context *context,
                      struct tr_record *record, struct tr_diag *diag)
{
    const struct has_header *self = (const struct has_header *)predicate;

    (void)context, (void)diag;
    for (size_t i = 0; i < record->nheaders; i++)
        if (strcmp(record->headers[i].name, self->name) == 0)
            return 1;
    return 0;
}

static const struct tr_option header_options[] = {
    {.name = "name",
     .doc = "The header that a record must have.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .required = true,
     .at = TR_TRANSFORM_AT(has_header, name)},
};

const struct tr_transform_impl tr_has_header_key = {
    .class_name = "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
    .size = sizeof(struct has_header),
    .options = header_options,
    .noptions = TR_COUNT(header_options),
    .apply = has_header,
};

struct topic_matches {
    struct tr_transform transform;
    const char *pattern;
    struct tr_regex *regex;
};

static int start_topic(struct tr_transform *predicate, struct tr_arena *arena, struct tr_diag *diag)
{
    struct topic_matches *self = (struct topic_matches *)predicate;

    (void)arena;
    return tr_regex_new(self->pattern, "pattern", &self->regex, diag);
}

static int topic_matches(const struct tr_transform *predicate, struct tr_transform_context *context,
                         struct tr_record *record, struct tr_diag *diag)
{
    (void)context;
    return tr_regex_matches(((const struct topic_matches *)predicate)->regex,
                            tr_slice_of(record->topic), diag);
}

static void finish_topic(struct tr_transform *predicate)
{
    tr_regex_free(((struct topic_matches *)predicate)->regex);
}

static const struct tr_option topic_options[] = {
    {.name = "pattern",
     .doc = "A Java regular expression that the topic's whole name must match.",
     .type = TR_OPTION_STRING,
     .importance = TR_MEDIUM,
     .required = true,
     .at = TR_TRANSFORM_AT(topic_matches, pattern)},
};

const struct tr_transform_impl tr_topic_name_matches = {
    .class_name = "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
    .size = sizeof(struct topic_matches),
    .options = topic_options,
    .noptions = TR_COUNT(topic_options),
    .start = start_topic,
    .apply = topic_matches,
    .finish = finish_topic,
};
