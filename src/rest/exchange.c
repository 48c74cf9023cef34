#include "rest/exchange.h"

#include <stdint.h>
#include <strings.h>

/* The largest answers are lists of many connectors with their configurations. */
#define ARENA_CHUNK 16384
#define ARENA_IN    (64u << 20)
#define ARENA_OUT   (64u << 20)

void tr_exchange_init(struct tr_exchange *exchange, struct tr_api *api)
{
    *exchange = (struct tr_exchange){.api = api, .request = {.main = true, .admin = true}};
    tr_arena_init(&exchange->in, ARENA_CHUNK, ARENA_IN);
    tr_arena_init(&exchange->out, ARENA_CHUNK, ARENA_OUT);
}

void tr_exchange_finish(struct tr_exchange *exchange)
{
    tr_arena_finish(&exchange->in);
    tr_arena_finish(&exchange->out);
}

enum tr_method tr_request_method(const char *name)
{
    static const char *const names[] = {"HEAD", "DELETE", "POST", "GET", "OPTIONS", "PATCH", "PUT"};

    for (size_t i = 0; i < TR_COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return (enum tr_method)i;
    return TR_METHOD_OTHER;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undo %XX, and in queries "+". NULL: not a good encoding, or (ret_memory) no memory. */
static char *decode(struct tr_arena *arena, struct tr_slice text, bool plus, bool *ret_memory)
{
    char *decoded = tr_arena_alloc(arena, text.n + 1), *p = decoded;

    *ret_memory = decoded != NULL;
    if (!decoded)
        return NULL;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            int high = text.n - i > 2 ? hex_digit(text.p[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(text.p[i + 2]) : -1;
            if (low < 0)
                return NULL;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (!c)
            return NULL;
        *p++ = c;
    }
    *p = '\0';
    return decoded;
}

/* Names go out as JSON: what isn't UTF-8 can be nobody's. */
static bool is_utf8(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    while (*p) {
        unsigned c = *p++;
        unsigned more = c < 0x80                ? 0
                        : c >= 0xc2 && c < 0xe0 ? 1
                        : (c & 0xf0) == 0xe0    ? 2
                        : c >= 0xf0 && c < 0xf5 ? 3
                                                : 4;
        if (more == 4 || (c == 0xe0 && *p < 0xa0) || (c == 0xed && *p > 0x9f) ||
            (c == 0xf0 && *p < 0x90) || (c == 0xf4 && *p > 0x8f))
            return false;
        for (; more; more--)
            if ((*p++ & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static const char *judge_segment(const char *decoded)
{
    if (!decoded || !is_utf8(decoded))
        return "Bad URI";
    if (strchr(decoded, '/'))
        return "Ambiguous URI path separator";
    if (strcmp(decoded, ".") == 0 || strcmp(decoded, "..") == 0)
        return "Ambiguous URI path segment";
    return *decoded ? NULL : "Ambiguous URI empty segment";
}

/* text begins behind the first slash. A slash at the end is nothing. */
static int read_path(struct tr_exchange *exchange, struct tr_slice text)
{
    struct tr_request *request = &exchange->request;
    bool memory;

    while (text.n) {
        const char *slash = memchr(text.p, '/', text.n);
        size_t n = slash ? (size_t)(slash - text.p) : text.n;
        const char *segment = decode(&exchange->in, (struct tr_slice){text.p, n}, false, &memory);
        if (!memory)
            return -1;
        request->bad_uri = judge_segment(segment);
        if (request->bad_uri)
            return 0;
        if (request->nsegments >= TR_REQUEST_SEGMENTS) {
            request->nsegments = SIZE_MAX;
            return 0;
        }
        request->segments[request->nsegments++] = segment;
        n += slash != NULL;
        text = (struct tr_slice){text.p + n, text.n - n};
    }
    return 0;
}

static int read_query(struct tr_exchange *exchange, const char *text)
{
    struct tr_request *request = &exchange->request;
    bool memory;

    while (*text) {
        size_t n = strcspn(text, "&"), name = strcspn(text, "&=");
        size_t value = name + (text[name] == '=');
        struct tr_query query = {
            decode(&exchange->in, (struct tr_slice){text, name}, true, &memory),
            NULL,
        };
        if (!memory)
            return -1;
        query.value =
            decode(&exchange->in, (struct tr_slice){text + value, n - value}, true, &memory);
        if (!memory)
            return -1;
        if (!query.name || !query.value || request->nquery >= TR_REQUEST_QUERY) {
            request->bad_uri = "Bad URI";
            return 0;
        }
        if (n)
            request->query[request->nquery++] = query;
        text += n + (text[n] == '&');
    }
    return 0;
}

int tr_request_uri(struct tr_exchange *exchange, const char *uri)
{
    const char *authority = strstr(uri, "://");

    /* the absolute form is for proxies; servers have to take it */
    if (*uri != '/' && authority && strcspn(uri, "/") + 2 > (size_t)(authority - uri))
        uri = authority + 3 + strcspn(authority + 3, "/?");
    if (*uri != '/') {
        exchange->request.bad_uri = "Bad URI";
        return 0;
    }
    size_t n = strcspn(uri, "?#");
    if (read_path(exchange, (struct tr_slice){uri + 1, n - 1}) < 0)
        return -1;
    return uri[n] == '?' && !exchange->request.bad_uri ? read_query(exchange, uri + n + 1) : 0;
}

const char *tr_request_query(const struct tr_request *request, const char *name)
{
    for (size_t i = 0; i < request->nquery; i++)
        if (strcmp(request->query[i].name, name) == 0)
            return request->query[i].value;
    return NULL;
}

bool tr_request_flag(const struct tr_request *request, const char *name, bool fallback)
{
    const char *value = tr_request_query(request, name);

    return value ? strcasecmp(value, "true") == 0 : fallback;
}
