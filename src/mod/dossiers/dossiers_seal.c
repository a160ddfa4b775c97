#include "mod/dossiers/dossiers_seal.h"

#include <string.h>

#include "mod/dossiers/dossiers_seal_inside.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/workflow/workflow.h"

static struct audit_leaf
leaf_facts(struct arena *a, const char *code, const struct stored_event *e)
{
    struct audit_leaf l = {.kind = AUDIT_DOSSIER, .subject = code, .version = e->version,
                           .at = e->at, .action = e->action, .status = e->status};

    audit_sum(a, e->id, e->hash, l.sum);
    return l;
}

merkle_hash
event_leaf(struct arena *a, const char *code, const struct stored_event *e)
{
    struct audit_leaf l = leaf_facts(a, code, e);

    return audit_leaf_hash(a, &l);
}

/* --- what becomes leaves ------------------------------------------------------------------- */

static int
altered(struct ctx *c, const struct dossier *d, int64_t version)
{
    return fail(c, E_CONFLICT, N_("Nhật ký hồ sơ đã bị sửa"), "%s: event %" PRId64, d->code,
                version);
}

/* v: from the last sealed event on, if there is one. */
static int
take_leaves(struct ctx *c, const struct dossier *d, int64_t sealed, const event_list *v,
            const struct seal_waiting *w, seal_leaves *out)
{
    int64_t upto = w ? w->version : d->version, next = sealed ? sealed : 1;
    const char *head = "";

    for (size_t i = 0; i < v->n && v->p[i].version <= upto; i++, next++) {
        const struct stored_event *e = &v->p[i];

        if (e->version != next || (e->version > sealed && !fold_fits(c->a, head, e)))
            return altered(c, d, next);
        head = e->hash;
        if (e->version > sealed)
            *vec_push(c->a, out) = (struct seal_leaf){.kind = AUDIT_DOSSIER, .owner = d->id,
                                                      .version = e->version,
                                                      .hash = event_leaf(c->a, d->code, e)};
    }
    if (next <= upto || (w && strcmp(head, w->head) != 0))
        return altered(c, d, next <= upto ? next : upto);
    return OK;
}

int
dossiers_seal_leaves(struct ctx *c, int64_t dossier, const struct seal_waiting *w, seal_leaves *out)
{
    int64_t sealed = seal_upto(c, AUDIT_DOSSIER, dossier);
    struct dossier d = {0};
    event_list v = {0};
    int rc = sql_dossier_by_id(c, dossier, &d);

    if (rc == E_NOTFOUND)
        return fail(c, E_CONFLICT, N_("Nhật ký hồ sơ đã bị sửa"), "dossier %" PRId64 " is missing",
                    dossier);
    if (rc < 0 || (rc = sql_events(c, dossier, sealed ? sealed - 1 : 0, &v)) < 0)
        return rc;
    if (w && w->version <= sealed)
        return OK;                      /* sealed meanwhile */
    return take_leaves(c, &d, sealed, &v, w, out);
}

int
dossiers_seal_next(struct ctx *c, int64_t after, int64_t limit, int64_t **ids, size_t *n)
{
    dossier_list page = {0};
    int rc = sql_dossiers_after(c, after, (size_t)limit, &page);

    *n = page.n;
    *ids = arena_get(c->a, (page.n + 1) * sizeof **ids);
    for (size_t i = 0; i < page.n; i++)
        (*ids)[i] = page.p[i].id;
    return rc;
}

/* --- what a person may know ---------------------------------------------------------------- */

int
dossiers_leaves(struct ctx *c, const struct dossier *d, enum audience who, struct audit_leaf **out,
                size_t *n)
{
    event_list v = {0};
    int rc = sql_events(c, d->id, 0, &v);

    *n = 0;
    *out = arena_get(c->a, (v.n + 1) * sizeof **out);
    for (size_t i = 0; i < v.n; i++)
        if (who != FOR_PUBLIC || workflow_action((enum action)v.p[i].action)->public_)
            (*out)[(*n)++] = leaf_facts(c->a, d->code, &v.p[i]);
    return rc;
}
