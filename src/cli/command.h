/* What the commands share: their arguments, the loaded configuration, the logger. cli/'s own. */
#ifndef TR_CLI_COMMAND_H
#define TR_CLI_COMMAND_H

#include "base/log.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "config/config.h"

/* verify's options. */
struct tr_verify_wish {
    const char *table;
    const char *connector, *topic; /* NULL: the only one; the table's */
    int64_t patience_ms;
    bool json;
};

struct tr_command {
    const struct tr_drivers *drivers;
    const struct tr_config *config;
    struct tr_log log;
    const char *const *files; /* what config was read from */
    size_t nfiles;
    bool until_streaming; /* bootstrap */
    struct tr_verify_wish verify;
};

struct tr_standby;

/* What asks a running worker. */
struct tr_client_command {
    struct tr_client_params client;
    struct tr_standby *standby; /* offsets --config; NULL: none given */
    bool json, dry_run;
    const char *from_topic, *from_connector; /* offsets import */
    const char *const *arguments; /* behind the command */
    size_t narguments;
};

int tr_command_status(const struct tr_client_command *command);
int tr_command_offsets(const struct tr_client_command *command);

/* Each returns an exit status. */
int tr_command_run(const struct tr_command *command);
int tr_command_bootstrap(const struct tr_command *command);
int tr_command_check(const struct tr_command *command);
int tr_command_verify(const struct tr_command *command);

/* Read and judge the command's files, whatever was read before. Warnings are logged; each error
 * goes to complain, a whole sentence. <0: there were some, or no memory. */
typedef void tr_complain_fn(const struct tr_log *log, const char *sentence);
int tr_command_load(const struct tr_command *command, tr_complain_fn *complain,
                    struct tr_config **ret_config) TR_MUSTCHECK;

#endif
