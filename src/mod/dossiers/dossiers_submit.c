/* How a dossier begins: from a draft or over the API (status 1), or at the counter (status 2). */
#include <assert.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/reach.h"
#include "base/id.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_assist.h"
#include "mod/dossiers/drafts.h"
#include "mod/dossiers/dossiers_drafts_sql.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_vault.h"
#include "mod/eforms/eforms.h"
#include "site/site.h"

enum { SECRET_LETTERS = 8, HELPER_MAX = 200, ADDRESS_MAX = 500 };

struct entry {
    struct ctx *c;
    struct submission *s;
    struct dossier *d;
    const struct procedure *p;
    const struct agency *office;        /* the receiving unit */
    const struct proc_case *k;
    json_t *answers, *facts;            /* canonical; owned */
    const char *text;                   /* of the answers, as stored */
    struct paper_list papers;
    struct held_list held;              /* what the vault has of them */
    struct fee_list fees;
    struct paper_file *files;           /* of the draft */
    size_t n_files;
    int64_t draft;                      /* id; 0 none */
    struct assist *help;                /* of a helper's draft; NULL: the applicant's own */
    const char *what;                   /* that the person has to have confirmed */
    int64_t perms;                      /* of who asks, at the receiving unit */
};

/* --- is it complete: every fault of every part in one answer --- */

static int
check_procedure(struct entry *n)
{
    struct ctx *c = n->c;

    n->p = catalogue_find(c->site->catalogue, n->s->procedure, vn_day(c->now));
    if (!n->p)
        return fail_field(c, "procedure", N_("Thủ tục này hiện không áp dụng"));
    if (n->p->route != ROUTE_CITY)
        return fail_field(c, "procedure", N_("Thủ tục này nộp tại hệ thống của bộ"));
    if (n->s->channel < CHANNEL_DIRECT || n->s->channel > CHANNEL_POSTAL ||
        !(n->p->channels & 1u << n->s->channel))
        return fail_field(c, "channel", N_("Thủ tục này không nhận hồ sơ theo cách đó"));
    return OK;
}

static int
check_unit(struct entry *n)
{
    struct ctx *c = n->c;
    day today = vn_day(c->now);

    n->office = agencies_by_id(c->site->agencies, n->s->unit);
    if (n->office && !agency_exists(n->office, today))
        n->office = agencies_continuing(c->site->agencies, n->s->unit, today);
    if (!n->office || !n->office->desk)
        return fail_field(c, "unit", N_("Hãy chọn nơi nhận hồ sơ"));
    return OK;
}

static int
check_delivery(struct entry *n)
{
    struct submission *s = n->s;
    int rc = OK;

    s->helper = vi_tidy(n->c->a, s->helper ? s->helper : "");
    s->delivery_address = vi_tidy(n->c->a, s->delivery_address ? s->delivery_address : "");
    s->payer = s->payer ? s->payer : "";
    if (s->delivery < DELIVER_DESK || s->delivery > DELIVER_ONLINE)
        rc = fail_field(n->c, "delivery", N_("Hãy chọn cách nhận kết quả"));
    if (s->delivery == DELIVER_POST && !*s->delivery_address)
        rc = fail_field(n->c, "delivery_address", N_("Hãy ghi địa chỉ nhận kết quả qua bưu chính"));
    if (utf8_length(s->delivery_address) > ADDRESS_MAX)
        rc = fail_field(n->c, "delivery_address", N_("Địa chỉ dài quá 500 ký tự"));
    if (utf8_length(s->helper) > HELPER_MAX)
        rc = fail_field(n->c, "helper", N_("Tên người hỗ trợ dài quá 200 ký tự"));
    if (*s->payer && catalogue_word(CATALOGUE_PAYERS, s->payer) < 0)
        rc = fail_field(n->c, "payer", N_("Hãy chọn đối tượng nộp phí, lệ phí"));
    return rc;
}

