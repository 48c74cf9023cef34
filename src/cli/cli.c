#include "cli/cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log-levels.h"
#include "cli/command.h"
#include "cli/standby.h"

/* Files behind --config. */
#define MOST_CONFIGS 64

struct arguments {
    const char *command;
    enum tr_log_level level;
    enum tr_log_format format;
    bool until_streaming;
    struct tr_verify_wish verify;
    struct tr_client_command client;
    char **files;
    size_t nfiles;
    const char *configs[MOST_CONFIGS];
    size_t nconfigs;
};

/* One of run and ask. */
struct command_entry {
    const char *name;
    int (*run)(const struct tr_command *command);        /* works with files */
    int (*ask)(const struct tr_client_command *command); /* asks a running worker */
    const char *help;
};

#define ASKING                                                                                     \
    "  --url URL       the worker's listener (default: $TAILRACE_URL, or http://127.0.0.1:8083)\n" \
    "  --cacert FILE   whom to trust with https\n"                                                 \
    "A user and password are taken from ~/.netrc.\n"

static const struct command_entry *find_command(const char *name)
{
    static const struct command_entry commands[] = {
        {"run", tr_command_run, NULL,
         "usage: tailrace run FILE...\n\n"
         "Run every connector in FILE... until SIGTERM or SIGINT. A FILE is a Kafka Connect\n"
         ".properties file (a worker's, or a connector's if it has connector.class), a connector\n"
         ".json, or a .conf with [worker] and [connector NAME] sections.\n"},
        {"bootstrap", tr_command_bootstrap, NULL,
         "usage: tailrace bootstrap [--until-streaming] FILE...\n\n"
         "Prepare publication, slot and topics, snapshot with its progress shown, then stream.\n"
         "  --until-streaming   exit 0 once the snapshot is committed and the stream has caught "
         "up\n"},
        {"check", tr_command_check, NULL,
         "usage: tailrace check FILE...\n\n"
         "Look at the databases and at Kafka, and print each finding with what mends it.\n"
         "Exit status 1 if something would stop a run.\n"},
        {"verify", tr_command_verify, NULL,
         "usage: tailrace verify FILE... --table SCHEMA.TABLE [--connector NAME] [--topic TOPIC]\n"
         "                       [--wait SECONDS] [--json]\n\n"
         "Read a table at one point of its log, fold its topic to the newest state of each key,\n"
         "and name the keys that differ. The connector goes on meanwhile; nothing is written.\n"
         "  --table SCHEMA.TABLE   which one (MySQL and MariaDB: DATABASE.TABLE)\n"
         "  --connector NAME       whose, if the files have several\n"
         "  --topic TOPIC          if a transform chooses the table's topic\n"
         "  --wait SECONDS         give up when the connector makes no progress for so long\n"
         "                         (default: 60)\n"
         "  --json                 print the verdict as JSON\n"
         "Exit status 0 if they are equal, 1 if they differ or that can't be found out.\n"},
        {"status", NULL, tr_command_status,
         "usage: tailrace status [--json] [--url URL]\n\n"
         "Show the connectors of a running worker: state, progress, lag, the last error.\n"
         "Exit status 1 if one has failed or makes no progress, or if no worker "
         "answers.\n\n" ASKING},
        {"offsets", NULL, tr_command_offsets,
         "usage: tailrace offsets show|export CONNECTOR [--config FILE]...\n"
         "       tailrace offsets import CONNECTOR FILE [--config FILE]... [--dry-run]\n"
         "       tailrace offsets import CONNECTOR --from-topic TOPIC --config FILE... "
         "[--dry-run]\n"
         "       tailrace offsets set CONNECTOR NAME=VALUE... [--config FILE]... [--dry-run]\n\n"
         "Show or change where a connector of a running worker goes on; to change it, stop the\n"
         "connector first (PUT /connectors/CONNECTOR/stop). export and import use the form of\n"
         "Connect's REST API, so that offsets go from one engine to the other.\n"
         "  --json          show as JSON\n"
         "  --dry-run       only show what would be set\n"
         "  --config FILE   a file that the worker is run with, repeatable: if no worker listens\n"
         "                  where these files say, go to Kafka directly; the connector's\n"
         "                  transactional id is fenced before a change\n"
         "  --from-topic TOPIC      import what a connector has in this offsets topic\n"
         "  --from-connector NAME   which one (default: CONNECTOR)\n" ASKING},
    };

    for (size_t i = 0; i < TR_COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_help(FILE *out)
{
    fputs("tailrace " TR_VERSION ": change data capture from PostgreSQL, MySQL and\n"
          "MariaDB to Kafka, exactly once\n\n"
          "usage: tailrace COMMAND [OPTION...] FILE...\n\n"
          "  run          the daemon\n"
          "  bootstrap    snapshot with a progress bar, then stream\n"
          "  check        preflight of databases and Kafka\n"
          "  verify       compare a table with its topic\n"
          "  status       a running worker's connectors\n"
          "  offsets      show, export, import or set where a connector goes on\n\n"
          "  --log-level error|warn|info|debug    (default: info)\n"
          "  --log-format logfmt|json             (default: logfmt)\n"
          "  --help, --version; COMMAND --help tells more\n",
          out);
}

static int usage_error(const char *format, ...) TR_PRINTF(1, 2);
static int usage_error(const char *format, ...)
{
    va_list args;

    fputs("tailrace: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("; see tailrace --help\n", stderr);
    return TR_EXIT_USAGE;
}

static bool parse_level(const char *text, enum tr_log_level *ret_level)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (strcmp(names[i], text) == 0) {
            *ret_level = (enum tr_log_level)i;
            return true;
        }
    return false;
}

static bool parse_format(const char *text, enum tr_log_format *ret_format)
{
    *ret_format = strcmp(text, "json") == 0 ? TR_LOG_JSON : TR_LOG_LOGFMT;
    return *ret_format == TR_LOG_JSON || strcmp(text, "logfmt") == 0;
}

enum {
    OPT_HELP = 256,
    OPT_VERSION,
    OPT_LEVEL,
    OPT_FORMAT,
    OPT_UNTIL_STREAMING,
    OPT_DOCUMENT,
    OPT_JSON,
    OPT_DRY_RUN,
    OPT_URL,
    OPT_CACERT,
    OPT_CONFIG,
    OPT_FROM_TOPIC,
    OPT_FROM_CONNECTOR,
    OPT_TABLE,
    OPT_CONNECTOR,
    OPT_TOPIC,
    OPT_WAIT,
};

/* Options of the commands that ask a worker. */
static void handle_client_option(int option, struct tr_client_command *client)
{
    client->json |= option == OPT_JSON;
    client->dry_run |= option == OPT_DRY_RUN;
    if (option == OPT_URL)
        client->client.url = optarg;
    if (option == OPT_CACERT)
        client->client.cacert = optarg;
    if (option == OPT_FROM_TOPIC)
        client->from_topic = optarg;
    if (option == OPT_FROM_CONNECTOR)
        client->from_connector = optarg;
}

static bool parse_wait(const char *text, int64_t *ret_ms)
{
    char *end;
    long seconds = strtol(text, &end, 10);

    *ret_ms = (int64_t)seconds * 1000;
    return *text && !*end && seconds > 0 && seconds <= 30L * 24 * 3600;
}

/* Options of verify. -1: as below. */
static int handle_verify_option(int option, struct tr_verify_wish *verify)
{
    if (option == OPT_TABLE)
        verify->table = optarg;
    if (option == OPT_CONNECTOR)
        verify->connector = optarg;
    if (option == OPT_TOPIC)
        verify->topic = optarg;
    if (option == OPT_WAIT && !parse_wait(optarg, &verify->patience_ms))
        return usage_error("--wait: \"%s\" is not a number of seconds", optarg);
    return -1;
}

/* -1: go on with the command; otherwise the exit status. */
static int handle_option(int option, struct arguments *arguments)
{
    switch (option) {
    case OPT_HELP: {
        const struct command_entry *entry =
            arguments->command ? find_command(arguments->command) : NULL;
        if (entry)
            fputs(entry->help, stdout);
        else
            print_help(stdout);
        return TR_EXIT_OK;
    }
    case OPT_VERSION:
        puts("tailrace " TR_VERSION);
        return TR_EXIT_OK;
    case OPT_DOCUMENT:
        tr_options_document(stdout);
        return TR_EXIT_OK;
    case OPT_LEVEL:
        if (!parse_level(optarg, &arguments->level))
            return usage_error("--log-level: \"%s\" is not error, warn, info or debug", optarg);
        return -1;
    case OPT_FORMAT:
        if (!parse_format(optarg, &arguments->format))
            return usage_error("--log-format: \"%s\" is not logfmt or json", optarg);
        return -1;
    case OPT_UNTIL_STREAMING:
        arguments->until_streaming = true;
        return -1;
    case OPT_CONFIG:
        if (arguments->nconfigs == MOST_CONFIGS)
            return usage_error("--config: more than %d files", MOST_CONFIGS);
        arguments->configs[arguments->nconfigs++] = optarg;
        return -1;
    default:
        handle_client_option(option, &arguments->client);
        return handle_verify_option(option, &arguments->verify);
    }
}

/* What getopt_long stumbled over. */
static int option_error(int option, char **argv)
{
    if (option == ':')
        return usage_error("%s needs a value", argv[optind - 1]);
    if (optopt > 0 && optopt < OPT_HELP)
        return usage_error("-%c is not an option", optopt);
    return usage_error("%s is not an option", argv[optind - 1]);
}

static int parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {
        {"help", no_argument, NULL, OPT_HELP},
        {"version", no_argument, NULL, OPT_VERSION},
        {"log-level", required_argument, NULL, OPT_LEVEL},
        {"log-format", required_argument, NULL, OPT_FORMAT},
        {"until-streaming", no_argument, NULL, OPT_UNTIL_STREAMING},
        {"document-options", no_argument, NULL, OPT_DOCUMENT},
        {"json", no_argument, NULL, OPT_JSON},
        {"dry-run", no_argument, NULL, OPT_DRY_RUN},
        {"url", required_argument, NULL, OPT_URL},
        {"cacert", required_argument, NULL, OPT_CACERT},
        {"config", required_argument, NULL, OPT_CONFIG},
        {"from-topic", required_argument, NULL, OPT_FROM_TOPIC},
        {"from-connector", required_argument, NULL, OPT_FROM_CONNECTOR},
        {"table", required_argument, NULL, OPT_TABLE},
        {"connector", required_argument, NULL, OPT_CONNECTOR},
        {"topic", required_argument, NULL, OPT_TOPIC},
        {"wait", required_argument, NULL, OPT_WAIT},
        {0},
    };
    int option;

    if (argc > 1 && argv[1][0] != '-')
        arguments->command = argv[1];
    /* ":": the words about what is wrong are ours */
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        int status = option == '?' || option == ':' ? option_error(option, argv)
                                                    : handle_option(option, arguments);
        if (status >= 0)
            return status;
    }
    if (optind >= argc)
        return usage_error("no command given");
    arguments->command = argv[optind++];
    arguments->files = argv + optind;
    arguments->nfiles = (size_t)(argc - optind);
    return -1;
}

