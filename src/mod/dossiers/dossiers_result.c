/* What may be done with the result of a dossier, and what its rows, the dossier and the vault say
 * after each step. */
#include "mod/dossiers/dossiers_result.h"

#include <string.h>

#include "auth/auth.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/po.h"
#include "base/vi.h"
#include "mod/catalogue/catalogue_paper_types.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/papers/content.h"
#include "mod/papers/vault.h"
#include "site/site.h"

static const char SAY_NO_STEP[] =
    N_("Việc này không dành cho bạn hoặc không có ở bước hiện tại.");

/* --- opening --- */

static const char *
why_not(const struct desk_dossier *x, enum action a)
{
    const struct workflow_offer *o = desk_offer(x, a);

    return o ? o->why_not : SAY_NO_STEP;
}

static const struct result_template *
choose(struct ctx *c, const struct result_work *w, const char *asked)
{
    const char *id = *asked ? asked : w->r.id ? w->r.template : "";

    for (size_t i = 0; i < w->templates.n; i++)
        if (strcmp(w->templates.p[i]->id, id) == 0)
            return w->templates.p[i];
    if (w->r.id && !*asked)             /* it began with one that is not offered any more */
        return catalogue_template(c->site->catalogue, id);
    return w->templates.n ? w->templates.p[0] : NULL;
}

static int
read_results(struct ctx *c, struct result_work *w)
{
    size_t n;
    int rc = results_of(c, w->x.d.id, &w->before, &n);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++) {
        if (!w->r.id && !result_is_issued(w->before[i].state) &&
            w->before[i].state != RESULT_VOID)
            w->r = w->before[i];
        if (result_is_issued(w->before[i].state))
            w->before[w->before_n++] = w->before[i];
    }
    return OK;
}

static void
read_facts(struct ctx *c, struct result_work *w)
{
    if (w->r.id && w->t && strcmp(w->r.template, w->t->id) == 0)
        w->facts = json_loads(w->r.facts, 0, NULL);
    if (!w->facts && w->t)
        w->facts = result_fill(c, &w->x, w->t);
}

int
result_work_open(struct ctx *c, const char *code, const char *template, struct result_work *w)
{
    int rc;

    *w = (struct result_work){0};
    if ((rc = desk_dossier_open(c, code, &w->x)) < 0 || (rc = read_results(c, w)) < 0)
        return rc;
    w->templates = catalogue_templates_for(c->a, c->site->catalogue, w->x.d.procedure);
    w->t = choose(c, w, template);
    w->cannot_prepare = w->cannot_sign = why_not(&w->x, ACT_ATTACH_RESULT);
    if (!w->t)
        w->cannot_prepare = N_("Danh mục chưa có mẫu kết quả nào dùng được cho thủ tục này.");
    else if (w->r.state == RESULT_SIGNING)
        w->cannot_prepare = N_("Kết quả đang được ký.");
    w->cannot_sign = w->r.state == RESULT_SIGNING ? w->cannot_prepare
                     : w->r.id == 0               ? N_("Chưa soạn kết quả.")
                                                  : why_not(&w->x, ACT_APPROVE);
    read_facts(c, w);
    return OK;
}

void
result_work_close(struct result_work *w)
{
    json_decref(w->facts);
    desk_dossier_close(&w->x);
}

/* --- the draft --- */

static const char *
fact_of(const struct result_work *w, const char *id)
{
    const char *s = *id ? json_string_value(json_object_get(w->facts, id)) : NULL;

    return s ? s : "";
}

static const char *
title_of(struct ctx *c, const struct result_work *w)
{
    const struct result_paper p = {.t = w->t, .facts = w->facts, .number = "", .code = w->x.d.code};

    return result_paper_title(c, &p);
}

/* Another template is another row: a number that was taken belongs to its book. */
static int
drop_other(struct ctx *c, struct result_work *w)
{
    int rc;

    if (!w->r.id || strcmp(w->r.template, w->t->id) == 0)
        return OK;
    rc = result_drop(c, &w->r, N_("Soạn lại theo mẫu khác"));
    w->r = (struct result){0};
    return rc;
}

/* A corrected result is of the same kind and the same person's, or of the same dossier: nobody ends
 * somebody else's by writing its number. */
static int
check_replaced(struct ctx *c, const struct result *r)
{
    struct result old;
    int rc = r->replaces ? result_get(c, r->replaces, &old) : OK;

    if (rc < 0 || !r->replaces)
        return rc;
    if (strcmp(old.template, r->template) == 0 &&
        (old.dossier == r->dossier ||
         (*old.holder_number && strcmp(old.holder_number, r->holder_number) == 0)))
        return OK;
    return fail_field(c, "thay", N_("Kết quả mang số này thuộc loại khác hoặc của người khác"));
}

