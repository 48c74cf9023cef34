#define PCRE2_CODE_UNIT_WIDTH 8
#include "transform/regex.h"

#include <pcre2.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"

struct tr_regex {
    pcre2_code *code;
    _Atomic(pcre2_match_data *) spare; /* of the last search: to allocate takes longer than one */
    const char *option;                /* for messages */
    char expression[];
};

int tr_regex_new(const char *expression, const char *option, struct tr_regex **ret_regex,
                 struct tr_diag *diag)
{
    int error;
    PCRE2_SIZE offset;
    PCRE2_UCHAR reason[128];
    size_t n = strlen(expression) + 1;
    struct tr_regex *regex = malloc(sizeof *regex + n);

    if (!regex)
        return tr_fail_memory(diag);
    regex->option = option;
    atomic_init(&regex->spare, NULL);
    memcpy(regex->expression, expression, n);
    regex->code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &error,
                                &offset, NULL);
    if (!regex->code) {
        free(regex);
        pcre2_get_error_message(error, reason, sizeof reason);
        return tr_fail(diag, TR_CONFIG, TR_STOP,
                       "%s=%.200s is no regular expression: %s at character %zu", option,
                       expression, (const char *)reason, (size_t)offset + 1);
    }
    *ret_regex = regex;
    return 0;
}

void tr_regex_free(struct tr_regex *regex)
{
    if (!regex)
        return;
    pcre2_match_data_free(atomic_load(&regex->spare));
    pcre2_code_free(regex->code);
    free(regex);
}

/* Several threads may search at once; who finds the spare taken makes one of his own. */
static pcre2_match_data *take_match(const struct tr_regex *regex)
{
    struct tr_regex *self = (struct tr_regex *)(uintptr_t)regex;
    pcre2_match_data *match = atomic_exchange(&self->spare, NULL);

    return match ? match : pcre2_match_data_create_from_pattern(regex->code, NULL);
}

static void give_match(const struct tr_regex *regex, pcre2_match_data *match)
{
    struct tr_regex *self = (struct tr_regex *)(uintptr_t)regex;

    if (match)
        pcre2_match_data_free(atomic_exchange(&self->spare, match));
}

/* PCRE2 gives up where Java would go on for hours; and it wants UTF-8. */
static int cannot_search(const struct tr_regex *regex, struct tr_slice text, int error,
                         struct tr_diag *diag)
{
    PCRE2_UCHAR reason[128];

    if (error == PCRE2_ERROR_NOMEMORY)
        return tr_fail_memory(diag);
    pcre2_get_error_message(error, reason, sizeof reason);
    return tr_fail(
        diag, TR_DATA, TR_STOP,
        "%s=%.200s can't be searched for in \"%.*s\": %s; write an expression with fewer "
        "nested repetitions",
        regex->option, regex->expression, (int)(text.n < 200 ? text.n : 200), text.p,
        (const char *)reason);
}

struct search {
    PCRE2_SIZE from;
    uint32_t options;
};

/* One search; match is NULL if there is none, else the caller gives it back. */
static int search(const struct tr_regex *regex, struct tr_slice text, const struct search *how,
                  pcre2_match_data **ret_match, struct tr_diag *diag)
{
    *ret_match = take_match(regex);
    if (!*ret_match)
        return tr_fail_memory(diag);
    int rc = pcre2_match(regex->code, (PCRE2_SPTR)text.p, text.n, how->from, how->options,
                         *ret_match, NULL);
    if (rc >= 0)
        return 0;
    pcre2_match_data *match = *ret_match;
    *ret_match = NULL;
    if (rc == PCRE2_ERROR_NOMATCH) {
        give_match(regex, match);
        return 0;
    }
    pcre2_match_data_free(match); /* it may have grown */
    return cannot_search(regex, text, rc, diag);
}

int tr_regex_matches(const struct tr_regex *regex, struct tr_slice text, struct tr_diag *diag)
{
    static const struct search whole = {0, PCRE2_ANCHORED | PCRE2_ENDANCHORED};
    pcre2_match_data *match;

    if (search(regex, text, &whole, &match, diag) < 0)
        return -1;
    give_match(regex, match);
    return match != NULL;
}

