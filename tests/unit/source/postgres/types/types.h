/*
 * Tables of PostgreSQL values and what becomes of them, compared as the JSON that would be written.
 */
#ifndef TR_TESTS_UNIT_SOURCE_POSTGRES_TYPES_H
#define TR_TESTS_UNIT_SOURCE_POSTGRES_TYPES_H

#include <stdio.h>
#include <stdlib.h>

#include "encode/encoder.h"
#include "source/postgres/pg-type.h"
#include "source/postgres/types.h"
#include "support/cmocka.h"

/* atttypmod of numeric(precision,scale) */
#define NUMERIC(precision, scale) (((precision) << 16 | (scale)) + 4)

/* Debezium's defaults; a test changes what it is about. */
#define DEFAULT_OPTIONS                                                                            \
    .unavailable_placeholder = "__debezium_unavailable_value", .money_fraction_digits = 2

struct value_case {
    const char *type; /* its name; with _ before it, an array of it */
    int32_t modifier;
    const char *text;
    const char *expected; /* JSON; "!…": a failure whose message holds … */
};

/* A column with everything that its plan needs. */
struct fixture {
    struct tr_arena arena;
    struct tr_pg_type_map map;
    struct tr_column column;
    struct tr_plan_column plan;
    int rc; /* of the map */
    struct tr_diag diag;
};

static const char *const mood_labels[] = {"sad", "ok", "h a"};

static inline uint32_t oid_of(const char *name)
{
    static const struct {
        const char *name;
        uint32_t oid;
    } oids[] = {
        {"bool", 16},
        {"bytea", 17},
        {"char", 18},
        {"name", 19},
        {"int8", 20},
        {"int2", 21},
        {"int2vector", 22},
        {"int4", 23},
        {"text", 25},
        {"oid", 26},
        {"oidvector", 30},
        {"json", 114},
        {"xml", 142},
        {"point", 600},
        {"box", 603},
        {"cidr", 650},
        {"float4", 700},
        {"float8", 701},
        {"macaddr8", 774},
        {"money", 790},
        {"macaddr", 829},
        {"inet", 869},
        {"bpchar", 1042},
        {"varchar", 1043},
        {"date", 1082},
        {"time", 1083},
        {"timestamp", 1114},
        {"timestamptz", 1184},
        {"interval", 1186},
        {"timetz", 1266},
        {"bit", 1560},
        {"varbit", 1562},
        {"numeric", 1700},
        {"refcursor", 1790},
        {"uuid", 2950},
        {"pg_lsn", 3220},
        {"tsvector", 3614},
        {"jsonb", 3802},
        {"int4range", 3904},
        {"tstzrange", 3910},
        {"int4multirange", 4451},
    };

    for (size_t i = 0; i < TR_COUNT(oids); i++)
        if (strcmp(oids[i].name, name) == 0)
            return oids[i].oid;
    return 20000; /* an extension's or a user's */
}

/* The catalog's row of a type; mood is an enum, d_… a domain over …, pair a composite. */
static inline const struct tr_pg_type *type_of(const char *name, struct tr_arena *arena)
{
    struct tr_pg_type *type = tr_arena_zalloc(arena, 1, sizeof *type);

    assert_non_null(type);
    *type = (struct tr_pg_type){
        .oid = oid_of(name), .schema = "pg_catalog", .name = name, .kind = 'b', .category = 'X'};
    if (name[0] == '_' || strstr(name, "vector") == name + strlen(name) - 6) {
        type->category = name[0] == '_' || strcmp(name, "tsvector") != 0 ? 'A' : 'U';
        const char *element = name[0] == '_'                    ? name + 1
                              : strcmp(name, "int2vector") == 0 ? "int2"
                                                                : "oid";
        type->element = type->category == 'A' ? type_of(element, arena) : NULL;
    } else if (strcmp(name, "mood") == 0) {
        type->kind = 'e';
        type->labels = mood_labels;
        type->nlabels = TR_COUNT(mood_labels);
    } else if (strncmp(name, "d_", 2) == 0) {
        type->kind = 'd';
        type->base = type_of(name + 2, arena);
        type->base_modifier = -1;
    } else if (strcmp(name, "pair") == 0) {
        type->kind = 'c';
    }
    return type;
}

