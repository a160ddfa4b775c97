/* The city from the first day to the last. */
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/now.h"
#include "base/progress.h"
#include "generate/arrivals.h"
#include "generate/choice.h"
#include "generate/generate.h"
#include "generate/rows.h"
#include "site/site.h"

enum {
    BEFORE = 40, AFTER = 500,           /* days of office time beyond the range */
    FEW = 60000,                        /* up to here only the courses that occur are played */
    TEMPLATES = 1 << 30, ONE_LIFE = 64 << 20,
    CITIZENS_MOST = 400000
};

static const struct scenario SCENARIOS[] = {
    {"trial-2021", "the city's trial of 2021-22: 466,772 received, 448,672 finished, at most"
     " 7,000 a day", {2021, 10, 4}, {2022, 3, 14}, 466772, 448672, 7000}};

const struct scenario *
generate_scenario(const char *name)
{
    for (size_t i = 0; i < sizeof SCENARIOS / sizeof *SCENARIOS; i++)
        if (strcmp(SCENARIOS[i].name, name) == 0)
            return &SCENARIOS[i];
    return NULL;
}

struct city {
    struct ctx *c;
    const struct generate_plan *plan;
    struct generate_result *out;
    struct arena *a;                    /* of the whole run */
    struct arena *scratch;              /* of one template or dossier */
    struct worktime work;
    struct arrivals arrivals;
    struct offices staff;
    struct choices choices;
    struct life_world world;
    struct rows_to to;
    struct progress progress;
    int32_t *codes;                     /* of each office: the last number of the day */
    int64_t nth, open_left;             /* open_left: of a scenario */
    struct life life;
};

/* --- before --------------------------------------------------------------------------------- */

/* Half past eight on a working day: of the range's end where procedures are in force, else now. */
static int64_t
template_moment(struct city *y)
{
    const struct calendar *cal = y->c->site->calendar;
    day on = y->plan->to;

    if (y->plan->scenario || on > vn_day(y->c->now))
        on = vn_day(y->c->now);
    if (!calendar_works(cal, on))
        on = calendar_add(cal, on, -1);
    return vn_utc(on, 8 * 60 + 30);
}

static void
tell_progress(void *to)
{
    progress_add(to, 1);
}

/* Some statuses are short: one dossier of a tenth before the end stands in each of them. */
static bool
stands(const struct city *y, int64_t nth, enum status *s)
{
    static const enum status SHORT[] = {ST_SUPPLEMENT, ST_FISCAL, ST_WITHDRAWING};
    int64_t i = nth - y->plan->dossiers * 9 / 10;

    if (y->plan->scenario || i < 0 || i >= 3 || y->plan->dossiers < 500)
        return false;
    *s = SHORT[i];
    return true;
}

static struct choice
choice_of(const struct city *y, int64_t nth, bool online, struct rng *r)
{
    struct choice k = choices_draw(&y->choices, r, online), other;
    enum status s;

    return stands(y, nth, &s) && choices_through(&y->choices, s, online, &other) ? other : k;
}

static int
play_needed(struct city *y)
{
    struct arrival *v = arena_get(y->a, (size_t)y->arrivals.most * sizeof *v);
    int64_t nth = 0;
    int rc = OK;

    for (size_t i = 0; i < y->arrivals.days && rc == OK; i++) {
        arrivals_of(&y->arrivals, i, v);
        for (int64_t k = 0; k < y->arrivals.count[i] && rc == OK; k++, nth++) {
            struct rng r = rng_of(y->plan->seed, 41, (uint64_t)nth);
            struct choice x = choice_of(y, nth, v[k].online, &r);

            rc = choices_play(&y->choices, &x);
        }
    }
    return rc;
}

