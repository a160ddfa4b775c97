#include "generate/life.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "mod/deadlines/rules.h"
#include "site/site.h"

enum { HOUR = 3600, EVENT_IDS = 16 };

/* --- who --- */

static int64_t
clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* The applicant online is one who has an account; at the counter, anybody. */
static void
applicant(const struct life_world *w, struct life *l)
{
    const struct guise *g = &l->k->guises[0];
    bool online = l->k->channel == CHANNEL_ONLINE;
    int sex = g->sex == SEX_ANY ? (int)rng_below(&l->r, 2) : g->sex;
    int year = (int)clamp(g->year - 4 + rng_below(&l->r, 9), BORN_FIRST,
                          BORN_FIRST + BORN_YEARS - 1);
    int64_t turns = w->citizens / (2 * BORN_YEARS);
    int64_t q = rng_below(&l->r, online ? turns : 900000), n = citizen_of(q, year, sex);

    if (online)
        l->citizen = w->citizen_base + n;
    if (g->free_year)
        citizen_fill(n, &l->people[0]);
    else
        person_fill(&l->r, sex, g->year, g->prefix[0] ? g->prefix : NULL, &l->people[0]);
}

void
life_people(const struct life_world *w, struct life *l, int64_t submitted)
{
    l->citizen = 0;
    applicant(w, l);
    for (size_t i = 1; i < l->k->n_guises; i++) {
        const struct guise *g = &l->k->guises[i];

        person_fill(&l->r, g->sex, g->year, g->prefix[0] ? g->prefix : NULL, &l->people[i]);
    }
    for (size_t i = 0; i < l->k->n_streets; i++)
        street_fill(&l->r, l->streets[i]);
    for (enum role r = ROLE_NONE; r < ROLE__COUNT; r++)
        l->officer[r] = l->at->n[r] > 1 ? (int)rng_below(&l->r, l->at->n[r]) : 0;
    l->id = id_floor(submitted) + l->nth * EVENT_IDS;
    snprintf(l->result, sizeof l->result, "%d/%d", 1 + (int)rng_below(&l->r, 9999),
             date_ymd(vn_day(submitted)).y);
    snprintf(l->receipt, sizeof l->receipt, "%07d", (int)(l->nth % 10000000));
    snprintf(l->parcel, sizeof l->parcel, "%09d", (int)rng_below(&l->r, 1000000000));
}

/* Ids are of their second; within it the number of the dossier keeps them apart. */
int64_t
life_event_id(const struct life *l, size_t event)
{
    return id_floor(l->at_[event]) + l->nth * EVENT_IDS + 1 + (int64_t)event;
}

/* --- values --- */

static const char *
piece_of(const struct life *l, const struct piece *p, size_t *n, char date[16])
{
    const struct person *who = &l->people[p->who < GUISES_MAX ? p->who : 0];
    const char *s = "";
    struct ymd v;

    switch (p->kind) {
    case PIECE_SAME:   *n = p->n; return p->s;
    case PIECE_NAME:   s = who->name; break;
    case PIECE_FOLD:   s = who->fold; break;
    case PIECE_BACK:   s = who->back; break;
    case PIECE_NUMBER: s = who->number; break;
    case PIECE_PHONE:  s = who->phone; break;
    case PIECE_EMAIL:  s = who->email; break;
    case PIECE_BIRTH:  s = who->birth; break;
    case PIECE_STREET: s = l->streets[p->who]; break;
    case PIECE_COMMUNE_NAME: s = l->at->commune_name; break;
    case PIECE_CODE:   s = l->code; break;
    case PIECE_RESULT: s = l->result; break;
    case PIECE_RECEIPT: s = l->receipt; break;
    case PIECE_PARCEL: s = l->parcel; break;
    case PIECE_COMMUNE:
        *n = (size_t)snprintf(date, 16, "\"%s\"", l->at->commune);
        return date;
    case PIECE_DATE:
        v = date_ymd(vn_day(l->at_[0]) + p->who);
        *n = (size_t)snprintf(date, 16, "%04d-%02d-%02d", v.y, v.m, v.d);
        return date;
    }
    *n = strlen(s);
    return s;
}

