/* What a connector left beside its position, line by line a key and a value as they stand in the
 * offsets topic: the backlog of incremental snapshots, table definitions, prepared transactions,
 * the lists of what is captured.
 * They are understood, or refused with a message; what is written of them reads as the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "offsets/offsets.h"
#include "snapshot/added.h"
#include "snapshot/impl.h"
#include "source/mysql/catalog.h"
#include "source/mysql/xa.h"

static bool is_message(const struct tr_diag *diag)
{
    return diag->message[0] && diag->cls != TR_BUG;
}

static void read_lines(struct tr_slice rest, struct tr_states *found)
{
    struct tr_diag diag;

    while (rest.n) {
        struct tr_state state = {.key = fuzz_take_line(&rest)};
        state.value = fuzz_take_line(&rest);
        if (state.value.p)
            FUZZ_CHECK(tr_states_set(found, state, &diag) == 0);
    }
}

static void check_keys(const struct tr_backlog *backlog, struct tr_arena *arena)
{
    struct tr_diag diag = {.message = ""};
    const struct tr_key_text *keys;
    struct tr_key_text key;
    size_t count = 0;

    FUZZ_CHECK(tr_backlog_key(backlog, "maximum", arena, &key, &diag) == 0);
    char *shown = tr_backlog_shown(&key);
    FUZZ_CHECK(shown);
    free(shown);
    FUZZ_CHECK(tr_backlog_key(backlog, "after", arena, &key, &diag) == 0);
    FUZZ_CHECK(tr_backlog_again(backlog, arena, &keys, &count, &diag) == 0);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < keys[i].count; j++)
            FUZZ_CHECK(keys[i].parts[j]);
}

/* Nothing of what is stored makes a backlog that doesn't get empty. */
static void check_backlog(const struct tr_states *states)
{
    struct tr_backlog backlog;
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};

    tr_arena_init(&arena, 4096, 64 << 20);
    if (tr_backlog_load(&backlog, states, &diag) < 0) {
        FUZZ_CHECK(is_message(&diag));
    } else {
        for (size_t count = tr_backlog_count(&backlog); count; count--) {
            FUZZ_CHECK(tr_backlog_current(&backlog, "name"));
            char *names = tr_backlog_names(&backlog, tr_backlog_is_initial(&backlog));
            FUZZ_CHECK(names);
            free(names);
            check_keys(&backlog, &arena);
            (void)tr_backlog_rows(&backlog);
            while (tr_backlog_next_range(&backlog))
                check_keys(&backlog, &arena);
            tr_backlog_next(&backlog);
            FUZZ_CHECK(tr_backlog_count(&backlog) == count - 1);
        }
    }
    tr_backlog_finish(&backlog);
    tr_arena_finish(&arena);
}

static int check_rest(void *to, const char *name)
{
    const struct tr_states *states = to;
    struct tr_rest rest;
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};

    tr_arena_init(&arena, 4096, 64 << 20);
    int rc = tr_rest_load(&rest, states, name, &arena, &diag);
    FUZZ_CHECK(rc >= 0 || diag.message[0]);
    if (rc == 0) {
        json_t *json = tr_rest_json(&rest);
        FUZZ_CHECK(json && !tr_rest_done(&rest));
        json_decref(json);
    }
    tr_arena_finish(&arena);
    return 0;
}

static struct tr_slice write_definition(const struct tr_mysql_definition *definition,
                                        struct tr_arena *arena)
{
    struct tr_writer writer;
    struct tr_slice text;

    tr_writer_begin(&writer, arena);
    FUZZ_CHECK(tr_mysql_definition_write(definition, &writer) == 0);
    FUZZ_CHECK(tr_writer_end(&writer, &text) == 0);
    return text;
}

