#include "cli/daemon.h"

int tr_command_run(const struct tr_command *command)
{
    return tr_daemon_main(command, &(struct tr_daemon_watcher){0});
}
