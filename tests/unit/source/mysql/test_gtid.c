#include "source/mysql/gtid.h"

#include "support/cmocka.h"

#define A "11111111-1111-1111-1111-111111111111"
#define B "22222222-2222-2222-2222-222222222222"

static struct tr_mysql_gtids set_of(const char *text, bool mariadb)
{
    struct tr_mysql_gtids set;
    struct tr_diag diag;

    tr_mysql_gtids_init(&set, mariadb);
    assert_int_equal(tr_mysql_gtids_parse(&set, tr_slice_of(text), &diag), 0);
    return set;
}

static void assert_set(const struct tr_mysql_gtids *set, const char *expected)
{
    struct tr_buf buf;

    tr_buf_init(&buf, 4096);
    tr_mysql_gtids_print(set, &buf);
    assert_string_equal(tr_buf_string(&buf), expected);
    tr_buf_finish(&buf);
}

static void assert_printed(const char *text, bool mariadb, const char *expected)
{
    struct tr_mysql_gtids set = set_of(text, mariadb);
    assert_set(&set, expected);
    tr_mysql_gtids_finish(&set);
}

static void test_texts(void **state)
{
    (void)state;
    assert_printed("", false, "");
    assert_printed(A ":1-3", false, A ":1-3");
    assert_printed(A ":5:1-3:7-9:4", false, A ":1-5:7-9");
    assert_printed(B ":1,\n" A ":2, " B ":3-4", false, A ":2," B ":1:3-4");
    assert_printed("11111111111111111111111111111111:1", false, A ":1");
    assert_printed(A ":1:tag_b:1-2:aTag:7", false, A ":1:atag:7:tag_b:1-2");
    assert_printed(A ":x:3," A ":1", false, A ":1:x:3");
    assert_printed(A ":5-3:9", false, A ":9");
    assert_printed("0-1-5", true, "0-1-5");
    assert_printed("2-1-5,0-7-18446744073709551614", true, "0-7-18446744073709551614,2-1-5");
}

static void test_wrong_texts(void **state)
{
    static const struct {
        const char *text;
        bool mariadb;
    } cases[] = {
        {"1", false},
        {A, true},
        {A ":0", false},
        {A ":1-", false},
        {A ":1;2", false},
        {A ":9223372036854775807", false},
        {"1111-1:1", false},
        {"0-1", true},
        {"0-1-5x", true},
        {"4294967296-1-1", true},
        {A ":a23456789012345678901234567890123:1", false},
    };
    (void)state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        struct tr_mysql_gtids set;
        struct tr_diag diag;
        tr_mysql_gtids_init(&set, cases[i].mariadb);
        assert_int_equal(tr_mysql_gtids_parse(&set, tr_slice_of(cases[i].text), &diag), -1);
        assert_non_null(strstr(diag.message, "is not a set of"));
        tr_mysql_gtids_finish(&set);
    }
}

static struct tr_mysql_gtid gtid(unsigned char uuid, uint64_t number)
{
    struct tr_mysql_gtid result = {.number = number};
    memset(result.uuid, uuid, sizeof result.uuid);
    return result;
}

static void test_holes(void **state)
{
    struct tr_mysql_gtids set;
    struct tr_diag diag;
    static const uint64_t numbers[] = {3, 1, 7, 9, 8, 4, 4};
    (void)state;

    tr_mysql_gtids_init(&set, false);
    for (size_t i = 0; i < TR_COUNT(numbers); i++) {
        struct tr_mysql_gtid one = gtid(0x11, numbers[i]);
        assert_int_equal(tr_mysql_gtids_add(&set, &one, &diag), 0);
    }
    assert_set(&set, A ":1:3-4:7-9");
    for (uint64_t number = 1; number < 12; number++) {
        struct tr_mysql_gtid one = gtid(0x11, number), other = gtid(0x22, number);
        bool in = number == 1 || number == 3 || number == 4 || (number >= 7 && number <= 9);
        assert_int_equal(tr_mysql_gtids_has(&set, &one), in);
        assert_false(tr_mysql_gtids_has(&set, &other));
    }
    struct tr_mysql_gtid two = gtid(0x11, 2);
    assert_int_equal(tr_mysql_gtids_add(&set, &two, &diag), 0);
    assert_set(&set, A ":1-4:7-9");
    tr_mysql_gtids_finish(&set);
}