struct eform_lists
dossiers_lists(struct ctx *c)
{
    struct agency_list all = agencies_communes(c->site->agencies);
    struct eform_choice *p = arena_get(c->a, (all.n + 1) * sizeof *p);

    for (size_t i = 0; i < all.n; i++)
        p[i] = (struct eform_choice){all.p[i]->unit_code, agency_name(c, all.p[i])};
    return (struct eform_lists){.communes = {p, all.n}};
}

static int
check_form(struct entry *n)
{
    struct ctx *c = n->c;
    struct eform_lists lists = dossiers_lists(c);
    json_t *facts = catalogue_facts(c->a, n->s->answers, vn_day(c->now), n->s->channel,
                                    n->s->payer);
    int rc = eforms_validate(c, n->p->form, NULL, n->s->answers, facts, &lists, n->s->strict,
                             &n->answers);

    json_decref(facts);
    if (rc < 0)
        return rc;
    n->text = json_text(c->a, n->answers);
    n->facts = catalogue_facts(c->a, n->answers, vn_day(c->now), n->s->channel, n->s->payer);
    n->k = catalogue_case(n->p, n->facts);
    n->papers = catalogue_papers(c->a, n->p, n->k, n->facts);
    n->fees = catalogue_fees(c->a, n->p, n->k, n->facts, n->s->channel,
                             world_payers(n->s->payer, n->s->parties, n->s->n_parties),
                             vn_day(c->now));
    return OK;
}

static bool
has_file(const struct entry *n, const char *paper)
{
    for (size_t i = 0; i < n->n_files; i++)
        if (strcmp(n->files[i].paper, paper) == 0)
            return true;
    for (size_t i = 0; i < n->s->n_files; i++)
        if (n->s->files[i].field && strcmp(n->s->files[i].field, paper) == 0)
            return true;
    return false;
}

static const struct paper_check *
check_of(const struct submission *s, const char *paper)
{
    for (size_t i = 0; i < s->n_papers; i++)
        if (strcmp(s->papers[i].paper, paper) == 0)
            return &s->papers[i];
    return NULL;
}

/* The held paper that is used: online the one that is offered, unless another is handed in;
 * at the counter when the officer says so. */
static const struct vault_item *
held_used(const struct entry *n, const struct held_paper *h, bool counter)
{
    const struct paper_check *k = check_of(n->s, h->paper->id);

    if (counter || k)
        return k && k->form == PAPER_HELD ? (h->item ? h->item : &h->items[0]) : NULL;
    return has_file(n, h->paper->id) ? NULL : h->item;
}

/* Handed in as a file, shown at the counter and accepted, or already held by the state. */
static bool
paper_there(const struct entry *n, const struct proc_paper *p, bool counter)
{
    const struct paper_check *k = check_of(n->s, p->id);
    const struct held_paper *h = vault_held_for(&n->held, p->id);

    if (p->eform || !p->required)
        return true;
    if (counter)
        return k && k->form != PAPER_MISSING && k->accepted;
    return has_file(n, p->id) || (k && k->form == PAPER_HELD) || (h && held_used(n, h, false));
}

static int
check_papers(struct entry *n, bool counter)
{
    int rc = OK;

    if (n->s->incomplete)
        return OK;
    for (size_t i = 0; i < n->papers.n; i++)
        if (!paper_there(n, n->papers.p[i], counter))
            rc = fail_labelled(n->c, arena_fmt(n->c->a, "papers.%s", n->papers.p[i]->id),
                               n->papers.p[i]->name,
                               counter ? N_("Giấy tờ bắt buộc còn thiếu hoặc chưa đạt")
                                       : N_("Hãy tải lên giấy tờ này"));
    return rc;
}

static int
check_declared(struct entry *n)
{
    int rc = OK;

    for (size_t i = 0; i < n->s->n_papers; i++) {
        bool known = false;

        for (size_t k = 0; k < n->p->papers.n; k++)
            known = known || strcmp(n->p->papers.p[k].id, n->s->papers[i].paper) == 0;
        if (!known)
            rc = fail_field(n->c, arena_fmt(n->c->a, "papers.%s", n->s->papers[i].paper),
                            N_("Thủ tục này không có giấy tờ đó"));
    }
    return rc;
}

