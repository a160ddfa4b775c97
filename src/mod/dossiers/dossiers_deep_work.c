/* Open work, codes and counters, against what the dossiers say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mod/dossiers/dossiers_deep_inside.h"
#include "site/site.h"

enum { ROWS_A_PAGE = 2000, CODE_SIZE = 64 };

/* --- work --- */

static void
say_task(struct walk *w, const struct dossier *d, const struct task_row *t, const char *what)
{
    deep_say(w, "task", "%s: work %" PRId64 ": %s is not what the dossier says", d->code, t->seq,
             what);
}

/* The dossier's own work follows from its row. */
static void
check_own(struct walk *w, const struct dossier *d, const struct task_row *t)
{
    enum task_kind kind = task_kind_of(d);
    int64_t account = kind == TASK_WITHDRAW ? 0 : d->holder;
    const struct { const char *what; bool same; } S[] = {
        {"kind", t->kind == (int64_t)kind}, {"unit", t->unit == d->unit},
        {"account", t->account == account}, {"waiting", t->waiting == (kind == TASK_WAIT)},
        {"status", t->status == d->status}, {"channel", t->channel == d->channel},
        {"step", strcmp(t->step, d->step) == 0},
        {"confidential", t->confidential == d->confidential},
        {"procedure", strcmp(t->procedure, d->procedure) == 0},
    };

    for (size_t i = 0; i < sizeof S / sizeof *S; i++)
        if (!S[i].same)
            say_task(w, d, t, S[i].what);
}

void
deep_tasks(struct walk *w, const struct dossier *d, size_t first, size_t n)
{
    int64_t own = 0, agree = 0, opinions = 0;

    for (size_t i = 0; i < n; i++) {
        const struct task_row *t = &w->tasks.p[first + i];

        if (!t->confidential)
            tally_add(w->tally, &(struct tally_row){TALLY_WORK, t->unit, t->account, t->perm,
                                                    t->waiting, "", {1}});
        own += t->seq == SEQ_OWN;
        agree += t->seq == SEQ_AGREE;
        opinions += t->seq > 0;
        if (t->seq == SEQ_OWN)
            check_own(w, d, t);
    }
    if (own != (task_kind_of(d) != 0))
        deep_say(w, "task", "%s: %s", d->code,
                 own ? "there is work, though nothing is left to do" : "nobody has it to do");
    if (task_kind_of(d) && agree != (d->proposal != 0))
        deep_say(w, "task", "%s: %s", d->code,
                 agree ? "a leader is to agree to nothing" : "no leader has to agree");
    if (task_kind_of(d) && opinions != d->opinions_open)
        deep_say(w, "task", "%s: %" PRId64 " opinions are asked for, %" PRId64 " are open", d->code,
                 opinions, d->opinions_open);
}

/* --- codes: no gap and no double --- */

void
deep_code(struct walk *w, const struct dossier *d)
{
    const char *last = strrchr(d->code, '-'), *at = last;
    struct ymd v;
    int64_t number;
    char *end;

    while (at && at > d->code && *--at != '-')
        continue;
    if (!at || *at != '-' || last - at != 7) {
        deep_say(w, "code", "%s: not AGENCY-YYMMDD-NUMBER", d->code);
        return;
    }
    number = strtoll(last + 1, &end, 10);
    v = (struct ymd){2000 + (int)strtol(arena_strn(w->c->a, at + 1, 2), NULL, 10),
                     (int)strtol(arena_strn(w->c->a, at + 3, 2), NULL, 10),
                     (int)strtol(arena_strn(w->c->a, at + 5, 2), NULL, 10)};
    if (*end || number < 1 || v.m < 1 || v.m > 12 || v.d < 1 || v.d > 31) {
        deep_say(w, "code", "%s: not AGENCY-YYMMDD-NUMBER", d->code);
        return;
    }
    tally_add(w->tally, &(struct tally_row){
        TALLY_CODE, 0, date_day(v), 0, 0, arena_strn(w->c->a, d->code, (size_t)(at - d->code)),
        {1, number}});
}

static void
say_code(struct walk *w, const char *agency, int64_t on, int64_t last, const int64_t was[2])
{
    deep_say(w, "code", "%s on %s: %" PRId64 " numbers were given, %" PRId64 " dossiers have one%s",
             agency, date_iso(w->c->a, (day)on), last, was[0],
             last == was[0] ? ", and not 1, 2, 3 ..." : "");
}

static int
codes_page(struct walk *w, struct code_count *after, bool *more)
{
    code_counts v = {0};
    int rc = sql_deep_codes(w->c, *after, ROWS_A_PAGE, &v);

    for (size_t i = 0; i < v.n; i++) {
        int64_t last = v.p[i].last, was[TALLY_VALUES], sum = last * (last + 1) / 2;
        struct tally_row r = {TALLY_CODE, 0, v.p[i].day, 0, 0, v.p[i].agency, {last, sum}};

        tally_take(w->tally, &r, was);
        if (was[0] != last || was[1] != sum) {
            say_code(w, v.p[i].agency, v.p[i].day, last, was);
            tally_add(w->tally, &(struct tally_row){TALLY_CODE, 0, r.x, 0, 0, r.procedure,
                                                    {last - was[0], sum - was[1]}});
        }
    }
    *more = v.n == ROWS_A_PAGE;
    if (v.n)
        *after = v.p[v.n - 1];
    return rc;
}

