#include "site/intake.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "site/errand.h"
#include "site/gate.h"
#include "site/intake_inside.h"

enum {
    THREADS = 2, ROUND_ARENA = 8 << 20, AT_ONCE = 2,
    PAUSE_MILLIS = 200, LOOK_EVERY = 5,         /* pauses between two looks without a bell */
    FIGURES_SECONDS = 15, SIGNATURES_SECONDS = 60, AWAY_SECONDS = 5,
    OLD_SECONDS = 900,          /* what waits longer is told */
    RESCAN_WAITING = 200,       /* a rescan goes on only while the queue is shorter */
    DAY = 86400
};

struct intake {
    struct gate *g;
    struct intake_tools tools;
    struct intake_figures figures;
    pthread_t thread[THREADS];
    int threads;
    atomic_bool rest;
    atomic_int turns;                   /* gives the threads their numbers */
    _Atomic int64_t signatures, looked_at, counted_at;  /* now_mono_micros() of the last look */
    _Atomic int64_t waiting, accounts, largest, documents, oldest, infected, refused, failed;
    char after[65];                     /* of the rescan; thread 0's own */
    int64_t rescanned;                  /* signatures by which all were looked at */
};

/* --- contents --- */

struct contents { struct content *p; size_t n; };

static int
take_contents(struct ctx *c, void *arg)
{
    struct contents *v = arg;

    return content_take(c, AT_ONCE, &v->p, &v->n);
}

static int
record_content(struct ctx *c, void *arg)
{
    return content_record(c, arg);
}

static struct intake_tools
tools_now(struct intake *k, const struct ctx *c)
{
    struct intake_tools t = k->tools;

    t.signatures = atomic_load(&k->signatures);
    t.required = c->site->config.scan_required;
    return t;
}

/* Before it is scanned nothing reads it, unless the setting lets it be shown so. */
static bool
may_inspect(const struct intake_tools *t, const struct content *k)
{
    return t->convert && k->state == CONTENT_ARRIVED && k->scan != CONTENT_INFECTED &&
           (k->scan == CONTENT_CLEAN || !t->required);
}

static void
look_at(struct intake *k, struct ctx *c, const struct content *one)
{
    struct intake_tools t = tools_now(k, c);
    struct content_result r = {.k = *one};
    int rc;

    intake_scan(c, &t, &r);
    if (may_inspect(&t, &r.k))
        intake_inspect(c, &t, &r);
    if ((rc = errand(k->g, c, record_content, &r)) < 0)
        log_line(LOG_WARN, "content", LOG_T("sha256", one->sha256), LOG_N("rc", rc),
                 LOG_T("detail", (const char *)c->err.detail));
}

static size_t
do_contents(struct intake *k, struct ctx *c)
{
    struct contents v = {0};

    if (errand(k->g, c, take_contents, &v) < 0)
        return 0;
    for (size_t i = 0; i < v.n; i++)
        look_at(k, c, &v.p[i]);
    return v.n;
}

/* --- documents --- */

struct documents { struct document_job p[1]; size_t n; struct document_result r; };

static int
take_documents(struct ctx *c, void *arg)
{
    struct documents *v = arg;

    return content_take_documents(c, 1, c->site->config.scan_required, v->p, &v->n);
}

static int
record_document(struct ctx *c, void *arg)
{
    struct documents *v = arg;

    return content_record_document(c, &v->p[0], &v->r);
}

static size_t
do_documents(struct intake *k, struct ctx *c)
{
    struct intake_tools t = tools_now(k, c);
    struct documents v = {0};
    int rc;

    if (!t.convert || errand(k->g, c, take_documents, &v) < 0 || v.n == 0)
        return 0;
    intake_document(c, &t, &v.p[0], &v.r);
    if ((rc = errand(k->g, c, record_document, &v)) < 0)
        log_line(LOG_WARN, "document", LOG_N("rc", rc),
                 LOG_T("detail", (const char *)c->err.detail));
    return v.n;
}

/* --- looking round --- */

static bool
turn_of(_Atomic int64_t *last, int64_t seconds)
{
    int64_t was = atomic_load(last), now = now_mono_micros();

    return (was == 0 || now - was >= seconds * 1000000) &&
           atomic_compare_exchange_strong(last, &was, now);
}

