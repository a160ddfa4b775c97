#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"

enum { BACKLOG = 1024 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un un;
};

static socklen_t
parse_unix(const char *path, union address *out)
{
    if (strlen(path) == 0 || strlen(path) >= sizeof out->un.sun_path)
        return 0;
    out->un.sun_family = AF_UNIX;
    memcpy(out->un.sun_path, path, strlen(path) + 1);
    return sizeof out->un;
}

static bool
parse_port(const char *s, in_port_t *out)
{
    char *end;
    long v = strtol(s, &end, 10);

    *out = htons((in_port_t)v);
    return *s && !*end && v >= 0 && v <= 65535;
}

/* Length of the address, 0: not one. */
static socklen_t
parse(const char *where, union address *out)
{
    const char *colon = strrchr(where, ':');
    char host[INET6_ADDRSTRLEN + 2];
    size_t n;

    memset(out, 0, sizeof *out);
    if (strncmp(where, "unix:", 5) == 0)
        return parse_unix(where + 5, out);
    if (!colon || (n = (size_t)(colon - where)) >= sizeof host)
        return 0;
    memcpy(host, where, n);
    host[n] = '\0';
    if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
        host[n - 1] = '\0';
        out->v6.sin6_family = AF_INET6;
        return parse_port(colon + 1, &out->v6.sin6_port)
               && inet_pton(AF_INET6, host + 1, &out->v6.sin6_addr) == 1 ? sizeof out->v6 : 0;
    }
    out->v4.sin_family = AF_INET;
    return parse_port(colon + 1, &out->v4.sin_port)
           && inet_pton(AF_INET, host, &out->v4.sin_addr) == 1 ? sizeof out->v4 : 0;
}

bool
listen_valid(const char *where)
{
    union address at;

    return parse(where, &at) != 0;
}

bool
listen_local(const char *where)
{
    union address at;

    if (!parse(where, &at))
        return false;
    if (at.any.sa_family == AF_INET)
        return ntohl(at.v4.sin_addr.s_addr) >> 24 == 127;
    return at.any.sa_family == AF_UNIX || IN6_IS_ADDR_LOOPBACK(&at.v6.sin6_addr);
}

static int
port_of(int fd)
{
    union address at;
    socklen_t n = sizeof at;

    if (getsockname(fd, &at.any, &n) < 0)
        return 0;
    return at.any.sa_family == AF_INET ? ntohs(at.v4.sin_port)
           : at.any.sa_family == AF_INET6 ? ntohs(at.v6.sin6_port) : 0;
}

int
listen_open(struct ctx *c, const char *where, int *port)
{
    union address at;
    socklen_t n = parse(where, &at);
    int fd, on = 1;

    if (n == 0)
        return fail(c, E_INVALID, N_("Địa chỉ lắng nghe không đúng"), "listen %s: not an address",
                    where),
               -1;
    fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail(c, E_SYS, N_("Không mở được cổng"), "socket: %s", strerror(errno)), -1;
    if (at.any.sa_family == AF_UNIX)
        unlink(at.un.sun_path);
    else
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &at.any, n) < 0 || listen(fd, BACKLOG) < 0) {
        fail(c, E_SYS, N_("Không mở được cổng"), "listen %s: %s", where, strerror(errno));
        close(fd);
        return -1;
    }
    if (at.any.sa_family == AF_UNIX && chmod(at.un.sun_path, 0660) < 0) {
        fail(c, E_SYS, N_("Không mở được cổng"), "listen %s: %s", where, strerror(errno));
        close(fd);
        return -1;
    }
    *port = port_of(fd);
    return fd;
}
