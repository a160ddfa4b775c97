/*
 * A request with its body, in this order and nowhere else: inputs - CSRF - idempotency - slow work
 * - transaction and handler - log of accesses - commit or roll back - status and page - one log
 * line.
 */
#include <string.h>
#include <unistd.h>

#include "auth/auth.h"
#include "auth/typed.h"
#include "base/err.h"
#include "base/json_arena.h"
#include "base/log.h"
#include "base/now.h"
#include "http/shared.h"
#include "http/upload.h"
#include "mod/papers/papers.h"
#include "site/gate.h"
#include "site/journal.h"
#include "site/limits.h"

enum where
gate_where(const struct visit *v)
{
    enum where where = v->r->c.route->where;

    if (v->writes)
        return RUN_WRITE_LANE;
    return where == RUN_READ_FIRST ? RUN_INLINE : where;
}

static bool
bare(const struct route *row)           /* no frame around it */
{
    return row->face == FACE_API || row->face == FACE_FILE || row->face == FACE_SCRIPT;
}

/* --- before the handler --- */

static int
before(struct visit *v)
{
    struct ctx *c = &v->r->c;
    int rc, csrf;

    if (typed_plain(c)) {                       /* handle() leads on, to a sealed word */
        params_read(c);
        c->faults.n = 0;
        c->err = (struct err){0};
        return OK;
    }
    typed_open(c);
    rc = params_read(c);
    csrf = gate_csrf_check(v);

    if (csrf < 0 && !v->r->malformed) {         /* a stranger's form hears nothing of its faults */
        c->faults.n = 0;
        return gate_csrf_check(v);
    }
    if (rc == OK && !v->r->uploads)
        rc = params_files(c);
    if (rc == OK && c->route->method == POST && !v->r->uploads && c->route->where != RUN_ASIDE)
        rc = gate_idem_read(v);
    return rc;
}

/* What the row prepares reads one state of the database.  What it concludes from rows that could
 * not be read counts for nothing. */
static int
prepare_once(struct visit *v)
{
    struct ctx *c = &v->r->c;
    int rc;

    if (!(c->db = gate_read_db(v->g, c)))
        return c->err.rc;
    if ((rc = db_begin(c, DB_READ_ONLY)) == OK) {
        json_arena_enter(c->a);
        rc = c->route->prepare(c);
        json_arena_leave();
        rc = db_down(c->db) ? E_DOWN : rc;
        db_rollback(c);
    }
    c->db = NULL;
    return rc == E_AGAIN ? E_DOWN : rc;
}

/* A worker's connection may have died while nobody used it: the first to find out tries again. */
static int
prepare(struct visit *v)
{
    struct ctx *c = &v->r->c;
    int rc = prepare_once(v);

    if (rc != E_DOWN)
        return rc;
    c->prepared = NULL;
    c->faults.n = 0;
    c->err = (struct err){0};
    return prepare_once(v);
}

/* Waits for other servers: no connection of the database does. */
static int
prepare_outward(struct ctx *c)
{
    int rc;

    json_arena_enter(c->a);
    rc = c->route->prepare(c);
    json_arena_leave();
    return rc;
}

/* What cannot be read is refused beside its field. */
static int
judge(struct ctx *c)
{
    const struct upload *u;
    size_t n = upload_list(c, NULL, &u);

    for (size_t i = 0; i < n; i++) {
        const char *why = papers_judge(c, &u[i]);

        if (why)
            fail_labelled(c, u[i].field, u[i].name, why);
    }
    return c->faults.n ? E_INVALID : OK;
}

/* On a worker: files into the store, and what the row prepares.  What is only looked at is in no
 * store, and looking twice does no harm. */
static int
slow(struct visit *v)
{
    struct ctx *c = &v->r->c;
    bool looks = c->route->body == BODY_LOOK;
    int rc = upload_keep(c);

    if (rc == OK && !looks)
        rc = judge(c);
    if (rc == OK && v->r->uploads && (rc = params_files(c)) == OK && !looks)
        rc = gate_idem_read(v);
    if (rc < 0 || !c->route->prepare)
        return rc;
    return c->route->outward ? prepare_outward(c) : prepare(v);
}

/* --- the handler --- */

