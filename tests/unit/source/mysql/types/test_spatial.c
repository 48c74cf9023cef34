#include "source/mysql/types/types.h"

static const struct tr_capture_options options = {DEFAULT_OPTIONS};

#define POINT "0101000000000000000000f83f00000000000002c0" /* POINT(1.5 -2.25) */

static void test_geometry(void **state)
{
    static const struct value_case cases[] = {
        {"point", NULL, "00000000" POINT,
         "{\"x\":1.5,\"y\":-2.25,\"wkb\":\"AQEAAAAAAAAAAAD4PwAAAAAAAALA\",\"srid\":null}"},
        {"point", NULL, "e6100000" POINT,
         "{\"x\":1.5,\"y\":-2.25,\"wkb\":\"AQEAAAAAAAAAAAD4PwAAAAAAAALA\",\"srid\":4326}"},
        {"geometry", NULL, "110f0000" POINT,
         "{\"wkb\":\"AQEAAAAAAAAAAAD4PwAAAAAAAALA\",\"srid\":3857}"},
        {"geomcollection", NULL, "00000000010700000000000000",
         "{\"wkb\":\"AQcAAAAAAAAA\",\"srid\":null}"},
        {"point", NULL,
         "00000000"
         "010200000000000000",
         "!POINT"},
        {"point", NULL, "00000000", "!POINT"},
        {"polygon", NULL, "0000000001", "!geometry"},
        {"geometry", NULL, "", "!geometry"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "polygon",
                 "\"type\":\"struct\",\"fields\":[{\"type\":\"bytes\",\"optional\":false,\"field\":"
                 "\"wkb\"},{\"type\":\"int32\",\"optional\":true,\"field\":\"srid\"}],"
                 "\"optional\":true,\"name\":\"io.debezium.data.geometry.Geometry\",\"version\":1,"
                 "\"doc\":\"Geometry\"");
    check_schema(&options, "point",
                 "\"type\":\"struct\",\"fields\":[{\"type\":\"double\",\"optional\":false,"
                 "\"field\":\"x\"},{\"type\":\"double\",\"optional\":false,\"field\":\"y\"},{"
                 "\"type\":\"bytes\",\"optional\":true,\"field\":\"wkb\"},{\"type\":\"int32\","
                 "\"optional\":true,\"field\":\"srid\"}],\"optional\":true,\"name\":"
                 "\"io.debezium.data.geometry.Point\",\"version\":1,\"doc\":\"Geometry (POINT)\"");
}

static void test_vector(void **state)
{
    static const struct value_case cases[] = {
        {"vector(2)", NULL, "0000803f000020c0", "[1.0,-2.5]"},
        {"vector(2)", NULL, "", "[]"},
        {"vector(2)", NULL, "0000803f00", "!VECTOR"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "vector(3)",
                 "\"type\":\"array\",\"items\":{\"type\":\"float\",\"optional\":false},"
                 "\"optional\":true,\"name\":\"io.debezium.data.FloatVector\",\"version\":1");
}

/* MariaDB 10.11 stored the first ones so. */
static void test_uuid(void **state)
{
    static const struct value_case cases[] = {
        {"uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "00c04fd430c880b411d19dad6ba7b810",
         "\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\""},
        {"uuid", "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5dac96774bbcceb302099a8057",
         "\"01890a5d-ac96-774b-bcce-b302099a8057\""},
        {"uuid", "00000000-0000-0000-0000-000000000001", "00000000000000000000000000000001",
         "\"00000000-0000-0000-0000-000000000001\""},
        {"uuid", "ffffffff-ffff-ffff-ffff-ffffffffffff", "ffffffffffffffffffffffffffffffff",
         "\"ffffffff-ffff-ffff-ffff-ffffffffffff\""},
        {"uuid", NULL, "", "\"00000000-0000-0000-0000-000000000000\""},
        {"uuid", NULL, "01890a5dac96774bbcceb302099a80",
         "\"01890a5d-ac96-774b-bcce-b302099a8000\""},
        {"uuid", NULL, "0000000000000000000000000000000001", "!UUID"},
        {"uuid", "6ba7b810", NULL, "!UUID"},
        {"uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430cx", NULL, "!UUID"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
    check_schema(&options, "uuid",
                 "\"type\":\"string\",\"optional\":true,\"name\":\"io.debezium.data.Uuid\","
                 "\"version\":1");
}

static void test_addresses(void **state)
{
    static const struct value_case cases[] = {
        {"inet4", "1.2.3.4", "01020304", "\"1.2.3.4\""},
        {"inet4", NULL, "0a", "\"10.0.0.0\""},
        {"inet4", NULL, "0102030405", "!INET4"},
        {"inet4", "1.2.3", NULL, "!address"},
        {"inet6", "::1", "00000000000000000000000000000001", "\"::1\""},
        {"inet6", "2001:db8::", "20010db8000000000000000000000000", "\"2001:db8::\""},
        {"inet6", "::ffff:1.2.3.4", "00000000000000000000ffff01020304", "\"::ffff:1.2.3.4\""},
        {"inet6", NULL, "", "\"::\""},
        {"inet6", "12345678901234567890123456789012345678901234567890", NULL, "!address"},
    };

    (void)state;
    check_values(cases, TR_COUNT(cases), &options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_geometry),
        cmocka_unit_test(test_vector),
        cmocka_unit_test(test_uuid),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
