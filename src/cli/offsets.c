/* tailrace offsets: a connector's positions, looked at and changed through a running worker, or
 * with --config in its place. What is written and read is what Connect's REST API has:
 * {"offsets":[{"partition":{…},"offset":{…}}]}.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/client.h"
#include "cli/command.h"
#include "cli/standby.h"

static int complain(const char *message)
{
    fprintf(stderr, "tailrace: %s\n", message);
    return TR_EXIT_FAILED;
}

/* At the worker if one listens there; with --config, without it otherwise. */
static int call(const struct tr_client_command *command, const char *method, const char *body,
                struct tr_buf *ret_answer, struct tr_diag *diag)
{
    struct tr_client_params client = command->client;
    char listener[300];
    struct tr_buf path;
    int rc = 1;

    tr_buf_init(&path, 4096);
    tr_buf_text(&path, "connectors/");
    tr_client_put_segment(&path, command->arguments[1]);
    tr_buf_text(&path, "/offsets");
    const struct tr_client_request request = {method, tr_buf_string(&path), body};
    if (command->standby && !client.url &&
        tr_standby_url(command->standby, listener, sizeof listener))
        client.url = listener;
    if (!tr_buf_ok(&path))
        rc = tr_fail_memory(diag);
    else if (!command->standby || client.url)
        rc = tr_client_call(&client, &request, ret_answer, diag);
    if (rc > 0 && command->standby)
        rc = tr_standby_call(command->standby, command->arguments[1], body, ret_answer, diag);
    tr_buf_finish(&path);
    return rc ? -1 : 0;
}

/* The offsets as they are; NULL: a message has been printed. */
static json_t *fetch(const struct tr_client_command *command)
{
    struct tr_buf answer;
    struct tr_diag diag;

    if (call(command, "GET", NULL, &answer, &diag) < 0) {
        complain(diag.message);
        return NULL;
    }
    json_t *offsets = json_loadb(tr_buf_string(&answer), answer.len, 0, NULL);
    tr_buf_finish(&answer);
    if (!json_is_array(json_object_get(offsets, "offsets"))) {
        complain("what answers there is neither tailrace nor Kafka Connect");
        json_decref(offsets);
        return NULL;
    }
    return offsets;
}

static void print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
}

static void print_pairs(json_t *object, const char *indent)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        printf("%s%s = %s\n", indent, name, text ? text : "?");
        free(text);
    }
}

static int show(const struct tr_client_command *command)
{
    json_t *offsets = fetch(command), *entry;
    size_t i;

    if (!offsets)
        return TR_EXIT_FAILED;
    if (command->json) {
        print_json(offsets);
    } else {
        json_array_foreach(json_object_get(offsets, "offsets"), i, entry)
        {
            print_pairs(json_object_get(entry, "partition"), "");
            print_pairs(json_object_get(entry, "offset"), "    ");
        }
        if (!json_array_size(json_object_get(offsets, "offsets")))
            puts("no offsets: the connector has not written any yet");
    }
    json_decref(offsets);
    return TR_EXIT_OK;
}

static int export_offsets(const struct tr_client_command *command)
{
    json_t *offsets = fetch(command);

    if (!offsets)
        return TR_EXIT_FAILED;
    print_json(offsets);
    json_decref(offsets);
    return TR_EXIT_OK;
}

/* Send new offsets, or only show them beside the old ones. */
static int change(const struct tr_client_command *command, json_t *offsets)
{
    struct tr_buf answer;
    struct tr_diag diag;
    int status = TR_EXIT_OK;

    if (command->dry_run) {
        json_t *old = fetch(command);
        if (!old)
            return TR_EXIT_FAILED;
        puts("now:");
        print_json(old);
        puts("would be set:");
        print_json(offsets);
        json_decref(old);
        return TR_EXIT_OK;
    }
    char *body = json_dumps(offsets, JSON_COMPACT);
    if (!body)
        return complain("no memory");
    if (call(command, "PATCH", body, &answer, &diag) < 0) {
        status = complain(diag.message);
    } else {
        json_t *json = json_loadb(tr_buf_string(&answer), answer.len, 0, NULL);
        const char *message = json_string_value(json_object_get(json, "message"));
        puts(message ? message : "done");
        json_decref(json);
        tr_buf_finish(&answer);
    }
    free(body);
    return status;
}

