/* check: everything that would stop or hurt a run, each finding with what mends it. */
#include <stdio.h>

#include "cli/command.h"
#include "offsets/offsets.h"
#include "worker/worker.h"

#define POSITION_CAP ((size_t)16 << 20)

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

/* What the sink could say of the committed position. */
struct found {
    bool known;
    struct tr_stored_position *position; /* NULL: there is none */
};

static void report_failure(struct tr_report *report, const struct tr_diag *diag)
{
    tr_report_add(report, TR_FINDING_ERROR, NULL, "%s", diag->message);
}

static void check_source(const struct tr_command *command,
                         const struct tr_connector_options *options, const struct found *found,
                         struct tr_report *report)
{
    struct tr_log log = command->log;
    struct tr_diag diag;
    log.connector = options->name;
    const struct tr_source_params params = {
        .worker = &command->config->worker,
        .options = options,
        .position = found->position,
        .position_unknown = !found->known,
        .log = &log,
    };

    if (tr_source_check(command->drivers->sources[options->kind], &params, report, &diag) < 0)
        report_failure(report, &diag);
}

/* rc is what the sink's check returned. */
static int take_position(int rc, const struct tr_buf *json, const char *fingerprint,
                         struct found *ret_found, struct tr_diag *diag)
{
    if (rc == 0) {
        struct tr_slice text = {tr_buf_string(json), json->len};
        rc = tr_stored_position_parse(text, &ret_found->position, diag);
    }
    if (rc == 0)
        rc = tr_offsets_check(ret_found->position, diag);
    if (rc == 0)
        rc = tr_offsets_check_partial(ret_found->position, fingerprint, diag);
    ret_found->known = rc >= 0;
    return rc < 0 ? -1 : 0;
}

static void check_sink(const struct tr_command *command, const struct tr_connector_options *options,
                       struct tr_report *report, struct found *ret_found)
{
    struct tr_log log = command->log;
    struct tr_diag diag;
    struct tr_buf key, json;
    log.connector = options->name;

    tr_buf_init(&key, 4096);
    tr_buf_init(&json, POSITION_CAP);
    int rc = tr_offsets_write_key(command->drivers->sources[options->kind], options, &key, &diag);
    const struct tr_sink_params params = {
        .worker = &command->config->worker,
        .options = options,
        .position_key = {tr_buf_string(&key), key.len},
        .log = &log,
        .stopping = never,
    };
    if (rc == 0)
        rc = tr_sink_check(command->drivers->sinks[options->sink.kind], &params, report, &json,
                           &diag);
    if (take_position(rc, &json, options->fingerprint, ret_found, &diag) < 0)
        report_failure(report, &diag);
    tr_buf_finish(&key);
    tr_buf_finish(&json);
}

/* The sink first: it has the position, which decides what the source has to find. */
static void check_connector(const struct tr_command *command,
                            const struct tr_connector_options *options, struct tr_report *report)
{
    struct found found = {0};

    printf("%s\n", options->name);
    check_sink(command, options, report, &found);
    check_source(command, options, &found, report);
    tr_stored_position_free(found.position);
}

int tr_command_check(const struct tr_command *command)
{
    struct tr_report report = {.add = print_finding};
    const struct tr_worker_options *worker = &command->config->worker;

    if (worker->config_topic || worker->status_topic)
        puts("worker");
    tr_worker_check(worker, &command->log, &report);
    for (size_t i = 0; i < command->config->nconnectors; i++)
        check_connector(command, &command->config->connectors[i], &report);
    printf("%u error%s, %u warning%s\n", report.errors, report.errors == 1 ? "" : "s",
           report.warnings, report.warnings == 1 ? "" : "s");
    return report.errors ? TR_EXIT_FAILED : TR_EXIT_OK;
}
