#include "site/sharing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/log.h"
#include "db/db.h"
#include "site/seats_sql.h"

enum { MARKER_BYTES = 16, TRIES = 100, TRY_NANOS = 50000000 };

#define WRONG N_("Thiết lập không khớp với cơ sở dữ liệu")

const char *
sharing_store(struct arena *a, const struct config *k)
{
    if (k->store && *k->store)
        return k->store;
    return k->data && *k->data ? arena_fmt(a, "%s/store", k->data) : NULL;
}

const char *
sharing_backup_mark(struct arena *a, const struct config *k)
{
    return arena_fmt(a, "%s/last-backup", k->data);
}

struct store_place
sharing_place(struct arena *a, const struct config *k)
{
    return (struct store_place){.root = sharing_store(a, k), .endpoint = k->store_endpoint,
                                .region = k->store_region, .secret = k->store_secret,
                                .spool = k->store_spool, .cache = k->store_cache};
}

/* --- one server on a SQLite file: two would write and check-point past each other --- */

int
sharing_alone(struct ctx *c, const char *url)
{
    const struct timespec pause = {.tv_nsec = TRY_NANOS};
    static int fd = -1;             /* for the life of the process; the kernel gives it back */
    const char *path;

    if (!db_inline(url) || fd >= 0)
        return OK;
    path = arena_fmt(c->a, "%s.serve", strchr(url, ':') + 1);
    if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
        return fail(c, E_SYS, WRONG, "cannot make %s: %s", path, strerror(errno));
    for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
        if (i == 0)
            log_line(LOG_WARN, "waiting for another server of this file to end");
        if (i == TRIES) {
            close(fd);
            fd = -1;
            return fail(c, E_CONFLICT, WRONG,
                        "another motcua serve has %s; a SQLite file has one server, several need "
                        "PostgreSQL",
                        url);
        }
        nanosleep(&pause, NULL);
    }
    return OK;
}

/* --- the store's marker and the key's sum --- */

/* "": there is none; NULL: c->err. */
static const char *
marker_read(struct ctx *c, const struct store_place *p)
{
    const char *text = NULL;
    struct store *s;

    if (!store_is_remote(p->root) && access(p->root, F_OK) < 0 && errno == ENOENT)
        return "";
    if (!(s = store_look_at(c, p)))
        return NULL;
    if (!(text = store_marker(c, s)))
        fail(c, E_SYS, WRONG, "cannot read the marker of the store %s", p->root);
    store_close(s);
    return text;
}

static int
marker_write(struct ctx *c, const struct store_place *p, const char *value)
{
    struct store *s = store_open_at(c, p);
    int rc = OK;

    if (!s)
        return c->err.rc;
    if (!store_marker_set(c, s, value))
        rc = fail(c, E_SYS, WRONG, "cannot write the marker of the store %s", p->root);
    store_close(s);
    return rc;
}

int
sharing_marker_copy(struct ctx *c, const struct store_place *from, const struct store_place *to)
{
    const char *value = marker_read(c, from);

    if (!value)
        return c->err.rc;
    return *value ? marker_write(c, to, value) : OK;
}

/* Neither knows the other yet: the value in the store counts, or the first server's. */
static int
introduce(struct ctx *c, const struct store_place *store, const char *here)
{
    const char *value = *here ? here : token_url(c->a, MARKER_BYTES);
    const char *known = marker_sql_settle(c, "store", value);

    if (!known)
        return c->err.rc;
    if (strcmp(known, value) != 0)      /* another server was faster: then it has to be there */
        return fail(c, E_CONFLICT, WRONG, "two servers started at once: start this one again");
    return *here ? OK : marker_write(c, store, value);
}

/* OK, or how the store is not the one that the database knows. */
static int
differs(struct ctx *c, const struct store_place *p, const char *here, const char *known)
{
    if (strcmp(here, known) == 0)
        return OK;
    if (!*here)
        return fail(c, E_CONFLICT, WRONG,
                    "the store %s has no marker of this database: all servers share one store (key "
                    "'store'); is it mounted?  If it is the right one: motcua init --adopt",
                    p->root);
    return fail(c, E_CONFLICT, WRONG,
                "the store %s is another database's; if it is the right one: motcua init --adopt",
                p->root);
}

static int
check_store(struct ctx *c, const struct store_place *store, bool adopt)
{
    const char *here = marker_read(c, store), *known = here ? marker_sql_get(c, "store") : NULL;

    if (!known)
        return c->err.rc;
    if (!*known)
        return introduce(c, store, here);
    if (adopt && strcmp(here, known) != 0)
        return marker_write(c, store, known);
    return differs(c, store, here, known);
}

static const char *
key_sum(struct ctx *c, const uint8_t *key)
{
    static const char USE[] = "motcua key sum";
    uint8_t mac[SHA256_SIZE];

    hash_hmac(key, USE, sizeof USE - 1, mac);
    return hash_hex(c->a, mac, sizeof mac);
}

static int
other_key(struct ctx *c)
{
    return fail(c, E_CONFLICT, WRONG,
                "the key %s is not this database's: copy motcua.key from the server that has "
                "it; if this is the right one: motcua init --adopt",
                c->site->config.site_key);
}

/* Secrets of dossiers, forms and kept answers hang on it: with another all are refused. */
static int
check_key(struct ctx *c, const uint8_t *key, bool adopt)
{
    const char *sum = key_sum(c, key);
    const char *known =
        adopt ? marker_sql_set(c, "key", sum) : marker_sql_settle(c, "key", sum);

    if (!known)
        return c->err.rc;
    return strcmp(known, sum) == 0 ? OK : other_key(c);
}

static int
compare_store(struct ctx *c, const struct store_place *store)
{
    const char *here = marker_read(c, store), *known = here ? marker_sql_get(c, "store") : NULL;

    if (!known)
        return c->err.rc;
    return *known ? differs(c, store, here, known) : OK;
}

int
sharing_look(struct ctx *c, const struct site *site)
{
    struct store_place store = sharing_place(c->a, &site->config);
    const char *sum = key_sum(c, site->key), *known;
    int rc = store.root ? compare_store(c, &store) : OK;

    if (rc < 0)
        return rc;
    if (!(known = marker_sql_get(c, "key")))
        return c->err.rc;
    return !*known || strcmp(known, sum) == 0 ? OK : other_key(c);
}

int
sharing_check(struct ctx *c, const struct site *site, bool adopt)
{
    struct store_place store = sharing_place(c->a, &site->config);
    int rc = store.root ? check_store(c, &store, adopt) : OK;

    return rc < 0 ? rc : check_key(c, site->key, adopt);
}
