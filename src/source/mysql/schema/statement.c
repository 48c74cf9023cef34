/* A reader of words: it knows how the servers take a text apart, and only the begin of each
 * statement's grammar. */
#include "source/mysql/statement.h"

#include <strings.h>

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,   /* a keyword, name or number without quotes */
    TOKEN_NAME,   /* a quoted name */
    TOKEN_STRING, /* a literal */
    TOKEN_SIGN,   /* any other character */
};

struct token {
    enum token_kind kind;
    struct tr_slice text; /* with its quotes */
    char sign;            /* of a TOKEN_SIGN */
};

struct reader {
    const struct tr_mysql_reading *reading;
    struct tr_arena *arena;
    struct tr_mysql_statement *statement;
    const char *begin, *p, *end;
    bool in_comment; /* in an executable one: its end is no token */
    struct token token;
    struct tr_mysql_table_name *tables, *renames;
    size_t room;
    bool failed; /* no memory */
};

static bool is_word_byte(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '$' || c >= 0x80;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool starts(const struct reader *reader, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(reader->end - reader->p) >= n && memcmp(reader->p, text, n) == 0;
}

/* Is the executable comment of this version code for the server? MariaDB doesn't run what asks for
 * MySQL 5.7 or later, unless the comment says M. Facts: both servers' sql/sql_lex.cc. */
static bool is_run(const struct reader *reader, uint32_t version, bool mariadb_only)
{
    const struct tr_mysql_reading *reading = reader->reading;

    if (mariadb_only && !reading->mariadb)
        return false;
    if (reading->mariadb && !mariadb_only && version >= 50700 && version <= 99999)
        return false;
    return version <= reading->version;
}

static void skip_comment(struct reader *reader)
{
    const char *end = memmem(reader->p + 2, (size_t)(reader->end - reader->p) - 2, "*/", 2);
    reader->p = end ? end + 2 : reader->end;
}

/* At "/ *": skip it, or step into it. Comments may stand in the skipped code of another one. */
static void take_comment(struct reader *reader)
{
    bool mariadb_only = starts(reader, "/*M!");
    uint32_t version = 0;
    int digits = 0;

    if (!mariadb_only && !starts(reader, "/*!")) {
        skip_comment(reader);
        return;
    }
    const char *p = reader->p + (mariadb_only ? 4 : 3);
    for (; digits < 6 && p < reader->end && *p >= '0' && *p <= '9'; digits++)
        version = version * 10 + (uint32_t)(*p++ - '0');
    if (is_run(reader, version, mariadb_only)) {
        reader->p = p;
        reader->in_comment = true;
        return;
    }
    for (reader->p = p; reader->p < reader->end && !starts(reader, "*/");) {
        if (starts(reader, "/*"))
            skip_comment(reader);
        else
            reader->p++;
    }
    reader->p = starts(reader, "*/") ? reader->p + 2 : reader->end;
}

static void skip_line(struct reader *reader)
{
    const char *end = memchr(reader->p, '\n', (size_t)(reader->end - reader->p));
    reader->p = end ? end + 1 : reader->end;
}

static bool is_line_comment(const struct reader *reader)
{
    if (*reader->p == '#')
        return true;
    return starts(reader, "--") &&
           (reader->end - reader->p == 2 || (unsigned char)reader->p[2] <= ' ');
}

/* Blanks and comments. */
static void skip_space(struct reader *reader)
{
    while (reader->p < reader->end) {
        if (is_space(*reader->p)) {
            reader->p++;
        } else if (starts(reader, "/*")) {
            take_comment(reader);
        } else if (reader->in_comment && starts(reader, "*/")) {
            reader->in_comment = false;
            reader->p += 2;
        } else if (is_line_comment(reader)) {
            skip_line(reader);
        } else {
            return;
        }
    }
}

/* From an opening quote to behind the closing one; a doubled one is part of the text. */
static void take_quoted(struct reader *reader, bool escapes)
{
    char quote = *reader->p++;

    while (reader->p < reader->end) {
        char c = *reader->p++;
        if (escapes && c == '\\' && reader->p < reader->end)
            reader->p++;
        else if (c == quote && (reader->p == reader->end || *reader->p != quote))
            return;
        else if (c == quote)
            reader->p++;
    }
}

/* The next token. */
static void next(struct reader *reader)
{
    struct token *token = &reader->token;

    skip_space(reader);
    const char *from = reader->p;
    *token = (struct token){.kind = TOKEN_END, .text = {from, 0}};
    if (from == reader->end)
        return;
    bool name = *from == '`' || (*from == '"' && reader->reading->ansi_quotes);
    if (name || *from == '\'' || *from == '"') {
        token->kind = name ? TOKEN_NAME : TOKEN_STRING;
        take_quoted(reader, !name);
    } else if (is_word_byte((unsigned char)*from)) {
        token->kind = TOKEN_WORD;
        while (reader->p < reader->end && is_word_byte((unsigned char)*reader->p))
            reader->p++;
    } else {
        token->kind = TOKEN_SIGN;
        token->sign = *reader->p++;
    }
    token->text.n = (size_t)(reader->p - from);
}

static bool at(const struct reader *reader, const char *word)
{
    const struct token *token = &reader->token;
    return token->kind == TOKEN_WORD && token->text.n == strlen(word) &&
           strncasecmp(token->text.p, word, token->text.n) == 0;
}

static bool at_any(const struct reader *reader, const char *const *words)
{
    for (; *words; words++)
        if (at(reader, *words))
            return true;
    return false;
}

static bool at_sign(const struct reader *reader, char sign)
{
    return reader->token.kind == TOKEN_SIGN && reader->token.sign == sign;
}

/* Take the word if it stands here. */
static bool accept(struct reader *reader, const char *word)
{
    bool there = at(reader, word);
    if (there)
        next(reader);
    return there;
}

static bool accept_sign(struct reader *reader, char sign)
{
    bool there = at_sign(reader, sign);
    if (there)
        next(reader);
    return there;
}

static void accept_all(struct reader *reader, const char *const *words)
{
    while (at_any(reader, words))
        next(reader);
}

/* IF EXISTS, IF NOT EXISTS */
static void accept_exists(struct reader *reader)
{
    if (!accept(reader, "IF"))
        return;
    (void)accept(reader, "NOT");
    reader->statement->exists = accept(reader, "EXISTS");
}

static struct tr_slice unquote(struct reader *reader, struct tr_slice text)
{
    char quote = text.p[0];
    size_t n = 0;
    struct tr_slice inner = {text.p + 1, text.n - (text.n > 1 ? 2 : 1)};

    if (!memchr(inner.p, quote, inner.n))
        return inner;
    char *copy = tr_arena_alloc(reader->arena, inner.n);
    if (!copy) {
        reader->failed = true;
        return inner;
    }
    for (size_t i = 0; i < inner.n; i++) {
        copy[n++] = inner.p[i];
        if (inner.p[i] == quote)
            i++;
    }
    return (struct tr_slice){copy, n};
}

/* One part of a name; false: no name stands here. */
static bool take_part(struct reader *reader, struct tr_slice *ret_part)
{
    const struct token *token = &reader->token;

    if (token->kind == TOKEN_WORD)
        *ret_part = token->text;
    else if (token->kind == TOKEN_NAME)
        *ret_part = unquote(reader, token->text);
    else
        return false;
    next(reader);
    return true;
}

static bool take_name(struct reader *reader, struct tr_mysql_table_name *ret_name)
{
    ret_name->database = reader->reading->database;
    if (!take_part(reader, &ret_name->table))
        return false;
    if (!accept_sign(reader, '.'))
        return true;
    ret_name->database = ret_name->table;
    return take_part(reader, &ret_name->table);
}

static bool grow(struct reader *reader)
{
    size_t n = reader->statement->ntables, room = reader->room ? 2 * reader->room : 4;

    if (n < reader->room)
        return true;
    struct tr_mysql_table_name *tables = tr_arena_zalloc(reader->arena, room, sizeof *tables);
    struct tr_mysql_table_name *renames = tr_arena_zalloc(reader->arena, room, sizeof *renames);
    if (!tables || !renames) {
        reader->failed = true;
        return false;
    }
    if (n) {
        memcpy(tables, reader->tables, n * sizeof *tables);
        memcpy(renames, reader->renames, n * sizeof *renames);
    }
    reader->tables = tables;
    reader->renames = renames;
    reader->room = room;
    reader->statement->tables = tables;
    if (reader->statement->renames)
        reader->statement->renames = renames;
    return true;
}

/* A table's name that stands here; false: there is none. */
static bool take_table(struct reader *reader)
{
    struct tr_mysql_table_name name;

    if (!take_name(reader, &name) || !grow(reader))
        return false;
    reader->tables[reader->statement->ntables++] = name;
    return true;
}

/* The new name of the given table. */
static bool take_rename(struct reader *reader, size_t place)
{
    if (place >= reader->statement->ntables || !take_name(reader, &reader->renames[place]))
        return false;
    reader->statement->renames = reader->renames;
    return true;
}

static void skip_to_sign(struct reader *reader, char sign)
{
    int depth = 0;

    while (reader->token.kind != TOKEN_END && !(depth == 0 && at_sign(reader, sign))) {
        depth += at_sign(reader, '(') - at_sign(reader, ')');
        next(reader);
    }
}

/* What a statement of this kind is: without the names that belong to it, it is not understood. */
static enum tr_mysql_statement_kind named(bool complete, enum tr_mysql_statement_kind kind)
{
    return complete ? kind : TR_MYSQL_SQL_UNKNOWN;
}

/* name [, name] … */
static bool take_tables(struct reader *reader)
{
    do {
        if (!take_table(reader))
            return false;
    } while (accept_sign(reader, ','));
    return true;
}

/* … START TRANSACTION at the end: MySQL's CREATE TABLE … SELECT. */
static bool ends_in_begin(struct reader *reader)
{
    bool start = false;

    while (reader->token.kind != TOKEN_END) {
        bool word = at(reader, "START");
        next(reader);
        if (word && at(reader, "TRANSACTION")) {
            next(reader);
            start = reader->token.kind == TOKEN_END;
        }
    }
    return start;
}

static enum tr_mysql_statement_kind create_table(struct reader *reader, bool temporary)
{
    accept_exists(reader);
    if (!take_table(reader))
        return TR_MYSQL_SQL_UNKNOWN;
    reader->statement->begins = ends_in_begin(reader);
    return temporary && !reader->statement->begins ? TR_MYSQL_SQL_HARMLESS
                                                   : TR_MYSQL_SQL_CREATE_TABLE;
}

/* INDEX name … ON table */
static enum tr_mysql_statement_kind index_of_table(struct reader *reader)
{
    while (reader->token.kind != TOKEN_END && !accept(reader, "ON"))
        next(reader);
    return named(take_table(reader), TR_MYSQL_SQL_ALTER_TABLE);
}

/* [IF EXISTS] [name]; without a name it is the default database. */
static void take_database(struct reader *reader)
{
    static const char *const options[] = {"DEFAULT", "CHARACTER",  "CHARSET",
                                          "COLLATE", "ENCRYPTION", "READ",
                                          "COMMENT", "UPGRADE",    NULL};

    accept_exists(reader);
    if (!at_any(reader, options))
        (void)take_part(reader, &reader->statement->database);
}

static enum tr_mysql_statement_kind create(struct reader *reader)
{
    static const char *const index_words[] = {"UNIQUE",  "FULLTEXT", "SPATIAL", "ONLINE",
                                              "OFFLINE", "VECTOR",   NULL};

    next(reader);
    if (accept(reader, "OR"))
        (void)accept(reader, "REPLACE");
    bool temporary = accept(reader, "TEMPORARY");
    if (accept(reader, "TABLE"))
        return create_table(reader, temporary);
    if (accept(reader, "SEQUENCE"))
        return temporary ? TR_MYSQL_SQL_HARMLESS : TR_MYSQL_SQL_SEQUENCE;
    if (accept(reader, "DATABASE") || accept(reader, "SCHEMA")) {
        take_database(reader);
        return named(reader->statement->database.n > 0, TR_MYSQL_SQL_CREATE_DATABASE);
    }
    accept_all(reader, index_words);
    return at(reader, "INDEX") ? index_of_table(reader) : TR_MYSQL_SQL_HARMLESS;
}

/* Clauses that take rows out of a table, or bring them, without row events. */
static bool moves_rows(const struct reader *reader)
{
    static const char *const words[] = {"EXCHANGE", "TRUNCATE", "DISCARD", "IMPORT", NULL};
    return at_any(reader, words);
}

/* One clause of ALTER TABLE, up to its comma. */
static bool alter_clause(struct reader *reader)
{
    static const char *const others[] = {"COLUMN", "INDEX", "KEY", NULL};
    bool convert = at(reader, "CONVERT") || at(reader, "EXCHANGE"), drop = at(reader, "DROP");

    reader->statement->moves |= moves_rows(reader);
    if (accept(reader, "RENAME")) {
        if (!at_any(reader, others)) {
            if (!accept(reader, "TO") && !accept(reader, "AS"))
                (void)accept_sign(reader, '=');
            return take_rename(reader, 0);
        }
    } else if (convert || drop) {
        next(reader);
        reader->statement->moves |= at(reader, "PARTITION") || (convert && at(reader, "TABLE"));
        if (convert && at(reader, "PARTITION")) /* … p WITH TABLE t, … p TO TABLE t */
            while (reader->token.kind != TOKEN_END && !at(reader, "TABLE"))
                next(reader);
        if (convert && accept(reader, "TABLE") && !take_table(reader))
            return false;
    }
    skip_to_sign(reader, ',');
    return true;
}

static enum tr_mysql_statement_kind alter_table(struct reader *reader)
{
    accept_exists(reader);
    if (!take_table(reader))
        return TR_MYSQL_SQL_UNKNOWN;
    if (accept(reader, "WAIT"))
        next(reader);
    else
        (void)accept(reader, "NOWAIT");
    do {
        if (!alter_clause(reader))
            return TR_MYSQL_SQL_UNKNOWN;
    } while (accept_sign(reader, ','));
    return TR_MYSQL_SQL_ALTER_TABLE;
}

static enum tr_mysql_statement_kind alter(struct reader *reader)
{
    static const char *const words[] = {"ONLINE", "OFFLINE", "IGNORE", NULL};

    next(reader);
    accept_all(reader, words);
    if (accept(reader, "TABLE"))
        return alter_table(reader);
    if (accept(reader, "SEQUENCE"))
        return TR_MYSQL_SQL_SEQUENCE;
    if (!accept(reader, "DATABASE") && !accept(reader, "SCHEMA"))
        return TR_MYSQL_SQL_HARMLESS;
    take_database(reader);
    if (!reader->statement->database.n)
        reader->statement->database = reader->reading->database;
    return TR_MYSQL_SQL_ALTER_DATABASE;
}

static enum tr_mysql_statement_kind drop(struct reader *reader)
{
    next(reader);
    bool temporary = accept(reader, "TEMPORARY");
    if (accept(reader, "TABLE") || accept(reader, "TABLES")) {
        accept_exists(reader);
        return temporary ? TR_MYSQL_SQL_HARMLESS
                         : named(take_tables(reader), TR_MYSQL_SQL_DROP_TABLE);
    }
    if (accept(reader, "SEQUENCE"))
        return TR_MYSQL_SQL_SEQUENCE;
    if (accept(reader, "DATABASE") || accept(reader, "SCHEMA")) {
        take_database(reader);
        return named(reader->statement->database.n > 0, TR_MYSQL_SQL_DROP_DATABASE);
    }
    (void)(accept(reader, "ONLINE") || accept(reader, "OFFLINE"));
    return at(reader, "INDEX") ? index_of_table(reader) : TR_MYSQL_SQL_HARMLESS;
}

static enum tr_mysql_statement_kind rename_tables(struct reader *reader)
{
    next(reader);
    if (!accept(reader, "TABLE") && !accept(reader, "TABLES"))
        return at(reader, "USER") ? TR_MYSQL_SQL_HARMLESS : TR_MYSQL_SQL_UNKNOWN;
    accept_exists(reader);
    do {
        if (!take_table(reader))
            return TR_MYSQL_SQL_UNKNOWN;
        if (accept(reader, "WAIT"))
            next(reader);
        else
            (void)accept(reader, "NOWAIT");
        if (!accept(reader, "TO") || !take_rename(reader, reader->statement->ntables - 1))
            return TR_MYSQL_SQL_UNKNOWN;
    } while (accept_sign(reader, ','));
    return TR_MYSQL_SQL_RENAME_TABLE;
}

static enum tr_mysql_statement_kind truncate_table(struct reader *reader)
{
    next(reader);
    (void)accept(reader, "TABLE");
    return named(take_table(reader), TR_MYSQL_SQL_TRUNCATE_TABLE);
}

static enum tr_mysql_statement_kind rollback(struct reader *reader)
{
    next(reader);
    (void)accept(reader, "WORK");
    return at(reader, "TO") ? TR_MYSQL_SQL_ROLLBACK_TO : TR_MYSQL_SQL_ROLLBACK;
}

static enum tr_mysql_statement_kind start(struct reader *reader)
{
    next(reader);
    return at(reader, "TRANSACTION") ? TR_MYSQL_SQL_BEGIN
                                     : TR_MYSQL_SQL_HARMLESS; /* START REPLICA … */
}

static enum tr_mysql_statement_kind xa(struct reader *reader)
{
    static const struct {
        const char *word;
        enum tr_mysql_statement_kind kind;
    } verbs[] = {
        {"START", TR_MYSQL_SQL_XA_START},   {"BEGIN", TR_MYSQL_SQL_XA_START},
        {"END", TR_MYSQL_SQL_XA_END},       {"PREPARE", TR_MYSQL_SQL_XA_PREPARE},
        {"COMMIT", TR_MYSQL_SQL_XA_COMMIT}, {"ROLLBACK", TR_MYSQL_SQL_XA_ROLLBACK},
    };
    struct tr_slice *xid = &reader->statement->xid;

    next(reader);
    for (size_t i = 0; i < TR_COUNT(verbs); i++) {
        if (!accept(reader, verbs[i].word))
            continue;
        xid->p = reader->token.text.p;
        while (reader->token.kind != TOKEN_END && !at(reader, "ONE")) {
            xid->n = (size_t)(reader->p - xid->p);
            next(reader);
        }
        return verbs[i].kind;
    }
    return TR_MYSQL_SQL_UNKNOWN;
}

/* The one table that INSERT, REPLACE, UPDATE or DELETE names first, where nothing says that there
 * are more. */
static enum tr_mysql_statement_kind rows(struct reader *reader)
{
    static const char *const words[] = {
        "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "QUICK", "IGNORE", "INTO", NULL};
    bool update = at(reader, "UPDATE"), delete = at(reader, "DELETE");

    next(reader);
    accept_all(reader, words);
    bool from = accept(reader, "FROM");
    if (!take_table(reader) || at_sign(reader, ',') || (update && !at(reader, "SET")) ||
        (delete &&(!from || at(reader, "USING") || at_sign(reader, '.'))))
        reader->statement->ntables = 0;
    return TR_MYSQL_SQL_ROWS;
}

static enum tr_mysql_statement_kind other_rows(struct reader *reader)
{
    (void)reader;
    return TR_MYSQL_SQL_ROWS;
}

/* LOAD INDEX INTO CACHE is the one that doesn't. */
static enum tr_mysql_statement_kind load(struct reader *reader)
{
    next(reader);
    return at(reader, "INDEX") ? TR_MYSQL_SQL_HARMLESS : TR_MYSQL_SQL_ROWS;
}

/* MariaDB's ANALYZE runs the statement behind it. */
static enum tr_mysql_statement_kind analyze(struct reader *reader)
{
    static const char *const words[] = {"NO_WRITE_TO_BINLOG", "LOCAL", NULL};

    next(reader);
    accept_all(reader, words);
    return at(reader, "TABLE") || at(reader, "TABLES") ? TR_MYSQL_SQL_HARMLESS : TR_MYSQL_SQL_ROWS;
}

static enum tr_mysql_statement_kind read_kind(struct reader *reader);

/* SET STATEMENT variable = value, … FOR statement (MariaDB) runs that. */
static enum tr_mysql_statement_kind set(struct reader *reader)
{
    static const char *const accounts[] = {"PASSWORD", "ROLE", "DEFAULT", "RESOURCE", NULL};

    next(reader);
    if (at_any(reader, accounts))
        return TR_MYSQL_SQL_HARMLESS;
    if (!accept(reader, "STATEMENT"))
        return TR_MYSQL_SQL_SESSION;
    while (reader->token.kind != TOKEN_END && !at(reader, "FOR"))
        next(reader);
    next(reader);
    if (at(reader, "SET")) /* the grammar has no second one, and we no recursion */
        return TR_MYSQL_SQL_UNKNOWN;
    return read_kind(reader);
}

struct verb {
    const char *word;
    enum tr_mysql_statement_kind kind; /* where the word alone tells */
    enum tr_mysql_statement_kind (*read)(struct reader *reader);
};

static const struct verb verbs[] = {
    {"BEGIN", TR_MYSQL_SQL_BEGIN, NULL},
    {"COMMIT", TR_MYSQL_SQL_COMMIT, NULL},
    {"ROLLBACK", TR_MYSQL_SQL_UNKNOWN, rollback},
    {"START", TR_MYSQL_SQL_UNKNOWN, start},
    {"SAVEPOINT", TR_MYSQL_SQL_SAVEPOINT, NULL},
    {"RELEASE", TR_MYSQL_SQL_SAVEPOINT, NULL},
    {"XA", TR_MYSQL_SQL_UNKNOWN, xa},
    {"CREATE", TR_MYSQL_SQL_UNKNOWN, create},
    {"ALTER", TR_MYSQL_SQL_UNKNOWN, alter},
    {"DROP", TR_MYSQL_SQL_UNKNOWN, drop},
    {"RENAME", TR_MYSQL_SQL_UNKNOWN, rename_tables},
    {"TRUNCATE", TR_MYSQL_SQL_UNKNOWN, truncate_table},
    {"INSERT", TR_MYSQL_SQL_UNKNOWN, rows},
    {"REPLACE", TR_MYSQL_SQL_UNKNOWN, rows},
    {"UPDATE", TR_MYSQL_SQL_UNKNOWN, rows},
    {"DELETE", TR_MYSQL_SQL_UNKNOWN, rows},
    {"LOAD", TR_MYSQL_SQL_UNKNOWN, load},
    {"WITH", TR_MYSQL_SQL_UNKNOWN, other_rows},
    {"SELECT", TR_MYSQL_SQL_UNKNOWN, other_rows}, /* of a function that writes */
    {"VALUES", TR_MYSQL_SQL_UNKNOWN, other_rows},
    {"CALL", TR_MYSQL_SQL_UNKNOWN, other_rows},
    {"DO", TR_MYSQL_SQL_UNKNOWN, other_rows},
    {"ANALYZE", TR_MYSQL_SQL_UNKNOWN, analyze},
    {"SET", TR_MYSQL_SQL_UNKNOWN, set},
    {"USE", TR_MYSQL_SQL_SESSION, NULL},
    {"FLUSH", TR_MYSQL_SQL_SESSION, NULL},
    {"OPTIMIZE", TR_MYSQL_SQL_HARMLESS, NULL},
    {"REPAIR", TR_MYSQL_SQL_HARMLESS, NULL},
    {"CHECK", TR_MYSQL_SQL_HARMLESS, NULL},
    {"CHECKSUM", TR_MYSQL_SQL_HARMLESS, NULL},
    {"CACHE", TR_MYSQL_SQL_HARMLESS, NULL},
    {"GRANT", TR_MYSQL_SQL_HARMLESS, NULL},
    {"REVOKE", TR_MYSQL_SQL_HARMLESS, NULL},
    {"INSTALL", TR_MYSQL_SQL_HARMLESS, NULL},
    {"UNINSTALL", TR_MYSQL_SQL_HARMLESS, NULL},
    {"LOCK", TR_MYSQL_SQL_HARMLESS, NULL},
    {"UNLOCK", TR_MYSQL_SQL_HARMLESS, NULL},
    {"BACKUP", TR_MYSQL_SQL_HARMLESS, NULL},
    {"RESET", TR_MYSQL_SQL_HARMLESS, NULL},
    {"PURGE", TR_MYSQL_SQL_HARMLESS, NULL},
    {"CHANGE", TR_MYSQL_SQL_HARMLESS, NULL},
    {"STOP", TR_MYSQL_SQL_HARMLESS, NULL},
    {"KILL", TR_MYSQL_SQL_HARMLESS, NULL},
    {"SHUTDOWN", TR_MYSQL_SQL_HARMLESS, NULL},
};

static enum tr_mysql_statement_kind read_kind(struct reader *reader)
{
    if (at_sign(reader, '('))
        return TR_MYSQL_SQL_ROWS;
    for (size_t i = 0; i < TR_COUNT(verbs); i++)
        if (at(reader, verbs[i].word))
            return verbs[i].read ? verbs[i].read(reader) : verbs[i].kind;
    return TR_MYSQL_SQL_UNKNOWN;
}

/* The statement, where an executable comment encloses all of it: what stands inside. */
static struct tr_slice find_text(const struct reader *reader)
{
    struct tr_slice all = {reader->begin, (size_t)(reader->end - reader->begin)};
    const char *from = reader->token.text.p, *to;

    if (!reader->in_comment)
        return all;
    to = memmem(from, (size_t)(reader->end - from), "*/", 2);
    for (const char *p = to ? to + 2 : NULL; p && p < reader->end; p++)
        if (!is_space(*p) && *p != ';')
            return all;
    while (to && to > from && is_space(to[-1]))
        to--;
    return to ? (struct tr_slice){from, (size_t)(to - from)} : all;
}

int tr_mysql_statement_read(struct tr_slice text, const struct tr_mysql_reading *reading,
                            struct tr_arena *arena, struct tr_mysql_statement *ret_statement,
                            struct tr_diag *diag)
{
    struct reader reader = {
        .reading = reading,
        .arena = arena,
        .statement = ret_statement,
        .begin = text.p,
        .p = text.p,
        .end = text.p + text.n,
    };

    *ret_statement = (struct tr_mysql_statement){
        .database = {"", 0}, .current = reading->database, .xid = {"", 0}};
    next(&reader);
    ret_statement->text = find_text(&reader);
    ret_statement->kind = read_kind(&reader);
    return reader.failed ? tr_fail_memory(diag) : 0;
}
