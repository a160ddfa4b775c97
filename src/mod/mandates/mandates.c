#include "mod/mandates/mandates.h"

#include <string.h>

#include "auth/auth_code.h"
#include "base/id.h"
#include "base/po.h"
#include "base/vi.h"
#include "mod/audit/audit.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/mandates/mandates_sql.h"
#include "mod/papers/papers.h"
#include "mod/people/people.h"
#include "site/site.h"

enum { TOKEN_BYTES = 18, NAME_MIN = 2, EVIDENCE_FILES = 10 };

/* --- who asks -------------------------------------------------------------------------------- */

static int
my_number(struct ctx *c, const char **number)
{
    *number = auth_number_verified(c);
    if (**number)
        return OK;
    return fail(c, E_DENIED,
                N_("Số định danh của tài khoản này chưa được xác nhận. Hãy đăng nhập bằng định "
                   "danh điện tử, hoặc mang thẻ căn cước đến bộ phận một cửa"),
                "a number that nobody checked");
}

/* On one side at most: who acts for a house that is represented by the same person acts. */
static enum mandate_side
side_of(const struct mandate *m, const char *number)
{
    if (strcmp(m->agent, number) == 0)
        return SIDE_AGENT;
    if (*m->person)
        return strcmp(m->person, number) == 0 ? SIDE_PERSON : SIDE_NONE;
    return SIDE_ORGANISATION;           /* the query found it by the house */
}

int
mandate_get_own(struct ctx *c, const char *token, struct mandate *out, enum mandate_side *side)
{
    const char *number;
    int rc = my_number(c, &number);

    if (rc < 0 || (rc = mandate_sql_own(c, token, number, vn_day(c->now), out)) < 0)
        return rc;
    *side = side_of(out, number);
    return OK;
}

int
mandates_acting(struct ctx *c, mandate_list *out)
{
    return mandate_sql_acting(c, auth_number_verified(c), out);
}

int
mandates_acted(struct ctx *c, mandate_list *out)
{
    return mandate_sql_acted(c, auth_number_verified(c), vn_day(c->now), out);
}

int
mandates_houses(struct ctx *c, mandate_list *out)
{
    return mandate_sql_houses(c, auth_number_verified(c), vn_day(c->now), out);
}

int64_t
mandates_waiting(struct ctx *c)
{
    const char *number = auth_number_verified(c);

    return *number ? mandate_sql_waiting(c, number, vn_day(c->now)) : 0;
}

int
mandate_by_id(struct ctx *c, int64_t id, struct mandate *out)
{
    return mandate_sql_by_id(c, id, out);
}

int
mandate_events(struct ctx *c, int64_t mandate, struct mandate_event **out, size_t *n)
{
    return mandate_event_sql_list(c, mandate, out, n);
}

/* --- what is told, and to whom --------------------------------------------------------------- */

/* The journal of administration tells no number and no name. */
static int
journal(struct ctx *c, const struct mandate *m, enum mandate_act act)
{
    json_t *data = json_pack("{s:i,s:s,s:i,s:s,s:i,s:I}", "act", (int)act, "kind",
                             mandate_kind_word(m->kind), "scope", (int)m->scope, "of", m->scope_of,
                             "evidence", (int)m->evidence, "ends", (json_int_t)m->ends);
    int rc = audit_act(c, "mandate", m->token, data);

    json_decref(data);
    return rc;
}

static int
tell_one(struct ctx *c, const struct mandate *m, const char *number, enum mandate_act act,
         const char *note)
{
    const char *what = trf(c, N_("{0}: {1} đại diện cho {2} ({3})"), tr(c, mandate_act_name(act)),
                           m->agent_name, m->name, tr(c, mandate_kind_name(m->kind)));

    if (!*number)
        return OK;
    return auth_tell(c, number, tr(c, N_("Quyền đại diện của bạn có thay đổi")),
                     arena_fmt(c->a, "%s\n\n%s%s%s/tai-khoan/dai-dien/%s", what, note,
                               *note ? "\n\n" : "", c->site->config.base_url, m->token));
}

/* The other side learns of it by mail where it has an address; its pages show it in any case. */
static int
tell(struct ctx *c, const struct mandate *m, enum mandate_side by, enum mandate_act act,
     const char *note)
{
    int rc = OK;

    if (by != SIDE_AGENT)
        rc = tell_one(c, m, m->agent, act, note);
    if (rc == OK && by != SIDE_PERSON)
        rc = tell_one(c, m, m->person, act, note);
    return rc;
}