static const struct {
    const char *a, *b;
    bool mariadb, contains; /* b in a */
    const char *both, *difference;
} algebra[] = {
    {A ":1-10", A ":3-4:7", false, true, A ":1-10", A ":1-2:5-6:8-10"},
    {A ":1-3", A ":2-5", false, false, A ":1-5", A ":1"},
    {A ":1-3", A ":1-3", false, true, A ":1-3", ""},
    {A ":1-3," B ":1", A ":1-3", false, true, A ":1-3," B ":1", B ":1"},
    {A ":1-7", A ":1-7:9", false, false, A ":1-7:9", ""},
    {A ":t:1-7", A ":1", false, false, A ":1:t:1-7", A ":t:1-7"},
    {"", A ":1", false, false, A ":1", ""},
    {A ":1", "", false, true, A ":1", A ":1"},
    {"0-1-7,1-1-2", "0-2-5", true, true, "0-1-7,1-1-2", "0-1-7,1-1-2"},
    {"0-1-4,1-1-2", "0-2-5", true, false, "0-2-5,1-1-2", "1-1-2"},
    {"0-1-7", "0-2-9", true, false, "0-2-9", ""},
};

static void test_algebra(void **state)
{
    struct tr_diag diag;
    (void)state;

    for (size_t i = 0; i < TR_COUNT(algebra); i++) {
        struct tr_mysql_gtids a = set_of(algebra[i].a, algebra[i].mariadb), copy;
        struct tr_mysql_gtids b = set_of(algebra[i].b, algebra[i].mariadb);
        assert_int_equal(tr_mysql_gtids_contain(&a, &b), algebra[i].contains);
        assert_int_equal(tr_mysql_gtids_copy(&a, &copy, &diag), 0);
        assert_int_equal(tr_mysql_gtids_unite(&copy, &b, &diag), 0);
        assert_set(&copy, algebra[i].both);
        assert_int_equal(tr_mysql_gtids_subtract(&a, &b, &diag), 0);
        assert_set(&a, algebra[i].difference);
        tr_mysql_gtids_finish(&a);
        tr_mysql_gtids_finish(&b);
        tr_mysql_gtids_finish(&copy);
    }
}

static void test_binary(void **state)
{
    static const unsigned char plain[] = {1, 0, 0, 0, 0, 0, 0, 0};
    static const unsigned char tagged[] = {1, 2, 0, 0, 0, 0, 0, 1};
    struct tr_mysql_gtids set = set_of(A ":1-3:7", false);
    struct tr_buf buf;
    (void)state;

    tr_buf_init(&buf, 4096);
    tr_mysql_gtids_encode(&set, &buf);
    assert_int_equal(buf.len, 8 + 16 + 8 + 2 * 16);
    assert_memory_equal(buf.data, plain, 8);
    assert_int_equal((unsigned char)buf.data[8], 0x11);
    assert_int_equal(buf.data[24], 2);
    assert_int_equal(buf.data[32], 1);
    assert_int_equal(buf.data[40], 4);
    assert_int_equal(buf.data[48], 7);
    assert_int_equal(buf.data[56], 8);
    tr_mysql_gtids_finish(&set);

    set = set_of(A ":1:ab:2", false);
    tr_buf_reset(&buf);
    tr_mysql_gtids_encode(&set, &buf);
    assert_int_equal(buf.len, 8 + (16 + 1 + 8 + 16) + (16 + 3 + 8 + 16));
    assert_memory_equal(buf.data, tagged, 8);
    assert_int_equal(buf.data[24], 0);
    assert_memory_equal(buf.data + 8 + 41 + 16, "\4ab\1", 4);
    tr_mysql_gtids_finish(&set);
    tr_buf_finish(&buf);
}

static void test_one(void **state)
{
    char text[TR_MYSQL_GTID_TEXT];
    struct tr_mysql_gtid one = gtid(0x11, 9);
    (void)state;

    tr_mysql_gtid_print(&one, text);
    assert_string_equal(text, A ":9");
    memcpy(one.tag, "t", 2);
    assert_int_equal(tr_mysql_gtid_print(&one, text), strlen(A ":t:9"));
    assert_string_equal(text, A ":t:9");
    one = (struct tr_mysql_gtid){.mariadb = true, .domain = 1, .server = 2, .number = 3};
    tr_mysql_gtid_print(&one, text);
    assert_string_equal(text, "1-2-3");
}

static void test_missing(void **state)
{
    static const struct {
        const char *set, *other;
        bool mariadb;
        uint64_t missing;
    } cases[] = {
        {A ":1-5", A ":1-5", false, 0}, {A ":1-5:9", A ":3-10", false, 4},
        {"", A ":1-3", false, 3},       {A ":1-3", "", false, 0},
        {"0-1-4", "0-2-9", true, 5},    {"0-2-9,1-1-1", "0-1-4", true, 0},
    };
    (void)state;

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        struct tr_mysql_gtids set = set_of(cases[i].set, cases[i].mariadb);
        struct tr_mysql_gtids other = set_of(cases[i].other, cases[i].mariadb);
        assert_int_equal(tr_mysql_gtids_missing(&set, &other), cases[i].missing);
        tr_mysql_gtids_finish(&set);
        tr_mysql_gtids_finish(&other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),   cmocka_unit_test(test_wrong_texts),
        cmocka_unit_test(test_holes),   cmocka_unit_test(test_algebra),
        cmocka_unit_test(test_binary),  cmocka_unit_test(test_one),
        cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
