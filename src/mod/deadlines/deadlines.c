/*
 * The reckoning.  A clock is prepared (start, stops clipped and merged), then counted either by
 * days or by minutes, and every day on the way gets its note.  The readings of the rules are in
 * README.md.
 */
#include "mod/deadlines/deadlines.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MINUTES = 1440, WORKING_DAY_MINUTES = 480, SPANS_MAX = SLOTS_MAX + STOPS_MAX };

/* A stop in minutes since 1970 of Vietnam's clock. */
struct pause { int64_t from, to; };

struct walk {
    struct arena *a;                /* NULL: no notes */
    const struct calendar *cal;
    const struct clock *k;
    int64_t received, start;        /* minutes; `received` is the restart's, when there is one */
    day accepted;                   /* day of the acceptance itself */
    struct pause pauses[STOPS_MAX];
    size_t npauses;
    VEC(struct day_note) notes;
};

static int64_t
minutes_of(int64_t utc)
{
    return (int64_t)vn_day(utc) * DAY_MINUTES + vn_minute(utc);
}

static int64_t
utc_of(int64_t minutes)
{
    return minutes * 60 - VN_OFFSET;
}

static day
day_of(int64_t minutes)
{
    return vn_day(utc_of(minutes));
}

/* --- what counts from when ---------------------------------------------------------------- */

const char *
deadlines_fault(const struct clock *k)
{
    if (!limit_valid(k->limit))
        return "limit: it is not a limit that can be counted";
    if (k->mode == MODE_HOUR_EXACT && k->limit.unit != LIMIT_WORKING_DAYS)
        return "mode: hour-exact is for limits in working days (Nwd) only";
    if (k->nstops > STOPS_MAX)
        return "stop: at most 64 stops can be counted";
    for (size_t i = 0; i < k->nstops; i++) {
        if (k->stops[i].from > k->stops[i].to)
            return "stop: a stop must not end before it begins";
        if (k->stops[i].kind == STOP_OTHER && (!k->stops[i].basis || !*k->stops[i].basis))
            return "stop: a stop of another kind needs its legal basis";
    }
    return NULL;
}

/* In restart mode the end of the last supplement is the new reception. */
static int64_t
reception(const struct clock *k)
{
    int64_t last = k->received;

    if (k->supplement != SUPPLEMENT_RESTART)
        return last;
    for (size_t i = 0; i < k->nstops; i++)
        if (k->stops[i].kind == STOP_SUPPLEMENT && k->stops[i].from < k->stops[i].to &&
            k->stops[i].to > last)
            last = k->stops[i].to;
    return last;
}

static int
by_start(const void *x, const void *y)
{
    const struct pause *a = x, *b = y;

    return (a->from > b->from) - (a->from < b->from);
}

/* Stops of all kinds, without what lies before the start, merged where they touch. */
static void
prepare_pauses(struct walk *w)
{
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < w->k->nstops; i++) {
        struct pause p = {minutes_of(w->k->stops[i].from), minutes_of(w->k->stops[i].to)};

        if (p.from < w->start)
            p.from = w->start;
        if (p.from < p.to)
            w->pauses[n++] = p;
    }
    if (n > 1)
        qsort(w->pauses, n, sizeof *w->pauses, by_start);
    for (size_t i = 0; i < n; i++) {
        struct pause *last = kept ? &w->pauses[kept - 1] : NULL;

        if (!last || w->pauses[i].from > last->to)
            w->pauses[kept++] = w->pauses[i];
        else if (w->pauses[i].to > last->to)
            last->to = w->pauses[i].to;
    }
    w->npauses = kept;
}

static void
prepare(struct walk *w, struct arena *a, const struct calendar *cal, const struct clock *k)
{
    int64_t utc = reception(k);

    *w = (struct walk){.a = a, .cal = cal, .k = k, .accepted = vn_day(k->received)};
    w->received = minutes_of(utc);
    utc = utc_of(w->received);
    w->start = minutes_of(k->channel == CHANNEL_ONLINE ? calendar_opening(cal, utc) : utc);
    prepare_pauses(w);
}

