#define PCRE2_CODE_UNIT_WIDTH 8
#include "config/check-text.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/macros.h"

#define fail_text(diag, ...) tr_fail((diag), TR_CONFIG, TR_STOP, __VA_ARGS__)

static int check_regex(const char *text, size_t length, struct tr_diag *diag)
{
    int error;
    PCRE2_SIZE offset;
    PCRE2_UCHAR reason[128];
    /* as capture/ compiles them */
    pcre2_code *code = pcre2_compile(
        (PCRE2_SPTR)text, length, PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_CASELESS | PCRE2_UTF,
        &error, &offset, NULL);

    if (code) {
        pcre2_code_free(code);
        return 0;
    }
    pcre2_get_error_message(error, reason, sizeof reason);
    return fail_text(diag, "not a regular expression: %s, at character %zu", (const char *)reason,
                     (size_t)offset + 1);
}

int tr_check_regex(const char *text, struct tr_diag *diag)
{
    return check_regex(text, strlen(text), diag);
}

int tr_check_slot_name(const char *text, struct tr_diag *diag)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    if (n == 0 || text[n] || n > 63)
        return fail_text(diag, "not a slot's name: valid replication slot name must contain only "
                               "digits, lowercase characters and underscores with length <= 63");
    return 0;
}

int tr_check_topic_text(const char *text, struct tr_diag *diag)
{
    static const char legal[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t n = strspn(text, legal);

    if (n == 0 || text[n])
        return fail_text(diag, "not fit for topic names: only the underscore, hyphen, dot and "
                               "alphanumeric characters are allowed");
    if (n > 249)
        return fail_text(diag, "longer than a topic's name may be, which is 249 characters");
    return 0;
}

int tr_check_connector_name(const char *text, struct tr_diag *diag)
{
    size_t n = 0;

    while (text[n] && !iscntrl((unsigned char)text[n]))
        n++;
    if (n == 0 || text[n] || strchr(text, '/'))
        return fail_text(diag, "not a name: it may not be empty, and control characters and "
                               "slashes are not allowed");
    if (n > 200)
        return fail_text(diag, "longer than a name may be, which is 200 bytes");
    return 0;
}

int tr_check_placeholder(const char *text, struct tr_diag *diag)
{
    if (strncmp(text, "hex:", 4) != 0)
        return 0;
    size_t n = strspn(text + 4, "0123456789abcdefABCDEF");
    if (n % 2 || text[4 + n])
        return fail_text(diag, "not an even number of hexadecimal digits behind hex:");
    return 0;
}

/* One rule: <regular expression>:<column>,<column>. The last colon counts, because an expression
 * may hold colons itself. */
static int check_key_rule(const char *rule, size_t length, struct tr_diag *diag)
{
    const char *colon = memrchr(rule, ':', length);

    if (!colon || colon == rule || colon + 1 == rule + length)
        return fail_text(diag, "not of the form <table>:<column>,<column>;<table>:<column>");
    return check_regex(rule, (size_t)(colon - rule), diag);
}

int tr_check_key_columns(const char *text, struct tr_diag *diag)
{
    bool any = false;

    for (const char *rule = text; *rule;) {
        rule += strspn(rule, " \t;");
        size_t n = strcspn(rule, ";");
        if (!n)
            break;
        if (check_key_rule(rule, n, diag) < 0)
            return -1;
        any = true;
        rule += n;
    }
    return any ? 0 : fail_text(diag, "without a rule");
}

int tr_check_bootstrap(const char *text, struct tr_diag *diag)
{
    for (const char *server = text; *server;) {
        size_t n = strcspn(server, ",");
        const char *colon = memrchr(server, ':', n);
        if (!colon || colon == server || !isdigit((unsigned char)colon[1]))
            return fail_text(diag, "not a list of brokers: write host:port, separated by commas");
        server += n + (server[n] == ',');
    }
    return *text ? 0 : fail_text(diag, "empty: write host:port, separated by commas");
}

static struct tr_slice trimmed(const char *text, size_t n)
{
    while (n && isspace((unsigned char)*text))
        text++, n--;
    while (n && isspace((unsigned char)text[n - 1]))
        n--;
    return (struct tr_slice){text, n};
}

/* Its name; what stands behind the "=" goes to *ret_value. An entry without "=" has no name. */
static struct tr_slice stream_param(const char *entry, size_t n, struct tr_slice *ret_value)
{
    const char *equals = memchr(entry, '=', n);
    size_t length = equals ? (size_t)(equals - entry) : 0;

    *ret_value = equals ? trimmed(equals + 1, n - length - 1) : trimmed(entry, n);
    return trimmed(entry, length);
}

struct tr_slice tr_stream_param(const char *params, const char *name)
{
    struct tr_slice value;

    for (const char *entry = params; entry && *entry;) {
        size_t n = strcspn(entry, ";");
        if (tr_slice_is(stream_param(entry, n, &value), name))
            return value;
        entry += n + (entry[n] == ';');
    }
    return (struct tr_slice){0};
}

int tr_check_stream_params(const char *text, struct tr_diag *diag)
{
    struct tr_slice value;

    for (const char *entry = text; *entry;) {
        size_t n = strcspn(entry, ";");
        struct tr_slice name = stream_param(entry, n, &value);
        bool origin = tr_slice_is(name, "origin");
        if (!origin && (name.n || value.n))
            return fail_text(diag, "not for tailrace to choose, which asks pgoutput for what it "
                                   "reads: only origin=any and origin=none can be given");
        if (origin && !tr_slice_is(value, "any") && !tr_slice_is(value, "none"))
            return fail_text(diag, "neither origin=any nor origin=none");
        entry += n + (entry[n] == ';');
    }
    return 0;
}

/* Of the words that Debezium has for it. */
static bool read_identity(struct tr_slice text, struct tr_replica_rule *rule)
{
    static const struct {
        const char *word;
        char identity;
    } words[] = {{"DEFAULT", 'd'}, {"FULL", 'f'}, {"NOTHING", 'n'}};

    for (size_t i = 0; i < TR_COUNT(words); i++)
        if (text.n == strlen(words[i].word) && strncasecmp(text.p, words[i].word, text.n) == 0) {
            rule->identity = words[i].identity;
            return true;
        }
    if (text.n <= 6 || strncasecmp(text.p, "INDEX ", 6) != 0)
        return false;
    rule->identity = 'i';
    rule->index = trimmed(text.p + 6, text.n - 6);
    return rule->index.n > 0;
}

bool tr_replica_rule_of(const char *text, struct tr_replica_rule *ret_rule)
{
    struct tr_slice rule = trimmed(text, strlen(text));
    const char *colon = memchr(rule.p, ':', rule.n);

    *ret_rule = (struct tr_replica_rule){0};
    if (!colon || colon == rule.p)
        return false;
    ret_rule->tables = (struct tr_slice){rule.p, (size_t)(colon - rule.p)};
    size_t rest = rule.n - ret_rule->tables.n - 1;
    return read_identity((struct tr_slice){colon + 1, rest}, ret_rule);
}

int tr_check_replica_identity(const char *text, struct tr_diag *diag)
{
    struct tr_replica_rule rule;

    if (!tr_replica_rule_of(text, &rule))
        return fail_text(diag, "not of the form <table>:DEFAULT, <table>:FULL, <table>:NOTHING or "
                               "<table>:INDEX <index>");
    return check_regex(rule.tables.p, rule.tables.n, diag);
}
