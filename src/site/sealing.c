#include "site/sealing.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "mod/dossiers/dossiers_seal.h"
#include "sign/note.h"
#include "site/errand.h"
#include "site/gate.h"
#include "site/seats.h"

enum { PAUSE_MILLIS = 100, LOOK_EVERY = 10, LEASE_SECONDS = 60, ROUND_ARENA = 256 << 20,
       COMPLAIN_SECONDS = 600 };

struct sealing {
    struct gate *g;
    pthread_t thread;
    bool running;
    atomic_bool rest;
    int64_t complained;                 /* when a head could not be signed was said last */
    counter leaves, heads, refused, failed;
    _Atomic int64_t size, at;           /* of the newest head that was made here */
    atomic_bool altered;
};

/* --- names --------------------------------------------------------------------------------- */

const char *
sealing_origin(struct arena *a, const struct config *k)
{
    const char *at = strstr(k->base_url, "://");

    return arena_fmt(a, "%s" NOTE_NAME, at ? at + 3 : "motcua");
}

const char *
sealing_file(struct arena *a, const struct config *k)
{
    return arena_fmt(a, "%s/seal/newest.note", k->data);
}

const char *
sealing_followed(struct arena *a, const struct config *k)
{
    return arena_fmt(a, "%s/seal/followed", k->data);
}

/* --- leaves -------------------------------------------------------------------------------- */

static int
mine(struct sealing *k, struct ctx *c)
{
    if (k->g->one_server)
        return 1;
    return lease_take(c, "seal", keeper_token(k->g->keeper), LEASE_SECONDS);
}

struct written { struct sealing *k; struct seal_round *r; bool mine; };

static int
write_round(struct ctx *c, void *arg)
{
    struct written *w = arg;
    int rc = mine(w->k, c);

    w->mine = rc > 0;
    return rc > 0 ? dossiers_seal_write(c, w->r) : rc;
}

static int
read_round(struct sealing *k, struct ctx *c, struct seal_round *r)
{
    int rc;

    if (!(c->db = gate_read_db(k->g, c)))
        return c->err.rc;
    if ((rc = db_begin(c, DB_READ_ONLY)) == OK) {
        rc = dossiers_seal_read(c, r);
        db_rollback(c);
    }
    c->db = NULL;
    return rc;
}

static void
say_altered(struct sealing *k, const char *what)
{
    atomic_store(&k->altered, true);
    log_line(LOG_ERROR, "the sealed log refuses what was altered", LOG_T("detail", what));
}

/* True: there may be more to seal. */
static bool
seal_some(struct sealing *k, struct ctx *c)
{
    struct seal_round r;
    struct written w = {k, &r, false};
    int rc = read_round(k, c, &r);

    if (rc == OK && !r.leaves.n && !r.refused.n && !r.beginning && !r.done.n)
        return false;
    if (rc == OK)
        rc = errand(k->g, c, write_round, &w);
    if (rc < 0) {
        counter_add(&k->failed, 1);
        log_line(LOG_WARN, "seal", LOG_N("rc", rc), LOG_T("detail", (const char *)c->err.detail));
        return false;
    }
    if (!w.mine)
        return false;
    counter_add(&k->leaves, r.leaves.n);
    counter_add(&k->refused, r.refused.n);
    if (r.altered)
        say_altered(k, r.altered);
    return true;
}

/* --- heads --------------------------------------------------------------------------------- */

struct next_head { struct sealing *k; struct seal_head h; bool mine; };

/* OK: one is due; E_NOTFOUND: none. */
static int
find_head(struct ctx *c, struct seal_head *out)
{
    struct seal_head last = {0};
    int rc = seal_head_newest(c, &last);

    if (rc < 0 && rc != E_NOTFOUND)
        return rc;
    if (c->now < last.at + c->site->config.seal_seconds)
        return E_NOTFOUND;
    return seal_head_next(c, sealing_origin(c->a, &c->site->config), out);
}

/* What this server published before, beside the database: the log must still begin with it. */
static int
as_published(struct ctx *c, const struct seal_head *next)
{
    const char *path = sealing_file(c->a, &c->site->config);
    struct bytes b;
    struct note n;
    merkle_hash root;
    int rc;

    if (file_read(c->a, path, NOTE_MAX, &b) < 0)
        return OK;
    if (note_read(c->a, b.p, b.n, &n))
        return fail(c, E_CONFLICT, NULL, "%s cannot be read", path);
    if (n.size > next->size)
        return fail(c, E_CONFLICT, NULL, "%s has %" PRId64 " leaves, the log %" PRId64, path,
                    n.size, next->size);
    rc = merkle_root(seal_get, c, n.size, &root);
    if (rc == OK && !merkle_equal(&root, &n.root))
        rc = fail(c, E_CONFLICT, NULL, "the log does not begin with %s", path);
    return rc;
}

static int
look_for_head(struct sealing *k, struct ctx *c, struct seal_head *out)
{
    int rc;

    if (!(c->db = gate_read_db(k->g, c)))
        return c->err.rc;
    if ((rc = db_begin(c, DB_READ_ONLY)) == OK) {
        if ((rc = find_head(c, out)) == OK)
            rc = as_published(c, out);
        db_rollback(c);
    }
    c->db = NULL;
    return rc;
}

