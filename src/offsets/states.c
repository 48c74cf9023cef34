/* States in the offsets topic: Connect lets partitions and offsets hold primitives only, so a
 * state's value is one text, {"state":"…"}. */
#include <jansson.h>

#include "base/writer.h"
#include "offsets/offsets.h"

static int end(struct tr_writer *writer, bool valid, struct tr_slice *ret_text,
               struct tr_diag *diag)
{
    if (tr_writer_end(writer, ret_text) < 0)
        return tr_fail_memory(diag);
    return valid ? 0 : tr_fail_bug(diag, "a state is not UTF-8");
}

static int wrap_key(struct tr_slice position_key, struct tr_arena *arena, struct tr_slice *key,
                    struct tr_diag *diag)
{
    struct tr_writer writer;

    tr_writer_begin(&writer, arena);
    tr_writer_put(&writer, position_key.p, position_key.n - strlen("}]"));
    tr_writer_literal(&writer, TR_SINK_STATE_MEMBER);
    bool valid = tr_writer_json(&writer, *key);
    tr_writer_literal(&writer, "}]");
    return end(&writer, valid, key, diag);
}

static int wrap_value(struct tr_arena *arena, struct tr_slice *value, struct tr_diag *diag)
{
    struct tr_writer writer;

    if (!value->p)
        return 0;
    tr_writer_begin(&writer, arena);
    tr_writer_literal(&writer, "{\"state\":");
    bool valid = tr_writer_json(&writer, *value);
    tr_writer_literal(&writer, "}");
    return end(&writer, valid, value, diag);
}

int tr_offsets_wrap_states(struct tr_slice position_key, struct tr_batch *batch,
                           struct tr_diag *diag)
{
    for (size_t i = 0; i < batch->nstates; i++) {
        struct tr_state *state = &batch->states[i];
        if (wrap_key(position_key, &batch->arena, &state->key, diag) < 0 ||
            wrap_value(&batch->arena, &state->value, diag) < 0)
            return -1;
    }
    return 0;
}

static struct tr_slice text_of(const json_t *string)
{
    return (struct tr_slice){json_string_value(string), json_string_length(string)};
}

static int unwrap(struct tr_state found, struct tr_states *states, struct tr_diag *diag)
{
    json_t *key = json_loadb(found.key.p, found.key.n, JSON_ALLOW_NUL, NULL);
    json_t *value = json_loadb(found.value.p, found.value.n, JSON_ALLOW_NUL, NULL);
    const struct tr_state state = {
        text_of(json_object_get(json_array_get(key, 1), "tailrace_state")),
        text_of(json_object_get(value, "state")),
    };
    int rc = state.key.p && state.value.p
                 ? tr_states_set(states, state, diag)
                 : tr_fail(diag, TR_DATA, TR_STOP,
                           "the offsets topic holds a state that can't be read under the key %.*s",
                           (int)TR_MIN(found.key.n, 200), found.key.p);

    json_decref(key);
    json_decref(value);
    return rc;
}

int tr_offsets_unwrap_states(const struct tr_states *found, struct tr_states *ret_states,
                             struct tr_diag *diag)
{
    for (size_t i = 0; i < tr_states_count(found); i++)
        if (unwrap(tr_states_at(found, i), ret_states, diag) < 0)
            return -1;
    return 0;
}
