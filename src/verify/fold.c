#include "verify/fold.h"

#include <stdlib.h>
#include <string.h>

/* What one bucket's keys may take. */
#define BUCKET_CAP ((size_t)4 << 30)

/* More than that don't differ by moments. */
#define KEYS_MOST ((size_t)1 << 20)

struct state {
    struct tr_slice key;
    const struct tr_verify_field *row; /* the table's; NULL: it has none */
    size_t nrow;
    struct tr_verify_field *told, *spare; /* the topic's, as far as it is read */
    size_t ntold, room;
    bool present; /* the topic has the row */
    bool known;   /* the topic has said something of the key */
    bool moved;
    bool agreed; /* was equal at a moment that may be the watermark, and needs no more */
    int32_t partition;
    int64_t timestamp_ms;
};

struct bucket {
    const struct tr_verify_fold *fold;
    struct tr_arena arena;
    struct state **places; /* by the key's hash; a power of two */
    size_t size, count;
    uint64_t null;
    struct tr_diag *diag;
};

void tr_verify_keys_finish(struct tr_verify_keys *keys)
{
    free(keys->items);
    *keys = (struct tr_verify_keys){.count = 0};
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

void tr_verify_keys_sort(struct tr_verify_keys *keys)
{
    if (keys->count)
        qsort(keys->items, keys->count, sizeof *keys->items, compare);
}

bool tr_verify_keys_have(const struct tr_verify_keys *keys, struct tr_slice key)
{
    uint64_t hash = tr_verify_hash(key.p, key.n);

    return keys->count && bsearch(&hash, keys->items, keys->count, sizeof hash, compare);
}

static int add_key(struct tr_verify_keys *keys, struct tr_slice key, struct tr_diag *diag)
{
    keys->too_many |= keys->count == KEYS_MOST;
    if (keys->too_many)
        return 0;
    if (keys->count == keys->room) {
        size_t room = keys->room ? keys->room * 2 : 64;
        uint64_t *items = reallocarray(keys->items, room, sizeof *items);
        if (!items)
            return tr_fail_memory(diag);
        keys->items = items;
        keys->room = room;
    }
    keys->items[keys->count++] = tr_verify_hash(key.p, key.n);
    return 0;
}

static struct state **place_of(const struct bucket *bucket, struct tr_slice key)
{
    /* the low bits are the bucket's */
    size_t i = (size_t)(tr_verify_hash(key.p, key.n) / TR_VERIFY_BUCKETS) & (bucket->size - 1);

    while (bucket->places[i] && !tr_slice_equal(bucket->places[i]->key, key))
        i = (i + 1) & (bucket->size - 1);
    return &bucket->places[i];
}

static int grow(struct bucket *bucket)
{
    struct bucket larger = *bucket;

    larger.size = bucket->size ? bucket->size * 2 : 1024;
    larger.places = calloc(larger.size, sizeof *larger.places);
    if (!larger.places)
        return tr_fail_memory(bucket->diag);
    for (size_t i = 0; i < bucket->size; i++)
        if (bucket->places[i])
            *place_of(&larger, bucket->places[i]->key) = bucket->places[i];
    free(bucket->places);
    *bucket = larger;
    return 0;
}

/* NULL: no memory. */
static struct state *state_of(struct bucket *bucket, struct tr_slice key)
{
    if (bucket->count * 2 >= bucket->size && grow(bucket) < 0)
        return NULL;
    struct state **place = place_of(bucket, key);
    if (*place)
        return *place;
    struct state *state = tr_arena_zalloc(&bucket->arena, 1, sizeof *state);
    if (state)
        state->key = (struct tr_slice){tr_arena_strdup(&bucket->arena, key), key.n};
    if (!state || !state->key.p) {
        (void)tr_fail(bucket->diag, TR_RESOURCE, TR_STOP,
                      "the keys of one of %d parts don't fit into memory", TR_VERIFY_BUCKETS);
        return NULL;
    }
    bucket->count++;
    return *place = state;
}

static int take_row(void *context, const struct tr_verify_image *image)
{
    struct bucket *bucket = context;
    struct state *state = state_of(bucket, image->key);
    struct tr_verify_field *row;

    if (!state)
        return -1;
    if (state->row)
        return tr_fail(bucket->diag, TR_CONFIG, TR_STOP,
                       "two rows of the table have the key %.200s, so that the topic can't tell "
                       "them apart: name more columns with message.key.columns",
                       state->key.p);
    row = tr_arena_zalloc(&bucket->arena, image->nfields + 1, sizeof *row);
    if (!row)
        return tr_fail_memory(bucket->diag);
    memcpy(row, image->fields, image->nfields * sizeof *row);
    state->row = row;
    state->nrow = image->nfields;
    return 0;
}

/* The value under a name; columns mostly stand where they stand on the other side. */
static uint64_t value_of(const struct tr_verify_field *fields, size_t n, size_t place,
                         uint64_t name, uint64_t otherwise)
{
    if (place < n && fields[place].name == name)
        return fields[place].value;
    for (size_t i = 0; i < n; i++)
        if (fields[i].name == name)
            return fields[i].value;
    return otherwise;
}

static bool differs(const struct bucket *bucket, const struct state *state, size_t column)
{
    const struct tr_verify_field *field = &state->row[column];
    return value_of(state->told, state->ntold, column, field->name, bucket->null) != field->value;
}

static bool is_equal(const struct bucket *bucket, const struct state *state)
{
    if (!state->row || !state->present)
        return !state->row && !state->present;
    for (size_t i = 0; i < state->nrow; i++)
        if (differs(bucket, state, i))
            return false;
    return true;
}

static int make_room(struct bucket *bucket, struct state *state, size_t n)
{
    struct tr_verify_field *both;

    if (n <= state->room)
        return 0;
    both = tr_arena_zalloc(&bucket->arena, 2 * n, sizeof *both);
    if (!both)
        return tr_fail_memory(bucket->diag);
    if (state->ntold)
        memcpy(both, state->told, state->ntold * sizeof *both);
    state->told = both;
    state->spare = both + n;
    state->room = n;
    return 0;
}

/* The key's next state. */
static int apply(struct bucket *bucket, struct state *state, const struct tr_verify_image *image)
{
    size_t nbefore = state->present ? state->ntold : 0;

    state->known = true;
    state->partition = image->partition;
    state->timestamp_ms = image->timestamp_ms;
    state->present = image->kind == TR_VERIFY_ROW;
    if (!state->present)
        return 0;
    if (make_room(bucket, state, image->nfields) < 0)
        return -1;
    for (size_t i = 0; i < image->nfields; i++) {
        struct tr_verify_field field = image->fields[i];
        if (field.value == TR_VERIFY_UNAVAILABLE)
            field.value = value_of(state->told, nbefore, i, field.name, TR_VERIFY_UNAVAILABLE);
        state->spare[i] = field;
    }
    struct tr_verify_field *before = state->told;
    state->told = state->spare;
    state->spare = before;
    state->ntold = image->nfields;
    return 0;
}

static bool is_settled(const struct bucket *bucket, const struct tr_verify_image *image)
{
    return image->partition < bucket->fold->partitions &&
           image->offset < bucket->fold->settled[image->partition];
}

static void move_on(struct bucket *bucket, struct state *state)
{
    bucket->fold->ret_verdict->moved += !state->moved;
    state->moved = true;
    state->agreed |= is_equal(bucket, state);
}

static void empty(struct bucket *bucket, const struct tr_verify_image *image)
{
    for (size_t i = 0; i < bucket->size; i++) {
        struct state *state = bucket->places[i];
        if (!state)
            continue;
        if (!is_settled(bucket, image))
            move_on(bucket, state);
        state->present = false;
    }
}

static int take_record(void *context, const struct tr_verify_image *image)
{
    struct bucket *bucket = context;

    if (image->kind == TR_VERIFY_EMPTIED) {
        empty(bucket, image);
        return 0;
    }
    struct state *state = state_of(bucket, image->key);
    if (!state)
        return -1;
    /* the topic has got more partitions: this is from before */
    if (state->known && state->partition != image->partition &&
        image->timestamp_ms < state->timestamp_ms)
        return 0;
    if (!is_settled(bucket, image))
        move_on(bucket, state);
    return apply(bucket, state, image);
}

static int name_columns(struct bucket *bucket, const struct state *state, struct tr_list *ret_names)
{
    struct tr_arena *arena = &bucket->fold->ret_verdict->arena;
    const char **names = tr_arena_zalloc(arena, state->nrow + 1, sizeof *names);
    size_t n = 0;

    if (!names)
        return tr_fail_memory(bucket->diag);
    for (size_t i = 0; i < state->nrow; i++) {
        if (!differs(bucket, state, i))
            continue;
        const char *name = tr_verify_names_find(bucket->fold->names, state->row[i].name);
        names[n] = tr_arena_strdup(arena, tr_slice_of(name));
        if (!names[n++])
            return tr_fail_memory(bucket->diag);
    }
    *ret_names = (struct tr_list){names, n};
    return 0;
}

static int tell(struct bucket *bucket, const struct state *state)
{
    struct tr_verdict *verdict = bucket->fold->ret_verdict;
    enum tr_verify_difference difference = !state->row       ? TR_VERIFY_EXTRA
                                           : !state->present ? TR_VERIFY_MISSING
                                                             : TR_VERIFY_CHANGED;
    struct tr_verify_key named = {.difference = difference};

    verdict->differing[difference]++;
    if (verdict->count < TR_VERIFY_NAMED) {
        named.key = tr_arena_strdup(&verdict->arena, state->key);
        if (!named.key)
            return tr_fail_memory(bucket->diag);
        if (difference == TR_VERIFY_CHANGED && name_columns(bucket, state, &named.columns) < 0)
            return -1;
        verdict->named[verdict->count++] = named;
    }
    return add_key(bucket->fold->ret_keys, state->key, bucket->diag);
}

static int judge(struct bucket *bucket)
{
    for (size_t i = 0; i < bucket->size; i++) {
        const struct state *state = bucket->places[i];
        if (state && !state->agreed && !is_equal(bucket, state) && tell(bucket, state) < 0)
            return -1;
    }
    return 0;
}

static int fold_bucket(const struct tr_verify_fold *fold, size_t i, struct tr_diag *diag)
{
    struct bucket bucket = {.fold = fold, .null = tr_verify_null(), .diag = diag};

    tr_arena_init(&bucket.arena, 65536, BUCKET_CAP);
    int rc = tr_verify_spill_each(fold->table, i, take_row, &bucket, diag);
    if (!rc)
        rc = tr_verify_spill_each(fold->topic, i, take_record, &bucket, diag);
    if (!rc)
        rc = judge(&bucket);
    tr_arena_finish(&bucket.arena);
    free(bucket.places);
    return rc;
}

int tr_verify_fold(const struct tr_verify_fold *fold, struct tr_diag *diag)
{
    for (size_t i = 0; i < TR_VERIFY_BUCKETS; i++)
        if (fold_bucket(fold, i, diag) < 0)
            return -1;
    tr_verify_keys_sort(fold->ret_keys);
    return 0;
}
