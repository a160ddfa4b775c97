/*
 * Contents as objects: <prefix>/ab/cdef...  What arrives is written to the spool of this machine,
 * sent, and counts when the server says so and a question after it finds the same size.  What was
 * read lately stays in a bounded cache in the spool; a content is compared with its name when it
 * comes from the network.
 *
 * Objects know no rename, so what nobody names is not removed at once but copied aside, to
 * trash/ab/cdef..., where reading still finds it and brings it back; it goes for good when it has
 * lain there for the same time.  Who hands a content in while it is swept loses nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "http/s3.h"
#include "http/store_driver.h"

enum { CACHE_NAME = sizeof "cache/" + STORE_NAME, KEY_MAX = sizeof "trash/" + STORE_NAME + 1,
       CACHE_ARENA = 256 << 20 };
static const int64_t CONTENT_MAX = (int64_t)1 << 30;

/* Of objects: the bucket, and what is kept of it here. */
struct remote {
    struct s3 *s3;
    int64_t cache_max;
    _Atomic int64_t cached;     /* bytes, about */
    pthread_mutex_t evicting;
};

static struct remote *
remote_of(struct store *s)
{
    return s->own;
}

static const char *
key_of(const char *folder, const char *name, char out[KEY_MAX])
{
    snprintf(out, KEY_MAX, "%s%.2s/%.62s", folder, name, name + 2);
    return out;
}

/* --- what was read lately --------------------------------------------------------------------- */

static const char *
cache_name(const char *name, char out[CACHE_NAME])
{
    snprintf(out, CACHE_NAME, "cache/%.64s", name);
    return out;
}

struct cached { int64_t used_at, size; char name[STORE_NAME]; };
typedef VEC(struct cached) cached_list;

static int
oldest_first(const void *a, const void *b)
{
    const struct cached *x = a, *y = b;

    return (x->used_at > y->used_at) - (x->used_at < y->used_at);
}

