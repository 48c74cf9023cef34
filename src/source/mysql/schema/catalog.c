#include "source/mysql/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "source/mysql/mysql-type.h"
#include "source/mysql/schema/default.h"

#define ARENA_CHUNK (8U << 10)
#define ARENA_CAP   (64U << 20)
#define SQL_CAP     (64U << 10)

/* mysqld_error.h of both servers */
#define NO_SUCH_TABLE    1146
#define BAD_DATABASE     1049
#define UNKNOWN_SEQUENCE 4091

static const char table_sql[] =
    "SELECT TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH, TABLE_COLLATION, TABLE_COMMENT"
    " FROM information_schema.TABLES WHERE TABLE_SCHEMA = ";

static const char columns_sql[] =
    "SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, CHARACTER_SET_NAME,"
    " COLLATION_NAME, COLUMN_COMMENT, EXTRA, GENERATION_EXPRESSION"
    " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ";

/* The columns of columns_sql. */
enum {
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_NULLABLE,
    COLUMN_DEFAULT,
    COLUMN_CHARSET,
    COLUMN_COLLATION,
    COLUMN_COMMENT,
    COLUMN_EXTRA,
    COLUMN_EXPRESSION,
};

/* The columns of SHOW INDEX, equal in both servers. */
enum { INDEX_NON_UNIQUE = 1, INDEX_NAME = 2, INDEX_COLUMN = 4, INDEX_NULL = 9, INDEX_FIELDS = 13 };

bool tr_mysql_is_system(struct tr_slice database)
{
    static const char *const names[] = {"mysql", "sys", "information_schema", "performance_schema"};

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (database.n == strlen(names[i]) && strncasecmp(database.p, names[i], database.n) == 0)
            return true;
    return false;
}

struct tr_slice tr_mysql_definition_charset(const struct tr_mysql_definition *definition)
{
    const char *collation = definition->collation ? definition->collation : "";
    return (struct tr_slice){collation, strcspn(collation, "_")};
}

struct tr_mysql_definition *tr_mysql_definition_new(void)
{
    struct tr_mysql_definition *definition = calloc(1, sizeof *definition);

    if (!definition)
        return NULL;
    tr_arena_init(&definition->arena, ARENA_CHUNK, ARENA_CAP);
    definition->references = 1;
    return definition;
}

struct tr_mysql_definition *tr_mysql_definition_share(struct tr_mysql_definition *definition)
{
    definition->references++;
    return definition;
}

void tr_mysql_definition_free(struct tr_mysql_definition *definition)
{
    if (!definition || --definition->references)
        return;
    tr_arena_finish(&definition->arena);
    free(definition);
}

/* A definition in the making, and what it is made of. */
struct making {
    struct tr_mysql_definition *definition;
    const struct tr_mysql_session *session;
    const char *database, *name;
    struct tr_column *columns;
    bool failed; /* no memory */
    struct tr_diag *diag;
};

/* A cell copied into the definition's arena; NULL for NULL. */
static const char *copy(struct making *making, const char *cell)
{
    const char *text = cell ? tr_arena_strdup(&making->definition->arena, tr_slice_of(cell)) : NULL;

    making->failed |= cell && !text;
    return text;
}

static const char *copy_unless_empty(struct making *making, const char *cell)
{
    return cell && *cell ? copy(making, cell) : NULL;
}

/* Run a query of the form "… = 'database' AND TABLE_NAME = 'table' rest". */
static int ask(struct making *making, const char *sql, const char *rest, MYSQL_RES **ret_result)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf text = {0};

    tr_buf_init(&text, SQL_CAP);
    tr_buf_text(&text, sql);
    tr_mysql_quote_literal(&text, making->database);
    tr_buf_text(&text, " AND TABLE_NAME = ");
    tr_mysql_quote_literal(&text, making->name);
    tr_buf_text(&text, rest);
    if (!tr_buf_ok(&text))
        return tr_fail_memory(making->diag);
    return tr_mysql_query(making->session, tr_buf_string(&text), ret_result, making->diag);
}