/* --- notes -------------------------------------------------------------------------------- */

/* Why a day is not worked; WHY_WORKED when it is. */
static enum why
day_why(const struct calendar *cal, day n)
{
    static const enum why BY_KIND[DAY_KIND__COUNT] = {
        [DAY_HOLIDAY] = WHY_HOLIDAY, [DAY_COMPENSATORY] = WHY_COMPENSATORY,
        [DAY_SWAP_OFF] = WHY_SWAP_OFF, [DAY_MAKEUP] = WHY_MAKEUP,
    };
    const struct special_day *s = calendar_special(cal, n);

    if (s)
        return BY_KIND[s->kind];
    if (calendar_works(cal, n))
        return WHY_WORKED;
    return calendar_desk(cal, n).n ? WHY_DESK : WHY_WEEKEND;
}

static struct day_note *
note(struct walk *w, day n, enum why why, bool counted, int sum)
{
    static struct day_note nowhere;
    const struct special_day *s;

    if (!w->a)
        return &nowhere;
    s = calendar_special(w->cal, n);
    *vec_push(w->a, &w->notes) = (struct day_note){
        .date = n, .why = why, .counted = counted, .sum = sum, .name = s ? s->name : ""};
    return &w->notes.p[w->notes.n - 1];
}

/* The days before the start: those of a reckoning that was begun anew, then those waiting for the
 * office to open. */
static void
note_before(struct walk *w)
{
    for (day n = w->accepted; n < day_of(w->start); n++)
        note(w, n, n < day_of(w->received) ? WHY_VOID : WHY_WAITING, false, 0);
}

/* --- days --------------------------------------------------------------------------------- */

/* The day on which a stop begins is used; those after it, its last one included, are not. */
static bool
frozen(const struct walk *w, day n)
{
    for (size_t i = 0; i < w->npauses; i++)
        if (n > day_of(w->pauses[i].from) && n <= day_of(w->pauses[i].to))
            return true;
    return false;
}

/* How many days of which kind the limit is, seen from the day of reception. */
static int
day_total(const struct walk *w, bool *working)
{
    struct limit l = w->k->limit;
    day first = day_of(w->start);
    bool today = w->start - (int64_t)first * DAY_MINUTES < l.n && calendar_works(w->cal, first);

    *working = l.unit == LIMIT_WORKING_DAYS || l.unit == LIMIT_SAME_DAY;
    if (l.unit == LIMIT_MONTHS)
        return date_add_months(first, l.n) - first;
    return l.unit == LIMIT_SAME_DAY ? !today : l.n;
}

/* Counts `total` days after the first; gives the day on which the last one was used. */
static day
count_days(struct walk *w, int total, bool working)
{
    bool again = w->received != minutes_of(w->k->received);
    day n = day_of(w->start);

    if (w->k->limit.unit == LIMIT_SAME_DAY && total == 0)
        note(w, n, WHY_SAME_DAY, true, 0);
    else
        note(w, n, again ? WHY_COMPLETED : WHY_RECEIVED, false, 0);
    for (int used = 0; used < total;) {
        enum why why = day_why(w->cal, ++n);
        bool worked = why == WHY_WORKED || why == WHY_MAKEUP;
        bool counted = !frozen(w, n) && (worked || !working);

        used += counted;
        if (!counted && (worked || !working))
            why = WHY_STOPPED;
        else if (counted && !working)
            why = WHY_DAY;
        note(w, n, why, counted, used);
    }
    return n;
}

/* Moves the due day to `to`, a working day; the days passed over are noted. */
static day
move_due(struct walk *w, day from, day to, int total, enum why why)
{
    for (day n = from + 1; n < to; n++) {
        enum why off = day_why(w->cal, n);

        note(w, n, off == WHY_WORKED || off == WHY_MAKEUP ? WHY_STOPPED : off, false, total);
    }
    if (to > from)
        note(w, to, why, false, total);
    return to;
}

