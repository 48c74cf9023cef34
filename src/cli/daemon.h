/*
 * The daemon's main thread: starts the connectors, waits for signals and for news of them, stops
 * them. run and bootstrap differ only in what they show of the news and when they call it a day.
 */
#ifndef TR_CLI_DAEMON_H
#define TR_CLI_DAEMON_H

#include "cli/command.h"
#include "connector/connector.h"

struct tr_daemon {
    const struct tr_command *command;
    struct tr_connector **connectors;
    size_t count;
    int news;    /* eventfd: a status changed */
    int signals; /* signalfd: SIGTERM, SIGINT */
};

struct tr_daemon_watcher {
    /* Called for each news, and every interval_ms if that isn't 0. True: stop now, well done. */
    bool (*look)(void *context, struct tr_daemon *daemon);
    void *context;
    int interval_ms;
};

/* Runs until a signal, until the watcher says so, or until no connector is left running. The exit
 * status: failed if any connector ended FAILED. */
int tr_daemon_main(const struct tr_command *command, const struct tr_daemon_watcher *watcher);

#endif
