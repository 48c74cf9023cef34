#include "config/option-table.h"

#include <string.h>

#include "config/option-value.h"
#include "support/cmocka.h"

static void each_option(void (*look)(const struct tr_option_group *, const struct tr_option *))
{
    size_t ngroups;
    const struct tr_option_group *const *groups = tr_option_groups(&ngroups);

    for (size_t i = 0; i < ngroups; i++)
        for (size_t j = 0; j < groups[i]->count; j++)
            look(groups[i], &groups[i]->options[j]);
}

static void look_at_row(const struct tr_option_group *group, const struct tr_option *option)
{
    struct tr_option_value value;
    struct tr_arena arena;
    struct tr_diag diag;

    assert_non_null(option->doc);
    if (option->status != TR_OPTION_SUPPORTED)
        assert_non_null(option->note);
    if (option->status == TR_OPTION_FORMER) {
        /* the successor is there */
        assert_non_null(tr_option_find(TR_FOR_CONNECTORS, option->note, &group));
        return;
    }
    if (option->type == TR_OPTION_CHOICE)
        assert_non_null(option->choices);
    if (option->identity)
        assert_true(option->at > 0);
    if (option->with)
        assert_non_null(tr_option_find(TR_FOR_CONNECTORS, option->with, &group));
    tr_arena_init(&arena, 1024, 1 << 20);
    if (option->fallback)
        assert_int_equal(tr_option_parse(option, option->fallback, &arena, &value, &diag), 0);
    tr_arena_finish(&arena);
}

static void test_rows_are_whole(void **state)
{
    (void)state;
    each_option(look_at_row);
}

static void look_for_itself(const struct tr_option_group *group, const struct tr_option *option)
{
    const struct tr_option_group *found;

    /* a name that is there twice for one reader would find another row */
    for (unsigned reader = 1; reader & TR_FOR_ALL; reader <<= 1) {
        if (!(reader & tr_option_readers(group, option)))
            continue;
        assert_ptr_equal(tr_option_find(reader, option->name, &found), option);
        assert_ptr_equal(found, group);
    }
}

static void test_names_are_unique(void **state)
{
    (void)state;
    each_option(look_for_itself);
}

static const char *found(unsigned readers, const char *name)
{
    const struct tr_option_group *group;
    const struct tr_option *option = tr_option_find(readers, name, &group);

    return option ? option->name : "";
}

static void test_patterns(void **state)
{
    size_t length;

    (void)state;
    assert_string_equal(found(TR_FOR_CONNECTORS, "topic.creation.a.b.partitions"),
                        "topic.creation.*.partitions");
    assert_string_equal(found(TR_FOR_CONNECTORS, "topic.creation.a.retention.ms"),
                        "topic.creation.*");
    assert_string_equal(found(TR_FOR_CONNECTORS, "column.mask.hash.v2.SHA-256.with.salt.x"),
                        "column.mask.hash.*");
    assert_string_equal(found(TR_FOR_CONNECTORS, "producer.linger.ms"), "");
    assert_string_equal(found(TR_FOR_WORKER, "producer.linger.ms"), "producer.*");
    assert_string_equal(found(TR_FOR_WORKER, "producer."), "");
    assert_string_equal(found(TR_FOR_WORKER, "heartbeat.interval.ms"), "heartbeat.interval.ms");
    assert_memory_equal(tr_option_star("a.*.c", "a.bb.c", &length), "bb.c", 4);
    assert_int_equal(length, 2);
    assert_null(tr_option_star("a.*.c", "a..c", &length));
    assert_null(tr_option_star("a.*.c", "a.c", &length));
}

static void test_nearest(void **state)
{
    (void)state;
    assert_string_equal(tr_option_nearest(TR_FOR_CONNECTORS, "table.inclde.lists"),
                        "table.include.list");
    assert_string_equal(tr_option_nearest(TR_FOR_CONNECTORS, "slotname"), "slot.name");
    assert_string_equal(tr_option_nearest(TR_FOR_WORKER, "boostrap.server"), "bootstrap.servers");
    assert_null(tr_option_nearest(TR_FOR_CONNECTORS, "nothing.like.it.at.all"));
    assert_null(tr_option_nearest(TR_FOR_CONNECTORS, ""));
    char longest[200];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(tr_option_nearest(TR_FOR_CONNECTORS, longest));
}

static void test_lists(void **state)
{
    struct tr_arena arena;
    struct tr_list list;
    struct tr_diag diag;

    (void)state;
    tr_arena_init(&arena, 1024, 1 << 20);
    assert_int_equal(tr_list_parse(" a , b\\,c,, d\\.e,f\\\\,", &arena, &list, &diag), 0);
    assert_int_equal(list.count, 4);
    assert_string_equal(list.items[0], "a");
    assert_string_equal(list.items[1], "b,c");
    assert_string_equal(list.items[2], "d\\.e");
    assert_string_equal(list.items[3], "f\\\\");
    assert_int_equal(tr_list_parse("", &arena, &list, &diag), 0);
    assert_int_equal(list.count, 0);
    tr_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_whole), cmocka_unit_test(test_names_are_unique),
        cmocka_unit_test(test_patterns),       cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
