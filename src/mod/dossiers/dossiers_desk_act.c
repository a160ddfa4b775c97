/* The page of an action, and the action: ask, say what will happen, do, or show what changed. */
#include "mod/dossiers/dossiers_desk_act.h"

#include <string.h>

#include "base/po.h"
#include "dossiers_desk_act.page.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_named.h"

int act_page(struct ctx *c);
int act_post(struct ctx *c);

/* The word at the end of the route's path names the action. */
static const struct act_row *
row_of(const struct ctx *c)
{
    return act_row(workflow_action_parse(strrchr(c->route->path, '/') + 1));
}

static bool
shown_again(const struct ctx *c)
{
    return c->route->method == POST;
}

/* --- someone was faster ----------------------------------------------------------------------- */

static int
add_conflict(struct ctx *c, struct act_view *v, const char *say)
{
    struct moment_row *rows;
    size_t n;
    int rc = dossiers_since(c, &v->x->d, in_int(c, ACT_VERSION), &rows, &n);

    if (rc < 0)
        return rc;
    v->conflict = say;
    desk_moments(c, v->x, rows, n, &v->since);
    v->n_since = n;
    html_env(c)->flash = NULL;      /* said in its own place */
    return OK;
}

/* --- the parts of the page -------------------------------------------------------------------- */

static void
add_entry(struct ctx *c, struct act_view *v)
{
    struct desk_dossier *x = v->x;

    v->entry = (struct entry_view){.p = x->p, .lists = x->lists, .answers = x->answers, .add = "",
                                   .delivery = (int)x->d.delivery,
                                   .delivery_address = x->d.delivery_address};
    entry_view_parties(&v->entry, x->parties, x->n_parties);
    if (shown_again(c)) {
        json_t *typed = entry_answers(c, x->p, x->answers);

        eforms_rows(x->p->form, typed, desk_in(c, "them"), desk_in(c, "bo"));
        v->entry.add = desk_in(c, "them");
        json_decref(x->answers);    /* the page shows what was typed */
        v->entry.answers = x->answers = typed;
    }
}

/* What the decision is about. */
static int
add_matter(struct ctx *c, struct act_view *v)
{
    const struct dossier *d = &v->x->d;

    switch (v->row->action) {
    case ACT_SUPPLEMENT_AGREE:
    case ACT_SUPPLEMENT_DENY:
        return dossiers_supplements(c, d, &v->supplements, &v->n_supplements);
    case ACT_OPINION:
        return dossiers_opinions(c, d, &v->opinions, &v->n_opinions);
    default:
        return OK;
    }
}

static int
add_parts(struct ctx *c, struct act_view *v)
{
    unsigned parts = v->row->parts;
    int rc = add_matter(c, v);

    if (rc < 0)
        return rc;
    if (parts & WITH_PAPERS)
        v->papers = desk_paper_rows(c, v->x, &v->n_papers);
    if (parts & WITH_DEFECTS) {
        v->defects = act_defect_rows(c, v->x, &v->n_defects);
        v->reasons = act_reasons(c, REASON_SUPPLEMENT, &v->n_reasons);
    }
    if (parts & (WITH_FORM | WITH_PEOPLE))
        add_entry(c, v);
    return act_fields(c, v);
}

bool
act_field_ticked(const struct act_view *v)
{
    for (size_t i = 0; i < v->n_defects; i++)
        if (v->defects[i].kind[0] == 'f' && v->defects[i].on)
            return true;
    return false;
}

static void
add_words(struct ctx *c, struct act_view *v)
{
    const struct workflow_offer *o = desk_offer(v->x, v->row->action);

    v->will = trf(c, v->row->will, v->x->d.applicant, desk_unit(c, v->x->d.unit));
    v->why_not = o ? o->why_not : N_("Việc này không dành cho bạn hoặc không có ở bước hiện tại.");
}

int
act_page(struct ctx *c)
{
    struct desk_dossier x;
    struct act_view v = {.row = row_of(c), .x = &x};
    const char *faster = shown_again(c) && c->err.rc == E_CONFLICT ? c->err.say : NULL;
    int rc = desk_dossier_open(c, in_text(c, ACT_CODE), &x);

    if (rc < 0)
        return rc;
    if (faster && (rc = add_conflict(c, &v, faster)) < 0)
        return rc;
    add_words(c, &v);
    if ((rc = add_parts(c, &v)) == OK)
        rc = page_dossiers_desk_act(c, &v);
    desk_dossier_close(&x);
    return rc;
}

int
act_post(struct ctx *c)
{
    const struct act_row *row = row_of(c);
    struct desk_dossier x;
    struct event e;
    int rc;

    if (*desk_in(c, "them") || *desk_in(c, "bo"))
        return act_page(c);         /* one row more or less of a group: nothing is done yet */
    if ((rc = desk_dossier_open(c, in_text(c, ACT_CODE), &x)) < 0)
        return rc;
    if ((rc = act_read(c, row, &x, &e)) == OK)
        rc = dossiers_apply(c, &x.d, &e);
    json_decref(e.answers);
    desk_dossier_close(&x);
    if (rc < 0)
        return rc;
    flash(c, tr(c, workflow_action(row->action)->past));
    return dossiers_go_on(c, &x.d, "");
}
