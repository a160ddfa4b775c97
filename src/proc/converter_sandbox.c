/*
 * What a child can still do when it meets its first foreign byte: read its inputs, write two
 * memfds, use memory and time up to a limit, open fonts to read.  Each wall is tried by
 * sandbox_probe(), which tests/hostile asks.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/converter.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1             /* its shadow is terabytes of address space */
#else
#define SANITIZED 0
#endif

static int landlock_abi;        /* 0: the kernel has none */

/* --- the zygote ----------------------------------------------------------------------------- */

static void
add_word(char *words, size_t size, const char *word)
{
    size_t n = strlen(words);

    snprintf(words + n, size - n, "%s%s", n ? " " : "", word);
}

/* A namespace of users gives the right to leave the network, and takes all others. */
static bool
leave_network(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    bool left = unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0 ||
                unshare(CLONE_NEWNET | CLONE_NEWIPC) == 0;

    syscall(SYS_capset, &head, none);
    return left;
}

void
sandbox_zygote(char *words, size_t size)
{
    const struct rlimit no_core = {0, 0};
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    landlock_abi = abi > 0 ? (int)abi : 0;
    setrlimit(RLIMIT_CORE, &no_core);
    setpriority(PRIO_PROCESS, 0, 5);            /* the site's own work goes first */
    if (chdir("/") < 0)
        words[0] = '\0';
    add_word(words, size, "seccomp");
    if (leave_network())
        add_word(words, size, "netns");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && landlock_abi > 0)
        add_word(words, size, "landlock");
}

/* --- files: Landlock ------------------------------------------------------------------------ */

static const char *const READABLE[] = {
    "/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/usr/share/fontconfig",
    "/var/cache/fontconfig", "/usr/share/poppler", "/usr/lib", "/dev/null",
};

static void
allow_path(int rules, const char *path)
{
    struct landlock_path_beneath_attr at = {
        .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
        .parent_fd = open(path, O_PATH | O_CLOEXEC)};

    if (at.parent_fd < 0)
        return;
    if (strcmp(path, "/dev/null") == 0)         /* a folder's right is refused for a file */
        at.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &at, 0);
    close(at.parent_fd);
}

bool
sandbox_files(void)
{
    /* All that the kernel's version knows: reading, writing and making (1), moving (2), cutting. */
    struct landlock_ruleset_attr what = {.handled_access_fs = landlock_abi >= 3   ? 0x7fff
                                                              : landlock_abi == 2 ? 0x3fff
                                                                                  : 0x1fff};
    int rules;
    bool ok;

    if (landlock_abi == 0)
        return true;
    rules = (int)syscall(SYS_landlock_create_ruleset, &what, sizeof what, 0);
    if (rules < 0)
        return false;
    for (size_t i = 0; i < sizeof READABLE / sizeof *READABLE; i++)
        allow_path(rules, READABLE[i]);
    ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return ok;
}

/* --- the child: system calls ---------------------------------------------------------------- */

/* Memory, threads, the files that are open, clocks.  Everything else gives EPERM. */
static const int ALLOWED[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(ftruncate), SCMP_SYS(close), SCMP_SYS(fstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fstatfs), SCMP_SYS(statfs),
    SCMP_SYS(getdents64), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
    SCMP_SYS(dup), SCMP_SYS(fadvise64), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(eventfd2),
    SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect), SCMP_SYS(madvise),
    SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address), SCMP_SYS(membarrier), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times),
    SCMP_SYS(getrusage), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(uname),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

static int
add_special(scmp_filter_ctx f)
{
    static const unsigned WRITES = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_TMPFILE;
    int rc = 0;

    /* Threads, no processes; clone3 hides its flags in memory: the C library falls back. */
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                           SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    rc |= seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,         /* abort() */
                           SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                           SCMP_A1(SCMP_CMP_EQ, F_GETFL));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                           SCMP_A1(SCMP_CMP_EQ, F_SETFD));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,      /* only to ask */
                           SCMP_A2(SCMP_CMP_EQ, 0));
    rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                           SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
    /* Without Landlock nothing may be opened: the site's own files would be in reach. */
    if (landlock_abi > 0)
        rc |= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, WRITES, O_RDONLY));
    return rc;
}

static bool
wall_of_calls(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = f ? 0 : -1;

    for (size_t i = 0; rc == 0 && i < sizeof ALLOWED / sizeof *ALLOWED; i++)
        rc = seccomp_rule_add(f, SCMP_ACT_ALLOW, ALLOWED[i], 0);
    if (rc == 0)
        rc = add_special(f);
    if (rc == 0)
        rc = seccomp_load(f);
    seccomp_release(f);
    return rc == 0;
}

static bool
limit(int what, rlim_t most)
{
    const struct rlimit k = {most, most};

    return setrlimit(what, &k) == 0;
}

bool
sandbox_child(const struct wire_job *w)
{
    const struct rlimit cpu = {(rlim_t)w->seconds, (rlim_t)w->seconds + 5};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           (SANITIZED || limit(RLIMIT_AS, (rlim_t)w->memory)) && limit(RLIMIT_NOFILE, 256) &&
           setrlimit(RLIMIT_CPU, &cpu) == 0 && limit(RLIMIT_FSIZE, WIRE_OUT_MAX) &&
           wall_of_calls();
}

/* --- trying the walls ----------------------------------------------------------------------- */

static int
try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int
try_unix(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
try_read(void)
{
    return open("/etc/passwd", O_RDONLY);
}

static int
try_write(void)
{
    return open("/tmp/motcua-convert-probe", O_WRONLY | O_CREAT, 0600);
}

static int
try_exec(void)
{
    char *const argv[] = {"/bin/true", NULL};

    return execve(argv[0], argv, NULL);
}

static int
try_fork(void)
{
    int pid = (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

    if (pid == 0)
        _exit(0);
    return pid;
}

static int
try_kill(void)
{
    return kill(getpid(), 0);
}

static int
try_ptrace(void)
{
    return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
try_unlink(void)
{
    return unlink("/tmp/motcua-convert-probe");
}

json_t *
sandbox_probe(void)
{
    static const struct {
        const char *name;
        int (*run)(void);
    } T[] = {{"socket", try_socket}, {"unix", try_unix}, {"read", try_read},
             {"write", try_write},   {"exec", try_exec}, {"fork", try_fork},
             {"kill", try_kill},     {"ptrace", try_ptrace}, {"unlink", try_unlink}};
    json_t *all = json_object();

    for (size_t i = 0; i < sizeof T / sizeof *T; i++) {
        bool denied = T[i].run() < 0 && (errno == EPERM || errno == EACCES);

        json_object_set_new(all, T[i].name, json_string(denied ? "denied" : "allowed"));
    }
    return all;
}
