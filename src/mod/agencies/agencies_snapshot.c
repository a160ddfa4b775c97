/*
 * The tree in memory: made once from the database, read by any number of threads, never changed.
 * It has an arena of its own, so that a server may keep the old one until its last reader is done.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mod/agencies/agencies_sql.h"

enum { SNAPSHOT_MAX = 64 << 20, STEPS_MAX = 32 };

typedef const struct agency *agency_ref;

struct agencies_snapshot {
    struct arena *a;
    int64_t generation;
    day on;                             /* the day it was loaded */
    struct agency *rows;                /* by sort */
    size_t n;
    agency_ref *by_id, *by_code, *by_unit, *by_parent, *all, *communes;
    size_t communes_n;
    const struct delegation *delegations;       /* by from */
    size_t delegations_n;
};

/* --- orders --------------------------------------------------------------------------------- */

#define COMPARE(x, y) (((x) > (y)) - ((x) < (y)))

static int
by_sort(const void *x, const void *y)
{
    const struct agency *a = x, *b = y;
    int d = strcmp(a->sort, b->sort);

    return d ? d : COMPARE(a->id, b->id);
}

static int
by_id(const void *x, const void *y)
{
    return COMPARE((*(const agency_ref *)x)->id, (*(const agency_ref *)y)->id);
}

static int
by_code(const void *x, const void *y)
{
    const struct agency *a = *(const agency_ref *)x, *b = *(const agency_ref *)y;
    int d = strcmp(a->code, b->code);

    return d ? d : COMPARE(a->valid_from, b->valid_from);
}

static int
by_unit(const void *x, const void *y)
{
    const struct agency *a = *(const agency_ref *)x, *b = *(const agency_ref *)y;
    int d = strcmp(a->unit_code, b->unit_code);

    return d ? d : COMPARE(a->valid_from, b->valid_from);
}

static int
by_parent(const void *x, const void *y)
{
    const struct agency *a = *(const agency_ref *)x, *b = *(const agency_ref *)y;
    int d = COMPARE(a->parent, b->parent);

    return d ? d : COMPARE(a, b);       /* rows lie in order of names */
}

static agency_ref *
index_of(struct agencies_snapshot *s, int (*order)(const void *, const void *))
{
    agency_ref *v = arena_get(s->a, (s->n + 1) * sizeof *v);

    for (size_t i = 0; i < s->n; i++)
        v[i] = &s->rows[i];
    if (order && s->n)
        qsort(v, s->n, sizeof *v, order);
    return v;
}

/* --- loading -------------------------------------------------------------------------------- */

static struct agency *
find_row(struct agencies_snapshot *s, int64_t id)
{
    return (struct agency *)agencies_by_id(s, id);
}

/* Both lists come ordered by agency: each agency's part is a run. */
static void
set_leaders(struct agencies_snapshot *s, const leader_vec *v)
{
    struct leader *out = arena_get(s->a, (v->n + 1) * sizeof *out);

    for (size_t i = 0; i < v->n; i++) {
        struct agency *g = find_row(s, v->p[i].agency);

        assert(g);
        out[i] = v->p[i].leader;
        if (g->leaders_n++ == 0)
            g->leaders = &out[i];
    }
}

static void
set_after(struct agencies_snapshot *s, const link_vec *v)
{
    struct agency_link *out = arena_get(s->a, (v->n + 1) * sizeof *out);

    for (size_t i = 0; i < v->n; i++) {
        struct agency *g = find_row(s, v->p[i].agency);

        assert(g);
        out[i] = (struct agency_link){v->p[i].successor, v->p[i].how};
        if (g->after_n++ == 0)
            g->after = &out[i];
    }
}

static int
by_successor(const void *x, const void *y)
{
    const struct link_row *a = x, *b = y;
    int d = COMPARE(a->successor, b->successor);

    return d ? d : COMPARE(a->agency, b->agency);
}

static void
set_before(struct agencies_snapshot *s, const link_vec *v)
{
    struct agency_link *out = arena_get(s->a, (v->n + 1) * sizeof *out);

    if (v->n)
        qsort(v->p, v->n, sizeof *v->p, by_successor);
    for (size_t i = 0; i < v->n; i++) {
        struct agency *g = find_row(s, v->p[i].successor);

        assert(g);
        out[i] = (struct agency_link){v->p[i].agency, v->p[i].how};
        if (g->before_n++ == 0)
            g->before = &out[i];
    }
}

static int
by_from(const void *x, const void *y)
{
    const struct delegation *a = x, *b = y;
    int d = COMPARE(a->from, b->from);

    return d ? d : COMPARE(b->id, a->id);       /* the newest decision first */
}

