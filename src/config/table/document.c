/* docs/configuration.md, from the option table. */
#include <string.h>

#include "config/config.h"
#include "config/option-table.h"

static const char introduction[] =
    "# Configuration\n"
    "\n"
    "<!-- Generated from the option table by `tailrace --document-options`. -->\n"
    "\n"
    "The names are Kafka Connect's and Debezium's. `tailrace run FILE...` takes\n"
    "\n"
    "- Connect `.properties` files: a connector's if it has `connector.class`, otherwise the\n"
    "  worker's;\n"
    "- connector `.json` files, `{\"name\": ..., \"config\": {...}}` or flat;\n"
    "- `.conf` files with a section `[worker]` and sections `[connector NAME]`, whose lines have\n"
    "  the syntax of `.properties`; comments may begin with `;`, too.\n"
    "\n"
    "There is at most one worker, and none is needed where its defaults will do. A property of\n"
    "the worker in a connector's file is an error, and the other way round. A property that is\n"
    "written twice, or that nobody knows, is an error. All errors are shown at once.\n"
    "\n"
    "Lists are separated by commas; `\\,` is a comma in an item. Regular expressions are\n"
    "Perl's (PCRE2), which cover what Java's are used for here; they must match the whole name,\n"
    "and don't regard case.\n"
    "\n"
    "## Secrets\n"
    "\n"
    "Any part of a value can be a reference:\n"
    "\n"
    "| Reference | What it stands for |\n"
    "|---|---|\n"
    "| `${file:PATH:KEY}` | the value of `KEY` in the `.properties` file `PATH` |\n"
    "| `${dir:PATH:FILE}` | the contents of a file, without the end of its last line |\n"
    "| `${env:NAME}` | a variable of the environment |\n"
    "\n"
    "No `config.providers` is needed for these; a worker's may give them other names. What was\n"
    "resolved gets into no log and no message.\n"
    "\n"
    "## How to read the tables\n"
    "\n"
    "*Accepted* properties have no effect, which a warning says unless the value is the\n"
    "default. *Default only* means that any other value is an error, since it would change what\n"
    "is written and isn't supported. In a name, `*` stands for any text.\n";

static const char clients[] =
    "\nKafka's client properties have the names that Java's clients know, or librdkafka's.\n"
    "Stores in PEM are read (`ssl.truststore.type=PEM`), and PKCS#12 for the client's key;\n"
    "`sasl.jaas.config` is understood for the PLAIN, SCRAM and Kerberos login modules. What\n"
    "tailrace must own for its guarantee (`transactional.id`, `acks`, `enable.idempotence`,\n"
    "`isolation.level`, the partitioner) can't be set, or only to the value that it has.\n";

/* "|" would end the cell. */
static void put_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            putc('\\', out);
        putc(*text, out);
    }
}

static void put_default(FILE *out, const struct tr_option *option)
{
    if (option->required)
        fputs("required", out);
    else if (option->fallback)
        fprintf(out, "`%s`", option->fallback);
}

static void put_choices(FILE *out, const struct tr_choice *choices)
{
    const char *separator = "";

    for (; choices && choices->name; choices++) {
        if (choices->refusal)
            continue;
        fprintf(out, "%s`%s`", separator, choices->name);
        separator = ", ";
    }
}

static void put_values(FILE *out, const struct tr_option *option)
{
    static const char *const types[] = {
        [TR_OPTION_STRING] = "text",     [TR_OPTION_PASSWORD] = "password",
        [TR_OPTION_BOOLEAN] = "boolean", [TR_OPTION_INT] = "integer",
        [TR_OPTION_LONG] = "long",       [TR_OPTION_LIST] = "list",
        [TR_OPTION_CHOICE] = "",         [TR_OPTION_OPERATIONS] = "list",
        [TR_OPTION_OPEN] = "text",       [TR_OPTION_WHOLE] = "text",
    };

    if (option->choices && option->status != TR_OPTION_DEFAULT_ONLY)
        put_choices(out, option->choices);
    else if (!option->choices)
        fputs(types[option->type], out);
}

static void put_row(FILE *out, const struct tr_option *option)
{
    fprintf(out, "| `%s` | ", option->name);
    put_default(out, option);
    fputs(" | ", out);
    put_values(out, option);
    fputs(" | ", out);
    put_cell(out, option->doc);
    if (option->status == TR_OPTION_INERT || option->status == TR_OPTION_DEFAULT_ONLY) {
        fputs(option->status == TR_OPTION_INERT ? " *Accepted*: " : " *Default only*: ", out);
        put_cell(out, option->note);
        putc('.', out);
    }
    fputs(" |\n", out);
}

static void put_group(FILE *out, const struct tr_option_group *group)
{
    fprintf(out, "\n## %s\n", group->title);
    if (group == &tr_options_client)
        fputs(clients, out);
    fputs("\n| Property | Default | Values | What it does |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < group->count; i++)
        put_row(out, &group->options[i]);
}

static void put_former(FILE *out, const struct tr_option_group *group)
{
    fprintf(out, "\n## %s\n\nThese are errors that name the successor.\n\n", group->title);
    fputs("| Former name | Write |\n|---|---|\n", out);
    for (size_t i = 0; i < group->count; i++)
        fprintf(out, "| `%s` | `%s` |\n", group->options[i].name, group->options[i].note);
}

void tr_options_document(FILE *out)
{
    size_t ngroups;
    const struct tr_option_group *const *groups = tr_option_groups(&ngroups);

    fputs(introduction, out);
    for (size_t i = 0; i < ngroups; i++)
        if (groups[i] == &tr_options_former)
            put_former(out, groups[i]);
        else
            put_group(out, groups[i]);
}
