#include "source/mysql/schema-change.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "source/mysql/schema/value.h"
#include "source/mysql/source-block.h"

#define ARENA_CHUNK (64U << 10)
#define ARENA_CAP   ((size_t)256 << 20) /* one table's description */

struct tr_mysql_schema_changes {
    const struct tr_mysql_context *context;
    const struct tr_capture *capture;
    struct tr_capture_table *topic; /* compiled */
    struct tr_arena schemas, scratch;
};

int tr_mysql_schema_changes_new(const struct tr_mysql_context *context, struct tr_capture *capture,
                                struct tr_mysql_schema_changes **ret_changes, struct tr_diag *diag)
{
    struct tr_mysql_schema_changes *changes = calloc(1, sizeof *changes);
    struct tr_capture_topic_params params = {.topic = context->options->capture.topic_prefix};

    if (!changes)
        return tr_fail_memory(diag);
    changes->context = context;
    changes->capture = capture;
    tr_arena_init(&changes->schemas, 4096, 1 << 20);
    tr_arena_init(&changes->scratch, ARENA_CHUNK, ARENA_CAP);
    int rc = tr_mysql_schema_value_schemas(context->options->kind == TR_KIND_MARIADB,
                                           &changes->schemas, &params.key, &params.value);
    rc = rc < 0 ? tr_fail_memory(diag)
                : tr_capture_topic_new(capture, &params, &changes->topic, diag);
    if (rc < 0)
        tr_mysql_schema_changes_free(changes);
    else
        *ret_changes = changes;
    return rc;
}

void tr_mysql_schema_changes_free(struct tr_mysql_schema_changes *changes)
{
    if (!changes)
        return;
    tr_capture_table_free(changes->topic);
    tr_arena_finish(&changes->schemas);
    tr_arena_finish(&changes->scratch);
    free(changes);
}

bool tr_mysql_schema_changes_wants(const struct tr_mysql_schema_changes *changes,
                                   const char *database, const char *table)
{
    const struct tr_mysql_options *options = &changes->context->options->mysql;

    if (tr_mysql_is_system(tr_slice_of(database)))
        return false;
    if (options->captured_databases_ddl && !tr_capture_wants_schema(changes->capture, database))
        return false;
    return !table || !options->captured_tables_ddl ||
           tr_capture_wants(changes->capture, database, table);
}

static struct tr_value text_or_null(const char *text)
{
    return text ? tr_value_text(tr_slice_of(text)) : (struct tr_value){.kind = TR_NULL};
}

int tr_mysql_schema_changes_put(struct tr_mysql_schema_changes *changes,
                                const struct tr_mysql_schema_change *change,
                                const struct tr_mysql_schema_target *target, struct tr_diag *diag)
{
    struct tr_value *source = target->capturer->source;
    struct tr_value database = tr_value_text(tr_slice_of(change->database));
    struct tr_value key = tr_value_items(&database, 1);
    struct tr_value fields[TR_MYSQL_SCHEMA_FIELDS] = {0}, table_change;

    tr_arena_reset(&changes->scratch);
    source[TR_SOURCE_DB] = database;
    source[TR_MYSQL_SOURCE_TABLE] = text_or_null(change->table);
    fields[TR_MYSQL_SCHEMA_SOURCE] = tr_value_items(source, TR_MYSQL_SOURCE_FIELDS);
    fields[TR_MYSQL_SCHEMA_TS_MS] = tr_value_integer(tr_clock_realtime_ns() / 1000000);
    fields[TR_MYSQL_SCHEMA_DATABASE] = database;
    fields[TR_MYSQL_SCHEMA_DDL] = tr_value_text(change->ddl);
    fields[TR_MYSQL_SCHEMA_CHANGES] = tr_value_items(&table_change, change->type ? 1 : 0);
    if (change->type && tr_mysql_schema_value_change(change, &changes->scratch, &table_change) < 0)
        return tr_fail_memory(diag);
    struct tr_value value = tr_value_items(fields, TR_MYSQL_SCHEMA_FIELDS);
    const struct tr_capture_record record = {
        .key = &key, .value = &value, .identity = target->identity};
    return tr_capture_record(target->capturer, changes->topic, &record, target->batch, diag);
}

/* A statement on its way to records. */
struct taking {
    struct tr_mysql_schema_changes *changes;
    const struct tr_mysql_statement *statement;
    const struct tr_mysql_definitions *definitions;
    const struct tr_mysql_schema_target *target;
    struct tr_arena arena;
    const char *table; /* in the source block: all that it names */
    struct tr_diag *diag;
};

static const char *copy(struct taking *taking, struct tr_slice text)
{
    return tr_arena_strdup(&taking->arena, text);
}

/* A name with its backticks. */
static const char *quoted(struct taking *taking, const struct tr_mysql_table_name *name)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf buf = {0};
    const char *database = copy(taking, name->database), *table = copy(taking, name->table);

    tr_buf_init(&buf, 4096);
    if (!database || !table)
        return NULL;
    tr_mysql_quote_table(&buf, database, table);
    return tr_buf_ok(&buf) ? copy(taking, tr_slice_of(tr_buf_string(&buf))) : NULL;
}

static const char *part_of_name(struct taking *taking, const struct tr_mysql_table_name *name)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf buf = {0};
    const char *table = copy(taking, name->table);

    tr_buf_init(&buf, 4096);
    if (!table)
        return NULL;
    tr_mysql_quote(&buf, table);
    return tr_buf_ok(&buf) ? copy(taking, tr_slice_of(tr_buf_string(&buf))) : NULL;
}

