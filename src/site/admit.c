/*
 * What a request's head must pass before a byte of its body is taken: it is not ambiguous, its
 * address does not ask too often, its path and method are of a route row, and who asks may go
 * there.
 */
#include <string.h>
#include <strings.h>

#include "auth/auth.h"
#include "base/err.h"
#include "base/now.h"
#include "mod/catalogue/catalogue_versions.h"
#include "site/gate.h"
#include "site/limits.h"

struct inline_db {
    struct inline_db *next;
    struct db *db;
};

static _Thread_local struct inline_db *mine;
static _Thread_local struct gate *mine_of;

struct db *
gate_read_db(struct gate *g, struct ctx *c)
{
    struct inline_db *d;
    struct db *db;

    if (mine && mine_of == g)
        return mine->db;
    if (db_open(c, atomic_load(&g->site)->config.db, DB_READ_ONLY, &db) < 0)
        return NULL;
    db_bounded(db);
    d = mem_get(sizeof *d);
    d->db = db;
    pthread_mutex_lock(&g->lock);
    d->next = g->open;
    g->open = d;
    pthread_mutex_unlock(&g->lock);
    mine = d;
    mine_of = g;
    return db;
}

void
gate_read_close(struct gate *g)
{
    for (struct inline_db *d = g->open, *next; d; d = next) {
        next = d->next;
        db_close(d->db);
        mem_free(d);
    }
    g->open = NULL;
}

int64_t
gate_read_count(struct gate *g)
{
    int64_t n = 0;

    pthread_mutex_lock(&g->lock);
    for (const struct inline_db *d = g->open; d; d = d->next)
        n++;
    pthread_mutex_unlock(&g->lock);
    return n;
}

/* --- who asks --- */

static const char *
bearer(const char *authorization)
{
    if (!authorization || strncasecmp(authorization, "Bearer ", 7) != 0)
        return NULL;
    return authorization + 7 + strspn(authorization + 7, " ");
}

/* What needs neither database nor snapshots: assets, and whether this server is ready. */
static bool
bare_file(const struct route *row)
{
    return row->where == RUN_HERE && row->face == FACE_FILE;
}

/* Pages know their visitor by a cookie, the API by a token; neither takes the other's.  A file that
 * is the same for everybody asks for nobody. */
static const char *
secret_of(struct ctx *c)
{
    if (bare_file(c->route))
        return NULL;
    return c->route->face == FACE_API ? bearer(c->req->h.authorization) : request_session(c);
}

/* The same, of whatever is asked for. */
static const char *
sent_secret(struct ctx *c)
{
    return c->route && c->route->face == FACE_API ? bearer(c->req->h.authorization)
                                                  : request_session(c);
}

int
gate_who(struct visit *v)
{
    struct ctx *c = &v->r->c;
    bool api = c->route->face == FACE_API;
    const char *secret = secret_of(c);
    int rc = OK;

    c->session = NULL;
    if (secret)
        rc = api ? auth_token_get(c, secret, &c->session)
                 : auth_session_get(c, secret, &c->session);
    if (rc == E_SIGNIN && !api)         /* an old session: a visitor like any other */
        rc = OK;
    if (rc == OK)
        c->err = (struct err){0};
    c->account = c->session ? c->session->account : 0;
    return rc;
}

int
gate_may(const struct ctx *c)
{
    enum perm p = c->route->perm;

    if (p != PERM_PUBLIC && c->session && c->session->must_second && !c->route->early)
        return E_DENIED;
    if (p == PERM_PUBLIC || (c->session && (c->session->perms & PERM_BIT(p))))
        return OK;
    return c->session ? E_DENIED : E_SIGNIN;
}

/* The look-up where it belongs: here on the embedded engine, with the handler for a read, else on a
 * read lane before a byte of the body is taken.  OK, an rc, or ADMIT_WAIT. */