/* Run a statement that names the table. >0: TR_MYSQL_MISSING. */
static int ask_table(const struct tr_mysql_session *session, const char *verb,
                     const struct tr_table *table, MYSQL_RES **ret_result, struct tr_diag *diag)
{
    TR_CLEANUP(tr_buf_finish) struct tr_buf text = {0};

    tr_buf_init(&text, SQL_CAP);
    tr_buf_text(&text, verb);
    tr_mysql_quote_table(&text, table->schema, table->name);
    if (!tr_buf_ok(&text))
        return tr_fail_memory(diag);
    int rc = tr_mysql_query(session, tr_buf_string(&text), ret_result, diag);
    if (rc >= 0)
        return rc;
    unsigned error = tr_mysql_error(session);
    return error == NO_SUCH_TABLE || error == BAD_DATABASE || error == UNKNOWN_SEQUENCE
               ? TR_MYSQL_MISSING
               : rc;
}

int tr_mysql_catalog_show(const struct tr_mysql_session *session, const struct tr_table *table,
                          struct tr_arena *arena, const char **ret_sql, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = ask_table(session, "SHOW CREATE TABLE ", table, &result, diag);

    if (rc)
        return rc;
    MYSQL_ROW row = mysql_fetch_row(result);
    if (!row || mysql_num_fields(result) != 2 || !row[1])
        return TR_MYSQL_MISSING; /* a view */
    *ret_sql = tr_arena_strdup(arena, tr_slice_of(row[1]));
    return *ret_sql ? 0 : tr_fail_memory(diag);
}

int tr_mysql_catalog_log_end(const struct tr_mysql_session *session,
                             struct tr_mysql_coordinates *ret_end, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = tr_mysql_query(session,
                            session->dialect.binary_log_status ? "SHOW BINARY LOG STATUS"
                                                               : "SHOW MASTER STATUS",
                            &result, diag);

    *ret_end = (struct tr_mysql_coordinates){.pos = 0};
    MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
    if (rc || !row)
        return rc;
    snprintf(ret_end->file, sizeof ret_end->file, "%s", row[0] ? row[0] : "");
    ret_end->pos = (uint64_t)tr_mysql_number(row[1]);
    return 0;
}

/* Wait for a DDL that is in the log and not visible yet. */
static int wait_for_ddl(struct making *making)
{
    const struct tr_table table = {.schema = making->database, .name = making->name};
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;

    return ask_table(making->session, "SHOW CREATE TABLE ", &table, &result, making->diag);
}

static int read_table(struct making *making)
{
    struct tr_mysql_definition *definition = making->definition;
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = ask(making, table_sql, "", &result);

    if (rc)
        return rc;
    MYSQL_ROW row = mysql_fetch_row(result);
    if (!row || !row[0] || strstr(row[0], "VIEW"))
        return TR_MYSQL_MISSING;
    definition->sequence = strcmp(row[0], "SEQUENCE") == 0;
    definition->hidden_period = strcmp(row[0], "SYSTEM VERSIONED") == 0;
    definition->engine = copy(making, row[1]);
    definition->rows = (uint64_t)tr_mysql_number(row[2]);
    definition->bytes = (uint64_t)tr_mysql_number(row[3]);
    definition->collation = copy(making, row[4]);
    definition->comment = copy_unless_empty(making, row[5]);
    definition->table.schema = copy(making, making->database);
    definition->table.name = copy(making, making->name);
    return making->failed ? tr_fail_memory(making->diag) : 0;
}

static bool extra_has(const char *extra, const char *word)
{
    return extra && strcasestr(extra, word);
}

static int read_column(struct making *making, MYSQL_ROW row, struct tr_mysql_attribute *attribute,
                       struct tr_column *column)
{
    struct tr_mysql_definition *definition = making->definition;
    const char *extra = row[COLUMN_EXTRA];
    const struct tr_mysql_type *type;

