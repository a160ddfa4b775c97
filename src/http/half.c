#include "http/half.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/err.h"
#include "http/store_driver.h"
#include "http/upload.h"

enum { NOTE_MAX = 200, FOLDER = 40 };
static const int64_t ROOM = 64 << 20;   /* bytes of the disk that no new half file takes */

struct half {
    struct ctx *c;
    struct store *s;
    const struct arrival *x;
    char folder[FOLDER], path[TEMP_NAME], note[TEMP_NAME + sizeof ".is"];
    int fd;
    int64_t at;
};

static void
half_init(struct half *h, struct ctx *c, struct store *s, const struct arrival *x)
{
    *h = (struct half){.c = c, .s = s, .x = x, .fd = -1};
    snprintf(h->folder, sizeof h->folder, "half/%" PRId64, x->account);
    snprintf(h->path, sizeof h->path, "%s/%.32s", h->folder, x->id);
    snprintf(h->note, sizeof h->note, "%s.is", h->path);
}

static int
away(struct ctx *c)
{
    return fail(c, E_DOWN, N_("Không lưu được tệp, xin thử lại"),
                "store: a part of a file cannot be written: look at room and owner of its folder");
}

/* --- what it became: a note of what is in the store, beside where it was ---------------------- */

static bool
note_read(const struct half *h, struct upload *u)
{
    int fd = openat(h->s->spool, h->note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char text[NOTE_MAX] = "", sha[STORE_NAME], mime[100];
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

    if (fd >= 0)
        close(fd);
    if (n <= 0 || sscanf(text, "%64[0-9a-f] %99s", sha, mime) != 2 || !store_has(h->s, sha))
        return false;
    *u = (struct upload){.name = upload_named(h->c->a, h->x->name, mime), .size = h->x->size,
                         .mime = arena_str(h->c->a, mime), .sha256 = arena_str(h->c->a, sha)};
    return true;
}

/* On the disk before the half becomes the content: whoever did not hear the last answer asks and is
 * told.  While the content is not there the note says nothing. */
static bool
note_write(const struct half *h, const struct upload *u)
{
    int fd = openat(h->s->spool, h->note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && dprintf(fd, "%s %s\n", u->sha256, u->mime) > 0 && fdatasync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok && store_sync_folder(h->s->spool, h->folder);
}

/* --- the file --------------------------------------------------------------------------------- */

static bool
folder_made(struct half *h)
{
    int root = h->s->spool;

    if (mkdirat(root, h->folder, 0700) == 0)
        return store_sync_folder(root, "half");
    if (errno == EEXIST)
        return true;
    if (errno != ENOENT || (mkdirat(root, "half", 0700) < 0 && errno != EEXIST) ||
        fsync(root) < 0)
        return false;
    return (mkdirat(root, h->folder, 0700) == 0 || errno == EEXIST) &&
           store_sync_folder(root, "half");
}

static int
count_files(const struct half *h)
{
    int fd = openat(h->s->spool, h->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0;
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.' && !strchr(e->d_name, '.');
    if (d)
        closedir(d);
    return n;
}

static bool
roomy(const struct half *h)
{
    struct statvfs v;

    return fstatvfs(h->s->spool, &v) < 0 ||
           (int64_t)(v.f_bavail * v.f_frsize) >= ROOM + 2 * h->x->size;
}

static int
make_file(struct half *h)
{
    if (!folder_made(h) || !roomy(h))
        return away(h->c);
    if (count_files(h) >= HALF_MOST)
        return fail(h->c, E_LIMIT,
                    N_("Bạn đang có quá nhiều tệp tải lên dở dang; hãy tải xong hoặc bỏ bớt trước"),
                    "half files");
    h->fd = openat(h->s->spool, h->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (h->fd < 0 || !store_sync_folder(h->s->spool, h->folder))
        return away(h->c);
    return OK;
}

/* Still the one at its place, not one that became a content while we waited for it. */
static bool
in_place(const struct half *h, const struct stat *st)
{
    struct stat now;

    return fstatat(h->s->spool, h->path, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           now.st_ino == st->st_ino && now.st_dev == st->st_dev;
}

/* Open and ours alone.  One that is not there is made for the first part. */
static int
open_file(struct half *h, int64_t from)
{
    struct stat st;
    int rc = OK;

    h->fd = openat(h->s->spool, h->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (h->fd < 0 && errno != ENOENT)
        return away(h->c);
    if (h->fd < 0 && from > 0)
        return OK;
    if (h->fd < 0 && (rc = make_file(h)) < 0)
        return rc;
    if (flock(h->fd, LOCK_EX | LOCK_NB) < 0 || fstat(h->fd, &st) < 0 || !in_place(h, &st))
        return fail(h->c, E_CONFLICT, N_("Một phần khác của tệp này đang được ghi, xin thử lại"),
                    "half file");
    h->at = st.st_size;
    return OK;
}

/* All of it, or the file is as long as before. */
static int
write_part(struct half *h, const char *p, size_t n)
{
    off_t at = (off_t)h->at;

    while (n > 0) {
        ssize_t k = pwrite(h->fd, p, n, at);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            break;
        p += k, n -= (size_t)k, at += k;
    }
    if (n == 0 && fdatasync(h->fd) == 0) {
        h->at = at;
        return OK;
    }
    if (ftruncate(h->fd, (off_t)h->at) < 0)     /* nobody knows what is in it: begun anew */
        unlinkat(h->s->spool, h->path, 0);
    return away(h->c);
}

/* --- its kind, and its end -------------------------------------------------------------------- */

/* By what is in its first bytes; a kind that is not taken is said as soon as they are here. */
static int
judge(struct half *h, const char **mime)
{
    char first[UPLOAD_PEEK];
    ssize_t n = pread(h->fd, first, sizeof first, 0);
    const char *fault = n < 0 ? NULL : upload_kind(first, (size_t)n, mime);

    if (n < 0)
        return away(h->c);
    if (!fault)
        return OK;
    unlinkat(h->s->spool, h->path, 0);
    return fail_labelled(h->c, "tep", h->x->name, fault);
}

/* Fails and leaves it as it is: the last part may be sent again, empty. */
static int
keep(struct half *h, const char *mime, struct upload *u)
{
    struct store_put *p = store_adopt(h->s, h->fd, h->path);
    char name[STORE_NAME];

    h->fd = -1;
    *u = (struct upload){.name = upload_named(h->c->a, h->x->name, mime), .size = h->x->size,
                         .mime = mime, .sha256 = name};
    if (!store_will_be(p, name) || !note_write(h, u)) {
        store_drop(p);
        return away(h->c);
    }
    u->sha256 = arena_str(h->c->a, name);
    return store_keep(p, name) ? OK : away(h->c);
}

static int
add(struct half *h, int64_t from, const void *bytes, size_t n, struct upload *u, bool *whole)
{
    bool judged = h->at >= UPLOAD_PEEK;
    const char *mime = NULL;
    int rc;

    if (h->fd < 0 || from != h->at)
        return OK;
    if (h->at + (int64_t)n > h->x->size)
        return fail_field(h->c, "offset", N_("Tệp dài hơn lúc bắt đầu tải, hãy chọn lại tệp"));
    if ((rc = write_part(h, bytes, n)) < 0)
        return rc;
    *whole = h->at == h->x->size;
    if ((*whole || (!judged && h->at >= UPLOAD_PEEK)) && (rc = judge(h, &mime)) < 0)
        return rc;
    return *whole ? keep(h, mime, u) : OK;
}

int
half_add(struct ctx *c, struct store *s, const struct arrival *x, int64_t from, const void *bytes,
         size_t n, int64_t *at, struct upload *u, bool *whole)
{
    struct half h;
    int rc;

    half_init(&h, c, s, x);
    *whole = note_read(&h, u);
    *at = x->size;
    if (*whole)
        return OK;
    if ((rc = open_file(&h, from)) == OK)
        rc = add(&h, from, bytes, n, u, whole);
    *at = h.at;
    if (h.fd >= 0)
        close(h.fd);
    return rc;
}

int
half_state(struct ctx *c, struct store *s, const struct arrival *x, int64_t *at, struct upload *u,
           bool *whole)
{
    struct half h;
    struct stat st;

    half_init(&h, c, s, x);
    *whole = note_read(&h, u);
    *at = *whole ? x->size : 0;
    if (!*whole && fstatat(s->spool, h.path, &st, AT_SYMLINK_NOFOLLOW) == 0)
        *at = st.st_size;
    return OK;
}

void
half_drop(struct store *s, const struct arrival *x)
{
    struct half h;

    half_init(&h, NULL, s, x);
    unlinkat(s->spool, h.path, 0);
    unlinkat(s->spool, h.note, 0);
}

/* --- what nobody went on with ----------------------------------------------------------------- */

static int64_t
sweep_folder(int half, const char *account, int64_t before)
{
    int fd = openat(half, account, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    struct stat st;
    int64_t n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.' && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && st.st_mtime < before && unlinkat(fd, e->d_name, 0) == 0)
            n++;
    if (d)
        closedir(d);
    unlinkat(half, account, AT_REMOVEDIR);      /* where it is empty */
    return n;
}

int64_t
half_sweep(struct store *s, int64_t before)
{
    int fd = openat(s->spool, "half", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    int64_t n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.')
            n += sweep_folder(fd, e->d_name, before);
    if (d)
        closedir(d);
    return n;
}
