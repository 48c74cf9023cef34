/* Whatever stands in a topic that is read back, by FileStreamSink's way or by `verify`: a key, a
 * line feed, a value. It is understood, or refused with a message. The first byte says how. */
#include <string.h>

#include "encode/decoder.h"
#include "fuzz.h"
#include "verify/image.h"

static void decode(const struct tr_converter_options *options, struct tr_slice bytes,
                   struct tr_arena *arena)
{
    struct tr_diag diag = {.message = ""};
    struct tr_writer writer;
    struct tr_slice text;

    tr_writer_begin(&writer, arena);
    int rc = tr_decode_text(options, bytes, &writer, &diag);
    FUZZ_CHECK(rc == 0 || diag.message[0]);
    if (tr_writer_end(&writer, &text) == 0 && rc == 0 && options->class == TR_CONVERTER_STRING)
        FUZZ_CHECK(!bytes.p || tr_slice_equal(text, bytes));
}

/* What is learnt of a row doesn't depend on who asks, or how often. */
static void check_image(const struct tr_verify_form *form, const struct tr_verify_record *record,
                        struct tr_arena *arena)
{
    struct tr_verify_image image = {0}, again = {0};
    struct tr_diag diag = {.message = ""};
    int rc = tr_verify_image_read(form, record, arena, &image, &diag);

    FUZZ_CHECK(rc != -1 || diag.message[0]);
    FUZZ_CHECK(tr_verify_image_read(form, record, arena, &again, &diag) == rc);
    if (rc != 0)
        return;
    FUZZ_CHECK(image.kind == again.kind && image.nfields == again.nfields);
    FUZZ_CHECK(tr_slice_equal(image.key, again.key));
    for (size_t i = 0; i < image.nfields; i++) {
        FUZZ_CHECK(image.fields[i].name == again.fields[i].name);
        FUZZ_CHECK(image.fields[i].value == again.fields[i].value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum tr_converter classes[] = {TR_CONVERTER_JSON, TR_CONVERTER_STRING,
                                                TR_CONVERTER_BYTES};
    struct tr_verify_names names;
    struct tr_arena arena;

    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1, *end = memchr(text, '\n', size - 1);
    struct tr_verify_record record = {.key = {text, end ? (size_t)(end - text) : size - 1}};
    if (end)
        record.value = (struct tr_slice){end + 1, size - 1 - record.key.n - 1};
    const struct tr_converter_options options = {.class = classes[data[0] % 3],
                                                 .schemas_enable = data[0] & 16};
    const struct tr_verify_form form = {.key_schema = data[0] & 32,
                                        .value_schema = data[0] & 64,
                                        .unwrapped = data[0] & 128,
                                        .table = "s.t",
                                        .placeholder = "__debezium_unavailable_value",
                                        .names = &names};
    tr_arena_init(&arena, 4096, 64 << 20);
    tr_verify_names_init(&names);
    decode(&options, record.key, &arena);
    decode(&options, record.value, &arena);
    check_image(&form, &record, &arena);
    tr_verify_names_finish(&names);
    tr_arena_finish(&arena);
    return 0;
}
