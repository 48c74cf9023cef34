#include "snapshot/window.h"

#include <stdlib.h>

#define ARENA_CHUNK ((size_t)64 << 10)
/* Of keys alone: more than any chunk has, unless the table is written to very much faster than it
 * can be read. */
#define NOTES_CAP   ((size_t)64 << 20)
#define FIRST_TABLE 1024U /* a power of two */

struct tr_touched {
    struct tr_touched *next; /* in its place */
    uint64_t hash;
    bool lacking; /* no event since has had all values */
    size_t n;
    char key[];
};

void tr_window_init(struct tr_window *window, size_t memory)
{
    *window = (struct tr_window){.memory = memory};
    /* one row more than the memory allows may be large */
    tr_arena_init(&window->arena, ARENA_CHUNK, memory + ((size_t)1 << 30));
    tr_arena_init(&window->notes, ARENA_CHUNK, NOTES_CAP);
}

void tr_window_close(struct tr_window *window)
{
    free(window->schema);
    free(window->surrogate);
    free(window->touched);
    window->schema = window->table = window->surrogate = NULL;
    window->touched = NULL;
    window->ntouched = window->ntable = 0;
    window->discarded = false;
    tr_arena_reset(&window->notes);
}

void tr_window_finish(struct tr_window *window)
{
    tr_window_close(window);
    tr_window_clear(window);
    tr_arena_finish(&window->arena);
    tr_arena_finish(&window->notes);
}

void tr_window_clear(struct tr_window *window)
{
    free(window->rows);
    window->rows = NULL;
    window->count = window->room = 0;
    window->full = false;
    window->shape = NULL;
    window->sight = NULL;
    tr_arena_reset(&window->arena);
}

int tr_window_watch(struct tr_window *window, const char *name, const char *surrogate,
                    struct tr_diag *diag)
{
    tr_window_close(window);
    window->schema = strdup(name);
    if (surrogate)
        window->surrogate = strdup(surrogate);
    window->touched = calloc(FIRST_TABLE, sizeof(struct tr_touched *));
    window->ntable = FIRST_TABLE;
    if (!window->schema || (surrogate && !window->surrogate) || !window->touched)
        return tr_fail_memory(diag);
    char *dot = strchr(window->schema, '.');
    if (dot)
        *dot = '\0';
    window->table = dot ? dot + 1 : window->schema;
    return 0;
}

bool tr_window_watches(const struct tr_window *window, const struct tr_table *table)
{
    return window->schema && strcmp(window->table, table->name) == 0 &&
           strcmp(window->schema, table->schema) == 0;
}

void tr_window_discard(struct tr_window *window)
{
    window->discarded = true;
}

/* Which columns tell a row. */
struct teller {
    const unsigned *places;
    size_t count;
    unsigned surrogate; /* places of it, when the table has no key */
};

/* False: nothing tells the table's rows apart. */
static bool find_teller(const struct tr_window *window, const struct tr_table *table,
                        struct teller *ret_teller)
{
    *ret_teller = (struct teller){.places = table->key, .count = table->nkey};
    if (table->nkey)
        return true;
    for (size_t i = 0; window->surrogate && i < table->ncolumns; i++) {
        if (strcmp(table->columns[i].name, window->surrogate) != 0)
            continue;
        ret_teller->surrogate = (unsigned)i;
        ret_teller->places = &ret_teller->surrogate;
        ret_teller->count = 1;
        return true;
    }
    return false;
}

/* The cell of a new image; what the log leaves out because it did not change is in the old one. */
static const struct tr_cell *cell_of(const struct tr_cell *cells, const struct tr_cell *old,
                                     unsigned place)
{
    if (cells[place].kind == TR_CELL_UNCHANGED && old)
        return &old[place];
    return &cells[place];
}

/* Lengths keep ("ab", "c") and ("a", "bc") apart. 0: the image doesn't hold the key. */
static size_t key_size(const struct teller *teller, const struct tr_cell *cells,
                       const struct tr_cell *old)
{
    size_t size = 0;

    for (size_t i = 0; i < teller->count; i++) {
        const struct tr_cell *cell = cell_of(cells, old, teller->places[i]);
        if (cell->kind != TR_CELL_VALUE && cell->kind != TR_CELL_NULL)
            return 0;
        size += sizeof(size_t) + (cell->kind == TR_CELL_VALUE ? cell->bytes.n : 0);
    }
    return size;
}

static void put_key(const struct teller *teller, const struct tr_cell *cells,
                    const struct tr_cell *old, char *p)
{
    for (size_t i = 0; i < teller->count; i++) {
        const struct tr_cell *cell = cell_of(cells, old, teller->places[i]);
        size_t n = cell->kind == TR_CELL_VALUE ? cell->bytes.n : 0;
        size_t told = cell->kind == TR_CELL_VALUE ? n : SIZE_MAX;
        memcpy(p, &told, sizeof told);
        p += sizeof told;
        if (n)
            memcpy(p, cell->bytes.p, n);
        p += n;
    }
}

/* FNV-1a. */
static uint64_t hash_of(const char *bytes, size_t n)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static struct tr_touched **place_of(const struct tr_window *window, uint64_t hash)
{
    return &window->touched[hash & (window->ntable - 1)];
}

static struct tr_touched *find(const struct tr_window *window, const struct tr_touched *key)
{
    struct tr_touched *touched = *place_of(window, key->hash);

    while (touched && (touched->hash != key->hash || touched->n != key->n ||
                       memcmp(touched->key, key->key, key->n) != 0))
        touched = touched->next;
    return touched;
}