/* No day is left after a stop that begins on or before the due day and ends on or after it: the
 * first working day after its end is due.  Another stop may begin before that day, so again. */
static day
after_stops(struct walk *w, day due, int total)
{
    for (size_t i = 0; i < w->npauses; i++) {
        day from = day_of(w->pauses[i].from), to = day_of(w->pauses[i].to);

        if (from > due || to < due)
            continue;
        if (w->notes.n && !w->notes.p[w->notes.n - 1].counted)
            w->notes.p[w->notes.n - 1].why = WHY_STOPPED;       /* it is the due day no more */
        due = move_due(w, due, calendar_next(w->cal, to), total, WHY_AFTER_STOP);
    }
    return due;
}

static void
due_by_days(struct walk *w, struct due *out)
{
    bool working;
    day last;

    out->unit = w->k->limit.unit;
    out->total = day_total(w, &working);
    last = count_days(w, out->total, working);
    last = move_due(w, last, calendar_roll(w->cal, last), out->total, WHY_ROLLED);
    out->day = after_stops(w, last, out->total);
    out->at = vn_utc(out->day, DAY_MINUTES) - 1;
}

/* --- minutes ------------------------------------------------------------------------------ */

/* The parts of one day that count: its slots (or all of it) from the start on, without pauses. */
static size_t
open_spans(const struct walk *w, day n, struct slot *out)
{
    struct slots s = {{{0, DAY_MINUTES}}, 1};
    int64_t midnight = (int64_t)n * DAY_MINUTES;
    size_t count = 0;

    if (w->k->limit.unit != LIMIT_HOURS)
        s = calendar_slots(w->cal, n);
    for (int i = 0; i < s.n; i++) {
        int64_t at = midnight + s.p[i].from, end = midnight + s.p[i].to;

        if (at < w->start)
            at = w->start;
        for (size_t p = 0; p < w->npauses && at < end; p++) {
            if (w->pauses[p].to <= at || w->pauses[p].from >= end)
                continue;
            if (w->pauses[p].from > at)
                out[count++] = (struct slot){(int)(at - midnight),
                                             (int)(w->pauses[p].from - midnight)};
            at = w->pauses[p].to;
        }
        if (at < end)
            out[count++] = (struct slot){(int)(at - midnight), (int)(end - midnight)};
    }
    return count;
}

/* Uses up at most `left` minutes of the spans; the last one used is cut to what was needed. */
static int
use_spans(struct slot *spans, size_t *count, int left)
{
    int used = 0;

    for (size_t i = 0; i < *count; i++) {
        int length = spans[i].to - spans[i].from;

        if (used + length >= left) {
            spans[i].to = spans[i].from + left - used;
            *count = i + 1;
            return left;
        }
        used += length;
    }
    return used;
}

static enum why
minute_why(const struct walk *w, day n, size_t spans)
{
    enum why why = day_why(w->cal, n);
    bool worked = why == WHY_WORKED || why == WHY_MAKEUP;

    if (spans)
        return w->k->limit.unit == LIMIT_HOURS ? WHY_HOURS : why;
    if (!worked && w->k->limit.unit != LIMIT_HOURS)
        return why;
    return n == day_of(w->start) && (!w->npauses || w->pauses[0].from > w->start) ? WHY_CLOSED
                                                                                  : WHY_STOPPED;
}

static void
note_spans(struct walk *w, day n, const struct slot *spans, size_t count, int sum)
{
    struct day_note *d = note(w, n, minute_why(w, n, count), count > 0, sum);
    struct slot *kept;

    if (!w->a)
        return;
    kept = arena_get(w->a, (count + 1) * sizeof *kept);
    if (count)
        memcpy(kept, spans, count * sizeof *kept);
    d->spans = kept;
    d->nspans = count;
}