static int
play_courses(struct city *y)
{
    struct ctx own = *y->c;
    struct progress p;
    int rc;

    own.a = y->scratch;
    y->choices.play.c = &own;
    progress_begin(&p, "courses", "procedures", 0, y->choices.n);
    p.quiet = y->plan->quiet;
    if (y->plan->dossiers <= FEW)
        rc = play_needed(y);
    else
        rc = choices_play_all(&y->choices, tell_progress, &p);
    progress_end(&p);
    y->choices.play.c = y->c;
    y->c->err = own.err;
    y->c->faults.p = own.faults.p;
    y->c->faults.n = own.faults.n;
    y->c->faults.cap = own.faults.cap;
    return rc;
}

static int
prepare(struct city *y)
{
    const struct generate_plan *plan = y->plan;
    struct ctx *c = y->c;
    day on = vn_day(template_moment(y));
    int rc;

    people_open(y->a);
    worktime_make(y->a, c->site->calendar, plan->from - BEFORE, plan->to + AFTER, &y->work);
    rc = staff_make(c, y->a, plan->seed, plan->from - BEFORE, plan->from, on, &y->staff);
    if (rc < 0)
        return rc;
    y->choices.play.when = template_moment(y);
    y->choices.received_only = plan->scenario != NULL;
    if ((rc = choices_make(&y->choices, c, y->a, &y->staff, plan->from, plan->to)) < 0)
        return rc;
    arrivals_make(y->a, plan, &y->work, y->choices.share_online, &y->arrivals);
    y->world = (struct life_world){.site = c->site, .work = &y->work, .end = plan->end};
    y->world.citizens = plan->dossiers / 8 < CITIZENS_MOST ? plan->dossiers / 8 : CITIZENS_MOST;
    y->world.citizens += 2 * BORN_YEARS - y->world.citizens % (2 * BORN_YEARS);
    y->world.citizen_base = id_floor(vn_utc(plan->from - BEFORE, 0));
    y->codes = arena_get(y->a, (y->staff.n + 1) * sizeof *y->codes);
    if (plan->scenario)
        y->open_left = plan->scenario->received - plan->scenario->finished;
    return play_courses(y);
}

/* --- a dossier ------------------------------------------------------------------------------ */

/* Exactly so many of a scenario stay open: the last ones, and of the last third by lot. */
static int
demand_of(struct city *y, struct rng *r)
{
    int64_t left = y->plan->dossiers - y->nth, first = y->plan->dossiers * 2 / 3;
    int64_t last, by_lot;

    if (!y->plan->scenario)
        return LIFE_FREE;
    last = (y->plan->scenario->received - y->plan->scenario->finished) / 12;
    by_lot = y->open_left - last;
    if (left <= last || (y->nth >= first && rng_below(r, left - last) < by_lot)) {
        y->open_left--;
        return LIFE_OPEN;
    }
    return LIFE_FINISHED;
}

static void
code_of(struct city *y, struct life *l, int64_t submitted)
{
    struct ymd v = date_ymd(vn_day(submitted));

    snprintf(l->code, sizeof l->code, "%s-%02d%02d%02d-%04d", l->at->g->code, v.y % 100, v.m, v.d,
             (int)++y->codes[l->at - y->staff.p]);
}

static void
one(struct city *y, int64_t submitted, bool online)
{
    struct rng r = rng_of(y->plan->seed, 41, (uint64_t)y->nth);
    struct choice k = choice_of(y, y->nth, online, &r);
    struct life *l = &y->life;
    enum status s;
    int demand;

    l->k = choices_course(&y->choices, &k);
    l->at = l->k->at ? l->k->at : choices_office(&y->choices, &r);
    l->nth = y->nth;
    demand = stands(y, y->nth, &s) ? LIFE_STANDS + (int)s : demand_of(y, &r);
    l->r = r;
    code_of(y, l, submitted);
    life_people(&y->world, l, submitted);
    life_run(y->scratch, &y->world, l, submitted, demand);
    if ((demand == LIFE_FINISHED && !l->d[l->n].finished_at) ||
        (demand == LIFE_OPEN && !l->d[l->n].accepted_at)) {     /* it took too winding a course */
        k.kind = 0;
        l->k = choices_course(&y->choices, &k);
        life_run(y->scratch, &y->world, l, submitted, demand);
    }
    rows_write(&y->to, l);
    arena_reset(y->scratch);
}

