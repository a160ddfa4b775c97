/* The server's end of the processes that hash passwords. */
#include "auth/hasher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/log.h"
#include "base/now.h"
#include "http/workers.h"

enum {
    PATIENCE_SECONDS = 30,      /* then it is ended */
    PAUSE_MICROS = 10000000     /* one that does not come up is tried again */
};

struct end {
    pthread_mutex_t lock;       /* who has it asks: one at a time */
    const char *low;            /* its argument, or NULL */
    bool open;
    int fd;
    pid_t pid;
    int64_t again;              /* not before this moment */
};

static struct end usual = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1},
                  low = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .low = "--low"};

static bool
start(struct end *e)
{
    const char *const argv[] = {"motcua", "hasher", "--socket", e->low, NULL};
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    int pair[2], rc;

    if (e->fd >= 0)
        return true;
    if (now_mono_micros() < e->again || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return false;
    rc = child_start(NULL, argv, pair[1], HASHER_FD, &e->pid);
    close(pair[1]);
    if (rc) {
        close(pair[0]);
        e->pid = 0;
        e->again = now_mono_micros() + PAUSE_MICROS;
        log_line(LOG_ERROR, "the hasher of passwords does not start",
                 LOG_T("detail", strerror(rc)));
        return false;
    }
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    e->fd = pair[0];
    return true;
}

static void
stop(struct end *e)
{
    if (e->fd >= 0)
        close(e->fd);
    e->fd = -1;
    if (e->pid > 0) {
        kill(e->pid, SIGKILL);          /* it holds nothing */
        while (waitpid(e->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    e->pid = 0;
}

static bool
exchange(int fd, const struct hasher_ask *ask, struct hasher_tell *out)
{
    ssize_t n;

    while ((n = send(fd, ask, sizeof *ask, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        continue;
    if (n != (ssize_t)sizeof *ask)
        return false;
    while ((n = recv(fd, out, sizeof *out, 0)) < 0 && errno == EINTR)
        continue;
    return n == (ssize_t)sizeof *out;
}

bool
hasher_ask(const struct hasher_ask *ask, struct hasher_tell *out)
{
    struct end *e = workers_low() ? &low : &usual;
    bool ok = false;

    pthread_mutex_lock(&e->lock);
    for (int i = 0; i < 2 && !ok && e->open && start(e); i++)
        if (!(ok = exchange(e->fd, ask, out))) {
            log_line(LOG_ERROR, "the hasher of passwords is gone: starting it again");
            stop(e);
        }
    if (!ok && e->open && e->fd < 0 && e->again < now_mono_micros())
        e->again = now_mono_micros() + PAUSE_MICROS;
    pthread_mutex_unlock(&e->lock);
    return ok;
}

void
hasher_open(void)
{
    usual.open = low.open = true;
    start(&usual);
    start(&low);
}

void
hasher_close(void)
{
    usual.open = low.open = false;
    stop(&usual);
    stop(&low);
}
