#include "site/seen.h"

#include "audit.page.h"
#include "http/params.h"
#include "http/reply.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "site/audit_sql.h"
#include "site/seen_sql.h"
#include "site/site.h"

enum { QUESTIONS_SHOWN = 50 };

static const char *
office(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? agency_office(c, g) : "";
}

/* --- the citizen asks ------------------------------------------------------------------------ */

enum { A_LOOK, A_TEXT };
static const struct param IN_ASK[] = {
    [A_LOOK] = {"luot", K_TOKEN, .required = true},
    {.kind = K_END},
};
static const struct param IN_SEND[] = {
    [A_LOOK] = {"luot", K_TOKEN, .required = true},
    [A_TEXT] = {"cau-hoi", K_LINES, .required = true, .min = 5, .max = 1000,
                .label = N_("Câu hỏi"),
                .say = N_("Hãy ghi điều bạn muốn hỏi, từ 5 đến 1.000 ký tự")},
    {.kind = K_END},
};

/* The agency is the viewer's at that time; who had none is asked through the dossier's. */
static int
find_look(struct ctx *c, struct ask_view *v, struct new_question *q)
{
    const struct look_rule *r = rules_looks(c->site->rules, vn_day(c->now));
    int rc;

    *v = (struct ask_view){.token = in_text(c, A_LOOK), .limit = limit_vi(c->a, r->answer),
                           .basis = r->basis};
    q->look = audit_token_read(c, v->token);
    rc = audit_sql_own_one(c, c->account, q->look, &v->look, &q->dossier, &q->viewer);
    if (rc < 0)
        return rc;
    q->unit = v->look.home ? v->look.home : seen_sql_unit(c, q->dossier);
    q->due_at = v->due_at = deadlines_after(c->site->calendar, r->answer, c->now);
    v->agency = office(c, q->unit);
    return OK;
}

static int
get_ask(struct ctx *c)
{
    struct new_question q = {0};
    struct ask_view v;
    int rc = find_look(c, &v, &q);

    return rc < 0 ? rc : page_seen_ask(c, &v);
}

static int
post_ask(struct ctx *c)
{
    struct new_question q = {.text = in_text(c, A_TEXT)};
    struct ask_view v;
    int rc = find_look(c, &v, &q);

    if (rc == OK && (rc = seen_sql_ask(c, &q)) == E_CONFLICT)
        return fail(c, E_CONFLICT, N_("Bạn đã hỏi về lượt xem này"), "asked before");
    if (rc < 0)
        return rc;
    flash(c, N_("Đã gửi câu hỏi. Trả lời của cơ quan sẽ hiện ở đây."));
    return redirect(c, "/tai-khoan/cau-hoi");
}

static void
add_words(struct ctx *c, struct questions_view *v)
{
    for (size_t i = 0; i < v->n; i++) {
        v->p[i].agency = office(c, v->p[i].unit);
        v->p[i].token = audit_token(c, v->p[i].id);
    }
}

static int
get_own(struct ctx *c)
{
    struct questions_view v = {.p = arena_get(c->a, QUESTIONS_SHOWN * sizeof *v.p)};
    int rc = seen_sql_own(c, QUESTIONS_SHOWN, v.p, &v.n);

    add_words(c, &v);
    return rc < 0 ? rc : page_seen_own(c, &v);
}

/* --- the leader answers ---------------------------------------------------------------------- */

enum { L_QUESTION, L_ANSWER };
static const struct param IN_ANSWER[] = {
    [L_QUESTION] = {"cau", K_TOKEN, .required = true},
    [L_ANSWER] = {"tra-loi", K_LINES, .required = true, .min = 5, .max = 2000,
                  .label = N_("Trả lời"), .say = N_("Hãy ghi câu trả lời cho công dân")},
    {.kind = K_END},
};

static int
get_waiting(struct ctx *c)
{
    struct questions_view v = {.p = arena_get(c->a, QUESTIONS_SHOWN * sizeof *v.p)};
    int rc = seen_sql_waiting(c, QUESTIONS_SHOWN, v.p, &v.n);

    add_words(c, &v);
    return rc < 0 ? rc : page_seen_desk(c, &v);
}

static int
post_answer(struct ctx *c)
{
    int n = seen_sql_answer(c, audit_token_read(c, in_text(c, L_QUESTION)), in_text(c, L_ANSWER));

    if (n == 0)
        return fail(c, E_NOTFOUND, N_("Không có câu hỏi này, hoặc đã có người trả lời"), "seen");
    if (n < 0)
        return n;
    flash(c, N_("Đã gửi trả lời cho công dân."));
    return redirect(c, "/can-bo/cau-hoi");
}

const struct route site_seen_routes[] = {
    {GET, "/tai-khoan/nhat-ky/{luot}/hoi", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY,
     FACE_PORTAL, IN_ASK, .run = get_ask, .about = "Asks why the own data was looked at"},
    {POST, "/tai-khoan/nhat-ky/{luot}/hoi", PERM_CITIZEN, RUN_WRITE_LANE, BODY_FORM, SEES_NOBODY,
     FACE_PORTAL, IN_SEND, .run = post_ask, .page = get_ask,
     .about = "Sends the question to the agency's leader"},
    {GET, "/tai-khoan/cau-hoi", PERM_CITIZEN, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_PORTAL,
     IN_NONE, .run = get_own, .about = "The own questions and what was answered"},
    {GET, "/can-bo/cau-hoi", PERM_DOSSIER_ASSIGN, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK,
     IN_NONE, .run = get_waiting, .about = "Citizens' questions that wait for this leader"},
    {POST, "/can-bo/cau-hoi", PERM_DOSSIER_ASSIGN, RUN_WRITE_LANE, BODY_FORM, SEES_PERSON,
     FACE_DESK, IN_ANSWER, .run = post_answer, .page = get_waiting,
     .about = "Answers a citizen why the data was looked at"},
    {0},
};
