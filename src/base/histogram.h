/* How often something took how much: counts by upper bounds, as Prometheus wants them. */
#ifndef TR_BASE_HISTOGRAM_H
#define TR_BASE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define TR_HISTOGRAM_BOUNDS 12

struct tr_histogram_bounds {
    size_t count;
    uint64_t upper[TR_HISTOGRAM_BOUNDS];
};

struct tr_histogram {
    const struct tr_histogram_bounds *bounds;
    uint64_t counts[TR_HISTOGRAM_BOUNDS + 1]; /* the last used one: above all bounds */
    uint64_t sum;
};

static inline void tr_histogram_add(struct tr_histogram *histogram, uint64_t value)
{
    size_t i = 0;

    while (i < histogram->bounds->count && value > histogram->bounds->upper[i])
        i++;
    histogram->counts[i]++;
    histogram->sum += value;
}

#endif
