#include "capture/filter.h"

#include <stdlib.h>

#include "capture/pattern.h"

struct tr_filter {
    struct tr_pattern **include, **exclude;
    size_t ninclude, nexclude;
};

static int compile_list(struct tr_filter_list filter, struct tr_pattern ***ret_patterns,
                        size_t *ret_count, struct tr_diag *diag)
{
    const struct tr_list *list = filter.list;

    if (!list || !list->count)
        return 0;
    *ret_patterns = calloc(list->count, sizeof **ret_patterns);
    if (!*ret_patterns)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < list->count; i++) {
        if (tr_pattern_new(list->items[i], filter.property, &(*ret_patterns)[i], diag) < 0)
            return -1;
        *ret_count = i + 1;
    }
    return 0;
}

int tr_filter_new(struct tr_filter_list include, struct tr_filter_list exclude,
                  struct tr_filter **ret_filter, struct tr_diag *diag)
{
    struct tr_filter *filter = calloc(1, sizeof *filter);

    if (!filter)
        return tr_fail_memory(diag);
    if (compile_list(include, &filter->include, &filter->ninclude, diag) < 0 ||
        compile_list(exclude, &filter->exclude, &filter->nexclude, diag) < 0) {
        tr_filter_free(filter);
        return -1;
    }
    *ret_filter = filter;
    return 0;
}

static void free_list(struct tr_pattern **patterns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        tr_pattern_free(patterns[i]);
    free(patterns);
}

void tr_filter_free(struct tr_filter *filter)
{
    if (!filter)
        return;
    free_list(filter->include, filter->ninclude);
    free_list(filter->exclude, filter->nexclude);
    free(filter);
}

size_t tr_filter_rank(const struct tr_filter *filter, const char *name)
{
    for (size_t i = 0; i < filter->ninclude; i++)
        if (tr_pattern_matches(filter->include[i], name))
            return i;
    return 0;
}

static bool any_matches(struct tr_pattern *const *patterns, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (tr_pattern_matches(patterns[i], name))
            return true;
    return false;
}

bool tr_filter_allows(const struct tr_filter *filter, const char *name)
{
    if (filter->ninclude && !any_matches(filter->include, filter->ninclude, name))
        return false;
    return !any_matches(filter->exclude, filter->nexclude, name);
}

bool tr_filter_may_begin(const struct tr_filter *filter, const char *beginning)
{
    for (size_t i = 0; i < filter->ninclude; i++)
        if (tr_pattern_may_begin(filter->include[i], beginning))
            return true;
    return filter->ninclude == 0;
}
