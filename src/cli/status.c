/* tailrace status: what a running worker says of its connectors. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "cli/client.h"
#include "cli/command.h"

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

static const char *state_of(const json_t *connector)
{
    const char *task = text_of(connector, "task_state");

    return *task ? task : text_of(connector, "state");
}

static bool is_well(const json_t *connector)
{
    return strcmp(state_of(connector), "FAILED") != 0 && !*text_of(connector, "stuck");
}

static void put_bytes(char *text, size_t size, json_int_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double number = (double)bytes;
    size_t unit = 0;

    while (number >= 1024 && unit + 1 < TR_COUNT(units)) {
        number /= 1024;
        unit++;
    }
    snprintf(text, size, unit ? "%.1f %s" : "%.0f %s", number, units[unit]);
}

/* "0.2 s, 4.0 KiB"; what isn't known is left out. */
static void put_lag(char *text, size_t size, const json_t *connector)
{
    const json_t *seconds = json_object_get(connector, "lag_seconds");
    const json_t *bytes = json_object_get(connector, "lag_bytes");
    char amount[32] = "", time[32] = "";

    if (json_is_number(seconds))
        snprintf(time, sizeof time, "%.1f s", json_number_value(seconds));
    if (json_is_integer(bytes))
        put_bytes(amount, sizeof amount, json_integer_value(bytes));
    snprintf(text, size, "%s%s%s", time, *time && *amount ? ", " : "",
             *amount ? amount : (*time ? "" : "-"));
}

static void put_phase(char *text, size_t size, const json_t *connector)
{
    const json_t *snapshot = json_object_get(connector, "snapshot");
    json_int_t rows = json_integer_value(json_object_get(snapshot, "rows"));
    json_int_t most = json_integer_value(json_object_get(snapshot, "rows_estimated"));
    const char *phase = text_of(connector, "phase");

    if (json_is_object(snapshot) && most > 0)
        snprintf(text, size, "snapshot %.0f%%", 100.0 * (double)TR_MIN(rows, most) / (double)most);
    else
        snprintf(text, size, "%s", *phase ? phase : "-");
}

static void print_row(const json_t *connector)
{
    char lag[80], bytes[32], phase[40];

    put_lag(lag, sizeof lag, connector);
    put_phase(phase, sizeof phase, connector);
    put_bytes(bytes, sizeof bytes, json_integer_value(json_object_get(connector, "bytes")));
    printf("%-28s %-11s %-14s %-22s %12" JSON_INTEGER_FORMAT " %12s\n", text_of(connector, "name"),
           state_of(connector), phase, lag,
           json_integer_value(json_object_get(connector, "events")), bytes);
}

static void print_table(const json_t *connectors)
{
    const json_t *connector;
    size_t i;

    printf("%-28s %-11s %-14s %-22s %12s %12s\n", "CONNECTOR", "STATE", "PHASE", "LAG", "CHANGES",
           "WRITTEN");
    json_array_foreach(connectors, i, connector) print_row(connector);
    json_array_foreach(connectors, i, connector)
    {
        if (*text_of(connector, "trace"))
            printf("\n%s: %s\n", text_of(connector, "name"), text_of(connector, "trace"));
        if (*text_of(connector, "stuck"))
            printf("\n%s makes no progress: it waits for %s\n", text_of(connector, "name"),
                   text_of(connector, "stuck"));
        if (json_integer_value(json_object_get(connector, "skipped")))
            printf("\n%s has left out %" JSON_INTEGER_FORMAT
                   " records that a transform or converter can't do (errors.tolerance)\n",
                   text_of(connector, "name"),
                   json_integer_value(json_object_get(connector, "skipped")));
    }
}

static int show(const json_t *connectors, bool as_json)
{
    const json_t *connector;
    size_t i;
    int status = TR_EXIT_OK;

    if (as_json) {
        json_dumpf(connectors, stdout, JSON_INDENT(2));
        putchar('\n');
    } else {
        print_table(connectors);
    }
    json_array_foreach(connectors, i, connector)
    {
        if (!is_well(connector))
            status = TR_EXIT_FAILED;
    }
    return status;
}

int tr_command_status(const struct tr_client_command *command)
{
    const struct tr_client_request request = {"GET", "tailrace/connectors", NULL};
    struct tr_buf answer;
    struct tr_diag diag;

    if (tr_client_call(&command->client, &request, &answer, &diag)) {
        fprintf(stderr, "tailrace: %s\n", diag.message);
        return TR_EXIT_FAILED;
    }
    json_t *connectors = json_loadb(tr_buf_string(&answer), answer.len, 0, NULL);
    tr_buf_finish(&answer);
    if (!json_is_array(connectors)) {
        fputs("tailrace: what answers there is not a tailrace worker\n", stderr);
        json_decref(connectors);
        return TR_EXIT_FAILED;
    }
    int status = show(connectors, command->json);
    json_decref(connectors);
    return status;
}