static void
look_at_scanner(struct intake *k)
{
    int64_t was = atomic_load(&k->signatures), is;

    if (!k->tools.scan.address || !turn_of(&k->looked_at, was ? SIGNATURES_SECONDS : AWAY_SECONDS))
        return;
    is = scan_signatures(&k->tools.scan, NULL, 0);
    if ((is != 0) != (was != 0))
        log_line(is ? LOG_INFO : LOG_WARN, is ? "scanner answers" : "scanner does not answer",
                 LOG_T("at", k->tools.scan.address), LOG_N("signatures", is));
    atomic_store(&k->signatures, is);
}

static void
count(struct intake *k, struct ctx *c)
{
    struct content_figures f;

    if (!turn_of(&k->counted_at, FIGURES_SECONDS) || content_figures(c, &f) < 0)
        return;
    atomic_store(&k->waiting, f.waiting);
    atomic_store(&k->accounts, f.accounts);
    atomic_store(&k->largest, f.largest);
    atomic_store(&k->documents, f.documents);
    atomic_store(&k->oldest, f.oldest);
    atomic_store(&k->infected, f.infected);
    atomic_store(&k->refused, f.refused);
    atomic_store(&k->failed, f.failed);
}

/* --- what was scanned by older signatures, or never --- */

static int
put_again(struct ctx *c, void *arg)
{
    struct contents *v = arg;
    int rc = OK;

    for (size_t i = 0; i < v->n && rc == OK; i++)
        rc = content_rescan(c, v->p[i].sha256);
    return rc;
}

static void
rescan(struct intake *k, struct ctx *c)
{
    int64_t signatures = atomic_load(&k->signatures);
    int days = c->site->config.rescan_days;
    struct contents v = {0};
    const char *after = k->after;

    if (!signatures || signatures == k->rescanned || atomic_load(&k->waiting) > RESCAN_WAITING ||
        content_stale(c, signatures, days ? c->now - (int64_t)days * DAY : INT64_MAX, &after, &v.p,
                      &v.n) < 0)
        return;
    c->db = NULL;
    if (v.n && errand(k->g, c, put_again, &v) < 0)
        return;
    snprintf(k->after, sizeof k->after, "%s", after);
    if (!*after)
        k->rescanned = signatures;
}

/* --- the threads --- */

static bool
round_of(struct intake *k, struct ctx *c, bool first)
{
    bool due;

    look_at_scanner(k);
    if (!(c->db = gate_read_db(k->g, c)))
        return false;
    due = content_is_due(c);
    count(k, c);
    if (first)
        rescan(k, c);
    c->db = NULL;
    return due && (do_contents(k, c) + do_documents(k, c)) > 0;
}

static bool
one_round(struct intake *k, bool first)
{
    struct arena *a = arena_open(ROUND_ARENA);
    struct ctx c;
    bool busy;

    ctx_init(&c, a);
    c.site = atomic_load(&k->g->site);
    busy = round_of(k, &c, first);
    arena_close(a);
    return busy;
}

static void *
loop(void *arg)
{
    struct intake *k = arg;
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    bool first = atomic_fetch_add(&k->turns, 1) == 0;
    unsigned heard = 0;

    pthread_setname_np(pthread_self(), "intake");
    for (int quiet = LOOK_EVERY; !atomic_load(&k->rest); quiet++) {
        unsigned bell = content_bell();

        if (bell != heard || quiet >= LOOK_EVERY) {
            heard = bell;
            quiet = one_round(k, first) ? LOOK_EVERY : 0;
        }
        if (quiet < LOOK_EVERY)
            nanosleep(&pause, NULL);
    }
    return NULL;
}

/* --- opening and closing --- */

struct intake *
intake_open(struct gate *g)
{
    const struct config *f = &atomic_load(&g->site)->config;
    struct intake *k = mem_get(sizeof *k);

    k->g = g;
    k->tools = (struct intake_tools){.store = g->store, .convert = g->convert,
                                     .figures = &k->figures,
                                     .scan = {.address = f->clamd && *f->clamd ? f->clamd : NULL,
                                              .stop = &k->rest}};
    while (g->store && k->threads < THREADS &&
           pthread_create(&k->thread[k->threads], NULL, loop, k) == 0)
        k->threads++;
    return k;
}

void
intake_close(struct intake *k)
{
    if (!k)
        return;
    atomic_store(&k->rest, true);
    for (int i = 0; i < k->threads; i++)
        pthread_join(k->thread[i], NULL);
    mem_free(k);
}

/* --- what is said of it --- */

