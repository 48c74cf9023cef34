/*
 * Tables of MySQL values: the text of a SELECT, the cell that the log has for it, and the JSON that
 * would be written.
 */
#ifndef TR_TESTS_UNIT_SOURCE_MYSQL_TYPES_H
#define TR_TESTS_UNIT_SOURCE_MYSQL_TYPES_H

#include <stdio.h>
#include <stdlib.h>

#include "capture/convert.h"
#include "encode/encoder.h"
#include "source/mysql/types.h"
#include "source/mysql/types/charset.h"
#include "support/cmocka.h"

/* Debezium's defaults; a test changes what it is about. */
#define OTHER_OPTIONS                                                                              \
    .unavailable_placeholder = "__debezium_unavailable_value", .time_adjuster = true
#define DEFAULT_OPTIONS OTHER_OPTIONS, .time_precision = TR_TIME_ADAPTIVE_TIME_MICROSECONDS

struct value_case {
    const char *type;     /* COLUMN_TYPE; texts are utf8mb4, "… charset" another one */
    const char *text;     /* of the SELECT; NULL: only the cell is looked at */
    const char *cell;     /* hex digits; NULL: any */
    const char *expected; /* JSON; "!…": a failure whose message holds … */
};

/* A column with everything that its plan needs. */
struct fixture {
    struct tr_arena arena;
    struct tr_mysql_type_map map;
    const struct tr_mysql_type *type;
    struct tr_column column;
    struct tr_plan_column plan;
    int rc; /* of the map */
    struct tr_diag diag;
};

static inline void map_fixture(struct fixture *fixture, const struct tr_capture_options *options)
{
    tr_mysql_type_map_init(&fixture->map, options);
    tr_mysql_type_describe(fixture->type, &fixture->column);
    fixture->plan = (struct tr_plan_column){.column = &fixture->column};
    fixture->rc =
        fixture->map.map.map(&fixture->map.map, &fixture->plan, &fixture->arena, &fixture->diag);
}

static inline bool is_text(const struct tr_mysql_type *type)
{
    return type->kind == TR_MYSQL_CHAR || type->kind == TR_MYSQL_VARCHAR ||
           type->kind == TR_MYSQL_TEXT || type->kind == TR_MYSQL_ENUM || type->kind == TR_MYSQL_SET;
}

/* A nullable column; change fixture->column and map again for another. */
static inline void init_fixture(struct fixture *fixture, const struct tr_capture_options *options,
                                const char *spelling)
{
    const char *charset = strstr(spelling, " charset ");

    *fixture = (struct fixture){0};
    tr_arena_init(&fixture->arena, 1 << 14, 64 << 20);
    assert_int_equal(
        tr_mysql_type_parse(spelling, NULL, &fixture->arena, &fixture->type, &fixture->diag), 0);
    if (is_text(fixture->type))
        assert_int_equal(tr_mysql_type_parse(spelling, charset ? charset + 9 : "utf8mb4",
                                             &fixture->arena, &fixture->type, &fixture->diag),
                         0);
    fixture->column = (struct tr_column){.name = "c", .optional = true};
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

static inline struct tr_slice from_hex(struct tr_arena *arena, const char *hex)
{
    struct tr_slice digits = tr_slice_of(hex);
    unsigned char *bytes = tr_arena_alloc(arena, digits.n / 2);

    assert_non_null(bytes);
    assert_int_equal(tr_decode_hex(digits, bytes), 0);
    return (struct tr_slice){(const char *)bytes, digits.n / 2};
}

static inline const char *to_hex(struct tr_arena *arena, struct tr_slice bytes)
{
    char *hex = tr_arena_alloc(arena, 2 * bytes.n + 1);

    assert_non_null(hex);
    for (size_t i = 0; i < bytes.n; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)bytes.p[i]);
    hex[2 * bytes.n] = '\0';
    return hex;
}

static inline int convert(struct fixture *fixture, struct tr_slice cell, struct tr_value *ret_value)
{
    *ret_value = (struct tr_value){0};
    return fixture->plan.convert(&fixture->plan, cell, &fixture->arena, ret_value, &fixture->diag);
}

static inline int transcode(struct fixture *fixture, const char *text, struct tr_slice *ret_cell)
{
    return tr_mysql_type_transcoder(fixture->type)(fixture->type, tr_slice_of(text),
                                                   &fixture->arena, ret_cell, &fixture->diag);
}

static inline void check_failure(struct fixture *fixture, const struct value_case *c, int rc)
{
    if (rc != -1 || !strstr(fixture->diag.message, c->expected + 1))
        fail_msg("%s %s: %s instead of failure %s", c->type, c->text ? c->text : c->cell,
                 rc < 0 ? fixture->diag.message : "a value", c->expected + 1);
    assert_int_equal(fixture->diag.cls, TR_DATA);
    assert_int_equal(fixture->diag.reaction, TR_STOP);
}

static inline void check_value(struct fixture *fixture, const struct value_case *c)
{
    struct tr_slice cell = {0};
    struct tr_value value;
    int rc = 0;

    if (c->text)
        rc = transcode(fixture, c->text, &cell);
    if (rc == 0 && c->text && c->cell) {
        const char *hex = to_hex(&fixture->arena, cell);
        if (strcmp(hex, c->cell) != 0)
            fail_msg("%s %s: cell %s instead of %s", c->type, c->text, hex, c->cell);
    }
    if (!c->text)
        cell = from_hex(&fixture->arena, c->cell);
    if (rc == 0)
        rc = convert(fixture, cell, &value);
    if (c->expected[0] == '!') {
        check_failure(fixture, c, rc);
        return;
    }
    const char *json = rc < 0 ? fixture->diag.message : json_of(fixture, &value, false);
    if (strcmp(json, c->expected) != 0)
        fail_msg("%s %s: %s instead of %s", c->type, c->text ? c->text : c->cell, json,
                 c->expected);
}

/* Each in a nullable column. */
static inline void check_values(const struct value_case *cases, size_t n,
                                const struct tr_capture_options *options)
{
    for (size_t i = 0; i < n; i++) {
        struct fixture fixture;
        init_fixture(&fixture, options, cases[i].type);
        assert_int_equal(fixture.rc, 0);
        check_value(&fixture, &cases[i]);
        finish_fixture(&fixture);
    }
}

/* The schema of a nullable column, without "optional":true; NULL: the type is left out. */
static inline void check_schema(const struct tr_capture_options *options, const char *type,
                                const char *expected)
{
    const struct tr_value null = {0};
    struct fixture fixture;
    char text[2048];

    init_fixture(&fixture, options, type);
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