static int
who(struct visit *v, struct ctx *c)
{
    int rc;

    if (!secret_of(c))
        return OK;
    if (v->g->inline_reads) {
        if (!(c->db = gate_read_db(v->g, c)))
            return c->err.rc;
        rc = gate_who(v);
        c->db = NULL;
        return rc;
    }
    v->deferred = v->r->verb != VERB_POST && !c->route->prepare;    /* that asks who it is for */
    if (v->deferred)
        return OK;
    http_suspend(v->r);
    gate_queue(v, VISIT_WHO);
    return ADMIT_WAIT;
}

/* --- what may follow the head --- */

static const struct body_row {
    const char *types[2];
    size_t max;
} BODIES[] = {
    [BODY_NONE] = { { NULL }, 0 },
    [BODY_FORM] = { { "application/x-www-form-urlencoded" }, 64 << 10 },
    [BODY_EFORM] = { { "application/x-www-form-urlencoded" }, 256 << 10 },
    [BODY_JSON] = { { "application/json" }, 256 << 10 },
    [BODY_PART] = { { "application/octet-stream" }, 1 << 20 },
    [BODY_LOOK] = { { "multipart/form-data" }, 64 << 10 },
    [BODY_UPLOAD] = { { "multipart/form-data", "application/x-www-form-urlencoded" }, 256 << 10 },
};
enum { UPLOADS = 20 };