static int
ask_lease(struct ctx *c, void *arg)
{
    struct next_head *n = arg;
    int rc = mine(n->k, c);

    n->mine = rc > 0;
    return rc < 0 ? rc : OK;
}

/* Somebody else may have been faster after all: then the size is there. */
static int
add_head(struct ctx *c, void *arg)
{
    struct next_head *n = arg;
    int rc = mine(n->k, c);

    n->mine = rc > 0;
    return rc > 0 ? seal_head_add(c, &n->h) : rc;
}

/* Beside the database, so that who writes in it alone cannot take the head back unseen. */
static void
keep_file(struct ctx *c, const struct seal_head *h)
{
    const char *path = sealing_file(c->a, &c->site->config);
    int rc;

    mkdir(arena_fmt(c->a, "%s/seal", c->site->config.data), 0700);
    rc = file_write(c->a, path, h->note, strlen(h->note), 0644);
    if (rc < 0)
        log_line(LOG_WARN, "the head was not kept", LOG_T("path", path),
                 LOG_T("detail", strerror(-rc)));
}

static int
sign_head(struct sealing *k, struct ctx *c, struct seal_head *h)
{
    struct signer *s = c->site->with ? c->site->with->signer : NULL;
    char *note;
    int rc = s ? note_sign(c, s, h->note, &note) : E_NOTFOUND;

    if (rc == OK) {
        h->note = note;
        return OK;
    }
    if (c->now - k->complained >= COMPLAIN_SECONDS) {
        k->complained = c->now;
        log_line(LOG_WARN, rc == E_NOTFOUND ? "heads of the log are not signed: there is no key"
                                              " of use seal"
                                            : "the head is not signed yet",
                 LOG_T("detail", (const char *)c->err.detail));
    }
    h->note = note_unsigned(c->a, h->note);
    return rc == E_NOTFOUND ? OK : rc;
}

static void
published(struct sealing *k, struct ctx *c, const struct seal_head *h)
{
    keep_file(c, h);
    counter_add(&k->heads, 1);
    atomic_store(&k->size, h->size);
    atomic_store(&k->at, h->at);
    log_line(LOG_INFO, "log sealed", LOG_N("leaves", h->size));
}

static void
make_head(struct sealing *k, struct ctx *c)
{
    struct next_head n = {.k = k};
    int rc = look_for_head(k, c, &n.h);

    if (rc == E_NOTFOUND)
        return;
    if (rc == E_CONFLICT)
        say_altered(k, c->err.detail);
    if (rc == OK && (rc = errand(k->g, c, ask_lease, &n)) == OK && n.mine &&
        (rc = sign_head(k, c, &n.h)) == OK && (rc = errand(k->g, c, add_head, &n)) == OK && n.mine)
        published(k, c, &n.h);
    if (rc < 0)
        counter_add(&k->failed, 1);
}

/* --- the thread ---------------------------------------------------------------------------- */

/* True: there may be more. */
static bool
one_round(struct sealing *k)
{
    struct arena *a = arena_open(ROUND_ARENA);
    struct ctx c;
    bool more;

    ctx_init(&c, a);
    c.now = now_seconds();
    c.site = atomic_load(&k->g->site);
    more = seal_some(k, &c);
    if (!more) {
        c.err = (struct err){0};
        make_head(k, &c);
    }
    arena_close(a);
    return more;
}

static void *
loop(void *arg)
{
    struct sealing *k = arg;
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    const struct timespec breath = {.tv_nsec = 5000000};

    pthread_setname_np(pthread_self(), "sealing");
    for (int turn = 1; !atomic_load(&k->rest); turn++) {
        if (turn % LOOK_EVERY == 0 && keeper_seated(k->g->keeper))
            while (one_round(k) && !atomic_load(&k->rest))
                nanosleep(&breath, NULL);   /* requests come first */
        nanosleep(&pause, NULL);
    }
    return NULL;
}

struct sealing *
sealing_open(struct gate *g)
{
    struct sealing *k = mem_get(sizeof *k);

    k->g = g;
    k->running = pthread_create(&k->thread, NULL, loop, k) == 0;
    return k;
}

void
sealing_close(struct sealing *k)
{
    if (!k)
        return;
    atomic_store(&k->rest, true);
    if (k->running)
        pthread_join(k->thread, NULL);
    mem_free(k);
}

void
sealing_metrics(const struct sealing *k, struct buf *b)
{
    if (!k)
        return;
    metric_head(b, "motcua_seal_leaves_total", "counter", "Events that were sealed here.");
    metric_int(b, "motcua_seal_leaves_total", "", (int64_t)counter_read(&k->leaves));
    metric_head(b, "motcua_seal_heads_total", "counter", "Heads of the log that were made here.");
    metric_int(b, "motcua_seal_heads_total", "", (int64_t)counter_read(&k->heads));
    metric_head(b, "motcua_seal_failed_total", "counter", "Rounds of sealing that failed.");
    metric_int(b, "motcua_seal_failed_total", "", (int64_t)counter_read(&k->failed));
    metric_head(b, "motcua_seal_altered", "gauge",
                "1: the log refused something that was altered; run motcua audit verify.");
    metric_int(b, "motcua_seal_altered", "", atomic_load(&k->altered));
    metric_head(b, "motcua_seal_head_seconds", "gauge", "When the newest head was made here.");
    metric_int(b, "motcua_seal_head_seconds", "", atomic_load(&k->at));
}
