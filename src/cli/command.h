/* What the commands share: their arguments, the loaded configuration, the logger. cli/'s own. */
#ifndef TR_CLI_COMMAND_H
#define TR_CLI_COMMAND_H

#include "base/log.h"
#include "cli/cli.h"
#include "config/config.h"

struct tr_command {
    const struct tr_drivers *drivers;
    const struct tr_config *config;
    struct tr_log log;
    bool until_streaming; /* bootstrap */
};

/* Each returns an exit status. */
int tr_command_run(const struct tr_command *command);
int tr_command_bootstrap(const struct tr_command *command);
int tr_command_check(const struct tr_command *command);

#endif
