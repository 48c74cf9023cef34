/* Whatever a user writes as an expression: it is refused, fails with a message, or answers; twice
 * the same, and in bounded time and memory. */
#include <string.h>

#include "fuzz.h"
#include "transform/script.h"

static const struct tr_schema int32 = {.type = TR_TYPE_INT32};
static const struct tr_schema string = {.type = TR_TYPE_STRING, .optional = true};
static const struct tr_schema float64 = {.type = TR_TYPE_FLOAT64};
static const struct tr_schema bytes = {.type = TR_TYPE_BYTES};
static const struct tr_schema strings = {.type = TR_TYPE_ARRAY, .items = &string};
static const struct tr_schema map = {.type = TR_TYPE_MAP, .keys = &string, .items = &int32};
static const struct tr_schema_parameter scale[] = {{"scale", "2"}};
static const struct tr_schema decimal = {.type = TR_TYPE_BYTES,
                                         .name = "org.apache.kafka.connect.data.Decimal",
                                         .parameters = scale,
                                         .nparameters = 1};
static const struct tr_field row_fields[] = {
    {"id", &int32},  {"t", &string},  {"f", &float64}, {"b", &bytes},
    {"d", &decimal}, {"a", &strings}, {"m", &map},
};
static const struct tr_schema row = {.type = TR_TYPE_STRUCT,
                                     .optional = true,
                                     .name = "s.t.Value",
                                     .fields = row_fields,
                                     .nfields = TR_COUNT(row_fields)};
static const struct tr_field envelope_fields[] = {
    {"before", &row}, {"after", &row}, {"op", &string}};
static const struct tr_schema envelope = {
    .type = TR_TYPE_STRUCT, .name = "s.t.Envelope", .fields = envelope_fields, .nfields = 3};

static const struct tr_value texts[] = {{.kind = TR_TEXT, .bytes = {"x", 1}}, {.kind = TR_NULL}};
static const struct tr_value pairs[] = {{.kind = TR_TEXT, .bytes = {"k", 1}},
                                        {.kind = TR_INTEGER, .integer = 7}};
static const struct tr_value row_items[] = {
    {.kind = TR_INTEGER, .integer = 1},
    {.kind = TR_TEXT, .bytes = {"\xc3\xa9", 2}},
    {.kind = TR_DOUBLE, .float64 = -0.5},
    {.kind = TR_BYTES, .bytes = {"\0\xff", 2}},
    {.kind = TR_BYTES, .bytes = {"\x04\x1a", 2}},
    {.kind = TR_ITEMS, .items = texts, .count = 2},
    {.kind = TR_ITEMS, .items = pairs, .count = 2},
};
static const struct tr_value envelope_items[] = {
    {.kind = TR_NULL},
    {.kind = TR_ITEMS, .items = row_items, .count = TR_COUNT(row_items)},
    {.kind = TR_TEXT, .bytes = {"c", 1}},
};

static int evaluate(struct tr_script *script, struct tr_arena *arena,
                    struct tr_script_answer *answer)
{
    const struct tr_record record = {
        .topic = "s.t",
        .key_schema = &int32,
        .key = {.kind = TR_INTEGER, .integer = 1},
        .value_schema = &envelope,
        .value = {.kind = TR_ITEMS, .items = envelope_items, .count = 3},
    };
    struct tr_diag diag = {.message = ""};
    int rc = tr_script_eval(script, &record, arena, answer, &diag);

    FUZZ_CHECK(rc == 0 || (diag.message[0] && diag.cls != TR_BUG));
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_script_answer once, twice;
    struct tr_diag diag = {.message = ""};
    struct tr_script *script;
    struct tr_arena arena;

    tr_arena_init(&arena, 4096, 64 << 20);
    char *text = tr_arena_strdup(&arena, (struct tr_slice){(const char *)data, size});
    FUZZ_CHECK(text);
    if (tr_script_new(text, "transforms.t.condition", &script, &diag) < 0) {
        FUZZ_CHECK(diag.cls == TR_CONFIG && diag.message[0]);
    } else {
        if (evaluate(script, &arena, &once) == 0) {
            FUZZ_CHECK(evaluate(script, &arena, &twice) == 0);
            FUZZ_CHECK(once.kind == twice.kind && once.boolean == twice.boolean);
            if (once.kind == TR_SCRIPT_TEXT)
                FUZZ_CHECK(tr_slice_equal(once.text, twice.text));
        }
        tr_script_free(script);
    }
    tr_arena_finish(&arena);
    return 0;
}
