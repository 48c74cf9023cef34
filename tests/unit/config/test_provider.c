#include "config/provider.h"

#include "files.h"

static void load_password(struct files *files, const char *value)
{
    char lines[512];

    files->npaths = 0;
    snprintf(lines, sizeof lines,
             "name=c\nconnector.class=postgres\ndatabase.hostname=db\ndatabase.user=u\n"
             "database.dbname=d\ntopic.prefix=p\ndatabase.password=%s\n",
             value);
    files_add(files, "c.properties", lines);
    files_load(files);
}

static void assert_password(struct files *files, const char *value, const char *password)
{
    load_password(files, value);
    assert_int_equal(files->rc, 0);
    assert_string_equal(files->config->connectors[0].postgres.password, password);
}

static void test_a_property_of_a_file(void **state)
{
    struct files *files = *state;
    char value[256];
    const char *path = files_put(files, "s.properties", "a=1\npw=open = sesame\\n\nb=2\n");

    snprintf(value, sizeof value, "${file:%s:pw}", path);
    assert_password(files, value, "open = sesame\n");
    snprintf(value, sizeof value, "x${file:%s/s.properties:a}-${file:%s/s.properties:b}y",
             files->folder, files->folder);
    assert_password(files, value, "x1-2y");
}

static void test_a_file_of_a_directory(void **state)
{
    struct files *files = *state;
    char value[256];

    files_put(files, "password", "open-sesame\n");
    snprintf(value, sizeof value, "${dir:%s:password}", files->folder);
    assert_password(files, value, "open-sesame");
    snprintf(value, sizeof value, "${directory:%s:password}", files->folder);
    assert_password(files, value, "open-sesame");
}

static void test_a_variable_of_the_environment(void **state)
{
    setenv("TR_TEST_SECRET", "${env:HOME}", 1);
    assert_password(*state, "${env:TR_TEST_SECRET}", "${env:HOME}"); /* not looked at again */
}

static void test_what_is_no_reference(void **state)
{
    assert_password(*state, "${HOME}$a{b:c}", "${HOME}$a{b:c}");
    assert_password(*state, "a${b:c", "a${b:c");
    assert_password(*state, "a${:c}", "a${:c}");
}

static void test_what_cannot_be_had(void **state)
{
    struct files *files = *state;
    static const struct {
        const char *value, *message;
    } cases[] = {
        {"${file:/nowhere/s.properties:pw}",
         "/nowhere/s.properties can't be read: No such file or directory"},
        {"${dir:/nowhere:pw}", "/nowhere/pw can't be read: No such file or directory"},
        {"${dir:/etc:../passwd}", "../passwd is not the name of a file in /etc"},
        {"${env:TR_TEST_NOTHING}", "the environment has no variable TR_TEST_NOTHING"},
        {"${vault:a:b}", "there is no provider of secrets called vault"},
        {"${file:pw}", "a reference is ${file:PATH:KEY}"},
        {"${file:/etc/passwd:}", "a reference is ${file:PATH:KEY}"},
        {"${dir:/:etc}", "can't be read: a directory"},
    };

    for (size_t i = 0; i < TR_COUNT(cases); i++) {
        load_password(files, cases[i].value);
        assert_int_equal(files->rc, -1);
        assert_error(files,
                     "the reference in database.password can't be resolved: ", cases[i].message);
    }
}

static void test_a_key_that_is_not_there(void **state)
{
    struct files *files = *state;
    char value[256];
    const char *path = files_put(files, "s.properties", "a=open-sesame\n");

    snprintf(value, sizeof value, "${file:%s:pw}", path);
    load_password(files, value);
    assert_error(files, "s.properties has no property pw", "c.properties:7: ");
    assert_null(strstr(files->diag.message, "sesame"));
}

static void test_names_that_a_worker_gives(void **state)
{
    struct files *files = *state;
    char value[256];
    const char *path = files_put(files, "s.properties", "pw=open-sesame\n");

    snprintf(value, sizeof value, "${secrets:%s:pw}", path);
    files_add(files, "w.properties",
              "config.providers=secrets\nconfig.providers.secrets.class="
              "org.apache.kafka.common.config.provider.FileConfigProvider\n");
    char text[512];
    snprintf(text, sizeof text, "name=c\n" NEEDED "unavailable.value.placeholder=%s\n", value);
    files_add(files, "c.properties", text);
    files_load(files);
    assert_int_equal(files->rc, 0);
    assert_string_equal(files->config->connectors[0].capture.unavailable_placeholder,
                        "open-sesame");
}

static void test_classes_that_are_none(void **state)
{
    struct files *files = *state;

    files_add(files, "w.properties",
              "config.providers=v\nconfig.providers.v.class=com.example.Vault\n"
              "config.providers.v.param.token=x\n");
    files_add(files, "c.properties", "name=c\n" NEEDED);
    files_load(files);
    assert_error(files, "config.providers.v.class", "can't be had");
    assert_error(files, "config.providers.v.param.token", "remove it");
}

static void test_a_secret_stays_out_of_messages(void **state)
{
    struct files *files = *state;

    setenv("TR_TEST_SECRET", "open-sesame", 1);
    files_load_connector(files, "database.port=${env:TR_TEST_SECRET}\n"
                                "snapshot.mode=a${env:TR_TEST_SECRET}\n"
                                "table.include.list=(${env:TR_TEST_SECRET}\n");
    assert_int_equal(files->config->nerrors, 3);
    assert_error(files, "the value of database.port is not a whole number", "");
    assert_error(files, "the value of snapshot.mode is none of initial", "");
    assert_error(files, "the value of table.include.list is not a regular expression", "");
    for (size_t i = 0; i < files->config->nerrors; i++)
        assert_null(strstr(files->config->errors[i], "sesame"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, files_setup, files_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_property_of_a_file),
        TEST(test_a_file_of_a_directory),
        TEST(test_a_variable_of_the_environment),
        TEST(test_what_is_no_reference),
        TEST(test_what_cannot_be_had),
        TEST(test_a_key_that_is_not_there),
        TEST(test_names_that_a_worker_gives),
        TEST(test_classes_that_are_none),
        TEST(test_a_secret_stays_out_of_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
