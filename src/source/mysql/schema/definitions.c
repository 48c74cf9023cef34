#include <stdio.h>
#include <stdlib.h>

#include "source/mysql/schema/definitions-impl.h"

#define STATE_PREFIX "table/"
#define PRINT_CAP    (256U << 10)

/* What to do about a definition that nobody has any more. */
#define WAYS_OUT                                                                                   \
    "SET GLOBAL binlog_row_metadata = FULL makes the log name its columns from now on; to go on "  \
    "behind these rows, leave the table out (table.include.list) until the stream has passed "     \
    "them, and take it in again then, so that it is read anew (snapshot.added.tables); or give "   \
    "the connector another name, so that it reads all tables anew"

static int compare(const struct tr_mysql_known *known, struct tr_slice database,
                   struct tr_slice table)
{
    const struct tr_table *a = &known->definition->table;
    struct tr_slice schema = tr_slice_of(a->schema), name = tr_slice_of(a->name);
    int order = memcmp(schema.p, database.p, TR_MIN(schema.n, database.n));

    if (order || schema.n != database.n)
        return order ? order : (schema.n > database.n) - (schema.n < database.n);
    order = memcmp(name.p, table.p, TR_MIN(name.n, table.n));
    return order ? order : (name.n > table.n) - (name.n < table.n);
}

/* The place of the table, or of where it would stand. */
static size_t seek(const struct tr_mysql_definitions *definitions, struct tr_slice database,
                   struct tr_slice table, bool *ret_there)
{
    size_t low = 0, high = definitions->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&definitions->items[middle], database, table) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_there =
        low < definitions->count && compare(&definitions->items[low], database, table) == 0;
    return low;
}

struct tr_mysql_known *tr_mysql_known_find(const struct tr_mysql_definitions *definitions,
                                           struct tr_slice database, struct tr_slice table)
{
    bool there;
    size_t place = seek(definitions, database, table, &there);
    return there ? &definitions->items[place] : NULL;
}

const struct tr_mysql_definition *
tr_mysql_definitions_find(const struct tr_mysql_definitions *definitions, struct tr_slice database,
                          struct tr_slice table)
{
    const struct tr_mysql_known *known = tr_mysql_known_find(definitions, database, table);
    return known ? known->definition : NULL;
}

/* Put a definition into its place; it belongs to the store from then on, also if that fails. */
static int keep(struct tr_mysql_definitions *definitions, struct tr_mysql_definition *definition,
                bool stored, struct tr_diag *diag)
{
    const struct tr_table *table = &definition->table;
    bool there;
    size_t place = seek(definitions, tr_slice_of(table->schema), tr_slice_of(table->name), &there);

    if (there) {
        tr_mysql_definition_free(definitions->items[place].definition);
        definitions->items[place].definition = definition;
        definitions->items[place].stored |= stored;
        return 0;
    }
    if (definitions->count == definitions->room) {
        size_t room = TR_MAX(2 * definitions->room, 64);
        struct tr_mysql_known *items = reallocarray(definitions->items, room, sizeof *items);
        if (!items) {
            tr_mysql_definition_free(definition);
            return tr_fail_memory(diag);
        }
        definitions->items = items;
        definitions->room = room;
    }
    memmove(&definitions->items[place + 1], &definitions->items[place],
            (definitions->count - place) * sizeof *definitions->items);
    definitions->count++;
    definitions->items[place] = (struct tr_mysql_known){
        definition, tr_mysql_wants(definitions->capture, table->schema, table->name), stored};
    return 0;
}

void tr_mysql_definitions_drop(struct tr_mysql_definitions *definitions, size_t place)
{
    tr_mysql_definition_free(definitions->items[place].definition);
    definitions->count--;
    memmove(&definitions->items[place], &definitions->items[place + 1],
            (definitions->count - place) * sizeof *definitions->items);
}

