#include "record/batch.h"

#include <stdlib.h>

struct tr_batch *tr_batch_new(size_t chunk_size, size_t cap)
{
    struct tr_batch *batch = calloc(1, sizeof *batch);

    if (batch)
        tr_arena_init(&batch->arena, chunk_size, cap);
    return batch;
}

void tr_batch_free(struct tr_batch *batch)
{
    if (!batch)
        return;
    tr_arena_finish(&batch->arena);
    free(batch->messages);
    free(batch);
}

void tr_batch_reset(struct tr_batch *batch)
{
    tr_arena_reset(&batch->arena);
    batch->count = batch->bytes = batch->events = 0;
    batch->transactions = batch->skipped = 0;
    batch->since_us = 0;
    batch->states = NULL;
    batch->nstates = batch->states_room = 0;
    batch->boundary = batch->partial = false;
    batch->unfinished = 0;
    batch->position = (struct tr_position){0};
    batch->next = NULL;
}

struct tr_message *tr_batch_add(struct tr_batch *batch)
{
    if (batch->count == batch->room) {
        size_t room = batch->room ? batch->room * 2 : 1024;
        struct tr_message *messages = reallocarray(batch->messages, room, sizeof *messages);
        if (!messages)
            return NULL;
        batch->messages = messages;
        batch->room = room;
    }
    struct tr_message *message = &batch->messages[batch->count++];
    *message = (struct tr_message){.partition = -1};
    return message;
}

int tr_batch_state(struct tr_batch *batch, struct tr_state state)
{
    if (batch->nstates == batch->states_room) {
        size_t room = batch->states_room ? batch->states_room * 2 : 16;
        struct tr_state *states = tr_arena_zalloc(&batch->arena, room, sizeof *states);
        if (!states)
            return -1;
        if (batch->nstates)
            memcpy(states, batch->states, batch->nstates * sizeof *states);
        batch->states = states;
        batch->states_room = room;
    }
    batch->states[batch->nstates++] = state;
    return 0;
}
