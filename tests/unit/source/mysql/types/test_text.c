#include "source/mysql/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};
static const struct tr_capture_options as_base64 = {DEFAULT_OPTIONS,
                                                    .binary_handling = TR_BINARY_BASE64};
static const struct tr_capture_options as_url = {DEFAULT_OPTIONS,
                                                 .binary_handling = TR_BINARY_BASE64_URL_SAFE};
static const struct tr_capture_options as_hex = {DEFAULT_OPTIONS, .binary_handling = TR_BINARY_HEX};

static void test_texts(void **state)
{
    static const struct value_case cases[] = {
        {"char(5)", "abc", "616263", "\"abc\""},
        {"char(5)", "abc  ", NULL, "\"abc\""},
        {"varchar(9)", "a  ", "612020", "\"a  \""},
        {"varchar(9)", "z\303\237\346\260\264\360\237\230\200", NULL,
         "\"z\303\237\346\260\264\\uD83D\\uDE00\""},
        {"varchar(9)", "", "", "\"\""},
        {"longtext", "x", "78", "\"x\""},
        /* not UTF-8: the replacement character for each byte */
        {"varchar(9)", NULL, "61ff62c3", "\"a\357\277\275b\357\277\275\""},
        {"varchar(9)", NULL, "eda080", "\"\357\277\275\357\277\275\357\277\275\""},
        {"varchar(9)", NULL, "c0af", "\"\357\277\275\357\277\275\""},
        {"varchar(9)", NULL, "f4908080", "\"\357\277\275\357\277\275\357\277\275\357\277\275\""},
        {"varchar(99)", NULL, "30313233343536373839e9", "\"0123456789\357\277\275\""},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "varchar(9)", "\"type\":\"string\",\"optional\":true");
}

