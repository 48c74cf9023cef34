#include "kafka/murmur2.h"

#include "base/macros.h"
#include "support/cmocka.h"

/* The values of Kafka's own UtilsTest. */
static void test_javas_values(void **state)
{
    static const struct {
        const char *text;
        int32_t hash;
    } known[] = {
        {"21", -973932308},
        {"foobar", -790332482},
        {"a-little-bit-long-string", -985981536},
        {"a-little-bit-longer-string", -1486304829},
        {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
        {"abc", 479470107},
    };

    (void)state;
    for (size_t i = 0; i < TR_COUNT(known); i++)
        assert_int_equal((int32_t)tr_kafka_murmur2(tr_slice_of(known[i].text)), known[i].hash);
}

static void test_partition_of_a_negative_hash(void **state)
{
    (void)state;
    assert_int_equal(tr_kafka_partition(TR_SLICE("foobar"), 7), (-790332482 & 0x7fffffff) % 7);
    assert_int_equal(tr_kafka_partition(TR_SLICE("abc"), 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_javas_values),
        cmocka_unit_test(test_partition_of_a_negative_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
