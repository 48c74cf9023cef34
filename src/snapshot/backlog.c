#include <stdlib.h>

#include "base/buf.h"
#include "snapshot/impl.h"

#define NAMES_CAP ((size_t)16 << 20)

static bool is_initial(const json_t *collection)
{
    return json_is_true(json_object_get(collection, "initial"));
}

static bool all(const json_t *array, bool (*right)(const json_t *item))
{
    size_t i;
    const json_t *item;

    json_array_foreach((json_t *)array, i, item) if (!right(item)) return false;
    return !array || json_is_array(array);
}

static bool is_text(const json_t *json)
{
    return json_is_string(json);
}

static bool is_texts(const json_t *json)
{
    return all(json, is_text);
}

static bool is_text_or_null(const json_t *json)
{
    return json_is_string(json) || json_is_null(json);
}

/* Of a range: behind a key, or from the begin; up to one, or to the end. */
static bool is_bound(const json_t *json)
{
    return json_is_null(json) || (json_is_array(json) && is_texts(json));
}

static bool is_range(const json_t *json)
{
    return json_array_size(json) == 2 && all(json, is_bound);
}

static bool is_collection(const json_t *json)
{
    const json_t *rest = json_object_get(json, "rest");

    return json_is_string(json_object_get(json, "name")) &&
           (!is_initial(json) || json_array_size(rest)) && all(rest, is_range);
}

static bool is_blocking(const json_t *json)
{
    const json_t *tables = json_object_get(json, "tables");
    const json_t *selects = json_object_get(json, "selects");

    return json_is_string(json_object_get(json, "id")) && json_is_array(tables) &&
           is_texts(tables) && json_array_size(selects) == json_array_size(tables) &&
           all(selects, is_text_or_null);
}

/* What is stored may be another version's, or mended by hand: looked at once, and trusted then. */
static bool is_backlog(const json_t *json)
{
    return json_is_object(json) && all(json_object_get(json, "collections"), is_collection) &&
           is_texts(json_object_get(json, "maximum")) && is_texts(json_object_get(json, "after")) &&
           all(json_object_get(json, "again"), is_texts) &&
           is_texts(json_object_get(json, "stop")) &&
           all(json_object_get(json, "blocking"), is_blocking);
}

int tr_backlog_load(struct tr_backlog *backlog, const struct tr_states *states,
                    struct tr_diag *diag)
{
    struct tr_slice stored = tr_states_get(states, TR_BACKLOG_KEY);

    *backlog = (struct tr_backlog){.json = stored.p ? json_loadb(stored.p, stored.n, 0, NULL)
                                                    : json_object()};
    if (!is_backlog(backlog->json))
        return tr_fail(diag, TR_DATA, TR_STOP,
                       "what is stored of the incremental snapshot (the state " TR_BACKLOG_KEY
                       ") can't be "
                       "read");
    return 0;
}

void tr_backlog_finish(struct tr_backlog *backlog)
{
    json_decref(backlog->json);
    backlog->json = NULL;
}

int tr_backlog_store(struct tr_backlog *backlog, struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_state state = {.key = TR_SLICE(TR_BACKLOG_KEY)};

    if (!backlog->changed)
        return 0;
    if (json_object_size(backlog->json)) {
        char *text = json_dumps(backlog->json, JSON_COMPACT);
        if (text)
            state.value =
                (struct tr_slice){tr_arena_strdup(&batch->arena, tr_slice_of(text)), strlen(text)};
        free(text);
        if (!state.value.p)
            return tr_fail_memory(diag);
    }
    if (tr_batch_state(batch, state) < 0)
        return tr_fail_memory(diag);
    backlog->changed = false;
    return 0;
}

static json_t *collections(const struct tr_backlog *backlog)
{
    return json_object_get(backlog->json, "collections");
}

size_t tr_backlog_count(const struct tr_backlog *backlog)
{
    return json_array_size(collections(backlog));
}