/* The key of the state record: two names with dots in them can't be taken for each other. */
static int write_key(const struct tr_table *table, struct tr_batch *batch, struct tr_slice *ret_key)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf key = {0};

    tr_buf_init(&key, 4096);
    tr_buf_text(&key, STATE_PREFIX);
    tr_mysql_quote_table(&key, table->schema, table->name);
    if (!tr_buf_ok(&key))
        return -1;
    *ret_key = (struct tr_slice){tr_arena_strdup(&batch->arena, tr_slice_of(tr_buf_string(&key))),
                                 key.len};
    return ret_key->p ? 0 : -1;
}

/* Tell the sink of a definition, or (none) that there is none any more. */
int tr_mysql_definitions_store(const struct tr_table *table,
                               const struct tr_mysql_definition *definition, struct tr_batch *batch,
                               struct tr_diag *diag)
{
    struct tr_state state = {.value = {NULL, 0}};

    if (write_key(table, batch, &state.key) < 0)
        return tr_fail_memory(diag);
    if (definition) {
        struct tr_writer writer;
        tr_writer_begin(&writer, &batch->arena);
        if (tr_mysql_definition_write(definition, &writer) < 0)
            return tr_fail(diag, TR_DATA, TR_STOP,
                           "the definition of table %s.%s is not valid UTF-8", table->schema,
                           table->name);
        if (tr_writer_end(&writer, &state.value) < 0)
            return tr_fail_memory(diag);
    }
    return tr_batch_state(batch, state) < 0 ? tr_fail_memory(diag) : 0;
}

static int load(struct tr_mysql_definitions *definitions, const struct tr_states *states,
                struct tr_diag *diag)
{
    const struct tr_slice prefix = TR_SLICE(STATE_PREFIX);
    size_t n = states ? tr_states_count(states) : 0;

    for (size_t i = states ? tr_states_from(states, prefix) : 0; i < n; i++) {
        struct tr_state state = tr_states_at(states, i);
        struct tr_mysql_definition *definition;
        if (state.key.n < prefix.n || memcmp(state.key.p, prefix.p, prefix.n) != 0)
            break;
        if (tr_mysql_definition_parse(state.value, &definition, diag) < 0)
            return tr_fail_in(diag, "state %.*s", (int)state.key.n, state.key.p);
        if (keep(definitions, definition, true, diag) < 0)
            return -1;
    }
    return 0;
}

int tr_mysql_definitions_new(const struct tr_mysql_definitions_params *params,
                             struct tr_mysql_definitions **ret_definitions, struct tr_diag *diag)
{
    struct tr_mysql_definitions *definitions = calloc(1, sizeof *definitions);

    if (!definitions)
        return tr_fail_memory(diag);
    definitions->context = params->context;
    definitions->capture = params->capture;
    definitions->moved = params->moved;
    definitions->lookahead = tr_mysql_lookahead_new(params->context);
    int rc =
        definitions->lookahead ? load(definitions, params->states, diag) : tr_fail_memory(diag);
    if (rc < 0)
        tr_mysql_definitions_free(definitions);
    else
        *ret_definitions = definitions;
    return rc;
}

void tr_mysql_definitions_free(struct tr_mysql_definitions *definitions)
{
    if (!definitions)
        return;
    while (definitions->count)
        tr_mysql_definitions_drop(definitions, definitions->count - 1);
    tr_mysql_lookahead_free(definitions->lookahead);
    free(definitions->items);
    free(definitions);
}

int tr_mysql_definitions_connect(struct tr_mysql_definitions *definitions,
                                 const struct tr_mysql_session *session, struct tr_diag *diag)
{
    struct tr_mysql_coordinates end;

    definitions->session = session;
    if (!definitions->moved || !definitions->count)
        return 0;
    /* what was read at another server may be older than anything in this one's log */
    int rc = tr_mysql_catalog_log_end(session, &end, diag);
    for (size_t i = 0; !rc && i < definitions->count; i++)
        definitions->items[i].definition->read = end;
    definitions->moved = rc != 0;
    return rc;
}

