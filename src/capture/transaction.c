/* Facts: Debezium 3.6, TransactionContext and DefaultTransactionStructMaker. */
#include "capture/transaction.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/writer.h"
#include "capture/capture-impl.h"

/* Of a position's members, as in Debezium's. */
#define ID_MEMBER    "transaction_id"
#define COUNT_MEMBER "transaction_data_collection_order_"

#define ARENA_CHUNK (4U << 10)
#define ARENA_CAP   ((size_t)256 << 20) /* collections of one transaction */

/* A table of which there were events in the transaction at hand. */
struct counted {
    const char *name;
    uint32_t hash;
    bool apart;
    uint64_t events;
    size_t order; /* in which it came */
};

struct tr_transaction {
    struct tr_capture_table *topic;
    struct tr_arena arena; /* of one transaction */
    bool open;
    struct tr_slice id; /* of the blocks */
    uint64_t total;
    struct counted *counted; /* in the order in which they came; in the arena */
    size_t count, room;
    uint32_t
        *slots; /* places + 1 by hash, in the arena; a power of two, at least twice the count */
    size_t nslots;
    size_t last;                                /* the one counted before: rows come in runs */
    const struct tr_stored_transaction *stored; /* NULL: none, or its time is over */
    struct tr_value block[3];
};

const struct tr_schema *tr_transaction_block_schema(void)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema number = {.type = TR_TYPE_INT64};
    static const struct tr_field fields[] = {
        {"id", &text}, {"total_order", &number}, {"data_collection_order", &number}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT,
        .optional = true,
        .name = "event.block",
        .version = 1,
        .fields = fields,
        .nfields = TR_COUNT(fields),
    };
    return &schema;
}

static const struct tr_schema *key_schema(void)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_field fields[] = {{"id", &text}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT,
        .name = "io.debezium.connector.common.TransactionMetadataKey",
        .version = 1,
        .fields = fields,
        .nfields = TR_COUNT(fields),
    };
    return &schema;
}

static const struct tr_schema *value_schema(void)
{
    static const struct tr_schema text = {.type = TR_TYPE_STRING};
    static const struct tr_schema number = {.type = TR_TYPE_INT64};
    static const struct tr_schema optional_number = {.type = TR_TYPE_INT64, .optional = true};
    static const struct tr_field collection_fields[] = {{"data_collection", &text},
                                                        {"event_count", &number}};
    static const struct tr_schema collection = {
        .type = TR_TYPE_STRUCT,
        .optional = true,
        .name = "event.collection",
        .version = 1,
        .fields = collection_fields,
        .nfields = TR_COUNT(collection_fields),
    };
    static const struct tr_schema collections = {
        .type = TR_TYPE_ARRAY, .optional = true, .items = &collection};
    static const struct tr_field fields[] = {{"status", &text},
                                             {"id", &text},
                                             {"event_count", &optional_number},
                                             {"data_collections", &collections},
                                             {"ts_ms", &number}};
    static const struct tr_schema schema = {
        .type = TR_TYPE_STRUCT,
        .name = "io.debezium.connector.common.TransactionMetadataValue",
        .version = 1,
        .fields = fields,
        .nfields = TR_COUNT(fields),
    };
    return &schema;
}

/* String.hashCode() counts in UTF-16. */
uint32_t tr_collection_hash(const char *name)
{
    const unsigned char *p = (const unsigned char *)name;
    uint32_t hash = 0;

    while (*p) {
        uint32_t c = *p++;
        unsigned more = c < 0xc0 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        c &= more ? 0x3fU >> more : 0x7fU;
        for (; more && (*p & 0xc0) == 0x80; more--)
            c = c << 6 | (*p++ & 0x3f);
        if (c >= 0x10000) {
            hash = 31 * hash + (0xd7c0 + (c >> 10));
            c = 0xdc00 + (c & 0x3ff);
        }
        hash = 31 * hash + c;
    }
    return hash;
}

int tr_transaction_new(struct tr_capture *capture, struct tr_capturer *capturer,
                       struct tr_diag *diag)
{
    const struct tr_capture_options *options = capture->options;
    const struct tr_capture_topic_params params = {
        .key = key_schema(), .value = value_schema(), .bare = true};
    struct tr_capture_topic_params named = params;
    char topic[512];

