#include "config/option-value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define fail_value(diag, ...) tr_fail((diag), TR_CONFIG, TR_STOP, __VA_ARGS__)

static struct tr_slice trim(struct tr_slice text)
{
    while (text.n && isspace((unsigned char)*text.p))
        text.p++, text.n--;
    while (text.n && isspace((unsigned char)text.p[text.n - 1]))
        text.n--;
    return text;
}

/* The end of a list's first item: its comma or the end of the text. */
static size_t item_length(const char *text)
{
    size_t n = 0;

    while (text[n] && text[n] != ',')
        n += text[n] == '\\' && text[n + 1] ? 2 : 1;
    return n;
}

static char *copy_item(struct tr_arena *arena, struct tr_slice item)
{
    char *copy = tr_arena_alloc(arena, item.n + 1), *p = copy;

    for (size_t i = 0; copy && i < item.n; i++)
        if (!(item.p[i] == '\\' && i + 1 < item.n && item.p[i + 1] == ','))
            *p++ = item.p[i];
    if (copy)
        *p = '\0';
    return copy;
}

int tr_list_parse(const char *text, struct tr_arena *arena, struct tr_list *ret_list,
                  struct tr_diag *diag)
{
    size_t most = 1, count = 0;

    for (const char *p = text; *p; p++)
        most += *p == ',';
    const char **items = tr_arena_zalloc(arena, most, sizeof *items);
    if (!items)
        return tr_fail_memory(diag);
    for (const char *p = text;; p++) {
        size_t n = item_length(p);
        struct tr_slice item = trim((struct tr_slice){p, n});
        if (item.n && !(items[count++] = copy_item(arena, item)))
            return tr_fail_memory(diag);
        p += n;
        if (!*p)
            break;
    }
    *ret_list = (struct tr_list){items, count};
    return 0;
}

bool tr_list_has(const struct tr_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

static int parse_number(const struct tr_option *option, const char *text, int64_t *ret_number,
                        struct tr_diag *diag)
{
    bool bounded = option->min < option->max;
    int64_t min = bounded ? option->min : option->type == TR_OPTION_INT ? INT32_MIN : INT64_MIN;
    int64_t max = bounded ? option->max : option->type == TR_OPTION_INT ? INT32_MAX : INT64_MAX;
    char *end;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end)
        return fail_value(diag, "not a whole number");
    if (errno || number < min || number > max)
        return fail_value(diag, "outside of %" PRId64 " to %" PRId64, min, max);
    *ret_number = number;
    return 0;
}

static int parse_boolean(const char *text, int64_t *ret_number, struct tr_diag *diag)
{
    *ret_number = strcasecmp(text, "true") == 0;
    if (*ret_number || strcasecmp(text, "false") == 0)
        return 0;
    return fail_value(diag, "neither true nor false");
}

static int fail_choice(const struct tr_choice *choices, struct tr_diag *diag)
{
    struct tr_buf names;

    tr_buf_init(&names, 1024);
    for (const struct tr_choice *choice = choices; choice->name; choice++)
        if (!choice->refusal)
            tr_buf_printf(&names, "%s%s", names.len ? ", " : "", choice->name);
    fail_value(diag, "none of %s", tr_buf_string(&names));
    tr_buf_finish(&names);
    return -1;
}

static int find_choice(const struct tr_choice *choices, const char *text,
                       const struct tr_choice **ret_choice, struct tr_diag *diag)
{
    for (const struct tr_choice *choice = choices; choice->name; choice++) {
        if (strcasecmp(choice->name, text) != 0)
            continue;
        if (choice->refusal)
            return fail_value(diag, "refused: %s", choice->refusal);
        *ret_choice = choice;
        return 0;
    }
    return fail_choice(choices, diag);
}

/* "c, d" to "cd", in the order of c, u, d, t; "none" to "". */
static int parse_operations(const char *text, struct tr_arena *arena, const char **ret_text,
                            struct tr_diag *diag)
{
    static const char all[] = "cudt";
    bool skipped[sizeof all] = {0};
    struct tr_list list;

    if (tr_list_parse(text, arena, &list, diag) < 0)
        return -1;
    char *letters = tr_arena_zalloc(arena, sizeof all, 1), *p = letters;
    if (!letters)
        return tr_fail_memory(diag);
    *ret_text = letters;
    if (list.count == 1 && strcasecmp(list.items[0], "none") == 0)
        return 0;
    for (size_t i = 0; i < list.count; i++) {
        const char *letter = strchr(all, tolower((unsigned char)list.items[i][0]));
        if (!letter || list.items[i][1])
            return fail_value(diag, "neither none nor a list of c, u, d, t");
        skipped[letter - all] = true;
    }
    if (!list.count)
        return fail_value(diag, "empty: write none if no operation is to be skipped");
    for (size_t i = 0; all[i]; i++)
        if (skipped[i])
            *p++ = all[i];
    return 0;
}

static int parse_text(const struct tr_option *option, struct tr_slice text, struct tr_arena *arena,
                      struct tr_option_value *value, struct tr_diag *diag)
{
    const struct tr_choice *choice;

    if (!text.n && !option->fallback && option->type == TR_OPTION_STRING)
        return 0; /* the same as not written at all */
    value->text = tr_arena_strdup(arena, text);
    if (!value->text)
        return tr_fail_memory(diag);
    if (!option->choices)
        return option->check ? option->check(value->text, diag) : 0;
    if (find_choice(option->choices, value->text, &choice, diag) < 0)
        return -1;
    value->text = choice->name;
    return 0;
}

