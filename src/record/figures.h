/*
 * What a connector's threads tell of themselves, for those who look from outside: numbers that say
 * how it is now, or counts since the connector was started. Each has one writer (or is only added
 * to); a reader takes them as they are, without a lock, so that two of them may be a moment apart.
 * They are told once per turn of a loop or request to a broker, never per row.
 */
#ifndef TR_RECORD_FIGURES_H
#define TR_RECORD_FIGURES_H

#include <stdatomic.h>
#include <stdint.h>

enum tr_figure {
    /* A database's log. Bytes of PostgreSQL's are counted from its begin, of MySQL's from that of
     * the file, which then has a number. */
    TR_FIGURE_POSITION, /* everything before it is committed */
    TR_FIGURE_POSITION_FILE,
    TR_FIGURE_HEAD, /* its end, as far as is known */
    TR_FIGURE_HEAD_FILE,
    TR_FIGURE_LAG_BYTES,     /* between the two; 0 when nothing of ours is there */
    TR_FIGURE_BEHIND_US,     /* since when the source has or the log is known to have more than
                                was handed over, µs since 1970; 0: it hasn't */
    TR_FIGURE_LAG_GTIDS,     /* transactions that the server has and we haven't */
    TR_FIGURE_SLOT_RETAINED, /* bytes of log that the slot keeps … */
    TR_FIGURE_SLOT_SAFE,     /* … and how many more until it may lose some; unknown: no limit */
    /* The Kafka client, counted. */
    TR_FIGURE_KAFKA_REQUESTS,
    TR_FIGURE_KAFKA_ERRORS,   /* requests without a good answer */
    TR_FIGURE_KAFKA_SENT,     /* bytes */
    TR_FIGURE_KAFKA_RECEIVED, /* bytes */
    TR_FIGURE_KAFKA_RTT_US,   /* added up */
    TR_FIGURE_KAFKA_QUEUE,    /* messages that the client holds now */
    TR_FIGURES,
};

#define TR_FIGURE_UNKNOWN INT64_MIN

struct tr_figures {
    _Atomic int64_t values[TR_FIGURES];
};

static inline void tr_figures_init(struct tr_figures *figures)
{
    for (int i = 0; i < TR_FIGURES; i++)
        atomic_init(&figures->values[i], TR_FIGURE_UNKNOWN);
}

/* figures may be NULL: nobody looks. */
static inline void tr_figure_set(struct tr_figures *figures, enum tr_figure figure, int64_t value)
{
    if (figures)
        atomic_store_explicit(&figures->values[figure], value, memory_order_relaxed);
}

/* From several threads; the figure has been set to 0 before. */
static inline void tr_figure_add(struct tr_figures *figures, enum tr_figure figure, int64_t value)
{
    if (figures)
        atomic_fetch_add_explicit(&figures->values[figure], value, memory_order_relaxed);
}

static inline int64_t tr_figure_get(const struct tr_figures *figures, enum tr_figure figure)
{
    return atomic_load_explicit(&figures->values[figure], memory_order_relaxed);
}

#endif
