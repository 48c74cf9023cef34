#include "kafka/murmur2.h"

#define SEED 0x9747b28cU
#define MIX  0x5bd1e995U

static uint32_t little_endian(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t tr_kafka_murmur2(struct tr_slice bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    size_t left = bytes.n;
    uint32_t hash = SEED ^ (uint32_t)bytes.n;

    for (; left >= 4; p += 4, left -= 4) {
        uint32_t word = little_endian(p) * MIX;
        word ^= word >> 24;
        hash = hash * MIX ^ word * MIX;
    }
    if (left) {
        while (left--)
            hash ^= (uint32_t)p[left] << (8 * left);
        hash *= MIX;
    }
    hash ^= hash >> 13;
    hash *= MIX;
    return hash ^ hash >> 15;
}
