/* motcua-convert: the zygote.  It has every library loaded and forks a child for each job. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "proc/converter.h"

static const char MANUAL[] =
    "Usage: motcua-convert --version | --help\n"
    "\n"
    "Reads photos and PDFs of strangers for motcua, which starts it by itself.\n"
    "`motcua convert --help` converts a file by hand.\n";

enum { CHILDREN_MAX = 64, LATE_CPU_SECONDS = 2 };

struct child {
    pid_t pid;                          /* 0: a free place */
    int socket;                         /* of its job: how it ended is said there */
    int64_t until;                      /* when it is ended */
    bool late;
    int64_t memory;
};

struct zygote {
    struct child child[CHILDREN_MAX];
    int signals;
};

/* --- a child -------------------------------------------------------------------------------- */

/* The descriptors of a job at their places: everything else is closed.  First above them all, so
 * that none is overwritten before it was moved. */
static bool
arrange(const int *fds, size_t n)
{
    int high[WIRE_FDS_MAX];

    for (size_t i = 1; i < n; i++)
        if ((high[i] = fcntl(fds[i], F_DUPFD, 128)) < 0)
            return false;
    for (size_t i = 1; i < n; i++)
        if (dup2(high[i], (int)(FD_ANSWER + i - 1)) < 0)
            return false;
    dup2(1, 2);         /* libraries talk of what they read */
    return close_range((unsigned)(FD_ANSWER + n - 1), ~0U, 0) == 0;
}

static _Noreturn void
child_main(const struct wire_job *w, const int *fds, size_t n)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (!arrange(fds, n) || !sandbox_child(w))
        _exit(3);
    _exit(job_run(w));
}

static struct child *
free_place(struct zygote *z)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        if (z->child[i].pid == 0)
            return &z->child[i];
    return NULL;
}

static void
start_child(struct zygote *z, const struct wire_job *w, const int *fds, size_t n)
{
    struct child *k = free_place(z);
    pid_t pid = k ? fork() : -1;

    if (pid == 0)
        child_main(w, fds, n);
    if (pid > 0)
        *k = (struct child){.pid = pid, .memory = w->memory,
                            .socket = fcntl(fds[0], F_DUPFD_CLOEXEC, 0),
                            .until = now_mono_micros() + (int64_t)w->seconds * 1000000};
    /* else: the socket closes, and the server sees that nobody has its job */
}

/* --- how it ended --------------------------------------------------------------------------- */

static enum wire_how
how_ended(const struct child *k, int status, const struct rusage *u)
{
    int64_t peak = (int64_t)u->ru_maxrss * 1024;

    if (k->late || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        return WIRE_OVERTIME;
    if (!WIFSIGNALED(status))
        return WIRE_EXITED;
    if (WTERMSIG(status) == SIGKILL || peak > k->memory / 2)
        return WIRE_OVERMEMORY;         /* nobody else kills: the kernel, out of memory */
    return WTERMSIG(status) == SIGXFSZ ? WIRE_OVERMEMORY : WIRE_CRASHED;
}

static void
tell_end(struct child *k, int status, const struct rusage *u)
{
    struct wire_end e = {
        .how = how_ended(k, status, u),
        .detail = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
        .peak_kb = (int32_t)u->ru_maxrss,
        .cpu_micros = (int64_t)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000 +
                      u->ru_utime.tv_usec + u->ru_stime.tv_usec};

    wire_stamp(&e.magic);
    wire_send(k->socket, &e, sizeof e, NULL, 0);
    close(k->socket);
    k->pid = 0;
}

static void
reap(struct zygote *z)
{
    struct signalfd_siginfo si;
    struct rusage u;
    int status;
    pid_t pid;

    while (read(z->signals, &si, sizeof si) == sizeof si)
        continue;
    while ((pid = wait4(-1, &status, WNOHANG, &u)) > 0)
        for (size_t i = 0; i < CHILDREN_MAX; i++)
            if (z->child[i].pid == pid)
                tell_end(&z->child[i], status, &u);
}

/* Ends who is late; the milliseconds until the next one could be, -1: nobody runs. */
static int
end_late(struct zygote *z)
{
    int64_t now = now_mono_micros(), next = -1;

    for (size_t i = 0; i < CHILDREN_MAX; i++) {
        struct child *k = &z->child[i];

        if (k->pid == 0 || k->late)
            continue;
        if (k->until <= now) {
            k->late = true;
            kill(k->pid, SIGKILL);
        } else if (next < 0 || k->until - now < next) {
            next = k->until - now;
        }
    }
    return next < 0 ? -1 : (int)(next / 1000) + 1;
}

/* --- the loop ------------------------------------------------------------------------------- */

/* False: the server is gone, or says what no server of ours says. */
static bool
take_job(struct zygote *z)
{
    struct wire_job w;
    char bytes[sizeof w + 1];
    int fds[WIRE_FDS_MAX];
    size_t n = WIRE_FDS_MAX;
    ssize_t got = wire_receive(WIRE_SOCKET, bytes, sizeof bytes, fds, &n);
    const char *wrong = NULL;

    if (got > 0)
        wrong = wire_job_wrong(bytes, (size_t)got, &w);
    if (got > 0 && !wrong && n != WIRE_OWN_FDS + w.in_n)
        wrong = "descriptors";
    if (wrong)
        log_line(LOG_ERROR, "the server speaks another language", LOG_T("field", wrong));
    else if (got > 0)
        start_child(z, &w, fds, n);
    for (size_t i = 0; i < n; i++)
        close(fds[i]);
    return got != 0 && !wrong;
}

static void
kill_all(struct zygote *z)
{
    for (size_t i = 0; i < CHILDREN_MAX; i++)
        if (z->child[i].pid > 0)
            kill(z->child[i].pid, SIGKILL);
}

static int
loop(struct zygote *z)
{
    struct pollfd p[] = {{.fd = WIRE_SOCKET, .events = POLLIN},
                         {.fd = z->signals, .events = POLLIN}};

    for (;;) {
        int n = poll(p, 2, end_late(z));

        if (n < 0 && errno != EINTR)
            return 1;
        if (n > 0 && p[1].revents)
            reap(z);
        if (n > 0 && p[0].revents && !take_job(z)) {
            kill_all(z);
            return 0;
        }
    }
}

static int
serve(void)
{
    static struct zygote z;
    struct wire_hello hello = {0};
    sigset_t chld;

    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, NULL);
    z.signals = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
    if (z.signals < 0)
        return 1;
    wire_stamp(&hello.magic);
    sandbox_zygote(hello.sandbox, sizeof hello.sandbox);
    if (!wire_send(WIRE_SOCKET, &hello, sizeof hello, NULL, 0))
        return 1;
    read_preload();             /* half a second; the first job waits in the socket meanwhile */
    page_preload();
    _exit(sandbox_files() ? loop(&z) : 1);     /* no farewells of libraries */
}

int
main(int argc, char **argv)
{
    int type;
    socklen_t n = sizeof type;

    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return puts("motcua-convert " MOTCUA_VERSION) < 0;
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(MANUAL, stdout) < 0;
    if (argc == 2 && strcmp(argv[1], "--serve") == 0 &&
        getsockopt(WIRE_SOCKET, SOL_SOCKET, SO_TYPE, &type, &n) == 0)
        return serve();
    fprintf(stderr, "motcua-convert: it is started by motcua; see --help\n");
    return 2;
}
