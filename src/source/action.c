#include "source/action.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct tr_action {
    /* First: what the run looks at to learn that it is to end, in the place of the source's. */
    struct tr_outlet outlet;
    struct tr_action_params params;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool wanted; /* guarded by the lock */
    atomic_bool ending;
};

static bool stopping(struct tr_outlet *outlet)
{
    const struct tr_action *action = (const struct tr_action *)outlet;
    struct tr_outlet *source = action->params.outlet;

    return atomic_load(&action->ending) || source->impl->stopping(source);
}

/* Until it is time again; false: the end. */
static bool await(struct tr_action *action)
{
    pthread_mutex_lock(&action->lock);
    while (!action->wanted && !atomic_load(&action->ending))
        pthread_cond_wait(&action->news, &action->lock);
    pthread_mutex_unlock(&action->lock);
    return !atomic_load(&action->ending);
}

static void done(struct tr_action *action)
{
    pthread_mutex_lock(&action->lock);
    action->wanted = false;
    pthread_mutex_unlock(&action->lock);
}

/* Each change is told, not each time. */
static void tell(const struct tr_action *action, int rc, bool *failed, const struct tr_diag *diag)
{
    if (rc < 0 && !*failed)
        tr_log_warn(action->params.log,
                    "heartbeat.action.query failed; it is tried again at each heartbeat",
                    TR_LOG_STR("error", diag->message));
    if (rc == 0 && *failed)
        tr_log_info(action->params.log, "heartbeat.action.query works again");
    if (rc <= 0)
        *failed = rc < 0;
}

static void *work(void *context)
{
    struct tr_action *action = context;
    bool failed = false;

    while (await(action)) {
        struct tr_diag diag = {0};
        int rc = action->params.run(action->params.context, &action->outlet, &diag);
        tell(action, rc, &failed, &diag);
        done(action);
    }
    action->params.close(action->params.context);
    return NULL;
}

int tr_action_new(const struct tr_action_params *params, struct tr_action **ret_action,
                  struct tr_diag *diag)
{
    static const struct tr_outlet_impl impl = {.stopping = stopping};
    struct tr_action *action = calloc(1, sizeof *action);

    if (!action)
        return tr_fail_memory(diag);
    action->outlet = (struct tr_outlet){.impl = &impl, .fd = -1};
    action->params = *params;
    pthread_mutex_init(&action->lock, NULL);
    pthread_cond_init(&action->news, NULL);
    if (pthread_create(&action->thread, NULL, work, action) != 0) {
        pthread_mutex_destroy(&action->lock);
        pthread_cond_destroy(&action->news);
        free(action);
        return tr_fail(diag, TR_RESOURCE, TR_RETRY, "no thread for heartbeat.action.query");
    }
    *ret_action = action;
    return 0;
}

void tr_action_free(struct tr_action *action)
{
    if (!action)
        return;
    pthread_mutex_lock(&action->lock);
    atomic_store(&action->ending, true);
    pthread_cond_signal(&action->news);
    pthread_mutex_unlock(&action->lock);
    pthread_join(action->thread, NULL);
    pthread_mutex_destroy(&action->lock);
    pthread_cond_destroy(&action->news);
    free(action);
}

void tr_action_go(struct tr_action *action)
{
    if (!action)
        return;
    pthread_mutex_lock(&action->lock);
    action->wanted = true;
    pthread_cond_signal(&action->news);
    pthread_mutex_unlock(&action->lock);
}
