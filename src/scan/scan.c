#include "scan/scan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/now.h"

enum {
    WAIT_MILLIS = 10000, TOTAL_MILLIS = 60000, SLICE_MILLIS = 200,
    PIECE = 64 << 10, LINE = 1024, HOST = 128
};

/* One conversation. */
struct talk {
    int fd;
    int wait;                   /* milliseconds for each step */
    const atomic_bool *stop;
    int64_t until;              /* now_mono_micros() for the whole */
    const char *fault;          /* NULL: none yet */
};

/* --- the address --- */

/* "host:port" or "[v6]:port" into its parts. */
static bool
split(const char *address, char host[HOST], const char **port)
{
    const char *colon = strrchr(address, ':');
    size_t n = colon ? (size_t)(colon - address) : 0;

    if (n >= 2 && address[0] == '[' && address[n - 1] == ']')
        address++, n -= 2;
    else if (n && memchr(address, ':', n))
        return false;
    if (n == 0 || n >= HOST)
        return false;
    memcpy(host, address, n);
    host[n] = '\0';
    *port = colon + 1;
    return strspn(*port, "0123456789") == strlen(*port) && **port && strlen(*port) <= 5;
}

const char *
scan_address_fault(const char *address)
{
    char host[HOST];
    const char *port;

    if (*address == '/')
        return strlen(address) < sizeof ((struct sockaddr_un *)0)->sun_path
                   ? NULL
                   : "is longer than a socket's path may be (107 characters)";
    return split(address, host, &port) ? NULL : "must be the path of a socket or HOST:PORT";
}

/* --- waiting, with bounds --- */

/* In slices, to hear when the program stops. */
static bool
wait_for(struct talk *t, short what)
{
    struct pollfd p = {.fd = t->fd, .events = what};
    int64_t now = now_mono_micros(), step = now + (int64_t)t->wait * 1000;
    int n = 0;

    for (; n == 0 && now < t->until && now < step; now = now_mono_micros()) {
        if (t->stop && atomic_load(t->stop))
            break;
        n = poll(&p, 1, SLICE_MILLIS);
        if (n < 0 && errno == EINTR)
            n = 0;
    }
    if (n == 0)
        t->fault = now >= t->until ? "too slow: the time for a file is over"
                                   : "too slow: no answer in time";
    if (n < 0)
        t->fault = strerrordesc_np(errno);
    return n > 0;
}

static bool
reach(struct talk *t, const struct sockaddr *to, socklen_t n)
{
    int error = 0;
    socklen_t size = sizeof error;

    t->fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (t->fd < 0)
        return false;
    if (connect(t->fd, to, n) == 0)
        return true;
    if (errno == EINPROGRESS && wait_for(t, POLLOUT) &&
        getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
        return true;
    if (!t->fault)
        t->fault = strerrordesc_np(error ? error : errno);
    close(t->fd);
    t->fd = -1;
    return false;
}

static bool
reach_host(struct talk *t, const char *address)
{
    const struct addrinfo want = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *all = NULL;
    char host[HOST];
    const char *port;

    if (!split(address, host, &port) || getaddrinfo(host, port, &want, &all) != 0) {
        t->fault = "its address cannot be found";
        return false;
    }
    for (const struct addrinfo *i = all; i && t->fd < 0; i = i->ai_next) {
        t->fault = NULL;
        reach(t, i->ai_addr, i->ai_addrlen);
    }
    freeaddrinfo(all);
    return t->fd >= 0;
}

static bool
talk_open(struct talk *t, const struct scan_options *o)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    *t = (struct talk){.fd = -1, .stop = o->stop,
                       .wait = o->wait_millis ? o->wait_millis : WAIT_MILLIS};
    t->until = now_mono_micros() +
               (int64_t)(o->total_millis ? o->total_millis : TOTAL_MILLIS) * 1000;
    if (*o->address != '/')
        return reach_host(t, o->address);
    if (scan_address_fault(o->address)) {
        t->fault = "its address cannot be used";
        return false;
    }
    snprintf(un.sun_path, sizeof un.sun_path, "%s", o->address);
    return reach(t, (const struct sockaddr *)&un, sizeof un);
}

