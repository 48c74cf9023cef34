#include "base/word.h"

#include <string.h>

#include "support/cmocka.h"

static uint64_t mask_of(const unsigned char *bytes, int (*passes)(int))
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < 8; i++)
        if (passes(bytes[i]))
            mask |= UINT64_C(0x80) << i * 8;
    return mask;
}

static int is_tab(int byte)
{
    return byte == '\t';
}

static int is_unprintable(int byte)
{
    return byte < 0x20 || byte > 0x7f;
}

/* Neighbours are where such tricks go wrong: all pairs of bytes, at each place. */
static void test_masks_are_exact(void **state)
{
    (void)state;

    for (unsigned first = 0; first < 256; first++)
        for (unsigned second = 0; second < 256; second++)
            for (unsigned at = 0; at < 7; at++) {
                unsigned char bytes[8];
                memset(bytes, 'a', sizeof bytes);
                bytes[at] = (unsigned char)first;
                bytes[at + 1] = (unsigned char)second;
                uint64_t word = tr_word_load(bytes);
                assert_true(tr_word_equal(word, '\t') == mask_of(bytes, is_tab));
                assert_true(tr_word_unprintable(word) == mask_of(bytes, is_unprintable));
            }
}

static void test_tail_is_padded_with_zeros(void **state)
{
    (void)state;

    for (size_t n = 0; n < 8; n++) {
        unsigned char bytes[8] = {0}, stored[8];
        memcpy(bytes, "\x01\x82\x03\x84\x05\x86\x07", n);
        tr_word_store(stored, tr_word_load_tail("\x01\x82\x03\x84\x05\x86\x07", n));
        assert_memory_equal(stored, bytes, 8);
    }
}

static void test_first(void **state)
{
    (void)state;

    assert_int_equal(tr_word_first(tr_word_equal(tr_word_load("ab\tc\td e"), '\t')), 2);
    assert_int_equal(tr_word_first(tr_word_equal(tr_word_load("abcdefg\t"), '\t')), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks_are_exact),
        cmocka_unit_test(test_tail_is_padded_with_zeros),
        cmocka_unit_test(test_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
