/* The walk over all dossiers, a page at a time, and what is checked of each. */
#include "mod/dossiers/dossiers_deep.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_chain.h"
#include "mod/dossiers/dossiers_deep_inside.h"
#include "site/site.h"

enum { PAGE = 500, PAGE_ARENA = 256 << 20, LINE = 600, SAID_MAX = 100000 };

void
deep_say(struct walk *w, const char *kind, const char *fmt, ...)
{
    char line[LINE];
    int n = snprintf(line, sizeof line, "%s ", kind);
    va_list ap;

    if (strcmp(kind, "counter") == 0)
        w->deep->counters_wrong++;
    else if (w->repair)
        return;                         /* the check says those */
    if (++w->deep->findings > SAID_MAX)
        return;                         /* the sum says how many there are */
    va_start(ap, fmt);
    vsnprintf(line + n, sizeof line - (size_t)n, fmt, ap);
    va_end(ap);
    w->deep->say(w->deep->user, line);
}

const struct dossier *
deep_row(const struct walk *w, int64_t id)
{
    size_t from = 0, to = w->rows.n;

    while (from < to) {
        size_t mid = (from + to) / 2;

        if (w->rows.p[mid].id == id)
            return &w->rows.p[mid];
        if (w->rows.p[mid].id < id)
            from = mid + 1;
        else
            to = mid;
    }
    return NULL;
}

const char *
deep_unit(struct walk *w, int64_t id)
{
    const struct agency *g = agencies_by_id(w->c->site->agencies, id);

    return id == 0 ? "all" : g ? g->code : arena_fmt(w->c->a, "%" PRId64, id);
}

/* --- one dossier --- */

/* False: what follows cannot be folded. */
static bool
fold_one(struct walk *w, const struct dossier *row, struct dossier *d,
         const struct fold_chain *chain, size_t i)
{
    const struct stored_event *e = &chain->e[i];
    struct dossier was = *d;
    struct count_moves m;

    if (e->version != d->version + 1) {
        deep_say(w, "chain", "%s: event %" PRId64 " is missing", row->code, d->version + 1);
        return false;
    }
    if (!fold_link(w->c->a, chain, i))
        deep_say(w, "chain", "%s: event %" PRId64 " does not carry its hash", row->code,
                 e->version);
    if (dossiers_fold(w->c->a, d, e->changes) < 0) {
        deep_say(w, "row", "%s: event %" PRId64 " cannot be read", row->code, e->version);
        return false;
    }
    if (d->status != e->status)
        deep_say(w, "row", "%s: event %" PRId64 " leads to status %" PRId64 ", it says %" PRId64,
                 row->code, e->version, d->status, e->status);
    counts_of(w->c->site->calendar, &was, d, &m);
    tally_moves(w->tally, &m);
    return true;
}

void
deep_fold(struct walk *w, const struct dossier *row, size_t first, size_t n)
{
    struct dossier d = {.id = row->id};
    struct fold_chain chain;
    const char *field;

    fold_chain(w->c->a, n ? &w->events.p[first] : NULL, n, &chain);
    for (size_t i = 0; i < n; i++)
        if (!fold_one(w, row, &d, &chain, i))
            return;
    if (n == 0)
        deep_say(w, "chain", "%s: event 1 is missing", row->code);
    else if ((field = fold_differs(&d, row)))
        deep_say(w, "row", "%s: %s is not what its events say", row->code, field);
}

/* --- a page --- */

/* The part of a sorted list that is of this dossier; what is of none is skipped (deep_parts says
 * it). */
#define PART_OF(list, at, id, first, count)                                                       \
    do {                                                                                          \
        while (*(at) < (list).n && (list).p[*(at)].dossier < (id))                                \
            ++*(at);                                                                              \
        (first) = *(at);                                                                          \
        while (*(at) < (list).n && (list).p[*(at)].dossier == (id))                               \
            ++*(at);                                                                              \
        (count) = *(at) - (first);                                                                \
    } while (0)

static void
check_rows(struct walk *w)
{
    size_t event = 0, task = 0, first, n;

    for (size_t i = 0; i < w->rows.n; i++) {
        const struct dossier *d = &w->rows.p[i];

        PART_OF(w->events, &event, d->id, first, n);
        w->deep->events += (int64_t)n;
        deep_fold(w, d, first, n);
        PART_OF(w->tasks, &task, d->id, first, n);
        deep_tasks(w, d, first, n);
        deep_code(w, d);
    }
    w->deep->dossiers += (int64_t)w->rows.n;
    if (w->deep->progress)
        progress_add(w->deep->progress, (int64_t)w->rows.n);
}

/* *more: there are dossiers behind it. */
static int
check_page(struct walk *w, bool *more)
{
    struct ctx *c = w->c;
    int rc;

    w->rows = (dossier_list){0};
    w->events = (event_list){0};
    w->tasks = (task_rows){0};
    if ((rc = sql_dossiers_after(c, w->range.after, PAGE, &w->rows)) < 0)
        return rc;
    *more = w->rows.n == PAGE;
    w->range.upto = *more ? w->rows.p[PAGE - 1].id : INT64_MAX;
    if ((rc = sql_events_between(c, w->range.after, w->range.upto, &w->events)) < 0 ||
        (rc = sql_deep_tasks(c, w->range, &w->tasks)) < 0)
        return rc;
    check_rows(w);
    if ((rc = deep_digital(w)) < 0)
        return rc;
    if (!w->repair && ((rc = deep_parts(w)) < 0 || (rc = deep_references(w)) < 0 ||
                       (rc = deep_papers(w)) < 0))
        return rc;
    w->range.after = w->range.upto;
    arena_reset(c->a);
    return OK;
}

static int
check_all(struct walk *w)
{
    bool more = true;
    int rc = OK;

    while (more && rc == OK)
        rc = check_page(w, &more);
    if (rc == OK && (rc = deep_counters(w)) == OK)
        rc = deep_vault(w);
    if (rc < 0 || w->repair)
        return rc;
    if ((rc = deep_codes(w)) == OK && (rc = deep_lost_names(w)) == OK)
        rc = deep_contents(w);
    return rc;
}

/* --- what others call --- */

static int
check_with(struct ctx *c, struct deep *d, bool repair)
{
    struct ctx page = *c;
    struct walk w = {.c = &page, .deep = d, .repair = repair, .range = {INT64_MIN, 0}};
    bool store = d->store && !repair;
    int rc = OK;

    page.a = arena_open(PAGE_ARENA);
    w.tally = tally_open();
    if (store && !(w.papers = hashes_open(c)))
        rc = c->err.rc;
    else if ((rc = check_all(&w)) < 0)
        c->err = page.err;
    hashes_close(w.papers);
    tally_close(w.tally);
    arena_close(page.a);
    return rc;
}

int
dossiers_check_deep(struct ctx *c, struct deep *d)
{
    return check_with(c, d, false);
}

int
dossiers_repair_counters(struct ctx *c, struct deep *d)
{
    return check_with(c, d, true);
}

int64_t
dossiers_given(struct ctx *c)
{
    return sql_deep_dossiers(c);
}
