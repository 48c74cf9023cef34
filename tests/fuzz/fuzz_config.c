/*
 * Any file of configuration: read or refused, its values parsed as what their options say. Nothing
 * is fetched: references to secrets stay as they are. The input's first byte chooses the form.
 */
#include <string.h>

#include "config/option-table.h"
#include "config/option-value.h"
#include "config/read.h"
#include "fuzz.h"

static void parse_values(const struct tr_settings *settings, struct tr_arena *arena)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct tr_setting *setting = &settings->items[i];
        unsigned readers = settings->worker ? TR_FOR_WORKER : TR_FOR_CONNECTORS;
        const struct tr_option_group *group;
        struct tr_option_value value;
        struct tr_diag diag = {.message = ""};
        const struct tr_option *option = tr_option_find(readers, setting->name, &group);
        FUZZ_CHECK(setting->value);
        if (!option)
            (void)tr_option_nearest(readers, setting->name);
        else if (tr_option_parse(option, setting->value, arena, &value, &diag) < 0)
            FUZZ_CHECK(diag.cls == TR_CONFIG && diag.message[0]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const forms[])(struct tr_reading *, const char *, struct tr_slice,
                                struct tr_diag *) = {tr_read_properties, tr_read_ini, tr_read_json};
    struct tr_arena arena;
    struct tr_diag diag = {.message = ""};

    if (size == 0)
        return 0;
    tr_arena_init(&arena, 16384, 64 << 20);
    struct tr_problems problems = {.arena = &arena};
    struct tr_reading reading = {.arena = &arena, .problems = &problems};
    reading.end = &reading.first;
    struct tr_slice text = {(const char *)data + 1, size - 1};
    int rc = forms[data[0] % TR_COUNT(forms)](&reading, "f", text, &diag);
    FUZZ_CHECK(rc == 0 || (diag.cls == TR_CONFIG && diag.message[0]));
    for (struct tr_settings *settings = reading.first; settings; settings = settings->next)
        parse_values(settings, &arena);
    tr_arena_finish(&arena);
    return 0;
}
