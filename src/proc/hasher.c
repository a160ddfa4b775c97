#include "proc/hasher.h"

#include <errno.h>
#include <linux/close_range.h>
#include <seccomp.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/hasher.h"
#include "base/log.h"
#include "site/command.h"

static const char MANUAL[] =
    "Usage: motcua hasher --socket [--low]\n"
    "\n"
    "Hashes passwords (Argon2id) that are asked for on descriptor 3, until that is closed.\n"
    "`motcua serve` starts two of them; it does nothing useful by hand.  --low: it gives way to\n"
    "every other process.\n"
    "\n"
    "Exit status: 0 the other end is closed; 2 bad arguments.\n";

enum { LEAST = 19 /* nice: behind everybody, yet never quite without a turn */ };

/* No core dumps, no looking into our memory by others of the same user, no descriptors but ours. */
static void
shut_in(void)
{
    struct rlimit none = {0, 0};

    close_range(HASHER_FD + 1, ~0U, 0);
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGTERM, SIG_IGN);           /* it ends when who asks has ended */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

static const int NEEDED[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(futex),
    SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
    SCMP_SYS(brk), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(close),
    SCMP_SYS(sigaltstack), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(tgkill),
    SCMP_SYS(sched_yield), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
};

/* It holds no secret but the password in its hands: without a filter it works all the same. */
static void
filter_calls(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = f ? 0 : -ENOMEM;

    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED && rc == 0; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, NEEDED[i], 0);
    if (rc == 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    if (rc)
        log_line(LOG_WARN, "hasher: calls are not filtered", LOG_T("detail", strerror(-rc)));
}

static bool
whole(const struct hasher_ask *ask, ssize_t n)
{
    return n == (ssize_t)sizeof *ask && memchr(ask->hash, 0, sizeof ask->hash) &&
           memchr(ask->password, 0, sizeof ask->password);
}

static void
answer_all(void)
{
    struct hasher_ask ask;
    struct hasher_tell tell;
    ssize_t n;

    for (;;) {
        while ((n = recv(HASHER_FD, &ask, sizeof ask, 0)) < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        memset(&tell, 0, sizeof tell);
        if (whole(&ask, n))
            password_answer(&ask, &tell);
        sodium_memzero(&ask, sizeof ask);
        while ((n = send(HASHER_FD, &tell, sizeof tell, MSG_NOSIGNAL)) < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
    }
}

int
hasher_cmd(int argc, char **argv)
{
    bool least = false;
    const struct flag flags[] = {{"low", NULL, &least}, {0}};
    int status;

    if (!command_child(argc, argv, flags, MANUAL, &status))
        return status;
    if (least)
        setpriority(PRIO_PROCESS, 0, LEAST);
    shut_in();
    filter_calls();
    answer_all();
    return 0;
}
