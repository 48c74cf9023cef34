/* The worker with drivers that do what their connector's name says. `tests/run tsan` runs it under
 * ThreadSanitizer, too. */
#include "support/cmocka.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "record/batch.h"
#include "sink/sink-impl.h"
#include "source/source-impl.h"
#include "worker/worker.h"

/* How long a slow connector takes to stop. */
#define SLOW_MS 1500

/* How long a wait may last before it is shown. */
#define HEALTH_MS 300

static struct tr_diag diag;
static _Atomic unsigned runs, alive;

struct source {
    struct tr_source source;
    struct tr_source_params params;
};

static const struct tr_source_impl fake_source;
static const struct tr_sink_impl fake_sink;

static bool named(const struct source *source, const char *what)
{
    return strstr(source->params.options->name, what) != NULL;
}

static int source_new(const struct tr_source_params *params, struct tr_source **ret_source,
                      struct tr_diag *ret_diag)
{
    struct source *source = calloc(1, sizeof *source);

    (void)ret_diag;
    assert_non_null(source);
    source->source.impl = &fake_source;
    source->params = *params;
    *ret_source = &source->source;
    alive++;
    return 0;
}

static void send_one(struct source *source)
{
    struct tr_outlet *outlet = source->params.outlet;
    struct tr_batch *batch = outlet->impl->take(outlet);

    if (!batch)
        return;
    batch->boundary = true;
    batch->events = 1;
    batch->position.json = TR_SLICE("\"at\":1");
    batch->position.token = 1;
    outlet->impl->put(outlet, batch);
}

static int source_run(struct tr_source *base, struct tr_diag *ret_diag)
{
    struct source *source = (struct source *)base;
    struct tr_outlet *outlet = source->params.outlet;
    const struct tr_progress streaming = {.phase = TR_PHASE_CAUGHT_UP};

    runs++;
    if (named(source, "failing"))
        return tr_fail(ret_diag, TR_DATA, TR_STOP, "it fails, as it should");
    if (named(source, "retrying"))
        return tr_fail(ret_diag, TR_NETWORK, TR_RETRY, "it fails for now");
    outlet->impl->progress(outlet, &streaming);
    if (named(source, "ending"))
        return 0;
    while (!outlet->impl->stopping(outlet)) {
        send_one(source);
        usleep(2000);
    }
    if (named(source, "slow"))
        usleep(SLOW_MS * 1000);
    return 0;
}

static void source_free(struct tr_source *source)
{
    free(source);
    alive--;
}

static int source_check(const struct tr_source_params *params, struct tr_report *report,
                        struct tr_diag *ret_diag)
{
    (void)params, (void)report, (void)ret_diag;
    return 0;
}

static const struct tr_source_impl fake_source = {
    .new = source_new,
    .run = source_run,
    .free = source_free,
    .check = source_check,
};

/* Writes to one topic, named after nothing. */
struct sink {
    struct tr_sink sink;
    struct tr_output output;
    bool stuck; /* takes its time to commit */
};

static int sink_new(const struct tr_sink_params *params, struct tr_sink **ret_sink,
                    struct tr_diag *ret_diag)
{
    struct sink *sink = calloc(1, sizeof *sink);

    (void)ret_diag;
    assert_non_null(sink);
    sink->stuck = strstr(params->options->name, "stuck") != NULL;
    sink->sink.impl = &fake_sink;
    sink->output =
        (struct tr_output){.topic = "topic", .partitions = 1, .offset = -1, .written = true};
    *ret_sink = &sink->sink;
    return 0;
}

static int sink_start(struct tr_sink *sink, struct tr_found *found, struct tr_diag *ret_diag)
{
    (void)sink, (void)found, (void)ret_diag;
    return 1;
}

static int sink_write(struct tr_sink *base, const struct tr_batch *batch, struct tr_diag *ret_diag)
{
    (void)base, (void)batch, (void)ret_diag;
    return 0;
}

static int sink_flush(struct tr_sink *base, const struct tr_output **ret_outputs,
                      size_t *ret_noutputs, struct tr_diag *ret_diag)
{
    struct sink *sink = (struct sink *)base;

    (void)ret_diag;
    sink->output.offset++;
    *ret_outputs = &sink->output;
    *ret_noutputs = 1;
    return 0;
}

static int sink_commit(struct tr_sink *base, struct tr_slice position, struct tr_diag *ret_diag)
{
    const struct sink *sink = (struct sink *)base;

    (void)position, (void)ret_diag;
    if (sink->stuck)
        usleep(4 * HEALTH_MS * 1000);
    return 0;
}

static void sink_free(struct tr_sink *sink)
{
    free(sink);
}

