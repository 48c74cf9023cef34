#include "snapshot/rest.h"

#include <stdio.h>
#include <stdlib.h>

#include "snapshot/impl.h"

#define MARK   "snapshot/rest"
#define PREFIX MARK "/"

bool tr_rest_known(const struct tr_states *states)
{
    return tr_states_get(states, MARK).p != NULL;
}

bool tr_rest_is_left(const struct tr_states *states, const char *name)
{
    char key[600];

    snprintf(key, sizeof key, PREFIX "%s", name);
    return tr_states_get(states, key).p != NULL;
}

static struct tr_rest_range *add_range(struct tr_rest_range **list, struct tr_key_text after,
                                       struct tr_key_text through, struct tr_arena *arena)
{
    struct tr_rest_range *range = tr_arena_zalloc(arena, 1, sizeof *range);

    if (!range)
        return NULL;
    *range = (struct tr_rest_range){after, through, NULL};
    while (*list)
        list = &(*list)->next;
    *list = range;
    return range;
}

int tr_rest_begin(struct tr_rest *ret_rest, const char *name, bool whole, struct tr_arena *arena,
                  struct tr_diag *diag)
{
    const struct tr_key_text none = {0};

    *ret_rest = (struct tr_rest){.name = name, .whole = whole};
    return add_range(&ret_rest->left, none, none, arena) ? 0 : tr_fail_memory(diag);
}

static int fail_stored(const char *name, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "what is stored of the snapshot of table %s (the state " PREFIX
                   "%s) can't be read",
                   name, name);
}

static int load_ranges(struct tr_rest *rest, const json_t *ranges, struct tr_arena *arena,
                       struct tr_diag *diag)
{
    for (size_t i = 0; i < json_array_size(ranges); i++) {
        const json_t *pair = json_array_get(ranges, i);
        struct tr_key_text after, through;
        if (tr_key_read(json_array_get(pair, 0), arena, &after, diag) < 0 ||
            tr_key_read(json_array_get(pair, 1), arena, &through, diag) < 0)
            return -1;
        if (!add_range(&rest->left, after, through, arena))
            return tr_fail_memory(diag);
    }
    return rest->left ? 0 : fail_stored(rest->name, diag);
}

static int load_key(struct tr_rest *rest, const json_t *key, struct tr_arena *arena,
                    struct tr_diag *diag)
{
    if (!key)
        return 0;
    rest->key = tr_arena_strdup(arena, tr_slice_of(json_string_value(key)));
    return rest->key ? 0 : tr_fail_memory(diag);
}

int tr_rest_load(struct tr_rest *ret_rest, const struct tr_states *states, const char *name,
                 struct tr_arena *arena, struct tr_diag *diag)
{
    const char *key = tr_arena_printf(arena, PREFIX "%s", name);
    struct tr_slice stored = key ? tr_states_get(states, key) : (struct tr_slice){0};

    if (!key)
        return tr_fail_memory(diag);
    if (!stored.p)
        return TR_REST_NONE;
    json_t *json = json_loadb(stored.p, stored.n, 0, NULL);
    bool whole = json_is_true(json_object_get(json, "whole"));
    int rc = tr_rest_begin(ret_rest, name, whole, arena, diag);
    if (!rc && !whole) {
        ret_rest->left = NULL;
        rc = load_ranges(ret_rest, json_object_get(json, "rest"), arena, diag);
    }
    if (!rc)
        rc = load_key(ret_rest, json_object_get(json, "key"), arena, diag);
    json_decref(json);
    return rc;
}

int tr_rest_give(struct tr_rest *rest, struct tr_key_text through, struct tr_arena *arena,
                 struct tr_rest_range **ret_range, struct tr_diag *diag)
{
    struct tr_rest_range *first = rest->left;

    if (through.count) {
        *ret_range = add_range(&rest->given, first->after, through, arena);
        if (!*ret_range)
            return tr_fail_memory(diag);
        first->after = through;
        return 0;
    }
    rest->left = first->next;
    first->next = rest->given;
    rest->given = *ret_range = first;
    return 0;
}

void tr_rest_end(struct tr_rest *rest, struct tr_rest_range *range)
{
    struct tr_rest_range **at = &rest->given;

    while (*at && *at != range)
        at = &(*at)->next;
    if (*at)
        *at = range->next;
}

