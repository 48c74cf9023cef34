/*
 * What an expression sees of a record. Structs, arrays, maps and schemas are views: a pointer to
 * what they show, which becomes a Lua value when it is touched. A null is nil, or its schema's
 * default, as Connect's Struct.get has it; a Decimal is the nearest number; bytes are a text.
 */
#include <math.h>
#include <string.h>

#include "record/logical.h"
#include "transform/lua/impl.h"
#include "transform/shape.h"

/* The names of the views' metatables. */
#define VALUE   "tailrace.value"
#define SCHEMA  "tailrace.schema"
#define FIELDS  "tailrace.fields"
#define PARAMS  "tailrace.parameters"
#define HEADERS "tailrace.headers"
#define HEADER  "tailrace.header"

struct view {
    const struct tr_schema *schema; /* NULL: not known */
    const struct tr_value *value;
    const struct tr_record_header *header;
};

static void push_view(lua_State *lua, const char *kind, struct view view)
{
    struct view *place = lua_newuserdatauv(lua, sizeof *place, 0);

    *place = view;
    luaL_setmetatable(lua, kind);
}

static void push_schema(lua_State *lua, const struct tr_schema *schema)
{
    if (schema && !schema->schemaless)
        push_view(lua, SCHEMA, (struct view){.schema = schema});
    else
        lua_pushnil(lua);
}

static void push_decimal(lua_State *lua, struct tr_slice bytes, int scale)
{
    bool negative = bytes.n && (bytes.p[0] & 0x80);
    double number = negative ? -1 : 0;
    uint64_t whole = negative ? UINT64_MAX : 0;

    for (size_t i = 0; i < bytes.n; i++) {
        number = number * 256 + (unsigned char)bytes.p[i];
        whole = whole << 8 | (unsigned char)bytes.p[i];
    }
    if (scale == 0 && bytes.n <= sizeof whole)
        lua_pushinteger(lua, (lua_Integer)whole);
    else
        lua_pushnumber(lua, scale >= 0 ? number / pow(10, scale) : number * pow(10, -scale));
}

static void push_value(lua_State *lua, const struct tr_schema *schema, const struct tr_value *value)
{
    if (value->kind == TR_NULL && schema && schema->default_value)
        value = schema->default_value;
    switch (value->kind) {
    case TR_NULL:
        lua_pushnil(lua);
        break;
    case TR_BOOLEAN:
        lua_pushboolean(lua, value->boolean);
        break;
    case TR_INTEGER:
        lua_pushinteger(lua, value->integer);
        break;
    case TR_FLOAT:
        lua_pushnumber(lua, (lua_Number)value->float32);
        break;
    case TR_DOUBLE:
        lua_pushnumber(lua, value->float64);
        break;
    case TR_BYTES:
    case TR_TEXT:
        if (value->kind == TR_BYTES && schema && tr_logical_of(schema) == TR_LOGICAL_DECIMAL)
            push_decimal(lua, value->bytes, tr_logical_scale(schema));
        else
            lua_pushlstring(lua, value->bytes.n ? value->bytes.p : "", value->bytes.n);
        break;
    case TR_ITEMS:
        push_view(lua, VALUE, (struct view){.schema = schema, .value = value});
        break;
    }
}

static bool is_struct(const struct view *view)
{
    return view->schema && view->schema->type == TR_TYPE_STRUCT;
}

static bool is_map(const struct view *view)
{
    return view->schema && view->schema->type == TR_TYPE_MAP;
}

/* How many fields, elements or entries. */
static size_t size_of(const struct view *view)
{
    if (is_struct(view))
        return TR_MIN(view->schema->nfields, view->value->count);
    return is_map(view) ? view->value->count / 2 : view->value->count;
}