static int
load_draft(struct entry *n)
{
    const char *answers, *parties;
    struct draft d;
    int rc;

    if (!n->s->draft || !*n->s->draft)
        return OK;
    if ((rc = sql_draft_get(n->c, n->s->draft, &d, &answers, &parties)) < 0)
        return rc;
    n->draft = d.id;
    if ((rc = papers_files(n->c, d.id, &n->files, &n->n_files)) < 0 ||
        (rc = assisted_find(n->c, d.id, &n->help)) < 0)
        return rc;
    if (n->help)                        /* before anything is tidied */
        n->what = assisted_what(n->c, n->s, n->files, n->n_files);
    return OK;
}

static int
find_held(struct entry *n)
{
    return vault_match(n->c, n->papers, n->s->parties, n->s->n_parties, n->draft, &n->held);
}

static int
entry_check(struct entry *n, bool counter)
{
    int rc = load_draft(n), worst = OK;

    if (rc < 0 || (rc = check_procedure(n)) < 0)
        return rc;                      /* without a procedure nothing else can be said */
    if (check_unit(n) < 0)
        worst = E_INVALID;
    if (check_delivery(n) < 0)
        worst = E_INVALID;
    if (people_check(n->c, n->s->parties, n->s->n_parties) < 0)
        worst = E_INVALID;
    if ((rc = dossier_mandate_check(n->c, n->s, n->p)) == E_INVALID)
        worst = rc;
    else if (rc < 0)
        return rc;
    if ((rc = check_form(n)) < 0 || (rc = find_held(n)) < 0)
        return rc;
    if (check_declared(n) < 0 || check_papers(n, counter) < 0)
        worst = E_INVALID;
    return n->c->faults.n ? E_INVALID : worst;
}

static void
entry_close(struct entry *n)
{
    json_decref(n->answers);
    json_decref(n->facts);
}

/* --- code and secret --- */

/* No gap and no double: the number moves in the transaction that uses it (rules.md 2.2). */
static int
take_code(struct entry *n)
{
    struct ctx *c = n->c;
    day today = vn_day(c->now);
    struct ymd v = date_ymd(today);
    int64_t number = sql_code_next(c, n->office->code, today);

    if (number < 1)
        return c->err.rc < 0 ? c->err.rc : E_SYS;
    n->d->code = arena_fmt(c->a, "%s-%02d%02d%02d-%04" PRId64, n->office->code, v.y % 100, v.m, v.d,
                           number);
    return OK;
}

/* --- storing --- */

static void
fill_row(struct entry *n)
{
    struct ctx *c = n->c;
    struct submission *s = n->s;
    const struct party *me = people_find(s->parties, s->n_parties, PARTY_APPLICANT);

    *n->d = (struct dossier){
        .id = id_next(),
        .procedure = n->p->code,
        .procedure_version = n->p->id,
        .case_id = n->k ? n->k->id : "",
        .payer = s->payer,
        .channel = s->channel,
        .received_unit = n->office->id,
        .intake_unit = n->office->id,
        .unit = n->office->id,
        .helper = s->helper,
        .applicant = me->name,
        .owner = people_owner(s->parties, s->n_parties)->name,
        .delivery = s->delivery,
        .delivery_address = s->delivery_address,
        .status = ST_SUBMITTED,
        .step = "",
        .last_step = "",
        .submitted_at = c->now,
        .limit_text = "",
        .result_number = "",
        .result_signer = "",
        .ground = "",
        .confidential = catalogue_confidential(n->p, vn_day(c->now)),
    };
    n->d->competent_unit = world_competent(c, n->p, n->office->id, n->answers);
}

static int
store_fees(struct entry *n)
{
    int rc = OK;

    for (size_t i = 0; i < n->fees.n && rc == OK; i++) {
        const struct fee_line *l = &n->fees.p[i];
        struct dossier_fee f = {.id = l->fee->id, .name = l->fee->name,
                                .due = CATALOGUE_DUE[l->fee->due], .basis = l->fee->basis,
                                .amount = l->total, .quantity = l->quantity};

        if (f.amount > 0)
            rc = sql_fee_add(n->c, n->d->id, &f);
    }
    return rc;
}

