#include "sink/file/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/cmocka.h"

struct bed {
    char folder[64], path[96];
    struct tr_buf value;
    struct tr_diag diag;
};

static int setup(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);

    assert_non_null(bed);
    snprintf(bed->folder, sizeof bed->folder, "/tmp/test_store.XXXXXX");
    assert_non_null(mkdtemp(bed->folder));
    snprintf(bed->path, sizeof bed->path, "%s/offsets", bed->folder);
    tr_buf_init(&bed->value, 1 << 20);
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    struct bed *bed = *state;
    char lock[128];

    snprintf(lock, sizeof lock, "%s.lock", bed->path);
    unlink(lock);
    unlink(bed->path);
    assert_int_equal(rmdir(bed->folder), 0); /* nothing else is left behind */
    tr_buf_finish(&bed->value);
    free(bed);
    return 0;
}

static const struct tr_slice a = {"[\"a\",{\"server\":\"p\"}]", 20};
static const struct tr_slice b = {"[\"b\",{\"server\":\"p\"}]", 20};

static int store(struct bed *bed, struct tr_slice key, struct tr_store_entry entry)
{
    return tr_store_write(bed->path, key, &entry, &bed->diag);
}

static int load(struct bed *bed, struct tr_slice key, struct tr_store_entry *entry)
{
    tr_buf_reset(&bed->value);
    return tr_store_read(bed->path, key, &bed->value, entry, &bed->diag);
}

static void test_no_file(void **state)
{
    struct bed *bed = *state;
    struct tr_store_entry entry;

    assert_int_equal(load(bed, a, &entry), 1);
}

static void test_connectors_share_a_file(void **state)
{
    struct bed *bed = *state;
    struct tr_store_entry entry;

    assert_int_equal(store(bed, a, (struct tr_store_entry){.value = TR_SLICE("{\"lsn\":1}")}), 0);
    assert_int_equal(store(bed, b, (struct tr_store_entry){TR_SLICE("{\"lsn\":2}"), 77, 5, NULL}),
                     0);
    assert_int_equal(store(bed, a, (struct tr_store_entry){.value = TR_SLICE("{\"lsn\":3}")}), 0);
    assert_int_equal(load(bed, a, &entry), 0);
    assert_true(tr_slice_is(entry.value, "{\"lsn\":3}"));
    assert_int_equal(entry.inode, 0);
    assert_int_equal(load(bed, b, &entry), 0);
    assert_true(tr_slice_is(entry.value, "{\"lsn\":2}"));
    assert_int_equal(entry.inode, 77);
    assert_int_equal(entry.length, 5);
}

static void test_entry_without_position(void **state)
{
    struct bed *bed = *state;
    struct tr_store_entry entry;

    assert_int_equal(store(bed, a, (struct tr_store_entry){.inode = 7, .length = 3}), 0);
    assert_int_equal(load(bed, a, &entry), 0);
    assert_null(entry.value.p);
    assert_int_equal(entry.length, 3);
}

static void test_connects_own_file_is_refused(void **state)
{
    struct bed *bed = *state;
    struct tr_store_entry entry;
    int fd = open(bed->path, O_WRONLY | O_CREAT, 0600);

    assert_int_equal(write(fd, "\254\355\0\5sr\0\21java.util.HashMap", 22), 22);
    close(fd);
    assert_int_equal(load(bed, a, &entry), -1);
    assert_int_equal(bed->diag.cls, TR_CONFIG);
    assert_non_null(strstr(bed->diag.message, "offset.storage.file.filename"));
    assert_int_equal(store(bed, a, (struct tr_store_entry){.value = TR_SLICE("{}")}), -1);
}

static void test_folder_missing(void **state)
{
    struct bed *bed = *state;
    struct tr_store_entry entry = {.value = TR_SLICE("{}")};

    assert_int_equal(tr_store_write("/nonexistent/offsets", a, &entry, &bed->diag), -1);
    assert_int_equal(bed->diag.reaction, TR_STOP);
    assert_non_null(strstr(bed->diag.message, "/nonexistent/offsets"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_file),
        TEST(test_connectors_share_a_file),
        TEST(test_entry_without_position),
        TEST(test_connects_own_file_is_refused),
        TEST(test_folder_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
