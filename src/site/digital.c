/* /thong-ke/so-hoa: what ended with digital papers and results, what was used again; and the same
 * of one agency for its own page. */
#include "site/digital.h"

#include <stdlib.h>
#include <string.h>

#include "digital.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/worklists.h"
#include "site/site.h"

enum { SHARED_SECONDS = 10, FIRST_YEAR = 2021, LAST_YEAR = 2100 };

enum { Q_YEAR, Q_UNIT };
static const struct param IN_DIGITAL[] = {
    [Q_YEAR] = {"nam", K_INT, .min = FIRST_YEAR, .max = LAST_YEAR, .label = N_("Năm")},
    [Q_UNIT] = {"co-quan", K_CODE, .label = N_("Cơ quan")},
    {.kind = K_END},
};

/* Which level an agency is of. */
enum level { LEVEL_CITY, LEVEL_DISTRICT, LEVEL_COMMUNE, LEVEL__COUNT };
static const char *const LEVEL_NAME[LEVEL__COUNT] = {
    N_("Cấp thành phố: sở, ngành"), N_("Cấp huyện (trước tháng 7/2025)"), N_("Cấp xã: xã, phường")};
static const enum level LEVEL_OF[AGENCY__COUNT] = {
    [AGENCY_DISTRICT] = LEVEL_DISTRICT, [AGENCY_COMMUNE] = LEVEL_COMMUNE,
    [AGENCY_VILLAGE] = LEVEL_COMMUNE, [AGENCY_BLOCK] = LEVEL_COMMUNE};

static struct digital_line
line(const char *name)
{
    return (struct digital_line){.name = name, .href = {""}, .results = -1, .papers = -1};
}

static void
add(struct digital_line *to, const struct count_digital *n)
{
    to->n.dossiers += n->dossiers;
    to->n.dossiers_digital += n->dossiers_digital;
    to->n.papers += n->papers;
    to->n.papers_digital += n->papers_digital;
    to->n.results += n->results;
    to->n.results_digital += n->results_digital;
}

static void
add_reuse(struct digital_line *to, const struct vault_rate *r)
{
    to->reuse.dossiers += r->dossiers;
    to->reuse.spared += r->spared;
    to->reuse.could += r->could;
    to->reuse.reused += r->reused;
}

/* --- by year ---------------------------------------------------------------------------------- */

static int
year_line(struct ctx *c, const struct agency *g, int year, struct digital_line *out)
{
    struct own_aims own = {0};
    struct aim aim;
    int rc = vault_rate(c, g ? g->id : 0, year * 100 + 1, year * 100 + 12, &out->reuse);

    if (rc < 0 || !g)
        return rc;
    rc = digitise_aims(c, year, &own);
    aim = digitise_aim(c, &own, g, year);
    out->results = aim.results;
    out->papers = aim.papers;
    return rc;
}

static bool
is_empty(const struct digital_line *l)
{
    return !l->n.dossiers && !l->n.results && !l->reuse.could;
}

static int
add_years(struct ctx *c, const struct agency *g, const struct count_digital *n, size_t n_n,
          struct digital_view *v)
{
    int now = date_ymd(vn_day(c->now)).y, rc = OK;

    v->by_year.p = arena_get(c->a, DIGITAL_YEARS * sizeof *v->by_year.p);
    for (int year = now; year > now - DIGITAL_YEARS && rc == OK; year--) {
        struct digital_line *l = &v->by_year.p[v->by_year.n++];

        *l = line(arena_fmt(c->a, "%d", year));
        for (size_t i = 0; i < n_n; i++)
            if (n[i].year == year)
                add(l, &n[i]);
        rc = year_line(c, g, year, l);
        if (year == v->year)
            v->total = *l;
        if (year != now && is_empty(l))
            v->by_year.n--;
    }
    return rc;
}

int
digital_read(struct ctx *c, const struct agency *g, struct digital_view *v)
{
    const struct digitise_aim *rule = rules_aim(c->site->rules, v->year);
    struct count_digital *n;
    size_t n_n;
    int now = date_ymd(vn_day(c->now)).y;
    int rc = digital_sums(c, g ? g->id : 0, now - DIGITAL_YEARS + 1, now, &n, &n_n);

    v->basis = rule ? rule->basis : "";
    return rc < 0 ? rc : add_years(c, g, n, n_n, v);
}

