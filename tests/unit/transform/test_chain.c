#include "transform/bed.h"

#define FILTER     "org.apache.kafka.connect.transforms.Filter"
#define PREDICATES "org.apache.kafka.connect.transforms.predicates."

static void test_no_chain(void **state)
{
    struct bed *bed = *state;

    assert_int_equal(tr_chain_new(&bed->options, &bed->chain, &bed->diag), 0);
    assert_null(bed->chain);
}

static void test_predicates(void **state)
{
    struct bed *bed = *state;

    CONFIGURE("predicates", "tomb", "transforms.t.type", FILTER, "transforms.t.predicate", "tomb",
              "predicates.tomb.type", PREDICATES "RecordIsTombstone");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    bed_tombstone(bed);
    assert_int_equal(bed_run(bed), 1);
    CONFIGURE("predicates", "p", "transforms.t.type", FILTER, "transforms.t.predicate", "p",
              "transforms.t.negate", "true", "predicates.p.type", PREDICATES "TopicNameMatches",
              "predicates.p.pattern", "s\\..*");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 0);
    bed->record.topic = "other";
    assert_int_equal(bed_run(bed), 1);
    CONFIGURE("predicates", "p", "transforms.t.type", FILTER, "transforms.t.predicate", "p",
              "predicates.p.type", PREDICATES "HasHeaderKey", "predicates.p.name", "h");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), 1);
}

static void refuse(struct bed *bed, const char *words)
{
    bed_flat(bed);
    assert_int_equal(tr_chain_check(&bed->options, &bed->diag), -1);
    assert_int_equal(bed->diag.cls, TR_CONFIG);
    if (!strstr(bed->diag.message, words))
        fail_msg("\"%s\" says nothing of \"%s\"", bed->diag.message, words);
}

static void test_mistakes_name_the_property(void **state)
{
    struct bed *bed = *state;

    CONFIGURE("transforms.x.type", FILTER);
    refuse(bed, "transforms.t.type is missing");
    CONFIGURE("transforms.t.type", "com.example.Mine");
    refuse(bed, "transforms.t.type=com.example.Mine");
    CONFIGURE("transforms.t.type", FILTER, "transforms.t.predicate", "nosuch");
    refuse(bed, "transforms.t.predicate=nosuch");
    CONFIGURE("transforms.t.type", FILTER, "transforms.t.negate", "perhaps");
    refuse(bed, "transforms.t.negate");
    CONFIGURE("transforms.t.type", FILTER, "transforms.t.colour", "red");
    refuse(bed, "transforms.t.colour");
    CONFIGURE("transforms.t.type", FILTER, "transforms.u.type", FILTER);
    refuse(bed, "transforms.u.type");
    CONFIGURE("transforms.t.type", "org.apache.kafka.connect.transforms.RegexRouter",
              "transforms.t.regex", "(", "transforms.t.replacement", "x");
    refuse(bed, "regex=(");
    CONFIGURE("transforms.t.type", "org.apache.kafka.connect.transforms.RegexRouter",
              "transforms.t.regex", "x");
    refuse(bed, "transforms.t.replacement is missing");
    CONFIGURE("transforms.t.type", "io.debezium.transforms.ExtractNewRecordState",
              "transforms.t.delete.tombstone.handling.mode", "none");
    refuse(bed, "transforms.t.delete.tombstone.handling.mode");
    CONFIGURE("transforms.t.type", "io.debezium.transforms.ExtractNewRecordState",
              "transforms.t.drop.tombstones", "false");
    refuse(bed, "delete.tombstone.handling.mode");
}

static void test_a_failure_names_the_transform(void **state)
{
    struct bed *bed = *state;

    CONFIGURE("transforms.t.type", "org.apache.kafka.connect.transforms.ValueToKey",
              "transforms.t.fields", "nosuch");
    bed_flat(bed);
    assert_int_equal(bed_run(bed), -1);
    assert_non_null(strstr(bed->diag.message, "transform t"));
    assert_int_equal(bed->diag.reaction, TR_STOP);
}

static int count;

static int make_counted(const struct tr_derive_key *key, struct tr_arena *arena, void **ret_thing,
                        struct tr_diag *diag)
{
    (void)arena, (void)diag;
    count++;
    *ret_thing = (void *)(uintptr_t)key->from;
    return 0;
}

static void test_things_are_derived_once(void **state)
{
    struct bed *bed = *state;
    static const struct tr_derive_maker maker = {make_counted, NULL};
    const struct tr_derive_key a = {bed, "a", NULL, NULL}, b = {bed, "b", NULL, NULL};
    struct tr_derivations *derivations = tr_derivations_new();
    void *thing;

    count = 0;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tr_derive(derivations, &a, &maker, &thing, &bed->diag), 0);
        assert_ptr_equal(thing, a.from);
        assert_int_equal(tr_derive(derivations, &b, &maker, &thing, &bed->diag), 0);
        assert_ptr_equal(thing, b.from);
    }
    assert_int_equal(count, 2);
    tr_derivations_free(derivations);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_chain),
        TEST(test_predicates),
        TEST(test_mistakes_name_the_property),
        TEST(test_a_failure_names_the_transform),
        TEST(test_things_are_derived_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
