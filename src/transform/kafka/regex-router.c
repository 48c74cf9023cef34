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

/* The name for a topic; the same if it doesn't match. */
static int find_name(const struct regex_router *self, const char *topic, struct tr_arena *arena,
                     const char **ret_name, struct tr_diag *diag)
{
    const struct tr_regex_replacing replacing = {self->regex, self->replacement, false};
    struct tr_slice name = tr_slice_of(topic);
    int matches = tr_regex_matches(self->regex, name, diag);

    *ret_name = topic;
    if (matches <= 0)
        return matches;
    if (tr_regex_replace(&replacing, name, arena, &name, diag) < 0)
        return -1;
    *ret_name = name.p;
    return 0;
}

/* A table's records mostly have one topic: the first one that comes is remembered. */
struct route {
    const char *from, *to;
};

static int make_route(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                      struct tr_diag *diag)
{
    struct route *route = tr_arena_alloc(arena, sizeof *route);

    if (!route)
        return tr_fail_memory(diag);
    route->from = tr_arena_strdup(arena, tr_slice_of(key->argument));
    if (!route->from)
        return tr_fail_memory(diag);
    *ret_thing = route;
    return find_name(key->owner, route->from, arena, &route->to, diag);
}

static int apply(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    static const struct tr_derive_maker maker = {make_route, NULL};
    const struct regex_router *self = (const struct regex_router *)transform;
    const struct tr_derive_key key = {self, NULL, NULL, record->topic};
    void *thing;

    if (tr_derive(context->derivations, &key, &maker, &thing, diag) < 0)
        return -1;
    const struct route *route = thing;
    if (strcmp(route->from, record->topic) != 0)
        return find_name(self, record->topic, context->scratch, &record->topic, diag);
    record->topic = route->to;
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
