#include "proc/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"

enum { RESTART_MICROS = 200000 };

struct watch {
    pid_t worker;
    int stops;                    /* how often we were told to stop */
    int64_t crashes[CRASHES_MAX]; /* when, a ring */
    int next;
};

static sigset_t
signals(bool child_too)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (child_too)
        sigaddset(&set, SIGCHLD);
    return set;
}

void
supervisor_wait(void)
{
    sigset_t set = signals(false);

    while (sigwaitinfo(&set, NULL) < 0 && errno == EINTR)
        continue;
}

static bool
start(struct watch *w, int (*worker)(void *arg), void *arg)
{
    sigset_t chld;
    pid_t parent = getpid();

    w->worker = fork();
    if (w->worker < 0) {
        log_line(LOG_ERROR, "cannot start a worker", LOG_T("detail", strerror(errno)));
        return false;
    }
    if (w->worker > 0)
        return true;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &chld, NULL);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) /* the supervisor was gone before prctl() */
        _exit(1);
    _exit(worker(arg));
}

/* Too many in too short a time: the oldest of the ring is still young. */
static bool
may_restart(struct watch *w)
{
    int64_t now = now_mono_micros(), oldest = w->crashes[w->next];

    w->crashes[w->next] = now;
    w->next = (w->next + 1) % CRASHES_MAX;
    return oldest == 0 || now - oldest > (int64_t)CRASHES_SECONDS * 1000000;
}

static void
pass_on(struct watch *w)
{
    kill(w->worker, w->stops++ == 0 ? SIGTERM : SIGKILL);
}

/* The worker has ended.  True: start another; false: *status is the answer. */
static bool
ended(struct watch *w, int how, int *status)
{
    if (WIFEXITED(how)) {
        *status = WEXITSTATUS(how);
        return false;
    }
    *status = 1;
    if (w->stops > 0)
        return false;
    log_line(LOG_ERROR, "the worker crashed", LOG_N("signal", WTERMSIG(how)));
    if (may_restart(w))
        return true;
    log_line(LOG_ERROR, "it crashes too often: giving up", LOG_N("crashes", CRASHES_MAX));
    return false;
}

int
supervisor_run(int (*worker)(void *arg), void *arg)
{
    struct watch w = {0};
    sigset_t set = signals(true);
    int how, status = 1;

    sigprocmask(SIG_BLOCK, &set, NULL);
    if (!start(&w, worker, arg))
        return 1;
    for (;;) {
        int got = sigwaitinfo(&set, NULL);

        if (got == SIGTERM || got == SIGINT)
            pass_on(&w);
        if (waitpid(w.worker, &how, WNOHANG) != w.worker)
            continue;
        if (!ended(&w, how, &status))
            return status;
        usleep(RESTART_MICROS);
        if (!start(&w, worker, arg))
            return 1;
    }
}
