#include "http/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/now.h"

enum { TEMP_BYTES = 16, TEMP_NAME = sizeof "tmp/" + 2 * TEMP_BYTES, LEFT_SECONDS = 3600 };

struct store {
    int root;                   /* folder's descriptor: paths never leave it */
};

struct store_put {
    struct store *store;
    int fd;
    bool broken;
    int64_t size;
    crypto_hash_sha256_state hash;
    char temp[TEMP_NAME];
};

/* A name of its own among all servers that share the store: process numbers meet. */
static void
temp_name(char out[TEMP_NAME])
{
    uint8_t raw[TEMP_BYTES];
    char hex[2 * TEMP_BYTES + 1];

    randombytes_buf(raw, sizeof raw);
    snprintf(out, TEMP_NAME, "tmp/%s", sodium_bin2hex(hex, sizeof hex, raw, sizeof raw));
}

/* What a crash left half written.  What is younger another server may be writing. */
static void
sweep_temp(int root)
{
    int fd = openat(root, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    int64_t before = now_seconds() - LEFT_SECONDS;
    struct stat st;

    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.' && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            st.st_mtime < before)
            unlinkat(fd, e->d_name, 0);
    if (d)
        closedir(d);
}

struct store *
store_open(struct ctx *c, const char *root)
{
    struct store *s = mem_get(sizeof *s);

    if (mkdir(root, 0700) < 0 && errno != EEXIST)
        goto fail;
    if ((s->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        goto fail;
    if (mkdirat(s->root, "tmp", 0700) < 0 && errno != EEXIST) {
        close(s->root);
        goto fail;
    }
    sweep_temp(s->root);
    return s;
fail:
    fail(c, E_SYS, N_("Không mở được kho tệp"), "store %s: %s", root, strerror(errno));
    mem_free(s);
    return NULL;
}

struct store *
store_look(struct ctx *c, const char *root)
{
    struct store *s = mem_get(sizeof *s);

    if ((s->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0)
        return s;
    fail(c, E_SYS, N_("Không mở được kho tệp"), "store %s: %s", root, strerror(errno));
    mem_free(s);
    return NULL;
}

void
store_close(struct store *s)
{
    if (!s)
        return;
    close(s->root);
    mem_free(s);
}

struct store_put *
store_begin(struct store *s)
{
    struct store_put *p = mem_get(sizeof *p);

    p->store = s;
    temp_name(p->temp);
    p->fd = openat(s->root, p->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (p->fd < 0) {
        mem_free(p);
        return NULL;
    }
    crypto_hash_sha256_init(&p->hash);
    return p;
}

bool
store_write(struct store_put *p, const void *bytes, size_t n)
{
    const char *s = bytes;

    crypto_hash_sha256_update(&p->hash, bytes, n);
    p->size += (int64_t)n;
    while (n > 0 && !p->broken) {
        ssize_t k = write(p->fd, s, n);

        if (k < 0 && errno != EINTR)
            p->broken = true;
        if (k > 0)
            s += k, n -= (size_t)k;
    }
    return !p->broken;
}

int64_t
store_size(const struct store_put *p)
{
    return p->size;
}

/* "abcdef..." -> "ab/cdef..." */
static bool
place(const char *name, char out[STORE_NAME + 1])
{
    if (strlen(name) != STORE_NAME - 1 || name[strspn(name, "0123456789abcdef")] != '\0')
        return false;
    snprintf(out, STORE_NAME + 1, "%.2s/%s", name, name + 2);
    return true;
}

static bool
sync_folder(int root, const char *folder)
{
    int fd = openat(root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

static bool
keep(struct store_put *p, const char *name)
{
    char to[STORE_NAME + 1], folder[3];
    int root = p->store->root;

    if (p->broken || fsync(p->fd) < 0 || !place(name, to))
        return false;
    snprintf(folder, sizeof folder, "%.2s", name);
    if (mkdirat(root, folder, 0700) == 0) {
        if (fsync(root) < 0)
            return false;
    } else if (errno != EEXIST) {
        return false;
    }
    return renameat(root, p->temp, root, to) == 0 && sync_folder(root, folder);
}

bool
store_keep(struct store_put *p, char name[STORE_NAME])
{
    uint8_t sum[crypto_hash_sha256_BYTES];
    bool ok;

    crypto_hash_sha256_final(&p->hash, sum);
    sodium_bin2hex(name, STORE_NAME, sum, sizeof sum);
    ok = keep(p, name);
    store_drop(p);              /* after a rename there is nothing left of it but the descriptor */
    return ok;
}

void
store_drop(struct store_put *p)
{
    if (!p)
        return;
    close(p->fd);
    unlinkat(p->store->root, p->temp, 0);
    mem_free(p);
}

bool
store_probe(struct store *s)
{
    static const char page[4096];
    struct store_put *p = store_begin(s);
    bool ok = p && store_write(p, page, sizeof page);

    store_drop(p);
    return ok;
}

int
store_read(struct store *s, const char *name, int64_t *size)
{
    char path[STORE_NAME + 1];
    struct stat st;
    int fd;

    if (!place(name, path))
        return -1;
    fd = openat(s->root, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return -1;
    }
    *size = st.st_size;
    return fd;
}

bool
store_has(struct store *s, const char *name)
{
    char path[STORE_NAME + 1];

    return place(name, path) && faccessat(s->root, path, R_OK, 0) == 0;
}

/* Out of the way first: who hands it in again meanwhile puts a new file in its place. */
bool
store_remove_old(struct store *s, const char *name, int64_t before)
{
    char path[STORE_NAME + 1], aside[TEMP_NAME];
    struct stat st;

    if (!place(name, path) || fstatat(s->root, path, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
        st.st_mtime >= before)
        return false;
    temp_name(aside);
    if (renameat(s->root, path, s->root, aside) < 0)
        return false;
    if (fstatat(s->root, aside, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime >= before)
        return renameat(s->root, aside, s->root, path) < 0; /* it was new: false, it stays */
    return unlinkat(s->root, aside, 0) == 0;
}

int64_t
store_length(struct store *s, const char *name)
{
    char path[STORE_NAME + 1];
    struct stat st;

    if (!place(name, path) || fstatat(s->root, path, &st, 0) < 0)
        return -1;
    return (int64_t)st.st_size;
}

void
store_each(struct store *s, int first_byte,
           void (*each)(void *user, const struct store_entry *e), void *user)
{
    char folder[3];
    int fd;
    DIR *d;

    snprintf(folder, sizeof folder, "%02x", (unsigned)first_byte & 0xff);
    fd = openat(s->root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    d = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *f; d && (f = readdir(d));) {
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
    if (d)
        closedir(d);
}
