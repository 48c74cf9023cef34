/*
 * The daemon's main thread: starts the REST API and the worker, waits for signals and for news of
 * connectors, stops everything. run and bootstrap differ only in what they show of the news and
 * when they call it a day.
 *
 * SIGTERM and SIGINT end it, SIGHUP reads the files again. Where connectors come from files alone,
 * it also ends when all of them have.
 */
#ifndef TR_CLI_DAEMON_H
#define TR_CLI_DAEMON_H

#include "cli/command.h"
#include "worker/worker.h"

struct tr_daemon_watcher {
    /* Called for each news, and every interval_ms if that isn't 0. True: stop now, well done. */
    bool (*look)(void *context, struct tr_worker *worker);
    void *context;
    int interval_ms;
};

/* Runs until a signal, until the watcher says so, or until no connector is left running. The exit
 * status: failed if any connector ended FAILED. */
int tr_daemon_main(const struct tr_command *command, const struct tr_daemon_watcher *watcher);

#endif