static int
note_act(struct ctx *c, const struct mandate *m, enum mandate_side by, enum mandate_act act,
         const char *note)
{
    int64_t account = by == SIDE_IDENTITY ? 0 : c->account;
    int rc = mandate_event_sql_add(c, m, account, by, act, note);

    if (rc < 0 || (rc = journal(c, m, act)) < 0)
        return rc;
    return tell(c, m, by, act, note);
}

/* --- is it right ----------------------------------------------------------------------------- */

static bool
of_organisation(enum mandate_kind k)
{
    return k == MANDATE_LEGAL || k == MANDATE_MEMBER;
}

static int
check_who(struct ctx *c, struct mandate *m)
{
    bool house = of_organisation(m->kind);
    const char *known;
    int rc = OK;

    m->name = vi_tidy(c->a, m->name);
    m->agent_name = vi_tidy(c->a, m->agent_name);
    m->person = house ? "" : m->person;
    m->tax_code = house ? m->tax_code : "";
    if (house && !people_tax_code(c->a, &m->tax_code))
        rc = fail_field(c, "ma-so-thue",
                        N_("Mã số thuế gồm 10 chữ số, có thể thêm gạch nối và 3 chữ số"));
    if (house && *(known = organisation_sql_name(c, m->tax_code)))
        m->name = known;                /* whoever is surer has named it */
    if ((!house && !vi_personal_number(m->person)) || !vi_personal_number(m->agent))
        rc = fail_field(c, "so-dinh-danh", N_("Số định danh cá nhân gồm 12 chữ số"));
    else if (strcmp(m->person, m->agent) == 0)
        rc = fail_field(c, "so-dinh-danh", N_("Không ai cần đại diện cho chính mình"));
    if (strlen(m->name) < NAME_MIN || strlen(m->agent_name) < NAME_MIN)
        rc = fail_field(c, "ten", N_("Hãy ghi tên đầy đủ"));
    return rc;
}

static bool
is_code(struct ctx *c, enum mandate_scope s, const char *code)
{
    struct catalogue_groups g = catalogue_fields(c->site->catalogue);

    if (s == SCOPE_DOSSIER)
        return params_dossier_code(code);
    if (s == SCOPE_PROCEDURES)
        return catalogue_find(c->site->catalogue, code, vn_day(c->now)) != NULL;
    for (size_t i = 0; i < g.n; i++)
        if (strcmp(g.p[i].id, code) == 0)
            return true;
    return false;
}

static int
check_scope(struct ctx *c, struct mandate *m)
{
    int n = 0;

    if (m->scope < SCOPE_ALL || m->scope >= SCOPE__COUNT)
        return fail_field(c, "pham-vi", N_("Hãy chọn đại diện trong việc gì"));
    if (m->kind == MANDATE_LEGAL && m->scope != SCOPE_ALL)
        return fail_field(c, "pham-vi",
                          N_("Người đại diện theo pháp luật đại diện trong mọi thủ tục"));
    if (m->scope == SCOPE_ALL) {
        m->scope_of = "";
        return OK;
    }
    for (const char *p = m->scope_of; *p;) {
        size_t len = strcspn(p, " ");

        if (len && (++n > MANDATE_CODES || !is_code(c, m->scope, arena_strn(c->a, p, len))))
            return fail_field(c, "pham-vi", N_("Không có lĩnh vực, thủ tục hoặc hồ sơ đó"));
        p += len + (p[len] == ' ');
    }
    return n ? OK : fail_field(c, "pham-vi", N_("Hãy chọn lĩnh vực, thủ tục hoặc ghi mã hồ sơ"));
}

/* What the law says where nothing was said, and no more than it allows. */
static int
check_days(struct ctx *c, struct mandate *m)
{
    day today = vn_day(c->now);
    const struct mandate_rule *r;

    m->begins = m->begins ? m->begins : today;
    r = rules_mandate(c->site->rules, m->kind, m->begins);
    if (!m->ends && r->usual)
        m->ends = date_add_months(m->begins, r->usual) - 1;
    if (m->ends && (m->ends < m->begins || m->ends < today))
        return fail_field(c, "den-ngay", N_("Ngày cuối phải sau ngày bắt đầu và chưa qua"));
    if (r->longest && m->ends >= date_add_months(m->begins, r->longest))
        return fail_field(c, "den-ngay",
                          arena_fmt(c->a, "%s", trf(c, N_("Không dài quá {0} tháng ({1})"),
                                                    arena_fmt(c->a, "%d", r->longest),
                                                    r->basis)));
    return OK;
}