bool
result_holder_foreign(const struct result_work *w)
{
    const char *number = fact_of(w, w->t->holder_number);

    for (size_t i = 0; i < w->x.n_parties; i++)
        if (strcmp(number, w->x.parties[i].personal_number) == 0 ||
            strcmp(number, w->x.parties[i].tax_code) == 0)
            return false;
    return *number != '\0';
}

static bool
typed_twice(struct ctx *c, const char *number, const char *again)
{
    return again && strcmp(vi_tidy(c->a, again), number) == 0;
}

/* The application itself says it, and nobody typed over it. */
static bool
applied_for(struct ctx *c, const struct result_work *w, const char *number)
{
    json_t *filled = result_fill(c, &w->x, w->t);
    const char *s = json_string_value(json_object_get(filled, w->t->holder_number));
    bool same = s && strcmp(s, number) == 0;

    json_decref(filled);
    return same;
}

/* A party's, or what the application says, or declared to be another's and typed twice.  What was
 * declared before stays while the number does. */
static int
check_holder(struct ctx *c, const struct result_work *w, const char **why)
{
    const char *id = w->t->holder_number, *number = fact_of(w, id);
    const struct reason *reason =
        rules_reason(c->site->rules, REASON_HOLDER, w->holder_why ? w->holder_why : "");

    *why = "";
    if (!result_holder_foreign(w))
        return OK;
    *why = w->r.id && strcmp(w->r.holder_number, number) == 0 ? w->r.holder_why : "";
    if (!w->holder_why && (**why || applied_for(c, w, number)))
        return OK;
    if (!reason)
        return fail_field(c, arena_fmt(c->a, "f.%s", id),
                          N_("Số này không phải của người nào trong hồ sơ. Hãy kiểm tra lại; nếu "
                             "đúng, hãy chọn lý do và gõ lại số ở cuối biểu mẫu"));
    if (!typed_twice(c, number, w->holder_again))
        return fail_field(c, "go-lai-so", N_("Hai lần gõ không giống nhau, hãy kiểm tra lại số"));
    *why = reason->name;
    return OK;
}

int
result_save(struct ctx *c, struct result_work *w, const char *scan, int64_t replaces)
{
    struct result *r = &w->r;
    const char *why;
    int rc = check_holder(c, w, &why);

    if (rc < 0 || (rc = drop_other(c, w)) < 0)
        return rc;
    json_object_set_new(w->facts, "$procedure", json_string(w->x.p->name));
    r->dossier = w->x.d.id;
    r->code = w->x.d.code;
    r->template = w->t->id;
    r->type = w->t->type;
    r->book = w->t->book;
    r->agency = w->x.d.competent_unit;
    r->title = title_of(c, w);
    r->holder = fact_of(w, w->t->holder);
    r->holder_number = fact_of(w, w->t->holder_number);
    r->holder_why = why;
    r->facts = json_text(c->a, w->facts);
    r->scan = scan;
    r->replaces = replaces;
    rc = check_replaced(c, r);
    return rc < 0 ? rc : result_prepare(c, r);
}

/* --- signing begins --- */

const char *
result_signer_title(struct ctx *c, int64_t agency, const char *name)
{
    const struct agency *g = agencies_by_id(c->site->agencies, agency);

    for (size_t i = 0; g && i < g->leaders_n; i++)
        if (strcmp(g->leaders[i].name, name) == 0)
            return g->leaders[i].title;
    return "";
}

/* "6m" from a day: the last day on which it holds. */
static day
last_day(const char *valid, day from)
{
    struct limit l;

    if (!*valid || !limit_parse(valid, &l))
        return 0;
    return valid[strlen(valid) - 1] == 'm' ? date_add_months(from, l.n) : from + l.n;
}

static int
check_seen(struct ctx *c, const struct result_work *w, int64_t dossier, int64_t result)
{
    if (w->cannot_sign)
        return fail(c, E_CONFLICT, w->cannot_sign, "%s: result", w->x.d.code);
    if (dossier != w->x.d.version || result != w->r.version)
        return fail(c, E_CONFLICT, SAY_GONE, "%s: result v%" PRId64, w->x.d.code, w->r.version);
    return OK;
}

int
result_start(struct ctx *c, struct result_work *w, int64_t dossier_version,
             int64_t result_version, const char *title)
{
    struct result *r = &w->r;
    int rc = check_seen(c, w, dossier_version, result_version);

    if (rc < 0 || (rc = result_facts_check(c, w->t, w->facts)) < 0)
        return rc;
    r->signer = c->account;
    r->signer_name = c->session->name;
    r->signer_title = title;
    r->template_hash = w->t->hash;
    r->valid_to = last_day(w->t->valid, vn_day(c->now));
    return result_reserve(c, r, w->t->number);
}

