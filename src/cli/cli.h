/* The command line: parses it, runs a command, gives the exit status. */
#ifndef TR_CLI_CLI_H
#define TR_CLI_CLI_H

#include "sink/sink.h"
#include "source/source.h"

/* Exit statuses. */
enum { TR_EXIT_OK = 0, TR_EXIT_FAILED = 1, TR_EXIT_USAGE = 2 };

/* What the binary was composed of (main.c), by kind. A NULL source is one that this build lacks. */
struct tr_drivers {
    const struct tr_source_impl *sources[3]; /* by enum tr_connector_kind */
    const struct tr_sink_impl *sinks[4];     /* by enum tr_sink_kind */
};

int tr_cli_main(int argc, char **argv, const struct tr_drivers *drivers);

#endif