static void
write_codes(struct city *y, day on)
{
    for (size_t i = 0; i < y->staff.n; i++) {
        if (y->codes[i] == 0)
            continue;
        load_row(y->to.load, PART_CODE);
        load_text(y->to.load, y->staff.p[i].g->code, strlen(y->staff.p[i].g->code));
        load_int(y->to.load, on);
        load_int(y->to.load, y->codes[i]);
        y->codes[i] = 0;
    }
}

static void
one_day(struct city *y, size_t i, struct arrival *v)
{
    day on = y->plan->from + (day)i;

    arrivals_of(&y->arrivals, i, v);
    for (int64_t k = 0; k < y->arrivals.count[i] && !load_failed(y->to.load); k++, y->nth++) {
        one(y, vn_utc(on, 0) + v[k].second, v[k].online);
        progress_add(&y->progress, 1);
    }
    write_codes(y, on);
}

static void
all_days(struct city *y)
{
    struct arrival *v = arena_get(y->a, (size_t)y->arrivals.most * sizeof *v);

    for (int64_t n = 0; n < y->world.citizens; n++) {
        arena_reset(y->scratch);
        rows_citizen(y->to.load, y->scratch, &y->world, n);
    }
    for (size_t i = 0; i < y->arrivals.days && !load_failed(y->to.load); i++)
        one_day(y, i, v);
    sums_write(y->to.tally, y->to.load);
}

/* --- all of it ------------------------------------------------------------------------------ */

static int
fill(struct city *y)
{
    struct ctx *c = y->c;
    const char *url = c->site->config.db;
    int rc;

    db_close(c->db);                    /* nobody else has it open while rows go in */
    c->db = NULL;
    y->to = (struct rows_to){.tally = sums_open(), .site = c->site, .a = y->scratch};
    rc = load_open(c, url, PARTS, PART__COUNT, &y->to.load);
    if (rc == OK) {
        progress_begin(&y->progress, "generate", "dossiers", 0, y->plan->dossiers);
        y->progress.quiet = y->plan->quiet;
        all_days(y);
        y->out->rows = load_rows(y->to.load);
        y->out->micros_rows = now_mono_micros();
        rc = load_close(c, y->to.load, &y->progress, true);
        if (rc == OK)
            progress_end(&y->progress);
        else
            progress_stop(&y->progress);
    }
    sums_close(y->to.tally);
    return rc < 0 ? rc : db_open(c, url, DB_READ_WRITE, &c->db);
}

int
generate_city(struct ctx *c, const struct generate_plan *plan, struct generate_result *out)
{
    struct city *y = mem_get(sizeof *y);
    int64_t began = now_mono_micros();
    int rc = OK;

    *out = (struct generate_result){0};
    *y = (struct city){.c = c, .plan = plan, .out = out, .a = arena_open(TEMPLATES),
                       .scratch = arena_open(ONE_LIFE)};
    if (sql_any_dossier(c))
        rc = fail(c, E_CONFLICT, N_("Cơ sở dữ liệu đã có hồ sơ"),
                  "generate: the database holds dossiers already; make another one");
    if (rc == OK && (rc = prepare(y)) == OK)
        rc = fill(y);
    out->dossiers = y->nth;
    out->events = y->to.events;
    out->open = y->to.open;
    out->citizens = y->world.citizens;
    out->officers = y->staff.officers;
    out->micros_rows -= began;
    out->micros_all = now_mono_micros() - began;
    arena_close(y->a);
    arena_close(y->scratch);
    mem_free(y);
    return rc;
}