struct replacement {
    const struct tr_regex *regex;
    struct tr_slice text;
    pcre2_match_data *match;
    struct tr_writer *writer;
};

static int put_group(const struct replacement *r, uint32_t group)
{
    PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->match);

    if (group >= pcre2_get_ovector_count(r->match))
        return -1;
    if (at[2 * group] != PCRE2_UNSET)
        tr_writer_put(r->writer, r->text.p + at[2 * group], at[2 * group + 1] - at[2 * group]);
    return 0;
}

/* Behind "$": digits as long as they name a group, or {name}. Returns what follows, NULL: no such
 * group. */
static const char *put_reference(const struct replacement *r, const char *p)
{
    uint32_t groups = pcre2_get_ovector_count(r->match);
    char name[64];

    if (*p == '{') {
        size_t n = strcspn(p + 1, "}");
        if (n >= sizeof name || p[1 + n] != '}')
            return NULL;
        memcpy(name, p + 1, n);
        name[n] = '\0';
        int group = pcre2_substring_number_from_name(r->regex->code, (PCRE2_SPTR)name);
        return group >= 0 && put_group(r, (uint32_t)group) == 0 ? p + n + 2 : NULL;
    }
    if (*p < '0' || *p > '9')
        return NULL;
    uint32_t group = (uint32_t)(*p++ - '0');
    while (*p >= '0' && *p <= '9' && group * 10 + (uint32_t)(*p - '0') < groups)
        group = group * 10 + (uint32_t)(*p++ - '0');
    return put_group(r, group) == 0 ? p : NULL;
}

static int put_replacement(const struct replacement *r, const char *p)
{
    while (*p) {
        if (*p == '\\' && p[1]) {
            tr_writer_char(r->writer, p[1]);
            p += 2;
        } else if (*p == '$') {
            p = put_reference(r, p + 1);
            if (!p)
                return -1;
        } else {
            tr_writer_char(r->writer, *p++);
        }
    }
    return 0;
}

/* Copies up to the match, then what stands for it. Returns where to go on, or -1. */
static ptrdiff_t put_match(const struct replacement *r, const char *text, size_t from)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->match);

    tr_writer_put(r->writer, r->text.p + from, at[0] - from);
    return put_replacement(r, text) < 0 ? -1 : (ptrdiff_t)at[1];
}

static int no_group(const struct tr_regex_replacing *replacing, struct tr_diag *diag)
{
    return tr_fail(diag, TR_DATA, TR_STOP,
                   "the replacement \"%.200s\" names a group that the expression doesn't have",
                   replacing->replacement);
}

/* What was copied ends at *ret_done. */
static int replace(const struct tr_regex_replacing *replacing, struct replacement *r,
                   size_t *ret_done, struct tr_diag *diag)
{
    struct search how = {0, 0};

    *ret_done = 0;
    do {
        if (search(replacing->regex, r->text, &how, &r->match, diag) < 0)
            return -1;
        if (!r->match)
            return 0;
        bool empty =
            pcre2_get_ovector_pointer(r->match)[0] == pcre2_get_ovector_pointer(r->match)[1];
        ptrdiff_t end = put_match(r, replacing->replacement, *ret_done);
        give_match(replacing->regex, r->match);
        if (end < 0)
            return no_group(replacing, diag);
        *ret_done = (size_t)end;
        how.from = *ret_done + empty; /* an empty match must not be found again */
        while (how.from < r->text.n && ((unsigned char)r->text.p[how.from] & 0xC0) == 0x80)
            how.from++; /* the rest of a character */
    } while (replacing->all && how.from <= r->text.n);
    return 0;
}

int tr_regex_replace(const struct tr_regex_replacing *replacing, struct tr_slice text,
                     struct tr_arena *arena, struct tr_slice *ret_text, struct tr_diag *diag)
{
    struct tr_writer writer;
    struct replacement r = {.regex = replacing->regex, .text = text, .writer = &writer};
    size_t done;

    tr_writer_begin(&writer, arena);
    int rc = replace(replacing, &r, &done, diag);
    if (rc == 0)
        tr_writer_put(&writer, text.p + done, text.n - done);
    tr_writer_char(&writer, '\0');
    if (tr_writer_end(&writer, ret_text) < 0)
        return tr_fail_memory(diag);
    ret_text->n--;
    return rc;
}
