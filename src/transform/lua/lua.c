/*
 * Workers and evaluations. A lua_State is one thread's, a chain is many threads': each takes an
 * idle worker, or makes one, and gives it back.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "transform/lua/impl.h"

/* Far above what an expression needs; an endless loop ends after some milliseconds. */
#define INSTRUCTIONS 1000000
#define MEMORY       ((size_t)64 << 20)

struct tr_script {
    char *text;
    char *name; /* of the option, for messages */
    pthread_mutex_t lock;
    struct tr_lua_worker *idle;
};

static void *allocate(void *context, void *block, size_t old, size_t size)
{
    struct tr_lua_worker *worker = context;
    size_t before = block ? old : 0;

    if (size == 0) {
        worker->used -= before;
        free(block);
        return NULL;
    }
    if (size > before && worker->used - before + size > MEMORY) {
        worker->capped = true;
        return NULL;
    }
    void *place = realloc(block, size);
    if (place)
        worker->used += size - before;
    return place;
}

static void on_limit(lua_State *lua, lua_Debug *activation)
{
    (void)activation;
    luaL_where(lua, 0);
    lua_pushfstring(lua, "more than %d instructions", INSTRUCTIONS);
    lua_concat(lua, 2);
    lua_error(lua);
}

/* The message of what was raised, which is on top. */
static const char *read_error(const struct tr_lua_worker *worker, const struct tr_script *script,
                              int status, struct tr_diag *diag)
{
    lua_State *lua = worker->lua;

    if (status == LUA_ERRMEM && worker->capped)
        snprintf(diag->message, sizeof diag->message, "%s: more than %zu MiB of memory",
                 script->name, MEMORY >> 20);
    else if (lua_type(lua, -1) == LUA_TSTRING)
        snprintf(diag->message, sizeof diag->message, "%s", lua_tostring(lua, -1));
    else
        snprintf(diag->message, sizeof diag->message, "%s: an error that is a %s", script->name,
                 luaL_typename(lua, -1));
    return diag->message;
}

/* An expression is a chunk behind "return"; the first try's error is the one to tell, unless the
 * user has written a return. Raises. */
static void compile(lua_State *lua, const struct tr_script *script)
{
    lua_pushfstring(lua, "=%s", script->name);
    const char *name = lua_tostring(lua, -1);
    lua_pushfstring(lua, "return %s", script->text);
    const char *expression = lua_tostring(lua, -1);

    if (luaL_loadbufferx(lua, expression, strlen(expression), name, "t") == LUA_OK)
        return;
    if (luaL_loadbufferx(lua, script->text, strlen(script->text), name, "t") == LUA_OK)
        return;
    if (!strstr(script->text, "return"))
        lua_pop(lua, 1);
    lua_error(lua);
}

static int open_worker(lua_State *lua)
{
    const struct tr_script *script = lua_touserdata(lua, 1);
    struct tr_lua_worker *worker = *(struct tr_lua_worker **)lua_getextraspace(lua);

    tr_lua_open_record(lua);
    compile(lua, script);
    tr_lua_push_sandbox(lua);
    lua_setupvalue(lua, -2, 1); /* _ENV */
    worker->chunk = luaL_ref(lua, LUA_REGISTRYINDEX);
    return 0;
}

static void free_worker(struct tr_lua_worker *worker)
{
    if (worker->lua)
        lua_close(worker->lua);
    free(worker);
}

/* What a user of Java's languages writes first. */
static const char *hint(const char *text)
{
    return strstr(text, "&&") || strstr(text, "||") || strchr(text, '!')
               ? "; Lua has and, or, not and ~= for &&, ||, ! and !="
               : "";
}

static int make_worker(const struct tr_script *script, struct tr_lua_worker **ret_worker,
                       struct tr_diag *diag)
{
    struct tr_lua_worker *worker = calloc(1, sizeof *worker);

    if (!worker)
        return tr_fail_memory(diag);
    worker->lua = lua_newstate(allocate, worker);
    if (!worker->lua) {
        free_worker(worker);
        return tr_fail_memory(diag);
    }
    *(struct tr_lua_worker **)lua_getextraspace(worker->lua) = worker;
    lua_pushcfunction(worker->lua, open_worker);
    lua_pushlightuserdata(worker->lua, (void *)(uintptr_t)script);
    int status = lua_pcall(worker->lua, 1, 0, 0);
    if (status == LUA_OK) {
        *ret_worker = worker;
        return 0;
    }
    struct tr_diag why;
    read_error(worker, script, status, &why);
    bool memory = status == LUA_ERRMEM;
    free_worker(worker);
    if (memory)
        return tr_fail_memory(diag);
    return tr_fail(diag, TR_CONFIG, TR_STOP, "this is no Lua: %s%s", why.message,
                   hint(script->text));
}

