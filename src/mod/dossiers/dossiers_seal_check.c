/* Every event of every dossier against its hash, its leaf and the count of its dossier. */
#include <string.h>

#include "mod/dossiers/dossiers_seal.h"
#include "mod/dossiers/dossiers_seal_inside.h"
#include "mod/dossiers/dossiers_sql.h"

enum { PAGE = 500, PAGE_ARENA = 256 << 20 };

struct page {
    struct ctx *c;
    struct audit_check *k;
    int64_t after, upto;
    dossier_list rows;
    event_list events;
    seal_leaves leaves;
    seal_waitings waiting;
    size_t event, leaf, wait;           /* up to here */
};

/* What belongs to no dossier: of ids below this one. */
static void
strays(struct page *p, int64_t below)
{
    static const char SAY[] = "altered dossier %" PRId64 ": it is missing, and %s is there";

    for (; p->event < p->events.n && p->events.p[p->event].dossier < below; p->event++)
        audit_found(p->k, p->events.p[p->event].at, SAY, p->events.p[p->event].dossier,
                    arena_fmt(p->c->a, "event %" PRId64, p->events.p[p->event].version));
    for (; p->leaf < p->leaves.n && p->leaves.p[p->leaf].owner < below; p->leaf++)
        audit_found(p->k, 0, SAY, p->leaves.p[p->leaf].owner,
                    arena_fmt(p->c->a, "leaf %" PRId64, p->leaves.p[p->leaf].position));
    for (; p->wait < p->waiting.n && p->waiting.p[p->wait].owner < below; p->wait++)
        audit_found(p->k, 0, SAY, p->waiting.p[p->wait].owner, "its mark to be sealed");
}

static void
chain_of(struct page *p, const struct dossier *d, struct audit_chain *v)
{
    *v = (struct audit_chain){.k = p->k, .a = p->c->a, .name = d->code, .count = d->version,
                              .early = !p->k->begun && d->id > p->k->begun_after,
                              .at = d->submitted_at, .leaf = p->leaves.p + p->leaf};
    for (; p->leaf < p->leaves.n && p->leaves.p[p->leaf].owner == d->id; p->leaf++)
        v->leaves++;
    if (p->wait < p->waiting.n && p->waiting.p[p->wait].owner == d->id)
        v->waiting = &p->waiting.p[p->wait++];
    v->genuine = v->waiting && seal_waiting_genuine(p->c, v->waiting);
}

static void
check_one(struct page *p, const struct dossier *d)
{
    struct audit_chain v;

    strays(p, d->id);
    chain_of(p, d, &v);
    audit_chain_begin(&v);
    for (; p->event < p->events.n && p->events.p[p->event].dossier == d->id; p->event++) {
        const struct stored_event *e = &p->events.p[p->event];
        merkle_hash leaf = event_leaf(p->c->a, d->code, e);

        audit_chain_event(&v, e->version, e->at, e->hash, fold_fits(p->c->a, v.head, e), &leaf);
        p->k->events++;
    }
    audit_chain_end(&v);
    p->k->dossiers++;
}

static int
read_page(struct page *p)
{
    struct ctx *c = p->c;
    int rc;

    if ((rc = sql_events_between(c, p->after, p->upto, &p->events)) < 0 ||
        (rc = seal_leaves_between(c, AUDIT_DOSSIER, p->after, p->upto, &p->leaves)) < 0)
        return rc;
    return seal_waiting_between(c, AUDIT_DOSSIER, p->after, p->upto, &p->waiting);
}

/* *more: there are dossiers behind it. */
static int
check_page(struct ctx *c, struct audit_check *k, int64_t *after, bool *more)
{
    struct page p = {.c = c, .k = k, .after = *after};
    int rc = sql_dossiers_after(c, p.after, PAGE, &p.rows);

    if (rc < 0)
        return rc;
    *more = p.rows.n == PAGE;
    p.upto = *more ? p.rows.p[PAGE - 1].id : INT64_MAX;
    if ((rc = read_page(&p)) < 0)
        return rc;
    for (size_t i = 0; i < p.rows.n; i++)
        check_one(&p, &p.rows.p[i]);
    strays(&p, INT64_MAX);
    if (k->progress)
        progress_add(k->progress, (int64_t)p.events.n);
    *after = p.upto;
    arena_reset(c->a);
    return OK;
}

int
dossiers_check_log(struct ctx *c, struct audit_check *k)
{
    struct ctx page = *c;
    int64_t after = INT64_MIN;
    bool more = true;
    int rc = OK;

    page.a = arena_open(PAGE_ARENA);
    while (more && rc == OK)
        rc = check_page(&page, k, &after, &more);
    if (rc < 0)
        c->err = page.err;
    arena_close(page.a);
    return rc;
}

int
dossiers_check_log_of(struct ctx *c, struct audit_check *k, const char *code)
{
    struct page p = {.c = c, .k = k};
    struct dossier d;
    int rc = sql_dossier_by_code(c, code, &d);

    if (rc < 0)
        return rc;
    p.after = d.id - 1;
    p.upto = d.id;
    if ((rc = read_page(&p)) < 0)
        return rc;
    check_one(&p, &d);
    return OK;
}
