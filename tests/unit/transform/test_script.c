/* Filter and ContentBasedRouter: expressions in Lua. */
#include "transform/bed.h"

static const struct tr_value none = {.kind = TR_NULL};

#define FILTER(condition)                                                                          \
    CONFIGURE("transforms.t.type", "io.debezium.transforms.Filter", "transforms.t.language",       \
              "lua", "transforms.t.condition", condition)
#define ROUTER(expression)                                                                         \
    CONFIGURE("transforms.t.type", "io.debezium.transforms.ContentBasedRouter",                    \
              "transforms.t.language", "lua", "transforms.t.topic.expression", expression)

/* An expression that holds for an update of the bed's row. */
static void assert_holds(struct bed *bed, const char *condition)
{
    FILTER(condition);
    bed_envelope(bed, "u", none, bed_row());
    if (bed_run(bed) != 0)
        fail_msg("%s: %s", condition, bed->diag.message);
}

static void assert_fails(struct bed *bed, const char *condition, const char *message)
{
    FILTER(condition);
    bed_envelope(bed, "u", none, bed_row());
    assert_int_equal(bed_run(bed), -1);
    if (!strstr(bed->diag.message, message))
        fail_msg("%s: %s", condition, bed->diag.message);
}

static void test_filter(void **state)
{
    struct bed *bed = *state;

    FILTER("value.op == 'u' and value.after.id == 1");
    bed_envelope(bed, "u", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 1);
}

static void test_values(void **state)
{
    struct bed *bed = *state;

    assert_holds(bed, "value.before == nil and value.after.name == 'Ann'");
    assert_holds(bed, "value.after.age == 18"); /* a null: the default */
    assert_holds(bed, "value.after.score == 1.5 and value.after.ok");
    assert_holds(bed, "value.after.bal == 10.5 and value.after.bin == '\\1'");
    assert_holds(bed, "value.after.at == 1577872800123 and #value.after == 9");
    assert_holds(bed, "key.id == 1 and topic == 's.t' and headers.h.value == 'v'");
    assert_holds(bed, "header.h.schema.type == 'STRING' and headers.other == nil");
    assert_holds(bed, "valueSchema.name == 's.t.Envelope' and keySchema.fields.id.type == 'INT32'");
    assert_holds(bed, "valueSchema.fields.after.fields.bal.parameters.scale == '2'");
    assert_holds(bed, "valueSchema.fields.nosuch == nil and not valueSchema.optional");
}

static void test_statements(void **state)
{
    struct bed *bed = *state;

    assert_holds(bed, "local n = 0\n"
                      "for name, field in pairs(value.after) do\n"
                      "  if type(field) == 'number' then n = n + field end\n"
                      "end\n"
                      "return n > 1000");
    assert_holds(bed, "value.after.name:upper() == 'ANN' and ('abc'):find('bc') == 2");
    assert_holds(bed, "value.after.name:matches('A.*') and not topic:matches('s')");
    assert_holds(bed, "math.floor(2.5) == 2 and table.concat({1, 2}, '-') == '1-2'");
}

static void test_router(void **state)
{
    struct bed *bed = *state;

    ROUTER("value.op == 'u' and 'updates' or nil");
    bed_envelope(bed, "u", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed->record.topic, "updates");
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
    assert_string_equal(bed->record.topic, "s.t");
    ROUTER("value.after.id");
    bed_envelope(bed, "c", none, bed_row());
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "a number, not a topic's name or nil"));
}

static void test_nulls(void **state)
{
    static const struct {
        const char *mode;
        int rc;
    } modes[] = {{"keep", 0}, {"drop", 1}, {"evaluate", 1}};
    struct bed *bed = *state;

    for (size_t i = 0; i < TR_COUNT(modes); i++) {
        CONFIGURE("transforms.t.type", "io.debezium.transforms.Filter", "transforms.t.language",
                  "lua", "transforms.t.condition", "value ~= nil",
                  "transforms.t.null.handling.mode", modes[i].mode);
        bed_tombstone(bed);
        assert_int_equal(bed_run(bed), modes[i].rc);
    }
    CONFIGURE("transforms.t.type", "io.debezium.transforms.Filter", "transforms.t.language", "lua",
              "transforms.t.condition", "false", "transforms.t.topic.regex", "s");
    bed_envelope(bed, "u", none, bed_row());
    assert_int_equal(bed_run(bed), 0);
}

static void test_errors(void **state)
{
    struct bed *bed = *state;

    assert_fails(bed, "value.op == 'u' && true", "and, or, not and ~= for");
    assert_fails(bed, "value.nosuch == 1", "condition:1: s.t.Envelope has no field");
    assert_fails(bed, "value.before.id == 1", "condition:1: attempt to index a nil value");
    assert_fails(bed, "local a = 1\nlocal b = 2\nreturn a .. {}", "condition:3:");
    assert_fails(bed, "value.op", "condition: what it returns is a string, not true or false");
    assert_fails(bed, "error({})", "an error that is a table");
    CONFIGURE("transforms.t.type", "io.debezium.transforms.Filter", "transforms.t.language",
              "jsr223.groovy", "transforms.t.condition", "value.op == 'u'");
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "language=lua"));
}

/* Nothing reaches outside, goes on for ever or stays for the next record. */
static void test_sandbox(void **state)
{
    static const char *const missing[] = {
        "io",          "os",
        "load",        "loadstring",
        "dofile",      "require",
        "package",     "debug",
        "pcall",       "collectgarbage",
        "coroutine",   "setmetatable",
        "rawset",      "_G",
        "print",       "rawget",
        "string.dump", "string.rep",
        "string.gsub", "xpcall",
        "warn",        "table.move",
        "math.random", "getmetatable",
        "string.pack", "string.gmatch",
    };
    struct bed *bed = *state;
    char text[1024] = "true";
    size_t n = 4;

    for (size_t i = 0; i < TR_COUNT(missing); i++)
        n += (size_t)snprintf(text + n, sizeof text - n, " and %s == nil", missing[i]);
    assert_holds(bed, text);
    assert_holds(bed, "('').rep == nil and ('').dump == nil");
    assert_fails(bed, "while true do end return true", "condition:1: more than 1000000 instr");
    assert_fails(bed, "local t = 'xxxxxxxx' while true do t = t .. t end return true",
                 "more than 64 MiB of memory");
    assert_fails(bed, "kept = 1 return true", "only local variables can be set");
    assert_fails(bed, "string.len = nil return true", "only local variables can be set");
    assert_fails(bed, "value.op = 'c' return true", "a record can't be changed");
    assert_fails(bed, "value.after.name:matches('(')", "is no regular expression");
    assert_holds(bed, "value.op == 'u'");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_filter), TEST(test_values), TEST(test_statements), TEST(test_router),
        TEST(test_nulls),  TEST(test_errors), TEST(test_sandbox),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