bool tr_rest_done(const struct tr_rest *rest)
{
    return !rest->left && !rest->given;
}

static json_t *json_key(struct tr_key_text key)
{
    return key.count ? tr_key_json(key) : json_null();
}

static bool put_ranges(json_t *array, const struct tr_rest_range *range)
{
    bool stored = true;

    for (; stored && range; range = range->next) {
        json_t *pair = json_array();
        stored = json_array_append_new(pair, json_key(range->after)) == 0 &&
                 json_array_append_new(pair, json_key(range->through)) == 0;
        stored = json_array_append_new(array, pair) == 0 && stored;
    }
    return stored;
}

json_t *tr_rest_json(const struct tr_rest *rest)
{
    json_t *json = json_object(), *ranges = json_array();
    bool cut = !rest->whole && put_ranges(ranges, rest->given) && put_ranges(ranges, rest->left);

    if (cut)
        json_object_set(json, "rest", ranges);
    else
        json_object_set_new(json, "whole", json_true());
    json_decref(ranges);
    if (cut && rest->key)
        json_object_set_new(json, "key", json_string(rest->key));
    return json;
}

/* value NULL: forget it. */
static int put_state(const char *key, const json_t *value, struct tr_batch *batch,
                     struct tr_diag *diag)
{
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    struct tr_state state = {
        .key = {tr_arena_strdup(&batch->arena, tr_slice_of(key)), strlen(key)}};

    if (text)
        state.value =
            (struct tr_slice){tr_arena_strdup(&batch->arena, tr_slice_of(text)), strlen(text)};
    free(text);
    if (!state.key.p || (value && !state.value.p) || tr_batch_state(batch, state) < 0)
        return tr_fail_memory(diag);
    return 0;
}

static int put_table(const char *name, const json_t *value, struct tr_batch *batch,
                     struct tr_diag *diag)
{
    const char *key = tr_arena_printf(&batch->arena, PREFIX "%s", name);
    return key ? put_state(key, value, batch, diag) : tr_fail_memory(diag);
}

int tr_rest_store(const struct tr_rest *rest, struct tr_batch *batch, struct tr_diag *diag)
{
    json_t *json = tr_rest_done(rest) ? NULL : tr_rest_json(rest);
    int rc = put_table(rest->name, json, batch, diag);

    json_decref(json);
    return rc;
}

int tr_rest_open(size_t tables, struct tr_batch *batch, struct tr_diag *diag)
{
    json_t *json = json_object();

    json_object_set_new(json, "tables", json_integer((json_int_t)tables));
    int rc = put_state(MARK, json, batch, diag);
    json_decref(json);
    return rc;
}

int tr_rest_close(const struct tr_rest *const *rests, size_t count, struct tr_batch *batch,
                  struct tr_diag *diag)
{
    int rc = put_state(MARK, NULL, batch, diag);

    for (size_t i = 0; !rc && i < count; i++)
        if (!tr_rest_done(rests[i]))
            rc = put_table(rests[i]->name, NULL, batch, diag);
    return rc;
}

struct forgetting {
    struct tr_batch *batch;
    struct tr_diag *diag;
};

static int forget(void *to, const char *name)
{
    const struct forgetting *forgetting = to;
    return put_table(name, NULL, forgetting->batch, forgetting->diag);
}

int tr_rest_forget(const struct tr_states *states, struct tr_batch *batch, struct tr_diag *diag)
{
    struct forgetting forgetting = {batch, diag};

    if (!tr_rest_known(states))
        return 0;
    int rc = put_state(MARK, NULL, batch, diag);
    return rc ? rc : tr_rest_each(states, forget, &forgetting, diag);
}

int tr_rest_each(const struct tr_states *states, int (*take)(void *to, const char *name), void *to,
                 struct tr_diag *diag)
{
    const struct tr_slice prefix = TR_SLICE(PREFIX);
    int rc = 0;

    for (size_t i = states ? tr_states_from(states, prefix) : 0;
         !rc && states && i < tr_states_count(states); i++) {
        struct tr_slice key = tr_states_at(states, i).key;
        if (key.n < prefix.n || memcmp(key.p, prefix.p, prefix.n) != 0)
            break;
        char *name = strndup(key.p + prefix.n, key.n - prefix.n);
        rc = name ? take(to, name) : tr_fail_memory(diag);
        free(name);
    }
    return rc;
}