/* Another connector's, out of Kafka. */
static int import_topic(const struct tr_client_command *command)
{
    const char *from = command->from_connector ? command->from_connector : command->arguments[1];
    const struct tr_worker_foreign foreign = {command->from_topic, from};
    struct tr_diag diag;

    json_t *offsets = tr_standby_foreign(command->standby, &foreign, &diag);
    if (!offsets)
        return complain(diag.message);
    int status = change(command, offsets);
    json_decref(offsets);
    return status;
}

static int import_file(const struct tr_client_command *command)
{
    const char *path = command->arguments[2];
    json_error_t error;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (!file) {
        fprintf(stderr, "tailrace: can't read %s: %s\n", path, strerror(errno));
        return TR_EXIT_USAGE;
    }
    json_t *offsets = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    if (file != stdin)
        fclose(file);
    if (!json_is_array(json_object_get(offsets, "offsets"))) {
        fprintf(stderr, "tailrace: %s: %s\n", path,
                offsets ? "there is no \"offsets\" in it: write {\"offsets\":[{\"partition\":{…},"
                          "\"offset\":{…}}]}, as offsets export does"
                        : error.text);
        json_decref(offsets);
        return TR_EXIT_USAGE;
    }
    int status = change(command, offsets);
    json_decref(offsets);
    return status;
}

static int import_offsets(const struct tr_client_command *command)
{
    bool from_file = command->narguments == 3;

    if (from_file == (command->from_topic != NULL)) {
        fputs("tailrace: offsets import takes a FILE or --from-topic TOPIC, one of both\n", stderr);
        return TR_EXIT_USAGE;
    }
    return from_file ? import_file(command) : import_topic(command);
}

/* "lsn=123" into an offset: a JSON value, or else a text; nothing behind the "=" takes it away. */
static int set_member(json_t *offset, const char *text)
{
    const char *equals = strchr(text, '=');

    if (!equals || equals == text)
        return -1;
    if (!equals[1])
        return json_object_deln(offset, text, (size_t)(equals - text));
    json_t *value = json_loads(equals + 1, JSON_DECODE_ANY, NULL);
    if (!value)
        value = json_string(equals + 1);
    return json_object_setn_new(offset, text, (size_t)(equals - text), value);
}

static int set_offsets(const struct tr_client_command *command)
{
    json_t *offsets = fetch(command);
    json_t *list = json_object_get(offsets, "offsets");

    if (!offsets)
        return TR_EXIT_FAILED;
    if (json_array_size(list) != 1) {
        json_decref(offsets);
        return complain(
            "offsets set changes a connector's one offset; with none or several, export "
            "them, edit the file and import it");
    }
    json_t *offset = json_object_get(json_array_get(list, 0), "offset");
    for (size_t i = 2; i < command->narguments; i++) {
        if (set_member(offset, command->arguments[i]) < 0) {
            fprintf(stderr,
                    "tailrace: offsets set: \"%s\" is not of the form NAME=VALUE, or NAME= "
                    "of what is not there\n",
                    command->arguments[i]);
            json_decref(offsets);
            return TR_EXIT_USAGE;
        }
    }
    int status = change(command, offsets);
    json_decref(offsets);
    return status;
}

int tr_command_offsets(const struct tr_client_command *command)
{
    static const struct {
        const char *name;
        size_t least, most; /* arguments, with the verb */
        int (*run)(const struct tr_client_command *command);
    } verbs[] = {
        {"show", 2, 2, show},
        {"export", 2, 2, export_offsets},
        {"import", 2, 3, import_offsets},
        {"set", 3, SIZE_MAX, set_offsets},
    };

    for (size_t i = 0; command->narguments && i < TR_COUNT(verbs); i++)
        if (strcmp(verbs[i].name, command->arguments[0]) == 0 &&
            command->narguments >= verbs[i].least && command->narguments <= verbs[i].most)
            return verbs[i].run(command);
    fputs("tailrace: offsets show CONNECTOR, export CONNECTOR, import CONNECTOR FILE or set "
          "CONNECTOR NAME=VALUE...; see tailrace offsets --help\n",
          stderr);
    return TR_EXIT_USAGE;
}