static const struct tr_sink_impl fake_sink = {
    .new = sink_new,
    .start = sink_start,
    .write = sink_write,
    .flush = sink_flush,
    .commit = sink_commit,
    .free = sink_free,
};

static const struct tr_drivers drivers = {
    .sources = {[TR_KIND_POSTGRES] = &fake_source},
    .sinks = {[TR_SINK_NULL] = &fake_sink},
};

/* A configuration of these connectors; more stands in the properties of each. */
static struct tr_config *load(const char *const *names, const char *more)
{
    char path[] = "/tmp/tailrace-worker-XXXXXX.conf";
    const char *const paths[] = {path};
    struct tr_config *config = NULL;
    int fd = mkstemps(path, 5);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    assert_non_null(file);
    fprintf(file, "[worker]\ngroup.id=g\nhealth.timeout.ms=%d\n", HEALTH_MS);
    for (; *names; names++)
        fprintf(file,
                "[connector %s]\nconnector.class=postgres\nsink.type=null\n"
                "database.hostname=h\ndatabase.user=u\ndatabase.password=p\ndatabase.dbname=d\n"
                "topic.prefix=%s\nslot.name=%s\nplugin.name=pgoutput\n%s",
                *names, *names, *names, more);
    fclose(file);
    int rc = tr_config_load(paths, 1, &config, &diag);
    unlink(path);
    if (rc < 0)
        print_message("%s\n", diag.message);
    assert_int_equal(rc, 0);
    return config;
}

struct fixture {
    struct tr_config *config;
    struct tr_worker *worker;
    struct tr_log log;
    struct tr_arena arena;
};

static void start(struct fixture *fixture, const char *const *names)
{
    fixture->config = load(names, "");
    fixture->log = (struct tr_log){.fd = -1, .level = TR_LOG_ERROR};
    tr_arena_init(&fixture->arena, 4096, 64 << 20);
    const struct tr_worker_params params = {
        .config = fixture->config,
        .drivers = &drivers,
        .log = &fixture->log,
        .worker_id = "h:1",
    };
    assert_int_equal(tr_worker_new(&params, &fixture->worker, &diag), 0);
}

static void finish(struct fixture *fixture)
{
    tr_worker_stop(fixture->worker);
    tr_worker_free(fixture->worker);
    tr_config_free(fixture->config);
    tr_arena_finish(&fixture->arena);
    assert_int_equal(alive, 0);
}

static struct tr_worker_status status_of(struct fixture *fixture, const char *name)
{
    struct tr_worker_status status;

    tr_arena_reset(&fixture->arena);
    assert_int_equal(tr_worker_status(fixture->worker, name, &fixture->arena, &status, &diag), 0);
    return status;
}

static void await(struct fixture *fixture, const char *name, const char *state, const char *task)
{
    int64_t until = tr_clock_monotonic_us() + 10000000;

    for (;;) {
        struct tr_worker_status status = status_of(fixture, name);
        if (strcmp(status.state, state) == 0 &&
            (task ? status.tasks == 1 && strcmp(status.task_state, task) == 0 : status.tasks == 0))
            return;
        if (tr_clock_monotonic_us() > until)
            fail_msg("%s is %s, %zu %s: not %s %s", name, status.state, status.tasks,
                     status.task_state, state, task ? task : "without a task");
        usleep(2000);
    }
}

static void test_states(void **state)
{
    static const char *const names[] = {"ending", "failing", "retrying", "steady", NULL};
    struct tr_worker_summary summary;
    struct fixture fixture;
    bool planned;

    (void)state;
    start(&fixture, names);
    await(&fixture, "steady", "RUNNING", "RUNNING");
    await(&fixture, "ending", "RUNNING", "RUNNING"); /* nothing more to do is no failure */
    await(&fixture, "failing", "RUNNING", "FAILED");
    assert_non_null(strstr(status_of(&fixture, "failing").task_trace, "it fails, as it should"));
    await(&fixture, "retrying", "RUNNING", "RESTARTING");
    assert_non_null(strstr(status_of(&fixture, "retrying").task_trace, "failing since"));
    tr_worker_summarize(fixture.worker, &summary);
    assert_int_equal(summary.connectors, 4);
    assert_int_equal(summary.failed, 1);
    assert_int_equal(tr_worker_restart(fixture.worker, "steady", true, &planned, &diag), 0);
    assert_false(planned);
    assert_int_equal(tr_worker_restart(fixture.worker, "failing", true, &planned, &diag), 0);
    assert_true(planned);
    await(&fixture, "failing", "RUNNING", "FAILED");
    assert_int_equal(tr_worker_restart(fixture.worker, "none", true, &planned, &diag),
                     TR_WORKER_UNKNOWN);
    assert_string_equal(diag.message, "Unknown connector: none");
    finish(&fixture);
}

