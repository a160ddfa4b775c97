/* The desk: paper-by-paper check, acceptance, refusal with a ground, correction of the receipt. */
#include <string.h>

#include "base/vi.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/eforms/eforms.h"
#include "site/site.h"

/* --- papers --- */

static const struct proc_paper *
of_package(const struct procedure *p, const char *paper)
{
    for (size_t i = 0; i < p->papers.n; i++)
        if (strcmp(p->papers.p[i].id, paper) == 0)
            return &p->papers.p[i];
    return NULL;
}

static const char *
paper_name(const struct change *x, const char *paper)
{
    const struct proc_paper *p = of_package(x->w.p, paper);

    return p ? p->name : paper;
}

struct handed { struct paper_file *p; size_t n; };

/* A paper that is there as a file only is accepted by its file: one that is infected, cannot be
 * read, or was not scanned where that is required, is none. */
static int
fit(struct change *x, const struct handed *h, const char *paper, enum paper_form form)
{
    bool required = x->c->site && x->c->site->config.scan_required;
    const char *why = form == PAPER_ELECTRONIC ? papers_unfit(h->p, h->n, paper, required) : NULL;

    return why ? fail_labelled(x->c, arena_fmt(x->c->a, "papers.%s", paper),
                               paper_name(x, paper), why)
               : OK;
}

/* What the officer saw, one paper a line; a paper that the procedure does not know is refused. */
static int
store_checks(struct change *x)
{
    struct ctx *c = x->c;
    struct handed h = {0};
    int rc = x->e->n_papers ? papers_files(c, x->d->id, &h.p, &h.n) : OK;

    for (size_t i = 0; i < x->e->n_papers && rc == OK; i++) {
        struct paper_check k = x->e->papers[i];

        if (!of_package(x->w.p, k.paper))
            return change_fault(x, arena_fmt(c->a, "papers.%s", k.paper),
                                N_("Thủ tục này không có giấy tờ đó"));
        if (k.accepted && (rc = fit(x, &h, k.paper, k.form)) < 0)
            return rc;
        k.checked_by = c->account;
        k.checked_at = c->now;
        rc = papers_check(c, x->d->id, &k);
    }
    return rc;
}

struct asked { struct paper_list papers; struct paper_check *checks; size_t n; };

static int
asked_of(struct change *x, struct asked *out)
{
    struct ctx *c = x->c;
    json_t *answers = json_loads(sql_answers(c, x->d->id, 0), 0, NULL);
    json_t *facts = world_facts(c, x->d, answers);

    out->papers = catalogue_papers(c->a, x->w.p, catalogue_case_find(x->w.p, x->d->case_id), facts);
    json_decref(facts);
    json_decref(answers);
    return papers_checks(c, x->d->id, &out->checks, &out->n);
}

static const struct paper_check *
check_of(const struct asked *a, const char *paper)
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->checks[i].paper, paper) == 0)
            return &a->checks[i];
    return NULL;
}

bool
papers_all_checked(struct change *x)
{
    struct asked a;

    if (asked_of(x, &a) < 0)
        return false;
    for (size_t i = 0; i < a.papers.n; i++) {
        const struct paper_check *k = check_of(&a, a.papers.p[i]->id);

        if (a.papers.p[i]->required && !a.papers.p[i]->eform && !(k && k->accepted))
            return false;
    }
    return true;
}

static bool
has_file(const struct paper_file *f, size_t n, const char *paper)
{
    for (size_t i = 0; i < n; i++)
        if (!f[i].replaced && strcmp(f[i].paper, paper) == 0)
            return true;
    return false;
}

static enum paper_form
form_of(const struct paper_check *k)
{
    return k && k->form != PAPER_MISSING ? k->form : PAPER_ELECTRONIC;
}

/* Accepting is checking: what was handed in and not said to be wrong is accepted by this officer.
 */
static int
accept_paper(struct change *x, const struct proc_paper *p, const struct paper_check *k,
             const struct handed *h)
{
    bool file = has_file(h->p, h->n, p->id);
    int rc;

    struct paper_check yes = {.paper = p->id, .form = PAPER_ELECTRONIC, .count = 1,
                              .accepted = true, .note = "", .checked_by = x->c->account,
                              .checked_at = x->c->now};

    if (file && (rc = fit(x, h, p->id, form_of(k))) < 0)
        return rc;
    if (k && k->accepted)
        return OK;
    if (k && k->checked_by && (p->required || k->form != PAPER_MISSING))
        return fail_labelled(
            x->c, arena_fmt(x->c->a, "papers.%s", p->id), p->name,
            N_("Giấy tờ này chưa đạt: hãy yêu cầu bổ sung hoặc từ chối tiếp nhận"));
    if (k && k->form != PAPER_MISSING)
        yes.form = k->form;
    else if (!file)
        return p->required ? fail_labelled(x->c, arena_fmt(x->c->a, "papers.%s", p->id), p->name,
                                           N_("Còn thiếu giấy tờ bắt buộc này"))
                           : OK;
    return papers_check(x->c, x->d->id, &yes);
}

