/* Which dossiers are kept until when: the job that follows, holding back, looking. */
#include "mod/retention/retention.h"

#include <string.h>

#include "base/id.h"
#include "mod/catalogue/catalogue_paper_types.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/worklists.h"
#include "mod/results/issued.h"
#include "mod/retention/retention_rules.h"
#include "mod/retention/retention_sql.h"
#include "site/site.h"

enum { FOLLOW = 500, WALK = 200, NO_WALK = -1 };

bool
retention_is_past(const struct kept *k, day today)
{
    return k->state == KEPT && !k->held_at && k->end_year < date_ymd(today).y;
}

/* --- the period of one dossier ---------------------------------------------------------------- */

static const char *
type_of_result(struct ctx *c, const struct closed_dossier *d, const struct result *r)
{
    const struct paper_type *t = catalogue_paper_result(c->site->catalogue, d->procedure);

    return *r->type ? r->type : t ? t->id : "";
}

static int
add_results(struct ctx *c, const struct closed_dossier *d, struct keep_facts *f)
{
    struct result *r;
    size_t n;
    int rc = results_of(c, d->id, &r, &n);

    f->issued_on = d->result_date;
    for (size_t i = 0; rc == OK && i < n && f->n_results < KEEP_RESULTS_MAX; i++) {
        if (!result_is_issued(r[i].state))
            continue;
        f->results[f->n_results++] = r[i].template;
        f->types[f->n_types++] = type_of_result(c, d, &r[i]);
        if (r[i].issued_on > f->issued_on)
            f->issued_on = r[i].issued_on;
    }
    return rc;
}

static int
find_term(struct ctx *c, const struct closed_dossier *d, day closed_on, struct kept *k)
{
    struct keep_facts f = {.procedure = d->procedure, .outcome = (enum outcome)d->outcome,
                           .refused_at_intake = d->status == ST_REFUSED, .closed_on = closed_on};
    struct keep_term t;
    int rc = add_results(c, d, &f);

    if (rc < 0)
        return rc;
    t = retention_term(catalogue_keep_rules(c->site->catalogue), &f);
    k->rule = t.rule ? t.rule->id : "";
    k->counted_on = t.counted_on;
    k->years = t.years;
    k->end_year = t.end_year;
    return OK;
}

static bool
same_term(const struct kept *a, const struct kept *b)
{
    return a->end_year == b->end_year && a->years == b->years && a->counted_on == b->counted_on &&
           strcmp(a->rule, b->rule) == 0;
}

/* What stands on a list stays as it was proposed. */
static int
renew(struct ctx *c, const struct kept *was)
{
    struct closed_dossier d;
    struct kept k = *was;
    int rc;

    if (was->state != KEPT)
        return OK;
    if ((rc = kept_sql_dossier(c, was->dossier, &d)) < 0 ||
        (rc = find_term(c, &d, was->closed_on, &k)) < 0 || same_term(was, &k))
        return rc;
    if ((rc = kept_sql_term(c, &k)) < 0 || was->end_year == k.end_year ||
        (rc = kept_sql_count(c, was, -1)) < 0)
        return rc;
    return kept_sql_count(c, &k, 1);
}

static int
begin_keeping(struct ctx *c, const struct closing *e)
{
    struct closed_dossier d;
    struct kept k = {.dossier = e->dossier, .state = KEPT, .closed_on = vn_day(e->at)};
    int rc = kept_sql_dossier(c, e->dossier, &d);

    if (rc < 0 || (rc = find_term(c, &d, k.closed_on, &k)) < 0)
        return rc;
    k.unit = d.unit;
    k.closed_year = date_ymd(k.closed_on).y;
    rc = kept_sql_add(c, &k);
    return rc < 0 ? rc : kept_sql_count(c, &k, 1);
}

static int
look_at(struct ctx *c, const struct closing *e)
{
    struct kept was;
    int rc;

    if (!workflow_status((enum status)e->status)->terminal)
        return OK;
    rc = kept_sql_row(c, e->dossier, &was);
    return rc == E_NOTFOUND ? begin_keeping(c, e) : rc < 0 ? rc : renew(c, &was);
}

