/*
 * Eight bytes of text at a time, for the loops that look at every byte of every row. The first byte
 * in memory is the word's lowest, whatever the machine's order. A test yields a mask with the top
 * bit of each byte that passes; tr_word_first says which byte of a mask that isn't 0 comes first.
 */
#ifndef TR_BASE_WORD_H
#define TR_BASE_WORD_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TR_WORD_ALL(byte) (UINT64_C(0x0101010101010101) * (uint64_t)(unsigned char)(byte))

static inline uint64_t tr_word_load(const void *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return le64toh(word);
}

static inline void tr_word_store(void *place, uint64_t word)
{
    word = htole64(word);
    memcpy(place, &word, sizeof word);
}

/* The n < 8 bytes, then zeros. Two overlapping halves read what a loop would need n steps for. */
static inline uint64_t tr_word_load_tail(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint32_t low, high;

    if (n >= 4) {
        memcpy(&low, p, sizeof low);
        memcpy(&high, p + n - 4, sizeof high);
        return le32toh(low) | (uint64_t)le32toh(high) << (n - 4) * 8;
    }
    if (n == 0)
        return 0;
    return p[0] | (uint64_t)p[n / 2] << n / 2 * 8 | (uint64_t)p[n - 1] << (n - 1) * 8;
}

/* Bytes that equal the given one. Exact: no byte's result depends on its neighbours. */
static inline uint64_t tr_word_equal(uint64_t word, char byte)
{
    uint64_t other = word ^ TR_WORD_ALL(byte);
    return ~(((other & TR_WORD_ALL(0x7f)) + TR_WORD_ALL(0x7f)) | other | TR_WORD_ALL(0x7f));
}

/* Bytes below 0x20 and bytes above 0x7f. Exact as well. */
static inline uint64_t tr_word_unprintable(uint64_t word)
{
    return (~((word & TR_WORD_ALL(0x7f)) + TR_WORD_ALL(0x60)) | word) & TR_WORD_ALL(0x80);
}

static inline size_t tr_word_first(uint64_t mask)
{
    return (size_t)__builtin_ctzll(mask) / 8;
}

#endif
