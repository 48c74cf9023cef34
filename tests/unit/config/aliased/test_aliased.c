/* converters and post.processors. */
#include "config/zero-fallback.h"
#include "config/files.h"

#define PACKAGE "io.debezium.connector.binlog.converters."
#define MYSQL                                                                                      \
    "connector.class=mysql\ndatabase.hostname=db\ndatabase.user=u\ndatabase.password=pw\n"         \
    "database.server.id=7\ntopic.prefix=p\nschema.history.internal.kafka.topic=h\nname=c\n"
#define RESELECT "io.debezium.processors.reselect.ReselectColumnsPostProcessor"

/* MySQL's connector. */
static const struct tr_capture_options *load_mysql(struct files *files, const char *lines)
{
    char text[4096];

    files->npaths = 0;
    snprintf(text, sizeof text, MYSQL "%s", lines);
    files_add(files, "c.properties", text);
    files_load(files);
    return files->config->nconnectors ? &files->config->connectors[0].capture : NULL;
}

static void test_converters(void **state)
{
    struct files *files = *state;
    const struct tr_capture_options *capture =
        load_mysql(files, "converters=a, b,zero-date\n"
                          "a.type=" PACKAGE "TinyIntOneToBooleanConverter\n"
                          "a.selector=s.t.a,s.t.b{1\\\\,2}\n"
                          "a.length.checker=false\n"
                          "b.type=io.debezium.connector.mysql.converters."
                          "JdbcSinkDataTypesConverter\n"
                          "b.selector.real=.*\n"
                          "b.treat.real.as.double=FALSE\n"
                          "zero-date.type=" PACKAGE "ZeroDateFallbackConverter\n"
                          "zero-date.target.types=date, Timestamp\n"
                          "zero-date.fallback.date=null\n"
                          "zero-date.fallback.timestamp=2000-01-01T00:00:00+02:00\n"
                          "zero-date.column.s.t.c.fallback=2099-12-31 23:59:59\n");

    if (files->rc)
        print_message("said: %s\n", files->diag.message);
    assert_int_equal(files->rc, 0);
    assert_int_equal(capture->nconverters, 3);
    assert_int_equal(capture->converters[0].class, TR_CUSTOM_TINYINT);
    assert_int_equal(capture->converters[0].selector.count, 2);
    assert_string_equal(capture->converters[0].selector.items[1], "s.t.b{1,2}");
    assert_false(capture->converters[0].length_checker);
    assert_int_equal(capture->converters[1].class, TR_CUSTOM_JDBC_SINK);
    assert_int_equal(capture->converters[1].reals.count, 1);
    assert_int_equal(capture->converters[1].booleans.count, 0);
    assert_false(capture->converters[1].real_as_double);
    assert_int_equal(capture->converters[2].class, TR_CUSTOM_ZERO_DATE);
    assert_int_equal(capture->converters[2].targets.count, 2);
    assert_int_equal(capture->converters[2].fallbacks.count, 1);
    assert_string_equal(capture->converters[2].fallbacks.items[0].name, "s.t.c");
    capture = load_mysql(files, "converters=a\na.type=" PACKAGE "TinyIntOneToBooleanConverter\n");
    assert_true(capture->converters[0].length_checker);
}

static void test_wrong_converters(void **state)
{
    struct files *files = *state;

    load_mysql(files, "converters=a,b,c,d\n"
                      "b.type=com.acme.Converter\n"
                      "c.type=" PACKAGE "TinyIntOneToBooleanConverter\n"
                      "c.selecter=x\nc.selector=(\nc.length.checker=maybe\n"
                      "d.type=" PACKAGE "ZeroDateFallbackConverter\n"
                      "d.target.types=DATE,TIME\nd.fallback.date=2000-02-30\n"
                      "d.column.s.t.c.fallback=soon\n");
    assert_error(files, "a.type is missing", "converters");
    assert_error(files, "b.type=com.acme.Converter", "can't load a Java class");
    assert_error(files, "there is no property c.selecter", "selector, length.checker");
    assert_error(files, "c.selector", "regular expression");
    assert_error(files, "c.length.checker", "neither true nor false");
    assert_error(files, "d.target.types", "none of DATE, DATETIME and TIMESTAMP");
    assert_error(files, "d.fallback.date", "not a date");
    assert_error(files, "d.column.s.t.c.fallback", "neither NULL nor a date");
    files_load_connector(files, "converters=a\na.type=" PACKAGE "TinyIntOneToBooleanConverter\n");
    assert_error(files, "a.type", "for columns of MySQL and MariaDB");
    files_load_connector(files, "a.type=" PACKAGE "TinyIntOneToBooleanConverter\n");
    assert_error(files, "there is no property", "a.type");
}

static void test_another_configuration(void **state)
{
    char before[128];
    const char *now;

    load_mysql(*state, "converters=a\na.type=" PACKAGE "TinyIntOneToBooleanConverter\n");
    snprintf(before, sizeof before, "%s",
             ((struct files *)*state)->config->connectors[0].fingerprint);
    load_mysql(*state, "converters=a\na.type=" PACKAGE "TinyIntOneToBooleanConverter\n"
                       "a.selector=x\n");
    now = ((struct files *)*state)->config->connectors[0].fingerprint;
    assert_string_not_equal(before, now);
}