/* --- the signed file is there --- */

static int
into_dossier(struct ctx *c, const struct result *r)
{
    const struct upload file = {.field = "", .name = arena_fmt(c->a, "%s.pdf", r->title),
                                .mime = "application/pdf", .size = r->size, .sha256 = r->content};
    const struct event e = {.action = ACT_APPROVE, .number = r->number, .signer = r->signer_name,
                            .date = r->issued_on, .files = &file, .n_files = 1};
    struct dossier d;
    int rc = dossiers_get(c, r->code, PERM_DOSSIER_DECIDE, &d);

    return rc < 0 ? rc : dossiers_apply(c, &d, &e);
}

/* Nobody's vault is filled by a number that only a form says. */
static bool
holder_is_sure(struct ctx *c, const struct result *r)
{
    bool sure = *r->holder_why != '\0';
    struct party *p;
    size_t n = 0;

    if (!sure && people_list(c, r->dossier, &p, &n) < 0)
        return false;
    for (size_t i = 0; i < n && !sure; i++)
        sure = strcmp(r->holder_number, p[i].personal_number) == 0 ||
               strcmp(r->holder_number, p[i].tax_code) == 0;
    return sure;
}

/* What its holder alone may know stands in no vault that other counters ask. */
static bool
confidential(struct ctx *c, int64_t dossier)
{
    struct ctx aside = *c;
    struct dossier d;

    return dossier && sql_dossier_by_id(&aside, dossier, &d) == OK && d.confidential;
}

static int
into_vault(struct ctx *c, const struct result *r)
{
    const struct agency *g = agencies_by_id(c->site->agencies, r->agency);
    struct vault_item it = {
        .holder = r->holder_number, .type = r->type, .number = r->number,
        .issuer = g ? agency_office_name(c->a, g) : "", .issued_on = r->issued_on,
        .valid_from = r->issued_on, .valid_to = r->valid_to, .source = VAULT_ISSUED,
        .dossier = r->dossier, .paper = "", .code = r->code, .unit = r->agency,
        .accepted_by = r->signer, .accepted_at = c->now, .content = r->content,
        .mime = "application/pdf", .file_name = arena_fmt(c->a, "%s.pdf", r->title),
        .size = r->size, .facts = r->facts};

    const struct paper_type *t;

    if (!*r->type || !*r->holder_number || !holder_is_sure(c, r) || confidential(c, r->dossier))
        return OK;
    t = catalogue_paper_type(c->site->catalogue, r->type);
    return vault_put(c, &it, t && t->single);
}

static int
take_place(struct ctx *c, const struct result *r)
{
    struct result old;
    int rc = r->replaces ? result_get(c, r->replaces, &old) : OK;

    if (rc < 0 || !r->replaces)
        return rc;
    if ((rc = result_replace(c, &old, r, arena_fmt(c->a, "Thay bằng số %s", r->number))) < 0)
        return rc;
    return vault_end_of(c, old.dossier, "", VAULT_REPLACED, r->number);
}

int
result_finish(struct ctx *c, struct result *r, const struct result_signed *s)
{
    int64_t account = c->account;
    int rc;

    c->account = r->signer;             /* it is the leader's act, done by the server */
    rc = result_issue(c, r, s->content, s->size, s->signatures);
    if (rc == OK)
        rc = content_put_made(c, s->content, s->size, "application/pdf", 0);
    if (rc == OK)
        rc = take_place(c, r);
    if (rc == OK)
        rc = into_vault(c, r);          /* before the approval, which would put in what it knows */
    if (rc == OK && r->dossier)
        rc = into_dossier(c, r);
    c->account = account;
    return rc;
}

/* --- afterwards --- */

int
result_take_back(struct ctx *c, struct result *r, const char *code, const char *reason)
{
    const struct reason *public = rules_reason(c->site->rules, REASON_REVOKE, code);
    int rc = result_revoke(c, r, public ? public->name : "", reason);

    return rc < 0 ? rc : vault_end_of(c, r->dossier, "", VAULT_REVOKED, r->reason);
}

int
results_reopened(struct ctx *c, const struct dossier *d, const char *reason)
{
    struct result *all;
    size_t n;
    int rc = results_of(c, d->id, &all, &n);

    for (size_t i = 0; i < n && rc >= 0; i++)
        if (all[i].state == RESULT_IN_FORCE)
            rc = result_take_back(c, &all[i], "reopened", reason);
    return rc < 0 ? rc : OK;
}