/* Push a field's, element's or entry's key, then its value. */
static void push_entry(lua_State *lua, const struct view *view, size_t i)
{
    const struct tr_value *items = view->value->items;

    if (is_struct(view)) {
        lua_pushstring(lua, view->schema->fields[i].name);
        push_value(lua, view->schema->fields[i].schema, &items[i]);
    } else if (is_map(view)) {
        push_value(lua, view->schema->keys, &items[2 * i]);
        push_value(lua, view->schema->items, &items[2 * i + 1]);
    } else {
        lua_pushinteger(lua, (lua_Integer)i + 1);
        push_value(lua, view->schema ? view->schema->items : NULL, &items[i]);
    }
}

/* A name that isn't there is a mistake, as for Connect's Struct. */
static int get_field(lua_State *lua, const struct view *view)
{
    const char *name = luaL_checkstring(lua, 2);
    int place = tr_shape_find(view->schema, name);

    if (place < 0 || (size_t)place >= view->value->count)
        return luaL_error(lua, "%s has no field \"%s\"",
                          view->schema->name ? view->schema->name : "the struct", name);
    push_value(lua, view->schema->fields[place].schema, &view->value->items[place]);
    return 1;
}

static int get_mapped(lua_State *lua, const struct view *view)
{
    for (size_t i = 0; i < size_of(view); i++) {
        lua_settop(lua, 2);
        push_entry(lua, view, i);
        if (lua_rawequal(lua, 2, 3))
            return 1;
    }
    lua_pushnil(lua);
    return 1;
}

static int get_element(lua_State *lua, const struct view *view)
{
    lua_Integer i = luaL_checkinteger(lua, 2);

    if (i >= 1 && (size_t)i <= view->value->count)
        push_entry(lua, view, (size_t)i - 1);
    else
        lua_pushnil(lua);
    return 1;
}

static int get_value(lua_State *lua)
{
    const struct view *view = luaL_checkudata(lua, 1, VALUE);

    if (is_struct(view))
        return get_field(lua, view);
    return is_map(view) ? get_mapped(lua, view) : get_element(lua, view);
}

static int get_size(lua_State *lua)
{
    const struct view *view = luaL_checkudata(lua, 1, VALUE);

    lua_pushinteger(lua, (lua_Integer)size_of(view));
    return 1;
}

/* Upvalues: the view, how many were told. */
static int next_entry(lua_State *lua)
{
    const struct view *view = lua_touserdata(lua, lua_upvalueindex(1));
    size_t i = (size_t)lua_tointeger(lua, lua_upvalueindex(2));

    if (i >= size_of(view)) {
        lua_pushnil(lua);
        return 1;
    }
    lua_pushinteger(lua, (lua_Integer)i + 1);
    lua_replace(lua, lua_upvalueindex(2));
    push_entry(lua, view, i);
    return 2;
}

static int get_pairs(lua_State *lua)
{
    luaL_checkudata(lua, 1, VALUE);
    lua_pushvalue(lua, 1);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, next_entry, 2);
    return 1;
}

static void push_text(lua_State *lua, const char *text)
{
    lua_pushstring(lua, text); /* nil for NULL */
}

static int get_schema(lua_State *lua)
{
    const struct tr_schema *schema = ((struct view *)luaL_checkudata(lua, 1, SCHEMA))->schema;
    const char *name = luaL_checkstring(lua, 2);

    if (strcmp(name, "type") == 0)
        push_text(lua, tr_shape_type_name(schema->type));
    else if (strcmp(name, "name") == 0)
        push_text(lua, schema->name);
    else if (strcmp(name, "doc") == 0)
        push_text(lua, schema->doc);
    else if (strcmp(name, "optional") == 0)
        lua_pushboolean(lua, schema->optional);
    else if (strcmp(name, "version") == 0 && schema->version)
        lua_pushinteger(lua, schema->version);
    else if (strcmp(name, "version") == 0)
        lua_pushnil(lua);
    else if (strcmp(name, "fields") == 0)
        push_view(lua, FIELDS, (struct view){.schema = schema});
    else if (strcmp(name, "parameters") == 0)
        push_view(lua, PARAMS, (struct view){.schema = schema});
    else
        return luaL_error(lua,
                          "a schema has no \"%s\": it has type, name, version, doc, optional, "
                          "parameters and fields",
                          name);
    return 1;
}