/* A page of a row that shows persons is logged even where the handler names nobody: lists. */
static void
shown_default(struct ctx *c)
{
    if (c->route->sees == SEES_PERSON && c->out->shown.n == 0 && c->out->status == 200)
        *vec_push(c->a, &c->out->shown) = (struct shown){.what = c->route->path};
}

static void
fresh_reply(struct ctx *c)
{
    const char *language = ((struct visit *)c->req->app)->language;

    *c->out = (struct reply){.cookies = {language}};
    c->env = NULL;
}

static int
handle(struct visit *v, int (*run)(struct ctx *))
{
    struct ctx *c = &v->r->c;
    int rc;

    if (!bare(c->route))
        gate_page_env(v);
    json_arena_enter(c->a);         /* documents of a request end with it */
    rc = typed_plain(c) ? typed_go(c) : run(c);
    json_arena_leave();
    if (rc == OK && (c->out->status == 0 || c->out->body.over))
        rc =
            fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "%s: no reply, or one too long", c->route->path);
    if (rc == OK)
        shown_default(c);
    return rc;
}

/* On this thread's read-only connection. */
static int
run_inline(struct visit *v, int (*run)(struct ctx *))
{
    struct ctx *c = &v->r->c;
    int rc;

    if (!(c->db = gate_read_db(v->g, c)))
        return c->err.rc;
    rc = db_begin(c, DB_READ_ONLY);
    if (rc == OK) {
        rc = handle(v, run);
        rc = db_down(c->db) ? E_DOWN : rc;
        db_rollback(c);         /* nothing was written: the cheapest way to end it */
    }
    c->db = NULL;
    return rc;
}

static const char AWAY[] =
    N_("Hệ thống đang tạm gián đoạn: trang này vẫn xem được, các việc khác xin thử lại sau ít "
       "phút.");
static const char PERHAPS_NOT_STORED[] =
    N_("Hệ thống đang tạm gián đoạn nên có thể nội dung chưa được ghi lại; mọi điều bạn đã điền "
       "vẫn còn ở dưới đây. Xin chờ ít giây rồi gửi lại; gửi nhiều lần cũng chỉ được ghi nhận một "
       "lần.");

/* The database is away: the page of the snapshots alone, for nobody in particular; it says so. */
static int
run_away(struct visit *v)
{
    struct ctx *c = &v->r->c;
    int rc;

    v->away = true;
    v->warn = AWAY;
    c->session = NULL;
    c->account = 0;
    c->err = (struct err){0};
    fresh_reply(c);
    if (v->deferred && (rc = before(v)) < 0)
        return rc;
    rc = handle(v, c->route->run);
    c->out->cache = c->out->etag = NULL;
    return rc;
}

/* What a request leaves behind besides its own change: who was seen, and that the session lives. */
static bool
stale(const struct ctx *c)
{
    return c->session && c->session->stale && !c->session->token_label;
}

static int
leave(struct ctx *c)
{
    int rc = c->out->shown.n > 0 ? auth_log_store(c) : OK;

    if (rc == OK && stale(c))
        rc = auth_session_touch(c, c->session->id);
    return rc < 0 ? rc : OK;
}

static int
change_once(struct visit *v)
{
    struct ctx *c = &v->r->c;
    int rc = handle(v, c->route->run);

    if (rc == OK)
        rc = leave(c);
    if (rc == OK && journal_wants(c->route))
        rc = journal_act(c);
    return rc == OK ? gate_idem_keep(v) : rc;
}

/* It failed: was this key answered before?  Then its change is undone like any failed one, and the
 * answer of that time is given. */
static int
answered_before(struct visit *v, int rc)
{
    struct ctx *c = &v->r->c;
    struct err first = c->err;
    struct reply reply = *c->out;

    fresh_reply(c);
    if (gate_idem_find(v, &v->repeated) == E_REPLAY || v->repeated) {
        c->faults.n = 0;
        return v->repeated ? rc : E_REPLAY;
    }
    c->err = first;
    *c->out = reply;
    return rc;
}

/* Almost every key is new, so nobody looks for it first: keeping the answer fails when it was there
 * (its number is the primary key), and what fails looks.  A change that runs again looks first. */
static int
change(struct visit *v)
{
    bool found = false;
    int rc = v->runs++ ? gate_idem_find(v, &found) : OK;

    if (rc < 0 || found)
        return rc;
    rc = change_once(v);
    return rc == OK || rc == E_AGAIN || rc == E_DOWN ? rc : answered_before(v, rc);
}

