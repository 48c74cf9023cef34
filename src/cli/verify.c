/* verify: is a topic equal to its table? */
#include "verify/verify.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

#define PATIENCE_MS 60000

static const char *const words[TR_VERIFY_DIFFERENCES] = {
    [TR_VERIFY_MISSING] = "missing in the topic",
    [TR_VERIFY_EXTRA] = "only in the topic",
    [TR_VERIFY_CHANGED] = "different",
};

static int usage_error(const char *what, const char *name)
{
    fprintf(stderr, "tailrace: %s%s; see tailrace verify --help\n", what, name);
    return TR_EXIT_USAGE;
}

static const struct tr_connector_options *find_connector(const struct tr_config *config,
                                                         const char *name)
{
    for (size_t i = 0; name && i < config->nconnectors; i++)
        if (strcmp(config->connectors[i].name, name) == 0)
            return &config->connectors[i];
    return !name && config->nconnectors == 1 ? &config->connectors[0] : NULL;
}

static uint64_t sum_of(const struct tr_verdict *verdict)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < TR_VERIFY_DIFFERENCES; i++)
        sum += verdict->differing[i];
    return sum;
}

static void print_key(const struct tr_verify_key *key)
{
    printf("  %-20s  %s", words[key->difference], key->key);
    for (size_t i = 0; i < key->columns.count; i++)
        printf("%s %s", i ? "," : ":", key->columns.items[i]);
    putchar('\n');
}

static void print(const char *table, const struct tr_verdict *verdict)
{
    uint64_t differing = sum_of(verdict);

    if (!differing) {
        printf("%s: equal to topic %s (%llu rows, %llu records)\n", table, verdict->topic,
               (unsigned long long)verdict->rows, (unsigned long long)verdict->records);
        return;
    }
    printf("%s: %llu key%s from topic %s (%llu rows, %llu records)\n", table,
           (unsigned long long)differing, differing == 1 ? " differs" : "s differ", verdict->topic,
           (unsigned long long)verdict->rows, (unsigned long long)verdict->records);
    for (size_t i = 0; i < verdict->count; i++)
        print_key(&verdict->named[i]);
    if (differing > verdict->count)
        printf("  and %llu more: %llu missing in the topic, %llu only in the topic, %llu different "
               "in all\n",
               (unsigned long long)(differing - verdict->count),
               (unsigned long long)verdict->differing[TR_VERIFY_MISSING],
               (unsigned long long)verdict->differing[TR_VERIFY_EXTRA],
               (unsigned long long)verdict->differing[TR_VERIFY_CHANGED]);
}

static json_t *pack_key(const struct tr_verify_key *key)
{
    static const char *const names[] = {"missing", "extra", "different"};
    json_t *columns = json_array();

    for (size_t i = 0; i < key->columns.count; i++)
        json_array_append_new(columns, json_string(key->columns.items[i]));
    return json_pack("{s:s,s:o?,s:o}", "difference", names[key->difference], "key",
                     json_loads(key->key, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL), "columns",
                     columns);
}

static int print_json(const char *table, const struct tr_verdict *verdict)
{
    json_t *keys = json_array();

    for (size_t i = 0; i < verdict->count; i++)
        json_array_append_new(keys, pack_key(&verdict->named[i]));
    json_t *json = json_pack("{s:s,s:s,s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "table", table, "topic",
                             verdict->topic, "equal", tr_verdict_equal(verdict), "rows",
                             (json_int_t)verdict->rows, "records", (json_int_t)verdict->records,
                             "moved", (json_int_t)verdict->moved, "missing",
                             (json_int_t)verdict->differing[TR_VERIFY_MISSING], "extra",
                             (json_int_t)verdict->differing[TR_VERIFY_EXTRA], "different",
                             (json_int_t)verdict->differing[TR_VERIFY_CHANGED], "keys", keys);
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

    json_decref(json);
    if (text)
        puts(text);
    free(text);
    return text ? 0 : -1;
}

int tr_command_verify(const struct tr_command *command)
{
    const struct tr_verify_wish *wish = &command->verify;
    const struct tr_connector_options *options = find_connector(command->config, wish->connector);
    struct tr_log log = command->log;
    struct tr_verdict verdict;
    struct tr_diag diag;

    if (!options)
        return wish->connector
                   ? usage_error("--connector: the files have no connector ", wish->connector)
                   : usage_error("the files have several connectors, or none: say which one with "
                                 "--connector NAME",
                                 "");
    log.connector = options->name;
    const struct tr_verify_params params = {
        .drivers = command->drivers,
        .worker = &command->config->worker,
        .options = options,
        .table = wish->table,
        .topic = wish->topic,
        .patience_ms = wish->patience_ms ? wish->patience_ms : PATIENCE_MS,
        .log = &log,
    };
    int rc = tr_verify_run(&params, &verdict, &diag);
    if (rc < 0)
        fprintf(stderr, "tailrace: %s\n", diag.message);
    else if (wish->json)
        rc = print_json(wish->table, &verdict);
    else
        print(wish->table, &verdict);
    int status = rc == 0 && tr_verdict_equal(&verdict) ? TR_EXIT_OK : TR_EXIT_FAILED;
    tr_verdict_finish(&verdict);
    return status;
}
