#define PCRE2_CODE_UNIT_WIDTH 8
#include "capture/pattern.h"

#include <pcre2.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The opaque type is PCRE2's own: there is nothing to add. */
int tr_pattern_new(const char *expression, const char *property, struct tr_pattern **ret_pattern,
                   struct tr_diag *diag)
{
    int error;
    PCRE2_SIZE offset;
    PCRE2_UCHAR reason[128];
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
                      PCRE2_ANCHORED | PCRE2_CASELESS | PCRE2_UTF, &error, &offset, NULL);

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

/* Memory for one match. Whoever asks whether a name matches can't be told that there is no memory,
 * and a wrong no would leave a table out, or let an excluded column through: what matching needs
 * (20 KiB for its first frames) is therefore on the stack, with room to double once. */
struct room {
    alignas(max_align_t) char bytes[96 << 10];
    size_t used;
};

static void *take(size_t size, void *context)
{
    struct room *room = context;
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);

    if (size > sizeof room->bytes || rounded > sizeof room->bytes - room->used)
        return malloc(size);
    room->used += rounded;
    return room->bytes + room->used - rounded;
}

static void give(void *block, void *context)
{
    const struct room *room = context;
    uintptr_t at = (uintptr_t)block, begin = (uintptr_t)room->bytes;

    if (at < begin || at >= begin + sizeof room->bytes)
        free(block);
}

static int match_text(const struct tr_pattern *pattern, const char *text, uint32_t options)
{
    const pcre2_code *code = (const pcre2_code *)pattern;
    struct room room;

    room.used = 0;
    pcre2_general_context *context = pcre2_general_context_create(take, give, &room);
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, context);
    int rc = pcre2_match(code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, options, match, NULL);
    pcre2_match_data_free(match);
    pcre2_general_context_free(context);
    return rc;
}

bool tr_pattern_matches(const struct tr_pattern *pattern, const char *name)
{
    return match_text(pattern, name, PCRE2_ENDANCHORED) >= 0;
}

/* A partial match is one that more text could complete. */
bool tr_pattern_may_begin(const struct tr_pattern *pattern, const char *beginning)
{
    return match_text(pattern, beginning, PCRE2_PARTIAL_HARD) != PCRE2_ERROR_NOMATCH;
}
