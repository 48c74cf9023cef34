/* The list of a run's topics. */
#ifndef TR_CAPTURE_TOPIC_H
#define TR_CAPTURE_TOPIC_H

#include <pthread.h>

#include "base/diag.h"
#include "capture/names/naming.h"
#include "record/batch.h"
#include "record/table.h"

struct tr_topics {
    pthread_mutex_t lock;
    struct tr_arena arena;
    struct tr_topic *first;
};

void tr_topics_init(struct tr_topics *topics);
void tr_topics_finish(struct tr_topics *topics);

/* The topic of a table version. The same name gives the same topic. <0: not a name that Kafka
 * allows, no memory. */
int tr_topics_of_table(struct tr_topics *topics, const struct tr_naming *naming,
                       const struct tr_table *table, struct tr_topic **ret_topic,
                       struct tr_diag *diag) TR_MUSTCHECK;

/* The name of a table's topic before any transform, in the arena; for those who capture nothing.
 * <0: no memory, a wrong pattern. */
int tr_topic_name(const struct tr_capture_options *options, const struct tr_table *table,
                  struct tr_arena *arena, const char **ret_name, struct tr_diag *diag) TR_MUSTCHECK;

/* The topic of a name that a transform chose. Names are looked up under a lock: several threads may
 * ask. <0: not a name that Kafka allows, no memory. */
int tr_topics_of_name(struct tr_topics *topics, const char *name, struct tr_topic **ret_topic,
                      struct tr_diag *diag) TR_MUSTCHECK;

#endif
