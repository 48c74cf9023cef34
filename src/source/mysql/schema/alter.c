/* What a DDL statement does to the definitions that are kept. */
#include <ctype.h>

#include "source/mysql/schema/definitions-impl.h"

/* A statement, and what is to become of the tables that it names. */
struct altering {
    struct tr_mysql_definitions *definitions;
    const struct tr_mysql_statement *statement;
    const struct tr_mysql_coordinates *place;
    struct tr_arena arena; /* names */
    struct tr_batch *batch;
    struct tr_diag *diag;
};

/* Names as the server stores them. */
static const char *store_name(struct altering *altering, struct tr_slice name)
{
    char *copy = tr_arena_strdup(&altering->arena, name);

    if (altering->definitions->session->dialect.lower_case_table_names == 1)
        for (char *p = copy; p && *p; p++)
            *p = (char)tolower((unsigned char)*p);
    return copy;
}

static int name_table(struct altering *altering, const struct tr_mysql_table_name *name,
                      struct tr_table *ret_table)
{
    *ret_table = (struct tr_table){.schema = store_name(altering, name->database),
                                   .name = store_name(altering, name->table)};
    return ret_table->schema && ret_table->name ? 0 : tr_fail_memory(altering->diag);
}

/* Is somebody going to ask for it? */
static bool is_of_interest(const struct tr_mysql_definitions *definitions,
                           const struct tr_table *table)
{
    if (tr_mysql_is_system(tr_slice_of(table->schema)))
        return false;
    return definitions->context->options->mysql.include_schema_changes ||
           tr_capture_wants(definitions->capture, table->schema, table->name);
}

static int read_altered(struct altering *altering, const struct tr_table *table)
{
    struct tr_mysql_definitions *definitions = altering->definitions;

    if (!is_of_interest(definitions, table))
        return 0;
    if (altering->statement->moves &&
        tr_capture_wants(definitions->capture, table->schema, table->name))
        tr_log_warn(definitions->context->log,
                    "a statement took rows from a table, or brought them, of which the log doesn't "
                    "tell: they are not in its topic",
                    TR_LOG_STR("database", table->schema), TR_LOG_STR("table", table->name));
    return tr_mysql_definitions_read(definitions, table, altering->batch, altering->diag);
}

/* The old name's definition under the new one; >0: that isn't the one. */
static int carry_over(struct altering *altering, const struct tr_table *from,
                      const struct tr_table *to)
{
    const struct tr_mysql_known *known = tr_mysql_known_find(
        altering->definitions, tr_slice_of(from->schema), tr_slice_of(from->name));
    const struct tr_mysql_coordinates *read = known ? &known->definition->read : NULL;
    struct tr_mysql_definition *definition;
    struct tr_writer writer;
    struct tr_slice text;

    if (!read || tr_mysql_coordinates_compare(altering->place, read) < 0)
        return TR_MYSQL_MISSING;
    tr_writer_begin(&writer, &altering->arena);
    if (tr_mysql_definition_write(known->definition, &writer) < 0 ||
        tr_writer_end(&writer, &text) < 0)
        return tr_fail_memory(altering->diag);
    if (tr_mysql_definition_parse(text, &definition, altering->diag) < 0)
        return -1;
    definition->table.schema = tr_arena_strdup(&definition->arena, tr_slice_of(to->schema));
    definition->table.name = tr_arena_strdup(&definition->arena, tr_slice_of(to->name));
    if (!definition->table.schema || !definition->table.name) {
        tr_mysql_definition_free(definition);
        return tr_fail_memory(altering->diag);
    }
    return tr_mysql_definitions_put(altering->definitions, definition, altering->batch,
                                    altering->diag);
}

static int rename_table(struct altering *altering, const struct tr_table *from,
                        const struct tr_table *to)
{
    bool only = altering->statement->kind == TR_MYSQL_SQL_RENAME_TABLE;
    int rc = TR_MYSQL_MISSING;

    if (only && is_of_interest(altering->definitions, to))
        rc = carry_over(altering, from, to);
    if (rc == TR_MYSQL_MISSING)
        rc = read_altered(altering, to);
    return rc ? rc
              : tr_mysql_definitions_forget(altering->definitions, from, altering->batch,
                                            altering->diag);
}

static int alter_table(struct altering *altering, size_t i)
{
    const struct tr_mysql_statement *statement = altering->statement;
    const struct tr_mysql_table_name *rename = statement->renames ? &statement->renames[i] : NULL;
    struct tr_table table, renamed;

    if (name_table(altering, &statement->tables[i], &table) < 0)
        return -1;
    if (statement->kind == TR_MYSQL_SQL_DROP_TABLE)
        return tr_mysql_definitions_forget(altering->definitions, &table, altering->batch,
                                           altering->diag);
    if (statement->kind == TR_MYSQL_SQL_CREATE_TABLE && statement->exists &&
        tr_mysql_known_find(altering->definitions, tr_slice_of(table.schema),
                            tr_slice_of(table.name))) {
        altering->definitions->unchanged = true;
        return 0;
    }
    if (!rename || !rename->table.n)
        return read_altered(altering, &table);
    return name_table(altering, rename, &renamed) < 0 ? -1
                                                      : rename_table(altering, &table, &renamed);
}

static int drop_database(struct altering *altering)
{
    struct tr_mysql_definitions *definitions = altering->definitions;
    const char *database = store_name(altering, altering->statement->database);

    if (!database)
        return tr_fail_memory(altering->diag);
    for (size_t i = definitions->count; i-- > 0;) {
        const struct tr_mysql_known *known = &definitions->items[i];
        if (strcmp(known->definition->table.schema, database) != 0)
            continue;
        if (known->stored && tr_mysql_definitions_store(&known->definition->table, NULL,
                                                        altering->batch, altering->diag) < 0)
            return -1;
        tr_mysql_definitions_drop(definitions, i);
    }
    return 0;
}

static bool changes_tables(enum tr_mysql_statement_kind kind)
{
    return kind == TR_MYSQL_SQL_CREATE_TABLE || kind == TR_MYSQL_SQL_ALTER_TABLE ||
           kind == TR_MYSQL_SQL_DROP_TABLE || kind == TR_MYSQL_SQL_RENAME_TABLE;
}

int tr_mysql_definitions_alter(struct tr_mysql_definitions *definitions,
                               const struct tr_mysql_statement *statement,
                               const struct tr_mysql_coordinates *place, struct tr_batch *batch,
                               struct tr_diag *diag)
{
    struct altering altering = {
        .definitions = definitions,
        .statement = statement,
        .place = place,
        .batch = batch,
        .diag = diag,
    };
    int rc = 0;

    /* what is stored of a table that is no longer captured isn't kept up any more: it must not be
     * there when the table is captured again */
    for (size_t i = definitions->count; !rc && i-- > 0;)
        if (!definitions->items[i].wanted)
            rc = tr_mysql_definitions_forget(definitions, &definitions->items[i].definition->table,
                                             batch, diag);
    if (rc)
        return rc;
    definitions->unchanged = false;
    tr_arena_init(&altering.arena, 4096, 64U << 20);
    if (statement->kind == TR_MYSQL_SQL_DROP_DATABASE)
        rc = drop_database(&altering);
    else if (changes_tables(statement->kind))
        for (size_t i = 0; !rc && i < statement->ntables; i++)
            rc = alter_table(&altering, i);
    tr_arena_finish(&altering.arena);
    return rc;
}

bool tr_mysql_definitions_unchanged(const struct tr_mysql_definitions *definitions)
{
    return definitions->unchanged;
}