int
deep_codes(struct walk *w)
{
    struct code_count after = {.agency = "", .day = INT64_MIN};
    struct tally_row left;
    bool more = true;
    int rc = OK;

    while (more && rc == OK)
        rc = codes_page(w, &after, &more);
    for (size_t at = 0; rc == OK && tally_next(w->tally, &at, &left);)
        if (left.table == TALLY_CODE)
            say_code(w, left.procedure, left.x, 0, left.n);
    arena_reset(w->c->a);
    return rc;
}

/* --- what is digital, of the page's dossiers --- */

int
deep_digital(struct walk *w)
{
    struct paper_digital *p;
    size_t n, at = 0;
    int rc = papers_digital(w->c, w->range.after, w->range.upto, &p, &n);

    for (size_t i = 0; i < w->rows.n && rc == OK; i++) {
        const struct dossier *d = &w->rows.p[i];
        struct paper_digital none = {.owner = d->id};
        struct count_digital k;

        while (at < n && p[at].owner < d->id)
            at++;
        if (counts_digital(d, at < n && p[at].owner == d->id ? &p[at] : &none, &k))
            tally_digital(w->tally, &k);
    }
    return rc;
}

/* --- counters --- */

static const char *const MONTHS[] = {"submitted", "online", "received", "finished", "early",
                                     "on_time", "late"};
static const char *const DIGITAL[] = {"dossiers", "dossiers_digital", "papers", "papers_digital",
                                      "results", "results_digital"};

static const char *
key_text(struct walk *w, const struct tally_row *r)
{
    struct arena *a = w->c->a;
    const char *unit = deep_unit(w, r->unit);

    switch (r->table) {
    case TALLY_WORK:
        return arena_fmt(a, "unit=%s account=%" PRId64 " perm=%" PRId64 " waiting=%" PRId64, unit,
                         r->x, r->y, r->z);
    case TALLY_OFFICER:
        return arena_fmt(a, "unit=%s month=%" PRId64 " account=%" PRId64, unit, r->x, r->y);
    case TALLY_DIGITAL:
        return arena_fmt(a, "unit=%s year=%" PRId64, unit, r->x);
    case TALLY_DAYS:
        return arena_fmt(a, "unit=%s procedure=%s month=%" PRId64 " days=%" PRId64, unit,
                         *r->procedure ? r->procedure : "all", r->x, r->y);
    default:
        return arena_fmt(a, "unit=%s procedure=%s month=%" PRId64, unit,
                         *r->procedure ? r->procedure : "all", r->x);
    }
}

static int
mend(struct walk *w, const struct tally_row *r, const int64_t *is, const int64_t *counted)
{
    struct tally_row delta = *r;

    for (int i = 0; i < tally_values(r->table); i++)
        delta.n[i] = counted[i] - is[i];
    return w->repair ? sql_counter_mend(w->c, &delta) : OK;
}

/* Each value that differs is a finding. */
static int
compare_counter(struct walk *w, const struct tally_row *r, const int64_t *is,
                const int64_t *counted)
{
    const char *const *value = r->table == TALLY_DIGITAL ? DIGITAL : MONTHS;
    int n = tally_values(r->table), wrong = 0;

    for (int i = 0; i < n; i++) {
        if (is[i] == counted[i])
            continue;
        deep_say(w, "counter", "%s %s%s%s: is %" PRId64 ", counted %" PRId64,
                 sql_counter_name(r->table), key_text(w, r), n > 1 ? " " : "",
                 n > 1 ? value[i] : "", is[i], counted[i]);
        wrong++;
    }
    return wrong ? mend(w, r, is, counted) : OK;
}

/* What was compared is nothing in the tally afterwards; what is left has no row. */
static int
counters_page(struct walk *w, enum tally_table t, struct tally_row *after, char *procedure,
              bool *more)
{
    tally_rows v = {0};
    int rc = sql_deep_counters(w->c, t, after->procedure ? after : NULL, ROWS_A_PAGE, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++) {
        int64_t counted[TALLY_VALUES], is[TALLY_VALUES];

        memcpy(is, v.p[i].n, sizeof is);
        tally_take(w->tally, &v.p[i], counted);
        rc = compare_counter(w, &v.p[i], is, counted);
        for (int k = 0; k < tally_values(t); k++)
            v.p[i].n[k] = is[k] - counted[k];
        tally_add(w->tally, &v.p[i]);
    }
    *more = v.n == ROWS_A_PAGE;
    if (v.n) {
        *after = v.p[v.n - 1];
        snprintf(procedure, CODE_SIZE, "%s", after->procedure);
        after->procedure = procedure;
    }
    arena_reset(w->c->a);
    return rc;
}

int
deep_counters(struct walk *w)
{
    static const int64_t NOTHING[TALLY_VALUES];
    struct tally_row left;
    int rc = OK;

    for (int t = 0; t < TALLY_COUNTERS; t++) {
        struct tally_row after = {0};
        char procedure[CODE_SIZE];
        bool more = true;

        while (more && rc == OK)
            rc = counters_page(w, (enum tally_table)t, &after, procedure, &more);
    }
    for (size_t at = 0; rc == OK && tally_next(w->tally, &at, &left);)
        if (left.table < TALLY_COUNTERS)
            rc = compare_counter(w, &left, NOTHING, left.n);
    return rc;
}