static void
set_communes(struct agencies_snapshot *s)
{
    s->communes = arena_get(s->a, (s->n + 1) * sizeof *s->communes);
    for (size_t i = 0; i < s->n; i++)
        if (s->rows[i].type == AGENCY_COMMUNE && agency_exists(&s->rows[i], s->on))
            s->communes[s->communes_n++] = &s->rows[i];
}

static int
load(struct ctx *c, struct agencies_snapshot *s)
{
    agency_vec rows = {0};
    leader_vec leaders = {0};
    link_vec links = {0};
    delegation_vec delegations = {0};
    int rc;

    s->generation = agencies_sql_generation(c);     /* first: what comes later makes it differ */
    if ((rc = agencies_sql_all(c, &rows)) < 0 || (rc = agencies_sql_leaders(c, &leaders)) < 0 ||
        (rc = agencies_sql_links(c, &links)) < 0 ||
        (rc = agencies_sql_delegations(c, &delegations)) < 0)
        return rc;
    s->rows = rows.p;
    s->n = rows.n;
    for (size_t i = 0; i < s->n; i++)
        s->rows[i].sort = agency_sort_key(s->a, s->rows[i].name);
    if (s->n)
        qsort(s->rows, s->n, sizeof *s->rows, by_sort);
    s->all = index_of(s, NULL);
    s->by_id = index_of(s, by_id);
    s->by_code = index_of(s, by_code);
    s->by_unit = index_of(s, by_unit);
    s->by_parent = index_of(s, by_parent);
    set_leaders(s, &leaders);
    set_after(s, &links);
    set_before(s, &links);
    set_communes(s);
    if (delegations.n)
        qsort(delegations.p, delegations.n, sizeof *delegations.p, by_from);
    s->delegations = delegations.p;
    s->delegations_n = delegations.n;
    return OK;
}

/* Texts read from rows live as long as the snapshot: in `a`. */
static struct agencies_snapshot *
load_into(struct ctx *c, struct arena *a)
{
    struct arena *theirs = c->a;
    struct agencies_snapshot *s = arena_get(a, sizeof *s);
    int rc;

    s->a = a;
    s->on = vn_day(c->now);
    c->a = a;
    rc = load(c, s);
    c->a = theirs;
    return rc < 0 ? NULL : s;
}

struct agencies_snapshot *
agencies_snapshot_load(struct ctx *c)
{
    struct arena *mine = arena_open(SNAPSHOT_MAX);
    struct agencies_snapshot *s = load_into(c, mine);

    if (!s)
        arena_close(mine);
    return s;
}

const struct agencies_snapshot *
agencies_snapshot_fresh(struct ctx *c, const struct agencies_snapshot *s)
{
    return s && s->generation == agencies_sql_generation(c) ? s : load_into(c, c->a);
}

void
agencies_snapshot_free(struct agencies_snapshot *s)
{
    if (s)
        arena_close(s->a);
}

int64_t
agencies_snapshot_generation(const struct agencies_snapshot *s)
{
    return s->generation;
}

int64_t
agencies_generation(struct ctx *c)
{
    return agencies_sql_generation(c);
}

/* --- look-ups ------------------------------------------------------------------------------- */

const struct agency *
agencies_by_id(const struct agencies_snapshot *s, int64_t id)
{
    struct agency key = {.id = id};
    agency_ref want = &key, *hit;

    if (!s || !s->n)
        return NULL;
    hit = bsearch(&want, s->by_id, s->n, sizeof *s->by_id, by_id);
    return hit ? *hit : NULL;
}