/* --- on a lane: work may be called again when a shared commit failed, so the reply begins anew ---
 */

/* A read whose head waited for nobody: who asks, may she, what does she ask. */
static int
admit_here(struct visit *v)
{
    int rc = gate_who(v), limited = rc == OK || rc == E_SIGNIN ? limits_known(v) : OK;

    if (limited < 0)
        return limited;
    if (rc == OK)
        rc = gate_may(&v->r->c);
    return rc == OK ? before(v) : rc;
}

static int
run(struct visit *v)
{
    struct ctx *c = &v->r->c;
    int rc = OK;

    fresh_reply(c);
    v->repeated = false;
    c->faults.n = 0;
    c->err = (struct err){0};
    if (v->deferred)
        rc = admit_here(v);
    if (rc < 0)
        return rc;
    return gate_where(v) == RUN_WRITE_LANE ? change(v) : handle(v, c->route->run);
}

static int
show_page(struct visit *v)
{
    fresh_reply(&v->r->c);
    return handle(v, v->r->c.route->page);
}

int
gate_lane_work(struct visit *v)
{
    switch (v->stage) {
    case VISIT_WHO: return gate_who(v);
    case VISIT_AGAIN: return show_page(v);
    case VISIT_LOG: return leave(&v->r->c);
    default: return run(v);
    }
}

/* Nobody waits in the workers' queue for a database that is away longer than it takes to say so. */
static void
slow_work(struct worker_job *j)
{
    struct visit *v = (struct visit *)(void *)((char *)j - offsetof(struct visit, slow));

    bool aside = v->r->c.route->where == RUN_ASIDE;

    v->rc = gate_too_late(v) ? fail(&v->r->c, E_DOWN, NULL, "waited for a worker")
            : aside          ? handle(v, v->r->c.route->run)
                             : slow(v);
    if (v->rc == OK && !aside && v->r->c.route->where != RUN_INLINE) {
        gate_queue(v, VISIT_RUN);
        return;
    }
    v->stage = v->rc == OK && !aside ? VISIT_READY : VISIT_RAN;
    http_resume(v->r);
}

/* Who has the most in the line makes room for others. */
static void
slow_out(struct worker_job *j)
{
    struct visit *v = (struct visit *)(void *)((char *)j - offsetof(struct visit, slow));

    v->rc = fail(&v->r->c, E_LIMIT, NULL, "others wait with fewer");
    v->stage = VISIT_RAN;
    http_resume(v->r);
}

/* --- after the handler --- */

/* The row's page again, with what was typed and what is wrong, after all is rolled back. */
static enum step shown(struct visit *v, int rc);

static enum step
show_again(struct visit *v, int rc)
{
    struct ctx *c = &v->r->c;

    v->failed = rc;
    v->say = rc == E_CONFLICT ? c->err.say : NULL;
    v->echo = rc == E_DOWN;         /* should it be stored after all, the same key finds it */
    v->warn = rc == E_DOWN ? PERHAPS_NOT_STORED : NULL;
    if (!v->g->inline_reads) {
        http_suspend(v->r);
        gate_queue(v, VISIT_AGAIN);
        return STEP_WAIT;
    }
    fresh_reply(c);
    return shown(v, run_inline(v, c->route->page));
}

static void
fail_reply(struct visit *v, int rc)
{
    struct ctx *c = &v->r->c;
    bool bad = rc == E_INVALID && (v->r->malformed || c->route->method == GET);

    fresh_reply(c);
    gate_error(v, rc, v->status ? v->status : bad ? 400 : 0);
}

static bool
has_form(const struct visit *v, int rc)
{
    const struct ctx *c = &v->r->c;

    if (!c->route->page || c->route->method != POST || v->status)
        return false;
    if (rc == E_DOWN)               /* reads may go on where writing cannot: a full disk */
        return v->g->inline_reads && !v->unknown;
    return (rc == E_INVALID && !v->r->malformed) || rc == E_CONFLICT;
}