    *attribute = (struct tr_mysql_attribute){
        .spelling = copy(making, row[COLUMN_TYPE]),
        .charset = copy(making, row[COLUMN_CHARSET]),
        .collation = copy(making, row[COLUMN_COLLATION]),
        .comment = copy_unless_empty(making, row[COLUMN_COMMENT]),
        .auto_increment = extra_has(extra, "auto_increment"),
        .on_update = extra_has(extra, "on update"),
        .generated = extra_has(extra, "VIRTUAL GENERATED") || extra_has(extra, "STORED GENERATED"),
        .invisible = extra_has(extra, "INVISIBLE"),
    };
    *column = (struct tr_column){
        .name = copy(making, row[COLUMN_NAME]),
        .optional = row[COLUMN_NULLABLE] && strcmp(row[COLUMN_NULLABLE], "YES") == 0,
        .identity = true,
    };
    if (making->failed)
        return tr_fail_memory(making->diag);
    if (row[COLUMN_EXPRESSION] && strncmp(row[COLUMN_EXPRESSION], "ROW ", 4) == 0)
        definition->hidden_period = false; /* the period's columns are there to see */
    if (attribute->generated || !row[COLUMN_DEFAULT])
        return 0;
    if (making->session->dialect.mariadb) { /* which says it as SHOW CREATE TABLE does */
        column->default_text = copy(making, row[COLUMN_DEFAULT]);
        return making->failed ? tr_fail_memory(making->diag) : 0;
    }
    if (tr_mysql_type_parse(attribute->spelling, attribute->charset, &definition->arena, &type,
                            making->diag) < 0)
        return -1;
    column->default_text =
        tr_mysql_default_text(type, row[COLUMN_DEFAULT], extra, &definition->arena);
    return column->default_text ? 0 : tr_fail_memory(making->diag);
}

static int read_columns(struct making *making)
{
    struct tr_mysql_definition *definition = making->definition;
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = ask(making, columns_sql, " ORDER BY ORDINAL_POSITION", &result);

    if (rc)
        return rc;
    size_t n = (size_t)mysql_num_rows(result);
    if (n == 0) /* dropped between two of the statements */
        return TR_MYSQL_MISSING;
    struct tr_mysql_attribute *attributes =
        tr_arena_zalloc(&definition->arena, n, sizeof *attributes);
    making->columns = tr_arena_zalloc(&definition->arena, n, sizeof *making->columns);
    if (!attributes || !making->columns)
        return tr_fail_memory(making->diag);
    definition->attributes = attributes;
    definition->table.columns = making->columns;
    definition->table.ncolumns = n;
    for (size_t i = 0; i < n; i++)
        if (read_column(making, mysql_fetch_row(result), &attributes[i], &making->columns[i]) < 0)
            return -1;
    return tr_mysql_mend_defaults(making->session, definition, making->columns, making->diag);
}

/* The columns of the first index that serves as a key, in the arena. */
static size_t choose_key(struct making *making, MYSQL_RES *result, const char **key)
{
    char name[3 * 64 + 1] = "";
    size_t n = 0;
    bool good = false;
    MYSQL_ROW row;

    while ((row = mysql_fetch_row(result))) {
        if (strcmp(row[INDEX_NAME], name) != 0) {
            if (good)
                break;
            snprintf(name, sizeof name, "%s", row[INDEX_NAME]);
            good = strcmp(row[INDEX_NON_UNIQUE], "0") == 0;
            n = 0;
        }
        /* an expression has no column's name */
        good = good && row[INDEX_COLUMN] && (!row[INDEX_NULL] || !*row[INDEX_NULL]);
        if (good)
            key[n++] = copy(making, row[INDEX_COLUMN]);
    }
    making->definition->primary = good && strcmp(name, "PRIMARY") == 0;
    return good ? n : 0;
}

static int read_key(struct making *making, const char ***ret_key, size_t *ret_nkey)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    int rc = ask_table(making->session, "SHOW INDEX FROM ", &making->definition->table, &result,
                       making->diag);

    if (rc)
        return rc;
    if (mysql_num_fields(result) < INDEX_FIELDS)
        return tr_fail_bug(making->diag, "SHOW INDEX has another form");
    *ret_key = tr_arena_zalloc(&making->definition->arena, (size_t)mysql_num_rows(result),
                               sizeof **ret_key);
    if (!*ret_key)
        return tr_fail_memory(making->diag);
    *ret_nkey = choose_key(making, result, *ret_key);
    return making->failed ? tr_fail_memory(making->diag) : 0;
}

