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
#include "base/hash.h"
#include "base/now.h"
#include "http/store_driver.h"

enum { LEFT_SECONDS = 3600, READ_CHUNK = 128 << 10, START_BYTES = 1 << 20 };

struct store_put {
    struct store *store;
    int fd;
    bool broken, stays;         /* stays: what cannot be kept is not removed */
    bool nameless;              /* it is never kept */
    int64_t size, started;      /* bytes that were written; that the disk was told to begin with */
    struct hash_run hash;
    char temp[TEMP_NAME];
};

/* --- names ------------------------------------------------------------------------------------ */

/* A name of its own among all servers that share the store: process numbers meet. */
void
store_temp_name(char out[TEMP_NAME])
{
    uint8_t raw[TEMP_BYTES];
    char hex[2 * TEMP_BYTES + 1];

    randombytes_buf(raw, sizeof raw);
    snprintf(out, TEMP_NAME, "tmp/%s", sodium_bin2hex(hex, sizeof hex, raw, sizeof raw));
}

bool
store_name_valid(const char *name)
{
    return strlen(name) == STORE_NAME - 1 && name[strspn(name, "0123456789abcdef")] == '\0';
}

bool
store_place_of(const char *name, char out[STORE_NAME + 1])
{
    if (!store_name_valid(name))
        return false;
    snprintf(out, STORE_NAME + 1, "%.2s/%s", name, name + 2);
    return true;
}

bool
store_is_remote(const char *root)
{
    return strncmp(root, "s3://", 5) == 0;
}

/* --- opening and closing ---------------------------------------------------------------------- */

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

static struct store *
open_store(struct ctx *c, const struct store_place *p, bool look)
{
    struct store *s = mem_get(sizeof *s);

    s->spool = s->root = -1;
    if (!(store_is_remote(p->root) ? store_s3_open(c, s, p, look)
                                   : store_dir_open(c, s, p->root, look))) {
        store_close(s);
        return NULL;
    }
    if (!look)
        sweep_temp(s->spool);
    return s;
}

struct store *
store_open_at(struct ctx *c, const struct store_place *p)
{
    return open_store(c, p, false);
}

struct store *
store_look_at(struct ctx *c, const struct store_place *p)
{
    return open_store(c, p, true);
}

struct store *
store_open(struct ctx *c, const char *root)
{
    return open_store(c, &(struct store_place){.root = root}, false);
}

struct store *
store_look(struct ctx *c, const char *root)
{
    return open_store(c, &(struct store_place){.root = root}, true);
}

void
store_close(struct store *s)
{
    if (!s)
        return;
    if (s->driver)
        s->driver->close(s);
    if (s->root >= 0 && s->root != s->spool)
        close(s->root);
    if (s->spool >= 0)
        close(s->spool);
    mem_free(s);
}

/* --- what arrives ----------------------------------------------------------------------------- */

static struct store_put *
put_make(struct store *s, int fd, const char *temp)
{
    struct store_put *p = mem_get(sizeof *p);

    p->store = s;
    p->fd = fd;
    snprintf(p->temp, sizeof p->temp, "%s", temp);
    hash_begin(&p->hash);
    return p;
}

struct store_put *
store_begin(struct store *s)
{
    char temp[TEMP_NAME];
    int fd;

    store_temp_name(temp);
    fd = openat(s->spool, temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd < 0 ? NULL : put_make(s, fd, temp);
}

struct store_put *
store_begin_nameless(struct store *s)
{
    struct store_put *p = store_begin(s);

    if (!p || unlinkat(s->spool, p->temp, 0) == 0) {
        if (p)
            p->nameless = true;
        return p;
    }
    store_drop(p);
    return NULL;
}

/* The disk works while the rest arrives: the sync at the end has little left to wait for. */
static void
start_disk(struct store_put *p)
{
    if (p->size - p->started < START_BYTES)
        return;
    sync_file_range(p->fd, p->started, p->size - p->started, SYNC_FILE_RANGE_WRITE);
    p->started = p->size;
}

bool
store_write(struct store_put *p, const void *bytes, size_t n)
{
    const char *s = bytes;

    hash_add(&p->hash, bytes, n);
    p->size += (int64_t)n;
    while (n > 0 && !p->broken) {
        ssize_t k = write(p->fd, s, n);

        if (k < 0 && errno != EINTR)
            p->broken = true;
        if (k > 0)
            s += k, n -= (size_t)k;
    }
    start_disk(p);
    return !p->broken;
}

/* Feeds what is in the file from its beginning; `p` counts it as written. */
static bool
read_in(struct store_put *p)
{
    static _Thread_local uint8_t chunk[READ_CHUNK];
    ssize_t n;

    for (off_t at = 0; (n = pread(p->fd, chunk, sizeof chunk, at)) != 0; at += n > 0 ? n : 0) {
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            hash_add(&p->hash, chunk, (size_t)n);
            p->size += n;
        }
    }
    return true;
}

