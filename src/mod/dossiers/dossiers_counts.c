/* What one change of a dossier adds to the counters. */
#include "mod/dossiers/dossiers_counts.h"

#include "mod/dossiers/dossiers_inside.h"

static int
month_of(int64_t at)
{
    struct ymd v = date_ymd(vn_day(at));

    return v.y * 100 + v.m;
}

static void
begun(const struct dossier *was, const struct dossier *d, struct count_moves *out)
{
    struct count_month r = {.unit = d->competent_unit, .procedure = d->procedure};

    r.submitted = !was->submitted_at;
    r.online = r.submitted && d->channel == CHANNEL_ONLINE;
    r.received = !was->accepted_at && d->accepted_at;
    r.month = month_of(r.received ? d->accepted_at : d->submitted_at);
    if (r.submitted || r.received)
        out->month[out->n_month++] = r;
}

/* sign 1: a result; -1: a result is opened again and leaves the statistics as it came. */
static void
finished(const struct calendar *cal, const struct dossier *d, int sign, struct count_moves *out)
{
    int month = month_of(d->finished_at);

    out->month[out->n_month++] = (struct count_month){
        .unit = d->competent_unit, .procedure = d->procedure, .month = month, .finished = sign,
        .early = d->timing == TIMING_EARLY ? sign : 0,
        .on_time = d->timing == TIMING_ON_TIME ? sign : 0,
        .late = d->timing == TIMING_LATE ? sign : 0};
    if (d->outcome == OUTCOME_WITHDRAWN || d->outcome == OUTCOME_STOPPED)
        return;                         /* how long a result takes says nothing about those */
    out->days[out->n_days++] = (struct count_days){
        .unit = d->competent_unit, .procedure = d->procedure, .month = month, .n = sign,
        .days = calendar_between(cal, vn_day(d->accepted_at), vn_day(d->finished_at))};
}

/* Follows the row, whoever changes it: also a result that goes to a successor with its agency. */
static void
officers(const struct dossier *was, const struct dossier *d, struct count_moves *out)
{
    if (was->finished_at == d->finished_at && was->last_officer == d->last_officer &&
        was->competent_unit == d->competent_unit)
        return;
    if (was->finished_at)
        out->officer[out->n_officer++] = (struct count_officer){
            was->competent_unit, month_of(was->finished_at), was->last_officer, -1};
    if (d->finished_at)
        out->officer[out->n_officer++] = (struct count_officer){
            d->competent_unit, month_of(d->finished_at), d->last_officer, 1};
}

void
counts_of(const struct calendar *cal, const struct dossier *was, const struct dossier *d,
          struct count_moves *out)
{
    *out = (struct count_moves){0};
    begun(was, d, out);
    if (was->finished_at && !d->finished_at && was->accepted_at)
        finished(cal, was, -1, out);
    if (!was->finished_at && d->finished_at && d->accepted_at)
        finished(cal, d, 1, out);
    officers(was, d, out);
}

bool
counts_digital(const struct dossier *d, const struct paper_digital *p, struct count_digital *out)
{
    bool granted = d->outcome == OUTCOME_GRANTED;

    if (!d->finished_at || !d->accepted_at || (!granted && d->outcome != OUTCOME_REFUSED))
        return false;
    *out = (struct count_digital){
        .unit = d->competent_unit, .year = date_ymd(vn_day(d->finished_at)).y,
        .dossiers = p->papers > 0,
        .dossiers_digital = p->papers > 0 && p->held + p->filed == p->papers,
        .papers = p->papers - p->held, .papers_digital = p->filed,
        .results = granted, .results_digital = granted && p->result};
    return true;
}
