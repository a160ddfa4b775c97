/* The public sees how well it goes: by unit, by procedure, by month.  From counters, never a scan.
 */
#include "site/statistics.h"

#include <stdlib.h>
#include <string.h>

#include "http/reply.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "site/site.h"
#include "statistics.page.h"

enum { MONTHS_SHOWN = 12, ROWS_MAX = 200, SHARED_SECONDS = 10 };

enum { Q_FROM, Q_TO, Q_UNIT };
static const struct param IN_FIGURES[] = {
    [Q_FROM] = {"tu-thang", K_TEXT, .min = 7, .max = 7, .label = N_("Từ tháng")},
    [Q_TO] = {"den-thang", K_TEXT, .min = 7, .max = 7, .label = N_("Đến tháng")},
    [Q_UNIT] = {"co-quan", K_CODE, .label = N_("Cơ quan")},
    {.kind = K_END},
};

const char *
statistics_days(struct ctx *c, const struct stat_row *s)
{
    return s->finished ? arena_fmt(c->a, "%" PRId64 ",%" PRId64, s->median_days_x10 / 10,
                                   s->median_days_x10 % 10)
                       : "–";
}

/* "2026-11" -> 202611; otherwise what is given. */
static int
month_of(const char *s, int otherwise)
{
    day d;
    char text[11] = "";

    if (strlen(s) != 7)
        return otherwise;
    snprintf(text, sizeof text, "%s-01", s);
    return date_parse(text, &d) ? date_ymd(d).y * 100 + date_ymd(d).m : otherwise;
}

static int
month_back(day today, int back)
{
    struct ymd v = date_ymd(date_add_months(today, -back));

    return v.y * 100 + v.m;
}

static void
add(struct stat_row *to, const struct stat_row *r)
{
    int64_t both = to->finished + r->finished;

    to->median_days_x10 =
        both ? (to->median_days_x10 * to->finished + r->median_days_x10 * r->finished) / both : 0;
    to->submitted += r->submitted;
    to->online += r->online;
    to->received += r->received;
    to->finished += r->finished;
    to->early += r->early;
    to->on_time += r->on_time;
    to->late += r->late;
}

static int
most_received(const void *x, const void *y)
{
    const struct figures_row *a = x, *b = y;

    return (b->s.received > a->s.received) - (b->s.received < a->s.received);
}

static int
add_units(struct ctx *c, struct figures_view *v)
{
    struct stat_row *rows;
    size_t n;
    int rc = stats_by_unit(c, v->month_from, v->month_to, &rows, &n);

    if (rc < 0)
        return rc;
    v->units = arena_get(c->a, (n + 1) * sizeof *v->units);
    for (size_t i = 0; i < n && v->units_n < ROWS_MAX; i++) {
        const struct agency *g = agencies_by_id(c->site->agencies, rows[i].unit);

        v->units[v->units_n++] =
            (struct figures_row){.name = g ? agency_name(c, g) : "",
                                 .s = rows[i],
                                 .href = g ? html_query(c, "co-quan", g->code) : (struct url){""}};
    }
    qsort(v->units, v->units_n, sizeof *v->units, most_received);
    return OK;
}

/* Procedures whose names give away are one row under each cover, without an address. */
static void
add_procedure(struct ctx *c, struct figures_view *v, const struct stat_row *s)
{
    const struct procedure *p = catalogue_find(c->site->catalogue, s->procedure, vn_day(c->now));
    bool covered = p && catalogue_covered(p);
    const char *name = p ? catalogue_title(p) : s->procedure;

    for (size_t i = 0; covered && i < v->procedures_n; i++)
        if (strcmp(v->procedures[i].name, name) == 0) {
            add(&v->procedures[i].s, s);
            return;
        }
    v->procedures[v->procedures_n++] = (struct figures_row){
        .name = name, .s = *s,
        .href = p && !covered ? html_url(c, "/thu-tuc/%s", p->code) : (struct url){""}};
}

static int
add_procedures(struct ctx *c, struct figures_view *v, int64_t unit)
{
    struct stat_row *rows;
    size_t n;
    int rc = stats_by_procedure(c, unit, v->month_from, v->month_to, &rows, &n);

    if (rc < 0)
        return rc;
    v->procedures = arena_get(c->a, (n + 1) * sizeof *v->procedures);
    for (size_t i = 0; i < n && v->procedures_n < ROWS_MAX; i++)
        add_procedure(c, v, &rows[i]);
    qsort(v->procedures, v->procedures_n, sizeof *v->procedures, most_received);
    return OK;
}

static int
add_months(struct ctx *c, struct figures_view *v, int64_t unit)
{
    struct stat_row *rows;
    struct bar *bars;
    size_t n;
    int rc = stats_by_month(c, unit, v->month_from, v->month_to, &rows, &n);

    if (rc < 0)
        return rc;
    bars = arena_get(c->a, (n + 1) * sizeof *bars);
    for (size_t i = 0; i < n; i++) {
        add(&v->total.s, &rows[i]);
        bars[i] = (struct bar){.label = arena_fmt(c->a, "%02d/%d", (int)(rows[i].month % 100),
                                                  (int)(rows[i].month / 100)),
                               .value = rows[i].received,
                               .tone = TONE_INFO};
    }
    v->months = bars;
    v->months_n = n;
    return OK;
}

static const char *
month_text(struct ctx *c, int month)
{
    return arena_fmt(c->a, "%04d-%02d", month / 100, month % 100);
}

static int
get_figures(struct ctx *c)
{
    day today = vn_day(c->now);
    const struct agency *g = agencies_latest(c->site->agencies, in_text(c, Q_UNIT));
    struct figures_view v = {
        .month_from = month_of(in_text(c, Q_FROM), month_back(today, MONTHS_SHOWN - 1)),
        .month_to = month_of(in_text(c, Q_TO), month_back(today, 0)),
        .unit_name = g ? agency_name(c, g) : "",
        .unit_code = g ? g->code : "",
    };
    int64_t unit = g ? g->id : 0;
    int rc;

    if (reply_shared(c, SHARED_SECONDS))
        return OK;
    if (v.month_from > v.month_to)
        v.month_from = v.month_to;
    v.from = month_text(c, v.month_from);
    v.to = month_text(c, v.month_to);
    v.reuse.unit_code = v.digital.unit_code = v.unit_code;
    v.digital.year = date_ymd(today).y;
    if ((rc = reuse_read(c, unit, v.month_from, v.month_to, &v.reuse)) < 0 ||
        (rc = add_months(c, &v, unit)) < 0 || (rc = add_procedures(c, &v, unit)) < 0 ||
        (rc = digital_read(c, g, &v.digital)) < 0 || (!unit && (rc = add_units(c, &v)) < 0))
        return rc;
    return page_statistics(c, &v);
}

const struct route site_statistics_routes[] = {
    {GET, "/thong-ke", PERM_PUBLIC, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_FIGURES,
     .run = get_figures, .limit = CLASS_REPORT,
     .about = "Public figures by unit, procedure and month"},
    {0},
};