static inline void map_fixture(struct fixture *fixture, const struct tr_capture_options *options)
{
    tr_pg_type_map_init(&fixture->map, options);
    fixture->plan = (struct tr_plan_column){.column = &fixture->column};
    fixture->rc =
        fixture->map.map.map(&fixture->map.map, &fixture->plan, &fixture->arena, &fixture->diag);
}

/* A nullable column; change fixture->column and map again for another. */
static inline void init_fixture(struct fixture *fixture, const struct tr_capture_options *options,
                                const char *type, int32_t modifier)
{
    *fixture = (struct fixture){0};
    tr_arena_init(&fixture->arena, 1 << 14, 64 << 20);
    fixture->column = (struct tr_column){.name = "c",
                                         .type_name = type,
                                         .type = type_of(type, &fixture->arena),
                                         .modifier = modifier,
                                         .optional = true};
    map_fixture(fixture, options);
}

static inline void finish_fixture(struct fixture *fixture)
{
    tr_arena_finish(&fixture->arena);
}

/* The value, and with schemas the schema before it, as JsonConverter's text. */
static inline const char *json_of(struct fixture *fixture, const struct tr_value *value,
                                  bool schemas)
{
    const struct tr_converter_options options = {.schemas_enable = schemas};
    struct tr_encoder *encoder;
    struct tr_encoding *encoding;
    struct tr_diag *diag = &fixture->diag;
    struct tr_writer writer;
    struct tr_slice text;

    assert_int_equal(tr_json_encoder_new(&options, &encoder, diag), 0);
    assert_int_equal(tr_encoding_new(encoder, fixture->plan.schema, "t", &encoding, diag), 0);
    tr_writer_begin(&writer, &fixture->arena);
    int rc = tr_encoding_write(encoding, value, &writer, diag);
    tr_writer_char(&writer, '\0');
    assert_int_equal(tr_writer_end(&writer, &text), 0);
    tr_encoding_free(encoding);
    tr_encoder_free(encoder);
    return rc < 0 ? diag->message : text.p;
}

static inline int convert(struct fixture *fixture, struct tr_slice text, struct tr_value *ret_value)
{
    *ret_value = (struct tr_value){0};
    return fixture->plan.convert(&fixture->plan, text, &fixture->arena, ret_value, &fixture->diag);
}

static inline void check_converted(struct fixture *fixture, const struct value_case *c)
{
    struct tr_value value;
    int rc = convert(fixture, tr_slice_of(c->text), &value);

    if (c->expected[0] == '!') {
        if (rc != -1 || !strstr(fixture->diag.message, c->expected + 1))
            fail_msg("%s %s: %s instead of failure %s", c->type, c->text,
                     rc < 0 ? fixture->diag.message : json_of(fixture, &value, false),
                     c->expected + 1);
        assert_int_equal(fixture->diag.cls, TR_DATA);
        assert_int_equal(fixture->diag.reaction, TR_STOP);
        return;
    }
    const char *json = rc < 0 ? fixture->diag.message : json_of(fixture, &value, false);
    if (strcmp(json, c->expected) != 0)
        fail_msg("%s(%d) %s: %s instead of %s", c->type, c->modifier, c->text, json, c->expected);
}

/* Convert each text in a nullable column. */
static inline void check_values(const struct value_case *cases, size_t n,
                                const struct tr_capture_options *options)
{
    for (size_t i = 0; i < n; i++) {
        struct fixture fixture;
        init_fixture(&fixture, options, cases[i].type, cases[i].modifier);
        assert_int_equal(fixture.rc, 0);
        check_converted(&fixture, &cases[i]);
        finish_fixture(&fixture);
    }
}

/* The schema of a nullable column, without "optional":true; NULL: the type is left out. */
static inline void check_schema(const struct tr_capture_options *options, const char *type,
                                int32_t modifier, const char *expected)
{
    const struct tr_value null = {0};
    struct fixture fixture;
    char text[2048];

    init_fixture(&fixture, options, type, modifier);
    if (!expected) {
        if (fixture.rc <= 0)
            fail_msg("%s is not left out", type);
    } else {
        assert_int_equal(fixture.rc, 0);
        snprintf(text, sizeof text, "{\"schema\":{%s},\"payload\":null}", expected);
        assert_string_equal(json_of(&fixture, &null, true), text);
    }
    finish_fixture(&fixture);
}

#endif
