/* What the files of the Lua engine share; nobody else includes it. */
#ifndef TR_TRANSFORM_LUA_IMPL_H
#define TR_TRANSFORM_LUA_IMPL_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "transform/script.h"

/* One evaluation after the other; used by one thread at a time. */
struct tr_lua_worker {
    lua_State *lua;
    size_t used;                    /* bytes */
    bool capped;                    /* an allocation was refused since the evaluation's begin */
    int chunk;                      /* where the registry has the compiled text */
    const struct tr_record *record; /* the one at hand */
    struct tr_lua_worker *next;
};

static inline const struct tr_record *tr_lua_record(lua_State *lua)
{
    return (*(struct tr_lua_worker **)lua_getextraspace(lua))->record;
}

/* All of these are called in protected mode: they raise Lua's errors. */

/* record.c: make the metatables of what is seen of a record. */
void tr_lua_open_record(lua_State *lua);
/* Push what a name stands for; false, and nothing pushed: it is none of the record's. */
bool tr_lua_push_part(lua_State *lua, const char *name);

/* sandbox.c: push the table that stands for a script's globals. */
void tr_lua_push_sandbox(lua_State *lua);

#endif