static int
find_under(struct entry *n, int64_t unit)
{
    int rc = find_name(n->c, unit, n->d->applicant, n->d->id);

    if (rc == OK && strcmp(n->d->owner, n->d->applicant) != 0)
        rc = find_name(n->c, unit, n->d->owner, n->d->id);
    return rc;
}

/* A draft becomes one dossier, also when two windows send it to two servers at once. */
static int
use_up_draft(struct entry *n)
{
    int rc = sql_draft_delete(n->c, n->draft);

    if (rc == 0)
        return fail(n->c, E_CONFLICT, N_("Bản nháp này vừa được nộp hoặc xóa ở nơi khác"),
                    "draft %" PRId64 " is gone", n->draft);
    return rc < 0 ? rc : OK;
}

static int
month_of(int64_t at)
{
    struct ymd v = date_ymd(vn_day(at));

    return v.y * 100 + v.m;
}

/* What the vault could serve, and whether it did; the dossier says "held" of what it serves. */
static int
store_held(struct entry *n)
{
    bool counter = n->d->received_by != 0 || n->s->incomplete;
    struct vault_use *u = arena_get(n->c->a, (n->held.n + 1) * sizeof *u);
    int rc = OK;

    for (size_t i = 0; i < n->held.n && rc == OK; i++) {
        const struct held_paper *h = &n->held.p[i];
        const struct vault_item *it = held_used(n, h, counter);
        struct paper_check k = {.paper = h->paper->id, .form = PAPER_HELD, .count = 1};

        u[i] = (struct vault_use){.paper = h->paper->id, .used = it != NULL,
                                  .item = it ? it->id : h->items[0].id};
        if (it && !check_of(n->s, h->paper->id))
            rc = papers_check(n->c, n->d->id, &k);
    }
    if (rc < 0 || (n->held.n == 0 && !n->draft))
        return rc;
    return vault_used(n->c, n->d->id, n->draft, n->d->competent_unit, month_of(n->c->now), u,
                      n->held.n);
}

static int
store_papers(struct entry *n)
{
    int rc = OK;

    if (n->draft && (rc = papers_move(n->c, n->draft, n->d->id)) == OK)
        rc = use_up_draft(n);
    if (rc == OK)
        rc = papers_attach_all(n->c, n->d->id, (int)n->n_files, n->s->files, n->s->n_files);
    for (size_t i = 0; i < n->s->n_papers && rc == OK; i++) {
        struct paper_check k = n->s->papers[i];

        if (n->d->received_by) {
            k.checked_by = n->d->received_by;
            k.checked_at = n->c->now;
        } else {
            k.accepted = false;         /* declared, not checked yet */
        }
        rc = papers_check(n->c, n->d->id, &k);
    }
    return rc < 0 ? rc : store_held(n);
}

static int
store(struct entry *n, const char *secret_hash)
{
    struct ctx *c = n->c;
    int rc;

    n->d->version = 1;
    rc = sql_dossier_add(c, n->d, secret_hash);
    n->d->version = 0;                  /* until its first event is written */
    if (rc < 0 || (rc = sql_answers_add(c, n->d->id, n->text)) < 0)
        return rc;
    if ((rc = people_add(c, n->d->id, n->s->parties, n->s->n_parties)) < 0 ||
        (rc = find_under(n, n->d->intake_unit)) < 0)
        return rc;
    if (n->d->competent_unit != n->d->intake_unit && (rc = find_under(n, n->d->competent_unit)) < 0)
        return rc;
    if ((rc = store_papers(n)) < 0)
        return rc;
    return store_fees(n);
}

/* --- the two ways to begin --- */

