#include "site/serve.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "convert/convert.h"
#include "site/exporting.h"
#include "site/gate.h"
#include "site/limits.h"
#include "site/menu.h"
#include "site/sharing.h"
#include "site/watching.h"

enum {
    QUICK_SECONDS = 3,          /* for a look at a file while a person waits */
    WORKERS = 4, WORKERS_DEPTH = 128, STRANGERS_DEPTH = 64,
    LOOK_SECONDS = 6, LOOK_BURST = 10,  /* files to be looked at: one in so many, so many at once */
    UPLOAD_KB = 32, UPLOAD_BURST_KB = 2 << 20,  /* of one citizen: 2 GB at once, 2.6 GB a day */
    OUTWARD = 8, OUTWARD_DEPTH = 256,       /* they wait for other servers and do nothing else */
    DESCRIPTORS = 16384, RESERVED = 512, CONNECTIONS = 12000,
    GRACE_SECONDS = 30, KEEP_BYTES = 32 << 20,
    WAIT_SECONDS = 600, TELL_SECONDS = 10   /* for a database that is not there at the start */
};

/* --- opening and closing, in the order in which they lean on each other --- */

static struct store *
store_of(struct ctx *c, const struct config *k)
{
    struct store_place store = sharing_place(c->a, k);

    if (!store.root || (k->data && *k->data && mkdir(k->data, 0700) < 0 && errno != EEXIST))
        return NULL;
    return store_open_at(c, &store);
}

/* Without its program a site runs, and papers wait to be converted. */
static struct convert *
convert_of(struct ctx *c, const struct convert_options *o)
{
    struct convert *v = convert_open(c, o);

    if (!v)
        log_line(LOG_WARN, "papers are not converted",
                 LOG_T("detail", (const char *)c->err.detail));
    c->err = (struct err){0};
    return v;
}

/* As many as there are descriptors for, beside those of the database and the store. */
static int
connections(const struct serve_options *o)
{
    struct rlimit k;
    int64_t n = CONNECTIONS;

    if (o->connections > 0)
        return o->connections;
    if (getrlimit(RLIMIT_NOFILE, &k) == 0 && k.rlim_cur < CONNECTIONS + RESERVED)
        n = k.rlim_cur > 2 * RESERVED ? (int64_t)k.rlim_cur - RESERVED : (int64_t)k.rlim_cur / 2;
    return (int)n;
}

static int
http_start(struct ctx *c, struct gate *g, const struct config *k, const struct serve_options *o)
{
    struct http_config hc = {
        .listen = k->listen,
        .threads = k->io_threads,
        .behind_proxy = k->behind_proxy,
        .connections = connections(o),
        .secure_cookies = k->secure_cookies,
        .store = g->store,
        .file_max = k->upload_max,
        .key = atomic_load(&g->site)->key,
        .idle_seconds = o->idle_seconds,
        .head_seconds = o->head_seconds,
        .body_seconds = o->body_seconds,
    };
    struct http_app app = {g, gate_admit, gate_step, gate_finished};

    g->http = http_open(c, &hc, &app);
    return g->http ? OK : E_SYS;
}

static void
gate_close(struct ctx *c, struct gate *g, int grace)
{
    if (g->http)
        http_close(g->http, grace);
    convert_stop(g->quick);
    convert_stop(g->convert);
    workers_close(g->outward);
    for (int i = 0; i < LINE__COUNT; i++)
        workers_close(g->hashers[i]);
    sweep_close(g->sweep);
    scans_close(g->scans);
    intake_close(g->intake);
    issuing_close(g->issuing);
    sealing_close(g->sealing);
    exporting_close(g->exporting);
    watching_close(g->watching);
    mailing_close(g->mailing);
    convert_close(g->quick);
    convert_close(g->convert);
    gate_lanes_close(g);
    health_close(g->health);
    keeper_close(g->keeper, c);
    gate_read_close(g);
    store_close(g->store);
    limits_close(g->limits);
    rate_close(g->looks);
    rate_close(g->uploads);
    figures_close(g->figures);
    router_close(g->router);
    pthread_mutex_destroy(&g->lock);
    mem_free(g);
}

