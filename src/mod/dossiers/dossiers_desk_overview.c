/* The leader's overview: who is loaded, what is late or will be, who is away. */
#include <string.h>

#include "auth/auth.h"
#include "auth/typed.h"
#include "base/po.h"
#include "dossiers_desk_overview.page.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk_overview.h"
#include "site/site.h"

enum { ALARMS_SHOWN = 20 };
enum { P_UNIT };
static const struct param IN_OVERVIEW[] = {
    [P_UNIT] = {"don-vi", K_CODE, .label = N_("Đơn vị")},
    {.kind = K_END},
};

struct url
overview_link(struct ctx *c, const struct overview_view *v, const char *login, const char *view)
{
    if (!login)
        return html_url(c, "/can-bo?xem=%s&don-vi=%s", view, v->unit);
    if (!*login)
        return html_url(c, "/can-bo?xem=new&don-vi=%s", v->unit);
    return html_url(c, "/can-bo?xem=%s&don-vi=%s&nguoi=%s", view, v->unit, login);
}

/* --- which unit ------------------------------------------------------------------------------- */

static bool
offered(const struct overview_view *v, const char *code)
{
    for (size_t i = 0; i < v->n_units; i++)
        if (strcmp(v->units[i].value, code) == 0)
            return true;
    return false;
}

static int
choose_unit(struct ctx *c, struct overview_view *v)
{
    const struct agency *home = agencies_by_id(c->site->agencies, c->session->home_unit), *g;
    int rc = desk_unit_choices_partly(c, PERM_DOSSIER_ASSIGN, NULL, &v->units, &v->n_units);

    if (rc < 0)
        return rc;
    v->unit = in_has(c, P_UNIT)                   ? in_text(c, P_UNIT)
              : home && offered(v, home->code)    ? home->code
              : v->n_units                        ? v->units[0].value
                                                  : "";
    if (*v->unit && !offered(v, v->unit))
        return fail(c, E_NOTFOUND, N_("Bạn không phụ trách đơn vị này"), "overview of %s", v->unit);
    g = agencies_latest(c->site->agencies, v->unit);
    v->unit_id = g ? g->id : 0;
    return OK;
}

/* --- who is away ------------------------------------------------------------------------------ */

static int
add_away(struct ctx *c, struct overview_view *v)
{
    struct staff staff[DESK_STAFF_MAX];
    size_t n = 0;
    int rc = agencies_staff(c, v->unit_id, ROLE_NONE, staff, DESK_STAFF_MAX, &n);

    v->away = arena_get(c->a, (n + 1) * sizeof *v->away);
    for (size_t i = 0; rc == OK && i < n; i++)
        if (staff[i].absent)
            v->away[v->n_away++] =
                (struct away){desk_account_name(c, staff[i].absent), staff[i].name};
    return rc;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void
add_line(struct ctx *c, struct overview_view *v, const struct officer_row *r)
{
    struct overview_line *l = &v->lines[v->n_lines];
    struct account a;

    *l = (struct overview_line){.row = *r, .login = ""};
    if (r->account && auth_account_get(c, r->account, &a) == OK)
        l->login = a.login;
    for (size_t i = 0; i < v->n_away; i++)
        if (strcmp(v->away[i].absent, r->name) == 0)
            l->away = v->away[i].stand_in;
    v->total.open += r->open;
    v->total.soon += r->soon;
    v->total.overdue += r->overdue;
    v->total.finished_month += r->finished_month;
    v->load[v->n_lines++] = (struct bar){
        .label = r->account ? r->name : tr(c, N_("Chưa ai nhận")), .value = r->open,
        .tone = r->overdue ? TONE_LATE : r->soon ? TONE_SOON : TONE_PLAIN,
        .href = overview_link(c, v, l->login, "all")};
}

static int
add_lines(struct ctx *c, struct overview_view *v)
{
    struct overview o;
    int rc = dossiers_overview(c, v->unit_id, &o);

    if (rc < 0)
        return rc;
    v->more_due = o.more_due;
    v->limited = o.limited;
    v->lines = arena_get(c->a, (o.n + 1) * sizeof *v->lines);
    v->load = arena_get(c->a, (o.n + 1) * sizeof *v->load);
    for (size_t i = 0; i < o.n; i++)
        add_line(c, v, &o.p[i]);
    return OK;
}

static int
add_alarms(struct ctx *c, struct overview_view *v)
{
    const char *next;

    if ((v->n_alarms_all = dossiers_alarm_count(c, 2)) <= 0)
        return v->n_alarms_all < 0 ? (int)v->n_alarms_all : OK;
    return dossiers_alarms(c, 2, "", ALARMS_SHOWN, &v->alarms, &v->n_alarms, &next);
}

static int
get_overview(struct ctx *c)
{
    struct overview_view v = {0};
    int rc = choose_unit(c, &v);

    if (rc == OK && v.unit_id && (rc = add_away(c, &v)) == OK)
        rc = add_lines(c, &v);
    if (rc < 0 || (rc = add_alarms(c, &v)) < 0)
        return rc;
    return page_dossiers_desk_overview(c, &v);
}

/* --- search ----------------------------------------------------------------------------------- */

enum { Q_WORDS, Q_CURSOR };
static const struct param IN_SEARCH[] = {
    [Q_WORDS] = {"q", K_TEXT, .max = 200, .number = true, .label = N_("Từ cần tìm")},
    [Q_CURSOR] = {"tu", K_TEXT, .max = 1400, .label = N_("Trang")},
    {.kind = K_END},
};

/* A code that fits opens the dossier at once; every person on the list is noted as seen. */
static int
get_search(struct ctx *c)
{
    struct search_view v = {.words = in_text(c, Q_WORDS)};
    int rc = dossiers_search(c, v.words, in_text(c, Q_CURSOR), 0, &v.list);

    if (rc < 0)
        return rc;
    if (v.list.n == 1 && strcmp(v.list.p[0].code, v.words) == 0)
        return redirect(c, "/can-bo/ho-so/%s", v.list.p[0].code);
    for (size_t i = 0; i < v.list.n; i++)
        auth_log_seen(c, "search", v.list.p[i].dossier, 0);
    return page_dossiers_desk_search(c, &v);
}

const struct route dossiers_desk_overview_routes[] = {
    {GET, "/can-bo/tim", PERM_DOSSIER_READ, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_DESK,
     IN_SEARCH, .run = get_search,
     .about = "Search of dossiers by code, number, telephone or name"},
    {POST, "/can-bo/tim", PERM_DOSSIER_READ, RUN_READ_FIRST, BODY_FORM, SEES_PERSON, FACE_DESK,
     IN_SEARCH, .run = typed_go, .page = get_search, .about = TYPED_ABOUT},
    {GET, "/can-bo/tong-quan", PERM_DOSSIER_ASSIGN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY,
     FACE_DESK, IN_OVERVIEW, .run = get_overview, .about = "Overview of a unit by officer"},
    {0},
};
