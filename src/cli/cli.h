/* The command line: parses it, runs a command, gives the exit status. */
#ifndef TR_CLI_CLI_H
#define TR_CLI_CLI_H

#include "connector/drivers.h"

/* Exit statuses. */
enum { TR_EXIT_OK = 0, TR_EXIT_FAILED = 1, TR_EXIT_USAGE = 2 };

int tr_cli_main(int argc, char **argv, const struct tr_drivers *drivers);

#endif
