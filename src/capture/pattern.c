#define PCRE2_CODE_UNIT_WIDTH 8
#include "capture/pattern.h"

#include <pcre2.h>

/* The opaque type is PCRE2's own: there is nothing to add. */
int tr_pattern_new(const char *expression, const char *property, struct tr_pattern **ret_pattern,
                   struct tr_diag *diag)
{
    int error;
    PCRE2_SIZE offset;
    PCRE2_UCHAR reason[128];
    pcre2_code *code = pcre2_compile(
        (PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
        PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_CASELESS | PCRE2_UTF, &error, &offset, NULL);

    if (!code) {
        pcre2_get_error_message(error, reason, sizeof reason);
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "property %s: \"%s\" is not a regular expression: %s at character %zu",
                       property, expression, (const char *)reason, (size_t)offset + 1);
    }
    *ret_pattern = (struct tr_pattern *)code;
    return 0;
}

void tr_pattern_free(struct tr_pattern *pattern)
{
    pcre2_code_free((pcre2_code *)pattern);
}

bool tr_pattern_matches(const struct tr_pattern *pattern, const char *name)
{
    const pcre2_code *code = (const pcre2_code *)pattern;
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);

    if (!match)
        return false;
    int rc = pcre2_match(code, (PCRE2_SPTR)name, PCRE2_ZERO_TERMINATED, 0, 0, match, NULL);
    pcre2_match_data_free(match);
    return rc >= 0;
}
