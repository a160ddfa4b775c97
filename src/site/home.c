/* The way in: one search box, life events, a look-up, honest figures. */
#include <string.h>

#include "http/reply.h"
#include "home.page.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/worklists.h"
#include "site/home.h"
#include "site/site.h"

enum {
    FIGURE_MONTHS = 3,
    ENOUGH = 20, /* fewer finished dossiers than that say nothing */
    SHARED_SECONDS = 10
};

static int
month_of(day d, int back)
{
    struct ymd v = date_ymd(date_add_months(d, -back));

    return v.y * 100 + v.m;
}

/* A figure without data behind it is not shown. */
static int
add_figures(struct ctx *c, struct home_view *v)
{
    day today = vn_day(c->now);
    struct stat_row *rows;
    size_t n;
    int rc =
        stats_by_month(c, 0, month_of(today, FIGURE_MONTHS - 1), month_of(today, 0), &rows, &n);
    int64_t finished = 0, on_time = 0, median = 0;

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++) {
        finished += rows[i].finished;
        on_time += rows[i].early + rows[i].on_time;
        median += rows[i].median_days_x10 * rows[i].finished;
    }
    if (finished < ENOUGH)
        return OK;
    v->finished = number_vi(c->a, finished);
    v->on_time = arena_fmt(c->a, "%" PRId64 "%%", on_time * 100 / finished);
    median /= finished;
    v->median = arena_fmt(c->a, median % 10 ? "%" PRId64 ",%" PRId64 : "%" PRId64, median / 10,
                          median % 10);
    return OK;
}

/* Icons of the life events of fields.yaml; one that the city added gets the plain one. */
const char *
home_icon(const char *event)
{
    static const struct {
        const char *event, *icon;
    } ICONS[] = {
        {"birth", "birth"},           {"study", "education"}, {"work", "work"},
        {"marriage", "marriage"},     {"residence", "place"}, {"house_land", "house"},
        {"business", "business"},     {"vehicle", "car"},     {"travel", "globe"},
        {"documents", "certificate"}, {"health", "health"},   {"social", "social"},
        {"retirement", "person"},     {"death", "death"},     {"environment", "land"},
    };

    for (size_t i = 0; i < sizeof ICONS / sizeof *ICONS; i++)
        if (strcmp(ICONS[i].event, event) == 0)
            return ICONS[i].icon;
    return "file";
}

static int
get_home(struct ctx *c)
{
    struct home_view v = {.events = catalogue_life_events(c->site->catalogue)};
    int rc;

    if (reply_shared(c, SHARED_SECONDS))
        return OK;
    rc = c->db ? add_figures(c, &v) : OK;
    return rc < 0 ? rc : page_home(c, &v);
}

const struct route site_home_routes[] = {
    {GET, "/", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_NONE,
     .run = get_home, .away = true, .about = "Home: search, life events, look-up, figures"},
    {0},
};