/* On a worker: a content that lies far away comes near, so that no socket's thread waits for it. */
static void
fetch_work(struct worker_job *j)
{
    struct visit *v = (struct visit *)(void *)((char *)j - offsetof(struct visit, slow));
    int64_t size;
    int fd = store_read(v->g->store, v->r->out.file, &size);

    if (fd >= 0)
        close(fd);
    v->stage = VISIT_FETCHED;
    http_resume(v->r);
}

static void
fetch_out(struct worker_job *j)
{
    struct visit *v = (struct visit *)(void *)((char *)j - offsetof(struct visit, slow));

    v->stage = VISIT_FETCHED;
    http_resume(v->r);
}

static bool
fetching(struct visit *v)
{
    if (!v->r->out.file || v->fetched || !v->g->store ||
        !store_far(v->g->store, v->r->out.file))
        return false;
    v->fetched = true;
    v->slow = (struct worker_job){.turn.who = v->owner, .work = fetch_work, .out = fetch_out};
    http_suspend(v->r);
    if (workers_put(v->g->workers, &v->slow))
        return true;
    v->stage = VISIT_FETCHED;
    http_resume(v->r);
    return true;
}

static enum step
conclude(struct visit *v)
{
    struct ctx *c = &v->r->c;

    if (fetching(v))
        return STEP_WAIT;
    if (c->out->shared > 0 && c->out->status == 200 && !v->personal && !v->away &&
        !c->out->cookies[0])
        shared_keep(c, v->r->started, c->out->shared);
    gate_flash_send(v);
    v->answered = now_mono_micros();
    return STEP_REPLY;
}

/* The reply is there; who was seen is logged before it leaves. */
static enum step
answer(struct visit *v, int rc)
{
    const struct ctx *c = &v->r->c;

    if ((c->out->shown.n > 0 || stale(c)) && (rc < 0 || gate_where(v) != RUN_WRITE_LANE)) {
        http_suspend(v->r);
        gate_queue(v, VISIT_LOG);
        return STEP_WAIT;
    }
    return conclude(v);
}

/* The form was made once more, or could not be. */
static enum step
shown(struct visit *v, int rc)
{
    v->r->c.retry_after = v->failed == E_DOWN ? DOWN_SECONDS : 0;
    if (rc == OK)
        v->r->c.out->status = gate_status(v->failed);
    else
        fail_reply(v, rc);
    return answer(v, v->failed);
}

static enum step
finish(struct visit *v, int rc)
{
    if (rc == E_DOWN && (v->r->c.route->away || v->r->c.route->where == RUN_HERE) && !v->away)
        rc = run_away(v);
    if (rc == E_WRITES && !v->writes) {
        v->writes = true;
        http_suspend(v->r);
        gate_queue(v, VISIT_RUN);
        return STEP_WAIT;
    }
    if (rc < 0 && has_form(v, rc))
        return show_again(v, rc);       /* its page may show a person too */
    if (rc < 0)
        fail_reply(v, rc);
    return answer(v, rc);
}

/* No entry in the log, no page.  That the session lives may wait for the next request. */
static enum step
logged(struct visit *v)
{
    struct ctx *c = &v->r->c;

    if (v->rc < 0 && c->out->shown.n > 0) {
        fresh_reply(c);
        gate_error(v, v->rc, v->status);
    }
    return conclude(v);
}

/* A page that is here for everybody is not asked for again. */
static bool
kept(struct visit *v)
{
    struct ctx *c = &v->r->c;

    return !v->deferred && c->route->method == GET && c->route->perm == PERM_PUBLIC &&
           !c->out->cookies[0] && !(c->req->h.cookie && request_cookie(c, "bao")) &&
           shared_find(c, v->r->started);
}

static enum step
start(struct visit *v)
{
    struct ctx *c = &v->r->c;

    if (v->away)
        return finish(v, run_away(v));
    if (c->route->where == RUN_HERE)
        return finish(v, handle(v, c->route->run));
    if (gate_where(v) == RUN_INLINE && v->g->inline_reads)
        return finish(v, run_inline(v, c->route->run));
    if (c->route->where == RUN_INLINE && kept(v))
        return conclude(v);
    http_suspend(v->r);
    gate_queue(v, VISIT_RUN);
    return STEP_WAIT;
}

/* Another thread costs more than the work. */
static bool
short_work(const struct visit *v)
{
    return !v->r->uploads && v->r->c.route->quick && v->g->inline_reads;
}

