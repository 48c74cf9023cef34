#include "connector/written.h"

#include <stdlib.h>

void tr_written_finish(struct tr_written *written)
{
    free(written->topics);
    *written = (struct tr_written){0};
}

void tr_written_forget(struct tr_written *written)
{
    for (size_t i = 0; i < written->count; i++)
        written->topics[i].told = false;
}

/* NULL without memory: then it is told at a later commit. */
static struct tr_written_topic *topic_at(struct tr_written *written, size_t i, const char *topic)
{
    if (i >= written->count) {
        struct tr_written_topic *topics = reallocarray(written->topics, i + 1, sizeof *topics);
        if (!topics)
            return NULL;
        written->topics = topics;
        written->count = i + 1;
        topics[i] = (struct tr_written_topic){0};
    }
    if (written->topics[i].topic != topic)
        written->topics[i] = (struct tr_written_topic){.topic = topic};
    return &written->topics[i];
}

void tr_written_look(struct tr_written *written, const struct tr_output *outputs, size_t count,
                     const struct tr_connector_params *params)
{
    const struct tr_output *end = outputs + count;

    for (size_t i = 0; outputs < end; i++) {
        const char *name = outputs->topic;
        int64_t grown = 0;
        bool opened = false;
        for (; outputs < end && outputs->topic == name; outputs++) {
            grown += outputs->offset + 1;
            opened |= outputs->written;
        }
        struct tr_written_topic *topic = topic_at(written, i, name);
        if (!topic)
            return;
        if (!topic->told && opened && grown != topic->grown) {
            params->wrote(params->context, name);
            topic->told = true;
        }
        topic->grown = grown;
    }
}
