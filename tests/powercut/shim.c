/*
 * Loaded before the program (LD_PRELOAD): every call that changes a file under POWERCUT_ROOT is
 * written down in POWERCUT_LOG, in the order in which they happened, with what it wrote; and at the
 * n-th of them the program is killed.  powercut.mjs makes of that record what a disk would hold
 * that forgets whatever was not synced.
 *
 * POWERCUT_CONTROL is a file of two 64-bit numbers: at which call to kill (0: never), how many
 * there were since that was set.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct record { int64_t op, a, b, c, n, m; };   /* then n bytes and m bytes */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static volatile int64_t *control;
static char root[4096];
static size_t root_n;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static ssize_t
raw_write(int fd, const void *p, size_t n)
{
    static __typeof__(&write) real;

    if (!real)
        real = REAL(write);
    return real(fd, p, n);
}

__attribute__((constructor)) static void
start(void)
{
    const char *log = getenv("POWERCUT_LOG"), *at = getenv("POWERCUT_CONTROL");
    int fd;

    snprintf(root, sizeof root, "%s/", getenv("POWERCUT_ROOT") ? getenv("POWERCUT_ROOT") : "-");
    root_n = strlen(root);
    if (log)
        log_fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fd = at ? REAL(open)(at, O_RDWR | O_CLOEXEC) : -1;
    if (fd >= 0)
        control = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (control == MAP_FAILED)
        control = NULL;
}

/* Whether it is one of ours; what SQLite maps (-shm) is made anew after a crash and is not. */
static int
ours(const char *path)
{
    size_t n = strlen(path);

    return strncmp(path, root, root_n) == 0 && !(n > 4 && strcmp(path + n - 4, "-shm") == 0);
}

static int
path_of(int dir, const char *name, char out[4096])
{
    char link[64], folder[4096];
    ssize_t n;

    if (*name == '/')
        return snprintf(out, 4096, "%s", name) < 4096;
    if (dir == AT_FDCWD) {
        if (!getcwd(folder, sizeof folder))
            return 0;
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        n = readlink(link, folder, sizeof folder - 1);
        if (n < 0)
            return 0;
        folder[n] = '\0';
    }
    return *name ? snprintf(out, 4096, "%s/%s", folder, name) < 4096
                 : snprintf(out, 4096, "%s", folder) < 4096;
}

static int64_t
ino_of(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 ? (int64_t)st.st_ino : 0;
}

/* The folder's number and the name in it. */
static int64_t
parent_of(const char *path, const char **name)
{
    char folder[4096];
    struct stat st;

    *name = strrchr(path, '/') + 1;
    snprintf(folder, sizeof folder, "%.*s", (int)(*name - path - 1), path);
    return stat(folder, &st) == 0 ? (int64_t)st.st_ino : 0;
}

static void
note(struct record r, const void *x, const void *y)
{
    raw_write(log_fd, &r, sizeof r);
    if (r.n)
        raw_write(log_fd, x, (size_t)r.n);
    if (r.m)
        raw_write(log_fd, y, (size_t)r.m);
}

/* Before the call: the n-th never happens. */
static void
enter(void)
{
    pthread_mutex_lock(&lock);
    if (control && control[0] && ++control[1] >= control[0])
        kill(getpid(), SIGKILL);
}

static void
leave(void)
{
    int was = errno;

    pthread_mutex_unlock(&lock);
    errno = was;
}

static void
note_bytes(int fd, int64_t at, const void *p, ssize_t n)
{
    if (n > 0)
        note((struct record){'W', ino_of(fd), at, 0, n, 0}, p, NULL);
}

#define IS_OURS(dir, name) (log_fd >= 0 && path_of((dir), (name), path) && ours(path))

/* --- bytes ------------------------------------------------------------------------------------ */

ssize_t
write(int fd, const void *p, size_t n)
{
    char path[4096];
    ssize_t done;

    if (!IS_OURS(fd, ""))
        return raw_write(fd, p, n);
    enter();
    done = raw_write(fd, p, n);
    if (done > 0)
        note_bytes(fd, (int64_t)lseek(fd, 0, SEEK_CUR) - done, p, done);
    leave();
    return done;
}

