/* /co-quan: agencies with their telephones, for everybody. */
#include <string.h>

#include "agencies_public.page.h"
#include "base/vi.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies_pages.h"
#include "site/site.h"

enum { L_WORDS, L_ENDED };
static const struct param IN_LIST[] = {
    [L_WORDS] = {"q", K_TEXT, .max = 100},
    [L_ENDED] = {"cu", K_BOOL},
    {.kind = K_END},
};

enum { GROUP_CITY, GROUP_COMMUNES, GROUP_DISTRICTS, GROUP__COUNT };
static const char *const GROUP_TITLES[GROUP__COUNT] = {
    [GROUP_CITY] = N_("Thành phố, các sở và cơ quan trực thuộc"),
    [GROUP_COMMUNES] = N_("Xã, phường"),
    [GROUP_DISTRICTS] = N_("Quận, huyện, thị xã (đến 30/06/2025)"),
};

/* Villages and blocks are shown on the page of their commune. */
static int
group_of(enum agency_type t)
{
    switch (t) {
    case AGENCY_COMMUNE: return GROUP_COMMUNES;
    case AGENCY_DISTRICT: return GROUP_DISTRICTS;
    case AGENCY_VILLAGE:
    case AGENCY_BLOCK: return -1;
    default: return GROUP_CITY;
    }
}

static int
get_list(struct ctx *c)
{
    struct agency_list all = agencies_all(c->site->agencies);
    struct agencies_list_view v = {.words = in_text(c, L_WORDS), .ended = in_int(c, L_ENDED) != 0,
                                   .n = GROUP__COUNT};
    const char *fold = vi_fold(c->a, v.words);

    v.groups = arena_get(c->a, GROUP__COUNT * sizeof *v.groups);
    for (int i = 0; i < GROUP__COUNT; i++) {
        v.groups[i].title = GROUP_TITLES[i];
        v.groups[i].p = arena_get(c->a, (all.n + 1) * sizeof *v.groups[i].p);
    }
    for (size_t i = 0; i < all.n; i++) {
        int k = group_of(all.p[i]->type);

        if (k < 0 || !(v.ended || agency_exists(all.p[i], vn_day(c->now))) ||
            !agency_matches(c, all.p[i], fold))
            continue;
        v.groups[k].p[v.groups[k].n++] = all.p[i];
        v.found++;
    }
    return page_agencies_list(c, &v);
}

enum { S_CODE, S_DAY };
const struct param AGENCY_PAGE_IN[] = {
    [S_CODE] = {"code", K_CODE, .required = true},
    [S_DAY] = {"ngay", K_DATE},
    {.kind = K_END},
};

int
agency_of_page(struct ctx *c, const struct agency **out)
{
    const struct agencies_snapshot *s = c->site->agencies;
    const char *code = agency_code_parse(c->a, in_text(c, S_CODE));
    day on = in_has(c, S_DAY) ? in_date(c, S_DAY) : vn_day(c->now);

    *out = code ? agencies_by_code(s, code, on) : NULL;
    if (!*out && code && !in_has(c, S_DAY))
        *out = agencies_latest(s, code);
    if (!*out)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy cơ quan này"), "no agency of that code");
    return OK;
}

int
agency_page(struct ctx *c, struct markup figures)
{
    const struct agencies_snapshot *s = c->site->agencies;
    struct agency_view v = {.s = s, .today = vn_day(c->now), .figures = figures};
    int rc = agency_of_page(c, &v.g);

    if (rc < 0)
        return rc;
    v.parent = agencies_by_id(s, v.g->parent);
    v.now = agency_exists(v.g, v.today) ? NULL : agencies_continuing(s, v.g->id, v.today);
    v.hours = agency_hours(s, v.g);
    v.children = agencies_children(s, c->a, v.g->id, in_has(c, S_DAY) ? in_date(c, S_DAY)
                                                                      : v.today);
    return page_agency_show(c, &v);
}

const struct route agencies_routes[] = {
    {GET, "/co-quan", PERM_PUBLIC, RUN_HERE, BODY_NONE, SEES_NOBODY, FACE_PORTAL, IN_LIST,
     .run = get_list, .about = "Agencies with their hot-lines"},
    {0},
};