static void test_charsets(void **state)
{
    static const struct value_case cases[] = {
        {"varchar(9) charset latin1", NULL, "dc6e80ff", "\"\303\234n\342\202\254\303\277\""},
        {"varchar(9) charset latin1", NULL, "81", "\"\302\201\""},
        {"varchar(9) charset latin1", NULL, "6162", "\"ab\""},
        {"varchar(9) charset ascii", NULL, "6180", "\"a\357\277\275\""},
        {"varchar(9) charset utf8mb3", NULL, "c3a9", "\"\303\251\""},
        {"varchar(9) charset ucs2", NULL, "00e96c34", "\"\303\251\346\260\264\""},
        {"varchar(9) charset utf16", NULL, "d83dde000061", "\"\\uD83D\\uDE00a\""},
        {"varchar(9) charset utf16", NULL, "d83d0061", "\"\357\277\275a\""},
        {"varchar(9) charset utf16", NULL, "006100", "\"a\357\277\275\""},
        {"varchar(9) charset utf16le", NULL, "3dd800de", "\"\\uD83D\\uDE00\""},
        {"varchar(9) charset utf32", NULL, "0001f600", "\"\\uD83D\\uDE00\""},
        {"varchar(9) charset utf32", NULL, "00110000", "\"\357\277\275\""},
        {"varchar(9) charset utf32", NULL, "000061", "\"\357\277\275\""},
        {"varchar(9) charset koi8u", NULL, "b795", "\"\320\207\342\200\242\""},
        {"varchar(9) charset swe7", NULL, "5d7e", "\"\303\205\303\274\""},
        {"varchar(9) charset tis620", NULL, "e4b7c2", "\"\340\271\204\340\270\227\340\270\242\""},
        {"varchar(9) charset keybcs2", NULL, "80", "\"\304\214\""},
        {"varchar(9) charset sjis", NULL, "93fa815f8160", "\"\346\227\245\\\\\343\200\234\""},
        {"varchar(9) charset cp932", NULL, "93fa8160", "\"\346\227\245\357\275\236\""},
        {"varchar(9) charset ujis", NULL, "c6fca1c1", "\"\346\227\245\343\200\234\""},
        {"varchar(9) charset gbk", NULL, "d6d0", "\"\344\270\255\""},
        {"varchar(9) charset gb18030", NULL, "d6d09439fc36", "\"\344\270\255\\uD83D\\uDE00\""},
        {"varchar(9) charset big5", NULL, "a4a4", "\"\344\270\255\""},
        {"varchar(9) charset euckr", NULL, "b0a18141", "\"\352\260\200\352\260\202\""},
        {"varchar(9) charset gbk", NULL, "61d6", "\"a\357\277\275\""},
        {"varchar(9) charset gbk", NULL, "ff61", "\"\357\277\275a\""},
        {"char(4) charset ucs2", NULL, "0061006200200020", "\"ab\""},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

static void test_collations(void **state)
{
    static const struct {
        unsigned id;
        const char *charset;
    } cases[] = {
        {8, "latin1"},    {33, "utf8mb3"},   {45, "utf8mb4"},   {63, NULL},       {255, "utf8mb4"},
        {309, "utf8mb4"}, {248, "gb18030"},  {1057, "utf8mb3"}, {1071, "latin1"}, {1087, NULL},
        {608, "utf8mb4"}, {2048, "utf8mb3"}, {2304, "utf8mb4"}, {3072, "utf32"},  {3328, NULL},
        {0, NULL},        {17, NULL},        {65535, NULL},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        const struct tr_mysql_charset *charset = tr_mysql_charset_of_collation(cases[i].id);
        if (!charset != !cases[i].charset ||
            (charset && strcmp(tr_mysql_charset_name(charset), cases[i].charset) != 0))
            fail_msg("collation %u: %s", cases[i].id,
                     charset ? tr_mysql_charset_name(charset) : "none");
    }
    assert_null(tr_mysql_charset_find("binary"));
    assert_null(tr_mysql_charset_find(NULL));
    assert_int_equal(tr_mysql_charset_width(tr_mysql_charset_find("utf8mb4")), 4);
}

static void test_binary(void **state)
{
    static const struct value_case cases[] = {
        {"binary(5)", NULL, "0102", "\"AQIAAAA=\""}, {"binary(5)", NULL, "", "\"AAAAAAA=\""},
        {"binary(2)", NULL, "fffe", "\"//4=\""},     {"varbinary(9)", NULL, "", "\"\""},
        {"varbinary(9)", NULL, "2000", "\"IAA=\""},  {"longblob", NULL, "fbefbe", "\"++++\""},
    };
    static const struct value_case hex[] = {
        {"binary(5)", NULL, "0102", "\"0102000000\""},
        {"blob", NULL, "deadbeef", "\"deadbeef\""},
    };
    static const struct value_case url = {"blob", NULL, "fbff3e3f00", "\"-_8-PwA=\""};

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_values(cases, TR_COUNT(cases), &as_base64);
    check_values(hex, TR_COUNT(hex), &as_hex);
    check_values(&url, 1, &as_url);
    check_schema(&options, "blob", "\"type\":\"bytes\",\"optional\":true");
    check_schema(&as_hex, "blob", "\"type\":\"string\",\"optional\":true");
}

static void test_enum(void **state)
{
    static const struct value_case cases[] = {
        {"enum('a','it''s','x,y','b\\\\c')", "1", "01", "\"a\""},
        {"enum('a','it''s','x,y','b\\\\c')", "2", "02", "\"it's\""},
        {"enum('a','it''s','x,y','b\\\\c')", "3", "03", "\"x,y\""},
        {"enum('a','it''s','x,y','b\\\\c')", "4", "04", "\"b\\\\c\""},
        {"enum('a','b')", "0", "00", "\"\""},
        {"enum('a','b')", NULL, "0200", "\"b\""},
        {"enum('a','b')", NULL, "03", "!ENUM of its column"},
        {"enum('a','b')", NULL, "", "!ENUM"},
        {"enum('a','b')", NULL, "010000", "!ENUM"},
        {"enum('a','b')", "b", NULL, "!ENUM"},
        {"enum('a','b')", "256", NULL, "!ENUM"},
        {"enum('a','b')", "1:a", NULL, "!ENUM"},
        /* a member that information_schema can't print */
        {"enum('a','?')", "2:\360\237\230\200", "02f09f9880", "\"\\uD83D\\uDE00\""},
        {"enum('a','?')", NULL, "02", "\"?\""},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "enum('x small','it''s','','a,b')",
                 "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Enum\","
                 "\"version\":1,\"parameters\":{\"allowed\":\"x small,it's,,a\\\\,b\"}");
}

static void test_set(void **state)
{
    static const struct value_case cases[] = {
        {"set('r','g','b')", "5", "05", "\"r,b\""},
        {"set('r','g','b')", "0", "00", "\"\""},
        {"set('r','g','b')", NULL, "08", "!SET of its column"},
        {"set('r','g','b')", NULL, "", "!SET"},
        {"set('r','g','b')", "r", NULL, "!SET"},
        {"set('a','b','c','d','e','f','g','h','i')", "257", "0101", "\"a,i\""},
        {"set('r','?')", "3:r,\360\237\230\200", "03722cf09f9880", "\"r,\\uD83D\\uDE00\""},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "set('a','b')",
                 "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.EnumSet\","
                 "\"version\":1,\"parameters\":{\"allowed\":\"a,b\"}");
}

static void test_sixty_four_members(void **state)
{
    char type[64 * 6 + 8] = "set(";
    struct fixture fixture;
    struct tr_value value;

    (void)state;
    for (int i = 0; i < 64; i++)
        snprintf(type + strlen(type), 8, "%s'm%d'", i ? "," : "", i);
    strcat(type, ")");
    init_fixture(&fixture, &options, type);
    assert_int_equal(fixture.type->nmembers, 64);
    struct tr_slice cell;
    assert_int_equal(transcode(&fixture, "9223372036854775809", &cell), 0);
    assert_string_equal(to_hex(&fixture.arena, cell), "0100000000000080");
    assert_int_equal(convert(&fixture, cell, &value), 0);
    assert_string_equal(json_of(&fixture, &value, false), "\"m0,m63\"");
    finish_fixture(&fixture);
}

static void test_unavailable(void **state)
{
    static const struct {
        const char *type, *expected;
    } cases[] = {
        {"text", "\"__debezium_unavailable_value\""},
        {"json", "\"__debezium_unavailable_value\""},
        {"enum('a')", "\"__debezium_unavailable_value\""},
        {"blob", "\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\""},
        {"int", "null"},
        {"datetime", "null"},
    };
    struct fixture fixture;

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        init_fixture(&fixture, &options, cases[i].type);
        assert_string_equal(json_of(&fixture, &fixture.plan.unavailable, false), cases[i].expected);
        finish_fixture(&fixture);
    }
    init_fixture(&fixture, &options, "int");
    fixture.column.optional = false;
    map_fixture(&fixture, &options);
    assert_string_equal(json_of(&fixture, &fixture.plan.unavailable, false), "0");
    finish_fixture(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_charsets),
        cmocka_unit_test(test_collations),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_enum),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_sixty_four_members),
        cmocka_unit_test(test_unavailable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