static int
gate_open(struct ctx *c, struct gate *g, const struct site *site, const struct serve_options *o)
{
    const struct config *k = &site->config;

    pthread_mutex_init(&g->lock, NULL);
    atomic_store(&g->site, site);
    g->limits = limits_open(k, o);
    g->uploads = rate_open(o->rate ? UPLOAD_KB : 0, UPLOAD_BURST_KB);
    g->looks = o->rate ? rate_open_slow(LOOK_SECONDS, LOOK_BURST) : rate_open(0, 0);
    if (!(g->router = router_open(c, o->tables, o->tables_n)))
        return E_SYS;
    menu_settle(g->router);
    g->figures = figures_open(g->router);
    db_slow(k->slow_query_ms);
    g->store = store_of(c, k);
    g->convert = convert_of(c, NULL);
    if (g->convert)
        g->quick = convert_of(c, &(struct convert_options){.seconds = QUICK_SECONDS, .waiting = 4});
    if (o->services) {
        o->services->store = g->store;
        o->services->convert = g->convert;
        o->services->quick = g->quick;
    }
    g->hashers[LINE_WORK] = g->workers = workers_open(WORKERS, WORKERS_DEPTH);
    g->hashers[LINE_STRANGER] = workers_open_low(1, STRANGERS_DEPTH);
    g->hashers[LINE_KNOWN] = workers_open(1, WORKERS_DEPTH);
    g->outward = workers_open(OUTWARD, OUTWARD_DEPTH);
    g->one_server = db_inline(k->db);
    g->inline_reads = g->one_server && !o->reads_wait;
    return OK;
}

/* --- the database, now or as soon as it is there --- */

/* May be called again after E_DOWN: what is open stays. */
static int
start(struct ctx *c, struct gate *g, const struct serve_options *o)
{
    const struct site *site = atomic_load(&g->site);
    int rc = o->open ? o->open(c) : OK;

    if (rc < 0 || (rc = gate_lanes_open(c, g, &site->config)) < 0)
        return rc;
    if (!g->keeper && !(g->keeper = keeper_open(c, g)))
        return c->err.rc;
    if (o->load && (rc = o->load(c, &site)) < 0)
        return rc;
    atomic_store(&g->site, site);
    if (!g->health && !(g->health = health_open(c, g)))
        return c->err.rc;
    if (!g->intake)
        g->intake = intake_open(g);
    if (!g->scans)
        g->scans = scans_open(g);
    if (!g->sweep)
        g->sweep = sweep_open(g);
    if (!g->issuing)
        g->issuing = issuing_open(g);
    if (!g->sealing)
        g->sealing = sealing_open(g);
    if (!g->mailing)
        g->mailing = mailing_open(g);
    if (!g->exporting)
        g->exporting = exporting_open(g);
    if (!g->watching)
        g->watching = watching_open(g);
    atomic_store(&g->started, true);
    keeper_refresh(g->keeper, c, o);
    return OK;
}

/* OK; an rc; or 1, a signal came first. */
static int
start_waiting(struct ctx *c, struct gate *g, const struct serve_options *o, const sigset_t *stop)
{
    const struct timespec second = {.tv_sec = 1};

    for (int n = 0;; n++) {
        int rc = start(c, g, o);

        if (rc != E_DOWN || n == WAIT_SECONDS)
            return rc;
        if (n % TELL_SECONDS == 0)
            log_line(LOG_WARN, "waiting for the database", LOG_N("port", http_port(g->http)),
                     LOG_N("seconds", n), LOG_T("detail", (const char *)c->err.detail));
        if (sigtimedwait(stop, NULL, &second) > 0)
            return 1;
    }
}

static void
tick(struct gate *g, int64_t n)
{
    gate_lanes_expire(g);
    gate_lanes_probe(g);
    keeper_tick(g->keeper, n);
    health_tick(g, n);
}

/* A file is there or is not; a server's database may still come: meanwhile everybody is told. */
static int
open_both(struct ctx *c, struct gate *g, const struct serve_options *o, const sigset_t *stop)
{
    const struct config *k = &atomic_load(&g->site)->config;
    int rc = g->one_server ? start(c, g, o) : http_start(c, g, k, o);

    if (rc < 0)
        return rc;
    return g->one_server ? http_start(c, g, k, o) : start_waiting(c, g, o, stop);
}

/* Signals are blocked in every thread and waited for here. */
static void
loop(struct gate *g, const sigset_t *stop)
{
    const struct timespec second = {.tv_sec = 1};

    for (int64_t n = 1;; n++) {
        if (sigtimedwait(stop, NULL, &second) > 0)
            return;
        tick(g, n);
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
    rc = gate_open(c, g, site, o);
    if (rc == OK && (rc = open_both(c, g, o, &stop)) == OK) {
        log_line(LOG_INFO, "listening", LOG_T("at", site->config.listen),
                 LOG_N("port", http_port(g->http)));
        if (o->ready)
            o->ready(http_port(g->http));
        loop(g, &stop);
        log_line(LOG_INFO, "stopping", LOG_N("grace", grace));
    }
    gate_close(c, g, grace);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc > 0 ? OK : rc;
}