static void print_error(const struct tr_log *log, const char *sentence)
{
    (void)log;
    fprintf(stderr, "tailrace: %s\n", sentence);
}

static int ask_standby(const struct command_entry *entry, struct tr_client_command *client,
                       const struct tr_command *command)
{
    struct tr_diag diag;

    if (tr_standby_new(command, &client->standby, &diag) < 0) {
        print_error(&command->log, diag.message);
        return TR_EXIT_FAILED;
    }
    int status = entry->ask(client);
    tr_standby_free(client->standby);
    return status;
}

/* client NULL: the command works with the files itself. */
static int run_command(const struct command_entry *entry, const struct arguments *arguments,
                       struct tr_client_command *client, const struct tr_drivers *drivers)
{
    struct tr_command command = {
        .drivers = drivers,
        .log = {STDERR_FILENO, arguments->level, arguments->format, NULL,
                tr_log_levels_new(arguments->level)},
        .files = client ? arguments->configs : (const char *const *)arguments->files,
        .nfiles = client ? arguments->nconfigs : arguments->nfiles,
        .until_streaming = arguments->until_streaming,
        .verify = arguments->verify,
    };

    command.verify.json = arguments->client.json;
    struct tr_config *config;
    int status = TR_EXIT_USAGE;

    if (!command.log.levels)
        return TR_EXIT_FAILED;
    if (tr_command_load(&command, print_error, &config) == 0) {
        command.config = config;
        status = client ? ask_standby(entry, client, &command) : entry->run(&command);
        tr_config_free(config);
    }
    tr_log_levels_free(command.log.levels);
    return status;
}