/* --- by level and agency ---------------------------------------------------------------------- */

static const struct vault_rate *
reuse_of(const struct vault_rate *v, size_t n, int64_t unit)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].unit == unit)
            return &v[i];
    return NULL;
}

static struct digital_line *
unit_line(struct ctx *c, struct digital_view *v, const struct agency *g, const struct own_aims *own)
{
    struct digital_line *l = &v->units.p[v->units.n++];
    struct aim aim = digitise_aim(c, own, g, v->year);

    *l = line(g ? agency_name(c, g) : N_("Cơ quan không còn trong danh mục"));
    l->results = aim.results;
    l->papers = aim.papers;
    if (g)
        l->href = html_url(c, "/co-quan/%s", g->code);
    return l;
}

static void
add_units(struct ctx *c, struct digital_view *v, const struct count_digital *n, size_t n_n,
          const struct vault_rate *r, size_t r_n, const struct own_aims *own)
{
    v->units.p = arena_get(c->a, (n_n + 1) * sizeof *v->units.p);
    v->levels.p = arena_get(c->a, LEVEL__COUNT * sizeof *v->levels.p);
    v->levels.n = LEVEL__COUNT;
    for (int i = 0; i < LEVEL__COUNT; i++)
        v->levels.p[i] = line(LEVEL_NAME[i]);
    for (size_t i = 0; i < n_n; i++) {
        const struct agency *g = agencies_by_id(c->site->agencies, n[i].unit);
        struct digital_line *level = &v->levels.p[LEVEL_OF[g ? g->type : AGENCY_NONE]], *l;
        const struct vault_rate *used = reuse_of(r, r_n, n[i].unit);

        if (n[i].year != v->year)
            continue;
        l = unit_line(c, v, g, own);
        add(l, &n[i]);
        add(level, &n[i]);
        if (used) {
            add_reuse(l, used);
            add_reuse(level, used);
        }
    }
}

static int
most_ended(const void *x, const void *y)
{
    const struct digital_line *a = x, *b = y;

    return (b->n.results > a->n.results) - (b->n.results < a->n.results);
}

static int
read_city(struct ctx *c, struct digital_view *v)
{
    struct count_digital *n;
    struct own_aims own;
    struct vault_rate *r;
    size_t n_n, r_n;
    int rc = digital_sums(c, 0, v->year, v->year, &n, &n_n);

    if (rc < 0 ||
        (rc = vault_rate_units(c, v->year * 100 + 1, v->year * 100 + 12, &r, &r_n)) < 0 ||
        (rc = digitise_aims(c, v->year, &own)) < 0)
        return rc;
    add_units(c, v, n, n_n, r, r_n, &own);
    qsort(v->units.p, v->units.n, sizeof *v->units.p, most_ended);
    for (size_t i = v->levels.n; i-- > 0;)      /* districts are history */
        if (is_empty(&v->levels.p[i])) {
            v->levels.n--;
            memmove(&v->levels.p[i], &v->levels.p[i + 1], (v->levels.n - i) * sizeof *v->levels.p);
        }
    return OK;
}

static int
get_digital(struct ctx *c)
{
    int now = date_ymd(vn_day(c->now)).y;
    const struct agency *g = agencies_latest(c->site->agencies, in_text(c, Q_UNIT));
    struct digital_view v = {.year = in_has(c, Q_YEAR) ? (int)in_int(c, Q_YEAR) : now,
                             .unit_name = g ? agency_name(c, g) : "",
                             .unit_code = g ? g->code : "", .total = line("")};
    int rc;

    if (reply_shared(c, SHARED_SECONDS))
        return OK;
    if (v.year > now || v.year <= now - DIGITAL_YEARS)
        v.year = now;
    v.year_text = arena_fmt(c->a, "%d", v.year);
    for (int i = 0; i < DIGITAL_YEARS; i++) {
        const char *text = arena_fmt(c->a, "%d", now - i);

        v.years[i] = (struct choice){.value = text, .label = text};
    }
    if ((rc = digital_read(c, g, &v)) < 0 || (!g && (rc = read_city(c, &v)) < 0))
        return rc;
    return page_digital(c, &v);
}

const struct route site_digital_routes[] = {
    {GET, "/thong-ke/so-hoa", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_DIGITAL, .run = get_digital, .limit = CLASS_REPORT,
     .about = "What is digital and used again, by year, level and agency"},
    {0},
};
