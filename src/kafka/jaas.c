/*
 * sasl.jaas.config, Java's way to say who one is:
 *
 *   config = class flag (name "=" value)* ";"
 *   value  = '"' (character | "\" character)* '"'  |  "'" ... "'"  |  word
 *
 * Everything in it may be a secret: messages name the property and what is expected.
 */
#include <stdlib.h>
#include <string.h>

#include "kafka/jaas.h"
#include "kafka/translate.h"

#define TOKEN_MOST 4096

struct scanner {
    const char *p;
    char token[TOKEN_MOST];
    bool failed; /* an open quote, or a token that is too long */
};

static void put(struct scanner *scanner, size_t *n, char c)
{
    if (*n + 1 < sizeof scanner->token)
        scanner->token[(*n)++] = c;
    else
        scanner->failed = true;
}

static void scan_quoted(struct scanner *scanner, size_t *n)
{
    char quote = *scanner->p++;

    while (*scanner->p && *scanner->p != quote) {
        if (*scanner->p == '\\' && scanner->p[1])
            scanner->p++;
        put(scanner, n, *scanner->p++);
    }
    if (*scanner->p)
        scanner->p++;
    else
        scanner->failed = true;
}

/* A word up to a blank, a stop character or the end; quoted parts lose their quotes. */
static const char *scan(struct scanner *scanner, const char *stops)
{
    size_t n = 0;

    scanner->p += strspn(scanner->p, " \t\r\n");
    while (*scanner->p && !strchr(" \t\r\n", *scanner->p) && !strchr(stops, *scanner->p)) {
        if (*scanner->p == '"' || *scanner->p == '\'')
            scan_quoted(scanner, &n);
        else
            put(scanner, &n, *scanner->p++);
    }
    scanner->token[n] = '\0';
    return scanner->token;
}

/* What an option of a login module is called in librdkafka; NULL: it needs nothing there. */
struct jaas_option {
    const char *module; /* the end of the class's name */
    const char *name, *to;
};

static const struct jaas_option options[] = {
    {".PlainLoginModule", "username", "sasl.username"},
    {".PlainLoginModule", "password", "sasl.password"},
    {".ScramLoginModule", "username", "sasl.username"},
    {".ScramLoginModule", "password", "sasl.password"},
    {".ScramLoginModule", "tokenauth", NULL},
    {".Krb5LoginModule", "principal", "sasl.kerberos.principal"},
    {".Krb5LoginModule", "keyTab", "sasl.kerberos.keytab"},
    {".Krb5LoginModule", "serviceName", "sasl.kerberos.service.name"},
    {".Krb5LoginModule", "useKeyTab", NULL},
    {".Krb5LoginModule", "storeKey", NULL},
    {".Krb5LoginModule", "useTicketCache", NULL},
    {".Krb5LoginModule", "renewTicket", NULL},
    {".Krb5LoginModule", "doNotPrompt", NULL},
    {".Krb5LoginModule", "refreshKrb5Config", NULL},
    {".Krb5LoginModule", "debug", NULL},
};

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n > m && strcmp(text + n - m, end) == 0;
}

static const char *find_module(const char *class)
{
    for (size_t i = 0; i < TR_COUNT(options); i++)
        if (ends_with(class, options[i].module))
            return options[i].module;
    return NULL;
}

static const struct jaas_option *find_option(const char *module, const char *name)
{
    for (size_t i = 0; i < TR_COUNT(options); i++)
        if (strcmp(options[i].module, module) == 0 && strcmp(options[i].name, name) == 0)
            return &options[i];
    return NULL;
}

#define FORM                                                                                       \
    "it must have the form <login module> required username=\"...\" password=\"...\"; with the "   \
    "semicolon at its end"

static int apply_option(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                        const char *module, struct scanner *scanner)
{
    const struct jaas_option *option = find_option(module, scan(scanner, "=;"));

    scanner->p += strspn(scanner->p, " \t\r\n");
    if (*scanner->p != '=')
        return tr_kafka_refuse(t, entry, FORM);
    scanner->p++;
    const char *value = scan(scanner, ";");
    if (!option || scanner->failed)
        return tr_kafka_refuse(t, entry,
                               option ? FORM : "it has an option that librdkafka has nothing for");
    if (option->to)
        return tr_kafka_apply_value(t, entry, option->to, value);
    if (strcmp(option->name, "tokenauth") == 0 && strcmp(value, "true") == 0)
        return tr_kafka_refuse(t, entry, "librdkafka has no delegation tokens");
    return 0;
}

static int apply_module(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                        struct scanner *scanner)
{
    const char *module = find_module(scan(scanner, ";="));

    if (!module)
        return tr_kafka_refuse(
            t, entry,
            "only PlainLoginModule, ScramLoginModule and Krb5LoginModule are understood; for OAuth "
            "write sasl.oauthbearer.method=oidc with sasl.oauthbearer.client.id, .client.secret, "
            ".scope and .token.endpoint.url");
    if (!*scan(scanner, ";=")) /* required, sufficient …: there is but one module */
        return tr_kafka_refuse(t, entry, FORM);
    for (;;) {
        scanner->p += strspn(scanner->p, " \t\r\n");
        if (*scanner->p == ';')
            break;
        if (!*scanner->p)
            return tr_kafka_refuse(t, entry, FORM);
        if (apply_option(t, entry, module, scanner) < 0)
            return -1;
    }
    if (scanner->p[1 + strspn(scanner->p + 1, " \t\r\n")])
        return tr_kafka_refuse(t, entry, "only one login module is understood");
    return 0;
}

int tr_kafka_jaas(const struct tr_kafka_translation *t, const struct tr_kafka_entry *entry,
                  const char *argument)
{
    struct scanner scanner = {.p = entry->value};

    (void)argument;
    int rc = apply_module(t, entry, &scanner);
    explicit_bzero(&scanner, sizeof scanner);
    return rc;
}

int tr_kafka_jaas_login(const char *text, struct tr_arena *arena, char **ret_user,
                        char **ret_password)
{
    struct scanner scanner = {.p = text};

    *ret_user = *ret_password = NULL;
    scan(&scanner, ";="); /* the module's class */
    scan(&scanner, ";="); /* required */
    while (!scanner.failed && *scan(&scanner, "=;")) {
        char **to = strcmp(scanner.token, "username") == 0   ? ret_user
                    : strcmp(scanner.token, "password") == 0 ? ret_password
                                                             : NULL;
        scanner.p += strspn(scanner.p, " \t\r\n");
        if (*scanner.p++ != '=')
            break;
        scan(&scanner, ";");
        if (to)
            *to = tr_arena_strdup(arena, tr_slice_of(scanner.token));
    }
    explicit_bzero(&scanner, sizeof scanner);
    return *ret_user && *ret_password ? 0 : -1;
}