static int
check_all(struct ctx *c, struct mandate *m)
{
    int rc = OK;

    if (m->kind <= MANDATE_NONE || m->kind >= MANDATE__COUNT)
        return fail_field(c, "loai", N_("Hãy chọn đại diện theo hình thức nào"));
    m->paper = vi_tidy(c->a, m->paper ? m->paper : "");
    m->reason = "";
    if (check_who(c, m) < 0)
        rc = E_INVALID;
    if (check_scope(c, m) < 0)
        rc = E_INVALID;
    return check_days(c, m) < 0 ? E_INVALID : rc;
}

/* --- a new one ------------------------------------------------------------------------------- */

static bool
my_house(struct ctx *c, const char *tax_code)
{
    mandate_list houses = {0};

    if (!*tax_code || mandates_houses(c, &houses) < 0)
        return false;
    for (size_t i = 0; i < houses.n; i++)
        if (strcmp(houses.p[i].tax_code, tax_code) == 0)
            return true;
    return false;
}

/* The own one, by which a kind is declared or given; a guardian is never given by the ward. */
static int
new_side(struct ctx *c, const struct mandate *m, enum mandate_side *side)
{
    const char *me;
    int rc = my_number(c, &me);

    if (rc < 0)
        return rc;
    *side = strcmp(m->agent, me) == 0 ? SIDE_AGENT
            : m->kind == MANDATE_AUTHORISATION && strcmp(m->person, me) == 0 ? SIDE_PERSON
            : m->kind == MANDATE_MEMBER && my_house(c, m->tax_code) ? SIDE_ORGANISATION
                                                                      : SIDE_NONE;
    if (*side == SIDE_NONE)
        return fail(c, E_DENIED, N_("Bạn chỉ khai được người đại diện của chính mình hoặc của tổ "
                                    "chức mà bạn đại diện theo pháp luật"), "neither side");
    if (mandate_sql_open(c, c->account) >= MANDATES_MAX)
        return fail(c, E_INVALID, N_("Bạn đã khai quá nhiều người đại diện, hãy chấm dứt bớt"),
                    "%d open", MANDATES_MAX);
    return OK;
}

static void
confirmed(struct ctx *c, struct mandate *m, enum mandate_side as)
{
    m->state = MANDATE_CONFIRMED;
    m->checked_by = as == SIDE_IDENTITY ? 0 : c->account;
    m->checked_as = as;
    m->checked_at = c->now;
}

static int
store(struct ctx *c, struct mandate *m, enum mandate_side by, enum mandate_act act)
{
    static const enum told_by TOLD[SIDE__COUNT] = {[SIDE_OFFICER] = TOLD_OFFICER,
                                                   [SIDE_IDENTITY] = TOLD_IDENTITY};
    int rc = OK;

    m->id = id_next();
    m->token = token_url(c->a, TOKEN_BYTES);
    m->version = 1;
    m->made_at = c->now;
    if (*m->tax_code)
        rc = organisation_sql_put(c, m->tax_code, m->name, TOLD[by] ? TOLD[by] : TOLD_CITIZEN);
    if (rc < 0 || (rc = mandate_sql_add(c, m)) < 0)
        return rc;
    return note_act(c, m, by, act, "");
}

static int
check_evidence(struct ctx *c, struct mandate *m, size_t n)
{
    m->evidence = m->vault ? EVIDENCE_VAULT : EVIDENCE_PAPER;
    if (!m->vault && n == 0)
        return fail_field(c, "tep", N_("Hãy đính kèm giấy tờ chứng minh, hoặc chọn giấy tờ thành "
                                       "phố đã có"));
    return n > EVIDENCE_FILES ? fail_field(c, "tep", N_("Không quá 10 tệp")) : OK;
}

static int
attach(struct ctx *c, const struct mandate *m, const struct upload *files, size_t n)
{
    int rc = OK, seq;

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = papers_attach(c, m->id, "", &files[i], 0, &seq);
    return rc;
}

int
mandate_declare(struct ctx *c, struct mandate *m, const struct upload *files, size_t n)
{
    enum mandate_side side;
    int rc = check_all(c, m);

    if (rc < 0 || (rc = new_side(c, m, &side)) < 0)
        return rc;
    m->account = c->account;
    if (side == SIDE_AGENT) {
        if ((rc = check_evidence(c, m, n)) < 0)
            return rc;
        m->state = MANDATE_DECLARED;
        rc = store(c, m, side, DID_DECLARE);
    } else {
        m->evidence = EVIDENCE_PERSON;
        m->vault = 0;
        confirmed(c, m, side);
        rc = store(c, m, side, DID_GIVE);
    }
    return rc < 0 ? rc : attach(c, m, files, n);
}