static int
accept_papers(struct change *x)
{
    struct handed h;
    struct asked a;
    int rc = asked_of(x, &a), worst = OK;

    if (rc < 0 || (rc = papers_files(x->c, x->d->id, &h.p, &h.n)) < 0)
        return rc;
    for (size_t i = 0; i < a.papers.n; i++) {
        const struct proc_paper *p = a.papers.p[i];

        if (p->eform)
            continue;
        rc = accept_paper(x, p, check_of(&a, p->id), &h);
        if (rc < 0)
            worst = rc;
    }
    return worst;
}

int
effect_check(struct change *x)
{
    return store_checks(x);
}

int
effect_accept(struct change *x)
{
    int rc = dossier_mandate_accept(x);

    if (rc < 0 || (rc = store_checks(x)) < 0 || (rc = accept_papers(x)) < 0)
        return rc;
    return begin_clock(x);
}

int
effect_refuse_intake(struct change *x)
{
    x->d->status = ST_REFUSED;
    x->d->ground = arena_str(x->c->a, x->e->ground);
    x->d->outcome = OUTCOME_REFUSED;
    x->d->received_by = x->c->account;
    x->d->holder = 0;
    return OK;
}

/* --- correction of the receipt: everything on it, the old print is void (the event keeps both) ---
 */

static int
correct_parties(struct change *x)
{
    struct ctx *c = x->c;
    struct party *was;
    size_t n;
    int rc = people_check(c, x->e->parties, x->e->n_parties);

    if (rc < 0 || (rc = people_list(c, x->d->id, &was, &n)) < 0)
        return rc;
    change_data(x, "parties_before", people_json(was, n));
    change_data(x, "parties", people_json(x->e->parties, x->e->n_parties));
    x->d->applicant = people_find(x->e->parties, x->e->n_parties, PARTY_APPLICANT)->name;
    x->d->owner = people_owner(x->e->parties, x->e->n_parties)->name;
    if ((rc = people_put(c, x->d->id, x->e->parties, x->e->n_parties)) < 0)
        return rc;
    rc = find_name(c, x->d->unit, x->d->applicant, x->d->id);
    return rc < 0 ? rc : find_name(c, x->d->unit, x->d->owner, x->d->id);
}

int
answers_put(struct change *x)
{
    struct ctx *c = x->c;
    struct eform_lists lists = dossiers_lists(c);
    json_t *facts = world_facts(c, x->d, x->e->answers), *good = NULL;
    int rc = eforms_validate(c, x->w.p->form, NULL, x->e->answers, facts, &lists, false, &good);

    if (rc == OK)
        rc = sql_answers_add(c, x->d->id, json_text(c->a, good));
    json_decref(facts);
    json_decref(good);
    return rc;
}

static int
correct_fees(struct change *x, const struct proc_case *k, const json_t *facts)
{
    struct ctx *c = x->c;
    struct party *p;
    struct fee_list fees;
    size_t n;
    int rc = people_list(c, x->d->id, &p, &n);

    if (rc < 0 || (rc = sql_fees_forget(c, x->d->id)) < 0)
        return rc;
    fees = catalogue_fees(c->a, x->w.p, k, facts, (int)x->d->channel,
                          world_payers(x->d->payer, p, n), vn_day(x->d->submitted_at));
    for (size_t i = 0; i < fees.n && rc == OK; i++) {
        struct dossier_fee f = {.id = fees.p[i].fee->id, .name = fees.p[i].fee->name,
                                .due = CATALOGUE_DUE[fees.p[i].fee->due],
                                .basis = fees.p[i].fee->basis, .amount = fees.p[i].total,
                                .quantity = fees.p[i].quantity};

        if (f.amount > 0)
            rc = sql_fee_add(c, x->d->id, &f);      /* a paid one stays as it was paid */
    }
    return rc;
}

/* Other answers may mean another case, another limit and other fees. */
static int
correct_answers(struct change *x)
{
    struct ctx *c = x->c;
    const struct proc_case *k;
    json_t *facts, *answers;
    int rc = answers_put(x);

    if (rc < 0)
        return rc;
    answers = json_loads(sql_answers(c, x->d->id, 0), 0, NULL);
    facts = world_facts(c, x->d, answers);
    k = catalogue_case(x->w.p, facts);
    x->d->case_id = k ? k->id : "";
    x->d->limit_text = catalogue_limit(x->w.p, k);
    x->reckon = true;
    rc = correct_fees(x, k, facts);
    json_decref(facts);
    json_decref(answers);
    return rc;
}

int
effect_correct(struct change *x)
{
    int rc = OK;

    if (x->e->parties && (rc = correct_parties(x)) < 0)
        return rc;
    if (x->e->answers && (rc = correct_answers(x)) < 0)
        return rc;
    if (x->e->delivery >= DELIVER_DESK && x->e->delivery < DELIVER__COUNT)
        x->d->delivery = x->e->delivery;
    if (x->e->delivery_address && *x->e->delivery_address)
        x->d->delivery_address = vi_tidy(x->c->a, x->e->delivery_address);
    x->d->receipt++;
    return rc;
}
