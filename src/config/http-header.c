#include "config/http-header.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#define fail_header(diag, text) tr_fail((diag), TR_CONFIG, TR_STOP, text)

static struct tr_slice trim(struct tr_slice text)
{
    while (text.n && isspace((unsigned char)*text.p))
        text.p++, text.n--;
    while (text.n && isspace((unsigned char)text.p[text.n - 1]))
        text.n--;
    return text;
}

/* The next item up to its comma, without its quotes; *text moves behind it. */
static struct tr_slice take_item(const char **text)
{
    const char *p = *text + strspn(*text, " \t");
    bool quoted = *p == '"';
    size_t n = quoted ? strcspn(p + 1, "\"") : strcspn(p, ",");
    struct tr_slice item = {p + quoted, n};

    p += quoted + n;
    p += strcspn(p, ",");
    *text = p + (*p == ',');
    return trim(item);
}

static bool is_token(struct tr_slice name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!isalnum((unsigned char)name.p[i]) && !strchr("!#$%&'*+-.^_`|~", name.p[i]))
            return false;
    return name.n > 0;
}

static bool is_visible(struct tr_slice value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
            return false;
    return value.n > 0;
}

static bool take_action(struct tr_slice *item, struct tr_http_header *header)
{
    static const char *const actions[] = {"set", "add", "setDate", "addDate"};

    for (size_t i = 0; i < TR_COUNT(actions); i++) {
        size_t n = strlen(actions[i]);
        if (item->n <= n || strncasecmp(item->p, actions[i], n) != 0 ||
            !isspace((unsigned char)item->p[n]))
            continue;
        header->add = i == 1 || i == 3;
        header->date = i >= 2;
        *item = trim((struct tr_slice){item->p + n, item->n - n});
        return true;
    }
    return false;
}

static int parse_item(struct tr_slice item, struct tr_arena *arena, struct tr_http_header *header,
                      struct tr_diag *diag)
{
    char *end;

    if (!take_action(&item, header))
        return fail_header(diag, "not a list of headers: each begins with set, add, setDate or "
                                 "addDate");
    const char *colon = memchr(item.p, ':', item.n);
    size_t n = colon ? (size_t)(colon - item.p) : item.n;
    struct tr_slice name = trim((struct tr_slice){item.p, n});
    struct tr_slice value =
        colon ? trim((struct tr_slice){colon + 1, item.n - n - 1}) : TR_SLICE("");
    if (!is_token(name) || !is_visible(value))
        return fail_header(diag, "not a list of headers: write ACTION NAME: VALUE");
    header->name = tr_arena_strdup(arena, name);
    header->value = tr_arena_strdup(arena, value);
    if (!header->name || !header->value)
        return tr_fail_memory(diag);
    if (header->date && (strtol(header->value, &end, 10) < 0 || end == header->value || *end))
        return fail_header(diag, "not a list of headers: a date is a number of milliseconds");
    return 0;
}

int tr_http_headers_parse(const char *text, struct tr_arena *arena,
                          struct tr_http_header ret_headers[TR_HTTP_HEADERS], size_t *ret_count,
                          struct tr_diag *diag)
{
    *ret_count = 0;
    while (*text) {
        struct tr_slice item = take_item(&text);
        if (!item.n)
            continue;
        if (*ret_count == TR_HTTP_HEADERS)
            return fail_header(diag, "not a list of headers: there are more than 32");
        if (parse_item(item, arena, &ret_headers[*ret_count], diag) < 0)
            return -1;
        ++*ret_count;
    }
    return 0;
}