/* Where a statement names several tables, each record has the part that is its own. */
static const char *own_ddl(struct taking *taking, size_t i)
{
    const struct tr_mysql_statement *statement = taking->statement;

    if (statement->kind == TR_MYSQL_SQL_DROP_TABLE) {
        const char *name = quoted(taking, &statement->tables[i]);
        return name ? tr_arena_printf(&taking->arena, "DROP TABLE %s%s",
                                      statement->exists ? "IF EXISTS " : "", name)
                    : NULL;
    }
    if (statement->kind == TR_MYSQL_SQL_RENAME_TABLE && statement->ntables > 1) {
        const char *from = part_of_name(taking, &statement->tables[i]);
        const char *to = part_of_name(taking, &statement->renames[i]);
        return from && to ? tr_arena_printf(&taking->arena, "RENAME TABLE %s TO %s", from, to)
                          : NULL;
    }
    return copy(taking, statement->text);
}

/* CREATE TABLE IF NOT EXISTS and the like may have changed nothing; then there is no table. */
static int put_table(struct taking *taking, size_t i)
{
    const struct tr_mysql_statement *statement = taking->statement;
    const struct tr_mysql_table_name *name = &statement->tables[i];
    bool drop = statement->kind == TR_MYSQL_SQL_DROP_TABLE;
    const char *ddl = own_ddl(taking, i);

    if (statement->renames && statement->renames[i].table.n)
        name = &statement->renames[i];
    const struct tr_table names = {.schema = copy(taking, name->database),
                                   .name = copy(taking, name->table)};
    if (!ddl || !names.schema || !names.name)
        return tr_fail_memory(taking->diag);
    if (!tr_mysql_schema_changes_wants(taking->changes, names.schema, names.name))
        return 0;
    const struct tr_mysql_schema_change change = {
        .database = names.schema,
        .table = taking->table,
        .ddl = tr_slice_of(ddl),
        .type = drop                                           ? "DROP"
                : statement->kind == TR_MYSQL_SQL_CREATE_TABLE ? "CREATE"
                                                               : "ALTER",
        .names = &names,
        .definition =
            drop ? NULL
                 : tr_mysql_definitions_find(taking->definitions, name->database, name->table),
        .comments = taking->changes->context->options->capture.schema_comments ||
                    taking->changes->context->options->kind == TR_KIND_MARIADB,
    };
    return tr_mysql_schema_changes_put(taking->changes, &change, taking->target, taking->diag);
}

/* "a,b": the tables that it names, by their new names. */
static const char *join_tables(struct taking *taking)
{
    const struct tr_mysql_statement *statement = taking->statement;
    const char *text = "";

    for (size_t i = 0; text && i < statement->ntables; i++) {
        const struct tr_mysql_table_name *name = &statement->tables[i];
        if (statement->renames && statement->renames[i].table.n)
            name = &statement->renames[i];
        text = tr_arena_printf(&taking->arena, "%s%s%.*s", text, i ? "," : "", (int)name->table.n,
                               name->table.p);
    }
    return text;
}

static int put_tables(struct taking *taking)
{
    int rc = 0;

    taking->table = join_tables(taking);
    if (!taking->table)
        return tr_fail_memory(taking->diag);
    for (size_t i = 0; !rc && i < taking->statement->ntables; i++)
        rc = put_table(taking, i);
    return rc;
}

/* A statement that changes no table. `table` is what the source block says then. */
static int put_other(struct taking *taking, struct tr_slice database, const char *table)
{
    const struct tr_mysql_schema_change change = {
        .database = copy(taking, database),
        .table = table,
        .ddl = taking->statement->text,
    };
    return change.database
               ? tr_mysql_schema_changes_put(taking->changes, &change, taking->target, taking->diag)
               : tr_fail_memory(taking->diag);
}

static int take(struct taking *taking, struct tr_slice database)
{
    const struct tr_mysql_statement *statement = taking->statement;

    if (tr_mysql_definitions_unchanged(taking->definitions))
        return put_other(taking, database, "");
    switch (statement->kind) {
    case TR_MYSQL_SQL_CREATE_TABLE:
    case TR_MYSQL_SQL_ALTER_TABLE:
    case TR_MYSQL_SQL_DROP_TABLE:
    case TR_MYSQL_SQL_RENAME_TABLE:
        return put_tables(taking);
    case TR_MYSQL_SQL_CREATE_DATABASE:
    case TR_MYSQL_SQL_DROP_DATABASE:
        return put_other(taking, statement->database, NULL);
    case TR_MYSQL_SQL_ALTER_DATABASE:
        return put_other(taking, statement->database, "");
    case TR_MYSQL_SQL_SESSION:
    case TR_MYSQL_SQL_SEQUENCE:
        return put_other(taking, database, "");
    default:
        return 0;
    }
}

int tr_mysql_schema_changes_take(struct tr_mysql_schema_changes *changes,
                                 const struct tr_mysql_statement *statement,
                                 const struct tr_mysql_definitions *definitions,
                                 const struct tr_mysql_schema_target *target, struct tr_diag *diag)
{
    struct taking taking = {
        .changes = changes,
        .statement = statement,
        .definitions = definitions,
        .target = target,
        .diag = diag,
    };

    tr_arena_init(&taking.arena, 4096, 1U << 30);
    int rc = take(&taking, statement->current);
    tr_arena_finish(&taking.arena);
    return rc;
}
