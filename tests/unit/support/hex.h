/* Captured bytes, as tests write them down. */
#ifndef TR_TESTS_UNIT_SUPPORT_HEX_H
#define TR_TESTS_UNIT_SUPPORT_HEX_H

#include <stdlib.h>

#include "base/slice.h"
#include "support/cmocka.h"

/* The bytes, in a block of exactly their size, so that a sanitizer sees a read beyond them. The
 * caller frees ret.p. */
static inline struct tr_slice hex_bytes(const char *hex)
{
    size_t n = strlen(hex) / 2;
    char *bytes = malloc(n ? n : 1);

    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (char)strtoul(pair, NULL, 16);
    }
    return (struct tr_slice){bytes, n};
}

#endif