const char *
life_text(struct arena *a, const struct life *l, const struct text *t)
{
    size_t n[64], all = 0;
    const char *s[64];
    char date[16], *out, *w;

    if (t->n == 0)
        return "";
    if (t->n == 1 && t->p->kind == PIECE_SAME)
        return t->p->s;
    assert(t->n <= 64);
    for (size_t i = 0; i < t->n; i++) {
        s[i] = piece_of(l, &t->p[i], &n[i], date);
        if (s[i] == date)
            s[i] = arena_strn(a, date, n[i]);
        all += n[i];
    }
    w = out = arena_raw(a, all + 1);
    for (size_t i = 0; i < t->n; i++) {
        memcpy(w, s[i], n[i]);
        w += n[i];
    }
    *w = '\0';
    return out;
}

int64_t
life_number(const struct life *l, const struct cell *k)
{
    switch (k->kind) {
    case CELL_DOSSIER: return l->id;
    case CELL_AT:      return l->at_[k->i];
    case CELL_ANSWER_DUE: return l->answer_due[k->i];
    case CELL_OPINION_DUE: return l->opinion_due[k->i];
    case CELL_DAY:     return vn_day(l->at_[k->i]);
    case CELL_UNIT:    return l->at->g->id;
    case CELL_OFFICER:
        return l->at->account[k->i][(l->officer[k->i] + k->place) % l->at->n[k->i]];
    case CELL_CITIZEN: return l->citizen;
    default:           return k->i;
    }
}

/* --- when --- */

static int64_t
later(struct life *l, int64_t after, int64_t at)
{
    return at > after ? at : after + 1 + rng_below(&l->r, 40);
}

static int64_t
open_from(const struct life_world *w, struct life *l, int64_t at)
{
    return worktime_when(w->work, worktime_at(w->work, at)) + rng_below(&l->r, 60);
}

static int64_t
work(const struct life_world *w, struct life *l, int64_t from, double minutes)
{
    int64_t at = worktime_when(w->work, worktime_at(w->work, from) + (int64_t)minutes);

    return later(l, from, at + rng_below(&l->r, 60));
}

/* People sleep; at the counter it is the counter's time. */
static int64_t
citizen(const struct life_world *w, struct life *l, int64_t from, double hours)
{
    int64_t at = from + (int64_t)(hours * HOUR);

    if (l->k->channel != CHANNEL_ONLINE)
        return later(l, from, open_from(w, l, at));
    if (vn_minute(at) < 6 * 60)
        at += 7 * HOUR;
    return later(l, from, at);
}

static double
limit_minutes(const struct life_world *w, const struct dossier *d)
{
    if (!d->accepted_at)
        return 480;
    return (double)(worktime_at(w->work, d->first_due) - worktime_at(w->work, d->accepted_at)) + 1;
}

static int
working_acts(const struct course *k)
{
    int n = 0;

    for (size_t i = 0; i < k->n; i++)
        n += k->ev[i].gap == GAP_WORK;
    return n ? n : 1;
}

/* Within the working day that the rules give, but for some; a scenario has all of them received. */
static int64_t
accepted(const struct life_world *w, struct life *l, int64_t from)
{
    double most = rng_chance(&l->r, 0.97) ? 465 : 900, wait = 2 + rng_wait(&l->r, 75);
    int64_t at = work(w, l, from, wait < most ? wait : most);

    return l->demand && at > w->end ? work(w, l, from, 2) : at;
}

static int64_t
asked(const struct life_world *w, struct life *l, int64_t from, const struct dossier *d)
{
    double most = 0.3 * limit_minutes(w, d);

    return work(w, l, from, rng_unit(&l->r) * (most < 1100 ? most : 1100));
}

static int64_t
answered(const struct life_world *w, struct life *l, int64_t from, const struct dossier *d)
{
    int64_t at = citizen(w, l, from, 1.5 + (rng_wait(&l->r, 44) * 0.8));

    if (d->answer_due && at >= d->answer_due)
        at = later(l, from, open_from(w, l, d->answer_due - 8 * HOUR));
    return at;
}

