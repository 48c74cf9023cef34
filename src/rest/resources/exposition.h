/*
 * Prometheus's text format, version 0.0.4: families of samples, each with its help and type.
 *
 * Facts: prometheus.io, "Exposition formats".
 */
#ifndef TR_REST_RESOURCES_EXPOSITION_H
#define TR_REST_RESOURCES_EXPOSITION_H

#include "base/histogram.h"
#include "base/writer.h"

enum tr_family_type { TR_GAUGE, TR_COUNTER, TR_HISTOGRAM };

struct tr_family {
    const char *name, *help;
    enum tr_family_type type;
    int64_t divisor; /* of what is measured in other units: µs to seconds; 0: none */
};

void tr_expose_family(struct tr_writer *writer, const struct tr_family *family);

/* name="value",name="value"… with the values escaped; a list of pairs, ended by NULL. */
void tr_expose_sample(struct tr_writer *writer, const struct tr_family *family, int64_t value,
                      const char *const *labels);
void tr_expose_histogram(struct tr_writer *writer, const struct tr_family *family,
                         const struct tr_histogram *histogram, const char *const *labels);

#endif
