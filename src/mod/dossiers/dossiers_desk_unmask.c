/* Personal numbers and telephones in full: the officer says why, and the log keeps it. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "base/vi.h"
#include "dossiers_desk_unmask.page.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_desk_act.h"
#include "site/site.h"

enum { U_CODE, U_REASON };
static const struct param IN_ASK[] = {
    [U_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    {.kind = K_END},
};
static const struct param IN_OPEN[] = {
    [U_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    [U_REASON] = {"ly-do", K_CODE, .required = true, .label = N_("Lý do"),
                  .say = N_("Hãy chọn lý do")},
    {.kind = K_END},
};

/* Answers that hold a number: what a page masks differs from what it is. */
static void
add_lines(struct ctx *c, struct unmask_view *v)
{
    struct summary_line *all;
    size_t n;

    eforms_summary(c, v->x->p->form, v->x->facts, &v->x->lists, &all, &n);
    v->lines = arena_get(c->a, (n + 1) * sizeof *v->lines);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].value, vi_masked(c->a, all[i].value)) != 0)
            v->lines[v->n_lines++] = all[i];
}

static int
show(struct ctx *c, struct unmask_view *v)
{
    struct desk_dossier x;
    struct hand_over h;
    int rc = desk_dossier_open(c, in_text(c, U_CODE), &x);

    if (rc < 0)
        return rc;
    v->x = &x;
    v->handed_to = "";
    v->reasons = act_reasons(c, REASON_UNMASK, &v->n_reasons);
    if (v->open && x.d.returned_at && (rc = dossiers_hand_over(c, &x.d, &h)) == OK)
        v->handed_to = h.to_number;
    if (v->open)
        add_lines(c, v);
    if (rc == OK)
        rc = page_dossiers_desk_unmask(c, v);
    if (v->open)
        auth_log_reason(c, "unmask", in_text(c, U_REASON), x.d.id);
    desk_dossier_close(&x);
    return rc;
}

static int
get_ask(struct ctx *c)
{
    struct unmask_view v = {0};

    return show(c, &v);
}

/* The answer is kept nowhere: who looks again says why again. */
static int
post_open(struct ctx *c)
{
    const struct reason *r = rules_reason(c->site->rules, REASON_UNMASK, in_text(c, U_REASON));
    struct unmask_view v = {.open = true};

    if (!r)
        return fail_labelled(c, "ly-do", N_("Lý do"), N_("Hãy chọn một lý do trong danh sách"));
    v.reason = desk_text(c, r->name);
    c->out->secret = true;
    return show(c, &v);
}

const struct route dossiers_desk_unmask_routes[] = {
    {GET, "/can-bo/ho-so/{code}/so-dinh-danh", PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE,
     SEES_PERSON, FACE_DESK, IN_ASK, .run = get_ask,
     .about = "Asks why masked numbers are to be shown in full"},
    {POST, "/can-bo/ho-so/{code}/so-dinh-danh", PERM_DOSSIER_READ, RUN_WRITE_LANE, BODY_FORM,
     SEES_PERSON, FACE_DESK, IN_OPEN, .run = post_open, .page = get_ask,
     .about = "Shows personal numbers and telephones in full, for a reason that is logged"},
    {0},
};
