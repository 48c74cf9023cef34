#include "base/utf8.h"

#include "base/word.h"

bool tr_utf8_valid(struct tr_slice text)
{
    const unsigned char *in = (const unsigned char *)text.p;
    const unsigned char *end = in + text.n;
    uint32_t character;

    while (in < end) {
        if (end - in >= 8 && !(tr_word_load(in) & TR_WORD_ALL(0x80))) {
            in += 8;
            continue;
        }
        size_t n = *in < 0x80 ? 1 : tr_utf8_read(in, (size_t)(end - in), &character);
        if (n == 0)
            return false;
        in += n;
    }
    return true;
}
