#include "cli/daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void on_news(void *context, enum tr_connector_state state)
{
    const struct tr_daemon *daemon = context;
    uint64_t one = 1;

    (void)state;
    ssize_t ignored = write(daemon->news, &one, sizeof one);
    (void)ignored; /* a full counter means that news is waiting already */
}

/* Signals are read from a descriptor; blocked before the first thread, so that all inherit it. */
static int open_descriptors(struct tr_daemon *daemon, struct tr_diag *diag)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    daemon->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    daemon->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (daemon->signals < 0 || daemon->news < 0)
        return tr_fail(diag, TR_RESOURCE, TR_STOP, "no descriptors: %s", strerror(errno));
    return 0;
}

static int start_connectors(struct tr_daemon *daemon, struct tr_diag *diag)
{
    const struct tr_config *config = daemon->command->config;

    daemon->connectors = calloc(config->nconnectors, sizeof(struct tr_connector *));
    if (!daemon->connectors)
        return tr_fail_memory(diag);
    for (size_t i = 0; i < config->nconnectors; i++) {
        const struct tr_connector_options *options = &config->connectors[i];
        const struct tr_connector_params params = {
            .worker = &config->worker,
            .options = options,
            .source = daemon->command->drivers->sources[options->kind],
            .sink = daemon->command->drivers->sinks[options->sink.kind],
            .log = daemon->command->log,
            .notify = on_news,
            .context = daemon,
        };
        if (tr_connector_start(&params, &daemon->connectors[i], diag) < 0)
            return -1;
        daemon->count++;
    }
    return 0;
}

static bool all_ended(const struct tr_daemon *daemon)
{
    struct tr_connector_status status;

    for (size_t i = 0; i < daemon->count; i++) {
        tr_connector_status(daemon->connectors[i], &status);
        if (!tr_connector_ended(status.state))
            return false;
    }
    return true;
}

static bool any_failed(const struct tr_daemon *daemon)
{
    struct tr_connector_status status;

    for (size_t i = 0; i < daemon->count; i++) {
        tr_connector_status(daemon->connectors[i], &status);
        if (status.state == TR_STATE_FAILED)
            return true;
    }
    return false;
}

static bool signalled(const struct tr_daemon *daemon)
{
    struct signalfd_siginfo info;

    if (read(daemon->signals, &info, sizeof info) != sizeof info)
        return false;
    tr_log_info(&daemon->command->log, "stopping",
                TR_LOG_STR("signal", strsignal((int)info.ssi_signo)));
    return true;
}

static void wait_for_the_end(struct tr_daemon *daemon, const struct tr_daemon_watcher *watcher)
{
    struct pollfd fds[] = {{.fd = daemon->signals, .events = POLLIN},
                           {.fd = daemon->news, .events = POLLIN}};
    uint64_t count;

    while (!all_ended(daemon)) {
        poll(fds, TR_COUNT(fds), watcher->interval_ms ? watcher->interval_ms : -1);
        if (signalled(daemon))
            break;
        while (read(daemon->news, &count, sizeof count) > 0)
            continue;
        if (watcher->look && watcher->look(watcher->context, daemon))
            break;
    }
}

static void close_daemon(struct tr_daemon *daemon)
{
    for (size_t i = 0; i < daemon->count; i++)
        tr_connector_free(daemon->connectors[i]);
    free(daemon->connectors);
    if (daemon->signals >= 0)
        close(daemon->signals);
    if (daemon->news >= 0)
        close(daemon->news);
}

int tr_daemon_main(const struct tr_command *command, const struct tr_daemon_watcher *watcher)
{
    struct tr_daemon daemon = {.command = command, .signals = -1, .news = -1};
    struct tr_diag diag;
    bool failed = open_descriptors(&daemon, &diag) < 0 || start_connectors(&daemon, &diag) < 0;

    if (failed)
        tr_log_error(&command->log, "cannot start", TR_LOG_STR("error", diag.message));
    else
        wait_for_the_end(&daemon, watcher);
    failed |= any_failed(&daemon);
    for (size_t i = 0; i < daemon.count; i++)
        tr_connector_stop(daemon.connectors[i]);
    close_daemon(&daemon);
    return failed ? TR_EXIT_FAILED : TR_EXIT_OK;
}
