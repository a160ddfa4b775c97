#include "convert/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "convert/wire.h"

#define PROGRAM "motcua-convert"

/* bin/motcua has libexec/motcua-convert; build/motcua has it beside itself. */
static const char *
from_us(struct arena *a, const char *way)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *slash;

    if (n <= 0)
        return "";
    self[n] = '\0';
    slash = strrchr(self, '/');
    return slash ? arena_fmt(a, "%.*s%s" PROGRAM, (int)(slash - self), self, way) : "";
}

const char *
spawn_find(struct ctx *c, const char *given)
{
    const char *places[] = {given ? given : getenv("MOTCUA_CONVERT"), NULL, NULL, NULL};

    if (!places[0]) {
        places[0] = from_us(c->a, "/");
        places[1] = from_us(c->a, "/../libexec/");
        places[2] = from_us(c->a, "/../");              /* programs of build/tests */
    }
    for (size_t i = 0; places[i]; i++)
        if (access(places[i], X_OK) == 0)
            return places[i];
    fail(c, E_NOTFOUND, N_("Máy chủ chưa cài phần chuyển đổi giấy tờ."),
         "%s is not there, nor in ../libexec", places[0]);
    return NULL;
}

/* Nothing of ours: no address of a database, no key.  What a test tells the sanitizers goes on. */
static char **
clean_environment(void)
{
    static char *fixed[16] = {"LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/nonexistent",
                              "OMP_THREAD_LIMIT=1", "MALLOC_ARENA_MAX=1", "GIO_USE_VFS=local",
                              "G_SLICE=always-malloc"};
    static const char *const PASSED[] = {"TESSDATA_PREFIX", "ASAN_OPTIONS", "UBSAN_OPTIONS"};
    size_t n = 7;

    for (char **e = environ; *e; e++)
        for (size_t i = 0; i < sizeof PASSED / sizeof *PASSED; i++)
            if (strncmp(*e, PASSED[i], strlen(PASSED[i])) == 0 && (*e)[strlen(PASSED[i])] == '=' &&
                n < 15)
                fixed[n++] = *e;
    fixed[n] = NULL;
    return fixed;
}

static int
start(const char *program, int theirs, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t all, none;
    char *argv[] = {PROGRAM, "--serve", NULL};
    int rc;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, theirs, WIRE_SOCKET);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&files, 0, 1);
    posix_spawn_file_actions_addclosefrom_np(&files, WIRE_SOCKET + 1);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    rc = posix_spawn(pid, program, &files, &how, argv, clean_environment());
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

int
spawn_run(const char *program, pid_t *pid, int *control)
{
    int pair[2], rc;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return errno;
    rc = start(program, pair[1], pid);
    close(pair[1]);
    if (rc)
        close(pair[0]);
    else
        *control = pair[0];
    return rc;
}
