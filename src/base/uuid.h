/* Random UUIDs (RFC 9562, version 4). */
#ifndef TR_BASE_UUID_H
#define TR_BASE_UUID_H

#include <stdio.h>
#include <sys/random.h>

#define TR_UUID_TEXT 37

/* Write one as text. The kernel's random numbers don't fail once the system is up. */
static inline void tr_uuid_random(char ret_text[TR_UUID_TEXT])
{
    unsigned char b[16] = {0};
    size_t n = 0;

    while (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b) {
    }
    b[6] = (unsigned char)(0x40 | (b[6] & 0x0f));
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
    for (size_t i = 0; i < sizeof b; i++)
        n += (size_t)snprintf(ret_text + n, TR_UUID_TEXT - n, "%s%02x",
                              i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
}

#endif