static void on_news(void *context)
{
    sem_post(context);
}

/* Whoever looks only when there is news hears of each end, however soon it comes. */
static void hear_of_the_end(void)
{
    static const char *const names[] = {"failing", NULL};
    const struct tr_log log = {.fd = -1, .level = TR_LOG_ERROR};
    struct tr_worker_summary summary = {0};
    struct tr_worker *worker;
    struct timespec until;
    sem_t news;

    sem_init(&news, 0, 0);
    struct tr_config *config = load(names, "");
    const struct tr_worker_params params = {
        .config = config,
        .drivers = &drivers,
        .log = &log,
        .worker_id = "h:1",
        .notify = on_news,
        .context = &news,
    };
    assert_int_equal(tr_worker_new(&params, &worker, &diag), 0);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 60;
    for (tr_worker_summarize(worker, &summary); summary.ended == 0;
         tr_worker_summarize(worker, &summary))
        assert_int_equal(sem_timedwait(&news, &until), 0);
    tr_worker_stop(worker);
    tr_worker_free(worker);
    tr_config_free(config);
    sem_destroy(&news);
}

static void test_the_end_is_news(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++)
        hear_of_the_end();
}

static void test_waiting_is_not_running(void **state)
{
    static const char *const names[] = {"stuck", NULL};
    struct tr_worker_summary summary;
    struct fixture fixture;

    (void)state;
    start(&fixture, names);
    await(&fixture, "stuck", "RUNNING", "RUNNING");
    await(&fixture, "stuck", "RUNNING", "RESTARTING");
    tr_worker_summarize(fixture.worker, &summary);
    assert_int_equal(summary.stuck, 1);
    assert_int_equal(summary.failed, 0);
    struct tr_worker_status status = status_of(&fixture, "stuck");
    assert_string_equal(status.stuck, "the transaction's commit");
    assert_non_null(strstr(status.task_trace, "no progress since 20"));
    await(&fixture, "stuck", "RUNNING", "RUNNING"); /* between two commits */
    finish(&fixture);
}

static void test_targets(void **state)
{
    static const char *const names[] = {"failing", "steady", NULL};
    struct fixture fixture;
    struct tr_list topics;

    (void)state;
    start(&fixture, names);
    await(&fixture, "steady", "RUNNING", "RUNNING");
    assert_int_equal(tr_worker_target(fixture.worker, "steady", TR_TARGET_PAUSED, &diag), 0);
    await(&fixture, "steady", "PAUSED", "PAUSED");
    assert_int_equal(tr_worker_target(fixture.worker, "steady", TR_TARGET_STOPPED, &diag), 0);
    await(&fixture, "steady", "STOPPED", NULL);
    assert_int_equal(tr_worker_target(fixture.worker, "steady", TR_TARGET_PAUSED, &diag), 0);
    await(&fixture, "steady", "PAUSED", NULL);
    assert_int_equal(tr_worker_target(fixture.worker, "steady", TR_TARGET_RUNNING, &diag), 0);
    await(&fixture, "steady", "RUNNING", "RUNNING");
    do {
        tr_arena_reset(&fixture.arena);
        assert_int_equal(tr_worker_topics(fixture.worker, "steady", &fixture.arena, &topics, &diag),
                         0);
    } while (!topics.count);
    assert_string_equal(topics.items[0], "topic");
    await(&fixture, "failing", "RUNNING", "FAILED");
    assert_int_equal(tr_worker_target(fixture.worker, "failing", TR_TARGET_PAUSED, &diag), 0);
    await(&fixture, "failing", "PAUSED", "FAILED");
    assert_int_equal(tr_worker_target(fixture.worker, "failing", TR_TARGET_STOPPED, &diag), 0);
    await(&fixture, "failing", "STOPPED", NULL);
    finish(&fixture);
}

static void test_a_slow_stop_holds_up_nobody(void **state)
{
    static const char *const names[] = {"slow", "steady", NULL};
    struct fixture fixture;

    (void)state;
    start(&fixture, names);
    await(&fixture, "slow", "RUNNING", "RUNNING");
    await(&fixture, "steady", "RUNNING", "RUNNING");
    int64_t begun = tr_clock_monotonic_us();
    assert_int_equal(tr_worker_target(fixture.worker, "slow", TR_TARGET_STOPPED, &diag), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tr_worker_target(fixture.worker, "steady", TR_TARGET_PAUSED, &diag), 0);
        await(&fixture, "steady", "PAUSED", "PAUSED");
        unsigned before = runs;
        assert_int_equal(tr_worker_target(fixture.worker, "steady", TR_TARGET_RUNNING, &diag), 0);
        while (runs == before)
            usleep(1000);
    }
    assert_true(tr_clock_monotonic_us() - begun < SLOW_MS * 1000);
    finish(&fixture);
}

