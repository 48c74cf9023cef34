/* UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing above U+10FFFF. */
#ifndef TR_BASE_UTF8_H
#define TR_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* The length of the sequence of several bytes at `in` and its character, or 0: not UTF-8. */
static inline size_t tr_utf8_read(const unsigned char *in, size_t left, uint32_t *ret_character)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned lead = in[0];
    size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

    if (lead < 0xc2 || lead > 0xf4 || n > left)
        return 0;
    uint32_t character = lead & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((in[i] & 0xc0) != 0x80)
            return 0;
        character = character << 6 | (in[i] & 0x3f);
    }
    if (character < least[n] || character > 0x10ffff || (character & 0x1ff800) == 0xd800)
        return 0;
    *ret_character = character;
    return n;
}

bool tr_utf8_valid(struct tr_slice text);

#endif
