/* The legal clock of one dossier: when it is due, with every stop, and why (mod/deadlines). */
#include <string.h>

#include "mod/dossiers/dossiers_parts_sql.h"
#include "site/site.h"

static int
stops_of(struct ctx *c, const struct dossier *d, struct stop out[STOPS_MAX], size_t *n)
{
    stop_list v = {0};
    int rc = sql_stops(c, d->id, &v);

    *n = 0;
    for (size_t i = 0; rc == OK && i < v.n && *n < STOPS_MAX; i++)
        out[(*n)++] = (struct stop){.kind = sql_stop_kind(&v.p[i]), .from = v.p[i].from,
                                    .to = v.p[i].to ? v.p[i].to : c->now, .basis = v.p[i].basis};
    return rc;
}

/* What the package says, else the rules in force on the day of reception (rules.md 3.3). */
static enum supplement_mode
supplement_of(const struct world *w)
{
    if (w->p->deadline.supplement)
        return (enum supplement_mode)(w->p->deadline.supplement - 1);
    return w->rules ? (enum supplement_mode)w->rules->supplement : SUPPLEMENT_PAUSE;
}

static int
clock_of(const struct world *w, const struct dossier *d, struct clock *k)
{
    *k = (struct clock){.channel = (enum channel)d->channel,
                        .mode = (enum clock_mode)w->p->deadline.mode,
                        .supplement = supplement_of(w),
                        .received = d->accepted_at};
    return limit_parse(d->limit_text, &k->limit) ? OK : E_INVALID;
}

int
clock_count(const struct calendar *cal, const struct procedure *p, const struct dossier *d,
            const struct stop *stops, size_t n, struct due *out)
{
    struct world w = {.p = p};
    struct clock k;

    if (clock_of(&w, d, &k) < 0)
        return E_INVALID;
    k.stops = stops;
    k.nstops = n;
    return deadlines_due(NULL, cal, &k, out);
}

int
clock_reckon(struct ctx *c, const struct world *w, const struct dossier *d, bool explain,
             struct due *out)
{
    struct stop stops[STOPS_MAX];
    struct clock k;
    int rc;

    if (clock_of(w, d, &k) < 0)
        return fail(c, E_SYS, N_("Không tính được thời hạn"), "%s: limit %s", d->code,
                    d->limit_text);
    if (d->version > 0 && (rc = stops_of(c, d, stops, &k.nstops)) < 0)
        return rc;                      /* version 0: it is being received, nothing stopped yet */
    k.stops = stops;
    if ((rc = deadlines_due(explain ? c->a : NULL, c->site->calendar, &k, out)) < 0)
        return fail(c, E_SYS, N_("Không tính được thời hạn"), "%s: %s", d->code,
                    deadlines_fault(&k) ? deadlines_fault(&k) : "");
    return OK;
}

int
clock_set(struct change *x)
{
    struct due due;
    int rc;

    if (!x->d->accepted_at)
        return OK;
    if ((rc = clock_reckon(x->c, &x->w, x->d, false, &due)) < 0)
        return rc;
    x->d->due_at = due.at;
    x->d->due_exact = due.by_minute;
    x->d->due_provisional = due.provisional;
    if (!x->d->first_due)
        x->d->first_due = due.at;
    return OK;
}

/* Nothing is stopped before it runs: a question at intake only postpones the acceptance. */
int
clock_stop_begin(struct change *x, enum stop_kind k, const char *name, const char *basis,
                 const char *doc)
{
    struct stop_row s = {.kind = name, .basis = basis, .document = doc, .from = x->c->now};

    return x->d->accepted_at ? sql_stop_add(x->c, x->d->id, k, &s) : OK;
}

int
clock_stop_end(struct change *x)
{
    int n = sql_stops_end(x->c, x->d->id, x->c->now);

    if (n > 0)
        x->reckon = true;
    return n < 0 ? n : OK;
}

/* What people are told and lists sort by; statistics keep to due_at (rules.md 3.4). */
int64_t
clock_effective(const struct dossier *d)
{
    if (!d->due_at)
        return NEVER;
    return d->extended_to > d->due_at ? d->extended_to : d->due_at;
}

enum timing
clock_timing(const struct dossier *d, int64_t at)
{
    static const enum timing OF[] = {[CLASS_EARLY] = TIMING_EARLY, [CLASS_ON_TIME] = TIMING_ON_TIME,
                                     [CLASS_LATE] = TIMING_LATE};
    enum due_class k;

    if (!d->due_at)
        return TIMING_OPEN;
    k = deadlines_class(d->due_at, d->due_exact != 0, at);
    return k <= CLASS_LATE ? OF[k] : TIMING_OPEN;
}

/* Report II.06a puts what was withdrawn among the ones in time. */
enum timing
clock_result(const struct dossier *d, enum outcome o, int64_t at)
{
    return o == OUTCOME_WITHDRAWN && d->accepted_at ? TIMING_ON_TIME : clock_timing(d, at);
}

int
dossiers_explain(struct ctx *c, const struct dossier *d, struct due *out)
{
    struct world w;
    int rc;

    if (!d->accepted_at)
        return fail(c, E_NOTFOUND, N_("Hồ sơ chưa được tiếp nhận nên chưa tính thời hạn"), "%s",
                    d->code);
    if ((rc = world_of(c, d, &w)) < 0)
        return rc;
    return clock_reckon(c, &w, d, true, out);
}