int
mandate_record(struct ctx *c, struct mandate *m)
{
    int rc = check_all(c, m);

    if (rc < 0)
        return rc;
    m->account = c->account;
    m->vault = 0;
    if (m->evidence != EVIDENCE_CLAIM)
        m->evidence = EVIDENCE_OFFICER;
    confirmed(c, m, m->evidence == EVIDENCE_CLAIM ? SIDE_IDENTITY : SIDE_OFFICER);
    return store(c, m, m->checked_as, DID_CONFIRM);
}

/* --- what becomes of one --------------------------------------------------------------------- */

static int
save(struct ctx *c, struct mandate *m, enum mandate_side as, enum mandate_act act)
{
    int n;

    m->version++;
    n = mandate_sql_save(c, m);
    if (n == 0)
        return fail(c, E_CONFLICT, N_("Quyền đại diện này vừa được người khác thay đổi"),
                    "mandate %" PRId64, m->id);
    return n < 0 ? n : note_act(c, m, as, act, m->reason);
}

bool
mandate_may_confirm(struct ctx *c, const struct mandate *m, enum mandate_side as)
{
    static const unsigned WORD[SIDE__COUNT] = {
        [SIDE_PERSON] = CONFIRM_PERSON, [SIDE_ORGANISATION] = CONFIRM_PERSON,
        [SIDE_OFFICER] = CONFIRM_OFFICER, [SIDE_IDENTITY] = CONFIRM_IDENTITY};
    const struct mandate_rule *r = rules_mandate(c->site->rules, m->kind, m->begins);

    return m->state == MANDATE_DECLARED && (!m->ends || m->ends >= vn_day(c->now)) &&
           (r->confirm & WORD[as]) != 0;
}

static int
not_now(struct ctx *c, const struct mandate *m)
{
    return fail(c, E_CONFLICT, N_("Việc này không còn làm được với quyền đại diện này"),
                "mandate %" PRId64 " in state %d", m->id, (int)m->state);
}

static int
not_mine(struct ctx *c)
{
    return fail(c, E_DENIED, N_("Việc này là của phía bên kia"), "the other side's word");
}

int
mandate_confirm(struct ctx *c, struct mandate *m, enum mandate_side as)
{
    if (as == SIDE_AGENT)
        return not_mine(c);
    if (!mandate_may_confirm(c, m, as))
        return not_now(c, m);
    confirmed(c, m, as);
    return save(c, m, as, DID_CONFIRM);
}

int
mandate_refuse(struct ctx *c, struct mandate *m, enum mandate_side as, const char *reason)
{
    if (as == SIDE_AGENT)
        return not_mine(c);
    if (m->state != MANDATE_DECLARED)
        return not_now(c, m);
    m->state = MANDATE_REFUSED;
    m->over_at = c->now;
    m->reason = reason;
    return save(c, m, as, DID_REFUSE);
}

/* Who represents a house by law is not ended by another who does. */
int
mandate_end(struct ctx *c, struct mandate *m, enum mandate_side as, const char *reason)
{
    if (as == SIDE_ORGANISATION && m->kind == MANDATE_LEGAL)
        return not_mine(c);
    if (m->state != MANDATE_DECLARED && m->state != MANDATE_CONFIRMED)
        return not_now(c, m);
    m->state = MANDATE_ENDED;
    m->over_at = c->now;
    m->reason = reason;
    return save(c, m, as, DID_END);
}

/* --- for dossiers ---------------------------------------------------------------------------- */

int
mandates_offered(struct ctx *c, const struct mandate_use *u, mandate_list *out)
{
    mandate_list all = {0};
    int rc = mandates_acting(c, &all);

    for (size_t i = 0; i < all.n; i++)
        if (!mandate_why_not(&all.p[i], u, vn_day(c->now)))
            *vec_push(c->a, out) = all.p[i];
    return rc;
}

int
mandate_use(struct ctx *c, const char *token, const struct mandate_use *u, struct mandate *out)
{
    enum mandate_side side;
    int rc = mandate_get_own(c, token, out, &side);
    const char *why;

    if (rc < 0)
        return rc;
    if (side != SIDE_AGENT)
        return fail(c, E_NOTFOUND, N_("Không có người đại diện này, hoặc không liên quan đến bạn"),
                    "not the agent of mandate %" PRId64, out->id);
    why = mandate_why_not(out, u, vn_day(c->now));
    return why ? fail(c, E_CONFLICT, why, "mandate %" PRId64, out->id) : OK;
}
