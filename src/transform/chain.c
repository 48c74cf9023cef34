/* The chain: from properties to steps, and a record through them. */
#include <stdlib.h>
#include <strings.h>

#include "config/option-value.h"
#include "transform/transform-impl.h"

#define ARENA_CHUNK ((size_t)4 << 10)
#define ARENA_CAP   ((size_t)64 << 20)

struct step {
    struct tr_transform *transform;
    struct tr_transform *predicate; /* NULL: every record */
    bool negate;
};

struct tr_chain {
    struct tr_arena arena;
    struct step *steps;
    size_t nsteps;
    struct tr_transform **predicates;
    size_t npredicates;
};

/* One alias's properties while it is being made. */
struct making {
    const struct tr_transform_options *options;
    const char *family; /* "transforms" or "predicates" */
    const char *alias;
    struct tr_arena *arena;
};

/* The value of <family>.<alias>.<name>, or NULL. */
static const char *find_property(const struct making *making, const char *name)
{
    size_t family = strlen(making->family), alias = strlen(making->alias);

    for (size_t i = 0; i < making->options->properties.count; i++) {
        const struct tr_property *p = &making->options->properties.items[i];
        if (strncmp(p->name, making->family, family) == 0 && p->name[family] == '.' &&
            strncmp(p->name + family + 1, making->alias, alias) == 0 &&
            p->name[family + 1 + alias] == '.' && strcmp(p->name + family + 2 + alias, name) == 0)
            return p->value;
    }
    return NULL;
}

static int fail_property(const struct making *making, const char *name, const char *value,
                         struct tr_diag *diag)
{
    struct tr_diag why = *diag;

    return tr_fail(diag, TR_CONFIG, TR_STOP, "the value \"%.200s\" of %s.%s.%s is %s", value,
                   making->family, making->alias, name, why.message);
}

static int set_option(const struct making *making, const struct tr_option *option,
                      struct tr_transform *transform, struct tr_diag *diag)
{
    struct tr_option_value value;
    const char *given = find_property(making, option->name);
    const char *text = given ? given : option->fallback;

    if (option->required && (!text || !*text))
        return tr_fail(diag, TR_CONFIG, TR_STOP, "%s.%s.%s is missing: add it, there is no default",
                       making->family, making->alias, option->name);
    if (!text || option->status == TR_OPTION_INERT)
        return 0;
    if (given && option->status == TR_OPTION_FORMER)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "%s.%s.%s can't be set: %s", making->family,
                       making->alias, option->name, option->note);
    if (option->status == TR_OPTION_FORMER)
        return 0;
    if (tr_option_parse(option, text, making->arena, &value, diag) < 0)
        return diag->cls == TR_CONFIG ? fail_property(making, option->name, text, diag) : -1;
    tr_option_store(option, &value, transform);
    return 0;
}

static void finish(struct tr_transform *transform)
{
    if (transform->impl->finish)
        transform->impl->finish(transform);
}

static const struct tr_transform_impl *find_impl(const struct tr_transform_impl *const *table,
                                                 const char *class_name)
{
    while (*table && strcmp((*table)->class_name, class_name) != 0)
        table++;
    return *table;
}

static int make(const struct making *making, const struct tr_transform_impl *const *table,
                struct tr_transform **ret_transform, struct tr_diag *diag)
{
    const char *class_name = find_property(making, "type");

    if (!class_name)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s.%s.type is missing: name the class of \"%s\", or take it out of %s",
                       making->family, making->alias, making->alias, making->family);
    const struct tr_transform_impl *impl = find_impl(table, class_name);
    if (!impl)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s.%s.type=%.200s: there is no such class in tailrace; "
                       "GET /connector-plugins?connectorsOnly=false lists them",
                       making->family, making->alias, class_name);
    struct tr_transform *transform = tr_arena_zalloc(making->arena, 1, impl->size);
    if (!transform)
        return tr_fail_memory(diag);
    transform->impl = impl;
    transform->alias = making->alias;
    for (size_t i = 0; i < impl->noptions; i++)
        if (set_option(making, &impl->options[i], transform, diag) < 0)
            return -1;
    if (impl->start && impl->start(transform, making->arena, diag) < 0) {
        finish(transform);
        return tr_fail_in(diag, "%s.%s", making->family, making->alias);
    }
    *ret_transform = transform;
    return 0;
}

