#include "config/listener.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOW "not a listener: write http://HOST:PORT or https://HOST:PORT"

static const char *after_scheme(const char *text, bool *ret_tls)
{
    *ret_tls = strncasecmp(text, "https://", 8) == 0;
    if (*ret_tls)
        return text + 8;
    return strncasecmp(text, "http://", 7) == 0 ? text + 7 : NULL;
}

/* "HOST" or "[ADDRESS]"; NULL: neither. The rest follows. */
static const char *take_host(const char *text, struct tr_slice *ret_host)
{
    if (*text == '[') {
        size_t n = strcspn(text, "]");
        *ret_host = (struct tr_slice){text + 1, n ? n - 1 : 0};
        return text[n] == ']' && n > 1 ? text + n + 1 : NULL;
    }
    size_t n = strcspn(text, ":/?#@ ");
    *ret_host = (struct tr_slice){text, n};
    return text + n;
}

int tr_listener_parse(const char *text, struct tr_listener *ret_listener, struct tr_diag *diag)
{
    struct tr_slice host;
    const char *p = after_scheme(text, &ret_listener->tls);
    char *end;

    p = p ? take_host(p, &host) : NULL;
    if (!p || host.n >= sizeof ret_listener->host)
        return tr_fail(diag, TR_CONFIG, TR_STOP, HOW);
    memcpy(ret_listener->host, host.p, host.n);
    ret_listener->host[host.n] = '\0';
    if (*p != ':' || p[1] < '0' || p[1] > '9')
        return tr_fail(diag, TR_CONFIG, TR_STOP, HOW);
    unsigned long port = strtoul(p + 1, &end, 10);
    if (port > 65535 || (*end && strcmp(end, "/") != 0))
        return tr_fail(diag, TR_CONFIG, TR_STOP, HOW ", with a port from 0 to 65535");
    ret_listener->port = (int)port;
    return 0;
}
