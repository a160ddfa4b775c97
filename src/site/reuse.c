/* /co-quan/{code}: an agency, and how often it did not ask again for what was held. */
#include "site/reuse.h"

#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/agencies/agencies_pages.h"
#include "digital.page.h"
#include "reuse.page.h"
#include "site/digital.h"
#include "site/site.h"

enum { MONTHS_SHOWN = 12 };

enum tone
reuse_tone(const struct vault_rate *r)
{
    return r->spared * 100 >= r->dossiers * REUSE_AIM ? TONE_GOOD : TONE_SOON;
}

static void
add(struct vault_rate *to, const struct vault_rate *r)
{
    to->dossiers += r->dossiers;
    to->spared += r->spared;
    to->could += r->could;
    to->reused += r->reused;
}

int
reuse_read(struct ctx *c, int64_t unit, int from, int to, struct reuse_view *v)
{
    int rc = vault_rate_months(c, unit, from, to, &v->months, &v->months_n);

    for (size_t i = 0; i < v->months_n && rc == OK; i++)
        add(&v->total, &v->months[i]);
    return rc;
}

static int
month_back(day today, int back)
{
    struct ymd v = date_ymd(date_add_months(today, -back));

    return v.y * 100 + v.m;
}

static bool
ended_any(const struct digital_view *v)
{
    for (size_t i = 0; i < v->by_year.n; i++)
        if (v->by_year.p[i].n.results || v->by_year.p[i].n.dossiers)
            return true;
    return false;
}

/* Without the database the page shows what it shows without figures. */
static int
get_agency(struct ctx *c)
{
    struct reuse_view v = {.unit_code = ""};
    struct digital_view digital = {.year = date_ymd(vn_day(c->now)).y};
    const struct agency *g;
    struct buf *b;
    day today = vn_day(c->now);
    int rc = agency_of_page(c, &g);

    if (rc < 0)
        return rc;
    v.unit_code = digital.unit_code = g->code;
    if (c->db && (rc = reuse_read(c, g->id, month_back(today, MONTHS_SHOWN - 1),
                                  month_back(today, 0), &v)) < 0)
        return rc;
    b = html_capture(c);
    if (v.total.dossiers)
        frag_reuse(b, c, &v);
    if (c->db) {
        if ((rc = digital_read(c, g, &digital)) < 0)
            return rc;
        if (ended_any(&digital))
            frag_digital_summary(b, c, &digital);
    }
    return agency_page(c, html_captured(b));
}

const struct route site_agency_routes[] = {
    {GET, "/co-quan/{code}", PERM_PUBLIC, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     AGENCY_PAGE_IN, .run = get_agency, .away = true,
     .about = "One agency: address, telephones, leaders, what it was and became, papers reused"},
    {0},
};
