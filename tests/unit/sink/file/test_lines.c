#include "sink/file/lines.h"

#include "support/cmocka.h"

static void expect(const struct tr_message *message, const char *line)
{
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice text;

    tr_arena_init(&arena, 64, 1 << 20);
    tr_writer_begin(&writer, &arena);
    tr_line_write(&writer, message, 1700000000123);
    assert_int_equal(tr_writer_end(&writer, &text), 0);
    assert_int_equal(text.n, strlen(line));
    assert_memory_equal(text.p, line, text.n);
    tr_arena_finish(&arena);
}

static void test_objects_stand_as_they_are(void **state)
{
    struct tr_topic topic = {.name = "p.s.t"};
    const struct tr_header headers[] = {{"a", {"x\"y", 3}}, {"b", {NULL, 0}}};
    const struct tr_message message = {
        .topic = &topic,
        .key = TR_SLICE("{\"id\":1}"),
        .value = TR_SLICE("{\"after\":{\"n\":1.50}}"),
        .headers = headers,
        .nheaders = 2,
        .partition = -1,
    };

    (void)state;
    expect(&message, "{\"topic\":\"p.s.t\",\"partition\":0,\"key\":{\"id\":1},"
                     "\"value\":{\"after\":{\"n\":1.50}},"
                     "\"headers\":[[\"a\",\"x\\\"y\"],[\"b\",null]],"
                     "\"timestamp\":1700000000123}\n");
}

static void test_nulls_text_and_bytes(void **state)
{
    struct tr_topic topic = {.name = "t"};
    struct tr_message message = {.topic = &topic, .value = TR_SLICE("plain")};

    (void)state;
    expect(&message, "{\"topic\":\"t\",\"partition\":0,\"key\":null,\"value\":\"plain\","
                     "\"headers\":[],\"timestamp\":1700000000123}\n");
    message.key = TR_SLICE("{\n}"); /* an object in two lines is text here */
    message.value = TR_SLICE("\0\377");
    expect(&message, "{\"topic\":\"t\",\"partition\":0,\"key\":\"{\\n}\",\"value\":\"AP8=\","
                     "\"headers\":[],\"timestamp\":1700000000123}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objects_stand_as_they_are),
        cmocka_unit_test(test_nulls_text_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
