/*
 * Contents in a folder: <root>/ab/cdef...  A content is written to <root>/tmp, synced, renamed to
 * its place, and the folder of its place is synced: only then does it count.  The 256 folders are
 * there, and synced, before the first content comes: a folder that one request makes and another
 * relies on would be a content that a power cut takes back.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "http/store_driver.h"

/* "ab/cdef..." of a name that store.c has checked. */
static const char *
place(const char *name, char out[STORE_NAME + 1])
{
    bool ok = store_place_of(name, out);

    return ok ? out : "-";
}

static bool
make_folders(int root)
{
    char ab[3];

    for (unsigned i = 0; i < 256; i++) {
        snprintf(ab, sizeof ab, "%02x", i);
        if (mkdirat(root, ab, 0700) < 0 && errno != EEXIST)
            return false;
    }
    return fsync(root) == 0;
}

/* In its place, whatever stood there before: the same content, perhaps damaged. */
static bool
move_in(struct store *s, const char *temp, const char *to)
{
    if (renameat(s->spool, temp, s->root, to) == 0)
        return true;
    return errno == ENOENT && make_folders(s->root) &&  /* somebody tidied an empty folder away */
           renameat(s->spool, temp, s->root, to) == 0;
}

static bool
dir_keep(struct store *s, int fd, const char *temp, const char *name, int64_t size)
{
    char to[STORE_NAME + 1], folder[3];

    (void)size;
    snprintf(folder, sizeof folder, "%.2s", name);
    return fsync(fd) == 0 && move_in(s, temp, place(name, to)) &&
           store_sync_folder(s->root, folder);
}

static int
dir_read(struct store *s, const char *name, int64_t *size)
{
    char path[STORE_NAME + 1];
    struct stat st;
    int fd = openat(s->root, place(name, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return errno == ENOENT || errno == ELOOP ? STORE_ABSENT : STORE_AWAY;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return STORE_ABSENT;
    }
    *size = st.st_size;
    return fd;
}

/* Out of the way first: who hands it in again meanwhile puts a new file in its place. */
static bool
dir_remove_old(struct store *s, const char *name, int64_t before)
{
    char path[STORE_NAME + 1], aside[TEMP_NAME];
    struct stat st;

    if (fstatat(s->root, place(name, path), &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_mtime >= before)
        return false;
    store_temp_name(aside);
    if (renameat(s->root, path, s->root, aside) < 0)
        return false;
    if (fstatat(s->root, aside, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime >= before)
        return renameat(s->root, aside, s->root, path) < 0; /* it was new: false, it stays */
    return unlinkat(s->root, aside, 0) == 0;
}

static int64_t
dir_length(struct store *s, const char *name)
{
    char path[STORE_NAME + 1];
    struct stat st;

    if (fstatat(s->root, place(name, path), &st, 0) == 0)
        return (int64_t)st.st_size;
    return errno == ENOENT ? STORE_ABSENT : STORE_AWAY;
}

static bool
dir_each(struct store *s, int first_byte, store_visit *each, void *user)
{
    char folder[3];
    int fd;
    DIR *d;

    snprintf(folder, sizeof folder, "%02x", (unsigned)first_byte);
    fd = openat(s->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!(d = fd < 0 ? NULL : fdopendir(fd)))
        return errno == ENOENT;
    for (struct dirent *f; (f = readdir(d));) {
        struct store_entry e;
        struct stat st;

        if (f->d_name[0] == '.' || strlen(f->d_name) != STORE_NAME - 3 ||
            fstatat(fd, f->d_name, &st, 0) < 0)
            continue;
        snprintf(e.name, sizeof e.name, "%s%.62s", folder, f->d_name);
        e.size = (int64_t)st.st_size;
        e.changed_at = (int64_t)st.st_mtime;
        each(user, &e);
    }
    closedir(d);
    return true;
}

static enum store_state
dir_verify(struct store *s, const char *name)
{
    char is[STORE_NAME];
    int64_t size;
    int fd = dir_read(s, name, &size);
    bool ok;

    if (fd < 0)
        return fd == STORE_ABSENT ? STORE_MISSING : STORE_UNREAD;
    ok = store_hash_fd(fd, is, &size);
    close(fd);
    return !ok ? STORE_UNREAD : strcmp(is, name) == 0 ? STORE_SOUND : STORE_DAMAGED;
}

/* --- whose it is ------------------------------------------------------------------------------ */

static int
dir_marker(struct store *s, char text[MARKER_MAX])
{
    int fd = openat(s->root, STORE_MARKER, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd < 0 ? -1 : read(fd, text, MARKER_MAX - 1);

    if (fd >= 0)
        close(fd);
    else if (errno == ENOENT)
        return STORE_ABSENT;
    text[n < 0 ? 0 : n] = '\0';
    return n < 0 ? STORE_AWAY : 0;
}

static bool
dir_marker_set(struct store *s, const char *text)
{
    size_t n = strlen(text);
    char temp[TEMP_NAME];
    bool ok;
    int fd;

    if (s->spool < 0)
        return false;
    store_temp_name(temp);
    fd = openat(s->spool, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    ok = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0 &&
         renameat(s->spool, temp, s->root, STORE_MARKER) == 0 && fsync(s->root) == 0;
    close(fd);
    return ok;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void
dir_close(struct store *s)
{
    (void)s;                    /* store.c closes the descriptors */
}

static const struct store_driver DIRECTORY = {
    .keep = dir_keep, .read = dir_read, .length = dir_length, .remove_old = dir_remove_old,
    .each = dir_each, .verify = dir_verify, .marker = dir_marker, .marker_set = dir_marker_set,
    .close = dir_close,
};

static bool
usable(struct store *s, const char *root, bool look)
{
    bool made = !look && mkdir(root, 0700) == 0;

    if (!look && !made && errno != EEXIST)
        return false;
    if ((s->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || look)
        return s->root >= 0;
    s->spool = s->root;
    if (mkdirat(s->root, "tmp", 0700) < 0 && errno != EEXIST)
        return false;
    return make_folders(s->root) && (!made || store_sync_folder(s->root, ".."));
}

bool
store_dir_open(struct ctx *c, struct store *s, const char *root, bool look)
{
    s->driver = &DIRECTORY;
    if (usable(s, root, look))
        return true;
    fail(c, E_SYS, N_("Không mở được kho tệp"), "store %s: %s", root, strerror(errno));
    return false;
}
