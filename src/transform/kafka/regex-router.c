/* RegexRouter: another topic if the whole name matches. */
#include "transform/regex.h"
#include "transform/transform-impl.h"

struct regex_router {
    struct tr_transform transform;
    const char *expression, *replacement;
    struct tr_regex *regex;
};

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct regex_router *self = (struct regex_router *)transform;

    (void)arena;
    return tr_regex_new(self->expression, "regex", &self->regex, diag);
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct regex_router *self = (const struct regex_router *)transform;
    const struct tr_regex_replacing replacing = {self->regex, self->replacement, false};
    struct tr_slice topic = tr_slice_of(record->topic);
    int matches = tr_regex_matches(self->regex, topic, diag);

    if (matches <= 0)
        return matches;
    if (tr_regex_replace(&replacing, topic, context->scratch, &topic, diag) < 0)
        return -1;
    record->topic = topic.p;
    return 0;
}

static void finish(struct tr_transform *transform)
{
    tr_regex_free(((struct regex_router *)transform)->regex);
}

static const struct tr_option options[] = {
    {.name = "regex",
     .doc = "A Java regular expression that the topic's whole name must match.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(regex_router, expression)},
    {.name = "replacement",
     .doc = "The new name; $1 stands for the expression's first group.",
     .type = TR_OPTION_STRING,
     .importance = TR_HIGH,
     .required = true,
     .at = TR_TRANSFORM_AT(regex_router, replacement)},
};

const struct tr_transform_impl tr_regex_router = {
    .class_name = "org.apache.kafka.connect.transforms.RegexRouter",
    .size = sizeof(struct regex_router),
    .options = options,
    .noptions = TR_COUNT(options),
    .start = start,
    .apply = apply,
    .finish = finish,
};
