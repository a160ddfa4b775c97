/* Several results signed at once: those that wait for this leader. */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "dossiers_result.page.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_result_pages.h"
#include "site/site.h"

enum { ROWS_MAX = 30, M_TITLE = 0, M_CHOSEN };

/* --- the list --- */

static int
add_row(struct ctx *c, struct many_view *v, const char *code)
{
    struct many_row *row = &v->rows[v->n];
    struct result_work w;
    int rc = result_work_open(c, code, "", &w);

    if (rc == OK && w.r.id && !w.x.d.finished_at) {
        *row = (struct many_row){
            .code = w.x.d.code, .title = w.r.title, .holder = w.r.holder,
            .procedure = desk_text(c, catalogue_title(w.x.p)), .problem = w.r.problem,
            .why_not = w.cannot_sign, .signing = w.r.state == RESULT_SIGNING,
            .value = arena_fmt(c->a, "%s:%" PRId64 ":%" PRId64, w.x.d.code, w.x.d.version,
                               w.r.version)};
        v->ready += !row->why_not;
        v->signing = v->signing || row->signing;
        v->n++;
    }
    result_work_close(&w);
    return rc;
}

static int
add_rows(struct ctx *c, struct many_view *v)
{
    const struct list_query q = {.view = VIEW_ALL, .procedure = "", .cursor = "",
                                 .limit = LIST_MAX};
    struct list list;
    int rc = worklist(c, &q, &list);

    v->rows = arena_get(c->a, (ROWS_MAX + 1) * sizeof *v->rows);
    for (size_t i = 0; rc == OK && i < list.n && v->n < ROWS_MAX; i++) {
        const struct procedure *p =
            catalogue_version(c->site->catalogue, list.p[i].procedure_version);
        const struct proc_step *s = p ? catalogue_step(p, list.p[i].step) : NULL;

        if (s && (s->actions & ACT_BIT(ACT_APPROVE)) && list.p[i].kind == TASK_STEP &&
            (!list.p[i].holder || list.p[i].holder == c->account))
            rc = add_row(c, v, list.p[i].code);
    }
    v->more = *list.next != '\0' || v->n == ROWS_MAX;
    return rc;
}

static const char *
no_key(struct ctx *c, const char *login)
{
    const struct agency *g = agencies_by_id(c->site->agencies, c->session->home_unit);

    return result_no_key(c, login, g ? g->code : "");
}

static int
get_many(struct ctx *c)
{
    struct many_view v = {0};
    struct account me;
    int rc = auth_account_get(c, c->account, &me);

    if (rc < 0 || (rc = add_rows(c, &v)) < 0)
        return rc;
    v.no_key = no_key(c, me.login);
    v.signer_title = result_signer_title(c, c->session->home_unit, me.name);
    return page_dossiers_result_many(c, &v);
}

/* --- signing them --- */

static int
prepare_many(struct ctx *c)
{
    struct account me;
    int rc = auth_account_get(c, c->account, &me);
    const char *why = rc == OK ? no_key(c, me.login) : NULL;

    return why ? fail(c, E_CONFLICT, why, "no key") : rc;
}

/* "H26.X-261122-0001:7:2": what was on screen. */
static int
sign_one(struct ctx *c, const char *chosen)
{
    char *code = arena_str(c->a, chosen), *dossier = strchr(code, ':');
    char *result = dossier ? strchr(dossier + 1, ':') : NULL;
    struct result_work w;
    int rc;

    if (!result)
        return fail_field(c, "chon", N_("Hãy chọn kết quả trong danh sách"));
    *dossier++ = *result++ = '\0';
    rc = result_work_open(c, code, "", &w);
    if (rc == OK)
        rc = result_start(c, &w, strtoll(dossier, NULL, 10), strtoll(result, NULL, 10),
                          in_text(c, M_TITLE));
    result_work_close(&w);
    return rc;
}

/* All of them or none: one that changed meanwhile is looked at before any number is taken. */
static int
post_many(struct ctx *c)
{
    const struct pair *in;
    size_t n = in_form(c, &in), signed_n = 0;
    int rc = OK;

    for (size_t i = 0; i < n && rc == OK; i++)
        if (strcmp(in[i].name, "chon") == 0)
            rc = ++signed_n > ROWS_MAX ? fail_field(c, "chon", N_("Chọn quá nhiều kết quả một lần"))
                                       : sign_one(c, in[i].value);
    if (rc < 0)
        return rc;
    if (signed_n == 0)
        return fail_field(c, "chon", N_("Hãy chọn ít nhất một kết quả"));
    flash(c, trf(c, N_("{0} kết quả đang được ký."), arena_fmt(c->a, "%zu", signed_n)));
    return redirect(c, "/can-bo/ky-ket-qua");
}

static const struct param IN_MANY[] = {
    [M_TITLE] = {"chuc-vu", K_TEXT, .required = true, .min = 2, .max = 100,
                 .label = N_("Chức vụ người ký")},
    [M_CHOSEN] = {"", K_EFORM},
    {.kind = K_END}};

const struct route dossiers_result_many_routes[] = {
    {GET, "/can-bo/ky-ket-qua", PERM_DOSSIER_DECIDE, RUN_READ_LANE, BODY_NONE, SEES_PERSON,
     FACE_DESK, IN_NONE, .run = get_many, .about = "Results that wait for this leader's signature"},
    {POST, "/can-bo/ky-ket-qua", PERM_DOSSIER_DECIDE, RUN_WRITE_LANE, BODY_EFORM, SEES_PERSON,
     FACE_DESK, IN_MANY, .prepare = prepare_many, .run = post_many, .page = get_many,
     .about = "Sign the results that were chosen"},
    {0},
};
