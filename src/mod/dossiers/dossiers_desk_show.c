/* A dossier on one screen: facts and papers, clock, next actions, what happened. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "dossiers_desk_show.page.h"
#include "base/buf.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_desk_dossier.h"
#include "mod/dossiers/dossiers_named.h"
#include "site/site.h"

enum { P_CODE };
enum { NAMES_BYTES = 16 << 10 };
static const struct param IN_SHOW[] = {
    [P_CODE] = {"code", K_DOSSIER_CODE, .required = true, .label = N_("Mã hồ sơ")},
    {.kind = K_END},
};

/* --- next actions as buttons ------------------------------------------------------------------ */

/* Where a button stands; what is not listed is a usual one. */
static const struct { enum action action; int rank; bool direct; } RANKS[] = {
    {ACT_CLAIM, RANK_MAIN, true},           {ACT_ACCEPT, RANK_MAIN, false},
    {ACT_APPROVE, RANK_MAIN, false},        {ACT_FORWARD, RANK_MAIN, false},
    {ACT_HAND_OVER, RANK_MAIN, false},      {ACT_OPINION, RANK_MAIN, false},
    {ACT_SUPPLEMENT_AGREE, RANK_MAIN, false}, {ACT_WITHDRAW_GRANT, RANK_MAIN, false},
    {ACT_ANSWER, RANK_MAIN, false},         {ACT_RESUME, RANK_USUAL, true},
    {ACT_REFUSE, RANK_ENDING, false},       {ACT_REFUSE_INTAKE, RANK_ENDING, false},
    {ACT_STOP, RANK_ENDING, false},         {ACT_RELEASE, RANK_MORE, true},
    {ACT_ASSIGN, RANK_MORE, false},         {ACT_CORRECT, RANK_MORE, false},
    {ACT_WITHDRAW, RANK_MORE, false},       {ACT_PAID, RANK_MORE, false},
    {ACT_REOPEN, RANK_MORE, false},         {ACT_PAUSE, RANK_MORE, false},
    {ACT_CONSULT, RANK_MORE, false},        {ACT_EXTEND, RANK_MORE, false},
    {ACT_FISCAL, RANK_MORE, false},
    {ACT_NAME, RANK_MORE, false},           {ACT_UNNAME, RANK_MORE, false},
};

static struct desk_button
button_of(const struct workflow_offer *o)
{
    struct desk_button b = {.action = o->action, .label = workflow_action(o->action)->name,
                            .why_not = o->why_not, .rank = RANK_USUAL};

    for (size_t i = 0; i < sizeof RANKS / sizeof *RANKS; i++)
        if (RANKS[i].action == o->action) {
            b.rank = (unsigned)RANKS[i].rank;
            b.direct = RANKS[i].direct;
        }
    return b;
}

/* One main button a page: the first of the ranking that is possible; paying due money comes
 * forward. */
static void
choose_main(struct show_view *v)
{
    struct desk_button *main = NULL;

    for (size_t r = 0; r < sizeof RANKS / sizeof *RANKS && !main; r++)
        for (size_t i = 0; i < v->n_buttons && !main; i++)
            if (RANKS[r].rank == RANK_MAIN && v->buttons[i].action == RANKS[r].action &&
                !v->buttons[i].why_not)
                main = &v->buttons[i];
    for (size_t i = 0; i < v->n_buttons; i++) {
        if (v->buttons[i].rank == RANK_MAIN && &v->buttons[i] != main)
            v->buttons[i].rank = RANK_USUAL;
        if (v->buttons[i].action == ACT_PAID && v->unpaid > 0)
            v->buttons[i].rank = RANK_USUAL;
        v->n_cannot += v->buttons[i].why_not != NULL;
    }
}

static void
add_buttons(struct ctx *c, struct show_view *v)
{
    const struct desk_dossier *x = v->x;

    v->buttons = arena_get(c->a, (x->n_offers + 1) * sizeof *v->buttons);
    for (size_t i = 0; i < x->n_offers; i++)
        v->buttons[v->n_buttons++] = button_of(&x->offers[i]);
    choose_main(v);
    v->result_open = desk_offer(x, ACT_ATTACH_RESULT) && !desk_offer(x, ACT_ATTACH_RESULT)->why_not;
}