/* The first place in an index whose row is not below `key`. */
static size_t
lower_bound(const struct agencies_snapshot *s, agency_ref *v, const struct agency *key,
            int (*order)(const void *, const void *))
{
    size_t lo = 0, hi = s->n;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (order(&v[mid], &key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const struct agency *
agencies_by_code(const struct agencies_snapshot *s, const char *code, day on)
{
    struct agency key = {.code = code, .valid_from = INT32_MIN};

    if (!s)
        return NULL;
    for (size_t i = lower_bound(s, s->by_code, &key, by_code);
         i < s->n && strcmp(s->by_code[i]->code, code) == 0; i++)
        if (agency_exists(s->by_code[i], on))
            return s->by_code[i];
    return NULL;
}

const struct agency *
agencies_latest(const struct agencies_snapshot *s, const char *code)
{
    struct agency key = {.code = code, .valid_from = INT32_MAX};
    size_t i;

    if (!s)
        return NULL;
    i = lower_bound(s, s->by_code, &key, by_code);
    return i > 0 && strcmp(s->by_code[i - 1]->code, code) == 0 ? s->by_code[i - 1] : NULL;
}

const struct agency *
agencies_by_unit_code(const struct agencies_snapshot *s, const char *unit, day on)
{
    struct agency key = {.unit_code = unit, .valid_from = INT32_MIN};

    if (!s || !*unit)
        return NULL;
    for (size_t i = lower_bound(s, s->by_unit, &key, by_unit);
         i < s->n && strcmp(s->by_unit[i]->unit_code, unit) == 0; i++)
        if (agency_exists(s->by_unit[i], on))
            return s->by_unit[i];
    return NULL;
}

const struct agency *
agencies_root(const struct agencies_snapshot *s, day on)
{
    struct agency_list roots;

    if (!s)
        return NULL;
    roots = (struct agency_list){s->by_parent, s->n};
    for (size_t i = 0; i < roots.n && roots.p[i]->parent == 0; i++)
        if (agency_exists(roots.p[i], on))
            return roots.p[i];
    return NULL;
}

struct agency_list
agencies_all(const struct agencies_snapshot *s)
{
    return s ? (struct agency_list){s->all, s->n} : (struct agency_list){0};
}

struct agency_list
agencies_communes(const struct agencies_snapshot *s)
{
    return s ? (struct agency_list){s->communes, s->communes_n} : (struct agency_list){0};
}

/* --- through time --------------------------------------------------------------------------- */

/* The row that goes on as the same agency on a date, forwards only; NULL when it ended for good. */
static const struct agency *
same_on(const struct agencies_snapshot *s, const struct agency *g, day on)
{
    for (int step = 0; g && step < STEPS_MAX && !agency_exists(g, on); step++) {
        const struct agency *next = NULL;

        for (size_t i = 0; i < g->after_n && !next; i++)
            if (g->after[i].how == SUCCESSION_SAME)
                next = agencies_by_id(s, g->after[i].agency);
        g = next;
    }
    return g && agency_exists(g, on) ? g : NULL;
}

/* The main successor: the same agency, else what took all of it, else the first part. */
static const struct agency *
main_successor(const struct agencies_snapshot *s, const struct agency *g)
{
    for (enum succession how = SUCCESSION_SAME; how < SUCCESSION__COUNT; how++)
        for (size_t i = 0; i < g->after_n; i++)
            if (g->after[i].how == how)
                return agencies_by_id(s, g->after[i].agency);
    return NULL;
}

const struct agency *
agencies_continuing(const struct agencies_snapshot *s, int64_t unit, day on)
{
    const struct agency *g = agencies_by_id(s, unit);

    for (int step = 0; g && step < STEPS_MAX && !agency_exists(g, on); step++)
        g = g->valid_to < on ? main_successor(s, g) : NULL;
    return g && agency_exists(g, on) ? g : NULL;
}

const struct agency *
agencies_acting(const struct agencies_snapshot *s, int64_t unit, const char *procedure, day on)
{
    const struct agency *g = agencies_continuing(s, unit, on);
    const struct delegation *best = NULL;

    for (size_t i = 0; g && i < s->delegations_n; i++) {
        const struct delegation *d = &s->delegations[i];
        bool fits = d->from == g->id && d->valid_from <= on && on <= d->valid_to &&
                    (!*d->procedure || strcmp(d->procedure, procedure) == 0);

        if (fits && (!best || (*d->procedure && !*best->procedure)))   /* the narrower one wins */
            best = d;
    }
    return best ? agencies_continuing(s, best->to, on) : g;
}

/* The row above on a date, or as it last was: a parent may have been renewed since. */
static const struct agency *
above(const struct agencies_snapshot *s, const struct agency *g)
{
    const struct agency *p = agencies_by_id(s, g->parent);
    const struct agency *now = p ? same_on(s, p, g->valid_to < s->on ? g->valid_to : s->on) : NULL;

    return now ? now : p;
}

bool
agencies_within(const struct agencies_snapshot *s, int64_t g, int64_t top)
{
    const struct agency *at = agencies_by_id(s, g);

    for (int step = 0; at && step < STEPS_MAX; step++) {
        if (at->id == top)
            return true;
        at = above(s, at);
    }
    return false;
}

struct agency_list
agencies_children(const struct agencies_snapshot *s, struct arena *a, int64_t parent, day on)
{
    VEC(agency_ref) v = {0};
    struct agency_list all = agencies_all(s);

    for (size_t i = 0; i < all.n; i++) {
        const struct agency *g = all.p[i], *p;

        if (!g->parent || !agency_exists(g, on))
            continue;
        p = agencies_by_id(s, g->parent);
        if (g->parent == parent || (p && (p = same_on(s, p, on)) && p->id == parent))
            *vec_push(a, &v) = g;
    }
    return (struct agency_list){v.p, v.n};
}
