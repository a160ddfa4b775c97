#include "site/issuing.h"

#include <time.h>

#include "auth/auth.h"
#include "base/err.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/now.h"
#include "mod/dossiers/dossiers_result.h"
#include "pdf/pdf.h"
#include "site/errand.h"
#include "site/gate.h"

enum {
    PAUSE_MILLIS = 50, EAGER = 40 /* pauses after a bell */, LOOK_EVERY = 20,
    AT_ONCE = 8, LEASE_SECONDS = 120, TRIES = 6, ROUND_ARENA = 512 << 20
};

struct issuing {
    struct gate *g;
    pthread_t thread;
    bool running;
    atomic_bool rest;
    counter issued, failed, micros;
};

/* --- one round: claimed on the lane, made here, recorded on the lane --- */

struct claimed {
    struct result *p;
    struct result_signed *made;         /* of each: the signer's login at first */
    size_t n;
};

static int
claim(struct ctx *c, void *arg)
{
    struct claimed *v = arg;
    int rc = results_to_sign(c, LEASE_SECONDS, AT_ONCE, &v->p, &v->n);

    v->made = arena_get(c->a, (v->n + 1) * sizeof *v->made);
    for (size_t i = 0; i < v->n && rc >= 0; i++) {
        struct account who;

        rc = auth_account_get(c, v->p[i].signer, &who);
        v->made[i].login = rc < 0 ? "" : who.login;
    }
    return rc;
}

struct record { struct result r; const struct result_signed *made; const char *problem; bool end; };

static int
finish(struct ctx *c, void *arg)
{
    struct record *v = arg;
    struct result r = v->r;             /* the lane may run this again */

    return result_finish(c, &r, v->made);
}

static int
put_off(struct ctx *c, void *arg)
{
    struct record *v = arg;
    struct result r = v->r;

    return result_put_off(c, &r, v->problem, v->end);
}

static const char SAY_LATER[] = N_("Chưa ký được; hệ thống sẽ tự ký lại sau ít phút.");

/* The machine's trouble is tried again; what a person has to look at becomes a draft once more. */
static void
set_aside(struct issuing *k, struct ctx *c, struct record *v, int rc)
{
    counter_add(&k->failed, 1);
    v->end = rc != E_DOWN || v->r.tries >= TRIES;
    v->problem = c->err.say ? c->err.say : SAY_LATER;
    log_line(LOG_WARN, "result not signed", LOG_T("dossier", v->r.code), LOG_N("rc", rc),
             LOG_N("tries", v->r.tries), LOG_T("detail", (const char *)c->err.detail));
    if ((rc = errand(k->g, c, put_off, v)) < 0)
        log_line(LOG_WARN, "result", LOG_T("dossier", v->r.code), LOG_N("rc", rc),
                 LOG_T("detail", (const char *)c->err.detail));
}

static void
issue(struct issuing *k, struct ctx *c, const struct result *r, struct result_signed *made)
{
    struct record v = {.r = *r, .made = made};
    int64_t start = now_mono_micros();
    int rc;

    c->err = (struct err){0};
    if ((rc = result_make_signed(c, r, made)) == OK)
        rc = errand(k->g, c, finish, &v);
    if (rc < 0) {
        set_aside(k, c, &v, rc);
        return;
    }
    counter_add(&k->issued, 1);
    counter_add(&k->micros, (uint64_t)(now_mono_micros() - start));
    log_line(LOG_INFO, "result issued", LOG_T("dossier", r->code), LOG_T("number", r->number),
             LOG_N("us", now_mono_micros() - start));
}

static bool
look(struct issuing *k, struct ctx *c)
{
    bool due;

    if (!(c->db = gate_read_db(k->g, c)))
        return false;
    due = results_are_due(c);
    c->db = NULL;
    return due;
}

/* True: there may be more. */
static bool
one_round(struct issuing *k)
{
    struct arena *a = arena_open(ROUND_ARENA);
    struct claimed v = {0};
    struct ctx c;

    ctx_init(&c, a);
    c.now = now_seconds();
    c.site = atomic_load(&k->g->site);
    if (look(k, &c) && errand(k->g, &c, claim, &v) == OK)
        for (size_t i = 0; i < v.n; i++)
            issue(k, &c, &v.p[i], &v.made[i]);
    arena_close(a);
    return v.n == AT_ONCE;
}

/* --- the thread --- */

static void *
loop(void *arg)
{
    struct issuing *k = arg;
    const struct timespec pause = {.tv_nsec = PAUSE_MILLIS * 1000000L};
    unsigned heard = 0;

    pthread_setname_np(pthread_self(), "issuing");
    for (int turn = 0, eager = 0; !atomic_load(&k->rest); turn++) {
        unsigned bell = result_bell();

        if (bell != heard)
            heard = bell, eager = EAGER;
        if (eager > 0 || turn % LOOK_EVERY == 0)
            while (one_round(k) && !atomic_load(&k->rest))
                continue;
        eager -= eager > 0;
        nanosleep(&pause, NULL);
    }
    pdf_thread_end();
    return NULL;
}

struct issuing *
issuing_open(struct gate *g)
{
    struct issuing *k = mem_get(sizeof *k);

    k->g = g;
    k->running = g->store && pthread_create(&k->thread, NULL, loop, k) == 0;
    return k;
}

void
issuing_close(struct issuing *k)
{
    if (!k)
        return;
    atomic_store(&k->rest, true);
    if (k->running)
        pthread_join(k->thread, NULL);
    mem_free(k);
}

void
issuing_metrics(const struct issuing *k, struct buf *b)
{
    if (!k)
        return;
    metric_head(b, "motcua_results_issued_total", "counter", "Results made and signed here.");
    metric_int(b, "motcua_results_issued_total", "", (int64_t)counter_read(&k->issued));
    metric_head(b, "motcua_results_failed_total", "counter", "Tries that did not end in a file.");
    metric_int(b, "motcua_results_failed_total", "", (int64_t)counter_read(&k->failed));
    metric_head(b, "motcua_results_seconds_total", "counter", "Time that issued ones took.");
    metric_seconds(b, "motcua_results_seconds_total", "", (int64_t)counter_read(&k->micros));
}