static bool
media(const char *type, const char *want)
{
    size_t n = strlen(want);

    return want && strncasecmp(type, want, n) == 0 &&
           (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

static int
body_allowed(struct visit *v, struct request *r)
{
    const struct body_row *b = &BODIES[r->c.route->body];
    bool body = r->h.length > 0 || r->h.chunked, form = false;

    r->body_max = b->max;
    if (r->verb != VERB_POST)
        r->body_max = 0;
    if (r->body_max && body) {
        form = r->h.type && media(r->h.type, b->types[0]);
        if (!form && !(r->h.type && b->types[1] && media(r->h.type, b->types[1])))
            return 415;
    }
    if (r->c.route->body == BODY_UPLOAD && form)
        r->body_max += (size_t)http_config(v->r->http)->file_max *
                       (r->c.route->perm == PERM_PUBLIC ? 2 : UPLOADS);
    if (r->c.route->body == BODY_LOOK && form)
        r->body_max += (size_t)http_config(v->r->http)->file_max;
    if (r->h.length > (int64_t)r->body_max || (r->body_max == 0 && r->h.chunked))
        return 413;
    return 0;
}

/* --- the language: ?lang=en once, a cookie from then on --- */

static void
language(struct ctx *c)
{
    const struct sent_list *q = &c->req->query;
    const char *word = NULL;

    for (size_t i = 0; i < q->n; i++)
        if (strcmp(q->p[i].name, "lang") == 0)
            word = q->p[i].value;
    if (word && (strcmp(word, "vi") == 0 || strcmp(word, "en") == 0))
        reply_cookie(c, "lang", word, 365 * 86400);
    else
        word = c->req->h.cookie ? request_cookie(c, "lang") : NULL;
    c->lang = word && strcmp(word, "en") == 0 ? LANG_EN : LANG_VI;
}

/* English of procedures and agencies: the catalogue's own en.po, which a city edits. */
static const char *
data_text(const struct ctx *c, const char *vi)
{
    return c->site->catalogue ? catalogue_text(c->site->catalogue, c->lang, vi) : vi;
}

static int
refuse(struct visit *v, int rc, int status)
{
    gate_error(v, rc, status);
    gate_flash_send(v);
    return rc;
}

/* A form of a moderate size may be given back to whoever sent it. */
static bool
returnable(const struct route *row)
{
    return row->method == POST && row->face != FACE_API &&
           (row->body == BODY_FORM || row->body == BODY_EFORM);
}

/* A form is taken all the same, and given back as it was typed. */
static int
too_often(struct visit *v)
{
    if (v->r->verb != VERB_POST || !returnable(v->r->c.route) || body_allowed(v, v->r) != 0)
        return refuse(v, E_LIMIT, 429);
    v->over = true;
    v->stage = VISIT_BODY;
    return OK;
}

/* A stranger's file costs a worker far more than a page: it has a rate of its own, by who is signed
 * in, else by address. */
static int
looks_too_often(struct visit *v)
{
    struct ctx *c = &v->r->c;
    const char *who = v->r->address;

    if (c->route->body != BODY_LOOK || v->r->verb != VERB_POST)
        return OK;
    if (c->account)
        who = arena_fmt(c->a, "account %" PRId64, c->account);
    c->retry_after = rate_take(v->g->looks, who, v->r->started);
    return c->retry_after > 0 ? E_LIMIT : OK;
}

/* Contents that no row names stay for two days, so what one citizen may send in that time is
 * bounded: a hundred dossiers, not the disk. */
static int
sends_too_much(struct visit *v)
{
    struct ctx *c = &v->r->c;
    enum body body = c->route->body;
    const char *type = v->r->h.type ? v->r->h.type : "";
    bool files = body == BODY_PART || (body == BODY_UPLOAD && media(type, BODIES[body].types[0]));
    int64_t n = v->r->h.chunked ? (int64_t)v->r->body_max : v->r->h.length;

    if (!files || v->r->verb != VERB_POST || !c->session || c->session->kind != ACCOUNT_CITIZEN)
        return OK;
    c->retry_after =
        rate_take_many(v->g->uploads, arena_fmt(c->a, "account %" PRId64, c->account),
                       n / 1024 + 1, v->r->started);
    return c->retry_after > 0 ? E_LIMIT : OK;
}

/* Of a look-up: somebody, or certainly nobody. */
static bool
found_out(int rc)
{
    return rc == OK || rc == E_SIGNIN;
}

/* Who asks is known, or cannot be known now: pages that can do without are shown to nobody. */
static int
admit_known(struct visit *v, int rc)
{
    struct ctx *c = &v->r->c;
    int status;

    if (rc == E_LIMIT || (found_out(rc) && !v->deferred && limits_known(v) < 0))
        return too_often(v);
    if (rc == E_DOWN && (c->route->where == RUN_HERE || c->route->away)) {
        v->away = true;
        rc = OK;
    } else if (rc == E_DOWN && returnable(c->route)) {
        v->unknown = true;
        rc = OK;
    }
    if (rc < 0 || (!v->deferred && !v->unknown && (rc = gate_may(c)) < 0))
        return refuse(v, rc, v->status);
    if (looks_too_often(v) < 0)
        return refuse(v, E_LIMIT, 429);
    if ((status = body_allowed(v, v->r)) != 0)
        return refuse(v, E_TOOBIG, status);
    if (sends_too_much(v) < 0)
        return refuse(v, E_LIMIT, 429);
    v->stage = VISIT_BODY;
    return OK;
}

static int
admit_head(struct visit *v)
{
    struct request *r = v->r;
    struct ctx *c = &r->c;
    int rc;

    r->app = v;
    c->site = atomic_load(&v->g->site);
    c->data_text = data_text;
    if (r->bad)
        return refuse(v, E_INVALID, 400);
    language(c);
    v->language = r->out.cookies[0];
    rc = router_find(v->g->router, r);
    if (limits_head(v, sent_secret(c)) < 0)     /* a stranger's form is not even read */
        return v->counted && rc == OK ? too_often(v) : refuse(v, E_LIMIT, 429);
    if (rc < 0)
        return refuse(v, rc, rc == E_NOTFOUND ? 404 : 405);
    if (!atomic_load(&v->g->started) && !bare_file(c->route))
        return refuse(v, fail(c, E_DOWN, NULL, "not started yet"), 0);
    rc = who(v, c);
    return rc == ADMIT_WAIT ? rc : admit_known(v, rc);
}

int
gate_admit(void *arg, struct request *r)
{
    struct visit *v = r->app;

    if (v)                              /* the look-up is done */
        return admit_known(v, v->rc);
    v = arena_get(r->c.a, sizeof *v);
    *v = (struct visit){.g = arg, .r = r};
    return admit_head(v);
}