static void
cache_read(struct store *s, struct arena *a, cached_list *out)
{
    int fd = openat(s->spool, "cache", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    struct stat st;

    for (struct dirent *e; d && (e = readdir(d));) {
        struct cached c = {0};

        if (!store_name_valid(e->d_name) || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        c.used_at = st.st_mtime;
        c.size = st.st_size;
        snprintf(c.name, sizeof c.name, "%.64s", e->d_name);
        *vec_push(a, out) = c;
    }
    if (d)
        closedir(d);
}

/* What was not asked for longest goes, until a quarter is free. */
static void
evict(struct store *s, int64_t upto)
{
    struct remote *r = remote_of(s);
    struct arena *a = arena_open(CACHE_ARENA);
    cached_list all = {0};
    char path[CACHE_NAME];
    int64_t sum = 0;

    cache_read(s, a, &all);
    qsort(all.p, all.n, sizeof *all.p, oldest_first);
    for (size_t i = 0; i < all.n; i++)
        sum += all.p[i].size;
    for (size_t i = 0; i < all.n && sum > upto; i++)
        if (unlinkat(s->spool, cache_name(all.p[i].name, path), 0) == 0)
            sum -= all.p[i].size;
    atomic_store(&r->cached, sum);
    arena_close(a);
}

/* The spool's file becomes what was read lately. */
static void
cache_put(struct store *s, const char *temp, const char *name, int64_t size)
{
    struct remote *r = remote_of(s);
    char path[CACHE_NAME];

    if (size > r->cache_max ||
        renameat(s->spool, temp, s->spool, cache_name(name, path)) < 0)
        return;
    if (atomic_fetch_add(&r->cached, size) + size <= r->cache_max)
        return;
    if (pthread_mutex_trylock(&r->evicting) == 0) {
        evict(s, r->cache_max / 4 * 3);
        pthread_mutex_unlock(&r->evicting);
    }
}

static int
cache_open(struct store *s, const char *name, int64_t *size)
{
    char path[CACHE_NAME];
    struct stat st;
    int fd = s->spool < 0 ? -1 : openat(s->spool, cache_name(name, path),
                                        O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 || fstat(fd, &st) < 0) {
        if (fd >= 0)
            close(fd);
        return STORE_ABSENT;
    }
    futimens(fd, NULL);         /* used now: the last to go; where it may not, it only ages */
    *size = st.st_size;
    return fd;
}

/* --- there and back --------------------------------------------------------------------------- */

static int
absent(int status)
{
    return status == 404 ? STORE_ABSENT : STORE_AWAY;
}

/* "Kept" is what the server says, and says again when it is asked. */
static bool
s3_keep(struct store *s, int fd, const char *temp, const char *name, int64_t size)
{
    struct remote *r = remote_of(s);
    char key[KEY_MAX];
    struct s3_answer there;

    if (s3_put(r->s3, key_of("", name, key), fd, size, name).status != 200)
        return false;
    there = s3_head(r->s3, key);
    if (there.status != 200 || there.length != size)
        return false;
    cache_put(s, temp, name, size);
    return true;
}

/* A file of this machine for what comes: in the spool, or nameless where we only look. */
static int
scratch(struct store *s, char temp[TEMP_NAME])
{
    FILE *f;
    int fd = -1;

    store_temp_name(temp);
    if (s->spool >= 0)
        return openat(s->spool, temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if ((f = tmpfile())) {
        fd = fcntl(fileno(f), F_DUPFD_CLOEXEC, 3);
        fclose(f);
    }
    return fd;
}

/* Where it lies, or aside: then it is brought back first. */
static int
get(struct store *s, const char *name, int fd)
{
    struct remote *r = remote_of(s);
    char key[KEY_MAX], trash[KEY_MAX];
    struct s3_answer a = s3_get(r->s3, key_of("", name, key), fd, CONTENT_MAX);

    if (a.status == 404 &&
        s3_copy(r->s3, key_of("trash/", name, trash), key).status == 200) {
        s3_remove(r->s3, trash);
        a = s3_get(r->s3, key, fd, CONTENT_MAX);
    }
    return a.status == 200 ? 0 : absent(a.status);
}

static int
fetch(struct store *s, const char *name, int64_t *size)
{
    char temp[TEMP_NAME], is[STORE_NAME];
    int fd = scratch(s, temp), rc = fd < 0 ? STORE_AWAY : get(s, name, fd);

    if (rc == 0 && !store_hash_fd(fd, is, size))
        rc = STORE_AWAY;
    if (rc == 0 && strcmp(is, name) != 0) {
        log_line(LOG_ERROR, "a content is damaged", LOG_T("name", name));
        rc = STORE_ABSENT;
    }
    if (rc == 0 && s->spool >= 0)
        cache_put(s, temp, name, *size);
    if (fd >= 0 && s->spool >= 0)
        unlinkat(s->spool, temp, 0);
    if (rc < 0 && fd >= 0)
        close(fd);
    return rc < 0 ? rc : lseek(fd, 0, SEEK_SET) == 0 ? fd : STORE_AWAY;
}

static int
s3_read(struct store *s, const char *name, int64_t *size)
{
    int fd = cache_open(s, name, size);

    return fd >= 0 ? fd : fetch(s, name, size);
}

static bool
s3_far(struct store *s, const char *name)
{
    char path[CACHE_NAME];

    return s->spool < 0 || faccessat(s->spool, cache_name(name, path), R_OK, 0) < 0;
}

static struct s3_answer
find(struct store *s, const char *name)
{
    struct remote *r = remote_of(s);
    char key[KEY_MAX];
    struct s3_answer a = s3_head(r->s3, key_of("", name, key));

    return a.status == 404 ? s3_head(r->s3, key_of("trash/", name, key)) : a;
}

static int64_t
s3_length(struct store *s, const char *name)
{
    struct s3_answer a = find(s, name);

    return a.status == 200 ? a.length : absent(a.status);
}

static enum store_state
s3_verify(struct store *s, const char *name)
{
    char temp[TEMP_NAME], is[STORE_NAME];
    int64_t size;
    int fd = scratch(s, temp), rc = fd < 0 ? STORE_AWAY : get(s, name, fd);
    bool read = rc == 0 && store_hash_fd(fd, is, &size);

    if (fd >= 0)
        close(fd);
    if (fd >= 0 && s->spool >= 0)
        unlinkat(s->spool, temp, 0);
    if (rc == STORE_ABSENT)
        return STORE_MISSING;
    return !read ? STORE_UNREAD : strcmp(is, name) == 0 ? STORE_SOUND : STORE_DAMAGED;
}

/* --- what nobody names ------------------------------------------------------------------------ */

static bool
old(const struct s3_answer *a, int64_t before)
{
    return a->status == 200 && a->changed_at > 0 && a->changed_at < before;
}

static bool
s3_remove_old(struct store *s, const char *name, int64_t before)
{
    struct remote *r = remote_of(s);
    char key[KEY_MAX], trash[KEY_MAX];
    struct s3_answer there = s3_head(r->s3, key_of("", name, key));

    key_of("trash/", name, trash);
    if (old(&there, before)) {
        if (s3_copy(r->s3, key, trash).status != 200)
            return false;
        there = s3_remove(r->s3, key);
        return there.status == 204 || there.status == 200;
    }
    if (there.status != 404)
        return false;
    there = s3_head(r->s3, trash);
    if (old(&there, before))
        s3_remove(r->s3, trash);
    return false;               /* it counted when it was put there */
}

struct walking { store_visit *each; void *user; const char *folder; };

static void
on_entry(void *user, const struct s3_entry *e)
{
    struct walking *w = user;
    struct store_entry out = {.size = e->size, .changed_at = e->changed_at};
    size_t n = strlen(w->folder);
    const char *ab = e->key + n;

    if (strncmp(e->key, w->folder, n) != 0 || strlen(ab) != STORE_NAME || ab[2] != '/')
        return;
    snprintf(out.name, sizeof out.name, "%.2s%.62s", ab, ab + 3);
    if (store_name_valid(out.name))
        w->each(w->user, &out);
}

static bool
s3_each(struct store *s, int first_byte, store_visit *each, void *user)
{
    static const char *const FOLDERS[] = {"", "trash/"};
    bool ok = true;

    for (size_t i = 0; i < 2 && ok; i++) {
        char prefix[16];

        snprintf(prefix, sizeof prefix, "%s%02x/", FOLDERS[i], (unsigned)first_byte);
        ok = s3_list(remote_of(s)->s3, prefix, on_entry,
                     &(struct walking){each, user, FOLDERS[i]});
    }
    return ok;
}

/* --- whose it is, and whether it is there ----------------------------------------------------- */

static int
s3_marker(struct store *s, char text[MARKER_MAX])
{
    struct arena *a = arena_open(1 << 20);
    struct s3_answer answer;
    struct buf b;

    buf_init(&b, a, MARKER_MAX);
    answer = s3_get_text(remote_of(s)->s3, STORE_MARKER, &b);
    if (answer.status == 200)
        snprintf(text, MARKER_MAX, "%s", b.p);
    arena_close(a);
    return answer.status == 200 ? 0 : absent(answer.status);
}

static bool
s3_marker_set(struct store *s, const char *text)
{
    return s3_put_text(remote_of(s)->s3, STORE_MARKER, text).status == 200;
}

/* Nobody asks while all goes well. */
static bool
s3_probe(struct store *s)
{
    struct s3 *s3 = remote_of(s)->s3;

    return !s3_failing(s3) || s3_reached(s3, STORE_MARKER);
}

/* --- opening ---------------------------------------------------------------------------------- */

static void
s3_shut(struct store *s)
{
    struct remote *r = remote_of(s);

    s3_close(r->s3);
    pthread_mutex_destroy(&r->evicting);
    mem_free(r);
}

static const struct store_driver OBJECTS = {
    .keep = s3_keep, .read = s3_read, .far = s3_far, .length = s3_length,
    .remove_old = s3_remove_old, .each = s3_each, .verify = s3_verify, .marker = s3_marker,
    .marker_set = s3_marker_set, .probe = s3_probe, .close = s3_shut,
};

/* The cache begins empty: nothing of it was synced, and a power cut may lie behind us. */
static bool
spool_open(struct store *s, const char *spool)
{
    static const char *const FOLDERS[] = {"tmp", "cache"};

    if (mkdir(spool, 0700) < 0 && errno != EEXIST)
        return false;
    if ((s->spool = open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        return false;
    for (size_t i = 0; i < 2; i++)
        if (mkdirat(s->spool, FOLDERS[i], 0700) < 0 && errno != EEXIST)
            return false;
    evict(s, 0);
    return true;
}

bool
store_s3_open(struct ctx *c, struct store *s, const struct store_place *p, bool look)
{
    struct remote *r = mem_get(sizeof *r);

    s->driver = &OBJECTS;
    s->own = r;
    pthread_mutex_init(&r->evicting, NULL);
    r->cache_max = p->cache;
    if (!(r->s3 = s3_open(c, p)))
        return false;
    if (look || (p->spool && *p->spool && spool_open(s, p->spool)))
        return true;
    fail(c, E_SYS, N_("Không mở được kho tệp"), "store_spool %s: %s",
         p->spool && *p->spool ? p->spool : "(none)", strerror(errno));
    return false;
}