static int parse_list(const struct tr_option *option, const char *text, struct tr_arena *arena,
                      struct tr_option_value *value, struct tr_diag *diag)
{
    if (tr_list_parse(text, arena, &value->list, diag) < 0)
        return -1;
    for (size_t i = 0; option->check && i < value->list.count; i++) {
        if (option->check(value->list.items[i], diag) == 0)
            continue;
        if (value->list.count == 1)
            return -1;
        struct tr_diag why = *diag;
        return fail_value(diag, "%s of item %zu", why.message, i + 1);
    }
    return 0;
}

int tr_option_parse(const struct tr_option *option, const char *text, struct tr_arena *arena,
                    struct tr_option_value *ret_value, struct tr_diag *diag)
{
    const struct tr_choice *choice;
    char *trimmed = tr_arena_strdup(arena, trim(tr_slice_of(text)));

    if (!trimmed)
        return tr_fail_memory(diag);
    *ret_value = (struct tr_option_value){0};
    switch (option->type) {
    case TR_OPTION_STRING:
    case TR_OPTION_PASSWORD:
        return parse_text(option, tr_slice_of(text), arena, ret_value, diag);
    case TR_OPTION_OPEN:
    case TR_OPTION_WHOLE:
        ret_value->text = text;
        return 0;
    case TR_OPTION_BOOLEAN:
        return parse_boolean(trimmed, &ret_value->number, diag);
    case TR_OPTION_INT:
    case TR_OPTION_LONG:
        return parse_number(option, trimmed, &ret_value->number, diag);
    case TR_OPTION_LIST:
        return parse_list(option, trimmed, arena, ret_value, diag);
    case TR_OPTION_OPERATIONS:
        return parse_operations(trimmed, arena, &ret_value->text, diag);
    case TR_OPTION_CHOICE:
        if (find_choice(option->choices, trimmed, &choice, diag) < 0)
            return -1;
        ret_value->number = choice->value;
        return 0;
    }
    return tr_fail_bug(diag, "an option has no type");
}

static bool lists_equal(const struct tr_list *a, const struct tr_list *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return a->count == b->count;
}

int tr_option_is_default(const struct tr_option *option, const struct tr_option_value *value,
                         struct tr_arena *arena, bool *ret_default, struct tr_diag *diag)
{
    struct tr_option_value other = {0};

    if (option->fallback && tr_option_parse(option, option->fallback, arena, &other, diag) < 0)
        return -1;
    const char *a = value->text ? value->text : "", *b = other.text ? other.text : "";
    *ret_default = strcmp(a, b) == 0 && value->number == other.number &&
                   lists_equal(&value->list, &other.list);
    return 0;
}

void tr_option_store(const struct tr_option *option, const struct tr_option_value *value,
                     void *options)
{
    char *at = (char *)options + option->at;
    int32_t number = (int32_t)value->number;

    if (!option->at)
        return;
    switch (option->type) {
    case TR_OPTION_STRING:
    case TR_OPTION_PASSWORD:
    case TR_OPTION_OPERATIONS:
        memcpy(at, &value->text, sizeof value->text);
        break;
    case TR_OPTION_BOOLEAN:
        *(bool *)at = value->number != 0;
        break;
    case TR_OPTION_INT:
    case TR_OPTION_CHOICE: /* enums of gcc and clang have the size of int */
        memcpy(at, &number, sizeof number);
        break;
    case TR_OPTION_LONG:
        memcpy(at, &value->number, sizeof value->number);
        break;
    case TR_OPTION_LIST:
        memcpy(at, &value->list, sizeof value->list);
        break;
    case TR_OPTION_OPEN: /* collected from many settings: parse.c */
    case TR_OPTION_WHOLE:
        break;
    }
}

static void render_number(const struct tr_option *option, const char *at, struct tr_buf *out)
{
    int32_t number;
    int64_t wide;

    if (option->type == TR_OPTION_LONG)
        memcpy(&wide, at, sizeof wide);
    else if (option->type == TR_OPTION_BOOLEAN)
        wide = *(const bool *)at;
    else {
        memcpy(&number, at, sizeof number);
        wide = number;
    }
    tr_buf_printf(out, "%" PRId64, wide);
}

static void render_properties(const char *at, struct tr_buf *out)
{
    struct tr_properties properties;

    memcpy(&properties, at, sizeof properties);
    for (size_t i = 0; i < properties.count; i++) {
        tr_buf_put(out, properties.items[i].name, strlen(properties.items[i].name) + 1);
        tr_buf_put(out, properties.items[i].value, strlen(properties.items[i].value) + 1);
    }
}

void tr_option_render(const struct tr_option *option, const void *options, struct tr_buf *out)
{
    const char *at = (const char *)options + option->at, *text;
    struct tr_list list;

    switch (option->type) {
    case TR_OPTION_LIST:
        memcpy(&list, at, sizeof list);
        for (size_t i = 0; i < list.count; i++)
            tr_buf_put(out, list.items[i], strlen(list.items[i]) + 1);
        break;
    case TR_OPTION_STRING:
    case TR_OPTION_OPERATIONS:
        memcpy(&text, at, sizeof text);
        tr_buf_text(out, text ? text : "");
        break;
    case TR_OPTION_BOOLEAN:
    case TR_OPTION_INT:
    case TR_OPTION_LONG:
    case TR_OPTION_CHOICE:
        render_number(option, at, out);
        break;
    case TR_OPTION_WHOLE:
        render_properties(at, out);
        break;
    case TR_OPTION_PASSWORD: /* decide nothing of what is written */
    case TR_OPTION_OPEN:
        break;
    }
}
