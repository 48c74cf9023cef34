#include "rest/users.h"

#include <crypt.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/cmocka.h"

static char path[] = "/tmp/tailrace-users-XXXXXX";

static void write_users(const char *text)
{
    static time_t later;
    struct timespec times[2] = {{.tv_sec = ++later}, {.tv_sec = later}};
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static const char *basic(const char *credentials, char text[200])
{
    strcpy(text, "Basic ");
    EVP_EncodeBlock((unsigned char *)text + 6, (const unsigned char *)credentials,
                    (int)strlen(credentials));
    return text;
}

static bool admits(struct tr_users *users, const char *credentials)
{
    char text[200];

    return tr_users_admit(users, basic(credentials, text));
}

static struct tr_users *opened(void)
{
    struct tr_users *users;
    struct tr_diag diag;

    assert_int_equal(tr_users_new(path, &users, &diag), 0);
    return users;
}

static void test_plain_and_hashed(void **state)
{
    char text[400];
    struct crypt_data data = {0};
    (void)state;

    snprintf(text, sizeof text,
             "# who\n\nanna:secret:with:colons\r\nbert:{PLAIN}$dollar\ncarl:%s\n",
             crypt_r("hashed", "$6$rounds=1000$salt", &data));
    write_users(text);
    struct tr_users *users = opened();
    assert_true(admits(users, "anna:secret:with:colons"));
    assert_true(admits(users, "bert:$dollar"));
    for (int i = 0; i < 100; i++)
        assert_true(admits(users, "carl:hashed"));
    assert_false(admits(users, "carl:other"));
    assert_false(admits(users, "anna:secret"));
    assert_false(admits(users, "anna:"));
    assert_false(admits(users, "anna"));
    assert_false(admits(users, ":"));
    assert_false(admits(users, "nobody:secret:with:colons"));
    assert_false(admits(users, "nobody:hashed"));
    snprintf(text, sizeof text, "carl:%s", data.output);
    assert_false(admits(users, text)); /* the hash is not the password */
    tr_users_free(users);
}

static void test_headers_that_say_nothing(void **state)
{
    static const char *const cases[] = {
        "",
        "Basic",
        "Basic ",
        "Basic =",
        "Basic ====",
        "Bearer YW5uYTpz",
        "Basic YW5uYTpz\n",
        "Basic !!!!",
        "basic AGFubmE6cw==",
    };
    (void)state;

    write_users("anna:s\n");
    struct tr_users *users = opened();
    assert_false(tr_users_admit(users, NULL));
    for (size_t i = 0; i < TR_COUNT(cases); i++)
        assert_false(tr_users_admit(users, cases[i]));
    char *huge = calloc(1, 100001);
    memset(huge, 'A', 100000);
    memcpy(huge, "Basic ", 6);
    assert_false(tr_users_admit(users, huge));
    free(huge);
    assert_true(tr_users_admit(users, "bAsIc  YW5uYTpz "));
    tr_users_free(users);
}

static void test_a_changed_file(void **state)
{
    struct crypt_data data = {0};
    char text[300];
    (void)state;

    snprintf(text, sizeof text, "anna:%s\n", crypt_r("old", "$6$rounds=1000$salt", &data));
    write_users(text);
    struct tr_users *users = opened();
    assert_true(admits(users, "anna:old"));
    write_users("anna:new\n");
    assert_false(admits(users, "anna:old"));
    assert_true(admits(users, "anna:new"));
    write_users("nonsense\n");
    assert_false(admits(users, "anna:new"));
    unlink(path);
    assert_false(admits(users, "anna:new"));
    write_users("anna:new\n");
    assert_true(admits(users, "anna:new"));
    tr_users_free(users);
}

static void test_bad_files(void **state)
{
    struct tr_users *users;
    struct tr_diag diag;
    (void)state;

    write_users("anna:secret\nberta\n");
    assert_int_equal(tr_users_new(path, &users, &diag), -1);
    assert_non_null(strstr(diag.message, "line 2"));
    assert_null(strstr(diag.message, "berta"));
    write_users("# nobody\n");
    assert_int_equal(tr_users_new(path, &users, &diag), -1);
    assert_int_equal(tr_users_new("/nope/users", &users, &diag), -1);
    assert_non_null(strstr(diag.message, "rest.users.file"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_and_hashed),
        cmocka_unit_test(test_headers_that_say_nothing),
        cmocka_unit_test(test_a_changed_file),
        cmocka_unit_test(test_bad_files),
    };
    int fd = mkstemp(path);

    if (fd < 0)
        return 1;
    close(fd);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