static int64_t
handed_over(const struct life_world *w, struct life *l, int64_t from, size_t k)
{
    double quick = limit_minutes(w, &l->d[k]) <= 480 ? 0.8 : 0.25;

    if (k > 0 && l->k->ev[k - 1].gap == GAP_HAND_OVER)
        return work(w, l, from, 2 + rng_unit(&l->r) * 8);       /* paid a moment ago */
    if (l->k->delivery == DELIVER_ONLINE)
        return later(l, from, from + 60 + rng_below(&l->r, HOUR));
    if (l->k->delivery == DELIVER_POST)
        return work(w, l, from, 240 + rng_wait(&l->r, 500));
    return work(w, l, from, rng_chance(&l->r, quick) ? 5 + rng_wait(&l->r, 45)
                                                     : 60 + rng_wait(&l->r, 900));
}

static int64_t
postponed(const struct life_world *w, struct life *l, int64_t from, const struct dossier *d)
{
    int64_t at = worktime_when(w->work, worktime_at(w->work, d->accepted_at) +
                                            (int64_t)(limit_minutes(w, d) *
                                                      (0.35 + 0.2 * rng_unit(&l->r))));

    return later(l, from, at + rng_below(&l->r, 60));
}

static int64_t
moment_of(const struct life_world *w, struct life *l, size_t k)
{
    int64_t from = l->at_[k - 1];
    const struct dossier *d = &l->d[k];
    struct rng *r = &l->r;

    switch (l->k->ev[k].gap) {
    case GAP_ACCEPT: return accepted(w, l, from);
    case GAP_PAY:
        if (l->k->channel == CHANNEL_ONLINE)
            return work(w, l, from, 5 + rng_wait(r, 40));
        return later(l, from, from + 60 + rng_below(r, 300));
    case GAP_CLAIM:     return work(w, l, from, 2 + rng_wait(r, 20));
    case GAP_WORK:
        return work(w, l, from, l->pace * limit_minutes(w, d) / working_acts(l->k) *
                                    (0.4 + 1.2 * rng_unit(r)));
    case GAP_ASK:       return asked(w, l, from, d);
    case GAP_ANSWER:    return answered(w, l, from, d);
    case GAP_DECIDE:    return work(w, l, from, 10 + rng_wait(r, 90));
    case GAP_STOP:      return work(w, l, d->answer_due, 20 + rng_wait(r, 300));
    case GAP_EXTEND:    return postponed(w, l, from, d);
    case GAP_PAY_TAX:   return citizen(w, l, from, 10 + rng_wait(r, 80));
    case GAP_WITHDRAW:  return citizen(w, l, from, 0.5 + rng_wait(r, 10));
    case GAP_HAND_OVER: return handed_over(w, l, from, k);
    case GAP_NONE:      break;
    }
    return from + 1;
}

/* Most are done well before the limit; about one in forty is late. */
static double
pace(struct life *l)
{
    double u = rng_unit(&l->r);

    if (strcmp(l->k->kind->word, "postponed") == 0)
        return 1.05 + 0.4 * u;
    if (rng_chance(&l->r, 0.026))
        return 1.1 + 1.6 * u;
    return 0.08 + 0.72 * u * (0.4 + 0.6 * rng_unit(&l->r));
}

/* --- what an event does --- */

static size_t
pauses_of(const struct life *l, const struct course_event *e, struct stop out[STOPS_OF],
          int64_t now)
{
    for (size_t i = 0; i < e->n_pauses; i++)
        out[i] = (struct stop){.kind = e->pauses[i].kind, .from = l->at_[e->pauses[i].from],
                               .to = e->pauses[i].to >= 0 ? l->at_[e->pauses[i].to] : now,
                               .basis = e->pauses[i].basis};
    return e->n_pauses;
}

static void
reckon(const struct life_world *w, const struct life *l, size_t k, struct dossier *d)
{
    struct stop stops[STOPS_OF];
    struct due due;
    size_t n = pauses_of(l, &l->k->ev[k], stops, l->at_[k]);

    if (clock_count(w->site->calendar, l->k->p, d, stops, n, &due) < 0)
        return;
    d->due_at = due.at;
    d->due_exact = due.by_minute;
    d->due_provisional = due.provisional;
    if (!d->first_due)
        d->first_due = due.at;
}

static int64_t
reckoned(const struct life_world *w, const struct life *l, size_t k, enum cell_kind kind,
         const struct dossier *d)
{
    if (kind == CELL_TIMING)
        return clock_result(d, (enum outcome)d->outcome, l->at_[k]);
    return vn_utc(calendar_add(w->site->calendar, vn_day(d->due_at), 3), 24 * 60) - 1;
}