static int
may_begin(struct change *x, struct entry *n)
{
    struct ctx *c = x->c;
    const char *why;

    x->who.applicant = n->d->account != 0 || n->help;
    if (!x->who.applicant)
        x->who.perms = n->s->checked ? n->perms
                                     : sql_perms(c, c->account, n->office->id, n->p->code);
    if (x->who.perms & PERM_BIT(PERM_DOSSIER_INTAKE))
        x->served = n->office->id;
    else if (!x->who.applicant &&
             auth_reaches_partly(c, c->account, n->office->id, PERM_DOSSIER_INTAKE))
        return fail(c, E_DENIED, SAY_OTHER_FIELD, "begin %s at %s", n->p->code, n->office->code);
    why = workflow_why_not(x->e->action, &x->step, &x->who, &x->facts, NULL);
    return why ? fail(c, E_DENIED, why, "begin %s at %s", n->p->code, n->office->code) : OK;
}

/* Accepted: the clock starts and the first step has it (rules.md 3.2). */
int
begin_clock(struct change *x)
{
    struct dossier *d = x->d;
    const struct proc_case *k = catalogue_case_find(x->w.p, d->case_id);

    d->status = ST_ACCEPTED;
    d->accepted_at = x->c->now;
    d->received_by = x->c->account;
    d->limit_text = catalogue_limit(x->w.p, k);
    d->receipt = 1;
    tasks_enter_step(x, &x->w.p->process.p[0], 0);
    return clock_set(x);
}

/* Who applies online is known as surely as the procedure asks; other channels look at cards. */
static int
sure_enough(const struct entry *n)
{
    const struct session *s = n->c->session;

    if (!s || s->kind != ACCOUNT_CITIZEN || s->token_label || s->level >= n->p->assurance)
        return OK;
    return fail(n->c, E_DENIED, N_("Thủ tục này cần đăng nhập ở mức xác thực cao hơn"),
                "%s: level %d of %d", n->p->code, s->level, (int)n->p->assurance);
}

/* Nothing is handed in for somebody who has not confirmed it; what the dossier says of the help. */
static int
with_help(struct entry *n, struct event *e)
{
    struct assisted_try t = {.help = n->help, .what = n->what, .procedure = n->p->code,
                             .unit = n->office->id,
                             .assurance = n->p->assurance, .files = n->files, .n = n->n_files};
    int rc;

    if (!n->help)
        return OK;
    if ((rc = assisted_may(n->c, &t)) < 0)
        return rc;
    n->s->helper = assisted_helper(n->c, n->help);
    e->note = assisted_note(n->c, n->help,
                            assisted_person(n->c, n->s->parties, n->s->n_parties));
    return OK;
}

static int64_t
account_of(const struct entry *n)
{
    const struct ctx *c = n->c;

    if (n->help)
        return assisted_person(n->c, n->s->parties, n->s->n_parties);
    return c->session && c->session->kind == ACCOUNT_CITIZEN ? c->account : 0;
}

static int
begin(struct entry *n, enum action a, char **secret)
{
    struct ctx *c = n->c;
    struct event e = {.action = a};
    struct change x = {.c = c, .d = n->d, .e = &e};
    int rc;

    if ((rc = with_help(n, &e)) < 0)
        return rc;
    fill_row(n);
    n->d->account = account_of(n);
    if (n->help)
        change_data(&x, "assisted", assisted_data(c, n->help));
    if ((rc = may_begin(&x, n)) < 0 || (rc = sure_enough(n)) < 0)
        return rc;
    x.w = (struct world){.p = n->p, .rules = rules_on(c->site->rules, vn_day(c->now))};
    if (a == ACT_RECEIVE && (rc = begin_clock(&x)) < 0)
        return rc;
    if ((rc = take_code(n)) < 0)
        return rc;
    *secret = token_human(c->a, SECRET_LETTERS);
    if ((rc = store(n, dossiers_secret_hash(c, n->d->code, *secret))) < 0 ||
        (rc = dossier_mandate_store(&x, n->s)) < 0 ||
        (rc = change_commit(&x)) < 0 ||
        (n->help && (rc = assist_end(c, n->draft, n->d->id)) < 0))
        return rc;
    return vault_follow(&x);
}

