#include "site/serve.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "auth/auth.h"
#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "mod/dossiers/drafts.h"
#include "mod/dossiers/worklists.h"
#include "site/gate.h"
#include "site/idem_sql.h"
#include "site/menu.h"

enum {
    WORKERS = 2, WORKERS_DEPTH = 128,
    GRACE_SECONDS = 30, DESCRIPTORS = 4096, KEEP_BYTES = 32 << 20,
    IDEM_SECONDS = 2 * 86400, IDEM_PURGE = 2000,
    PURGE_EVERY = 600, SWEEP_EVERY = 3600
};

/* --- opening and closing, in the order in which they lean on each other --- */

static struct store *
store_of(struct ctx *c, const struct config *k)
{
    if (!k->data || !*k->data)
        return NULL;
    if (mkdir(k->data, 0700) < 0 && errno != EEXIST)
        return NULL;
    return store_open(c, arena_fmt(c->a, "%s/store", k->data));
}

static int
http_start(struct ctx *c, struct gate *g, const struct config *k, const struct serve_options *o)
{
    struct http_config hc = {
        .listen = k->listen,
        .threads = k->io_threads,
        .behind_proxy = k->behind_proxy,
        .secure_cookies = k->secure_cookies,
        .store = g->store,
        .file_max = k->upload_max,
        .idle_seconds = o->idle_seconds,
        .head_seconds = o->head_seconds,
        .body_seconds = o->body_seconds,
    };
    struct http_app app = {g, gate_admit, gate_step, gate_finished};

    g->http = http_open(c, &hc, &app);
    return g->http ? OK : E_SYS;
}

static void
gate_close(struct gate *g, int grace)
{
    if (g->http)
        http_close(g->http, grace);
    workers_close(g->workers);
    gate_lanes_close(g);
    health_close(g->health);
    gate_read_close(g);
    store_close(g->store);
    rate_close(g->rate);
    figures_close(g->figures);
    router_close(g->router);
    pthread_mutex_destroy(&g->lock);
    mem_free(g);
}

static int
gate_open(struct ctx *c, struct gate *g, const struct site *site, const struct serve_options *o)
{
    const struct config *k = &site->config;
    int rc;

    pthread_mutex_init(&g->lock, NULL);
    atomic_store(&g->site, site);
    g->rate = rate_open(o->rate, o->burst);
    if (!(g->router = router_open(c, o->tables, o->tables_n)))
        return E_SYS;
    menu_settle(g->router);
    g->figures = figures_open(g->router);
    g->store = store_of(c, k);
    g->workers = workers_open(WORKERS, WORKERS_DEPTH);
    g->inline_reads = db_inline(k->db) && !o->reads_wait;
    if ((rc = gate_lanes_open(c, g, k)) < 0)
        return rc;
    if (!(g->health = health_open(c, g)))
        return E_SYS;
    return http_start(c, g, k, o);
}

/* --- what comes round: on the write lane, like every change --- */

struct chore {
    struct lane_job job;
    struct ctx c;
    int (*run)(struct ctx *c);
};

static int
drop_old_answers(struct ctx *c)
{
    int n = idem_sql_drop_before(c, c->now - IDEM_SECONDS, IDEM_PURGE);

    return n < 0 ? n : OK;
}

static int
chore_work(struct lane_job *j, struct db *db)
{
    struct chore *t = (struct chore *)(void *)j;

    t->c.db = db;
    return t->run(&t->c);
}

static void
chore_done(struct lane_job *j, int rc)
{
    struct chore *t = (struct chore *)(void *)j;
    struct arena *a = t->c.a;

    if (rc < 0)
        log_line(LOG_WARN, "chore", LOG_N("rc", rc),
                 LOG_T("detail", (const char *)t->c.err.detail));
    arena_close(a);
}

static void
chore_put(struct gate *g, int (*run)(struct ctx *c))
{
    struct arena *a = arena_open(4 << 20);
    struct chore *t = arena_get(a, sizeof *t);

    *t = (struct chore){.job = {.work = chore_work, .done = chore_done}, .run = run};
    ctx_init(&t->c, a);
    t->c.site = atomic_load(&g->site);
    if (!lane_put(g->write[0].lane, &t->job))
        arena_close(a);
}

/* What dossiers need without anybody asking: each does a bounded part and goes on next time. */
static const struct {
    int64_t every, at;          /* seconds, apart from each other */
    int (*run)(struct ctx *c);
} WORK[] = {
    {60, 20, dossiers_tick},
    {60, 40, dossiers_recompute_next},
    {600, 30, dossiers_follow_agencies},
    {600, 50, drafts_expire},
};

static void
tick(struct ctx *c, struct gate *g, const struct serve_options *o, int64_t n)
{
    if (o->refresh)
        atomic_store(&g->site, o->refresh(c, atomic_load(&g->site)));
    gate_lanes_probe(g);
    if (n % PURGE_EVERY == 0)
        chore_put(g, drop_old_answers);
    if (n % SWEEP_EVERY == 0)
        chore_put(g, auth_sweep);
    health_tick(g, n);
    for (size_t i = 0; i < sizeof WORK / sizeof *WORK; i++)
        if (n % WORK[i].every == WORK[i].at)
            chore_put(g, WORK[i].run);
}

/* Signals are blocked in every thread and waited for here. */
static void
loop(struct ctx *c, struct gate *g, const struct serve_options *o, const sigset_t *stop)
{
    const struct timespec second = {.tv_sec = 1};

    for (int64_t n = 0;; n++) {
        if (sigtimedwait(stop, NULL, &second) > 0)
            return;
        tick(c, g, o, n);
    }
}

/* Requests take and give back some tens of kilobytes all the time: the allocator keeps them instead
 * of returning pages to the kernel and asking for them again. */
static void
keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEEP_BYTES / 8);
}

/* A descriptor a connection, and some for the database and the store. */
static void
raise_descriptors(void)
{
    struct rlimit k;

    if (getrlimit(RLIMIT_NOFILE, &k) == 0 && k.rlim_cur < DESCRIPTORS) {
        k.rlim_cur = k.rlim_max < DESCRIPTORS ? k.rlim_max : DESCRIPTORS;
        setrlimit(RLIMIT_NOFILE, &k);
    }
}

int
serve(struct ctx *c, const struct site *site, const struct serve_options *o)
{
    struct gate *g = mem_get(sizeof *g);
    int grace = o->grace_seconds > 0 ? o->grace_seconds : GRACE_SECONDS, rc;
    sigset_t stop, before;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, &before);     /* threads made from here on inherit it */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);   /* a file may not grow: an error like a full disk */
    raise_descriptors();
    keep_memory();
    if ((rc = gate_open(c, g, site, o)) == OK) {
        log_line(LOG_INFO, "listening", LOG_T("at", site->config.listen),
                 LOG_N("port", http_port(g->http)));
        if (o->ready)
            o->ready(http_port(g->http));
        loop(c, g, o, &stop);
        log_line(LOG_INFO, "stopping", LOG_N("grace", grace));
    }
    gate_close(g, grace);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}