    if (!options->transaction_metadata)
        return 0;
    snprintf(topic, sizeof topic, "%s%s%s", options->topic_prefix, options->topic_delimiter,
             options->topic_transaction);
    named.topic = topic;
    struct tr_transaction *transaction = calloc(1, sizeof *transaction);
    if (!transaction)
        return tr_fail_memory(diag);
    tr_arena_init(&transaction->arena, ARENA_CHUNK, ARENA_CAP);
    capturer->transaction = transaction;
    if (capture->stored_transaction.id)
        transaction->stored = &capture->stored_transaction;
    return tr_capture_topic_new(capture, &named, &transaction->topic, diag);
}

void tr_transaction_free(struct tr_transaction *transaction)
{
    if (!transaction)
        return;
    tr_capture_table_free(transaction->topic);
    tr_arena_finish(&transaction->arena);
    free(transaction);
}

int tr_transaction_start(struct tr_transaction *transaction, struct tr_slice id,
                         struct tr_diag *diag)
{
    tr_arena_reset(&transaction->arena);
    transaction->open = true;
    transaction->total = 0;
    transaction->counted = NULL;
    transaction->slots = NULL;
    transaction->count = transaction->room = transaction->nslots = 0;
    transaction->id = (struct tr_slice){tr_arena_strdup(&transaction->arena, id), id.n};
    return transaction->id.p ? 0 : tr_fail_memory(diag);
}

void tr_transaction_stop(struct tr_transaction *transaction)
{
    transaction->open = false;
}

void tr_transaction_name(struct tr_transaction *transaction, struct tr_slice id)
{
    transaction->id = id;
}

/* The slot of a collection, or the empty one where it belongs. */
static uint32_t *slot_of(const struct tr_transaction *transaction, uint32_t hash, const char *name)
{
    size_t mask = transaction->nslots - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &transaction->slots[i];
        const struct counted *counted = *slot ? &transaction->counted[*slot - 1] : NULL;
        if (!counted || (counted->hash == hash && strcmp(counted->name, name) == 0))
            return slot;
    }
}

/* Room for one more collection. */
static int grow(struct tr_transaction *transaction, struct tr_diag *diag)
{
    size_t room = transaction->room ? transaction->room * 2 : 16;
    struct counted *counted = tr_arena_zalloc(&transaction->arena, room, sizeof *counted);
    uint32_t *slots = tr_arena_zalloc(&transaction->arena, room * 2, sizeof *slots);

    if (!counted || !slots || room > UINT32_MAX / 2)
        return tr_fail_memory(diag);
    if (transaction->count)
        memcpy(counted, transaction->counted, transaction->count * sizeof *counted);
    transaction->counted = counted;
    transaction->room = room;
    transaction->slots = slots;
    transaction->nslots = room * 2;
    for (size_t i = 0; i < transaction->count; i++)
        *slot_of(transaction, counted[i].hash, counted[i].name) = (uint32_t)(i + 1);
    return 0;
}

static int add(struct tr_transaction *transaction, const struct tr_collection *collection,
               struct tr_diag *diag)
{
    if (transaction->count == transaction->room && grow(transaction, diag) < 0)
        return -1;
    const char *name = tr_arena_strdup(&transaction->arena, tr_slice_of(collection->name));
    if (!name)
        return tr_fail_memory(diag);
    transaction->last = transaction->count++;
    transaction->counted[transaction->last] = (struct counted){
        .name = name,
        .hash = collection->hash,
        .apart = collection->apart,
        .order = transaction->last,
    };
    *slot_of(transaction, collection->hash, name) = (uint32_t)transaction->count;
    return 0;
}

/* Set transaction->last. */
static int find(struct tr_transaction *transaction, const struct tr_collection *collection,
                struct tr_diag *diag)
{
    const struct counted *last =
        transaction->count ? &transaction->counted[transaction->last] : NULL;

    if (last && last->hash == collection->hash && strcmp(last->name, collection->name) == 0)
        return 0;
    uint32_t place =
        transaction->count ? *slot_of(transaction, collection->hash, collection->name) : 0;
    if (!place)
        return add(transaction, collection, diag);
    transaction->last = place - 1;
    return 0;
}

