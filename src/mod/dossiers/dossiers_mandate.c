/* What a mandate does to a dossier: to hand it in, accept it, see it, receive its result. */
#include "mod/dossiers/dossiers_mandate.h"

#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "mod/catalogue/catalogue.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_mandate_sql.h"
#include "site/site.h"

struct mandate_use
dossier_mandate_use(const struct procedure *p, const char *code)
{
    return (struct mandate_use){.procedure = p->code, .field = p->field ? p->field : "",
                                .dossier = code};
}

/* --- handing in ------------------------------------------------------------------------------- */

static bool
represents(const struct mandate *m, const struct submission *s)
{
    const struct party *o = people_find(s->parties, s->n_parties, PARTY_OWNER);
    const struct party *r = people_find(s->parties, s->n_parties, PARTY_REPRESENTATIVE);

    if (!o || !r || strcmp(r->personal_number, m->agent) != 0)
        return false;
    return *m->person ? strcmp(o->personal_number, m->person) == 0
                      : strcmp(o->tax_code, m->tax_code) == 0;
}

static int
fault(struct ctx *c, const char *say)
{
    return fail_labelled(c, "mandate", N_("Quyền đại diện"), say);
}

/* At the counter the officer says what was shown; who acts and for whom stand in the parties. */
static int
check_recorded(struct ctx *c, struct submission *s)
{
    const struct party *o = people_find(s->parties, s->n_parties, PARTY_OWNER);
    const struct party *a = people_find(s->parties, s->n_parties, PARTY_APPLICANT);
    bool house = s->record->kind == MANDATE_LEGAL || s->record->kind == MANDATE_MEMBER;

    if (!o)
        return fault(c, N_("Người nộp cho chính mình không cần quyền đại diện"));
    if (house != (o->kind == PARTY_ORGANISATION))
        return fault(c, N_("Hình thức đại diện không hợp với chủ hồ sơ"));
    if (!a || !*a->personal_number)
        return fail_field(c, "applicant.personal_number",
                          N_("Hãy ghi số định danh của người đại diện"));
    if (!house && !*o->personal_number)
        return fail_field(c, "owner.personal_number",
                          N_("Hãy ghi số định danh của người được đại diện"));
    if (s->record->ends && s->record->ends < vn_day(c->now))
        return fail_field(c, "mandate.ends", N_("Ngày cuối đã qua"));
    return OK;
}

int
dossier_mandate_check(struct ctx *c, struct submission *s, const struct procedure *p)
{
    struct mandate_use u = dossier_mandate_use(p, "");
    struct mandate m;
    const char *why;
    int rc;

    if (s->record)
        return check_recorded(c, s);
    if (!s->mandate)
        return OK;
    if ((rc = mandate_by_id(c, s->mandate, &m)) < 0)
        return rc;
    why = mandate_why_not(&m, &u, vn_day(c->now));
    if (!why && (strcmp(m.agent, auth_number_verified(c)) != 0 || !represents(&m, s)))
        why = N_("Quyền đại diện này không phải của người nộp và chủ hồ sơ này");
    return why ? fault(c, why) : OK;
}

static int
record(struct change *x, struct submission *s)
{
    const struct party *o = people_find(s->parties, s->n_parties, PARTY_OWNER);
    const struct party *a = people_find(s->parties, s->n_parties, PARTY_APPLICANT);
    struct mandate *m = s->record;
    int rc;

    m->person = o->personal_number;
    m->tax_code = o->tax_code;
    m->name = o->name;
    m->agent = a->personal_number;
    m->agent_name = a->name;
    m->scope = m->kind == MANDATE_LEGAL ? SCOPE_ALL : SCOPE_DOSSIER;
    m->scope_of = arena_fmt(x->c->a, " %s ", x->d->code);
    rc = mandate_record(x->c, m);
    s->mandate = m->id;
    return rc;
}

static void
tell_event(struct change *x, const struct dossier_mandate *k)
{
    change_data(x, "mandate",
                json_pack("{s:s,s:i,s:i,s:s,s:s,s:i}", "kind", mandate_kind_word(k->kind),
                          "evidence", (int)k->evidence, "scope", (int)k->scope, "of", k->scope_of,
                          "ends", k->ends ? date_iso(x->c->a, k->ends) : "", "state",
                          (int)k->state));
}

int
dossier_mandate_store(struct change *x, struct submission *s)
{
    struct dossier_mandate k;
    struct mandate m;
    int rc = OK;

    if (s->record)
        rc = record(x, s);
    if (rc < 0 || !s->mandate)
        return rc;
    if (s->record)
        m = *s->record;
    else if ((rc = mandate_by_id(x->c, s->mandate, &m)) < 0)
        return rc;
    k = (struct dossier_mandate){
        .dossier = x->d->id, .mandate = m.id, .kind = m.kind, .evidence = m.evidence,
        .paper = m.paper, .scope = m.scope, .scope_of = m.scope_of, .ends = m.ends,
        .state = m.state, .at = x->c->now};
    tell_event(x, &k);
    return sql_dossier_mandate_add(x->c, &k);
}

/* --- what became of it ------------------------------------------------------------------------ */

int
dossier_mandate_of(struct ctx *c, int64_t dossier, bool *is, struct dossier_mandate *out,
                   struct mandate *now)
{
    int rc = sql_dossier_mandate(c, dossier, is, out);

    return rc < 0 || !*is ? rc : mandate_by_id(c, out->mandate, now);
}

int
dossier_mandate_accept(struct change *x)
{
    struct dossier_mandate k;
    struct mandate m;
    bool is;
    int rc = dossier_mandate_of(x->c, x->d->id, &is, &k, &m);

    if (rc < 0 || !is)
        return rc;
    if (m.state == MANDATE_DECLARED)
        return fail(x->c, E_CONFLICT,
                    N_("Chưa kiểm tra căn cứ đại diện. Hãy mở mục Người đại diện của hồ sơ để xác "
                       "nhận hoặc không công nhận"), "%s: mandate not checked", x->d->code);
    if (m.state == MANDATE_REFUSED)
        return fail(x->c, E_CONFLICT,
                    N_("Quyền đại diện không được công nhận: hãy từ chối tiếp nhận, ghi rõ lý do"),
                    "%s: mandate refused", x->d->code);
    return OK;
}

int
dossier_mandate_receiver(struct change *x)
{
    const struct event *e = x->e;
    struct dossier_mandate k;
    struct mandate m;
    bool is, named;
    int rc = dossier_mandate_of(x->c, x->d->id, &is, &k, &m);

    if (rc < 0 || !is || mandate_runs(&m, vn_day(x->c->now)))
        return rc;
    named = e->to_number && *e->to_number;
    if (named && strcmp(e->to_number, m.agent) == 0)
        return change_fault(x, "to_number",
                            N_("Quyền đại diện của người này không còn hiệu lực. Hãy trao kết quả "
                               "cho chủ hồ sơ, hoặc người có giấy ủy quyền mới"));
    if (!named && e->to_name && strcmp(e->to_name, m.agent_name) == 0)
        return change_fault(x, "to_name",
                            N_("Quyền đại diện của người này không còn hiệu lực. Hãy trao kết quả "
                               "cho chủ hồ sơ, hoặc người có giấy ủy quyền mới"));
    return OK;
}

bool
dossier_mandate_lets(struct ctx *c, int64_t dossier, enum party_role role)
{
    return role == PARTY_OWNER || !sql_dossier_barred(c, dossier, vn_day(c->now));
}
