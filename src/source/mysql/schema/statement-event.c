/* The statement of a QUERY event. */
#include <stdlib.h>

#include "source/mysql/statement.h"
#include "source/mysql/types/charset.h"

/* mysql-server sql/system_variables.h, MODE_ANSI_QUOTES; MariaDB's is the same */
#define ANSI_QUOTES 4

/* "9.7.4-1", "10.11.19-MariaDB-…" as executable comments write it: 90704, 101119. */
static uint32_t number_of_version(const char *version)
{
    uint32_t number = 0;

    for (int i = 0; i < 3; i++) {
        char *end;
        number = number * 100 + (uint32_t)(strtoul(version, &end, 10) % 100);
        version = *end == '.' ? end + 1 : end;
    }
    return number;
}

int tr_mysql_statement_of(const struct tr_binlog_query *query,
                          const struct tr_mysql_dialect *dialect, struct tr_arena *arena,
                          struct tr_mysql_statement *ret_statement, struct tr_diag *diag)
{
    const struct tr_mysql_charset *charset =
        query->client_charset ? tr_mysql_charset_of_collation(query->client_charset) : NULL;
    const struct tr_mysql_reading reading = {
        .database = query->schema,
        .ansi_quotes = query->sql_mode & ANSI_QUOTES,
        .mariadb = dialect->mariadb,
        .version = number_of_version(dialect->version),
    };
    struct tr_slice text;

    if (tr_mysql_charset_to_utf8(charset, query->text, arena, &text, diag) < 0)
        return -1;
    return tr_mysql_statement_read(text, &reading, arena, ret_statement, diag);
}
