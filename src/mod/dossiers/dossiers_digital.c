/* How much of what ended is digital: counted when a dossier ends, and moved by whatever changes its
 * papers, its agency or its end afterwards. */
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_stats_sql.h"
#include "mod/dossiers/worklists.h"

static int
read_papers(struct ctx *c, int64_t dossier, struct paper_digital *out)
{
    struct paper_digital *v;
    size_t n;
    int rc = papers_digital(c, dossier - 1, dossier, &v, &n);

    *out = n ? v[0] : (struct paper_digital){.owner = dossier};
    return rc;
}

/* Handing over touches no paper: the everyday end of a dossier asks nothing twice. */
static bool
may_touch(const struct change *x)
{
    return x->was.finished_at && x->e->action != ACT_HAND_OVER;
}

int
digital_before(struct change *x)
{
    return may_touch(x) ? read_papers(x->c, x->d->id, &x->digital) : OK;
}

static int
add(struct change *x, const struct dossier *d, const struct paper_digital *p, int sign)
{
    struct count_digital n;

    if (!counts_digital(d, p, &n))
        return OK;
    n.dossiers *= sign;
    n.dossiers_digital *= sign;
    n.papers *= sign;
    n.papers_digital *= sign;
    n.results *= sign;
    n.results_digital *= sign;
    return sql_digital_add(x->c, &n);
}

int
digital_move(struct change *x)
{
    struct paper_digital now;
    int rc;

    if (!may_touch(x) && (x->was.finished_at || !x->d->finished_at))
        return OK;
    if ((rc = read_papers(x->c, x->d->id, &now)) < 0 ||
        (rc = add(x, &x->was, &x->digital, -1)) < 0)
        return rc;
    return add(x, x->d, &now, 1);
}

int
digital_sums(struct ctx *c, int64_t unit, int from, int to, struct count_digital **out, size_t *n)
{
    digital_sum_list v = {0};
    int rc = sql_digital_sums(c, unit, from, to, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}