static struct workers *
line_of(struct visit *v)
{
    struct ctx *c = &v->r->c;

    if (c->route->outward)
        return v->g->outward;
    return v->g->hashers[c->route->line && !v->r->uploads ? c->route->line(c) : LINE_WORK];
}

static enum step
begin(struct visit *v)
{
    int rc;

    if (v->unknown || v->over) {
        params_read(&v->r->c);          /* so that the page can give it back */
        v->r->c.faults.n = 0;
        v->r->c.err = (struct err){0};
        return finish(v, v->over ? E_LIMIT : E_DOWN);
    }
    if (v->deferred && !v->away) {
        http_suspend(v->r);
        gate_queue(v, VISIT_RUN);
        return STEP_WAIT;
    }
    if ((rc = before(v)) < 0)
        return finish(v, rc);
    if (!v->r->uploads && !v->r->c.route->prepare && v->r->c.route->where != RUN_ASIDE)
        return start(v);
    if (short_work(v)) {
        rc = slow(v);
        return rc < 0 ? finish(v, rc) : start(v);
    }
    http_suspend(v->r);
    v->slow = (struct worker_job){.turn.who = v->owner, .work = slow_work, .out = slow_out};
    v->queued = now_mono_micros();
    if (!workers_put(line_of(v), &v->slow)) {
        v->status = 503;
        v->rc = E_SYS;
        v->stage = VISIT_RAN;
        http_resume(v->r);
    }
    return STEP_WAIT;
}

enum step
gate_step(void *arg, struct request *r)
{
    struct visit *v = r->app;

    (void)arg;
    switch (v->stage) {
    case VISIT_BODY: v->arrived = now_mono_micros(); return begin(v);
    case VISIT_READY: return start(v);
    case VISIT_RAN: return finish(v, v->rc);
    case VISIT_SHOWN: return shown(v, v->rc);
    case VISIT_LOGGED: return logged(v);
    case VISIT_FETCHED: return conclude(v);
    default: return STEP_WAIT;          /* cannot be: it is in a queue */
    }
}

/* Where the time of a slow one went. */
static void
log_slow(struct gate *g, const struct visit *v, const struct request *r, int64_t micros)
{
    const struct spent *s = &r->c.spent;
    int64_t most = atomic_load(&g->site)->config.slow_ms;

    if (!v || !v->arrived || !v->answered || most == 0 || micros < most * 1000)
        return;
    counter_add(&g->figures->slow_requests, 1);
    log_line(LOG_WARN, "slow request", LOG_T("id", r->c.request_id),
             LOG_T("route", r->c.route ? r->c.route->path : "-"), LOG_N("us", micros),
             LOG_N("body", v->arrived - r->started), LOG_N("wait", v->waited),
             LOG_N("handler", v->answered - v->arrived - v->waited - v->committed),
             LOG_N("db", s->micros), LOG_N("statements", s->statements),
             LOG_T("slowest", s->slowest), LOG_N("slowest_us", s->slowest_micros),
             LOG_N("commit", v->committed), LOG_N("send", micros - (v->answered - r->started)));
}

static enum watch_rank
rank_of(const struct ctx *c)
{
    if (!c->session)
        return WATCH_STRANGER;
    return c->session->kind == ACCOUNT_CITIZEN ? WATCH_CITIZEN : WATCH_OFFICER;
}

/* One line a request: the pattern of its route, never the address itself, which names people. */
void
gate_finished(void *arg, struct request *r, bool sent)
{
    static const char *const VERBS[] = { "other", "GET", "HEAD", "POST" };
    const struct visit *v = r->app;
    const char *verb = VERBS[r->verb], *route = r->c.route ? r->c.route->path : "-";
    const char *end = sent ? "sent" : "gone";
    int64_t micros = now_mono_micros() - r->started;

    http_rank(r, rank_of(&r->c));
    figures_request(((struct gate *)arg)->figures, r, sent, micros);
    log_line(LOG_INFO, "request", LOG_T("id", r->c.request_id), LOG_T("method", verb),
             LOG_T("route", route), LOG_N("status", r->out.status),
             LOG_N("us", micros), LOG_N("bytes", (int64_t)r->out.body.n),
             LOG_N("wait", v ? v->waited : 0), LOG_T("end", end));
    log_slow(arg, v, r, micros);
}
