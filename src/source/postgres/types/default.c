/*
 * Default expressions, as pg_get_expr prints them:
 *
 *   expression = operand { "||" operand }
 *   operand    = ( "(" expression ")" | literal | call ) { "::" type }
 *   literal    = [ "B" ] "'" { char | "''" } "'" | number | "true" | "false"
 *   call       = name "(" … ")" | CURRENT_DATE | CURRENT_TIMESTAMP …
 *
 * Only what is constant as it stands becomes the schema's default. Debezium takes the text up to
 * the first quote inside a literal; here the literal is read to its end.
 */
#include <strings.h>

#include "source/postgres/types/impl.h"

#define MAX_DEPTH 16

struct parser {
    const char *p;
    struct tr_writer *literal;
    enum tr_pg_default_kind kind; /* of what was read last */
    int depth;
};

static void skip_blanks(struct parser *parser)
{
    while (*parser->p == ' ')
        parser->p++;
}

static bool take(struct parser *parser, const char *word)
{
    size_t n = strlen(word);

    skip_blanks(parser);
    if (strncmp(parser->p, word, n) != 0)
        return false;
    parser->p += n;
    return true;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

/* Text between quotes of one kind; a doubled quote is one. */
static bool take_quoted(struct parser *parser, char quote, struct tr_writer *out)
{
    for (parser->p++; *parser->p; parser->p++) {
        if (*parser->p == quote && parser->p[1] != quote) {
            parser->p++;
            return true;
        }
        parser->p += *parser->p == quote;
        if (out)
            tr_writer_char(out, *parser->p);
    }
    return false;
}

/* A name with its schema: public."My func". */
static bool take_name(struct parser *parser)
{
    const char *start = parser->p;

    while (is_name(*parser->p) || *parser->p == '.' || *parser->p == '"')
        if (*parser->p != '"')
            parser->p++;
        else if (!take_quoted(parser, '"', NULL))
            return false;
    return parser->p > start;
}

/* From "(" to its ")", whatever is between. */
static bool skip_parentheses(struct parser *parser)
{
    int depth = 0;

    while (*parser->p) {
        char c = *parser->p;
        if (c == '\'' || c == '"') {
            if (!take_quoted(parser, c, NULL))
                return false;
            continue;
        }
        depth += (c == '(') - (c == ')');
        parser->p++;
        if (depth == 0)
            return true;
    }
    return false;
}

/* "character varying(10)", "timestamp(3) without time zone", s."T"[]. */
static bool skip_type(struct parser *parser)
{
    if (!take_name(parser))
        return false;
    for (;;) {
        const char *before = parser->p;
        if (*parser->p == '(' && !skip_parentheses(parser))
            return false;
        while (*parser->p == '[' || *parser->p == ']')
            parser->p++;
        if (*parser->p == ' ' && is_name(parser->p[1])) {
            parser->p++;
            if (!take_name(parser))
                return false;
        }
        if (parser->p == before)
            return true;
    }
}

static bool take_number(struct parser *parser)
{
    const char *start = parser->p;

    if (*parser->p == '-')
        parser->p++;
    while ((*parser->p >= '0' && *parser->p <= '9') || *parser->p == '.')
        parser->p++;
    tr_writer_put(parser->literal, start, (size_t)(parser->p - start));
    return parser->p > start;
}

static bool is_time_word(struct tr_slice name)
{
    static const char *const words[] = {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
                                        "LOCALTIME", "LOCALTIMESTAMP"};

    for (size_t i = 0; i < TR_COUNT(words); i++)
        if (tr_slice_is(name, words[i]))
            return true;
    return false;
}

static bool take_word(struct parser *parser)
{
    const char *start = parser->p;

    if (!take_name(parser))
        return false;
    struct tr_slice name = {start, (size_t)(parser->p - start)};
    if (tr_slice_is(name, "true") || tr_slice_is(name, "false")) {
        tr_writer_slice(parser->literal, name);
        return true;
    }
    if (*parser->p == '(' ? !skip_parentheses(parser) : !is_time_word(name))
        return false;
    parser->kind = TR_PG_DEFAULT_FUNCTION;
    return true;
}

static bool take_expression(struct parser *parser);

static bool take_primary(struct parser *parser)
{
    parser->kind = TR_PG_DEFAULT_LITERAL;
    skip_blanks(parser);
    if (*parser->p == 'B' && parser->p[1] == '\'')
        parser->p++;
    if (*parser->p == '\'')
        return take_quoted(parser, '\'', parser->literal);
    if (*parser->p == '(') {
        parser->p++;
        return take_expression(parser) && take(parser, ")");
    }
    if (*parser->p == '-' || (*parser->p >= '0' && *parser->p <= '9'))
        return take_number(parser);
    return take_word(parser);
}

static bool take_operand(struct parser *parser)
{
    if (!take_primary(parser))
        return false;
    while (take(parser, "::"))
        if (!skip_type(parser))
            return false;
    return true;
}

static bool take_expression(struct parser *parser)
{
    bool good = ++parser->depth < MAX_DEPTH && take_operand(parser);

    while (good && parser->kind == TR_PG_DEFAULT_LITERAL && take(parser, "||"))
        good = take_operand(parser) && parser->kind == TR_PG_DEFAULT_LITERAL;
    parser->depth--;
    return good;
}

int tr_pg_parse_default(const char *expression, struct tr_arena *arena,
                        enum tr_pg_default_kind *ret_kind, struct tr_slice *ret_literal,
                        struct tr_diag *diag)
{
    struct tr_writer writer;
    struct parser parser = {.p = expression, .literal = &writer};

    tr_writer_begin(&writer, arena);
    bool good = take_expression(&parser);
    skip_blanks(&parser);
    *ret_kind = good && *parser.p == '\0' ? parser.kind : TR_PG_DEFAULT_NONE;
    if (tr_writer_end(&writer, ret_literal) < 0)
        return tr_fail_memory(diag);
    return 0;
}