static void
talk_close(struct talk *t)
{
    if (t->fd >= 0)
        close(t->fd);
}

/* --- sending and reading --- */

/* False: it takes no more; it may have said why. */
static bool
send_all(struct talk *t, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t k = send(t->fd, s, n, MSG_NOSIGNAL);

        if (k > 0)
            s += k, n -= (size_t)k;
        else if (k < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        else if (!wait_for(t, POLLOUT))
            return false;
    }
    return true;
}

/* Its line up to the NUL; -1: it said none. */
static ssize_t
read_line(struct talk *t, char line[LINE])
{
    size_t n = 0;

    while (n < LINE) {
        ssize_t k = recv(t->fd, line + n, LINE - n, 0);
        char *end = k > 0 ? memchr(line + n, '\0', (size_t)k) : NULL;

        if (end)
            return end - line;
        if (k > 0)
            n += (size_t)k;
        else if (k == 0)
            break;
        else if ((errno != EAGAIN && errno != EINTR) || !wait_for(t, POLLIN))
            break;
    }
    if (!t->fault)
        t->fault = n == LINE ? "its answer has no end" : "it hung up in the middle";
    return -1;
}

/* It answers before the end when it wants no more. */
static bool
has_answered(const struct talk *t)
{
    struct pollfd p = {.fd = t->fd, .events = POLLIN};

    return poll(&p, 1, 0) > 0 && (p.revents & POLLIN);
}

static bool
send_file(struct talk *t, int fd)
{
    char piece[PIECE + 4];
    off_t at = 0;
    ssize_t n;

    while ((n = pread(fd, piece + 4, PIECE, at)) > 0 || (n < 0 && errno == EINTR)) {
        uint32_t size = htonl((uint32_t)n);

        if (n < 0)
            continue;
        memcpy(piece, &size, 4);
        if (!send_all(t, piece, (size_t)n + 4) || has_answered(t))
            return !t->fault;
        at += n;
    }
    if (n < 0) {
        t->fault = "the file cannot be read";
        return false;
    }
    memset(piece, 0, 4);
    send_all(t, piece, 4);
    return !t->fault;
}

void
scan_file(const struct scan_options *o, int fd, struct scan_answer *out)
{
    static const char COMMAND[] = "zINSTREAM";
    char line[LINE];
    struct talk t;
    ssize_t n = -1;

    if (talk_open(&t, o) && send_all(&t, COMMAND, sizeof COMMAND) && send_file(&t, fd))
        n = read_line(&t, line);
    if (n >= 0) {
        scan_answer_read(line, (size_t)n, out);
    } else {
        *out = (struct scan_answer){.verdict = SCAN_FAILED};
        snprintf(out->detail, sizeof out->detail, "%s", t.fault ? t.fault : "it hung up");
    }
    talk_close(&t);
}

static ssize_t
ask(const struct scan_options *o, const char *command, size_t n, char line[LINE])
{
    struct talk t;
    ssize_t k = -1;

    if (talk_open(&t, o) && send_all(&t, command, n))
        k = read_line(&t, line);
    talk_close(&t);
    return k;
}

bool
scan_ping(const struct scan_options *o)
{
    static const char COMMAND[] = "zPING";
    char line[LINE];

    return ask(o, COMMAND, sizeof COMMAND, line) == 4 && memcmp(line, "PONG", 4) == 0;
}

int64_t
scan_signatures(const struct scan_options *o, char *text, size_t size)
{
    static const char COMMAND[] = "zVERSION";
    char line[LINE];
    ssize_t n = ask(o, COMMAND, sizeof COMMAND, line);
    int64_t number = n > 0 ? scan_version_read(line, (size_t)n) : 0;

    if (text && size)
        snprintf(text, size, "%.*s", number ? (int)n : 0, line);
    return number;
}