#define PWRITE(name, type)                                                                         \
    ssize_t name(int fd, const void *p, size_t n, type at)                                         \
    {                                                                                              \
        char path[4096];                                                                           \
        ssize_t done;                                                                              \
                                                                                                   \
        if (!IS_OURS(fd, ""))                                                                      \
            return REAL(name)(fd, p, n, at);                                                       \
        enter();                                                                                   \
        done = REAL(name)(fd, p, n, at);                                                           \
        note_bytes(fd, (int64_t)at, p, done);                                                      \
        leave();                                                                                   \
        return done;                                                                               \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE(name, type)                                                                       \
    int name(int fd, type size)                                                                    \
    {                                                                                              \
        char path[4096];                                                                           \
        int rc;                                                                                    \
                                                                                                   \
        if (!IS_OURS(fd, ""))                                                                      \
            return REAL(name)(fd, size);                                                           \
        enter();                                                                                   \
        rc = REAL(name)(fd, size);                                                                 \
        if (rc == 0)                                                                               \
            note((struct record){'T', ino_of(fd), (int64_t)size, 0, 0, 0}, NULL, NULL);            \
        leave();                                                                                   \
        return rc;                                                                                 \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                                                 \
    int name(int fd)                                                                               \
    {                                                                                              \
        char path[4096];                                                                           \
        int rc;                                                                                    \
                                                                                                   \
        if (!IS_OURS(fd, "") && strlen(path) + 1 != root_n)                                        \
            return REAL(name)(fd);                                                                 \
        enter();                                                                                   \
        rc = REAL(name)(fd);                                                                       \
        if (rc == 0)                                                                               \
            note((struct record){'S', ino_of(fd), 0, 0, 0, 0}, NULL, NULL);                        \
        leave();                                                                                   \
        return rc;                                                                                 \
    }
SYNC(fsync)
SYNC(fdatasync)

/* --- names ------------------------------------------------------------------------------------ */

static int
open_ours(const char *path, int flags, mode_t mode)
{
    const char *name;
    struct stat st;
    int64_t dir;
    int fresh, fd;

    enter();
    fresh = (flags & O_CREAT) && lstat(path, &st) < 0;
    fd = REAL(open)(path, flags, mode);
    dir = parent_of(path, &name);
    if (fd >= 0 && fresh)
        note((struct record){'C', dir, ino_of(fd), 0, (int64_t)strlen(name), 0}, name, NULL);
    else if (fd >= 0 && (flags & O_TRUNC))
        note((struct record){'T', ino_of(fd), 0, 0, 0, 0}, NULL, NULL);
    leave();
    return fd;
}

static mode_t
mode_in(int flags, va_list ap)
{
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(ap, int) : 0;
}

#define OPEN(name, head, call, dir)                                                                \
    int name head                                                                                  \
    {                                                                                              \
        char path[4096];                                                                           \
        va_list ap;                                                                                \
        mode_t mode;                                                                               \
                                                                                                   \
        va_start(ap, flags);                                                                       \
        mode = mode_in(flags, ap);                                                                 \
        va_end(ap);                                                                                \
        if (flags & (O_CREAT | O_TRUNC) && (flags & O_TMPFILE) != O_TMPFILE && IS_OURS(dir, file)) \
            return open_ours(path, flags, mode);                                                   \
        return REAL(name) call;                                                                    \
    }
OPEN(open, (const char *file, int flags, ...), (file, flags, mode), AT_FDCWD)
OPEN(open64, (const char *file, int flags, ...), (file, flags, mode), AT_FDCWD)
OPEN(openat, (int at, const char *file, int flags, ...), (at, file, flags, mode), at)
OPEN(openat64, (int at, const char *file, int flags, ...), (at, file, flags, mode), at)

static int
note_rename(int from_dir, const char *from, int to_dir, const char *to)
{
    char path[4096], path2[4096];
    const char *name, *name2;
    int64_t dir, dir2;
    int rc;

    enter();
    rc = REAL(renameat)(from_dir, from, to_dir, to);
    if (rc == 0 && path_of(from_dir, from, path) && path_of(to_dir, to, path2)) {
        dir = parent_of(path, &name);
        dir2 = parent_of(path2, &name2);
        note((struct record){'R', dir, dir2, 0, (int64_t)strlen(name), (int64_t)strlen(name2)},
             name, name2);
    }
    leave();
    return rc;
}

int
renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    char path[4096];

    if (!IS_OURS(to_dir, to))
        return REAL(renameat)(from_dir, from, to_dir, to);
    return note_rename(from_dir, from, to_dir, to);
}

int
rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int
unlinkat(int dir, const char *file, int flags)
{
    char path[4096];
    const char *name;
    int64_t in;
    int rc;

    if (!IS_OURS(dir, file))
        return REAL(unlinkat)(dir, file, flags);
    enter();
    rc = REAL(unlinkat)(dir, file, flags);
    in = parent_of(path, &name);
    if (rc == 0)
        note((struct record){'U', in, 0, 0, (int64_t)strlen(name), 0}, name, NULL);
    leave();
    return rc;
}

int
unlink(const char *file)
{
    return unlinkat(AT_FDCWD, file, 0);
}

int
mkdirat(int dir, const char *file, mode_t mode)
{
    char path[4096];
    const char *name;
    struct stat st;
    int64_t in;
    int rc;

    if (!IS_OURS(dir, file))
        return REAL(mkdirat)(dir, file, mode);
    enter();
    rc = REAL(mkdirat)(dir, file, mode);
    in = parent_of(path, &name);
    if (rc == 0 && stat(path, &st) == 0)
        note((struct record){'M', in, (int64_t)st.st_ino, 0, (int64_t)strlen(name), 0}, name, NULL);
    leave();
    return rc;
}

int
mkdir(const char *file, mode_t mode)
{
    return mkdirat(AT_FDCWD, file, mode);
}
