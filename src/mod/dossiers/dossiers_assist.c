/* What a person confirms when somebody helps at home, and that nothing is handed in without. */
#include "mod/dossiers/dossiers_assist.h"

#include <string.h>

#include "auth/auth.h"
#include "auth/auth_code.h"
#include "auth/reach.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "site/site.h"

static bool
by_officer(const struct ctx *c)
{
    return c->session && c->session->kind == ACCOUNT_OFFICER;
}

int
assisted_find(struct ctx *c, int64_t draft, struct assist **out)
{
    *out = NULL;
    if (!by_officer(c))
        return OK;
    *out = arena_get(c->a, sizeof **out);
    return assist_get(c, draft, *out);
}

const struct assist_rule *
assisted_rule(struct ctx *c)
{
    return rules_assist(c->site->rules, vn_day(c->now));
}

bool
assisted_unit(struct ctx *c, int64_t unit, const char *procedure)
{
    return !by_officer(c) || auth_reaches_for(c, c->account, unit, procedure, PERM_ASSIST);
}

/* --- what is confirmed --- */

static json_t *
files_json(const struct paper_file *f, size_t n)
{
    json_t *all = json_array();

    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].paper, ASSIST_PAPER) != 0)
            json_array_append_new(all, json_pack("[s,s]", f[i].paper, f[i].sha256));
    return all;
}

static const char *
said(const char *s)
{
    return s ? s : "";
}

const char *
assisted_what(struct ctx *c, const struct submission *s, const struct paper_file *files, size_t n)
{
    json_t *all = json_pack(
        "{s:s, s:I, s:s, s:i, s:s, s:O, s:o, s:o}", "procedure", s->procedure, "unit",
        (json_int_t)s->unit, "payer", said(s->payer), "delivery", s->delivery, "delivery_address",
        said(s->delivery_address), "answers", s->answers, "people",
        people_json(s->parties, s->n_parties), "papers", files_json(files, n));
    const char *text = json_text(c->a, all);

    json_decref(all);
    return hash_sha256_hex(c->a, text, strlen(text));
}

/* --- may it be handed in --- */

static bool
signature_there(const struct assisted_try *t)
{
    if (t->help->way != ASSIST_SIGNATURE)
        return true;
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->files[i].paper, ASSIST_PAPER) == 0 &&
            strcmp(t->files[i].sha256, t->help->signature) == 0)
            return true;
    return false;
}

int
assisted_may(struct ctx *c, const struct assisted_try *t)
{
    const struct assist_rule *r = assisted_rule(c);

    if (t->help->helper != c->account || !assisted_unit(c, t->unit, t->procedure))
        return fail(c, E_DENIED, N_("Bạn chỉ hỗ trợ nộp hồ sơ tại cơ quan của mình"),
                    "assist %" PRId64 " at unit %" PRId64, t->help->draft, t->unit);
    if (t->assurance > r->assurance)
        return fail(c, E_DENIED, N_("Thủ tục này người dân phải tự đăng nhập để nộp, không nộp qua "
                                    "hỗ trợ tại nhà"), "level %" PRId64, t->assurance);
    if (!assist_stands(t->help, r, t->what, c->now) || !signature_there(t))
        return fail(c, E_CONFLICT, N_("Người dân chưa xác nhận nội dung này. Hãy đọc lại và để "
                                      "người dân xác nhận trước khi gửi"),
                    "assist %" PRId64 " is not confirmed", t->help->draft);
    return OK;
}

int64_t
assisted_person(struct ctx *c, const struct party *p, size_t n)
{
    const struct party *me = people_find(p, n, PARTY_APPLICANT);
    struct ctx aside = *c;              /* that there is none is no failure */
    struct account a;

    if (!me || !*me->personal_number ||
        auth_account_by_login(&aside, ACCOUNT_CITIZEN, me->personal_number, &a) < 0 || !a.active)
        return 0;
    return strcmp(auth_number_verified_of(c, a.id), me->personal_number) == 0 ? a.id : 0;
}

/* --- what the dossier says of it --- */

static const char *
team(struct ctx *c, const struct assist *a)
{
    return auth_reaches_partly(c, a->helper, a->unit, PERM_DOSSIER_INTAKE)
               ? "cán bộ tiếp nhận" : role_name(ROLE_COMMUNITY);
}

const char *
assisted_helper(struct ctx *c, const struct assist *a)
{
    const struct agency *g = agencies_by_id(c->site->agencies, a->unit);
    struct account who;

    if (auth_account_get(c, a->helper, &who) < 0)
        return "";
    return arena_fmt(c->a, "%s (%s, %s)", who.name, team(c, a),
                     g ? agency_office_name(c->a, g) : "");
}

/* Where the code went, and whether anybody knows that it is the person's: a helper may type the
 * address of somebody else. */
static const char *
letter_to(struct ctx *c, const struct assist *a, int64_t person)
{
    bool verified = false;

    if (a->way != ASSIST_MAIL)
        return "";
    if (person && auth_email_verified(c, person, &verified) < 0)
        verified = false;
    return arena_fmt(c->a, " %s%s", a->told,
                     verified ? "" : " (địa chỉ do người hỗ trợ nhập, chưa được kiểm tra)");
}

/* Words of the record, so Vietnamese whoever reads it. */
const char *
assisted_note(struct ctx *c, const struct assist *a, int64_t person)
{
    return arena_fmt(c->a, "Nộp với sự hỗ trợ tại nhà của %s. Người dân đã nghe đọc lại và xác "
                           "nhận bằng %s%s lúc %s.", assisted_helper(c, a),
                     assist_way_name(a->way), letter_to(c, a, person),
                     moment_vi(c->a, a->confirmed_at));
}

json_t *
assisted_data(struct ctx *c, const struct assist *a)
{
    const struct agency *g = agencies_by_id(c->site->agencies, a->unit);

    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "helper", assisted_helper(c, a), "agency",
                     g ? g->code : "", "way", assist_way_word(a->way), "confirmed_at",
                     (json_int_t)a->confirmed_at, "confirmed", a->confirmed, "signature",
                     a->signature);
}

int
assisted_expire(struct ctx *c, int64_t *drafts, size_t max, size_t *n)
{
    return assist_older(c, c->now - (int64_t)assisted_rule(c)->keep_days * DAY_SECONDS, max,
                        drafts, n);
}