static int make_predicates(struct tr_chain *chain, const struct tr_transform_options *options,
                           struct tr_diag *diag)
{
    chain->predicates =
        tr_arena_zalloc(&chain->arena, options->predicates.count, sizeof(struct tr_transform *));
    if (!chain->predicates)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < options->predicates.count; i++) {
        const struct making making = {options, "predicates", options->predicates.items[i],
                                      &chain->arena};
        if (make(&making, tr_predicates, &chain->predicates[i], diag) < 0)
            return -1;
        chain->npredicates++;
    }
    return 0;
}

/* Connect starts with an alias that doesn't exist and fails at the first record: say it now. */
static int set_predicate(const struct tr_chain *chain, const struct making *making,
                         struct step *step, struct tr_diag *diag)
{
    const char *name = find_property(making, "predicate");
    const char *negate = find_property(making, "negate");

    step->negate = negate && strcasecmp(negate, "true") == 0;
    if (negate && !step->negate && strcasecmp(negate, "false") != 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "the value \"%.200s\" of transforms.%s.negate is neither true nor false",
                       negate, making->alias);
    if (!name)
        return 0;
    for (size_t i = 0; i < chain->npredicates; i++)
        if (strcmp(chain->predicates[i]->alias, name) == 0)
            step->predicate = chain->predicates[i];
    if (step->predicate)
        return 0;
    return tr_fail(diag, TR_CONFIG, TR_STOP,
                   "transforms.%s.predicate=%.200s: predicates has no such name", making->alias,
                   name);
}

static int make_steps(struct tr_chain *chain, const struct tr_transform_options *options,
                      struct tr_diag *diag)
{
    chain->steps = tr_arena_zalloc(&chain->arena, options->transforms.count, sizeof(struct step));
    if (!chain->steps)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < options->transforms.count; i++) {
        const struct making making = {options, "transforms", options->transforms.items[i],
                                      &chain->arena};
        struct step *step = &chain->steps[i];
        if (make(&making, tr_transforms, &step->transform, diag) < 0)
            return -1;
        chain->nsteps++;
        if (set_predicate(chain, &making, step, diag) < 0)
            return -1;
    }
    return 0;
}

int tr_chain_new(const struct tr_transform_options *options, struct tr_chain **ret_chain,
                 struct tr_diag *diag)
{
    *ret_chain = NULL;
    if (!options->transforms.count)
        return 0;
    struct tr_chain *chain = calloc(1, sizeof *chain);
    if (!chain)
        return tr_fail_memory(diag);
    tr_arena_init(&chain->arena, ARENA_CHUNK, ARENA_CAP);
    if (make_predicates(chain, options, diag) < 0 || make_steps(chain, options, diag) < 0) {
        tr_chain_free(chain);
        return -1;
    }
    *ret_chain = chain;
    return 0;
}

void tr_chain_free(struct tr_chain *chain)
{
    if (!chain)
        return;
    for (size_t i = 0; i < chain->nsteps; i++)
        finish(chain->steps[i].transform);
    for (size_t i = 0; i < chain->npredicates; i++)
        finish(chain->predicates[i]);
    tr_arena_finish(&chain->arena);
    free(chain);
}

/* >0: the step is for this record. */
static int applies(const struct step *step, struct tr_transform_context *context,
                   struct tr_record *record, struct tr_diag *diag)
{
    if (!step->predicate)
        return 1;
    int holds = step->predicate->impl->apply(step->predicate, context, record, diag);
    if (holds < 0) {
        context->failed = step->predicate->impl->class_name;
        return tr_fail_in(diag, "predicate %s (%s)", step->predicate->alias, context->failed);
    }
    return (holds > 0) != step->negate;
}

int tr_chain_apply(const struct tr_chain *chain, struct tr_transform_context *context,
                   struct tr_record *record, struct tr_diag *diag)
{
    for (size_t i = 0; i < chain->nsteps; i++) {
        const struct step *step = &chain->steps[i];
        int rc = applies(step, context, record, diag);
        if (rc > 0) {
            context->failed = step->transform->impl->class_name;
            rc = step->transform->impl->apply(step->transform, context, record, diag);
            if (rc > 0)
                return 1;
        }
        if (rc < 0)
            return tr_fail_in(diag, "transform %s (%s)", step->transform->alias,
                              step->transform->impl->class_name);
    }
    return 0;
}

int tr_transform_context_own(struct tr_transform_context *context, struct tr_diag *diag)
{
    if (context->own)
        return 0;
    context->own = tr_derivations_new();
    if (!context->own)
        return tr_fail_memory(diag);
    context->derivations = context->own;
    return 0;
}

void tr_transform_context_finish(struct tr_transform_context *context)
{
    tr_derivations_free(context->own);
}
