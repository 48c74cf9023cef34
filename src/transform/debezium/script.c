/*
 * Filter and ContentBasedRouter: an expression says which records stay, or where they go.
 * Facts: io.debezium.transforms.{ScriptingTransformation,Filter,ContentBasedRouter} (3.x).
 */
#include "transform/script.h"

#include "transform/regex.h"
#include "transform/transform-impl.h"

/* null.handling.mode */
enum nulls { KEEP, DROP, EVALUATE };

struct scripted {
    struct tr_transform transform;
    int language;
    const char *expression;
    enum nulls nulls;
    const char *topics; /* NULL or empty: all */
    struct tr_regex *regex;
    struct tr_script *script;
};

static const char *option_of(const struct tr_transform *transform)
{
    return transform->impl->options[0].name;
}

static int start(struct tr_transform *transform, struct tr_arena *arena, struct tr_diag *diag)
{
    struct scripted *self = (struct scripted *)transform;

    (void)arena;
    if (self->topics && *self->topics &&
        tr_regex_new(self->topics, "topic.regex", &self->regex, diag) < 0)
        return -1;
    return tr_script_new(self->expression, option_of(transform), &self->script, diag);
}

static void finish(struct tr_transform *transform)
{
    struct scripted *self = (struct scripted *)transform;

    tr_regex_free(self->regex);
    tr_script_free(self->script);
}

/* >0: the expression isn't asked, and *ret_rc is the answer. */
static int settle(const struct scripted *self, const struct tr_record *record, int *ret_rc,
                  struct tr_diag *diag)
{
    int matches = self->regex ? tr_regex_matches(self->regex, tr_slice_of(record->topic), diag) : 1;

    *ret_rc = 0;
    if (matches <= 0)
        return matches < 0 ? -1 : 1;
    if (record->value.kind != TR_NULL || self->nulls == EVALUATE)
        return 0;
    *ret_rc = self->nulls == DROP;
    return 1;
}

static int evaluate(const struct scripted *self, struct tr_transform_context *context,
                    const struct tr_record *record, struct tr_script_answer *ret_answer,
                    struct tr_diag *diag)
{
    return tr_script_eval(self->script, record, context->scratch, ret_answer, diag);
}

static int fail_answer(const struct scripted *self, const struct tr_script_answer *answer,
                       const char *wanted, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP, "%s: what it returns is a %s, not %s",
                   option_of(&self->transform), answer->type, wanted);
}

static int filter(const struct tr_transform *transform, struct tr_transform_context *context,
                  struct tr_record *record, struct tr_diag *diag)
{
    const struct scripted *self = (const struct scripted *)transform;
    struct tr_script_answer answer;
    int rc, settled = settle(self, record, &rc, diag);

    if (settled)
        return settled < 0 ? -1 : rc;
    if (evaluate(self, context, record, &answer, diag) < 0)
        return -1;
    if (answer.kind != TR_SCRIPT_BOOLEAN)
        return fail_answer(self, &answer, "true or false", diag);
    return !answer.boolean;
}

static int route(const struct tr_transform *transform, struct tr_transform_context *context,
                 struct tr_record *record, struct tr_diag *diag)
{
    const struct scripted *self = (const struct scripted *)transform;
    struct tr_script_answer answer;
    int rc, settled = settle(self, record, &rc, diag);

    if (settled)
        return settled < 0 ? -1 : rc;
    if (evaluate(self, context, record, &answer, diag) < 0)
        return -1;
    if (answer.kind == TR_SCRIPT_NIL)
        return 0;
    if (answer.kind != TR_SCRIPT_TEXT || !answer.text.n || strlen(answer.text.p) != answer.text.n)
        return fail_answer(self, &answer, "a topic's name or nil", diag);
    record->topic = answer.text.p;
    return 0;
}

#define IN_LUA "write it in Lua, language=lua: value.op == 'u' and value.before.id ~= 2"

static const struct tr_choice languages[] = {
    {"lua", 0, NULL},
    {"jsr223.groovy", 1, "there is no JVM here: " IN_LUA},
    {"jsr223.graal.js", 2, "there is no JVM here: " IN_LUA},
    {"wasm.chicory", 3, "there is no JVM here: " IN_LUA},
    {"wasm.chicory-interpreter", 4, "there is no JVM here: " IN_LUA},
    {NULL, 0, NULL},
};

static const struct tr_choice nulls[] = {
    {"keep", KEEP, NULL}, {"drop", DROP, NULL}, {"evaluate", EVALUATE, NULL}, {NULL, 0, NULL}};

/* The expression comes first: option_of. */
#define OPTIONS(named, text)                                                                       \
    {                                                                                              \
        {.name = named,                                                                            \
         .doc = text,                                                                              \
         .type = TR_OPTION_STRING,                                                                 \
         .importance = TR_HIGH,                                                                    \
         .required = true,                                                                         \
         .at = TR_TRANSFORM_AT(scripted, expression)},                                             \
            {.name = "language",                                                                   \
             .doc = "The expression's language.",                                                  \
             .type = TR_OPTION_CHOICE,                                                             \
             .importance = TR_HIGH,                                                                \
             .required = true,                                                                     \
             .choices = languages,                                                                 \
             .at = TR_TRANSFORM_AT(scripted, language)},                                           \
            {.name = "topic.regex",                                                                \
             .doc = "Only records whose topic's whole name matches are looked at.",                \
             .type = TR_OPTION_STRING,                                                             \
             .importance = TR_LOW,                                                                 \
             .at = TR_TRANSFORM_AT(scripted, topics)},                                             \
            {.name = "null.handling.mode",                                                         \
             .fallback = "keep",                                                                   \
             .doc = "What becomes of records without value: they stay, go, or are looked at.",     \
             .type = TR_OPTION_CHOICE,                                                             \
             .importance = TR_LOW,                                                                 \
             .choices = nulls,                                                                     \
             .at = TR_TRANSFORM_AT(scripted, nulls)},                                              \
    }

static const struct tr_option filter_options[] =
    OPTIONS("condition", "A Lua expression; records for which it is false are dropped.");

const struct tr_transform_impl tr_script_filter = {
    .class_name = "io.debezium.transforms.Filter",
    .size = sizeof(struct scripted),
    .options = filter_options,
    .noptions = TR_COUNT(filter_options),
    .start = start,
    .apply = filter,
    .finish = finish,
};

static const struct tr_option router_options[] =
    OPTIONS("topic.expression", "A Lua expression for the topic's name; nil leaves it as it is.");

const struct tr_transform_impl tr_content_based_router = {
    .class_name = "io.debezium.transforms.ContentBasedRouter",
    .size = sizeof(struct scripted),
    .options = router_options,
    .noptions = TR_COUNT(router_options),
    .start = start,
    .apply = route,
    .finish = finish,
};