int tr_mysql_definitions_clear(struct tr_mysql_definitions *definitions, struct tr_batch *batch,
                               struct tr_diag *diag)
{
    while (definitions->count) {
        const struct tr_mysql_known *last = &definitions->items[definitions->count - 1];
        if (last->stored &&
            tr_mysql_definitions_store(&last->definition->table, NULL, batch, diag) < 0)
            return -1;
        tr_mysql_definitions_drop(definitions, definitions->count - 1);
    }
    return 0;
}

int tr_mysql_definitions_put(struct tr_mysql_definitions *definitions,
                             struct tr_mysql_definition *definition, struct tr_batch *batch,
                             struct tr_diag *diag)
{
    const struct tr_table *table = &definition->table;
    bool wanted = tr_mysql_wants(definitions->capture, table->schema, table->name);

    if (wanted && tr_mysql_definitions_store(table, definition, batch, diag) < 0) {
        tr_mysql_definition_free(definition);
        return -1;
    }
    return keep(definitions, definition, wanted, diag);
}

/* Forget a table. */
int tr_mysql_definitions_forget(struct tr_mysql_definitions *definitions,
                                const struct tr_table *table, struct tr_batch *batch,
                                struct tr_diag *diag)
{
    bool there;
    size_t place = seek(definitions, tr_slice_of(table->schema), tr_slice_of(table->name), &there);
    bool stored = there && definitions->items[place].stored;

    if (stored && tr_mysql_definitions_store(table, NULL, batch, diag) < 0)
        return -1;
    if (there)
        tr_mysql_definitions_drop(definitions, place);
    return 0;
}

/* Read a table from the catalog, as it is now; forget it if it isn't there. */
int tr_mysql_definitions_read(struct tr_mysql_definitions *definitions,
                              const struct tr_table *table, struct tr_batch *batch,
                              struct tr_diag *diag)
{
    struct tr_mysql_definition *definition;
    int rc =
        tr_mysql_catalog_read(definitions->session, table->schema, table->name, &definition, diag);

    if (rc == TR_MYSQL_MISSING)
        return tr_mysql_definitions_forget(definitions, table, batch, diag);
    return rc ? rc : tr_mysql_definitions_put(definitions, definition, batch, diag);
}

/* Nothing stands in the log between the place and the moment of the read that could make this the
 * definition of another time. ret_place: what does. */
static int is_of_place(struct tr_mysql_definitions *definitions,
                       const struct tr_mysql_definition *definition,
                       const struct tr_mysql_coordinates *place,
                       struct tr_mysql_coordinates *ret_place, struct tr_diag *diag)
{
    ret_place->file[0] = '\0';
    if (!definition->read.file[0] || tr_mysql_coordinates_compare(place, &definition->read) >= 0)
        return 0;
    const struct tr_mysql_sought sought = {&definition->table, place, &definition->read};
    return tr_mysql_lookahead_find(definitions->lookahead, &sought, ret_place, diag);
}

/* Say what is known, and what is not. */
static int fail_unknown(const struct tr_binlog_table *map, const struct tr_mysql_coordinates *place,
                        const char *why, struct tr_diag *diag)
{
    struct tr_arena arena;

    tr_arena_init(&arena, 4096, PRINT_CAP);
    tr_fail(
        diag, TR_SCHEMA, TR_STOP,
        "at %s:%llu stand rows of table %.*s.%.*s with the columns (%.600s), whose names are not "
        "known: %s; " WAYS_OUT,
        place->file, (unsigned long long)place->pos, (int)map->schema.n, map->schema.p,
        (int)map->name.n, map->name.p, tr_mysql_print_map(map, &arena), why);
    tr_arena_finish(&arena);
    return -1;
}

