#include "record/tally.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/batch.h"

#define OTHERS (TR_TALLY_TABLES + 1)
#define PLACES (OTHERS + 1) /* the first stands for no place */

struct tr_tally {
    pthread_mutex_t lock;
    size_t count; /* tables that have a place */
    char *names[PLACES];
    uint64_t committed[PLACES][TR_TALLY_OPS];
    /* the sink thread's */
    uint64_t pending[PLACES * TR_TALLY_OPS];
    size_t high; /* of the marks taken in, and one more */
};

struct tr_tally *tr_tally_new(void)
{
    struct tr_tally *tally = calloc(1, sizeof *tally);

    if (tally)
        pthread_mutex_init(&tally->lock, NULL);
    return tally;
}

void tr_tally_free(struct tr_tally *tally)
{
    if (!tally)
        return;
    for (size_t i = 1; i <= tally->count; i++)
        free(tally->names[i]);
    pthread_mutex_destroy(&tally->lock);
    free(tally);
}

/* Under the lock. Without memory the table is one of the others. */
static size_t place_of(struct tr_tally *tally, const char *name)
{
    size_t i = 1;

    while (i <= tally->count && strcmp(tally->names[i], name) != 0)
        i++;
    if (i <= tally->count)
        return i;
    if (i == OTHERS || !(tally->names[i] = strdup(name)))
        return OTHERS;
    tally->count++;
    return i;
}

uint16_t tr_tally_table(struct tr_tally *tally, const char *schema, const char *table)
{
    char name[640];

    if (!tally)
        return 0;
    snprintf(name, sizeof name, "%s.%s", schema, table);
    pthread_mutex_lock(&tally->lock);
    size_t place = place_of(tally, name);
    pthread_mutex_unlock(&tally->lock);
    return (uint16_t)(place * TR_TALLY_OPS);
}

void tr_tally_add(struct tr_tally *tally, const struct tr_batch *batch)
{
    size_t high = tally->high;

    for (size_t i = 0; i < batch->count; i++) {
        size_t mark = batch->messages[i].tally;
        tally->pending[mark]++;
        high = TR_MAX(high, mark + 1);
    }
    tally->high = high;
}

void tr_tally_drop(struct tr_tally *tally)
{
    memset(tally->pending, 0, tally->high * sizeof *tally->pending);
    tally->high = 0;
}

void tr_tally_commit(struct tr_tally *tally)
{
    pthread_mutex_lock(&tally->lock);
    for (size_t i = 0; i < tally->high; i++)
        tally->committed[i / TR_TALLY_OPS][i % TR_TALLY_OPS] += tally->pending[i];
    pthread_mutex_unlock(&tally->lock);
    tr_tally_drop(tally);
}

static bool any(const uint64_t counts[TR_TALLY_OPS])
{
    uint64_t sum = 0;

    for (size_t i = 0; i < TR_TALLY_OPS; i++)
        sum += counts[i];
    return sum > 0;
}

size_t tr_tally_read(struct tr_tally *tally, struct tr_tally_row *rows, size_t room)
{
    size_t n = 0;

    pthread_mutex_lock(&tally->lock);
    for (size_t i = 1; i < PLACES && n < room; i++) {
        if (i != OTHERS ? i > tally->count : !any(tally->committed[i]))
            continue;
        rows[n].table = i == OTHERS ? NULL : tally->names[i];
        memcpy(rows[n].counts, tally->committed[i], sizeof rows[n].counts);
        n++;
    }
    pthread_mutex_unlock(&tally->lock);
    return n;
}
