/* Whatever text a value has: it converts to a value that its schema can hold, or fails with a
 * message. The first byte chooses type and modifier, the second the modes, the rest is the text, or
 * the default expression. */
#include <string.h>

#include "fuzz-value.h"
#include "source/postgres/pg-type.h"
#include "source/postgres/types.h"

static const uint32_t oids[] = {16,   17,   18,   20,   21,   22,   23,   25,   26,   600,
                                700,  701,  790,  1082, 1083, 1114, 1184, 1186, 1266, 1560,
                                1562, 1700, 2950, 3614, 3802, 3220, 3904, 50000};

static const char *const labels[] = {"a", "b"};

/* Types 0 to n - 1, then arrays of each. */
static void choose_type(unsigned choice, struct tr_pg_type *scalar, struct tr_pg_type *array)
{
    static const struct tr_pg_type int2 = {.oid = 21, .name = "int2", .kind = 'b'};
    uint32_t oid = oids[choice % TR_COUNT(oids)];

    *scalar = (struct tr_pg_type){.oid = oid,
                                  .name = oid == 50000 ? "hstore" : "t",
                                  .kind = choice % 7 == 6 ? 'e' : 'b',
                                  .category = 'X',
                                  .element = oid == 22 ? &int2 : NULL,
                                  .labels = labels,
                                  .nlabels = 2};
    *array = (struct tr_pg_type){
        .oid = 60000, .name = "_t", .kind = 'b', .category = 'A', .element = scalar};
}

static struct tr_capture_options choose_options(unsigned choice)
{
    return (struct tr_capture_options){
        .unavailable_placeholder = "__debezium_unavailable_value",
        .time_precision = (enum tr_time_precision)(choice % 6),
        .decimal_handling = (enum tr_decimal_handling)(choice / 2 % 3),
        .binary_handling = (enum tr_binary_handling)(choice / 4 % 4),
        .interval_handling = (enum tr_interval_handling)(choice / 8 % 2),
        .hstore_handling = (enum tr_hstore_handling)(choice / 16 % 2),
        .money_fraction_digits = (int32_t)(choice / 32),
        .include_unknown = true,
    };
}

/* A value goes through the encoder; only bytes that aren't UTF-8 may stop it. */
static void encode(const struct tr_schema *schema, const struct tr_value *value,
                   struct tr_arena *arena)
{
    struct tr_diag diag = {.message = ""};

    if (fuzz_encode(schema, value, arena, &diag) < 0)
        FUZZ_CHECK(strstr(diag.message, "UTF-8"));
}

static void check_column(const struct tr_type_map *map, const struct tr_column *column,
                         struct tr_slice text, struct tr_arena *arena)
{
    struct tr_plan_column plan = {.column = column};
    struct tr_diag diag = {.message = ""};
    struct tr_value value = {0};

    if (map->map(map, &plan, arena, &diag) != 0)
        return;
    encode(plan.schema, &plan.unavailable, arena);
    if (column->default_text)
        encode(plan.schema, &plan.filler, arena);
    else if (plan.convert(&plan, text, arena, &value, &diag) < 0)
        FUZZ_CHECK(fuzz_is_failure(&diag));
    else
        encode(plan.schema, &value, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_pg_type scalar, array;
    struct tr_pg_type_map map;
    struct tr_arena arena;

    if (size < 2)
        return 0;
    struct tr_capture_options options = choose_options(data[1]);
    struct tr_slice text = {(const char *)data + 2, size - 2};
    choose_type(data[0], &scalar, &array);
    tr_pg_type_map_init(&map, &options);
    tr_arena_init(&arena, 4096, 1 << 26);
    struct tr_column column = {.name = "c",
                               .type = data[0] >= 128 ? &array : &scalar,
                               .modifier = data[1] % 8 == 7 ? (9 << 16 | 2) + 4 : data[1] % 8 - 1,
                               .optional = data[1] & 64};
    check_column(&map.map, &column, text, &arena);
    column.default_text = tr_arena_strdup(&arena, text);
    check_column(&map.map, &column, text, &arena);
    tr_arena_finish(&arena);
    return 0;
}
