/* The schema that a registry gives, beside one of ours: whether they have the same shape doesn't
 * depend on which of them is asked first. */
#include <string.h>

#include "encode/registry.h"
#include "fuzz.h"

static const char own[] =
    "{\"type\":\"record\",\"name\":\"E\",\"namespace\":\"a.b\",\"fields\":["
    "{\"name\":\"before\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"V\",\"fields\":["
    "{\"name\":\"i\",\"type\":{\"type\":\"int\",\"connect.type\":\"int16\"}},"
    "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":[\"null\",\"string\"]}},"
    "{\"name\":\"l\",\"type\":{\"type\":\"array\",\"items\":\"bytes\"}}]}],\"default\":null},"
    "{\"name\":\"after\",\"type\":[\"null\",\"V\"],\"default\":null}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tr_diag diag;
    char *text = malloc(size + 1);

    FUZZ_CHECK(text);
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    int rc = tr_avro_same_shape(own, text, &diag);
    if (rc >= 0) {
        FUZZ_CHECK(tr_avro_same_shape(text, own, &diag) == rc);
        FUZZ_CHECK(tr_avro_same_shape(text, text, &diag) >= 0);
    }
    free(text);
    return 0;
}
