/* Whatever stands in a QUERY event: a kind, and names that are there. */
#include "source/mysql/statement.h"

#include "fuzz.h"

static void check_name(const struct tr_mysql_table_name *name)
{
    FUZZ_CHECK(name->database.p && name->table.p);
    FUZZ_CHECK(name->database.n + name->table.n < ((size_t)1 << 30));
}

/* The first byte says how it is read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_mysql_statement statement;
    struct tr_arena arena;
    struct tr_diag diag;

    if (size < 1)
        return 0;
    const struct tr_mysql_reading reading = {
        .database = {"inv", data[0] & 1 ? 3 : 0},
        .ansi_quotes = data[0] & 2,
        .mariadb = data[0] & 4,
        .version = data[0] & 4 ? 101119 : 90704,
    };
    struct tr_slice text = {(const char *)data + 1, size - 1};
    tr_arena_init(&arena, 4096, 64 << 20);
    if (tr_mysql_statement_read(text, &reading, &arena, &statement, &diag) == 0) {
        FUZZ_CHECK(statement.text.p >= text.p && statement.text.n <= text.n);
        for (size_t i = 0; i < statement.ntables; i++) {
            check_name(&statement.tables[i]);
            if (statement.renames && statement.renames[i].table.p)
                check_name(&statement.renames[i]);
        }
    }
    tr_arena_finish(&arena);
    return 0;
}
