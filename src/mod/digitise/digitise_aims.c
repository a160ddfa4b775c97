/* /can-bo/so-hoa/chi-tieu: an agency's leader sets the year's aims; earlier ones are shown. */
#include "mod/digitise/digitise_aims.h"

#include <string.h>

#include "base/po.h"
#include "digitise_aims.page.h"
#include "http/route.h"
#include "site/site.h"

#define PAGE "/can-bo/so-hoa/chi-tieu"

enum { A_UNIT, A_YEAR, A_RESULTS, A_PAPERS, A_NOTE };
static const struct param IN_LOOK[] = {
    {"co-quan", K_CODE, .label = N_("Cơ quan")}, {.kind = K_END}};
static const struct param IN_SET[] = {
    [A_UNIT] = {"co-quan", K_CODE, .required = true, .label = N_("Cơ quan")},
    [A_YEAR] = {"nam", K_INT, .required = true, .min = 2021, .max = 2100, .label = N_("Năm")},
    [A_RESULTS] = {"ket-qua", K_INT, .required = true, .min = 0, .max = 100,
                   .label = N_("Kết quả có bản điện tử, %")},
    [A_PAPERS] = {"giay-to", K_INT, .required = true, .min = 0, .max = 100,
                  .label = N_("Hồ sơ có đủ giấy tờ điện tử, %")},
    [A_NOTE] = {"can-cu", K_TEXT, .max = 300, .label = N_("Kế hoạch, văn bản đặt ra chỉ tiêu")},
    {.kind = K_END},
};

/* The agency of the form, among those that this officer leads; the first without a code. */
static int
agency_of(struct ctx *c, const struct choice *units, size_t n, const struct agency **out)
{
    const char *code = in_text(c, A_UNIT);

    for (size_t i = 0; i < n; i++)
        if (!*code || strcmp(units[i].value, code) == 0) {
            *out = agencies_latest(c->site->agencies, units[i].value);
            return *out ? OK : fail(c, E_NOTFOUND, N_("Không có cơ quan này"), "%s", code);
        }
    return fail(c, E_NOTFOUND, N_("Không có cơ quan này"), "%s is not led by this officer", code);
}

static int
add_year(struct ctx *c, struct aims_view *v, int year)
{
    struct aim_year *y = &v->years[v->years_n];
    struct digital_row *rows;
    struct own_aims own;
    size_t n;
    int rc = digitise_aims(c, year, &own);

    if (rc < 0 || (rc = digitise_counts(c, year, &rows, &n)) < 0)
        return rc;
    *y = (struct aim_year){.year = year, .aim = digitise_aim(c, &own, v->g, year),
                           .floor = digitise_aim_floor(c, v->g->type, year)};
    for (size_t i = 0; i < n; i++)
        if (rows[i].unit == v->g->id)
            y->ended = rows[i].ended;
    v->years_n++;
    return OK;
}

static int
add_history(struct ctx *c, struct aims_view *v)
{
    struct own_aims h;
    int rc = digitise_aim_history(c, v->g->id, &h);

    v->history = arena_get(c->a, (h.n + 1) * sizeof *v->history);
    for (size_t i = 0; i < h.n && rc == OK; i++)
        v->history[v->history_n++] =
            (struct aim_past){h.p[i], desk_account_name(c, h.p[i].set_by)};
    return rc;
}

static void
add_choices(struct ctx *c, struct aims_view *v, int now)
{
    for (int i = 0; i < 2; i++) {
        const char *text = arena_fmt(c->a, "%d", now + i);

        v->choices[i] = (struct choice){.value = text, .label = text};
    }
    if (v->years[1].floor >= 0)
        v->floor_hint = trf(c, N_("Thành phố yêu cầu ít nhất {0}% với cấp này."),
                            arena_fmt(c->a, "%d", v->years[1].floor));
    v->results = v->years[1].aim.results < 0 ? ""
                                             : arena_fmt(c->a, "%d", v->years[1].aim.results);
    v->papers = v->years[1].aim.papers < 0 ? "" : arena_fmt(c->a, "%d", v->years[1].aim.papers);
}

static int
get_aims(struct ctx *c)
{
    struct aims_view v = {0};
    int now = date_ymd(vn_day(c->now)).y;
    int rc = desk_unit_choices(c, PERM_DOSSIER_ASSIGN, NULL, &v.units, &v.units_n);

    if (rc < 0 || (rc = agency_of(c, v.units, v.units_n, &v.g)) < 0)
        return rc;
    for (int year = now + 1; year >= now - 2 && rc == OK; year--)
        rc = add_year(c, &v, year);
    if (rc < 0 || (rc = add_history(c, &v)) < 0)
        return rc;
    add_choices(c, &v, now);
    return page_digitise_aims(c, &v);
}

static int
post_aim(struct ctx *c)
{
    struct own_aim m = {.year = (int)in_int(c, A_YEAR), .results = (int)in_int(c, A_RESULTS),
                        .papers = (int)in_int(c, A_PAPERS), .note = in_text(c, A_NOTE)};
    const struct agency *g;
    struct choice *units;
    size_t n;
    int rc = desk_unit_choices(c, PERM_DOSSIER_ASSIGN, NULL, &units, &n);

    if (rc < 0 || (rc = agency_of(c, units, n, &g)) < 0 ||
        (rc = digitise_aim_set(c, g, &m)) < 0)
        return rc;
    flash(c, N_("Đã ghi chỉ tiêu."));
    return redirect(c, PAGE "?co-quan=%s", g->code);
}

const struct route digitise_aims_routes[] = {
    {GET, PAGE, PERM_DOSSIER_ASSIGN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_DESK, IN_LOOK,
     .run = get_aims, .about = "An agency's own aims of digitisation: progress, form, history"},
    {POST, PAGE, PERM_DOSSIER_ASSIGN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY, FACE_DESK, IN_SET,
     .run = post_aim, .page = get_aims, .about = "Set an agency's aims of a year"},
    {0},
};
