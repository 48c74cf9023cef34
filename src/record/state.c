#include "record/state.h"

#include <stdint.h>
#include <stdlib.h>

struct tr_states {
    struct tr_state *items;
    size_t count, room;
};

struct tr_states *tr_states_new(void)
{
    return calloc(1, sizeof(struct tr_states));
}

/* Key and value lie in one block, which begins with the key. */
static void free_item(struct tr_state *item)
{
    free((void *)(uintptr_t)item->key.p);
}

void tr_states_free(struct tr_states *states)
{
    if (!states)
        return;
    for (size_t i = 0; i < states->count; i++)
        free_item(&states->items[i]);
    free(states->items);
    free(states);
}

static int compare(struct tr_slice a, struct tr_slice b)
{
    size_t n = TR_MIN(a.n, b.n);
    int order = n ? memcmp(a.p, b.p, n) : 0;

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

size_t tr_states_from(const struct tr_states *states, struct tr_slice key)
{
    size_t low = 0, high = tr_states_count(states);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(states->items[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct tr_states *states, size_t place, struct tr_slice key)
{
    return place < states->count && tr_slice_equal(states->items[place].key, key);
}

static int copy_item(struct tr_state state, struct tr_state *ret_item, struct tr_diag *diag)
{
    char *block = malloc(state.key.n + state.value.n + 1);

    if (!block)
        return tr_fail_memory(diag);
    memcpy(block, state.key.p, state.key.n);
    memcpy(block + state.key.n, state.value.p, state.value.n);
    ret_item->key = (struct tr_slice){block, state.key.n};
    ret_item->value = (struct tr_slice){block + state.key.n, state.value.n};
    return 0;
}

static int make_room(struct tr_states *states, size_t place, struct tr_diag *diag)
{
    if (states->count == states->room) {
        size_t room = states->room ? states->room * 2 : 64;
        struct tr_state *items = reallocarray(states->items, room, sizeof *items);
        if (!items)
            return tr_fail_memory(diag);
        states->items = items;
        states->room = room;
    }
    memmove(&states->items[place + 1], &states->items[place],
            (states->count - place) * sizeof *states->items);
    states->count++;
    return 0;
}

static void forget(struct tr_states *states, size_t place)
{
    free_item(&states->items[place]);
    states->count--;
    memmove(&states->items[place], &states->items[place + 1],
            (states->count - place) * sizeof *states->items);
}

int tr_states_set(struct tr_states *states, struct tr_state state, struct tr_diag *diag)
{
    size_t place = tr_states_from(states, state.key);
    bool known = is_at(states, place, state.key);
    struct tr_state item;

    if (!state.value.p) {
        if (known)
            forget(states, place);
        return 0;
    }
    if (copy_item(state, &item, diag) < 0)
        return -1;
    if (known) {
        free_item(&states->items[place]);
    } else if (make_room(states, place, diag) < 0) {
        free_item(&item);
        return -1;
    }
    states->items[place] = item;
    return 0;
}

struct tr_slice tr_states_get(const struct tr_states *states, const char *key)
{
    struct tr_slice wanted = tr_slice_of(key);
    size_t place = tr_states_from(states, wanted);

    if (!states || !is_at(states, place, wanted))
        return (struct tr_slice){0};
    return states->items[place].value;
}

size_t tr_states_count(const struct tr_states *states)
{
    return states ? states->count : 0;
}

struct tr_state tr_states_at(const struct tr_states *states, size_t place)
{
    return states->items[place];
}
