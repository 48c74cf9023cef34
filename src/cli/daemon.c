#include "cli/daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/notify.h"
#include "rest/rest.h"

struct daemon {
    const struct tr_command *command;
    struct tr_rest *rest;
    struct tr_worker *worker;
    char worker_id[TR_REST_WORKER_ID];
    int news;    /* eventfd: a status changed */
    int signals; /* signalfd: SIGTERM, SIGINT, SIGHUP */
    bool ending, reloading;
};

static void on_news(void *context)
{
    const struct daemon *daemon = context;
    uint64_t one = 1;
    ssize_t ignored = write(daemon->news, &one, sizeof one);
    (void)ignored; /* a full counter means that news is waiting already */
}

/* librdkafka ends the process where it gets no memory, with an assertion as its only word. */
static void on_abort(int number)
{
    static const char text[] =
        "tailrace: a library has ended the process; the line above is its own. Mostly it got no "
        "memory or no thread: see ulimit -v, ulimit -u, MemoryMax= and TasksMax=. The next start "
        "goes on from the committed position.\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);

    (void)number, (void)ignored;
}

/* Signals are read from a descriptor; blocked before the first thread, so that all inherit it. */
static int open_descriptors(struct daemon *daemon, struct tr_diag *diag)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGABRT, on_abort); /* abort() ends the process all the same */
    daemon->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    daemon->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (daemon->signals < 0 || daemon->news < 0)
        return tr_fail(diag, TR_RESOURCE, TR_STOP, "no descriptors: %s", strerror(errno));
    return 0;
}

static void take_signals(struct daemon *daemon)
{
    struct signalfd_siginfo info;

    while (read(daemon->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGHUP) {
            daemon->reloading = true;
            continue;
        }
        if (!daemon->ending)
            tr_log_info(&daemon->command->log, "stopping",
                        TR_LOG_STR("signal", strsignal((int)info.ssi_signo)));
        daemon->ending = true;
    }
}

static bool is_ending(void *context)
{
    struct daemon *daemon = context;

    take_signals(daemon);
    return daemon->ending;
}

/* The API listens first: it says that the worker is starting while that waits for Kafka. */
static int start(struct daemon *daemon, struct tr_diag *diag)
{
    const struct tr_command *command = daemon->command;
    const struct tr_worker_params params = {
        .config = command->config,
        .drivers = command->drivers,
        .log = &command->log,
        .worker_id = daemon->worker_id,
        .notify = on_news,
        .stopping = is_ending,
        .context = daemon,
    };

    if (open_descriptors(daemon, diag) < 0 ||
        tr_rest_new(&command->config->worker, &command->log, &daemon->rest, diag) < 0)
        return -1;
    tr_rest_worker_id(daemon->rest, &command->config->worker.rest, daemon->worker_id);
    if (tr_worker_new(&params, &daemon->worker, diag) < 0)
        return -1;
    if (daemon->rest)
        tr_rest_serve(daemon->rest, daemon->worker);
    return 0;
}

static void log_error(const struct tr_log *log, const char *sentence)
{
    tr_log_error(log, "the files are not taken over", TR_LOG_STR("error", sentence));
}

/* Files that are wrong change nothing. */
static void reload(struct daemon *daemon)
{
    const struct tr_log *log = &daemon->command->log;
    struct tr_config *config;
    struct tr_diag diag;

    daemon->reloading = false;
    tr_notify_reloading();
    if (tr_command_load(daemon->command, log_error, &config) == 0) {
        if (tr_worker_reload(daemon->worker, config, &diag) < 0) {
            log_error(log, diag.message);
            tr_config_free(config);
        } else {
            tr_log_info(log, "the files were read again");
        }
    }
    tr_notify_ready();
}

/* True: nothing is left to do. */
static bool report(struct daemon *daemon)
{
    struct tr_worker_summary summary;

    tr_worker_summarize(daemon->worker, &summary);
    tr_notify_status("%zu connectors: %zu failed, %zu without progress, %zu paused or stopped",
                     summary.connectors, summary.failed, summary.stuck, summary.idle);
    tr_notify_alive();
    return !daemon->command->config->worker.config_topic && summary.ended == summary.connectors;
}

static int wait_ms(const struct tr_daemon_watcher *watcher)
{
    int alive = tr_notify_interval_ms();

    if (!watcher->interval_ms || !alive)
        return watcher->interval_ms || alive ? TR_MAX(watcher->interval_ms, alive) : -1;
    return TR_MIN(watcher->interval_ms, alive);
}

static void wait_for_the_end(struct daemon *daemon, const struct tr_daemon_watcher *watcher)
{
    struct pollfd fds[] = {{.fd = daemon->signals, .events = POLLIN},
                           {.fd = daemon->news, .events = POLLIN}};
    int timeout_ms = wait_ms(watcher);
    uint64_t count;

    tr_notify_ready();
    while (!report(daemon)) {
        if (!daemon->reloading) /* it may have been asked for during the start */
            poll(fds, TR_COUNT(fds), timeout_ms);
        take_signals(daemon);
        if (daemon->ending)
            break;
        if (daemon->reloading)
            reload(daemon);
        while (read(daemon->news, &count, sizeof count) > 0)
            continue;
        if (watcher->look && watcher->look(watcher->context, daemon->worker))
            break;
    }
}

static bool any_failed(const struct daemon *daemon)
{
    struct tr_worker_summary summary;

    tr_worker_summarize(daemon->worker, &summary);
    return summary.failed > 0;
}

/* Whoever asks over the API still gets an answer while connectors come to their end. */
static void stop(struct daemon *daemon)
{
    tr_notify_stopping();
    if (daemon->worker)
        tr_worker_stop(daemon->worker);
    tr_rest_free(daemon->rest);
    tr_worker_free(daemon->worker);
    if (daemon->signals >= 0)
        close(daemon->signals);
    if (daemon->news >= 0)
        close(daemon->news);
}

int tr_daemon_main(const struct tr_command *command, const struct tr_daemon_watcher *watcher)
{
    struct daemon daemon = {.command = command, .signals = -1, .news = -1};
    struct tr_diag diag;
    bool failed = start(&daemon, &diag) < 0;

    if (!failed) {
        wait_for_the_end(&daemon, watcher);
        failed = any_failed(&daemon);
    } else if (daemon.ending) {
        failed = false; /* told to stop before it had begun */
    } else {
        tr_log_error(&command->log, "cannot start", TR_LOG_STR("error", diag.message));
    }
    stop(&daemon);
    return failed ? TR_EXIT_FAILED : TR_EXIT_OK;
}
