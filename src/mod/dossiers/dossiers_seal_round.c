/* The sealing job, a piece at a time: what waits, then what was there before the log. */
#include <string.h>

#include "mod/dossiers/dossiers_seal.h"
#include "site/site.h"

enum { WAITING_MAX = 150, LEAVES_MAX = 400, BEGIN_MAX = 40 };

static void
refuse(struct ctx *c, struct seal_round *r, const struct seal_waiting *w, const char *why)
{
    *vec_push(c->a, &r->refused) = *w;
    if (!r->altered)
        r->altered = why;
}

/* --- administration ------------------------------------------------------------------------ */

static int
act_leaves(struct ctx *c, const struct seal_waiting *w, seal_leaves *out)
{
    int64_t sealed = seal_upto(c, AUDIT_ACT, w->owner), next = sealed ? sealed : 1;
    const char *head = "";
    act_list v = {0};
    int rc = acts_after(c, w->owner, next - 1, w->version - next + 1, &v);

    if (rc < 0 || w->version <= sealed)
        return rc;
    for (size_t i = 0; i < v.n; i++, next++) {
        const struct act *e = &v.p[i];
        const char *want = act_hash(c->a, head, e);

        if (e->number != next || (e->number > sealed && (!want || strcmp(want, e->hash) != 0)))
            break;
        head = e->hash;
        if (e->number > sealed)
            *vec_push(c->a, out) = (struct seal_leaf){.kind = AUDIT_ACT, .owner = w->owner,
                                                      .version = e->number,
                                                      .hash = act_leaf(c->a, e)};
    }
    if (next > w->version && strcmp(head, w->head) == 0)
        return OK;
    return fail(c, E_CONFLICT, NULL, "administration %" PRId64 ": event %" PRId64, w->owner, next);
}

/* --- what waits ---------------------------------------------------------------------------- */

static int
take_one(struct ctx *c, struct seal_round *r, const struct seal_waiting *w)
{
    size_t before = r->leaves.n;
    int rc = OK;

    if (!seal_waiting_genuine(c, w)) {
        refuse(c, r, w, arena_fmt(c->a, "mark of %" PRId64 " %" PRId64, w->kind, w->owner));
        return OK;
    }
    rc = w->kind == AUDIT_DOSSIER ? dossiers_seal_leaves(c, w->owner, w, &r->leaves)
                                  : act_leaves(c, w, &r->leaves);
    if (rc == E_CONFLICT) {
        r->leaves.n = before;
        refuse(c, r, w, arena_str(c->a, c->err.detail));
        c->err = (struct err){0};
        return OK;
    }
    if (rc == OK)
        *vec_push(c->a, &r->done) = *w;
    return rc;
}

/* One that does not fit is left out for good: it was never sealed, and the check says so. */
static int
take_beginning(struct ctx *c, struct seal_round *r)
{
    int64_t *ids;
    size_t n;
    int rc = dossiers_seal_next(c, r->after, BEGIN_MAX, &ids, &n);

    r->beginning = true;
    for (size_t i = 0; i < n && rc == OK; i++) {
        size_t before = r->leaves.n;

        rc = dossiers_seal_leaves(c, ids[i], NULL, &r->leaves);
        if (rc == E_CONFLICT) {
            r->leaves.n = before;
            r->altered = arena_str(c->a, c->err.detail);
            c->err = (struct err){0};
            rc = OK;
        }
        r->after = ids[i];
    }
    r->begun = n < BEGIN_MAX;
    return rc;
}

int
dossiers_seal_read(struct ctx *c, struct seal_round *r)
{
    seal_waitings v = {0};
    struct seal_head last;
    bool begun;
    int rc;

    memset(r, 0, sizeof *r);
    if ((rc = seal_waiting_some(c, WAITING_MAX, &v)) < 0)
        return rc;
    for (size_t i = 0; i < v.n && r->leaves.n < LEAVES_MAX && rc == OK; i++)
        rc = take_one(c, r, &v.p[i]);
    if (rc < 0 || v.n)
        return rc;
    if ((rc = seal_begun(c, &r->after, &begun)) < 0 || begun)
        return rc;
    rc = seal_head_newest(c, &last);
    if (rc == OK && last.whole)         /* what was signed once is not begun again */
        return OK;
    return rc < 0 && rc != E_NOTFOUND ? rc : take_beginning(c, r);
}

int
dossiers_seal_write(struct ctx *c, struct seal_round *r)
{
    int rc = r->leaves.n ? seal_append(c, r->leaves.p, r->leaves.n) : OK;

    for (size_t i = 0; i < r->done.n && rc == OK; i++)
        rc = seal_waiting_done(c, &r->done.p[i]);
    for (size_t i = 0; i < r->refused.n && rc == OK; i++)
        rc = seal_waiting_refuse(c, &r->refused.p[i]);
    if (rc == OK && r->beginning)
        rc = seal_begin_move(c, r->after, r->begun);
    return rc;
}
