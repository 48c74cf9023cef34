/* check: everything that would stop or hurt a run, each finding with what mends it. */
#include <stdio.h>

#include "cli/command.h"
#include "offsets/offsets.h"

static void print_finding(struct tr_report *report, enum tr_severity severity, const char *what,
                          const char *mend)
{
    static const char *const marks[] = {"ok     ", "warning", "ERROR  "};

    (void)report;
    printf("  %s  %s\n", marks[severity], what);
    if (mend)
        printf("           mend: %s\n", mend);
}

static bool never(void *context)
{
    (void)context;
    return false;
}

static void check_source(const struct tr_command *command,
                         const struct tr_connector_options *options, struct tr_report *report)
{
    struct tr_log log = command->log;
    struct tr_diag diag;
    log.connector = options->name;
    const struct tr_source_params params = {
        .worker = &command->config->worker, .options = options, .log = &log};

    if (tr_source_check(command->drivers->sources[options->kind], &params, report, &diag) < 0)
        tr_report_add(report, TR_FINDING_ERROR, NULL, "%s", diag.message);
}

static void check_sink(const struct tr_command *command,
                       const struct tr_connector_options *options, struct tr_report *report)
{
    struct tr_log log = command->log;
    struct tr_diag diag;
    struct tr_buf key;
    log.connector = options->name;

    tr_buf_init(&key, 4096);
    int rc = tr_offsets_write_key(options->name, options->capture.topic_prefix, &key, &diag);
    const struct tr_sink_params params = {
        .worker = &command->config->worker,
        .options = options,
        .position_key = {tr_buf_string(&key), key.len},
        .log = &log,
        .stopping = never,
    };
    if (rc == 0)
        rc = tr_sink_check(command->drivers->sinks[options->sink.kind], &params, report, &diag);
    if (rc < 0)
        tr_report_add(report, TR_FINDING_ERROR, NULL, "%s", diag.message);
    tr_buf_finish(&key);
}

int tr_command_check(const struct tr_command *command)
{
    struct tr_report report = {.add = print_finding};

    for (size_t i = 0; i < command->config->nconnectors; i++) {
        const struct tr_connector_options *options = &command->config->connectors[i];
        printf("%s\n", options->name);
        check_source(command, options, &report);
        check_sink(command, options, &report);
    }
    printf("%u errors, %u warnings\n", report.errors, report.warnings);
    return report.errors ? TR_EXIT_FAILED : TR_EXIT_OK;
}
