/* A record of the state topics: key, a line feed, value. What is understood has to survive being
 * written and read again. */
#include <jansson.h>
#include <string.h>

#include "fuzz.h"
#include "worker/offset-store.h"
#include "worker/records.h"

static struct tr_diag diag;

static void check_same(const struct tr_properties *a, const struct tr_properties *b)
{
    FUZZ_CHECK(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        FUZZ_CHECK(strcmp(a->items[i].name, b->items[i].name) == 0);
        FUZZ_CHECK(!a->items[i].value == !b->items[i].value);
        FUZZ_CHECK(!a->items[i].value || strcmp(a->items[i].value, b->items[i].value) == 0);
    }
}

static void check_config(struct tr_slice value, struct tr_arena *arena)
{
    struct tr_properties config, again;
    struct tr_buf written;

    if (tr_record_read_config(value, arena, &config, &diag) != 0)
        return;
    tr_buf_init(&written, TR_RECORD_MOST);
    FUZZ_CHECK(tr_record_write_config(&config, NULL, &written, &diag) == 0);
    struct tr_slice json = {tr_buf_string(&written), written.len};
    FUZZ_CHECK(tr_record_read_config(json, arena, &again, &diag) == 0);
    check_same(&config, &again);
    tr_buf_finish(&written);
}

static void check_target(struct tr_slice value)
{
    enum tr_worker_target target, again;

    if (tr_record_read_target(value, &target) != 0)
        return;
    FUZZ_CHECK(tr_record_read_target(tr_slice_of(tr_record_target(target)), &again) == 0);
    FUZZ_CHECK(target == again);
}

/* What a reset leaves is nothing, or an offset that a further reset leaves alone. */
static void check_reset(struct tr_slice value, struct tr_arena *arena)
{
    struct tr_slice left, again;

    FUZZ_CHECK(tr_offset_reset(value, arena, &left, &diag) == 0);
    if (!left.p)
        return;
    FUZZ_CHECK(tr_offset_reset(left, arena, &again, &diag) == 0);
    FUZZ_CHECK(tr_slice_equal(left, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = size ? (const char *)data : "";
    const char *end = memchr(text, '\n', size);
    struct tr_slice key = {text, end ? (size_t)(end - text) : size};
    struct tr_slice value = {end ? end + 1 : NULL, end ? size - key.n - 1 : 0};
    struct tr_slice name = {0}, topic = {0};
    struct tr_arena arena;
    int32_t tasks = 0;

    tr_arena_init(&arena, 1024, 64 << 20);
    if (tr_record_kind(key, &name, &topic) != TR_RECORD_OTHER)
        FUZZ_CHECK(name.n && name.p >= key.p && name.p + name.n <= key.p + key.n);
    check_config(value, &arena);
    check_target(value);
    if (tr_record_read_tasks(value, &tasks) == 0)
        FUZZ_CHECK(tasks >= 0);
    check_reset(value, &arena);
    tr_arena_finish(&arena);
    return 0;
}