static void test_what_files_declare_is_theirs(void **state)
{
    static const char *const names[] = {"steady", NULL};
    const struct tr_property items[] = {{"connector.class", "postgres"}};
    const struct tr_properties config = {.items = items, .count = 1};
    struct fixture fixture;
    bool created;

    (void)state;
    start(&fixture, names);
    assert_int_equal(tr_worker_create(fixture.worker, "new", &config, TR_TARGET_RUNNING, &diag),
                     TR_WORKER_REFUSED);
    assert_non_null(strstr(diag.message, "config.storage.topic"));
    assert_int_equal(tr_worker_replace(fixture.worker, "steady", &config, &created, &diag),
                     TR_WORKER_REFUSED);
    assert_non_null(strstr(diag.message, "declared in a file"));
    assert_int_equal(tr_worker_delete(fixture.worker, "steady", &diag), TR_WORKER_REFUSED);
    assert_int_equal(tr_worker_delete(fixture.worker, "none", &diag), TR_WORKER_UNKNOWN);
    assert_null(tr_worker_cluster_id(fixture.worker));
    finish(&fixture);
}

static void test_reload(void **state)
{
    static const char *const before[] = {"gone", "same", "steady", NULL};
    static const char *const after[] = {"new", "same", "steady", NULL};
    struct fixture fixture;
    struct tr_list names;

    (void)state;
    unsigned so_far = runs + 3;
    start(&fixture, before);
    while (runs < so_far)
        usleep(1000);
    assert_int_equal(tr_worker_reload(fixture.worker, load(after, ""), &diag), 0);
    while (runs == so_far)
        usleep(1000);
    await(&fixture, "new", "RUNNING", "RUNNING");
    assert_int_equal(runs, so_far + 1);
    tr_arena_reset(&fixture.arena);
    assert_int_equal(tr_worker_names(fixture.worker, &fixture.arena, &names, &diag), 0);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.items[0], "new");
    assert_int_equal(
        tr_worker_reload(fixture.worker, load(after, "tombstones.on.delete=false\n"), &diag), 0);
    while (runs < so_far + 4)
        usleep(1000);
    await(&fixture, "same", "RUNNING", "RUNNING");
    finish(&fixture);
}

struct stress {
    struct fixture *fixture;
    atomic_bool *done;
    unsigned seed;
};

static void *look_around(void *context)
{
    struct stress *stress = context;
    struct tr_worker *worker = stress->fixture->worker;
    struct tr_arena arena;
    struct tr_diag own;

    tr_arena_init(&arena, 4096, 64 << 20);
    while (!*stress->done) {
        struct tr_worker_status status;
        struct tr_list list;
        char name[32];
        bool planned;
        snprintf(name, sizeof name, "steady%d", rand_r(&stress->seed) % 8);
        tr_arena_reset(&arena);
        assert_int_equal(tr_worker_names(worker, &arena, &list, &own), 0);
        assert_int_equal(tr_worker_topics(worker, name, &arena, &list, &own), 0);
        (void)!tr_worker_status(worker, name, &arena, &status, &own);
        (void)!tr_worker_target(worker, name, (enum tr_worker_target)(rand_r(&stress->seed) % 3),
                                &own);
        (void)!tr_worker_restart(worker, name, false, &planned, &own);
        (void)!tr_worker_reset_topics(worker, name, &own);
        usleep(500);
    }
    tr_arena_finish(&arena);
    return NULL;
}

static void test_everybody_at_once(void **state)
{
    static const char *const all[] = {"steady0", "steady1", "steady2", "steady3", "steady4",
                                      "steady5", "steady6", "steady7", NULL};
    static const char *const few[] = {"steady0", "steady3", "retrying", "failing", NULL};
    atomic_bool done = false;
    struct fixture fixture;
    struct stress stresses[3];
    pthread_t threads[3];

    (void)state;
    start(&fixture, all);
    for (unsigned i = 0; i < TR_COUNT(threads); i++) {
        stresses[i] = (struct stress){&fixture, &done, i};
        assert_int_equal(pthread_create(&threads[i], NULL, look_around, &stresses[i]), 0);
    }
    for (int i = 0; i < 10; i++) {
        usleep(50000);
        assert_int_equal(tr_worker_reload(fixture.worker, load(i % 2 ? all : few, ""), &diag), 0);
    }
    done = true;
    for (size_t i = 0; i < TR_COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    finish(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_the_end_is_news),
        cmocka_unit_test(test_waiting_is_not_running),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_a_slow_stop_holds_up_nobody),
        cmocka_unit_test(test_what_files_declare_is_theirs),
        cmocka_unit_test(test_reload),
        cmocka_unit_test(test_everybody_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