static int
enter(struct ctx *c, struct submission *s, enum action a, struct dossier *out, char **secret)
{
    struct entry n = {.c = c, .s = s, .d = out};
    int rc = OK;

    if (s->checked) {
        n = *s->checked;
        n.c = c;
        n.d = out;
        return begin(&n, a, secret);
    }
    rc = entry_check(&n, a == ACT_RECEIVE);
    if (rc == OK)
        rc = begin(&n, a, secret);
    entry_close(&n);
    return rc;
}

int
dossiers_check(struct ctx *c, struct submission *s, json_t *keep)
{
    struct entry *n = arena_get(c->a, sizeof *n);
    int rc;

    assert(!s->draft || !*s->draft);
    *n = (struct entry){.c = c, .s = s};
    if ((rc = entry_check(n, false)) < 0) {
        entry_close(n);
        return rc;
    }
    n->perms = sql_perms(c, c->account, n->office->id, n->p->code);
    if (db_down(c->db)) {               /* no rights that could not be read */
        entry_close(n);
        return E_DOWN;
    }
    json_object_set_new(keep, "$answers", n->answers);
    json_object_set_new(keep, "$facts", n->facts);
    s->checked = n;
    return OK;
}

int
dossiers_submit(struct ctx *c, struct submission *s, struct dossier *out, char **secret)
{
    return enter(c, s, ACT_SUBMIT, out, secret);
}

int
dossiers_receive(struct ctx *c, struct submission *s, struct dossier *out, char **secret)
{
    return enter(c, s, ACT_RECEIVE, out, secret);
}

/* --- what it would be --- */

static void
preview_lists(struct entry *n, struct preview *out)
{
    struct arena *a = n->c->a;

    out->fees = arena_get(a, (n->fees.n + 1) * sizeof *out->fees);
    for (size_t i = 0; i < n->fees.n; i++)
        out->fees[out->n_fees++] = (struct dossier_fee){
            .id = n->fees.p[i].fee->id, .name = n->fees.p[i].fee->name,
            .due = CATALOGUE_DUE[n->fees.p[i].fee->due], .basis = n->fees.p[i].fee->basis,
            .amount = n->fees.p[i].total, .quantity = n->fees.p[i].quantity};
    out->total = n->fees.total;
    out->papers_missing = arena_get(a, (n->papers.n + 1) * sizeof *out->papers_missing);
    for (size_t i = 0; i < n->papers.n; i++)
        if (!paper_there(n, n->papers.p[i], false))
            out->papers_missing[out->n_papers_missing++] = n->papers.p[i]->name;
}

static int
preview_of(struct entry *n, struct preview *out)
{
    struct ctx *c = n->c;
    struct dossier d = {.code = "", .accepted_at = c->now, .channel = n->s->channel};
    struct world w = {.p = n->p};
    struct due due;
    int rc;

    *out = (struct preview){.case_id = n->k ? n->k->id : "", .case_name = n->k ? n->k->name : "",
                            .limit_text = catalogue_limit(n->p, n->k)};
    d.limit_text = out->limit_text;
    if ((rc = clock_reckon(c, &w, &d, false, &due)) < 0)
        return rc;
    out->due_if_now = due.at;
    if (n->office)
        out->competent_unit = world_competent(c, n->p, n->office->id, n->answers);
    preview_lists(n, out);
    return OK;
}

int
dossiers_preview(struct ctx *c, const struct submission *s, struct preview *out)
{
    struct submission copy = *s;
    struct entry n = {.c = c, .s = &copy};
    int rc;

    copy.payer = s->payer ? s->payer : "";
    if ((rc = load_draft(&n)) == OK && (rc = check_procedure(&n)) == OK) {
        n.office = s->unit ? agencies_by_id(c->site->agencies, s->unit) : NULL;
        if ((rc = check_form(&n)) == OK && (rc = find_held(&n)) == OK)
            rc = preview_of(&n, out);
    }
    entry_close(&n);
    return rc;
}
