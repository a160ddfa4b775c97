#include "move/files.h"

#include "base/hash.h"
#include "move/move.h"
#include "site/sharing.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SORRY MOVE_SORRY

enum { CHUNK = 256 << 10, REST = STORE_NAME - 3, NAMES_ARENA = 512 << 20 };

/* --- one file ------------------------------------------------------------------------------ */

static int
write_all(int fd, const uint8_t *p, size_t n)
{
    while (n) {
        ssize_t k = write(fd, p, n);

        if (k < 0 && errno != EINTR)
            return -errno;
        if (k > 0)
            p += k, n -= (size_t)k;
    }
    return 0;
}

int
files_pipe(int in, int out, struct progress *p, struct file_sum *sum)
{
    static _Thread_local uint8_t buf[CHUNK];
    struct hash_run h;
    uint8_t hash[SHA256_SIZE];
    ssize_t n;

    hash_begin(&h);
    for (sum->size = 0; (n = read(in, buf, sizeof buf)) != 0; sum->size += n) {
        if (n < 0 && errno == EINTR) {
            n = 0;
            continue;
        }
        if (n < 0)
            return -errno;
        hash_add(&h, buf, (size_t)n);
        if (out >= 0 && write_all(out, buf, (size_t)n) < 0)
            return -errno;
        if (p)
            progress_add(p, n);
    }
    hash_end(&h, hash);
    sodium_bin2hex(sum->hash, sizeof sum->hash, hash, sizeof hash);
    return 0;
}

int
files_sum(const char *path, struct progress *p, struct file_sum *sum)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

    if (fd < 0)
        return -errno;
    rc = files_pipe(fd, -1, p, sum);
    close(fd);
    return rc;
}

int
files_copy(const char *from, const char *to, struct progress *p, struct file_sum *sum)
{
    int in = open(from, O_RDONLY | O_CLOEXEC), out, rc;

    if (in < 0)
        return -errno;
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    rc = out < 0 ? -errno : files_pipe(in, out, p, sum);
    if (out >= 0) {
        if (rc == 0 && fsync(out) < 0)
            rc = -errno;
        close(out);
    }
    close(in);
    return rc;
}

/* --- folders ------------------------------------------------------------------------------- */