static int count(struct tr_transaction *transaction, const struct tr_collection *collection,
                 uint64_t events, struct tr_diag *diag)
{
    if (find(transaction, collection, diag) < 0)
        return -1;
    transaction->counted[transaction->last].events += events;
    transaction->total += events;
    return 0;
}

int tr_transaction_event(struct tr_transaction *transaction, const struct tr_collection *collection,
                         struct tr_value *ret_block, struct tr_diag *diag)
{
    struct tr_value *block = transaction->block;

    *ret_block = (struct tr_value){.kind = TR_NULL};
    if (!transaction->open)
        return 0;
    if (count(transaction, collection, 1, diag) < 0)
        return -1;
    block[0] = tr_value_text(transaction->id);
    block[1] = tr_value_integer((int64_t)transaction->total);
    block[2] = tr_value_integer((int64_t)transaction->counted[transaction->last].events);
    *ret_block = tr_value_items(block, TR_COUNT(transaction->block));
    return 0;
}

static int put(struct tr_capturer *capturer, const struct tr_transaction_mark *mark,
               const struct tr_value value[5], struct tr_batch *batch, struct tr_diag *diag)
{
    const struct tr_value key = tr_value_items(&value[1], 1), whole = tr_value_items(value, 5);
    const struct tr_capture_record record = {
        .key = &key, .value = &whole, .identity = mark->identity};

    return tr_capture_record(capturer, capturer->transaction->topic, &record, batch, diag);
}

static bool is_stored(struct tr_transaction *transaction, const struct tr_transaction_mark *mark)
{
    struct tr_slice id = mark->stored.p ? mark->stored : mark->id;
    const struct tr_stored_transaction *stored = transaction->stored;

    transaction->stored = NULL; /* it can only be the first one */
    return stored && tr_slice_is(id, stored->id);
}

static int go_on(struct tr_transaction *transaction, struct tr_diag *diag)
{
    const struct tr_stored_transaction *stored = &transaction->topic->capture->stored_transaction;

    for (size_t i = 0; i < stored->count; i++)
        if (count(transaction, &stored->counted[i].collection, stored->counted[i].events, diag) < 0)
            return -1;
    return 0;
}

int tr_transaction_begin(struct tr_capturer *capturer, const struct tr_transaction_mark *mark,
                         struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_transaction *transaction = capturer->transaction;

    if (!transaction)
        return 0;
    if (tr_transaction_start(transaction, mark->id, diag) < 0)
        return -1;
    if (is_stored(transaction, mark))
        return go_on(transaction, diag);
    const struct tr_value value[5] = {
        [0] = tr_value_text(TR_SLICE("BEGIN")),
        [1] = tr_value_text(transaction->id),
        [4] = tr_value_integer(mark->ms),
    };
    return put(capturer, mark, value, batch, diag);
}

int tr_transaction_resume(struct tr_transaction *transaction, struct tr_slice id,
                          struct tr_diag *diag)
{
    const struct tr_stored_transaction *stored = transaction->stored;

    if (tr_transaction_start(transaction, id, diag) < 0)
        return -1;
    if (!stored || !tr_slice_is(id, stored->id))
        return 0;
    transaction->stored = NULL;
    return go_on(transaction, diag);
}

size_t tr_transaction_collections(const struct tr_transaction *transaction)
{
    return transaction && transaction->open ? transaction->count : 0;
}

/* ,"KEY": */
static bool put_key(struct tr_writer *writer, const char *prefix, const char *name)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf key = {0};

    tr_buf_init(&key, 64U << 10);
    tr_buf_text(&key, prefix);
    tr_buf_text(&key, name);
    tr_writer_char(writer, ',');
    bool valid =
        tr_buf_ok(&key) && tr_writer_json(writer, (struct tr_slice){tr_buf_string(&key), key.len});
    tr_writer_char(writer, ':');
    return valid;
}

int tr_transaction_put(const struct tr_transaction *transaction, struct tr_slice id,
                       struct tr_writer *writer)
{
    if (!transaction || !transaction->open)
        return 0;
    if (!put_key(writer, ID_MEMBER, "") || !tr_writer_json(writer, id.p ? id : transaction->id))
        return -1;
    for (size_t i = 0; i < transaction->count; i++) {
        if (!put_key(writer, COUNT_MEMBER, transaction->counted[i].name))
            return -1;
        tr_writer_uint(writer, transaction->counted[i].events);
    }
    return 0;
}

