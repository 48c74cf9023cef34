#include "snapshot/onward.h"

#include <string.h>

#include "snapshot/added.h"

int tr_onward_find(const struct tr_onward *onward, struct tr_rest *rest, struct tr_arena *arena,
                   bool *ret_read, struct tr_diag *diag)
{
    const char *key = rest->key;
    struct tr_rest stored;
    int rc = TR_REST_NONE;

    rest->name = tr_arena_strdup(arena, tr_slice_of(rest->name));
    if (!rest->name)
        return tr_fail_memory(diag);
    *ret_read = rest->whole || !onward->goes_on || !onward->beside;
    if (onward->goes_on)
        rc = tr_rest_load(&stored, onward->states, rest->name, arena, diag);
    bool same = !rc && !rest->whole && !stored.whole && stored.key && strcmp(stored.key, key) == 0;
    if (same)
        rest->left = stored.left;
    else if (rc >= 0)
        rc = tr_rest_begin(rest, rest->name, rest->whole, arena, diag);
    rest->key = key;
    return rc || *ret_read ? rc : tr_incremental_add_initial(onward->beside, rest, diag);
}

size_t tr_onward_beside(const struct tr_onward *onward)
{
    struct tr_initial_progress progress;

    return tr_incremental_initial(onward->beside, &progress) ? progress.tables : 0;
}

int tr_onward_open(const struct tr_onward *onward, size_t tables, struct tr_batch *batch,
                   struct tr_diag *diag)
{
    int rc = tr_rest_forget(onward->states, batch, diag);

    if (!rc)
        rc = tr_rest_open(tables, batch, diag);
    if (!rc && onward->beside)
        tr_incremental_drop_initial(onward->beside);
    return rc ? rc : tr_added_store(onward, batch, diag);
}

int tr_onward_close(const struct tr_onward *onward, const struct tr_rest *const *rests,
                    size_t count, struct tr_batch *batch, struct tr_diag *diag)
{
    if (!onward->goes_on)
        return tr_rest_close(rests, count, batch, diag);
    int rc = tr_rest_forget(onward->states, batch, diag);
    return rc ? rc : tr_added_store(onward, batch, diag);
}
