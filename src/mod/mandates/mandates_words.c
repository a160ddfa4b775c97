/* How mandates are said, and whether one serves: no table, no request. */
#include <string.h>

#include "base/po.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/mandates/mandates.h"
#include "site/site.h"

static const struct { const char *word, *name; } KINDS[MANDATE__COUNT] = {
    [MANDATE_AUTHORISATION] = {"uy-quyen", N_("Ủy quyền")},
    [MANDATE_GUARDIAN] = {"giam-ho", N_("Giám hộ, cha mẹ của người chưa thành niên")},
    [MANDATE_LEGAL] = {"phap-luat", N_("Đại diện theo pháp luật của tổ chức")},
    [MANDATE_MEMBER] = {"to-chuc", N_("Được tổ chức ủy quyền")},
};
static const char *const EVIDENCE[EVIDENCE__COUNT] = {
    [EVIDENCE_PAPER] = N_("Giấy tờ tải lên"),
    [EVIDENCE_VAULT] = N_("Giấy tờ thành phố đã có"),
    [EVIDENCE_CLAIM] = N_("Định danh điện tử của tổ chức"),
    [EVIDENCE_OFFICER] = N_("Giấy tờ cán bộ đã xem tại quầy"),
    [EVIDENCE_PERSON] = N_("Chính người được đại diện trao trên tài khoản"),
};
static const char *const SCOPES[SCOPE__COUNT] = {
    [SCOPE_ALL] = N_("Mọi thủ tục"),
    [SCOPE_FIELDS] = N_("Các thủ tục của một số lĩnh vực"),
    [SCOPE_PROCEDURES] = N_("Một số thủ tục"),
    [SCOPE_DOSSIER] = N_("Một hồ sơ"),
};
static const char *const SIDES[SIDE__COUNT] = {
    [SIDE_NONE] = N_("Hệ thống"),
    [SIDE_AGENT] = N_("Người đại diện"),
    [SIDE_PERSON] = N_("Người được đại diện"),
    [SIDE_ORGANISATION] = N_("Đại diện theo pháp luật của tổ chức"),
    [SIDE_OFFICER] = N_("Cán bộ"),
    [SIDE_IDENTITY] = N_("Hệ thống định danh điện tử"),
};
static const char *const ACTS[DID__COUNT] = {
    [DID_DECLARE] = N_("Khai báo"),  [DID_GIVE] = N_("Trao quyền đại diện"),
    [DID_CONFIRM] = N_("Xác nhận"),  [DID_REFUSE] = N_("Không công nhận"),
    [DID_END] = N_("Chấm dứt"),      [DID_RENEW] = N_("Được định danh điện tử xác nhận lại"),
};
static const char *const STATES[MANDATE_STATE__COUNT] = {
    [MANDATE_DECLARED] = N_("Chưa xác nhận"),
    [MANDATE_CONFIRMED] = N_("Đang có hiệu lực"),
    [MANDATE_ENDED] = N_("Đã chấm dứt"),
    [MANDATE_REFUSED] = N_("Không được công nhận"),
};

#define NAMED(table, i, n) ((i) > 0 && (i) < (n) && (table)[i] ? (table)[i] : "")

const char *
mandate_kind_name(enum mandate_kind k)
{
    return k > MANDATE_NONE && k < MANDATE__COUNT ? KINDS[k].name : "";
}

const char *
mandate_kind_word(enum mandate_kind k)
{
    return k > MANDATE_NONE && k < MANDATE__COUNT ? KINDS[k].word : "";
}

const char *
mandate_evidence_name(enum mandate_evidence e)
{
    return NAMED(EVIDENCE, e, EVIDENCE__COUNT);
}

const char *
mandate_scope_name(enum mandate_scope s)
{
    return NAMED(SCOPES, s, SCOPE__COUNT);
}

const char *
mandate_side_name(enum mandate_side s)
{
    return s < SIDE__COUNT ? SIDES[s] : "";
}

const char *
mandate_act_name(enum mandate_act a)
{
    return NAMED(ACTS, a, DID__COUNT);
}

static bool
over(const struct mandate *m, day today)
{
    return m->ends && m->ends < today;
}

const char *
mandate_state_name(const struct mandate *m, day today)
{
    if (m->state <= MANDATE_CONFIRMED && over(m, today))
        return N_("Đã hết hạn");
    if (m->state == MANDATE_CONFIRMED && m->begins > today)
        return N_("Chưa đến ngày bắt đầu");
    return NAMED(STATES, m->state, MANDATE_STATE__COUNT);
}

/* --- what it is for --- */

static const char *
code_text(struct ctx *c, enum mandate_scope s, const char *code)
{
    const struct procedure *p;

    if (s == SCOPE_FIELDS)
        return tr(c, catalogue_field_name(c->site->catalogue, code));
    p = s == SCOPE_PROCEDURES ? catalogue_find(c->site->catalogue, code, vn_day(c->now)) : NULL;
    return p ? tr(c, p->name) : code;
}

const char *
mandate_scope_text(struct ctx *c, enum mandate_scope s, const char *of)
{
    const char *text = "";

    if (s == SCOPE_ALL || !*of)
        return tr(c, mandate_scope_name(s));
    for (const char *p = of; *p;) {
        size_t n = strcspn(p, " ");

        if (n)
            text = arena_fmt(c->a, "%s%s%s", text, *text ? "; " : "",
                             code_text(c, s, arena_strn(c->a, p, n)));
        p += n + (p[n] == ' ');
    }
    return text;
}

/* --- does it serve --------------------------------------------------------------------------- */

static bool
lists(const char *of, const char *code)
{
    size_t n = strlen(code);

    for (const char *p = n ? strstr(of, code) : NULL; p; p = strstr(p + 1, code))
        if (p > of && p[-1] == ' ' && p[n] == ' ')
            return true;
    return false;
}

bool
mandate_runs(const struct mandate *m, day today)
{
    return m->state == MANDATE_CONFIRMED && m->begins <= today && !over(m, today);
}

bool
mandate_covers(const struct mandate *m, const struct mandate_use *u)
{
    switch (m->scope) {
    case SCOPE_ALL: return true;
    case SCOPE_FIELDS: return lists(m->scope_of, u->field);
    case SCOPE_PROCEDURES: return lists(m->scope_of, u->procedure);
    case SCOPE_DOSSIER: return lists(m->scope_of, u->dossier);
    default: return false;
    }
}

static bool
has_evidence(const struct mandate *m)
{
    return m->evidence != EVIDENCE_VAULT || m->vault;
}

const char *
mandate_why_not(const struct mandate *m, const struct mandate_use *u, day today)
{
    if (m->state == MANDATE_REFUSED)
        return N_("Quyền đại diện này không được công nhận");
    if (m->state == MANDATE_ENDED)
        return N_("Quyền đại diện này đã chấm dứt");
    if (over(m, today))
        return N_("Quyền đại diện này đã hết hạn");
    if (m->begins > today)
        return N_("Quyền đại diện này chưa đến ngày bắt đầu");
    if (!mandate_covers(m, u))
        return N_("Quyền đại diện này không gồm thủ tục này");
    if (m->state == MANDATE_DECLARED && !has_evidence(m))
        return N_("Quyền đại diện này chưa được xác nhận và chưa có giấy tờ chứng minh");
    return NULL;
}
