#include "source/mysql/version.h"

#include <stdlib.h>
#include <strings.h>

#include "source/mysql/mysql-type.h"

#define ARENA_CHUNK (8U << 10)
#define ARENA_CAP   (64U << 20)

/* WITH SYSTEM VERSIONING adds them, row_start and row_end, at the end. */
#define HIDDEN_PERIOD_COLUMNS 2

/* A version in the making. */
struct making {
    struct tr_mysql_version *version;
    const struct tr_mysql_definition *definition; /* or NULL */
    const struct tr_binlog_table *map;
    struct tr_column *columns;
    struct tr_diag *diag;
};

static bool has_names(const struct tr_binlog_table *map)
{
    return map->stated & TR_BINLOG_STATED_NAMES;
}

/* The column of this name; as a rule it stands in the same place. */
static const struct tr_column *column_of(const struct making *making, struct tr_slice name,
                                         size_t place)
{
    const struct tr_table *table = making->definition ? &making->definition->table : NULL;

    if (!table)
        return NULL;
    if (place < table->ncolumns && tr_slice_is(name, table->columns[place].name))
        return &table->columns[place];
    for (size_t i = 0; i < table->ncolumns; i++)
        if (tr_slice_is(name, table->columns[i].name))
            return &table->columns[i];
    return NULL;
}

/* A defined column that reads the log's cells. >0: TR_MYSQL_MISFIT. */
static int fit(struct making *making, const struct tr_column *defined, size_t place)
{
    const struct tr_binlog_column *logged = &making->map->columns[place];
    struct tr_column *column = &making->columns[place];
    const struct tr_mysql_type *type;

    if (defined->optional != logged->nullable)
        return TR_MYSQL_MISFIT;
    int rc = tr_mysql_type_fit(defined->type, (struct tr_mysql_logged){logged, making->map->stated},
                               &making->version->arena, &type, making->diag);
    if (rc)
        return rc < 0 ? rc : TR_MYSQL_MISFIT;
    *column = *defined;
    column->type = type;
    return 0;
}

/* A column as the log alone tells it. */
static int take_logged(struct making *making, size_t place)
{
    const struct tr_binlog_column *logged = &making->map->columns[place];
    struct tr_column *column = &making->columns[place];
    const struct tr_mysql_type *type;

    *column = (struct tr_column){
        .name = tr_arena_strdup(&making->version->arena, logged->name),
        .optional = logged->nullable,
        .identity = true,
    };
    if (!column->name)
        return tr_fail_memory(making->diag);
    if (tr_mysql_type_of_log(logged, &making->version->arena, &type, making->diag) < 0)
        return -1;
    tr_mysql_type_describe(type, column);
    return 0;
}

static int take_named(struct making *making)
{
    for (size_t i = 0; i < making->version->table.ncolumns; i++) {
        const struct tr_column *defined = column_of(making, making->map->columns[i].name, i);
        int rc = defined ? fit(making, defined, i) : TR_MYSQL_MISFIT;
        if (rc == TR_MYSQL_MISFIT)
            rc = take_logged(making, i);
        if (rc)
            return rc;
    }
    return 0;
}

static int take_unnamed(struct making *making)
{
    const struct tr_table *defined = making->definition ? &making->definition->table : NULL;
    size_t n = making->version->table.ncolumns;

    if (!defined || defined->ncolumns != n)
        return TR_MYSQL_MISFIT;
    for (size_t i = 0; i < n; i++) {
        int rc = fit(making, &defined->columns[i], i);
        if (rc)
            return rc;
    }
    return 0;
}

/* The definition's key in terms of this version; none when a column of it isn't there. */
static size_t key_of_definition(const struct making *making, unsigned *key)
{
    const struct tr_table *defined = &making->definition->table;
    const struct tr_table *table = &making->version->table;

    for (size_t i = 0; i < defined->nkey; i++) {
        const char *name = defined->columns[defined->key[i]].name;
        size_t place = 0;
        while (place < table->ncolumns && strcmp(table->columns[place].name, name) != 0)
            place++;
        if (place == table->ncolumns || table->columns[place].optional)
            return 0;
        key[i] = (unsigned)place;
    }
    return defined->nkey;
}

/* With FULL a map names the primary key if there is one. */
static int find_key(struct making *making)
{
    const struct tr_binlog_table *map = making->map;
    struct tr_table *table = &making->version->table;
    const struct tr_mysql_definition *definition = making->definition;
    unsigned *key = tr_arena_zalloc(&making->version->arena, TR_MAX(map->ncolumns, 1), sizeof *key);

    if (!key)
        return tr_fail_memory(making->diag);
    table->key = key;
    for (size_t i = 0; i < map->nkey; i++)
        if (map->key[i].column < table->ncolumns) /* not a hidden period's end */
            key[table->nkey++] = map->key[i].column;
    if (!map->nkey && definition && definition->table.nkey <= map->ncolumns &&
        !(has_names(map) && definition->primary))
        table->nkey = key_of_definition(making, key);
    return 0;
}

