#include "capture/topic.h"

/* Kafka: org.apache.kafka.common.internals.Topic */
#define MAX_TOPIC_LENGTH 249

void tr_topics_init(struct tr_topics *topics)
{
    *topics = (struct tr_topics){0};
    pthread_mutex_init(&topics->lock, NULL);
    tr_arena_init(&topics->arena, 16 << 10, 64 << 20);
}

void tr_topics_finish(struct tr_topics *topics)
{
    tr_arena_finish(&topics->arena);
    pthread_mutex_destroy(&topics->lock);
}

static bool legal(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static struct tr_topic *find(const struct tr_topics *topics, struct tr_slice name)
{
    for (struct tr_topic *topic = topics->first; topic; topic = topic->next)
        if (tr_slice_is(name, topic->name))
            return topic;
    return NULL;
}

/* name is in the arena, and terminated. */
static int take(struct tr_topics *topics, struct tr_slice name, struct tr_topic **ret_topic,
                struct tr_diag *diag)
{
    *ret_topic = find(topics, name);
    if (*ret_topic)
        return 0;
    struct tr_topic *topic = tr_arena_zalloc(&topics->arena, 1, sizeof *topic);
    if (!topic)
        return tr_fail_memory(diag);
    topic->name = name.p;
    topic->next = topics->first;
    topics->first = topic;
    *ret_topic = topic;
    return 0;
}

/* What a broker would refuse. */
static int check_name(struct tr_slice name, struct tr_diag *diag)
{
    bool fine = name.n > 0 && name.n <= MAX_TOPIC_LENGTH && !tr_slice_is(name, ".") &&
                !tr_slice_is(name, "..");

    for (size_t i = 0; fine && i < name.n; i++)
        fine = legal((unsigned char)name.p[i]);
    return fine ? 0
                : tr_fail(diag, TR_DATA, TR_STOP,
                          "\"%.*s\" is not a topic's name: Kafka allows letters, digits, \".\", "
                          "\"_\" and \"-\", at most %d of them",
                          (int)TR_MIN(name.n, 300), name.p, MAX_TOPIC_LENGTH);
}

static int of_table(struct tr_topics *topics, const struct tr_naming *naming,
                    const struct tr_table *table, struct tr_topic **ret_topic, struct tr_diag *diag)
{
    struct tr_slice name;

    if (tr_naming_topic(naming, table, &topics->arena, &name, diag) < 0)
        return -1;
    if (name.n > MAX_TOPIC_LENGTH)
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "table %s.%s: its topic's name has %zu characters, Kafka allows %d; shorten "
                       "topic.prefix or leave the table out with table.exclude.list",
                       table->schema, table->name, name.n, MAX_TOPIC_LENGTH);
    if (check_name(name, diag) < 0)
        return tr_fail_in(diag, "table %s.%s", table->schema, table->name);
    return take(topics, name, ret_topic, diag);
}

int tr_topics_of_name(struct tr_topics *topics, const char *name, struct tr_topic **ret_topic,
                      struct tr_diag *diag)
{
    struct tr_slice text = tr_slice_of(name);

    pthread_mutex_lock(&topics->lock);
    *ret_topic = find(topics, text);
    int rc = 0;
    if (!*ret_topic)
        rc = check_name(text, diag);
    if (!*ret_topic && rc == 0) {
        text.p = tr_arena_strdup(&topics->arena, text);
        rc = text.p ? take(topics, text, ret_topic, diag) : tr_fail_memory(diag);
    }
    pthread_mutex_unlock(&topics->lock);
    return rc;
}

int tr_topics_of_table(struct tr_topics *topics, const struct tr_naming *naming,
                       const struct tr_table *table, struct tr_topic **ret_topic,
                       struct tr_diag *diag)
{
    pthread_mutex_lock(&topics->lock);
    int rc = of_table(topics, naming, table, ret_topic, diag);
    pthread_mutex_unlock(&topics->lock);
    return rc;
}

int tr_topic_name(const struct tr_capture_options *options, const struct tr_table *table,
                  struct tr_arena *arena, const char **ret_name, struct tr_diag *diag)
{
    struct tr_naming *naming;
    struct tr_slice name;

    if (tr_naming_new(options, &naming, diag) < 0)
        return -1;
    int rc = tr_naming_topic(naming, table, arena, &name, diag);
    tr_naming_free(naming);
    *ret_name = rc == 0 ? name.p : NULL;
    return rc;
}