static int grow(struct tr_window *window, struct tr_diag *diag)
{
    size_t old = window->ntable;
    struct tr_touched **before = window->touched;
    struct tr_touched **table = calloc(2 * old, sizeof(struct tr_touched *));

    if (!table)
        return tr_fail_memory(diag);
    window->touched = table;
    window->ntable = 2 * old;
    for (size_t i = 0; i < old; i++) {
        for (struct tr_touched *touched = before[i], *next; touched; touched = next) {
            struct tr_touched **place = place_of(window, touched->hash);
            next = touched->next;
            touched->next = *place;
            *place = touched;
        }
    }
    free(before);
    return 0;
}

/* The key of an image, in the notes. NULL: the image doesn't hold it, or there is no room. */
static struct tr_touched *note(struct tr_window *window, const struct teller *teller,
                               const struct tr_cell *cells, const struct tr_cell *old)
{
    size_t n = key_size(teller, cells, old);
    struct tr_touched *key = n ? tr_arena_alloc(&window->notes, sizeof *key + n) : NULL;

    if (!key)
        return NULL;
    *key = (struct tr_touched){.n = n};
    put_key(teller, cells, old, key->key);
    key->hash = hash_of(key->key, n);
    return key;
}

static int touch(struct tr_window *window, struct tr_touched *key, bool lacking,
                 struct tr_diag *diag)
{
    struct tr_touched *known = find(window, key);

    if (known) {
        known->lacking &= lacking;
        return 0;
    }
    if (window->ntouched >= window->ntable && grow(window, diag) < 0)
        return -1;
    struct tr_touched **place = place_of(window, key->hash);
    key->lacking = lacking;
    key->next = *place;
    *place = key;
    window->ntouched++;
    return 0;
}

static bool lacks(const struct tr_table *table, const struct tr_change *change)
{
    for (size_t i = 0; i < table->ncolumns; i++) {
        enum tr_cell_kind kind = cell_of(change->after, change->before, (unsigned)i)->kind;
        if (kind == TR_CELL_UNCHANGED || kind == TR_CELL_ABSENT)
            return true;
    }
    return false;
}

int tr_window_change(struct tr_window *window, const struct tr_table *table,
                     const struct tr_change *change, struct tr_diag *diag)
{
    struct teller teller;
    struct tr_touched *key;

    if (change->op == TR_OP_TRUNCATE || !find_teller(window, table, &teller))
        window->discarded = true;
    if (window->discarded)
        return 0;
    if (change->before) {
        key = note(window, &teller, change->before, NULL);
        window->discarded |= !key;
        /* whatever the new image lacks: under the old key there is no row any more, or it is told
         * below that it lacks something */
        if (key && touch(window, key, change->after != NULL && lacks(table, change), diag) < 0)
            return -1;
    }
    if (change->after && !window->discarded) {
        key = note(window, &teller, change->after, change->before);
        window->discarded |= !key;
        if (key && touch(window, key, lacks(table, change), diag) < 0)
            return -1;
    }
    return 0;
}

static int copy_cells(struct tr_window *window, const struct tr_cell *cells,
                      struct tr_cell *ret_cells)
{
    for (size_t i = 0; i < window->shape->ncolumns; i++) {
        ret_cells[i] = cells[i];
        if (cells[i].kind != TR_CELL_VALUE)
            continue;
        char *p = tr_arena_alloc(&window->arena, cells[i].bytes.n);
        if (!p)
            return -1;
        if (cells[i].bytes.n)
            memcpy(p, cells[i].bytes.p, cells[i].bytes.n);
        ret_cells[i].bytes.p = p;
    }
    return 0;
}

bool tr_key_text_equal(const struct tr_key_text *a, const struct tr_key_text *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->parts[i], b->parts[i]) != 0)
            return false;
    return true;
}

int tr_window_add(struct tr_window *window, const struct tr_cell *cells, struct tr_key_text at,
                  struct tr_diag *diag)
{
    window->full = window->count && window->arena.used >= window->memory &&
                   !tr_key_text_equal(&at, &window->rows[window->count - 1].at);
    if (window->full)
        return TR_WINDOW_FULL;
    if (window->count == window->room) {
        size_t room = window->room ? 2 * window->room : 256;
        struct tr_window_row *rows = reallocarray(window->rows, room, sizeof *rows);
        if (!rows)
            return tr_fail_memory(diag);
        window->rows = rows;
        window->room = room;
    }
    struct tr_cell *copy =
        tr_arena_zalloc(&window->arena, window->shape->ncolumns + 1, sizeof *copy);
    if (!copy || copy_cells(window, cells, copy) < 0)
        return tr_fail_memory(diag);
    window->rows[window->count++] = (struct tr_window_row){.cells = copy, .at = at};
    return 0;
}

int tr_window_settle(struct tr_window *window, struct tr_diag *diag)
{
    struct teller teller;

    if (window->count && !find_teller(window, window->shape, &teller))
        return tr_fail_bug(diag, "a chunk of a table without key");
    for (size_t i = 0; i < window->count && !window->discarded; i++) {
        struct tr_window_row *row = &window->rows[i];
        struct tr_touched *key = note(window, &teller, row->cells, NULL);
        if (!key) {
            window->discarded = true;
            break;
        }
        const struct tr_touched *known = find(window, key);
        row->dropped = known != NULL;
        row->again = known && known->lacking;
    }
    return window->discarded ? TR_WINDOW_DISCARDED : 0;
}
