/* jansson is the oracle: it has to agree on what is UTF-8, and to read back what was written. */
#include <jansson.h>

#include "base/writer.h"
#include "fuzz.h"

static void check_json(struct tr_slice text, struct tr_slice json)
{
    json_error_t error;
    json_t *string = json_loadb(json.p, json.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

    FUZZ_CHECK(json_is_string(string));
    FUZZ_CHECK(json_string_length(string) == text.n);
    FUZZ_CHECK(text.n == 0 || memcmp(json_string_value(string), text.p, text.n) == 0);
    json_decref(string);
}

static bool is_utf8(struct tr_slice text)
{
    json_t *string = json_stringn(text.p, text.n);
    json_decref(string);
    return string != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_slice text = {size ? (const char *)data : "", size};
    struct tr_arena arena;
    struct tr_writer writer;
    struct tr_slice json;

    tr_arena_init(&arena, 64, 1 << 24);
    tr_writer_begin(&writer, &arena);
    bool valid = tr_writer_json(&writer, text);
    FUZZ_CHECK(tr_writer_end(&writer, &json) == 0);
    FUZZ_CHECK(valid == is_utf8(text));
    if (valid)
        check_json(text, json);
    tr_arena_finish(&arena);
    return 0;
}