static const json_t *current(const struct tr_backlog *backlog)
{
    return json_array_get(collections(backlog), 0);
}

bool tr_backlog_is_initial(const struct tr_backlog *backlog)
{
    return is_initial(current(backlog));
}

size_t tr_backlog_count_of(const struct tr_backlog *backlog, bool initial)
{
    size_t i, n = 0;
    json_t *item;

    json_array_foreach(collections(backlog), i, item) n += is_initial(item) == initial;
    return n;
}

const char *tr_backlog_current(const struct tr_backlog *backlog, const char *member)
{
    return json_string_value(json_object_get(current(backlog), member));
}

const char *tr_backlog_id(const struct tr_backlog *backlog)
{
    return json_string_value(json_object_get(backlog->json, "id"));
}

char *tr_backlog_names(const struct tr_backlog *backlog, bool initial)
{
    struct tr_buf names = {0};
    size_t i;
    json_t *item;

    tr_buf_init(&names, NAMES_CAP);
    json_array_foreach(collections(backlog), i, item)
    {
        if (is_initial(item) != initial)
            continue;
        tr_buf_text(&names, names.len ? "," : "");
        tr_buf_text(&names, json_string_value(json_object_get(item, "name")));
    }
    char *text = tr_buf_ok(&names) ? strdup(tr_buf_string(&names)) : NULL;
    tr_buf_finish(&names);
    return text;
}

static void forget_place(struct tr_backlog *backlog)
{
    static const char *const members[] = {"maximum", "after", "again", "rows"};

    for (size_t i = 0; i < TR_COUNT(members); i++)
        json_object_del(backlog->json, members[i]);
}

void tr_backlog_next(struct tr_backlog *backlog)
{
    forget_place(backlog);
    json_array_remove(collections(backlog), 0);
    if (tr_backlog_count(backlog) == 0)
        json_object_del(backlog->json, "collections");
    if (tr_backlog_count_of(backlog, false) == 0) {
        json_object_del(backlog->json, "id");
        json_object_del(backlog->json, "paused");
        json_object_del(backlog->json, "pausing");
        json_object_del(backlog->json, "stop");
    }
    backlog->changed = true;
}

bool tr_backlog_is(const struct tr_backlog *backlog, const char *flag)
{
    return json_is_true(json_object_get(backlog->json, flag));
}

void tr_backlog_set(struct tr_backlog *backlog, const char *flag, bool on)
{
    if (on)
        json_object_set_new(backlog->json, flag, json_true());
    else
        json_object_del(backlog->json, flag);
    backlog->changed = true;
}

/* The range of an initial collection that is at work. */
static const json_t *range_of(const struct tr_backlog *backlog)
{
    return json_array_get(json_object_get(current(backlog), "rest"), 0);
}

int tr_backlog_key(const struct tr_backlog *backlog, const char *member, struct tr_arena *arena,
                   struct tr_key_text *ret_key, struct tr_diag *diag)
{
    const json_t *key = json_object_get(backlog->json, member);

    if (!key) /* nothing of the range is read yet */
        key = json_array_get(range_of(backlog), strcmp(member, "after") == 0 ? 0 : 1);
    return tr_key_read(key, arena, ret_key, diag);
}

bool tr_backlog_next_range(struct tr_backlog *backlog)
{
    json_t *rest = json_object_get(current(backlog), "rest");

    if (json_array_size(rest) < 2)
        return false;
    json_array_remove(rest, 0);
    json_object_del(backlog->json, "maximum");
    json_object_del(backlog->json, "after");
    backlog->changed = true;
    return true;
}

