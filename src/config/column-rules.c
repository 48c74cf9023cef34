/* column.truncate.to.N.chars, column.mask.with.N.chars and column.mask.hash.*: the properties whose
 * names say what to do and whose values say to which columns. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/option-value.h"
#include "config/parse.h"

struct making {
    struct tr_reading *reading;
    const struct tr_settings *settings;
    struct tr_arena *arena;
    struct tr_column_rule *rules;
    size_t nrules;
};

/* Java's names of message digests, and OpenSSL's. */
static const struct {
    const char *java, *openssl;
} algorithms[] = {
    {"MD5", "MD5"},
    {"SHA", "SHA1"},
    {"SHA1", "SHA1"},
    {"SHA-1", "SHA1"},
    {"SHA-224", "SHA2-224"},
    {"SHA-256", "SHA2-256"},
    {"SHA-384", "SHA2-384"},
    {"SHA-512", "SHA2-512"},
    {"SHA-512/224", "SHA2-512/224"},
    {"SHA-512/256", "SHA2-512/256"},
    {"SHA3-224", "SHA3-224"},
    {"SHA3-256", "SHA3-256"},
    {"SHA3-384", "SHA3-384"},
    {"SHA3-512", "SHA3-512"},
};

static const char *find_algorithm(const char *name, size_t n)
{
    for (size_t i = 0; i < TR_COUNT(algorithms); i++)
        if (strlen(algorithms[i].java) == n && strncasecmp(algorithms[i].java, name, n) == 0)
            return algorithms[i].openssl;
    return NULL;
}

/* "5.chars" */
static const char *read_length(const char *rest, struct tr_column_rule *rule)
{
    char *end;

    errno = 0;
    long n = strtol(rest, &end, 10);
    if (end == rest || rest[strspn(rest, "0123456789")] != '.' || strcmp(end, ".chars") != 0)
        return "its name needs a whole number in front of .chars";
    if (errno || n > TR_COLUMN_LENGTH_MOST)
        return "its name has too large a number";
    rule->length = (int32_t)n;
    return NULL;
}

/* "SHA-256.with.salt.CzQMA0cB5K" */
static const char *read_hash(const char *rest, struct tr_column_rule *rule)
{
    static const char with[] = ".with.salt.";
    size_t n = strcspn(rest, ".");

    if (strncmp(rest + n, with, sizeof with - 1) != 0 || !rest[n + sizeof with - 1])
        return "its name has to end in ALGORITHM.with.salt.SALT";
    rule->salt = rest + n + sizeof with - 1;
    rule->algorithm = find_algorithm(rest, n);
    return rule->algorithm ? NULL
                           : "its algorithm is none of MD5, SHA-1, SHA-224, SHA-256, SHA-384, "
                             "SHA-512, SHA3-224, SHA3-256, SHA3-384 and SHA3-512";
}

/* In the order in which Debezium asks them: the first rule that has a column counts. */
static const struct {
    enum tr_column_action action;
    const char *prefix, *shown; /* a salt is for no message */
    const char *(*read)(const char *rest, struct tr_column_rule *rule);
} kinds[] = {
    {TR_COLUMN_TRUNCATE, "column.truncate.to.", NULL, read_length},
    {TR_COLUMN_MASK, "column.mask.with.", NULL, read_length},
    {TR_COLUMN_HASH, "column.mask.hash.", "column.mask.hash.*", read_hash},
    {TR_COLUMN_HASH_V2, "column.mask.hash.v2.", "column.mask.hash.v2.*", read_hash},
};

static size_t kind_of(const char *name)
{
    size_t found = TR_COUNT(kinds);

    for (size_t i = 0; i < TR_COUNT(kinds); i++)
        if (strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
            found = i;
    return found;
}

static int add_rule(struct making *making, size_t kind, const struct tr_setting *setting,
                    struct tr_diag *diag)
{
    struct tr_column_rule *rule = &making->rules[making->nrules];
    char *name = tr_arena_strdup(making->arena, tr_slice_of(setting->name));

    if (!name)
        return tr_fail_memory(diag);
    *rule = (struct tr_column_rule){.action = kinds[kind].action};
    const char *wrong = kinds[kind].read(name + strlen(kinds[kind].prefix), rule);
    if (wrong) {
        const char *shown = kinds[kind].shown ? kinds[kind].shown : setting->name;
        struct tr_blame blame =
            tr_settings_blame(making->reading->arena, making->settings, setting);
        tr_problems_error(making->reading->problems, blame, "property %s: %s", shown, wrong);
        return 0;
    }
    if (tr_list_parse(setting->value, making->arena, &rule->columns, diag) < 0)
        return -1;
    making->nrules++;
    return 0;
}

int tr_parse_column_rules(struct tr_reading *reading, const struct tr_settings *settings,
                          struct tr_connector_options *options, struct tr_diag *diag)
{
    struct making making = {.reading = reading, .settings = settings, .arena = &options->arena};

    making.rules = tr_arena_zalloc(making.arena, settings->count, sizeof *making.rules);
    if (!making.rules)
        return tr_fail_memory(diag);
    for (size_t kind = 0; kind < TR_COUNT(kinds); kind++)
        for (size_t i = 0; i < settings->count; i++) {
            const struct tr_setting *setting = &settings->items[i];
            if (setting->null || kind_of(setting->name) != kind)
                continue;
            if (add_rule(&making, kind, setting, diag) < 0)
                return -1;
        }
    options->capture.column_rules = making.rules;
    options->capture.ncolumn_rules = making.nrules;
    return 0;
}