/* --- parts ------------------------------------------------------------------------------------ */

static int
add_moments(struct ctx *c, struct show_view *v)
{
    struct moment_row *rows;
    size_t n;
    int rc = dossiers_timeline(c, &v->x->d, FOR_OFFICER, &rows, &n);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n / 2; i++) {        /* newest first */
        struct moment_row m = rows[i];

        rows[i] = rows[n - 1 - i];
        rows[n - 1 - i] = m;
    }
    desk_moments(c, v->x, rows, n, &v->moments);
    v->n_moments = n;
    return OK;
}

static int
add_named(struct ctx *c, struct show_view *v)
{
    struct named *named;
    struct buf b;
    size_t n = 0;
    int rc = v->x->d.confidential ? dossiers_named(c, v->x->d.id, &named, &n) : OK;

    buf_init(&b, c->a, NAMES_BYTES);
    for (size_t i = 0; rc == OK && i < n; i++)
        buf_fmt(&b, "%s%s (%s)", i ? ", " : "", named[i].name, named[i].login);
    if (v->x->d.confidential)
        v->named = b.n ? b.p : tr(c, N_("chưa có ai"));
    return rc;
}

static int
add_parts(struct ctx *c, struct show_view *v)
{
    const struct dossier *d = &v->x->d;
    int rc;

    if ((rc = dossiers_stops(c, d, &v->stops, &v->n_stops)) < 0 ||
        (rc = dossiers_tasks(c, d, &v->tasks, &v->n_tasks)) < 0 ||
        (rc = dossiers_supplements(c, d, &v->supplements, &v->n_supplements)) < 0 ||
        (rc = dossiers_opinions(c, d, &v->opinions, &v->n_opinions)) < 0 ||
        (rc = dossiers_fees(c, d, &v->fees, &v->n_fees)) < 0)
        return rc;
    for (size_t i = 0; i < v->n_fees; i++)
        v->unpaid += v->fees[i].paid_at ? 0 : v->fees[i].amount;
    if ((rc = dossier_mandate_of(c, d->id, &v->by_mandate, &v->mandate_then, &v->mandate)) < 0)
        return rc;
    if (d->returned_at && (rc = dossiers_hand_over(c, d, &v->handed)) < 0)
        return rc;
    v->returned = d->returned_at != 0;
    rc = add_named(c, v);
    return rc < 0 ? rc : add_moments(c, v);
}

static int
add_clock(struct ctx *c, struct show_view *v)
{
    int rc;

    v->due = desk_due_dossier(c, &v->x->d);
    if (!v->x->d.accepted_at)
        return OK;
    rc = dossiers_explain(c, &v->x->d, &v->explain);
    v->explained = rc == OK;
    return rc;
}

static int
get_show(struct ctx *c)
{
    struct desk_dossier x;
    struct show_view v = {.x = &x};
    int rc;

    if ((rc = desk_dossier_open(c, in_text(c, P_CODE), &x)) < 0 || (rc = add_parts(c, &v)) < 0 ||
        (rc = add_clock(c, &v)) < 0)
        return rc;
    add_buttons(c, &v);
    v.n_forms = dossiers_forms(&v.x->d, true, v.forms);
    eforms_summary(c, x.p->form, x.facts, &x.lists, &v.lines, &v.n_lines);
    rc = page_dossiers_desk_show(c, &v);
    desk_dossier_close(&x);
    return rc;
}

#define SHOW_ROW(path, face, in, handler, say)                                                    \
    {GET, path, PERM_DOSSIER_READ, RUN_INLINE, BODY_NONE, SEES_PERSON, face, in, .run = handler,  \
     .about = say}

const struct route dossiers_desk_show_routes[] = {
    SHOW_ROW("/can-bo/ho-so/{code}", FACE_DESK, IN_SHOW, get_show,
             "A dossier on one screen for officers"),
    {0},
};