/* The map ends in the two columns of a hidden period, as far as it tells. */
static bool ends_in_period(const struct tr_binlog_table *map)
{
    const struct tr_binlog_column *ends = map->columns + map->ncolumns - HIDDEN_PERIOD_COLUMNS;

    return !has_names(map) ||
           (tr_slice_is(ends[0].name, "row_start") && tr_slice_is(ends[1].name, "row_end"));
}

/* The columns that the map has and the definition doesn't show. Where the map has names, the
 * definition may be a later one, of when the period had been added. */
static size_t hidden_columns(const struct making *making)
{
    const struct tr_binlog_table *map = making->map;

    if (!making->definition || !making->definition->hidden_period ||
        map->ncolumns <= HIDDEN_PERIOD_COLUMNS || !ends_in_period(map))
        return 0;
    return HIDDEN_PERIOD_COLUMNS;
}

static int fill(struct making *making)
{
    struct tr_table *table = &making->version->table;
    const struct tr_binlog_table *map = making->map;

    if (!map) {
        *table = making->definition->table;
        return 0;
    }
    table->schema = tr_arena_strdup(&making->version->arena, map->schema);
    table->name = tr_arena_strdup(&making->version->arena, map->name);
    making->version->hidden_period = hidden_columns(making) > 0;
    table->ncolumns = map->ncolumns - hidden_columns(making);
    making->columns =
        tr_arena_zalloc(&making->version->arena, table->ncolumns, sizeof *making->columns);
    if (!table->schema || !table->name || !making->columns)
        return tr_fail_memory(making->diag);
    table->columns = making->columns;
    int rc = has_names(map) ? take_named(making) : take_unnamed(making);
    return rc ? rc : find_key(making);
}

int tr_mysql_version_new(const struct tr_mysql_version_params *params,
                         struct tr_mysql_version **ret_version, struct tr_diag *diag)
{
    struct tr_mysql_version *version = calloc(1, sizeof *version);
    struct making making = {
        .version = version,
        .definition = params->definition,
        .map = params->map,
        .diag = diag,
    };
    int rc = 0;

    if (!version)
        return tr_fail_memory(diag);
    tr_arena_init(&version->arena, ARENA_CHUNK, ARENA_CAP);
    if (params->definition)
        version->definition = tr_mysql_definition_share(params->definition);
    if (params->capture) {
        rc = fill(&making);
        if (!rc)
            rc = tr_capture_table_new(params->capture, &version->table, &version->compiled, diag);
    }
    if (rc)
        tr_mysql_version_free(version);
    else
        *ret_version = version;
    return rc;
}

void tr_mysql_version_free(struct tr_mysql_version *version)
{
    if (!version)
        return;
    tr_capture_table_free(version->compiled);
    tr_mysql_definition_free(version->definition);
    tr_arena_finish(&version->arena);
    free(version);
}

const char *tr_mysql_version_key(const struct tr_mysql_version *version, struct tr_arena *arena)
{
    const struct tr_table *table = &version->table;
    const char *key = "";

    for (size_t i = 0; key && i < table->nkey; i++) {
        unsigned place = table->key[i];
        const struct tr_mysql_attribute *attribute = &version->definition->attributes[place];
        const char *collation = attribute->collation ? attribute->collation : "";
        key = tr_arena_printf(arena, "%s%s%s %s %s", key, i ? "," : "", table->columns[place].name,
                              attribute->spelling, collation);
    }
    return key;
}

bool tr_mysql_version_is_current(const struct tr_mysql_version *version,
                                 const struct tr_cell *cells)
{
    /* TIMESTAMP(6): big-endian seconds, of which none can come behind those of the year 2038, then
     * three bytes of fraction. MariaDB 11.5 goes on to 2106. */
    static const unsigned char ends[2][4] = {{0x7f, 0xff, 0xff, 0xff}, {0xff, 0xff, 0xff, 0xff}};
    const struct tr_cell *end = &cells[version->table.ncolumns + HIDDEN_PERIOD_COLUMNS - 1];

    if (end->kind != TR_CELL_VALUE || end->bytes.n < sizeof ends[0])
        return true;
    return memcmp(end->bytes.p, ends[0], sizeof ends[0]) == 0 ||
           memcmp(end->bytes.p, ends[1], sizeof ends[1]) == 0;
}

const char *tr_mysql_print_map(const struct tr_binlog_table *map, struct tr_arena *arena)
{
    const char *text = "";
    struct tr_diag ignored;

    for (size_t i = 0; text && i < map->ncolumns; i++) {
        const struct tr_binlog_column *column = &map->columns[i];
        const struct tr_mysql_type *type;
        const char *name = tr_mysql_type_of_log(column, arena, &type, &ignored) < 0
                               ? NULL
                               : tr_mysql_type_print(type, arena);
        text = tr_arena_printf(arena, "%s%s%zu %.*s%s%s%s", text, i ? ", " : "", i + 1,
                               (int)column->name.n, column->name.n ? column->name.p : "",
                               column->name.n ? " " : "", name ? name : "?",
                               column->nullable ? "" : " NOT NULL");
    }
    return text ? text : "";
}