static int fail_altered(const struct tr_binlog_table *map, const struct tr_mysql_coordinates *place,
                        const struct tr_mysql_coordinates *altered, struct tr_diag *diag)
{
    char why[TR_MYSQL_FILE_MOST + 160];

    snprintf(why, sizeof why,
             "the table was altered again, or dropped, at %s:%llu, before its definition could be "
             "read",
             altered->file, (unsigned long long)altered->pos);
    return fail_unknown(map, place, why, diag);
}

/* A table map and what is to become of it. */
struct lookup {
    struct tr_mysql_definitions *definitions;
    const struct tr_binlog_table *map;
    struct tr_table table; /* its names */
    const struct tr_mysql_coordinates *place;
    struct tr_batch *batch;
    struct tr_diag *diag;
};

/* A map without names: the definition must be that of this place, and be there at all. */
static int check_known(const struct lookup *lookup, const struct tr_mysql_known *known)
{
    struct tr_mysql_coordinates altered;

    if (!known)
        return fail_unknown(lookup->map, lookup->place, "the table no longer exists", lookup->diag);
    int rc =
        is_of_place(lookup->definitions, known->definition, lookup->place, &altered, lookup->diag);
    if (rc)
        return rc;
    return altered.file[0] ? fail_altered(lookup->map, lookup->place, &altered, lookup->diag) : 0;
}

static int make_version(const struct lookup *lookup, struct tr_mysql_definition *definition,
                        struct tr_mysql_version **ret_version)
{
    const struct tr_mysql_version_params params = {
        .capture = definition && definition->sequence ? NULL : lookup->definitions->capture,
        .definition = definition,
        .map = lookup->map,
    };
    int rc = tr_mysql_version_new(&params, ret_version, lookup->diag);

    if (rc != TR_MYSQL_MISFIT)
        return rc;
    return fail_unknown(lookup->map, lookup->place,
                        "the definition that the table should have is another one, so it was "
                        "altered where the log doesn't tell of it (sql_log_bin = 0)",
                        lookup->diag);
}

static int map_wanted(const struct lookup *lookup, struct tr_mysql_version **ret_version)
{
    struct tr_slice database = lookup->map->schema, name = lookup->map->name;
    const struct tr_mysql_known *known = tr_mysql_known_find(lookup->definitions, database, name);
    bool named = lookup->map->stated & TR_BINLOG_STATED_NAMES;
    int rc = 0;

    if (!known) {
        rc = tr_mysql_definitions_read(lookup->definitions, &lookup->table, lookup->batch,
                                       lookup->diag);
        known = rc ? NULL : tr_mysql_known_find(lookup->definitions, database, name);
    }
    if (!rc && !named)
        rc = check_known(lookup, known);
    if (rc)
        return rc;
    return make_version(lookup, known ? known->definition : NULL, ret_version);
}

int tr_mysql_definitions_map(struct tr_mysql_definitions *definitions,
                             const struct tr_mysql_mapping *mapping,
                             struct tr_mysql_version **ret_version, struct tr_diag *diag)
{
    static const struct tr_mysql_version_params nothing = {0};
    struct tr_arena names;
    int rc;

    tr_arena_init(&names, 1024, 1 << 20);
    const struct lookup lookup = {
        .definitions = definitions,
        .map = mapping->map,
        .table = {.schema = tr_arena_strdup(&names, mapping->map->schema),
                  .name = tr_arena_strdup(&names, mapping->map->name)},
        .place = mapping->place,
        .batch = mapping->batch,
        .diag = diag,
    };
    if (!lookup.table.schema || !lookup.table.name)
        rc = tr_fail_memory(diag);
    else if (tr_mysql_wants(definitions->capture, lookup.table.schema, lookup.table.name))
        rc = map_wanted(&lookup, ret_version);
    else
        rc = tr_mysql_version_new(&nothing, ret_version, diag);
    tr_arena_finish(&names);
    return rc;
}