json_t *tr_key_json(struct tr_key_text key)
{
    json_t *array = json_array();

    for (size_t i = 0; array && i < key.count; i++) {
        if (json_array_append_new(array, json_string(key.parts[i])) < 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

int tr_key_read(const json_t *array, struct tr_arena *arena, struct tr_key_text *ret_key,
                struct tr_diag *diag)
{
    size_t n = json_array_size(array);
    const char **parts = tr_arena_zalloc(arena, n, sizeof *parts);

    if (!parts)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(array, i));
        if (!text)
            return tr_fail_bug(diag, "a stored key holds what is no text");
        parts[i] = tr_arena_strdup(arena, tr_slice_of(text));
        if (!parts[i])
            return tr_fail_memory(diag);
    }
    *ret_key = (struct tr_key_text){parts, n};
    return 0;
}

int tr_backlog_set_key(struct tr_backlog *backlog, const char *member, struct tr_key_text key,
                       struct tr_diag *diag)
{
    json_t *array = tr_key_json(key);

    backlog->changed = true;
    if (!array || json_object_set_new(backlog->json, member, array) < 0)
        return tr_fail(diag, TR_DATA, TR_STOP, "a key of table %s can't be stored: it is not UTF-8",
                       tr_backlog_current(backlog, "name"));
    return 0;
}

int tr_backlog_again(const struct tr_backlog *backlog, struct tr_arena *arena,
                     const struct tr_key_text **ret_keys, size_t *ret_count, struct tr_diag *diag)
{
    const json_t *again = json_object_get(backlog->json, "again");
    size_t n = json_array_size(again);
    struct tr_key_text *keys = tr_arena_zalloc(arena, n, sizeof *keys);

    if (!keys)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < n; i++)
        if (tr_key_read(json_array_get(again, i), arena, &keys[i], diag) < 0)
            return -1;
    *ret_keys = keys;
    *ret_count = n;
    return 0;
}

/* How many of the range's keys are certainly done: rows come in the keys' order, and a key may have
 * lost its row meanwhile. */
static size_t keys_done(const struct tr_window *window)
{
    size_t n = 0;

    for (size_t i = 0; i < window->count; i++)
        n += i == 0 || !tr_key_text_equal(&window->rows[i].at, &window->rows[i - 1].at);
    return n;
}

int tr_backlog_set_again(struct tr_backlog *backlog, const struct tr_window *window,
                         const struct tr_chunk_range *range, struct tr_diag *diag)
{
    json_t *again = json_array();
    bool failed = !again;

    for (size_t i = 0; !failed && i < window->count; i++)
        if (window->rows[i].again)
            failed = json_array_append_new(again, tr_key_json(window->rows[i].at)) < 0;
    for (size_t i = keys_done(window); !failed && window->full && i < range->nkeys; i++)
        failed = json_array_append_new(again, tr_key_json(range->keys[i])) < 0;
    if (!failed && json_array_size(again))
        failed = json_object_set(backlog->json, "again", again) < 0;
    else
        json_object_del(backlog->json, "again");
    json_decref(again);
    backlog->changed = true;
    return failed ? tr_fail(diag, TR_DATA, TR_STOP,
                            "a key of table %s can't be stored: it is not UTF-8",
                            tr_backlog_current(backlog, "name"))
                  : 0;
}

uint64_t tr_backlog_rows(const struct tr_backlog *backlog)
{
    return (uint64_t)json_integer_value(json_object_get(backlog->json, "rows"));
}

void tr_backlog_add_rows(struct tr_backlog *backlog, uint64_t rows)
{
    json_object_set_new(backlog->json, "rows",
                        json_integer((json_int_t)(tr_backlog_rows(backlog) + rows)));
    backlog->changed = true;
}

char *tr_backlog_shown(const struct tr_key_text *key)
{
    struct tr_buf text = {0};

    tr_buf_init(&text, NAMES_CAP);
    for (size_t i = 0; i < key->count; i++) {
        tr_buf_text(&text, i ? "," : "");
        tr_buf_text(&text, key->parts[i]);
    }
    char *copy = tr_buf_ok(&text) ? strdup(tr_buf_string(&text)) : NULL;
    tr_buf_finish(&text);
    return copy;
}
