/* The captured tables: readable, with a key, in an engine that can be snapshot, and with all their
 * changes in the log. */
#include <stdio.h>
#include <strings.h>

#include "source/mysql/check/impl.h"
#include "source/mysql/definitions.h"

#define ARENA_CAP ((size_t)256 << 20)

/* A run over the tables. */
struct looking {
    struct tr_mysql_checking *checking;
    struct tr_arena arena;
    struct tr_mysql_list list;
    size_t captured;
    bool cascades_logged;
};

static const char *table_mend(struct looking *looking, const char *format,
                              const struct tr_mysql_listed *listed)
{
    return tr_arena_printf(&looking->arena, "%s `%s`.`%s`", format, listed->database,
                           listed->table);
}

/* May it be read? >0: no, which is reported. */
static int check_readable(struct looking *looking, const struct tr_mysql_listed *listed)
{
    struct tr_mysql_checking *checking = looking->checking;
    TR_CLEANUP(tr_buf_finish) struct tr_buf sql = {0};

    tr_buf_init(&sql, 4096);
    tr_buf_text(&sql, "SELECT 1 FROM ");
    tr_mysql_quote_table(&sql, listed->database, listed->table);
    tr_buf_text(&sql, " LIMIT 0");
    if (!tr_buf_ok(&sql))
        return tr_fail_memory(checking->diag);
    int rc = tr_mysql_execute(&checking->session, tr_buf_string(&sql), checking->diag);
    if (rc >= 0)
        return rc;
    if (checking->diag->cls != TR_AUTH)
        return checking->diag->cls == TR_NETWORK ? -1 : 1;
    const char *grant = table_mend(looking, "GRANT SELECT ON", listed);
    const char *mend = grant ? tr_arena_printf(&looking->arena, "%s TO '%s';", grant,
                                               checking->context->options->mysql.user)
                             : NULL;
    tr_report_add(checking->report, TR_FINDING_ERROR, mend, "table %s.%s can't be read: %s",
                  listed->database, listed->table, checking->diag->message);
    return 1;
}

static void check_engine(struct looking *looking, const struct tr_mysql_listed *listed,
                         const struct tr_mysql_definition *definition)
{
    static const char *const engines[] = {"MyISAM", "Aria",       "MEMORY",
                                          "CSV",    "MRG_MyISAM", "ARCHIVE"};
    const struct tr_mysql_checking *checking = looking->checking;
    bool extended = checking->context->options->snapshot.locking == TR_LOCKING_EXTENDED;

    for (size_t i = 0; definition->engine && i < TR_COUNT(engines); i++)
        if (strcasecmp(definition->engine, engines[i]) == 0)
            tr_report_add(checking->report, extended ? TR_FINDING_WARNING : TR_FINDING_ERROR,
                          tr_arena_printf(&looking->arena, "ALTER TABLE `%s`.`%s` ENGINE = InnoDB;",
                                          listed->database, listed->table),
                          "table %s.%s has the engine %s, which knows no transactions: no snapshot "
                          "of it is consistent without a lock (snapshot.locking.mode=extended)",
                          listed->database, listed->table, definition->engine);
}

/* Where the server's SQL layer does the cascading (MySQL 9.6 and later), the log has the rows. */
static int cascades_are_logged(struct tr_mysql_checking *checking, bool *ret_logged)
{
    char value[32];
    int rc = tr_mysql_check_variable(checking, "innodb_native_foreign_keys", value, sizeof value);

    *ret_logged = strcasecmp(value, "OFF") == 0;
    return rc;
}

/* One line of SHOW CREATE TABLE. */
static bool line_cascades(const char *line, size_t n)
{
    static const char *const rules[] = {" ON DELETE CASCADE", " ON DELETE SET ",
                                        " ON UPDATE CASCADE", " ON UPDATE SET "};

    if (!memmem(line, n, " FOREIGN KEY (", 14))
        return false;
    for (size_t i = 0; i < TR_COUNT(rules); i++)
        if (memmem(line, n, rules[i], strlen(rules[i])))
            return true;
    return false;
}

/* MariaDB's information_schema tells of foreign keys only to those who may write; SHOW CREATE TABLE
 * tells everybody. */
static int check_cascades(struct looking *looking, const struct tr_table *table)
{
    struct tr_mysql_checking *checking = looking->checking;
    const char *sql;

    if (looking->cascades_logged || !tr_mysql_check_streams(checking))
        return 0;
    int rc =
        tr_mysql_catalog_show(&checking->session, table, &looking->arena, &sql, checking->diag);
    if (rc)
        return rc == TR_MYSQL_MISSING ? 0 : rc;
    for (const char *end; *sql; sql = *end ? end + 1 : end) {
        end = strchrnul(sql, '\n');
        if (line_cascades(sql, (size_t)(end - sql)))
            tr_report_add(
                checking->report, TR_FINDING_WARNING, NULL,
                "table %s.%s: what its foreign key changes is not in the server's log, so "
                "that its topic doesn't show it: %.*s; delete and update such rows in the "
                "application, or by a trigger",
                table->schema, table->name, (int)(end - sql - 2), sql + 2);
    }
    return 0;
}

static int check_table(struct looking *looking, const struct tr_mysql_listed *listed)
{
    struct tr_mysql_checking *checking = looking->checking;
    struct tr_mysql_definition *definition;
    int rc = check_readable(looking, listed);

    looking->captured++;
    if (rc)
        return rc < 0 ? rc : 0;
    rc = tr_mysql_catalog_read(&checking->session, listed->database, listed->table, &definition,
                               checking->diag);
    if (rc == TR_MYSQL_MISSING)
        return 0;
    if (rc < 0 && checking->diag->cls != TR_NETWORK) {
        tr_report_add(checking->report, TR_FINDING_ERROR, NULL, "%s", checking->diag->message);
        return 0;
    }
    if (rc)
        return rc;
    if (!definition->table.nkey)
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "table %s.%s has neither a primary key nor a unique one without NULLs: its "
                      "records have no key, unless message.key.columns gives one",
                      listed->database, listed->table);
    check_engine(looking, listed, definition);
    rc = check_cascades(looking, &definition->table);
    tr_mysql_definition_free(definition);
    return rc;
}

static int look(struct looking *looking)
{
    struct tr_mysql_checking *checking = looking->checking;
    int rc = cascades_are_logged(checking, &looking->cascades_logged);

    if (!rc)
        rc = tr_mysql_catalog_tables(&checking->session, &looking->arena, &looking->list,
                                     checking->diag);

    for (size_t i = 0; !rc && i < looking->list.count; i++)
        if (tr_mysql_wants(checking->capture, looking->list.items[i].database,
                           looking->list.items[i].table))
            rc = check_table(looking, &looking->list.items[i]);
    if (rc)
        return rc;
    if (looking->captured)
        tr_report_add(checking->report, TR_FINDING_OK, NULL, "tables captured: %zu",
                      looking->captured);
    else
        tr_report_add(checking->report, TR_FINDING_WARNING, NULL,
                      "no table is captured yet: see database.include.list, table.include.list "
                      "and what user \"%s\" may see",
                      checking->context->options->mysql.user);
    return 0;
}

int tr_mysql_check_tables(struct tr_mysql_checking *checking)
{
    struct looking looking = {.checking = checking};

    tr_arena_init(&looking.arena, 64U << 10, ARENA_CAP);
    int rc = look(&looking);
    tr_arena_finish(&looking.arena);
    return rc;
}
