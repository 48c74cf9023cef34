#include "worker/offset-store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What was left of an offset that was reset: tailrace's alone, and not for show. */
#define RESET "tailrace_reset"

struct listing {
    const char *connector;
    struct tr_arena *arena;
    struct tr_stored_offset *first, **end;
    bool plain; /* the name looks the same in JSON */
};

static bool is_plain(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
           strlen(name);
}

static struct tr_slice copy(struct tr_slice bytes, struct tr_arena *arena)
{
    return (struct tr_slice){bytes.p ? tr_arena_strdup(arena, bytes) : NULL, bytes.n};
}

/* JSON of a value, compact. p NULL without memory. */
static struct tr_slice print(const json_t *value, struct tr_arena *arena)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    struct tr_slice result = copy(tr_slice_of(text), arena);

    free(text);
    return result;
}

static bool is_shown(const json_t *partition)
{
    return !json_object_get(partition, "tailrace") && !json_object_get(partition, "tailrace_state");
}

static struct tr_stored_offset *find(struct listing *listing, struct tr_slice key)
{
    for (struct tr_stored_offset *stored = listing->first; stored; stored = stored->next)
        if (tr_slice_equal(stored->key, key))
            return stored;
    return NULL;
}

/* Whose key it is: a list of the connector's name and its partition. */
static int add(struct listing *listing, struct tr_slice key, struct tr_stored_offset **ret_stored)
{
    json_t *parsed = json_loadb(key.p, key.n, JSON_DECODE_ANY, NULL);
    const char *name = json_string_value(json_array_get(parsed, 0));
    json_t *partition = json_array_get(parsed, 1);
    struct tr_stored_offset *stored = NULL;
    int rc = 0;

    if (json_array_size(parsed) == 2 && name && strcmp(name, listing->connector) == 0 &&
        json_is_object(partition)) {
        stored = tr_arena_zalloc(listing->arena, 1, sizeof *stored);
        rc = stored ? 0 : -1;
    }
    if (stored) {
        stored->key = copy(key, listing->arena);
        stored->partition = print(partition, listing->arena);
        stored->shown = is_shown(partition);
        *listing->end = stored;
        listing->end = &stored->next;
        rc = stored->key.p && stored->partition.p ? 0 : -1;
    }
    json_decref(parsed);
    *ret_stored = stored;
    return rc;
}

static int take(void *context, const struct tr_state_record *record, struct tr_diag *diag)
{
    struct listing *listing = context;
    struct tr_slice key = record->key;

    /* an offsets topic is all workers': most keys are others' */
    if (listing->plain && !memmem(key.p, key.n, listing->connector, strlen(listing->connector)))
        return 0;
    struct tr_stored_offset *stored = find(listing, key);
    if (!stored && add(listing, key, &stored) < 0)
        return tr_fail_memory(diag);
    if (!stored)
        return 0;
    if (stored->offset.n < record->value.n || !record->value.p) {
        stored->offset = copy(record->value, listing->arena);
        return record->value.p && !stored->offset.p ? tr_fail_memory(diag) : 0;
    }
    /* the newest one takes the place of the last: an offsets topic has many for each key */
    memcpy((char *)stored->offset.p, record->value.p, record->value.n);
    stored->offset.n = record->value.n;
    return 0;
}

static bool was_reset(struct tr_slice offset)
{
    json_t *parsed = offset.p ? json_loadb(offset.p, offset.n, 0, NULL) : NULL;
    bool reset = json_is_true(json_object_get(parsed, RESET));

    json_decref(parsed);
    return reset;
}

int tr_offset_store_read(const struct tr_offset_reading *params,
                         struct tr_stored_offset **ret_first, struct tr_diag *diag)
{
    struct listing listing = {
        .connector = params->connector,
        .arena = params->arena,
        .plain = is_plain(params->connector),
    };
    struct tr_state_reading reading = {
        .topic = params->topic,
        .marks = params->marks,
        .take = take,
        .context = &listing,
    };

    listing.end = &listing.first;
    *ret_first = NULL;
    int rc = tr_state_topic_find(params->reader, params->topic, &reading.partitions, diag);
    if (rc)
        return rc < 0 ? -1 : 0;
    if (tr_state_topic_read(params->reader, &reading, diag) < 0)
        return -1;
    for (struct tr_stored_offset *stored = listing.first; stored; stored = stored->next) {
        stored->reset = stored->shown && was_reset(stored->offset);
        stored->shown = stored->shown && stored->offset.p && !stored->reset;
    }
    *ret_first = listing.first;
    return 0;
}

bool tr_stored_offset_is(const struct tr_stored_offset *stored, struct tr_slice partition)
{
    json_t *a = json_loadb(stored->partition.p, stored->partition.n, 0, NULL);
    json_t *b = json_loadb(partition.p, partition.n, 0, NULL);
    bool same = a && b && json_equal(a, b);

    json_decref(a);
    json_decref(b);
    return same;
}

int tr_offset_store_key(const char *connector, struct tr_slice partition, struct tr_arena *arena,
                        struct tr_slice *ret_key, struct tr_diag *diag)
{
    json_t *parsed = json_loadb(partition.p, partition.n, 0, NULL);
    json_t *key = parsed ? json_pack("[s,O]", connector, parsed) : NULL;

    *ret_key = key ? print(key, arena) : (struct tr_slice){NULL, 0};
    json_decref(key);
    json_decref(parsed);
    return ret_key->p ? 0 : tr_fail_memory(diag);
}

/* PostgreSQL's slot stays where it is, and the log behind it is not given up: as if the snapshot
 * had been interrupted. Debezium reads such an offset in the same way. */
int tr_offset_reset(struct tr_slice offset, struct tr_arena *arena, struct tr_slice *ret_offset,
                    struct tr_diag *diag)
{
    static const char *const gone[] = {"lsn_proc", "messageType", "lsn_commit",
                                       "lsn_events_processed"};
    json_t *position = offset.p ? json_loadb(offset.p, offset.n, 0, NULL) : NULL;

    *ret_offset = (struct tr_slice){NULL, 0};
    if (!json_object_get(position, "tailrace_pg_system_identifier") ||
        json_is_true(json_object_get(position, "tailrace_intent"))) {
        json_decref(position);
        return 0;
    }
    for (size_t i = 0; i < TR_COUNT(gone); i++)
        json_object_del(position, gone[i]);
    bool ok = json_object_set_new(position, "snapshot", json_string("INITIAL")) == 0 &&
              json_object_set_new(position, "snapshot_completed", json_false()) == 0 &&
              json_object_set_new(position, "last_snapshot_record", json_false()) == 0 &&
              json_object_set_new(position, RESET, json_true()) == 0;
    if (ok)
        *ret_offset = print(position, arena);
    json_decref(position);
    return ret_offset->p ? 0 : tr_fail_memory(diag);
}
