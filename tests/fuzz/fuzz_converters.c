/* Whatever a column's cell or default says, behind a custom converter (`converters`): it becomes a
 * value that the converter's schema can hold, or fails with a message. The first byte chooses the
 * column's type, the second the converter and its options, the third what is read. */
#include <string.h>

#include "fuzz-value.h"
#include "source/mysql/converters.h"

static const char *const spellings[] = {
    "tinyint(1)", "tinyint(4)",    "tinyint(1) unsigned",
    "smallint",   "bit(1)",        "bit(9)",
    "date",       "datetime",      "datetime(3)",
    "timestamp",  "timestamp(6)",  "time(6)",
    "float",      "float(7,3)",    "double",
    "real",       "decimal(9,2)",  "year(4)",
    "char(3)",    "varchar(40)",   "text",
    "blob",       "enum('a','b')", "json",
};

static const char *const all[] = {".*"};
static const char *const types[] = {"DATE", "DATETIME", "TIMESTAMP"};
static const char *const date[] = {"2000-01-31", NULL};
static const char *const datetime[] = {"2000-01-31 23:59:59", NULL};
static const char *const timestamp[] = {"2000-01-31T23:59:59.5Z", NULL};
#define EVERY                                                                                      \
    {                                                                                              \
        all, 1                                                                                     \
    }

static struct tr_custom_converter choose_converter(unsigned choice)
{
    const struct tr_custom_converter converters[] = {
        {.alias = "c", .class = TR_CUSTOM_TINYINT, .length_checker = choice & 4},
        {.alias = "c",
         .class = TR_CUSTOM_JDBC_SINK,
         .booleans = EVERY,
         .real_as_double = choice & 4},
        {.alias = "c", .class = TR_CUSTOM_JDBC_SINK, .reals = EVERY, .real_as_double = choice & 4},
        {.alias = "c", .class = TR_CUSTOM_JDBC_SINK, .strings = EVERY},
        {.alias = "c",
         .class = TR_CUSTOM_ZERO_DATE,
         .targets = {types, 3},
         .date = date[choice >> 3 & 1],
         .datetime = datetime[choice >> 3 & 1],
         .timestamp = timestamp[choice >> 3 & 1]},
    };
    return converters[choice % TR_COUNT(converters)];
}

/* Only bytes that aren't UTF-8 may stop it. */
static void encode(const struct tr_schema *schema, const struct tr_value *value,
                   struct tr_arena *arena)
{
    struct tr_diag diag = {.message = ""};

    if (fuzz_encode(schema, value, arena, &diag) < 0)
        FUZZ_CHECK(strstr(diag.message, "UTF-8"));
}

struct reading {
    const struct tr_mysql_type *type;
    struct tr_column column;
    struct tr_plan_column plan;
    struct tr_slice cell;
    bool is_text; /* of a SELECT */
};

static void read_value(struct reading *reading, struct tr_arena *arena)
{
    struct tr_diag diag = {.message = ""};
    struct tr_value value = {0};

    encode(reading->plan.schema, &reading->plan.unavailable, arena);
    encode(reading->plan.schema, &reading->plan.filler, arena);
    if (reading->is_text && tr_mysql_type_transcoder(reading->type)(
                                reading->type, reading->cell, arena, &reading->cell, &diag) < 0)
        FUZZ_CHECK(fuzz_is_failure(&diag));
    else if (reading->plan.convert(&reading->plan, reading->cell, arena, &value, &diag) == 0)
        encode(reading->plan.schema, &value, arena);
    else if (value.kind != TR_NULL)
        FUZZ_CHECK(fuzz_is_failure(&diag));
}

static void adapt(struct reading *reading, const struct tr_capture_options *options,
                  struct tr_arena *arena)
{
    static const struct tr_table table = {.schema = "s", .name = "t"};
    struct tr_mysql_converters *converters = NULL;
    struct tr_mysql_type_map map;
    struct tr_diag diag = {.message = ""};

    tr_mysql_type_describe(reading->type, &reading->column);
    reading->plan.column = &reading->column;
    tr_mysql_type_map_init(&map, options);
    FUZZ_CHECK(tr_mysql_converters_new(&map, &converters, &diag) == 0);
    if (map.map.map(&map.map, &reading->plan, arena, &diag) == 0) {
        if (map.map.adapt(&map.map, &table, &reading->plan, arena, &diag) < 0)
            FUZZ_CHECK(diag.message[0]);
        else
            read_value(reading, arena);
    }
    tr_mysql_converters_free(converters);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};

    if (size < 3)
        return 0;
    const struct tr_custom_converter converter = choose_converter(data[1]);
    const struct tr_capture_options options = {
        .unavailable_placeholder = "__debezium_unavailable_value",
        .time_precision = (enum tr_time_precision)((data[1] >> 4) % 6),
        .decimal_handling = (enum tr_decimal_handling)(data[2] >> 4 & 1),
        .time_adjuster = data[2] & 8,
        .converting_failure = data[2] & 4 ? TR_FAILURE_FAIL : TR_FAILURE_WARN,
        .converters = &converter,
        .nconverters = 1,
    };
    struct reading reading = {.cell = {(const char *)data + 3, size - 3}, .is_text = data[2] & 1};
    tr_arena_init(&arena, 4096, 1 << 24);
    FUZZ_CHECK(tr_mysql_type_parse(spellings[data[0] % TR_COUNT(spellings)], "utf8mb4", &arena,
                                   &reading.type, &diag) == 0);
    reading.column = (struct tr_column){.name = "x", .optional = data[2] & 2};
    if (data[2] & 128)
        FUZZ_CHECK((reading.column.default_text = tr_arena_strdup(&arena, reading.cell)));
    adapt(&reading, &options, &arena);
    tr_arena_finish(&arena);
    return 0;
}