struct store_put *
store_adopt(struct store *s, int fd, const char *temp)
{
    struct store_put *p = put_make(s, fd, temp);

    p->broken = p->broken || !read_in(p);
    p->stays = true;
    return p;
}

int64_t
store_size(const struct store_put *p)
{
    return p->size;
}

int
store_fd(const struct store_put *p)
{
    return p->fd;
}

/* What it is called by what was added until now; the hash itself goes on. */
static void
name_of(struct hash_run hash, char name[STORE_NAME])
{
    uint8_t sum[SHA256_SIZE];

    hash_end(&hash, sum);
    sodium_bin2hex(name, STORE_NAME, sum, sizeof sum);
}

bool
store_will_be(const struct store_put *p, char name[STORE_NAME])
{
    name_of(p->hash, name);
    return !p->broken;
}

bool
store_keep(struct store_put *p, char name[STORE_NAME])
{
    struct store *s = p->store;
    bool ok;

    name_of(p->hash, name);
    ok = !p->broken && !p->nameless && s->driver->keep(s, p->fd, p->temp, name, p->size);
    p->stays = p->stays && !ok;
    store_drop(p);              /* after a rename there is nothing left of it but the descriptor */
    return ok;
}

void
store_drop(struct store_put *p)
{
    if (!p)
        return;
    close(p->fd);
    if (!p->stays && !p->nameless)
        unlinkat(p->store->spool, p->temp, 0);
    mem_free(p);
}

bool
store_probe(struct store *s)
{
    static const char page[4096];
    struct store_put *p = store_begin(s);
    bool ok = p && store_write(p, page, sizeof page);

    store_drop(p);
    return ok && (!s->driver->probe || s->driver->probe(s));
}

/* --- for the drivers -------------------------------------------------------------------------- */

bool
store_sync_folder(int root, const char *folder)
{
    int fd = openat(root, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

bool
store_hash_fd(int fd, char name[STORE_NAME], int64_t *size)
{
    struct store_put p = {.fd = fd};
    bool ok;

    hash_begin(&p.hash);
    ok = read_in(&p);
    name_of(p.hash, name);
    *size = p.size;
    return ok;
}

/* --- what is there ---------------------------------------------------------------------------- */

int
store_read(struct store *s, const char *name, int64_t *size)
{
    return store_name_valid(name) ? s->driver->read(s, name, size) : STORE_ABSENT;
}

bool
store_far(struct store *s, const char *name)
{
    return s->driver->far && store_name_valid(name) && s->driver->far(s, name);
}

bool
store_has(struct store *s, const char *name)
{
    return store_length(s, name) >= 0;
}

bool
store_remove_old(struct store *s, const char *name, int64_t before)
{
    return store_name_valid(name) && s->driver->remove_old(s, name, before);
}

int64_t
store_length(struct store *s, const char *name)
{
    return store_name_valid(name) ? s->driver->length(s, name) : STORE_ABSENT;
}

bool
store_each(struct store *s, int first_byte, store_visit *each, void *user)
{
    return s->driver->each(s, first_byte & 0xff, each, user);
}

enum store_state
store_verify(struct store *s, const char *name)
{
    return store_name_valid(name) ? s->driver->verify(s, name) : STORE_MISSING;
}

/* --- whose it is ------------------------------------------------------------------------------ */

const char *
store_marker(struct ctx *c, struct store *s)
{
    char text[MARKER_MAX] = "";
    int rc = s->driver->marker(s, text);

    if (rc == STORE_ABSENT)
        return "";
    return rc < 0 ? NULL : arena_strn(c->a, text, strcspn(text, "\n"));
}

bool
store_marker_set(struct ctx *c, struct store *s, const char *text)
{
    return s->driver->marker_set(s, arena_fmt(c->a, "%s\n", text));
}
