/* Properties of transforms and predicates that nobody reads: a misspelt name, most likely, or what
 * has no effect here. */
#include "transform/transform-impl.h"

/* What stands behind <family>.<alias>. in a name, for one of the aliases; NULL: none of them. */
static const char *behind_alias(const char *name, const char *family, const struct tr_list *aliases,
                                const char **ret_alias)
{
    size_t n = strlen(family);

    if (strncmp(name, family, n) != 0 || name[n] != '.')
        return NULL;
    for (size_t i = 0; i < aliases->count; i++) {
        size_t length = strlen(aliases->items[i]);
        if (strncmp(name + n + 1, aliases->items[i], length) == 0 && name[n + 1 + length] == '.') {
            *ret_alias = aliases->items[i];
            return name + n + length + 2;
        }
    }
    return NULL;
}

static const char *type_of(const struct tr_transform_options *options, const char *family,
                           const char *alias)
{
    struct tr_list one = {&alias, 1};
    const char *ignored;

    for (size_t i = 0; i < options->properties.count; i++) {
        const struct tr_property *p = &options->properties.items[i];
        const char *rest = behind_alias(p->name, family, &one, &ignored);
        if (rest && strcmp(rest, "type") == 0)
            return p->value;
    }
    return NULL;
}

/* Without a class: the option that any has. */
static const struct tr_option *find_option(const struct tr_transform_impl *const *table,
                                           const char *class_name, const char *name)
{
    size_t length;

    for (; *table; table++) {
        if (class_name && strcmp((*table)->class_name, class_name) != 0)
            continue;
        for (size_t i = 0; i < (*table)->noptions; i++) {
            const struct tr_option *option = &(*table)->options[i];
            if (strcmp(option->name, name) == 0 || tr_option_star(option->name, name, &length))
                return option;
        }
    }
    return NULL;
}

/* What a property says behind its alias; NULL: the alias is not there. */
static const char *rest_of(const struct tr_transform_options *options, const char *name,
                           const struct tr_option **ret_option)
{
    bool transform = name[0] == 't';
    const char *family = transform ? "transforms" : "predicates", *alias;
    const char *rest =
        behind_alias(name, family, transform ? &options->transforms : &options->predicates, &alias);

    *ret_option = rest ? find_option(transform ? tr_transforms : tr_predicates,
                                     type_of(options, family, alias), rest)
                       : NULL;
    return rest;
}

static bool known(const struct tr_transform_options *options, const char *name)
{
    static const char *const every[] = {"type", "predicate", "negate", "plugin.version"};
    const struct tr_option *option;
    const char *rest = rest_of(options, name, &option);

    if (!rest)
        return false;
    for (size_t i = 0; i < TR_COUNT(every); i++)
        if (strcmp(rest, every[i]) == 0)
            return true;
    return option;
}

int tr_chain_unknown(const struct tr_transform_options *options, struct tr_arena *arena,
                     struct tr_list *ret_names, struct tr_diag *diag)
{
    const char **names = tr_arena_zalloc(arena, options->properties.count, sizeof *names);

    if (!names)
        return tr_fail_memory(diag);
    *ret_names = (struct tr_list){names, 0};
    for (size_t i = 0; i < options->properties.count; i++)
        if (!known(options, options->properties.items[i].name))
            names[ret_names->count++] = options->properties.items[i].name;
    return 0;
}

int tr_chain_inert(const struct tr_transform_options *options, struct tr_arena *arena,
                   struct tr_list *ret_sentences, struct tr_diag *diag)
{
    const char **sentences = tr_arena_zalloc(arena, options->properties.count, sizeof *sentences);

    if (!sentences)
        return tr_fail_memory(diag);
    *ret_sentences = (struct tr_list){sentences, 0};
    for (size_t i = 0; i < options->properties.count; i++) {
        const char *name = options->properties.items[i].name;
        const struct tr_option *option;
        if (!rest_of(options, name, &option) || !option || option->status != TR_OPTION_INERT)
            continue;
        const char *text = tr_arena_printf(arena, "%s has no effect: %s", name, option->note);
        if (!text)
            return tr_fail_memory(diag);
        sentences[ret_sentences->count++] = text;
    }
    return 0;
}

int tr_chain_check(const struct tr_transform_options *options, struct tr_diag *diag)
{
    struct tr_chain *chain;
    struct tr_arena arena;
    struct tr_list names;

    if (tr_chain_new(options, &chain, diag) < 0)
        return -1;
    tr_chain_free(chain);
    tr_arena_init(&arena, 4096, 1 << 20);
    int rc = tr_chain_unknown(options, &arena, &names, diag);
    if (rc == 0 && names.count)
        rc = tr_fail(diag, TR_CONFIG, TR_STOP,
                     "there is no property %.200s: its class has no such option, or the alias is "
                     "not in transforms or predicates",
                     names.items[0]);
    tr_arena_finish(&arena);
    return rc;
}
