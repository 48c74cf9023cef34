#define PCRE2_CODE_UNIT_WIDTH 8
#include "config/check-text.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdbool.h>
#include <string.h>

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