static const char *
signer(const struct life *l, int place)
{
    int n = l->at->n[ROLE_LEADER];

    return n ? l->at->name[ROLE_LEADER][(l->officer[ROLE_LEADER] + place) % n] : "";
}

static void
set_field(struct arena *a, const struct life *l, struct dossier *d, const struct set *s)
{
    const struct row_field *f = &DOSSIER_FIELDS[s->field];
    int64_t v;
    const char *t;

    if (!f->text) {
        v = life_number(l, &s->to);
        memcpy((char *)d + f->at, &v, sizeof v);
        return;
    }
    t = s->to.kind == CELL_SIGNER ? signer(l, s->to.place) : life_text(a, l, &s->to.t);
    memcpy((char *)d + f->at, &t, sizeof t);
}

/* First what the template says, then what follows from the moments. */
static void
happen(struct arena *a, const struct life_world *w, struct life *l, size_t k)
{
    const struct course_event *e = &l->k->ev[k];
    struct dossier *d = &l->d[k + 1];

    *d = l->d[k];
    d->id = l->id;
    d->version = (int64_t)k + 1;
    for (size_t i = 0; i < e->n_sets; i++)
        if (e->sets[i].to.kind < CELL_DUE)
            set_field(a, l, d, &e->sets[i]);
    if (e->reckons)
        reckon(w, l, k, d);
    for (size_t i = 0; i < e->n_sets; i++)
        if (e->sets[i].to.kind > CELL_DUE) {
            int64_t v = reckoned(w, l, k, e->sets[i].to.kind, d);

            memcpy((char *)d + DOSSIER_FIELDS[e->sets[i].field].at, &v, sizeof v);
        }
}

static void
requests(const struct life_world *w, struct life *l, size_t k)
{
    enum action a = l->k->ev[k].action;
    const struct rule_set *r = rules_on(w->site->rules, vn_day(l->at_[k]));

    if (a == ACT_SUPPLEMENT || a == ACT_SUPPLEMENT_AGREE || a == ACT_FISCAL)
        l->answer_due[k] = deadlines_after(w->site->calendar, r->applicant_supplement, l->at_[k]);
    if (a == ACT_CONSULT)
        l->opinion_due[k] =
            vn_utc(calendar_add(w->site->calendar, vn_day(l->at_[k]), 3), 17 * 60);
}

static bool
finished(const struct dossier *d)
{
    return d->finished_at || d->status == ST_REFUSED;
}

static void
blank(struct dossier *d)
{
    static const char *const NONE = "";

    *d = (struct dossier){0};
    for (size_t i = 0; i < DOSSIER_FIELDS_N; i++)
        if (DOSSIER_FIELDS[i].text)
            memcpy((char *)d + DOSSIER_FIELDS[i].at, &NONE, sizeof NONE);
}

static void
run_once(struct arena *a, const struct life_world *w, struct life *l, int64_t submitted)
{
    l->n = 0;
    blank(&l->d[0]);
    for (size_t k = 0; k < l->k->n; k++) {
        int64_t at = k ? moment_of(w, l, k) : submitted;

        if (k && at > w->end)
            return;
        l->at_[k] = at;
        requests(w, l, k);
        happen(a, w, l, k);
        l->n = k + 1;
    }
}

/* Back to some moment after the acceptance and before the result. */
static void
leave_open(struct life *l)
{
    size_t first = 0, last;

    while (first < l->n && !l->d[first + 1].accepted_at)
        first++;
    for (last = first; last + 1 < l->n && !finished(&l->d[last + 2]);)
        last++;
    if (first < l->n)
        l->n = first + 1 + (size_t)rng_below(&l->r, (int64_t)(last - first + 1));
}

void
life_run(struct arena *a, const struct life_world *w, struct life *l, int64_t submitted, int demand)
{
    l->demand = demand;
    l->pace = pace(l);
    run_once(a, w, l, submitted);
    for (int tries = 0; demand == LIFE_FINISHED && !finished(&l->d[l->n]) && tries < 8; tries++) {
        l->pace = 0.3 / (1 << tries);
        run_once(a, w, l, submitted);
    }
    if (demand == LIFE_OPEN)
        leave_open(l);
    for (size_t k = 0; demand > LIFE_STANDS && k < l->n; k++)
        if (l->d[k + 1].status == demand - LIFE_STANDS)
            l->n = k + 1;
}