/* Of a field that isn't there: nil. */
static int get_field_schema(lua_State *lua)
{
    const struct tr_schema *schema = ((struct view *)luaL_checkudata(lua, 1, FIELDS))->schema;
    int place = tr_shape_find(schema, luaL_checkstring(lua, 2));

    push_schema(lua, place >= 0 ? schema->fields[place].schema : NULL);
    return 1;
}

static int get_parameter(lua_State *lua)
{
    const struct tr_schema *schema = ((struct view *)luaL_checkudata(lua, 1, PARAMS))->schema;
    const char *name = luaL_checkstring(lua, 2);

    for (size_t i = 0; i < schema->nparameters; i++)
        if (strcmp(schema->parameters[i].key, name) == 0) {
            push_text(lua, schema->parameters[i].value);
            return 1;
        }
    lua_pushnil(lua);
    return 1;
}

/* Of headers with one name the last one counts, as in Debezium. */
static int get_headers(lua_State *lua)
{
    const struct tr_record *record = tr_lua_record(lua);
    const char *name = luaL_checkstring(lua, 2);

    for (size_t i = record->nheaders; i > 0; i--)
        if (strcmp(record->headers[i - 1].name, name) == 0) {
            push_view(lua, HEADER, (struct view){.header = &record->headers[i - 1]});
            return 1;
        }
    lua_pushnil(lua);
    return 1;
}

static int get_header(lua_State *lua)
{
    const struct tr_record_header *header =
        ((struct view *)luaL_checkudata(lua, 1, HEADER))->header;
    const char *name = luaL_checkstring(lua, 2);

    if (strcmp(name, "value") == 0)
        push_value(lua, header->schema, &header->value);
    else if (strcmp(name, "schema") == 0)
        push_schema(lua, header->schema);
    else
        return luaL_error(lua, "a header has no \"%s\": it has value and schema", name);
    return 1;
}

static int refuse_change(lua_State *lua)
{
    return luaL_error(lua, "a record can't be changed: an expression only reads it");
}

static void make_kind(lua_State *lua, const char *kind, lua_CFunction get)
{
    luaL_newmetatable(lua, kind);
    lua_pushcfunction(lua, get);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, refuse_change);
    lua_setfield(lua, -2, "__newindex");
}

void tr_lua_open_record(lua_State *lua)
{
    make_kind(lua, VALUE, get_value);
    lua_pushcfunction(lua, get_size);
    lua_setfield(lua, -2, "__len");
    lua_pushcfunction(lua, get_pairs);
    lua_setfield(lua, -2, "__pairs");
    make_kind(lua, SCHEMA, get_schema);
    make_kind(lua, FIELDS, get_field_schema);
    make_kind(lua, PARAMS, get_parameter);
    make_kind(lua, HEADERS, get_headers);
    make_kind(lua, HEADER, get_header);
    lua_settop(lua, 0);
}

bool tr_lua_push_part(lua_State *lua, const char *name)
{
    const struct tr_record *record = tr_lua_record(lua);

    if (!record)
        return false;
    if (strcmp(name, "value") == 0)
        push_value(lua, record->value_schema, &record->value);
    else if (strcmp(name, "key") == 0)
        push_value(lua, record->key_schema, &record->key);
    else if (strcmp(name, "topic") == 0)
        push_text(lua, record->topic);
    else if (strcmp(name, "valueSchema") == 0)
        push_schema(lua, record->value_schema);
    else if (strcmp(name, "keySchema") == 0)
        push_schema(lua, record->key_schema);
    else if (strcmp(name, "headers") == 0 || strcmp(name, "header") == 0)
        push_view(lua, HEADERS, (struct view){0}); /* Debezium has one name, its manual the other */
    else
        return false;
    return true;
}
