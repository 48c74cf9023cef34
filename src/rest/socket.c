#include "rest/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 128

static const char *shown(const struct tr_listener *listener)
{
    return *listener->host ? listener->host : "all interfaces";
}

static int bind_one(const struct addrinfo *address, int *ret_fd)
{
    int yes = 1, no = 0;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (address->ai_family == AF_INET6) /* all interfaces are those of IPv4, too */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    *ret_fd = fd;
    return 0;
}

static void note_port(struct tr_listener *listener, int fd)
{
    struct sockaddr_storage address;
    socklen_t n = sizeof address;

    if (getsockname(fd, (struct sockaddr *)&address, &n) < 0)
        return;
    if (address.ss_family == AF_INET6)
        listener->port = ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    else
        listener->port = ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/* "All interfaces" is IPv6's any address if there is IPv6, which takes IPv4, too. */
static int resolve(const struct tr_listener *listener, int family, struct addrinfo **ret_addresses)
{
    const struct addrinfo hints = {
        .ai_family = family,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    char port[8];

    snprintf(port, sizeof port, "%d", listener->port);
    return getaddrinfo(*listener->host ? listener->host : NULL, port, &hints, ret_addresses);
}

static int bind_any(struct tr_listener *listener, int family, int *ret_fd, struct tr_diag *diag)
{
    struct addrinfo *addresses;
    int error = resolve(listener, family, &addresses), rc = -1;

    if (error != 0)
        return tr_fail(diag, TR_CONFIG, TR_STOP, "listeners: %s can't be resolved: %s",
                       shown(listener), gai_strerror(error));
    for (const struct addrinfo *address = addresses; address && rc < 0; address = address->ai_next)
        rc = bind_one(address, ret_fd);
    if (rc < 0) {
        tr_fail(diag, TR_CONFIG, TR_STOP, "listeners: can't listen at %s, port %d: %s",
                shown(listener), listener->port, strerror(errno));
        rc = errno == EADDRINUSE ? 1 : -1;
    }
    freeaddrinfo(addresses);
    return rc;
}

int tr_socket_listen(struct tr_listener *listener, int *ret_fd, struct tr_diag *diag)
{
    int rc = bind_any(listener, *listener->host ? AF_UNSPEC : AF_INET6, ret_fd, diag);

    if (rc < 0 && !*listener->host)
        rc = bind_any(listener, AF_INET, ret_fd, diag);
    if (rc == 0)
        note_port(listener, *ret_fd);
    return rc;
}
