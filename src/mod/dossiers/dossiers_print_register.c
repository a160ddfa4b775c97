/* The register of dossiers: form 07 (06 before July 2025), of the days on which they were handed
 * in. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "dossiers_register.page.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_print.h"
#include "mod/dossiers/dossiers_register.h"
#include "site/site.h"

enum { ROWS_MAX = 2000, DAYS_MAX = 366, DAYS_USUAL = 30 };

enum { R_UNIT, R_FROM, R_TO, R_AFTER };
static const struct param IN_REGISTER[] = {
    [R_UNIT] = {"co-quan", K_CODE, .label = N_("Cơ quan")},
    [R_FROM] = {"tu-ngay", K_DATE, .label = N_("Nhận từ ngày")},
    [R_TO] = {"den-ngay", K_DATE, .label = N_("Nhận đến ngày")},
    [R_AFTER] = {"tu", K_TEXT, .max = 200},
    {.kind = K_END},
};

/* A year of an agency at most. */
static int
days(struct ctx *c, day *from, day *to)
{
    *to = in_has(c, R_TO) ? in_date(c, R_TO) : vn_day(c->now);
    *from = in_has(c, R_FROM) ? in_date(c, R_FROM) : *to - DAYS_USUAL;
    if (*from > *to)
        return fail_field(c, "den-ngay", N_("Ngày sau phải từ ngày trước trở đi"));
    return *to - *from <= DAYS_MAX
               ? OK
               : fail_field(c, "den-ngay", N_("Mỗi lần in nhiều nhất là một năm"));
}

static const char *
code_of_day(struct ctx *c, const struct agency *g, day d)
{
    struct ymd v = date_ymd(d);

    return arena_fmt(c->a, "%s-%02d%02d%02d-", g->code, v.y % 100, v.m, v.d);
}

static const struct agency *
asked_agency(struct ctx *c)
{
    return in_has(c, R_UNIT) && *in_text(c, R_UNIT)
               ? agencies_latest(c->site->agencies, in_text(c, R_UNIT))
               : agencies_by_id(c->site->agencies, c->session->home_unit);
}

static const char *
day_or_blank(struct ctx *c, int64_t at)
{
    return at ? date_vi(c->a, vn_day(at)) : "";
}

static int
contact(struct ctx *c, int64_t dossier, const char **out)
{
    const struct party *a;
    struct party *p;
    size_t n;
    int rc = people_list(c, dossier, &p, &n);

    *out = "";
    if (rc < 0 || !(a = people_find(p, n, PARTY_APPLICANT)))
        return rc;
    *out = arena_fmt(c->a, "%s%s%s", a->address, *a->address && *a->phone ? "; " : "", a->phone);
    return OK;
}

static int
fill_row(struct ctx *c, const struct register_row *r, struct sheet_row *out)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, r->procedure_version);
    bool two = strcmp(r->owner, r->applicant) != 0 && *r->owner;

    *out =
        (struct sheet_row){.code = r->code,
                           .procedure = p ? catalogue_title(p) : r->procedure,
                           .sets = "01",
                           .applicant = two ? arena_fmt(c->a, "%s; %s", r->applicant, r->owner)
                                            : r->applicant,
                           .unit = print_office(c, r->unit),
                           .received = day_or_blank(c, r->received_at),
                           .due = day_or_blank(c, r->extended_to ? r->extended_to : r->due_at),
                           .returned = day_or_blank(c, r->returned_at),
                           .delivery = dossiers_delivery_name((int)r->delivery),
                           .note = tr_lang(LANG_VI, workflow_status((enum status)r->status)->name)};
    return contact(c, r->dossier, &out->contact);
}

static int
fill_rows(struct ctx *c, const struct register_list *l, struct sheet *s)
{
    int rc = OK;

    s->rows = arena_get(c->a, (l->n + 1) * sizeof *s->rows);
    for (; s->rows_n < l->n && s->rows_n < ROWS_MAX && rc == OK; s->rows_n++) {
        auth_log_seen(c, "register", l->p[s->rows_n].dossier, 0);
        rc = fill_row(c, &l->p[s->rows_n], &s->rows[s->rows_n]);
    }
    if (l->n > ROWS_MAX)
        s->rest =
            arena_fmt(c->a,
                      "%d hồ sơ, đến mã %s. Còn hồ sơ chưa in: hãy in tiếp với ngày muộn hơn.",
                      ROWS_MAX, l->p[ROWS_MAX - 1].code);
    return rc;
}

static int
get_print(struct ctx *c)
{
    const struct agency *g = asked_agency(c);
    struct register_list list;
    struct bytes pdf;
    struct sheet s;
    day from, to;
    int rc = days(c, &from, &to);

    if (rc < 0)
        return rc;
    if (!g)
        return fail(c, E_NOTFOUND, N_("Không có cơ quan này"), "register");
    s = (struct sheet){.set = results_forms(to), .form = FORM_REGISTER, .date = vn_day(c->now)};
    rc = sql_register(c, in_has(c, R_AFTER) ? in_text(c, R_AFTER) : code_of_day(c, g, from),
                      code_of_day(c, g, to + 1), ROWS_MAX + 1, &list);
    if (rc < 0 || (rc = fill_rows(c, &list, &s)) < 0)
        return rc;
    print_agency(c, &s, g->id, true);
    s.stage = arena_fmt(c->a, "Quyển số: %d. Hồ sơ nhận từ ngày %s đến ngày %s", date_ymd(to).y,
                        date_vi(c->a, from), date_vi(c->a, to));
    if ((rc = results_sheet(c, &s, &pdf)) < 0)
        return rc;
    return reply_inline(c, "application/pdf",
                        arena_fmt(c->a, "so-theo-doi-%s-%s.pdf", g->code, date_iso(c->a, from)),
                        pdf);
}

/* --- the page that asks which --- */

static int
get_choose(struct ctx *c)
{
    struct register_view v = {.today = date_vi(c->a, vn_day(c->now)),
                              .month_ago = date_vi(c->a, vn_day(c->now) - DAYS_USUAL)};
    const struct agency *home = agencies_by_id(c->site->agencies, c->session->home_unit);
    int rc = desk_unit_choices_partly(c, PERM_DOSSIER_READ, NULL, &v.units, &v.n_units);

    v.unit = home ? home->code : "";
    return rc < 0 ? rc : page_dossiers_register(c, &v);
}

const struct route dossiers_register_routes[] = {
    {GET, "/can-bo/so-theo-doi", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK,
     IN_NONE, .run = get_choose, .about = "The register of dossiers: of which days to print it"},
    {GET, "/can-bo/so-theo-doi/in", PERM_DOSSIER_READ, RUN_READ_LANE, BODY_NONE, SEES_PERSON,
     FACE_DESK, IN_REGISTER, .run = get_print,
     .about = "The register of dossiers (form 07), as PDF"},
    {0},
};