static int take_worker(struct tr_script *script, struct tr_lua_worker **ret_worker,
                       struct tr_diag *diag)
{
    pthread_mutex_lock(&script->lock);
    struct tr_lua_worker *worker = script->idle;
    if (worker)
        script->idle = worker->next;
    pthread_mutex_unlock(&script->lock);
    *ret_worker = worker;
    return worker ? 0 : make_worker(script, ret_worker, diag);
}

static void give_worker(struct tr_script *script, struct tr_lua_worker *worker)
{
    worker->record = NULL;
    pthread_mutex_lock(&script->lock);
    worker->next = script->idle;
    script->idle = worker;
    pthread_mutex_unlock(&script->lock);
}

int tr_script_new(const char *text, const char *option, struct tr_script **ret_script,
                  struct tr_diag *diag)
{
    struct tr_script *script = calloc(1, sizeof *script);
    struct tr_lua_worker *worker;

    if (!script)
        return tr_fail_memory(diag);
    pthread_mutex_init(&script->lock, NULL);
    script->text = strdup(text);
    script->name = strdup(option);
    if (!script->text || !script->name) {
        tr_script_free(script);
        return tr_fail_memory(diag);
    }
    if (make_worker(script, &worker, diag) < 0) {
        tr_script_free(script);
        return -1;
    }
    give_worker(script, worker);
    *ret_script = script;
    return 0;
}

void tr_script_free(struct tr_script *script)
{
    if (!script)
        return;
    for (struct tr_lua_worker *worker = script->idle, *next; worker; worker = next) {
        next = worker->next;
        free_worker(worker);
    }
    pthread_mutex_destroy(&script->lock);
    free(script->text);
    free(script->name);
    free(script);
}

/* What is on top of the stack. */
static int read_answer(lua_State *lua, struct tr_arena *arena, struct tr_script_answer *ret_answer,
                       struct tr_diag *diag)
{
    struct tr_slice text;

    *ret_answer =
        (struct tr_script_answer){.kind = TR_SCRIPT_OTHER, .type = luaL_typename(lua, -1)};
    switch (lua_type(lua, -1)) {
    case LUA_TNIL:
        ret_answer->kind = TR_SCRIPT_NIL;
        return 0;
    case LUA_TBOOLEAN:
        ret_answer->kind = TR_SCRIPT_BOOLEAN;
        ret_answer->boolean = lua_toboolean(lua, -1);
        return 0;
    case LUA_TSTRING:
        ret_answer->kind = TR_SCRIPT_TEXT;
        text.p = lua_tolstring(lua, -1, &text.n);
        ret_answer->text = (struct tr_slice){tr_arena_strdup(arena, text), text.n};
        return ret_answer->text.p ? 0 : tr_fail_memory(diag);
    default:
        return 0;
    }
}

static int run(struct tr_lua_worker *worker, const struct tr_script *script, struct tr_arena *arena,
               struct tr_script_answer *ret_answer, struct tr_diag *diag)
{
    lua_State *lua = worker->lua;

    worker->capped = false;
    lua_sethook(lua, on_limit, LUA_MASKCOUNT, INSTRUCTIONS);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, worker->chunk);
    int status = lua_pcall(lua, 0, 1, 0);
    if (status == LUA_OK)
        return read_answer(lua, arena, ret_answer, diag);
    if (status == LUA_ERRMEM && !worker->capped)
        return tr_fail_memory(diag);
    diag->cls = TR_DATA;
    diag->reaction = TR_STOP;
    read_error(worker, script, status, diag);
    return -1;
}

int tr_script_eval(struct tr_script *script, const struct tr_record *record, struct tr_arena *arena,
                   struct tr_script_answer *ret_answer, struct tr_diag *diag)
{
    struct tr_lua_worker *worker;

    if (take_worker(script, &worker, diag) < 0)
        return -1;
    worker->record = record;
    int rc = run(worker, script, arena, ret_answer, diag);
    lua_settop(worker->lua, 0);
    give_worker(script, worker);
    return rc;
}