int
files_mkdir(const char *path)
{
    return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

int
files_is_empty(const char *path)
{
    DIR *d = opendir(path);
    int empty = 1;

    if (!d)
        return errno == ENOENT ? 1 : -errno;
    for (struct dirent *e; empty && (e = readdir(d));)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(d);
    return empty;
}

bool
files_are_ours(const char *folder)
{
    struct stat st;

    if (lstat(folder, &st) < 0)
        return errno == ENOENT;
    return S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

int
files_sync_all(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

    if (fd < 0)
        return -errno;
    rc = syncfs(fd) < 0 ? -errno : 0;
    close(fd);
    return rc;
}

/* --- a store ------------------------------------------------------------------------------- */

typedef VEC(const char *) name_list;

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in one of the 256 folders, in order; an absent folder has none.  The folder or -errno.
 */
static int
read_folder(struct arena *a, int root, const char *ab, name_list *out)
{
    int fd = openat(root, ab, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd < 0 ? NULL : fdopendir(dup(fd));

    *out = (name_list){0};
    if (!d)
        return -errno;
    for (struct dirent *e; (e = readdir(d));)
        if (strlen(e->d_name) == REST && strspn(e->d_name, "0123456789abcdef") == REST)
            *vec_push(a, out) = arena_str(a, e->d_name);
    closedir(d);
    qsort(out->p, out->n, sizeof *out->p, by_name);
    return fd;
}

/* A bucket is not brought over: its server copies it better. */
static int
objects_stay(struct ctx *c, const char *root)
{
    return fail(c, E_SYS, SORRY,
                "the store %s is objects, and this copies folders: copy the bucket with the tools "
                "of its server, then name it in the new configuration",
                root);
}

/* Calls `each` for every folder with its names; a store that is not there is empty. */
static int
walk(struct ctx *c, const char *root,
     int (*each)(struct ctx *c, int folder, const char *ab, const name_list *names, void *user),
     void *user)
{
    struct arena *a = arena_open(NAMES_ARENA);
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = OK;

    if (store_is_remote(root))
        rc = objects_stay(c, root);
    else if (fd < 0 && errno != ENOENT)
        rc = fail(c, E_SYS, SORRY, "cannot read the store %s: %s", root, strerror(errno));
    for (int i = 0; fd >= 0 && rc == OK && i < 256; i++) {
        char ab[3];
        name_list names;
        int folder;

        snprintf(ab, sizeof ab, "%02x", (unsigned)i);
        folder = read_folder(a, fd, ab, &names);
        if (folder >= 0) {
            rc = names.n == 0 ? OK : each(c, folder, ab, &names, user);
            close(folder);
        } else if (folder != -ENOENT) {
            rc = fail(c, E_SYS, SORRY, "cannot read %s/%s: %s", root, ab, strerror(-folder));
        }
        arena_reset(a);
    }
    if (fd >= 0)
        close(fd);
    arena_close(a);
    return rc;
}

static int
size_folder(struct ctx *c, int folder, const char *ab, const name_list *names, void *user)
{
    int64_t *sums = user;
    struct stat st;

    (void)c;
    (void)ab;
    for (size_t i = 0; i < names->n; i++)
        if (fstatat(folder, names->p[i], &st, AT_SYMLINK_NOFOLLOW) == 0) {
            sums[0]++;
            sums[1] += st.st_size;
        }
    return OK;
}

int
store_size_of(struct ctx *c, const char *root, int64_t *files, int64_t *bytes)
{
    int64_t sums[2] = {0, 0};
    int rc = walk(c, root, size_folder, sums);

    *files = sums[0];
    *bytes = sums[1];
    return rc;
}

/* The three places of one folder "ab"; since < 0: none. */
struct place { int from, to, since; const char *ab; };

static bool
right(const char *ab, const char *name, const struct file_sum *sum)
{
    return memcmp(sum->hash, ab, 2) == 0 && strcmp(sum->hash + 2, name) == 0;
}

/* An earlier run, or the backup named, has it: the content is read again, its name says what it
 * must be. */
static bool
there_already(const struct place *p, const char *name, struct file_sum *sum)
{
    int fd = openat(p->to, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok = fd >= 0 && files_pipe(fd, -1, NULL, sum) == 0 && right(p->ab, name, sum);

    if (fd >= 0)
        close(fd);
    if (fd >= 0 && !ok)
        unlinkat(p->to, name, 0);
    return ok;
}

static bool
linked(const struct place *p, const char *name, struct file_sum *sum)
{
    struct stat old, now;

    if (p->since < 0 || fstatat(p->since, name, &old, AT_SYMLINK_NOFOLLOW) < 0 ||
        fstatat(p->from, name, &now, AT_SYMLINK_NOFOLLOW) < 0 || old.st_size != now.st_size ||
        !S_ISREG(old.st_mode) || linkat(p->since, name, p->to, name, 0) < 0)
        return false;
    sum->size = old.st_size;
    return true;
}

/* 1 copied, 0 damaged, < 0 -errno (-ENOENT: it went away since the folder was read). */
static int
copied(const struct place *p, const char *name, struct progress *progress, struct file_sum *sum)
{
    int in = openat(p->from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out, rc;

    if (in < 0)
        return -errno;
    unlinkat(p->to, "new", 0);
    out = openat(p->to, "new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    rc = out < 0 ? -errno : files_pipe(in, out, progress, sum);
    if (out >= 0)
        close(out);
    close(in);
    if (rc == 0 && right(p->ab, name, sum))
        rc = renameat(p->to, "new", p->to, name) < 0 ? -errno : 1;
    if (rc <= 0)
        unlinkat(p->to, "new", 0);
    return rc;
}

static int
copy_one(struct ctx *c, struct store_copy *s, const struct place *p, const char *name)
{
    struct file_sum sum;
    int rc = 1;

    if (linked(p, name, &sum))
        s->linked++;
    else if (!there_already(p, name, &sum))
        rc = copied(p, name, s->progress, &sum);
    if (rc == -ENOENT)
        return OK; /* retention took it */
    if (rc < 0)
        return fail(c, E_SYS, SORRY, "%s/%s%s: %s", s->from, p->ab, name, strerror(-rc));
    if (rc == 0) {
        if (s->damaged < FINDINGS_MOST)
            s->names[s->damaged] = arena_fmt(c->a, "%s%s", p->ab, name);
        s->damaged++;
        return OK;
    }
    s->files++;
    s->bytes += sum.size;
    if (s->list && fprintf(s->list, "%s%s %lld\n", p->ab, name, (long long)sum.size) < 0)
        return fail(c, E_SYS, SORRY, "cannot write the list: %s", strerror(errno));
    return OK;
}

static int
open_folder(const char *root, const char *ab)
{
    int r = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

    if (r < 0)
        return -1;
    fd = openat(r, ab, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    close(r);
    return fd;
}

static int
copy_folder(struct ctx *c, int folder, const char *ab, const name_list *names, void *user)
{
    struct store_copy *s = user;
    char *path = arena_fmt(c->a, "%s/%s", s->to, ab);
    int rc = files_mkdir(path);
    struct place p = {.from = folder, .to = open_folder(s->to, ab), .since = -1, .ab = ab};

    if (rc < 0 || p.to < 0)
        return fail(c, E_SYS, SORRY, "cannot make %s: %s", path, strerror(rc < 0 ? -rc : errno));
    if (s->since)
        p.since = open_folder(s->since, ab);
    rc = OK;
    for (size_t i = 0; rc == OK && i < names->n; i++)
        rc = copy_one(c, s, &p, names->p[i]);
    close(p.to);
    if (p.since >= 0)
        close(p.since);
    return rc;
}

int
store_copy(struct ctx *c, struct store_copy *s)
{
    int rc = store_is_remote(s->to) ? objects_stay(c, s->to) : OK;

    if (rc < 0)
        return rc;
    if ((rc = files_mkdir(s->to)) < 0)
        return fail(c, E_SYS, SORRY, "cannot make %s: %s", s->to, strerror(-rc));
    rc = walk(c, s->from, copy_folder, s);
    return rc == OK ? sharing_marker_copy(c, &(struct store_place){.root = s->from},
                                          &(struct store_place){.root = s->to})
                    : rc;
}