/* --- jobs ------------------------------------------------------------------------------------- */

/* Other rules than those that the rows are by: all rows once more, from the beginning. */
static void
begin_walk(struct ctx *c, struct kept_cursor *cur)
{
    const char *hash = catalogue_keep_rules(c->site->catalogue)->hash;

    if (strcmp(cur->rules, hash) == 0)
        return;
    cur->rules = hash;
    cur->walk = 0;
}

static int
walk(struct ctx *c, struct kept_cursor *cur)
{
    kept_list v = {0};
    int rc = OK;

    begin_walk(c, cur);
    if (cur->walk == NO_WALK || (rc = kept_sql_rows_after(c, cur->walk, WALK, &v)) < 0)
        return rc;
    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = renew(c, &v.p[i]);
    cur->walk = v.n < WALK ? NO_WALK : v.p[v.n - 1].dossier;
    return rc;
}

/* Where several lanes write, a younger event may be committed before an older one: the last seconds
 * wait. */
int
retention_follow(struct ctx *c)
{
    struct kept_cursor cur;
    closings v = {0};
    int rc = kept_sql_cursor(c, &cur);
    bool more;

    if (rc < 0 || (rc = kept_sql_events(c, cur.event, id_floor(c->now - FEED_HELD_BACK), FOLLOW,
                                        &v)) < 0)
        return rc;
    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = look_at(c, &v.p[i]);
    if (rc < 0)
        return rc;
    if (v.n)
        cur.event = v.p[v.n - 1].event;
    if ((rc = walk(c, &cur)) < 0 || (rc = kept_sql_cursor_set(c, &cur)) < 0)
        return rc;
    more = v.n == FOLLOW || cur.walk != NO_WALK;
    return more;
}

/* --- looking ---------------------------------------------------------------------------------- */

int
retention_get(struct ctx *c, const char *code, struct kept *out)
{
    return kept_sql_by_code(c, code, out);
}

int
retention_list(struct ctx *c, const struct kept_query *q, struct kept **out, size_t *n)
{
    kept_list v = {0};
    int rc = kept_sql_list(c, q, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
retention_of_year(struct ctx *c, int64_t unit, int64_t year, int64_t after, size_t limit,
                  struct kept **out, size_t *n)
{
    kept_list v = {0};
    int rc = kept_sql_year(c, unit, year, after, limit, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int64_t
retention_count_year(struct ctx *c, int64_t unit, int64_t year)
{
    return kept_sql_year_count(c, unit, year);
}

int
retention_sums(struct ctx *c, struct kept_sum **out, size_t *n)
{
    kept_sums v = {0};
    int rc = kept_sql_sums(c, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

/* --- holding back ----------------------------------------------------------------------------- */

int
retention_hold(struct ctx *c, const struct kept *k, const char *reason)
{
    struct kept next = *k;

    if (!*reason)
        return fail_field(c, "ly-do", N_("Hãy ghi rõ lý do giữ lại"));
    if (k->state == KEPT_DESTROYED)
        return fail(c, E_CONFLICT, N_("Hồ sơ này đã hủy"), "%s is destroyed", k->code);
    if (k->held_at)
        return fail(c, E_CONFLICT, N_("Hồ sơ này đang được giữ lại"), "%s is held", k->code);
    next.held_by = c->account;
    next.held_at = c->now;
    next.held_for = reason;
    return kept_sql_hold(c, &next);
}

int
retention_release(struct ctx *c, const struct kept *k)
{
    struct kept next = *k;

    if (!k->held_at)
        return fail(c, E_CONFLICT, N_("Hồ sơ này không được giữ lại"), "%s is not held", k->code);
    next.held_by = next.held_at = 0;
    next.held_for = "";
    return kept_sql_hold(c, &next);
}

int
retention_packed(struct ctx *c, const struct kept *k, const char *sha256, int64_t size)
{
    struct kept next = *k;
    int rc = content_put_made(c, sha256, size, "application/zip", 0);

    if (rc < 0)
        return rc;
    next.package = sha256;
    next.package_size = size;
    next.package_at = c->now;
    next.package_by = c->account;
    return kept_sql_package(c, &next);
}
