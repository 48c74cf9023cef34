#include <stdlib.h>

#include "base/writer.h"

#include "support/cmocka.h"

/* The text is copied into a block of its own size, so that a sanitizer sees a read beyond its end.
 */
static bool write_json(struct tr_arena *arena, struct tr_slice text, struct tr_slice *ret_json)
{
    struct tr_writer writer;
    char *copy = malloc(text.n ? text.n : 1);

    assert_non_null(copy);
    memcpy(copy, text.p, text.n);
    tr_arena_reset(arena);
    tr_writer_begin(&writer, arena);
    bool valid = tr_writer_json(&writer, (struct tr_slice){copy, text.n});
    assert_int_equal(tr_writer_end(&writer, ret_json), 0);
    free(copy);
    return valid;
}

static void test_escapes_as_jackson_does(void **state)
{
    const struct {
        struct tr_slice text;
        const char *json;
    } cases[] = {
        {TR_SLICE(""), "\"\""},
        {TR_SLICE("plain / text"), "\"plain / text\""},
        {TR_SLICE("a\"b\\c"), "\"a\\\"b\\\\c\""},
        {TR_SLICE("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\""},
        {TR_SLICE("\0\x01\x0b\x1f"), "\"\\u0000\\u0001\\u000B\\u001F\""},
        {TR_SLICE("\x7f\xc2\x85\u2028\u2029"), "\"\x7f\xc2\x85\u2028\u2029\""},
        {TR_SLICE("\u00e4\u0416\u8996\uffff"), "\"\u00e4\u0416\u8996\uffff\""},
        {TR_SLICE("\U0001F600"), "\"\\uD83D\\uDE00\""},
        {TR_SLICE("\U00010000\U0010FFFF"), "\"\\uD800\\uDC00\\uDBFF\\uDFFF\""},
        {TR_SLICE("\U0001F600x\U0001F600"), "\"\\uD83D\\uDE00x\\uD83D\\uDE00\""},
        {TR_SLICE("\ud7ff\ue000"), "\"\ud7ff\ue000\""},
    };
    struct tr_arena arena;
    struct tr_slice json;
    (void)state;

    tr_arena_init(&arena, 64, 1 << 16);
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        assert_true(write_json(&arena, cases[i].text, &json));
        assert_true(tr_slice_is(json, cases[i].json));
    }
    tr_arena_finish(&arena);
}

static void test_refuses_what_is_not_utf8(void **state)
{
    const struct tr_slice cases[] = {
        TR_SLICE("\x80"),             /* continuation alone */
        TR_SLICE("\xc0\x80"),         /* overlong */
        TR_SLICE("\xc1\xbf"),         /* overlong */
        TR_SLICE("\xe0\x9f\xbf"),     /* overlong */
        TR_SLICE("\xf0\x8f\xbf\xbf"), /* overlong */
        TR_SLICE("\xed\xa0\x80"),     /* surrogate */
        TR_SLICE("\xed\xbf\xbf"),     /* surrogate */
        TR_SLICE("\xf4\x90\x80\x80"), /* above U+10FFFF */
        TR_SLICE("\xf5\x80\x80\x80"),
        TR_SLICE("\xff"),
        TR_SLICE("\xc3"), /* cut off */
        TR_SLICE("\xe2\x82"),
        TR_SLICE("\xf0\x9f\x98"),
        TR_SLICE("\xc3 "),
        TR_SLICE("\xe2\x82 "),
        TR_SLICE("\xf0\x9f\x98 "),
        TR_SLICE("\xf0\x9f\xc3\xa4"),
    };
    struct tr_arena arena;
    struct tr_slice json;
    (void)state;

    tr_arena_init(&arena, 64, 1 << 16);
    for (size_t i = 0; i < TR_COUNT(cases); i++)
        for (size_t before = 0; before < 20; before++) {
            char text[32];
            memset(text, 'a', before);
            memcpy(text + before, cases[i].p, cases[i].n);
            assert_false(write_json(&arena, (struct tr_slice){text, before + cases[i].n}, &json));
        }
    tr_arena_finish(&arena);
}

/* Every byte at every place of a word, in texts of every length around one. */
static void test_every_place_in_a_word(void **state)
{
    struct tr_arena arena;
    struct tr_slice json;
    (void)state;

    tr_arena_init(&arena, 64, 1 << 16);
    for (size_t n = 1; n <= 18; n++)
        for (size_t at = 0; at < n; at++)
            for (int byte = 0; byte < 0x80; byte++) {
                char text[18], wanted[40];
                bool plain = byte >= 0x20 && byte != '"' && byte != '\\';
                memset(text, 'a', n);
                text[at] = (char)byte;
                assert_true(write_json(&arena, (struct tr_slice){text, n}, &json));
                assert_int_equal(json.p[0], '"');
                assert_int_equal(json.p[json.n - 1], '"');
                assert_memory_equal(json.p + 1, text, at);
                assert_int_equal(json.p[at + 1], plain ? byte : '\\');
                assert_memory_equal(json.p + json.n - 1 - (n - at - 1), memset(wanted, 'a', n),
                                    n - at - 1);
                if (plain)
                    assert_int_equal(json.n, n + 2);
            }
    tr_arena_finish(&arena);
}

/* A text that becomes six times as long is given room once: a value of many megabytes must not go
 * through the arena several times. */
static void test_long_text_of_escapes(void **state)
{
    enum { LENGTH = 100000 };
    struct tr_arena arena;
    struct tr_slice json;
    char *text = calloc(1, LENGTH);
    (void)state;

    assert_non_null(text);
    tr_arena_init(&arena, 4096, 7 * LENGTH);
    assert_true(write_json(&arena, (struct tr_slice){text, LENGTH}, &json));
    assert_int_equal(json.n, 6 * LENGTH + 2);
    for (size_t i = 1; i < json.n - 1; i += 6)
        assert_memory_equal(json.p + i, "\\u0000", 6);
    tr_arena_finish(&arena);
    free(text);
}

static void test_no_room(void **state)
{
    struct tr_arena arena;
    struct tr_slice json;
    (void)state;

    for (size_t cap = 8; cap < 400; cap += 8) {
        struct tr_writer writer;
        tr_arena_init(&arena, 8, cap);
        tr_writer_begin(&writer, &arena);
        bool valid = tr_writer_json(&writer, TR_SLICE("\x01\x01\x01\x01\x01\x01\U0001F600\x01"));
        assert_true(valid);
        if (tr_writer_end(&writer, &json) == 0)
            assert_int_equal(json.n, 7 * 6 + 12 + 2);
        tr_arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes_as_jackson_does),
        cmocka_unit_test(test_refuses_what_is_not_utf8),
        cmocka_unit_test(test_every_place_in_a_word),
        cmocka_unit_test(test_long_text_of_escapes),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
