#include "source/postgres/failure.h"
#include "source/postgres/query.h"

#include "support/cmocka.h"

static void test_lsn(void **state)
{
    (void)state;
    assert_int_equal(tr_pg_lsn_parse("16/B374D848"), UINT64_C(0x16B374D848));
    assert_int_equal(tr_pg_lsn_parse("0/0"), 0);
    assert_int_equal(tr_pg_lsn_parse("nothing"), 0);
    assert_int_equal(tr_pg_lsn_parse(NULL), 0);
}

static void test_quotes(void **state)
{
    struct tr_buf buf;
    (void)state;

    tr_buf_init(&buf, 256);
    tr_pg_quote_table(&buf, "pub\"lic", "t.x");
    tr_buf_text(&buf, " ");
    tr_pg_quote_literal(&buf, "it's");
    tr_pg_quote_literal(&buf, "a\\'b");
    assert_true(tr_buf_ok(&buf));
    assert_string_equal(tr_buf_string(&buf), "\"pub\"\"lic\".\"t.x\" 'it''s' E'a\\\\''b'");
    tr_buf_finish(&buf);
}

static void test_one_line(void **state)
{
    char line[64];
    (void)state;

    tr_pg_one_line("first\nLOCATION:  auth.c:1\nsecond\n", line, sizeof line);
    assert_string_equal(line, "first; second");
    tr_pg_one_line("refused\n\tIs the server running on that host?\n\tSo.\n", line, sizeof line);
    assert_string_equal(line, "refused; So.");
    tr_pg_one_line("", line, sizeof line);
    assert_string_equal(line, "");
    tr_pg_one_line("a text that is much longer than the line that it has to go into, which is cut",
                   line, sizeof line);
    assert_true(strlen(line) < sizeof line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lsn),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