static void
due_by_minutes(struct walk *w, struct due *out)
{
    bool exact = w->k->mode == MODE_HOUR_EXACT;
    int64_t at = w->start;
    int sum = 0;

    out->unit = exact ? LIMIT_WORKING_HOURS : w->k->limit.unit;
    out->total = w->k->limit.n * (exact ? WORKING_DAY_MINUTES : 60);
    out->by_minute = true;
    for (day n = day_of(w->start); sum < out->total; n++) {
        struct slot spans[SPANS_MAX];
        size_t count = open_spans(w, n, spans);

        sum += use_spans(spans, &count, out->total - sum);
        note_spans(w, n, spans, count, sum);
        if (count)
            at = (int64_t)n * DAY_MINUTES + spans[count - 1].to;
    }
    out->at = utc_of(at);
    out->day = day_of(at);
}

/* --- both --------------------------------------------------------------------------------- */

static bool
provisional(const struct walk *w, day last)
{
    for (day n = day_of(w->received); n <= last; n++)
        if (!calendar_known(w->cal, n))
            return true;
    return false;
}

/* What the limit gives in the measure of deadlines_left(), stops taken out. */
static int64_t
budget(const struct walk *w, const struct due *d)
{
    int64_t all;

    if (d->by_minute)
        return d->total;
    all = calendar_minutes(w->cal, d->start, d->at);
    for (size_t i = 0; i < w->npauses; i++) {
        int64_t to = utc_of(w->pauses[i].to);

        all -= calendar_minutes(w->cal, utc_of(w->pauses[i].from), to < d->at ? to : d->at);
    }
    return all > 0 ? all : 1;
}

int
deadlines_due(struct arena *a, const struct calendar *cal, const struct clock *k, struct due *out)
{
    struct walk w;

    *out = (struct due){0};
    if (deadlines_fault(k))
        return E_INVALID;
    prepare(&w, a, cal, k);
    out->start = utc_of(w.start);
    note_before(&w);
    if (k->limit.unit == LIMIT_HOURS || k->limit.unit == LIMIT_WORKING_HOURS ||
        k->mode == MODE_HOUR_EXACT)
        due_by_minutes(&w, out);
    else
        due_by_days(&w, out);
    out->provisional = provisional(&w, out->day);
    out->budget = budget(&w, out);
    out->days = w.notes.p;
    out->ndays = w.notes.n;
    return OK;
}

int64_t
deadlines_after(const struct calendar *cal, struct limit l, int64_t from)
{
    struct clock k = {.limit = l, .channel = CHANNEL_DIRECT, .received = from};
    struct due d;

    return deadlines_due(NULL, cal, &k, &d) == OK ? d.at : from;
}

double
deadlines_left(const struct calendar *cal, const struct due *d, int64_t now)
{
    bool clock = d->unit == LIMIT_HOURS;
    int64_t left = clock ? (d->at - now) / 60 : calendar_minutes(cal, now, d->at);
    int64_t all = d->budget ? d->budget
                  : clock   ? (d->at - d->start) / 60
                            : calendar_minutes(cal, d->start, d->at);

    if (left <= 0 || all <= 0)
        return now > d->at || all > 0 ? 0 : 1;
    return left >= all ? 1 : (double)left / (double)all;
}

/* --- early, on time, late ------------------------------------------------------------------- */

/* -1 before, 0 at, 1 after the due moment: days are compared, or whole minutes. */
static int
against(int64_t at, bool by_minute, int64_t moment)
{
    int64_t due = by_minute ? minutes_of(at) : vn_day(at);
    int64_t is = by_minute ? minutes_of(moment) : vn_day(moment);

    return (is > due) - (is < due);
}

enum due_class
deadlines_class(int64_t at, bool by_minute, int64_t finished)
{
    static const enum due_class BY[] = {CLASS_EARLY, CLASS_ON_TIME, CLASS_LATE};

    return BY[against(at, by_minute, finished) + 1];
}

enum due_class
deadlines_running(int64_t at, bool by_minute, int64_t now)
{
    return against(at, by_minute, now) > 0 ? CLASS_OVERDUE : CLASS_IN_TIME;
}