static bool place_of(const struct tr_table *table, const char *name, unsigned *ret_place)
{
    for (size_t i = 0; i < table->ncolumns; i++)
        if (strcasecmp(table->columns[i].name, name) == 0) {
            *ret_place = (unsigned)i;
            return true;
        }
    return false;
}

int tr_mysql_definition_complete(struct tr_mysql_definition *definition, struct tr_column *columns,
                                 const char *const *key, size_t nkey, struct tr_diag *diag)
{
    struct tr_table *table = &definition->table;
    unsigned *places = tr_arena_zalloc(&definition->arena, nkey, sizeof *places);

    if (!places)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < table->ncolumns; i++) {
        const struct tr_mysql_type *type;
        if (tr_mysql_type_parse(definition->attributes[i].spelling,
                                definition->attributes[i].charset, &definition->arena, &type,
                                diag) < 0)
            return tr_fail_in(diag, "column %s of table %s.%s", columns[i].name, table->schema,
                              table->name);
        tr_mysql_type_describe(type, &columns[i]);
        columns[i].comment = definition->attributes[i].comment;
    }
    for (size_t i = 0; i < nkey; i++)
        if (!place_of(table, key[i], &places[i]))
            return tr_fail(diag, TR_SCHEMA, TR_RETRY,
                           "table %s.%s was altered while its definition was read", table->schema,
                           table->name);
    table->key = places;
    table->nkey = nkey;
    return 0;
}

static int read_all(struct making *making)
{
    const char **key = NULL;
    size_t nkey = 0;
    int rc = wait_for_ddl(making);

    if (!rc)
        rc = read_table(making);
    if (!rc)
        rc = read_columns(making);
    if (!rc)
        rc = read_key(making, &key, &nkey);
    if (!rc)
        rc = tr_mysql_catalog_log_end(making->session, &making->definition->read, making->diag);
    if (rc)
        return rc;
    return tr_mysql_definition_complete(making->definition, making->columns, key, nkey,
                                        making->diag);
}

int tr_mysql_catalog_read(const struct tr_mysql_session *session, const char *database,
                          const char *table, struct tr_mysql_definition **ret_definition,
                          struct tr_diag *diag)
{
    struct tr_mysql_definition *definition = tr_mysql_definition_new();
    struct making making = {
        .definition = definition,
        .session = session,
        .database = database,
        .name = table,
        .diag = diag,
    };

    if (!definition)
        return tr_fail_memory(diag);
    int rc = read_all(&making);
    if (rc)
        tr_mysql_definition_free(definition);
    else
        *ret_definition = definition;
    return rc;
}

static int compare_listed(const void *a, const void *b)
{
    const struct tr_mysql_listed *x = a, *y = b;
    int order = strcmp(x->database, y->database);
    return order ? order : strcmp(x->table, y->table);
}

int tr_mysql_catalog_tables(const struct tr_mysql_session *session, struct tr_arena *arena,
                            struct tr_mysql_list *ret_list, struct tr_diag *diag)
{
    TR_CLEANUP(tr_mysql_clear) MYSQL_RES *result = NULL;
    MYSQL_ROW row;
    int rc = tr_mysql_query(session,
                            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
                            " WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')",
                            &result, diag);

    if (rc)
        return rc;
    *ret_list = (struct tr_mysql_list){
        tr_arena_zalloc(arena, (size_t)mysql_num_rows(result), sizeof *ret_list->items), 0};
    if (!ret_list->items)
        return tr_fail_memory(diag);
    while ((row = mysql_fetch_row(result))) {
        struct tr_mysql_listed *listed = &ret_list->items[ret_list->count];
        if (tr_mysql_is_system(tr_slice_of(row[0])))
            continue;
        listed->database = tr_arena_strdup(arena, tr_slice_of(row[0]));
        listed->table = tr_arena_strdup(arena, tr_slice_of(row[1]));
        if (!listed->database || !listed->table)
            return tr_fail_memory(diag);
        ret_list->count++;
    }
    qsort(ret_list->items, ret_list->count, sizeof *ret_list->items, compare_listed);
    return 0;
}