static void test_reselect(void **state)
{
    struct files *files = *state;
    const struct tr_reselect_options *made =
        files_good(files, "post.processors=r,old\n"
                          "post.processors.r.type=" RESELECT "\n"
                          "post.processors.r.reselect.columns.include.list=public.a:b,public.c:.*\n"
                          "post.processors.r.reselect.null.values=false\n"
                          "post.processors.r.reselect.error.handling.mode=FAIL\n"
                          "old.type=" RESELECT "\n"
                          "old.reselect.columns.exclude.list=public.a:b\n"
                          "old.reselect.use.event.key=true\n")
            ->capture.reselects;

    assert_int_equal(made[0].include.count, 2);
    assert_true(made[0].unavailable);
    assert_false(made[0].nulls);
    assert_false(made[0].event_key);
    assert_int_equal(made[0].fail, 1);
    assert_int_equal(made[1].exclude.count, 1);
    assert_true(made[1].nulls);
    assert_true(made[1].event_key);
    assert_int_equal(made[1].fail, 0);
}

static void test_wrong_post_processors(void **state)
{
    struct files *files = *state;

    files_load_connector(files, "post.processors=a,b,c\n"
                                "post.processors.a.type=" RESELECT "\n"
                                "a.reselect.null.values=false\n"
                                "post.processors.b.type=com.acme.Processor\n"
                                "post.processors.x.type=" RESELECT "\n");
    assert_error(files, "options of the post processor a", "keep those behind post.processors.a.");
    assert_error(files, "post.processors.b.type=com.acme.Processor", "no such post processor");
    assert_error(files, "post.processors.c.type is missing", "post.processors");
    assert_warning(files, "post.processors.x.type", "doesn't name its alias");
    files_load_connector(files, "post.processors=a\npost.processors.a.type=" RESELECT "\n"
                                "post.processors.a.reselect.cache=1\n"
                                "post.processors.a.reselect.error.handling.mode=ignore\n"
                                "post.processors.a.reselect.columns.include.list=x\n"
                                "post.processors.a.reselect.columns.exclude.list=x\n");
    assert_error(files, "there is no property post.processors.a.reselect.cache",
                 "ReselectColumnsPostProcessor reads");
    assert_error(files, "reselect.error.handling.mode", "warn, fail");
    assert_error(files, "post.processors.a.reselect.columns.include.list", "both set");
}

static void test_fallbacks(void **state)
{
    static const struct {
        enum tr_zero_kind kind;
        const char *text;
        int64_t us; /* -1: it is refused; -2: null */
    } cases[] = {
        {TR_ZERO_DATE, "2000-01-01", INT64_C(946684800000000)},
        {TR_ZERO_DATE, "1900-02-29", -1},
        {TR_ZERO_DATE, "2000-1-01", -1},
        {TR_ZERO_DATE, "2000-01-01 ", -1},
        {TR_ZERO_DATE, "0000-00-00", -1},
        {TR_ZERO_DATE, "null", -2},
        {TR_ZERO_DATE, "", -2},
        {TR_ZERO_DATETIME, "1970-01-01 00:00:01", 1000000},
        {TR_ZERO_DATETIME, "1970-01-01T00:00:01", -1},
        {TR_ZERO_DATETIME, "1970-01-01 00:00", -1},
        {TR_ZERO_DATETIME, "1970-01-01 24:00:00", -1},
        {TR_ZERO_TIMESTAMP, "1970-01-01T00:00Z", 0},
        {TR_ZERO_TIMESTAMP, "1970-01-01T00:00:00.25Z", 250000},
        {TR_ZERO_TIMESTAMP, "1970-01-01T02:00:00+02:00", 0},
        {TR_ZERO_TIMESTAMP, "1970-01-01T00:00:00-01:30", INT64_C(5400000000)},
        {TR_ZERO_TIMESTAMP, "1970-01-01T00:00:00", -1},
        {TR_ZERO_TIMESTAMP, "1970-01-01T00:00:00.Z", -1},
        {TR_ZERO_TIMESTAMP, "1970-01-01T00:00:00.1234567Z", -1},
        {TR_ZERO_TIMESTAMP, "1970-01-01T00:00:00Zulu", -1},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        struct tr_zero_fallback fallback;
        struct tr_diag diag;
        int rc = tr_zero_fallback_parse(cases[i].kind, cases[i].text, &fallback, &diag);
        if (rc != (cases[i].us == -1 ? -1 : 0) ||
            (rc == 0 && fallback.set != (cases[i].us != -2)) ||
            (rc == 0 && fallback.set && fallback.us != cases[i].us))
            fail_msg("%s: %d, %lld", cases[i].text, rc, (long long)fallback.us);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, files_setup, files_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_converters), TEST(test_wrong_converters),      TEST(test_another_configuration),
        TEST(test_reselect),   TEST(test_wrong_post_processors), cmocka_unit_test(test_fallbacks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