/* A HashMap of Java begins with 16 buckets and keeps them at most 3/4 full. */
static uint32_t buckets_for(size_t count)
{
    uint32_t buckets = 16;

    while (count > buckets / 4 * 3)
        buckets *= 2;
    return buckets;
}

static int compare(const void *left, const void *right, void *context)
{
    const struct counted *a = left, *b = right;
    uint32_t mask = *(const uint32_t *)context - 1;
    uint32_t first = (a->hash ^ a->hash >> 16) & mask, second = (b->hash ^ b->hash >> 16) & mask;

    if (a->apart != b->apart)
        return a->apart ? 1 : -1;
    if (first != second && !a->apart)
        return first < second ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* The collections in Java's order. */
static int list(struct tr_transaction *transaction, struct tr_value *ret_list, struct tr_diag *diag)
{
    uint32_t buckets = buckets_for(transaction->count);
    size_t count = transaction->count;
    struct tr_value *items = tr_arena_zalloc(&transaction->arena, count, 3 * sizeof *items);

    if (!items)
        return tr_fail_memory(diag);
    if (count)
        qsort_r(transaction->counted, count, sizeof *transaction->counted, compare, &buckets);
    struct tr_value *fields = items + count;
    for (size_t i = 0; i < count; i++, fields += 2) {
        fields[0] = tr_value_text(tr_slice_of(transaction->counted[i].name));
        fields[1] = tr_value_integer((int64_t)transaction->counted[i].events);
        items[i] = tr_value_items(fields, 2);
    }
    *ret_list = tr_value_items(items, count);
    return 0;
}

int tr_transaction_end(struct tr_capturer *capturer, const struct tr_transaction_mark *mark,
                       struct tr_batch *batch, struct tr_diag *diag)
{
    struct tr_transaction *transaction = capturer->transaction;

    if (!transaction || !transaction->open)
        return 0;
    transaction->open = false;
    struct tr_value value[5] = {
        [0] = tr_value_text(TR_SLICE("END")),
        [1] = tr_value_text(mark->id.p ? mark->id : transaction->id),
        [2] = tr_value_integer((int64_t)transaction->total),
        [4] = tr_value_integer(mark->ms),
    };
    if (list(transaction, &value[3], diag) < 0)
        return -1;
    return put(capturer, mark, value, batch, diag);
}

/* What a position holds, on its way into the capture. */
struct reading {
    struct tr_stored_transaction *stored;
    struct tr_arena *arena;
    struct tr_stored_count *counted;
};

static int take_count(void *context, const char *name, int64_t events)
{
    struct reading *reading = context;
    struct tr_stored_transaction *stored = reading->stored;
    const char *copy = tr_arena_strdup(reading->arena, tr_slice_of(name));
    bool full = !(stored->count & (stored->count - 1)); /* it doubles */

    if (full) {
        struct tr_stored_count *counted =
            tr_arena_alloc(reading->arena, TR_MAX(1, stored->count * 2) * sizeof *counted);
        if (counted && stored->count)
            memcpy(counted, reading->counted, stored->count * sizeof *counted);
        reading->counted = counted;
    }
    if (!copy || !reading->counted)
        return -1;
    reading->counted[stored->count++] = (struct tr_stored_count){
        .collection = {.name = copy,
                       .hash = tr_collection_hash(copy),
                       .apart = strncmp(copy, TR_TRANSACTION_MESSAGE,
                                        sizeof TR_TRANSACTION_MESSAGE - 1) == 0},
        .events = events > 0 ? (uint64_t)events : 0,
    };
    stored->counted = reading->counted;
    return 0;
}

int tr_transaction_read(const struct tr_stored_position *position, struct tr_arena *arena,
                        struct tr_stored_transaction *ret_stored, struct tr_diag *diag)
{
    struct reading reading = {.stored = ret_stored, .arena = arena};
    const char *id = position ? tr_stored_position_text(position, ID_MEMBER, NULL) : NULL;

    *ret_stored = (struct tr_stored_transaction){.count = 0};
    if (!id)
        return 0;
    ret_stored->id = tr_arena_strdup(arena, tr_slice_of(id));
    if (!ret_stored->id ||
        tr_stored_position_each(position, COUNT_MEMBER, take_count, &reading) < 0)
        return tr_fail_memory(diag);
    return 0;
}
