/* A UTF-8 text as Java sees it: in units of UTF-16. */
#ifndef TR_CAPTURE_NAMES_UTF16_H
#define TR_CAPTURE_NAMES_UTF16_H

#include <stdint.h>

#include "base/slice.h"

struct tr_utf16 {
    struct tr_slice rest; /* not looked at yet */
    uint16_t low;         /* the second half of a pair, still to come; 0: none */
};

/* The next unit into *ret_unit; false at the end. Bytes that aren't UTF-8 are units by themselves.
 */
static inline bool tr_utf16_next(struct tr_utf16 *text, uint16_t *ret_unit)
{
    const unsigned char *p = (const unsigned char *)text->rest.p;
    size_t n = text->rest.n, length = 1;

    if (text->low) {
        *ret_unit = text->low;
        text->low = 0;
        return true;
    }
    if (n == 0)
        return false;
    uint32_t code = p[0];
    if (p[0] >= 0xf0 && n >= 4) {
        code = (p[0] & 7u) << 18 | (p[1] & 63u) << 12 | (p[2] & 63u) << 6 | (p[3] & 63u);
        length = 4;
    } else if (p[0] >= 0xe0 && n >= 3) {
        code = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
        length = 3;
    } else if (p[0] >= 0xc0 && n >= 2) {
        code = (p[0] & 31u) << 6 | (p[1] & 63u);
        length = 2;
    }
    if (code >= 0x10000) {
        text->low = (uint16_t)(0xdc00 + ((code - 0x10000) & 0x3ff));
        code = 0xd800 + ((code - 0x10000) >> 10 & 0x3ff);
    }
    text->rest = (struct tr_slice){text->rest.p + length, n - length};
    *ret_unit = (uint16_t)code;
    return true;
}

#endif
