/*
 * What an expression may call. Left out of Lua's libraries is what reaches outside or loads code,
 * what catches the error of a limit (pcall, coroutines), what keeps something for the next record
 * (rawset, metatables), what is left to chance, and what may take a long time inside one call,
 * where no instruction is counted: patterns, rep, move. Regular expressions have PCRE2's limits.
 */
#include <string.h>

#include "transform/lua/impl.h"
#include "transform/regex.h"

static const char *const basics[] = {"assert", "error",    "ipairs",   "next", "pairs",
                                     "select", "tonumber", "tostring", "type", NULL};
static const char *const strings[] = {"byte",    "char", "format", "len", "lower",
                                      "reverse", "sub",  "upper",  NULL};
static const char *const tables[] = {"concat", "insert", "pack", "remove", "sort", "unpack", NULL};
static const char *const numbers[] = {"abs",  "ceil",       "floor", "fmod",       "huge", "log",
                                      "max",  "maxinteger", "min",   "mininteger", "modf", "pi",
                                      "sqrt", "tointeger",  "type",  "ult",        NULL};
static const char *const texts[] = {"char", "codepoint", "len", "offset", NULL};

static int refuse_write(lua_State *lua)
{
    return luaL_error(lua, "only local variables can be set: nothing is kept for the next record");
}

/* string.find(text, part): where the part begins and ends; no pattern. */
static int find(lua_State *lua)
{
    size_t length, n;
    const char *text = luaL_checklstring(lua, 1, &length);
    const char *part = luaL_checklstring(lua, 2, &n);
    const char *found = n ? memmem(text, length, part, n) : text;

    if (!found) {
        lua_pushnil(lua);
        return 1;
    }
    lua_pushinteger(lua, found - text + 1);
    lua_pushinteger(lua, found - text + (lua_Integer)n);
    return 2;
}

/* string.matches(text, regex): the whole text, as Java's String.matches. */
static int matches(lua_State *lua)
{
    struct tr_slice text;
    struct tr_regex *regex = NULL;
    struct tr_diag diag;

    text.p = luaL_checklstring(lua, 1, &text.n);
    const char *expression = luaL_checkstring(lua, 2);
    int rc = tr_regex_new(expression, "matches", &regex, &diag);
    if (rc == 0)
        rc = tr_regex_matches(regex, text, &diag);
    tr_regex_free(regex);
    if (rc < 0)
        return luaL_error(lua, "%s", diag.message);
    lua_pushboolean(lua, rc);
    return 1;
}

/* Push a table with some fields of the one on top, which it takes the place of. */
static void select_fields(lua_State *lua, const char *const *names)
{
    lua_newtable(lua);
    for (; *names; names++) {
        lua_getfield(lua, -2, *names);
        lua_setfield(lua, -2, *names);
    }
    lua_remove(lua, -2);
}

/* Put an empty table in the place of the one on top: reads reach it, writes are refused. */
static void seal(lua_State *lua)
{
    lua_newtable(lua);
    lua_newtable(lua);
    lua_rotate(lua, -3, -1); /* proxy, metatable, contents */
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, refuse_write);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
}

static void add_library(lua_State *lua, const char *name, lua_CFunction open,
                        const char *const *names)
{
    luaL_requiref(lua, name, open, 0);
    select_fields(lua, names);
    seal(lua);
    lua_setfield(lua, -2, name);
}

/* Texts have methods too: what their metatable holds is Lua's whole library. */
static void add_strings(lua_State *lua)
{
    luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 0);
    select_fields(lua, strings);
    lua_pushcfunction(lua, find);
    lua_setfield(lua, -2, "find");
    lua_pushcfunction(lua, matches);
    lua_setfield(lua, -2, "matches");
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pop(lua, 2);
    seal(lua);
    lua_setfield(lua, -2, LUA_STRLIBNAME);
}

/* A global: what it is of the record, or of the libraries. */
static int get_global(lua_State *lua)
{
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : NULL;

    if (name && tr_lua_push_part(lua, name))
        return 1;
    lua_settop(lua, 2);
    lua_rawget(lua, lua_upvalueindex(1));
    return 1;
}

void tr_lua_push_sandbox(lua_State *lua)
{
    lua_newtable(lua); /* the globals, */
    lua_newtable(lua); /* their metatable, */
    luaL_requiref(lua, LUA_GNAME, luaopen_base, 0);
    select_fields(lua, basics); /* and what there is */
    add_strings(lua);
    add_library(lua, LUA_TABLIBNAME, luaopen_table, tables);
    add_library(lua, LUA_MATHLIBNAME, luaopen_math, numbers);
    add_library(lua, LUA_UTF8LIBNAME, luaopen_utf8, texts);
    lua_pushcclosure(lua, get_global, 1);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, refuse_write);
    lua_setfield(lua, -2, "__newindex");
    lua_setmetatable(lua, -2);
}