static void check_definition(struct tr_slice value)
{
    struct tr_mysql_definition *definition, *again;
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};

    if (tr_mysql_definition_parse(value, &definition, &diag) < 0) {
        FUZZ_CHECK(is_message(&diag));
        return;
    }
    tr_arena_init(&arena, 4096, 64 << 20);
    for (size_t i = 0; i < definition->table.nkey; i++)
        FUZZ_CHECK(definition->table.key[i] < definition->table.ncolumns);
    struct tr_slice text = write_definition(definition, &arena);
    FUZZ_CHECK(tr_mysql_definition_parse(text, &again, &diag) == 0);
    FUZZ_CHECK(tr_slice_equal(write_definition(again, &arena), text));
    tr_mysql_definition_free(again);
    tr_mysql_definition_free(definition);
    tr_arena_finish(&arena);
}

/* Lists of what was captured; and tables that they would not have allowed. */
static void check_added(const struct tr_states *states)
{
    const struct tr_connector_options none = {.name = "c"};
    const struct tr_onward onward = {.options = &none, .states = states};
    struct tr_diag diag = {.message = ""};
    struct tr_added *added;

    (void)tr_added_is_wanted(&none, states);
    if (tr_added_new(&onward, &added, &diag) < 0) {
        FUZZ_CHECK(is_message(&diag));
        return;
    }
    (void)tr_added_wants(added, "s", "t");
    tr_added_free(added);
}

/* Prepared transactions: where each is to be read again. */
static void check_prepared(const struct tr_states *states)
{
    struct tr_mysql_xa xa = {.held = NULL};
    struct tr_mysql_xa_place place;
    struct tr_diag diag = {.message = ""};

    FUZZ_CHECK(tr_mysql_xa_init(&xa, states, &diag) == 0);
    for (size_t i = 0; i < tr_states_count(xa.held); i++) {
        FUZZ_CHECK(strncmp(tr_states_at(xa.held, i).key.p, "xa/", 3) == 0);
        if (tr_mysql_xa_place_read(tr_states_at(xa.held, i).value, &place, &diag) < 0)
            FUZZ_CHECK(is_message(&diag));
        else
            FUZZ_CHECK(place.begin.file[0] && place.begin.pos);
    }
    tr_mysql_xa_finish(&xa);
}

/* What one state is wrapped into is unwrapped to it. */
static void check_wrapped(struct tr_state state)
{
    struct tr_batch *batch = tr_batch_new(4096, 64 << 20);
    struct tr_states *stored = tr_states_new(), *again = tr_states_new();
    struct tr_diag diag;

    FUZZ_CHECK(batch && stored && again && tr_batch_state(batch, state) == 0);
    FUZZ_CHECK(tr_offsets_wrap_states(TR_SLICE("[\"c\",{\"server\":\"s\"}]"), batch, &diag) == 0);
    FUZZ_CHECK(tr_states_set(stored, batch->states[0], &diag) == 0);
    FUZZ_CHECK(tr_offsets_unwrap_states(stored, again, &diag) == 0);
    FUZZ_CHECK(tr_states_count(again) == 1);
    FUZZ_CHECK(tr_slice_equal(tr_states_at(again, 0).key, state.key));
    FUZZ_CHECK(tr_slice_equal(tr_states_at(again, 0).value, state.value));
    tr_batch_free(batch);
    tr_states_free(stored);
    tr_states_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_states *found = tr_states_new(), *states = tr_states_new();
    struct tr_diag diag = {.message = ""};

    FUZZ_CHECK(found && states);
    read_lines((struct tr_slice){(const char *)data, size}, found);
    if (tr_offsets_unwrap_states(found, states, &diag) < 0)
        FUZZ_CHECK(is_message(&diag));
    check_backlog(states);
    check_added(states);
    check_prepared(states);
    FUZZ_CHECK(tr_rest_each(states, check_rest, states, &diag) == 0);
    for (size_t i = 0; i < tr_states_count(states); i++) {
        check_definition(tr_states_at(states, i).value);
        check_wrapped(tr_states_at(states, i));
    }
    tr_states_free(found);
    tr_states_free(states);
    return 0;
}