static bool has_offsets_option(const struct arguments *arguments)
{
    return arguments->nconfigs || arguments->client.from_topic || arguments->client.from_connector;
}

static int ask(const struct command_entry *entry, struct arguments *arguments,
               const struct tr_drivers *drivers)
{
    struct tr_client_command *client = &arguments->client;

    if (client->from_topic && !arguments->nconfigs)
        return usage_error("--from-topic needs --config FILE, which says where Kafka is");
    if (client->from_connector && !client->from_topic)
        return usage_error("--from-connector needs --from-topic");
    return arguments->nconfigs ? run_command(entry, arguments, client, drivers)
                               : entry->ask(client);
}

/* Options that another command has. -1: none. */
static int check_options(const struct command_entry *entry, const struct arguments *arguments)
{
    const struct tr_verify_wish *verify = &arguments->verify;
    bool verifies = entry->run && entry->run == tr_command_verify;

    if (arguments->until_streaming && entry->run != tr_command_bootstrap)
        return usage_error("--until-streaming belongs to bootstrap, not to %s", entry->name);
    if (has_offsets_option(arguments) && entry->ask != tr_command_offsets)
        return usage_error("--config, --from-topic and --from-connector belong to offsets, not to "
                           "%s",
                           entry->name);
    if (!verifies && (verify->table || verify->connector || verify->topic || verify->patience_ms))
        return usage_error("--table, --connector, --topic and --wait belong to verify, not to %s",
                           entry->name);
    if (verifies && !verify->table)
        return usage_error("verify needs --table SCHEMA.TABLE");
    if (entry->run && (arguments->client.dry_run || arguments->client.client.url ||
                       (arguments->client.json && !verifies)))
        return usage_error("--json, --dry-run and --url belong to status and offsets, not to %s",
                           entry->name);
    return -1;
}

int tr_cli_main(int argc, char **argv, const struct tr_drivers *drivers)
{
    struct arguments arguments = {.level = TR_LOG_INFO};
    int status = parse_arguments(argc, argv, &arguments);

    if (status >= 0)
        return status;
    const struct command_entry *entry = find_command(arguments.command);
    if (!entry)
        return usage_error("\"%s\" is not a command", arguments.command);
    status = check_options(entry, &arguments);
    if (status >= 0)
        return status;
    if (entry->ask) {
        arguments.client.arguments = (const char *const *)arguments.files;
        arguments.client.narguments = arguments.nfiles;
        return ask(entry, &arguments, drivers);
    }
    if (!arguments.nfiles)
        return usage_error("%s needs at least one FILE", entry->name);
    return run_command(entry, &arguments, NULL, drivers);
}