struct intake_view
intake_view(const struct intake *k)
{
    if (!k)
        return (struct intake_view){0};
    return (struct intake_view){
        .queue = {.waiting = atomic_load(&k->waiting), .documents = atomic_load(&k->documents),
                  .accounts = atomic_load(&k->accounts), .largest = atomic_load(&k->largest),
                  .oldest = atomic_load(&k->oldest), .infected = atomic_load(&k->infected),
                  .refused = atomic_load(&k->refused), .failed = atomic_load(&k->failed)},
        .signatures = atomic_load(&k->signatures), .scanner = k->tools.scan.address != NULL,
        .converter = k->tools.convert != NULL};
}

static void
write_gauges(struct buf *b, const struct intake_view *v)
{
    int64_t age = v->queue.oldest ? now_seconds() - v->queue.oldest : 0;
    const struct { const char *name, *help; int64_t v; } G[] = {
        {"motcua_contents_waiting", "Contents to be scanned or inspected; 10000: or more.",
         v->queue.waiting},
        {"motcua_contents_accounts_waiting", "Accounts whose contents those are; served in turn.",
         v->queue.accounts},
        {"motcua_contents_largest_share", "Contents of the account that has the most of them.",
         v->queue.largest},
        {"motcua_contents_oldest_seconds", "Age of the first of them.", age > 0 ? age : 0},
        {"motcua_documents_waiting", "Papers whose photos become one PDF.", v->queue.documents},
        {"motcua_contents_infected", "Contents that are infected.", v->queue.infected},
        {"motcua_contents_refused", "Contents that cannot be read.", v->queue.refused},
        {"motcua_contents_failed", "Contents and documents that were given up.", v->queue.failed},
        {"motcua_scanner_signatures", "Number of the scanner's database; 0: no answer.",
         v->signatures},
    };

    for (size_t i = 0; i < sizeof G / sizeof *G; i++) {
        metric_head(b, G[i].name, "gauge", G[i].help);
        metric_int(b, G[i].name, "", G[i].v);
    }
}

void
intake_metrics(const struct gate *g, struct buf *b)
{
    static const char *const SCANNED[] = {"result=\"clean\"", "result=\"infected\"",
                                          "result=\"failed\""};
    const struct intake *k = g->intake;
    struct intake_view v = intake_view(k);

    write_gauges(b, &v);
    if (!k)
        return;
    metric_head(b, "motcua_scans_total", "counter", "Contents that the scanner was given.");
    for (int i = 0; i < 3; i++)
        metric_int(b, "motcua_scans_total", SCANNED[i],
                   (int64_t)counter_read(&k->figures.scanned[i]));
    metric_head(b, "motcua_scan_seconds_total", "counter", "Time that scans took.");
    metric_seconds(b, "motcua_scan_seconds_total", "",
                   (int64_t)counter_read(&k->figures.scan_micros));
    metric_head(b, "motcua_inspections_total", "counter", "Contents that were inspected.");
    metric_int(b, "motcua_inspections_total", "result=\"fit\"",
               (int64_t)counter_read(&k->figures.inspected));
    metric_int(b, "motcua_inspections_total", "result=\"refused\"",
               (int64_t)counter_read(&k->figures.refused));
    metric_int(b, "motcua_inspections_total", "result=\"failed\"",
               (int64_t)counter_read(&k->figures.failed));
    metric_head(b, "motcua_documents_total", "counter", "PDF files made of photos.");
    metric_int(b, "motcua_documents_total", "", (int64_t)counter_read(&k->figures.documents));
    metric_head(b, "motcua_convert_seconds_total", "counter", "Time that these waited for it.");
    metric_seconds(b, "motcua_convert_seconds_total", "",
                   (int64_t)counter_read(&k->figures.convert_micros));
}

void
intake_say(const struct gate *g, struct buf *b)
{
    struct intake_view v = intake_view(g->intake);
    int64_t age = v.queue.oldest ? now_seconds() - v.queue.oldest : 0;

    if (!v.converter)
        buf_lit(b, "warning: papers are not converted: motcua-convert is not there\n");
    if (v.scanner && !v.signatures)
        buf_lit(b, "warning: the virus scanner does not answer\n");
    if (age > OLD_SECONDS)
        buf_fmt(b, "warning: a paper waits for its scan since %lld s\n", (long long)age);
    if (v.queue.failed)
        buf_fmt(b, "warning: %lld papers could not be scanned or converted\n",
                (long long)v.queue.failed);
}
