/*
 * The curves are ours: desks as one-stop offices describe their week (Monday fullest, mornings
 * before afternoons), online as public portals publish it (office hours and a second peak after
 * dinner, weekends at two fifths).
 */
#include "generate/arrivals.h"

#include <stdlib.h>

/* clang-format off */
static const double DESK_DAY[] = {1.18, 1.06, 1.00, 0.95, 0.86, 0.30, 0.0};
static const double ONLINE_DAY[] = {1.12, 1.05, 1.02, 1.00, 0.95, 0.50, 0.42};
static const double DESK_HOUR[24] = {[7] = 3, [8] = 14, [9] = 19, [10] = 16, [11] = 7, [12] = 2,
                                     [13] = 9, [14] = 14, [15] = 12, [16] = 6, [17] = 1};
static const double ONLINE_HOUR[24] = {2, 1, 0.5, 0.3, 0.3, 0.6, 1.5, 3, 7, 9, 9, 6, 4, 5, 7.5, 7.5,
                                       6, 4, 3.5, 4.5, 6, 5.5, 4, 2.8};
/* clang-format on */
enum { HOLIDAY_PERCENT = 25, AFTER_HOLIDAY_PERCENT = 120 };

static bool
after_holiday(const struct calendar *cal, day n)
{
    return calendar_works(cal, n) && calendar_special(cal, n - 1) && !calendar_works(cal, n - 1);
}

static struct slots
doors(const struct worktime *w, day n)
{
    struct slots s = w->slots[n - w->first];

    return s.n ? s : calendar_desk(w->cal, n);
}

static double
desk_weight(const struct worktime *w, day n)
{
    enum weekday d = date_weekday(n);

    if (!doors(w, n).n)
        return 0;
    if (d > FRI)                        /* a make-up Saturday is a working day */
        return calendar_works(w->cal, n) ? 0.8 : DESK_DAY[d];
    return DESK_DAY[d] * (after_holiday(w->cal, n) ? AFTER_HOLIDAY_PERCENT / 100.0 : 1);
}

static double
online_weight(const struct worktime *w, day n)
{
    double v = ONLINE_DAY[date_weekday(n)];

    if (!calendar_works(w->cal, n) && calendar_special(w->cal, n))
        return HOLIDAY_PERCENT / 100.0;
    return v * (after_holiday(w->cal, n) ? AFTER_HOLIDAY_PERCENT / 100.0 : 1);
}

/* A trial begins small: from two thirds to full in ten weeks. */
static double
growth(const struct generate_plan *plan, size_t i)
{
    if (!plan->scenario)
        return 1;
    return i < 70 ? 0.66 + 0.34 * (double)i / 70 : 1;
}

/* The sums are rounded, not the days: what is left over never gathers. */
static void
share_out(int64_t total, const double *weight, size_t n, int64_t *out)
{
    double all = 0, sum = 0;
    int64_t given = 0;

    for (size_t i = 0; i < n; i++)
        all += weight[i];
    for (size_t i = 0; i < n; i++) {
        int64_t upto;

        sum += weight[i];
        upto = i + 1 == n ? total : (int64_t)((double)total * (sum / all));
        out[i] = upto - given;
        given = upto;
    }
}

static size_t
heaviest(const double *w, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (w[i] > w[best])
            best = i;
    return best;
}

/* The peak day of a scenario is given; the others share the rest. */
static void
count_days(const struct generate_plan *plan, double *weight, struct arrivals *out)
{
    size_t peak = heaviest(weight, out->days);

    if (!plan->scenario) {
        share_out(plan->dossiers, weight, out->days, out->count);
        return;
    }
    weight[peak] = 0;
    share_out(plan->dossiers - plan->scenario->most_a_day, weight, out->days, out->count);
    out->count[peak] += plan->scenario->most_a_day;
}

void
arrivals_make(struct arena *a, const struct generate_plan *plan, const struct worktime *w,
              double online, struct arrivals *out)
{
    size_t n = (size_t)(plan->to - plan->from + 1);
    double *weight = arena_get(a, n * sizeof *weight), desk_sum = 0, online_sum = 0;

    *out = (struct arrivals){.from = plan->from, .days = n, .work = w, .seed = plan->seed};
    out->count = arena_get(a, n * sizeof *out->count);
    out->online = arena_get(a, n * sizeof *out->online);
    for (size_t i = 0; i < n; i++) {
        desk_sum += desk_weight(w, plan->from + (day)i);
        online_sum += online_weight(w, plan->from + (day)i);
    }
    for (size_t i = 0; i < n; i++) {
        double d = desk_sum > 0 ? desk_weight(w, plan->from + (day)i) / desk_sum : 0;
        double o = online_weight(w, plan->from + (day)i) / online_sum * online;

        d *= 1 - online;
        out->online[i] = o / (d + o);
        weight[i] = (d + o) * growth(plan, i);
    }
    if (plan->scenario) {               /* all of the last day are received on it */
        out->online[n - 1] = 0;
        out->desk_until = 15 * 60;
    }
    count_days(plan, weight, out);
    for (size_t i = 0; i < n; i++)
        if (out->count[i] > out->most)
            out->most = out->count[i];
}

static int
hour_of(struct rng *r, const double *curve)
{
    double sum = 0, at;
    int h = 0;

    for (int i = 0; i < 24; i++)
        sum += curve[i];
    for (at = rng_unit(r) * sum; h < 23 && (at -= curve[h]) >= 0;)
        h++;
    return h;
}

static bool
open_at(const struct slots *s, int minute)
{
    for (int i = 0; i < s->n; i++)
        if (s->p[i].from <= minute && minute < s->p[i].to)
            return true;
    return false;
}

static int32_t
second_of(const struct arrivals *v, size_t i, struct rng *r, bool online)
{
    struct slots open = doors(v->work, v->from + (day)i);
    bool last = i + 1 == v->days && v->desk_until;

    for (int tries = 0;; tries++) {
        int h = hour_of(r, online ? ONLINE_HOUR : DESK_HOUR);
        int32_t s = (int32_t)(h * 3600 + rng_below(r, 3600));

        if (tries > 1000)               /* doors at hours that the curve does not know */
            return open.p[0].from * 60 + (int32_t)rng_below(r, 60);
        if (last && s >= v->desk_until * 60)
            continue;
        if (online || open_at(&open, s / 60))
            return s;
    }
}

static int
by_second(const void *x, const void *y)
{
    const struct arrival *a = x, *b = y;

    return a->second != b->second ? (a->second < b->second ? -1 : 1)
                                  : (int)a->online - (int)b->online;
}

void
arrivals_of(const struct arrivals *v, size_t i, struct arrival *out)
{
    struct rng r = rng_of(v->seed, 21, i);

    for (int64_t k = 0; k < v->count[i]; k++) {
        bool online = rng_chance(&r, v->online[i]);

        out[k] = (struct arrival){second_of(v, i, &r, online), online};
    }
    qsort(out, (size_t)v->count[i], sizeof *out, by_second);
}
