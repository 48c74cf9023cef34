/* Whatever a cell, a SELECT's text, a default, a type's spelling or a JSON diff says: it becomes a
 * value that its schema can hold, or fails with a message; and what a text was transcoded to
 * converts. The first byte chooses what is read and the column's type, the second the modes. */
#include <string.h>

#include "fuzz-value.h"
#include "source/mysql/types.h"

static const char *const spellings[] = {
    "tinyint",
    "smallint unsigned",
    "mediumint",
    "int unsigned",
    "bigint",
    "bigint unsigned",
    "decimal(10,2)",
    "decimal(65,30)",
    "decimal(4,4)",
    "float",
    "float(7,3)",
    "double",
    "bit(1)",
    "bit(33)",
    "year(4)",
    "date",
    "time",
    "time(3)",
    "time(6)",
    "datetime",
    "datetime(4)",
    "datetime(6)",
    "timestamp",
    "timestamp(2)",
    "timestamp(5)",
    "char(5)",
    "varchar(9)",
    "binary(5)",
    "varbinary(9)",
    "blob",
    "enum('a','b,c')",
    "enum('?','x')",
    "set('a','b')",
    "set('?','b')",
    "json",
    "geometry",
    "point",
    "vector(2)",
    "uuid",
    "inet4",
    "inet6",
    "time(1)",
    "datetime(1)",
    "longtext",
};

static const char *const charsets[] = {"utf8mb4", "latin1", "ucs2",  "utf16", "utf32", "sjis",
                                       "gbk",     "ascii",  "swe7",  "big5",  "ujis",  "utf16le",
                                       "gb18030", "euckr",  "koi8u", "tis620"};

struct input {
    struct tr_slice bytes;
    struct tr_capture_options options;
    const struct tr_mysql_type *type;
    struct tr_arena arena;
};

static struct tr_capture_options choose_options(unsigned choice)
{
    return (struct tr_capture_options){
        .unavailable_placeholder = "__debezium_unavailable_value",
        .time_precision = (enum tr_time_precision)(choice % 6),
        .decimal_handling = (enum tr_decimal_handling)(choice / 2 % 3),
        .binary_handling = (enum tr_binary_handling)(choice / 4 % 4),
        .bigint_unsigned_handling = (enum tr_bigint_unsigned_handling)(choice / 8 % 2),
        .converting_failure = choice & 64 ? TR_FAILURE_FAIL : TR_FAILURE_WARN,
        .time_adjuster = choice & 16,
    };
}

/* A value goes through the encoder; only a JSON document can hold bytes that aren't UTF-8. */
static void encode(struct input *input, const struct tr_schema *schema,
                   const struct tr_value *value)
{
    struct tr_diag diag = {.message = ""};
    int rc = fuzz_encode(schema, value, &input->arena, &diag);

    FUZZ_CHECK(rc <= 0);
    if (rc < 0)
        FUZZ_CHECK(input->type->kind == TR_MYSQL_JSON || input->type->members_doubtful);
}

static void read_column(struct input *input, const char *default_text, bool is_text, bool optional)
{
    struct tr_mysql_type_map map;
    struct tr_column column = {.name = "c", .optional = optional, .default_text = default_text};
    struct tr_plan_column plan = {.column = &column};
    struct tr_diag diag = {.message = ""};
    struct tr_value value = {0};
    struct tr_slice cell = input->bytes;

    tr_mysql_type_describe(input->type, &column);
    tr_mysql_type_map_init(&map, &input->options);
    int rc = map.map.map(&map.map, &plan, &input->arena, &diag);
    FUZZ_CHECK(rc >= 0);
    if (rc > 0)
        return;
    encode(input, plan.schema, &plan.unavailable);
    encode(input, plan.schema, &plan.filler);
    if (is_text &&
        tr_mysql_type_transcoder(input->type)(input->type, cell, &input->arena, &cell, &diag) < 0) {
        FUZZ_CHECK(fuzz_is_failure(&diag));
        return;
    }
    if (plan.convert(&plan, cell, &input->arena, &value, &diag) == 0)
        encode(input, plan.schema, &value);
    else if (value.kind != TR_NULL || !optional)
        FUZZ_CHECK(fuzz_is_failure(&diag));
}

/* A document and diffs, a byte that tells the document's length before them. */
static void read_diffs(struct input *input)
{
    struct tr_diag diag = {.message = ""};
    struct tr_slice before = input->bytes, diffs = input->bytes, cell;

    if (before.n == 0)
        return;
    before.n = TR_MIN((size_t)(unsigned char)before.p[0], before.n - 1);
    before.p++;
    diffs = (struct tr_slice){before.p + before.n, diffs.n - 1 - before.n};
    if (tr_mysql_json_apply(before, diffs, &input->arena, &cell, &diag) < 0)
        FUZZ_CHECK(fuzz_is_failure(&diag));
    else
        FUZZ_CHECK(cell.n && cell.p[0] == 0x10);
}

static void read_logged(struct input *input)
{
    const char *p = input->bytes.p;
    struct tr_diag diag = {.message = ""};
    const struct tr_mysql_type *type;

    if (input->bytes.n < 8)
        return;
    struct tr_binlog_column column = {.type = (unsigned char)p[0],
                                      .metadata =
                                          (uint16_t)((unsigned char)p[1] << 8 | (p[2] & 15)),
                                      .is_unsigned = p[3] & 1,
                                      .charset = (unsigned char)p[4],
                                      .geometry = (unsigned char)p[5] & 15,
                                      .dimension = (unsigned char)p[6]};
    FUZZ_CHECK(tr_mysql_type_fit(input->type, (struct tr_mysql_logged){&column, 7}, &input->arena,
                                 &type, &diag) >= 0);
    FUZZ_CHECK(tr_mysql_type_of_log(&column, &input->arena, &type, &diag) == 0);
    FUZZ_CHECK(tr_mysql_type_print(type, &input->arena));
    if (type->kind == TR_MYSQL_ENUM || type->kind == TR_MYSQL_SET)
        return; /* without members it isn't one */
    input->type = type;
    input->bytes.p += 8, input->bytes.n -= 8;
    read_column(input, NULL, false, true);
}

static void read_spelling(struct input *input, const char *text)
{
    struct tr_diag diag = {.message = ""};

    FUZZ_CHECK(tr_mysql_type_parse(text, NULL, &input->arena, &input->type, &diag) == 0);
    if (input->type->length > 65 || input->type->scale > 30)
        return; /* the servers have no such column */
    read_column(input, NULL, false, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input;
    struct tr_diag diag = {.message = ""};

    if (size < 2)
        return 0;
    input.bytes = (struct tr_slice){(const char *)data + 2, size - 2};
    input.options = choose_options(data[1]);
    tr_arena_init(&input.arena, 4096, 1 << 24);
    FUZZ_CHECK(tr_mysql_type_parse(spellings[data[0] % 64 % TR_COUNT(spellings)],
                                   charsets[data[1] % TR_COUNT(charsets)], &input.arena,
                                   &input.type, &diag) == 0);
    char *text = tr_arena_strdup(&input.arena, input.bytes);
    FUZZ_CHECK(text);
    if (data[0] < 64)
        read_column(&input, NULL, false, data[1] & 32);
    else if (data[0] < 128)
        read_column(&input, NULL, true, data[1] & 32);
    else if (data[0] < 192)
        read_column(&input, text, false, data[1] & 32);
    else if (data[0] < 212)
        read_diffs(&input);
    else if (data[0] < 232)
        read_logged(&input);
    else
        read_spelling(&input, text);
    tr_arena_finish(&input.arena);
    return 0;
}
