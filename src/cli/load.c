/* From files to a configuration that can run. */
#include <stdio.h>

#include "cli/command.h"
#include "kafka/properties.h"
#include "transform/transform.h"

static void complain_of_all(const struct tr_command *command, tr_complain_fn *complain,
                            const struct tr_config *config, const struct tr_diag *diag)
{
    if (!config || !config->nerrors)
        complain(&command->log, diag->message);
    for (size_t i = 0; config && i < config->nerrors; i++)
        complain(&command->log, config->errors[i]);
}

struct log_warnings {
    struct tr_kafka_warnings warnings; /* first: what the callback gets */
    const struct tr_log *log;
};

static void log_warning(struct tr_kafka_warnings *warnings, const char *text)
{
    tr_log_warn(((struct log_warnings *)warnings)->log, text);
}

static int warn_of_inert(const struct tr_command *command,
                         const struct tr_connector_options *connector, struct tr_diag *diag)
{
    struct tr_arena arena;
    struct tr_list sentences;
    char sentence[1200];

    tr_arena_init(&arena, 4096, 1 << 20);
    int rc = tr_chain_inert(&connector->capture.transforms, &arena, &sentences, diag);
    for (size_t i = 0; rc == 0 && i < sentences.count; i++) {
        snprintf(sentence, sizeof sentence, "%s: %s", connector->name, sentences.items[i]);
        tr_log_warn(&command->log, sentence);
    }
    tr_arena_finish(&arena);
    return rc;
}

/* What the configuration's own tables can't know: librdkafka's properties, transforms' options. */
static int check_connectors(const struct tr_command *command, tr_complain_fn *complain,
                            const struct tr_config *config)
{
    struct log_warnings warnings = {{log_warning}, &command->log};
    char sentence[2400];
    struct tr_diag diag;
    int failed = 0;

    for (size_t i = 0; i < config->nconnectors; i++) {
        const struct tr_connector_options *connector = &config->connectors[i];
        int rc = tr_chain_check(&connector->capture.transforms, &diag);
        if (rc == 0)
            rc = warn_of_inert(command, connector, &diag);
        if (rc == 0 && connector->sink.kind == TR_SINK_KAFKA)
            rc = tr_kafka_properties_check(&config->worker, connector, &warnings.warnings, &diag);
        if (rc == 0)
            continue;
        snprintf(sentence, sizeof sentence, "%s: %s", connector->name, diag.message);
        complain(&command->log, sentence);
        failed = -1;
    }
    return failed;
}

int tr_command_load(const struct tr_command *command, tr_complain_fn *complain,
                    struct tr_config **ret_config)
{
    struct tr_diag diag;
    int rc = tr_config_load(command->files, command->nfiles, ret_config, &diag);

    if (rc < 0)
        complain_of_all(command, complain, *ret_config, &diag);
    for (size_t i = 0; rc == 0 && i < (*ret_config)->nwarnings; i++)
        tr_log_warn(&command->log, (*ret_config)->warnings[i]);
    if (rc == 0)
        rc = check_connectors(command, complain, *ret_config);
    if (rc < 0) {
        tr_config_free(*ret_config);
        *ret_config = NULL;
    }
    return rc;
}
