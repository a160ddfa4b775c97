/* After an event of a dossier: what goes into its people's vault, and what comes out. */
#include <string.h>

#include "auth/auth.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_vault_facts.h"
#include "mod/results/issued.h"
#include "site/site.h"

/* --- what the dossier says of a paper --------------------------------------------------------- */

/* How long: what it says itself, else by its kind; a kind that ends and a paper that does not say
 * since when is good for this dossier only. */
static void
set_days(struct ctx *c, const struct paper_type *t, struct vault_item *it)
{
    day today = vn_day(c->now);

    it->valid_from = it->issued_on ? it->issued_on : today;
    if (!it->valid_to && t->months)
        it->valid_to = it->issued_on ? catalogue_paper_end(t, it->issued_on) : today;
}

/* Whose upload it is; 0: no file shows it. */
static int64_t
set_content(const struct paper_file *f, size_t n, const char *paper, struct vault_item *it)
{
    for (size_t i = 0; i < n; i++)
        if (!f[i].replaced && strcmp(f[i].paper, paper) == 0) {
            it->content = f[i].sha256;
            it->mime = f[i].mime;
            it->file_name = f[i].name;
            it->size = f[i].size;
            return f[i].added_by;
        }
    return 0;
}

static const struct party *
party_of(const struct party *p, size_t n, bool applicant)
{
    return n == 0 ? NULL : applicant ? people_find(p, n, PARTY_APPLICANT) : people_owner(p, n);
}

/* A paper is its holder's.  Who handed the dossier in has it in the account's own vault, too, when
 * it is the own one (a number that is not checked is no key yet), when nobody else could open it (a
 * child without a number, an organisation), or when the content is the one that was handed in.
 * What an officer scanned or an agency issued for another person is seen in the dossier, and is not
 * the account's to share, to report or to use again. */
static int64_t
key_of(const struct dossier *d, const struct party *whose, bool handed_in)
{
    bool person = whose && *whose->personal_number && whose->kind == PARTY_PERSON;

    return handed_in || !person || whose->role == PARTY_APPLICANT ? d->account : 0;
}

static void
set_place(const struct dossier *d, const struct party *whose, bool handed_in,
          struct vault_item *it)
{
    it->holder = !whose ? "" : whose->kind == PARTY_ORGANISATION ? whose->tax_code
                                                                 : whose->personal_number;
    it->account = key_of(d, whose, handed_in);
    it->dossier = d->id;
    it->code = d->code;
    it->unit = d->intake_unit;
}

/* Who types a number at home has not shown whose it is.  A copy from an account of another number,
 * with no confirmed mandate of its holder, is that account's alone: no counter is offered it under
 * the other's number, and it ends no paper that stands there. */
static int
set_trust(struct ctx *c, const struct dossier *d, struct vault_item *it)
{
    struct dossier_mandate k;
    struct mandate now;
    struct account a;
    bool is;
    int rc;

    if (it->source != VAULT_DECLARED || !d->account || !*it->holder)
        return OK;
    if ((rc = auth_account_get(c, d->account, &a)) < 0)
        return rc;
    if (strcmp(a.personal_number, it->holder) == 0)
        return OK;
    if ((rc = dossier_mandate_of(c, d->id, &is, &k, &now)) == OK &&
        (!is || now.state != MANDATE_CONFIRMED))
        it->holder = "";
    return rc;
}

/* --- papers that were accepted ---------------------------------------------------------------- */

struct accepted {
    struct change *x;
    struct party *parties;
    struct paper_file *files;
    struct paper_check *checks;
    size_t parties_n, files_n, checks_n;
    json_t *answers, *scanned;          /* scanned: by paper */
};

static const struct proc_paper *
paper_of(const struct procedure *p, const char *id)
{
    for (size_t i = 0; i < p->papers.n; i++)
        if (strcmp(p->papers.p[i].id, id) == 0)
            return &p->papers.p[i];
    return NULL;
}

static enum vault_source
source_of(enum paper_form f)
{
    return f == PAPER_ORIGINAL || f == PAPER_CERTIFIED ? VAULT_VERIFIED : VAULT_DECLARED;
}

static int
read_facts(struct accepted *v)
{
    struct ctx *c = v->x->c;

    if (v->scanned)
        return OK;
    v->answers = json_loads(sql_answers(c, v->x->d->id, 0), 0, NULL);
    return vault_scanned(c, v->x->d->id, &v->scanned);
}

/* A copy that comes later takes the place of none: what it says is said of what is there. */
static int
correct_paper(struct accepted *v, const struct proc_paper *paper)
{
    struct ctx *c = v->x->c;
    const json_t *scanned = json_object_get(v->scanned, paper->id);
    struct vault_item it;
    int rc = scanned ? vault_of_paper(c, v->x->d->id, paper->id, &it) : E_NOTFOUND;

    if (rc < 0)
        return rc == E_NOTFOUND ? OK : rc;
    it.valid_to = 0;                    /* its last day follows from what it says now */
    vault_take_facts(c, v->x->w.p, paper->type, v->answers, scanned, &it);
    set_days(c, paper->type, &it);
    return vault_correct(c, &it);
}

static int
put_paper(struct accepted *v, const struct proc_paper *paper, const struct paper_check *k)
{
    struct ctx *c = v->x->c;
    bool scan = v->x->e->action == ACT_DIGITISE, has = vault_has(c, v->x->d->id, paper->id);
    struct vault_item it = {.type = paper->type->id, .paper = paper->id,
                            .source = source_of(k->form), .accepted_by = k->checked_by,
                            .accepted_at = k->checked_at};
    int rc = has && !scan ? OK : read_facts(v);
    int64_t by;

    if (rc < 0 || (has && !scan))
        return rc;
    if (has && !paper->type->single)
        return correct_paper(v, paper);
    by = set_content(v->files, v->files_n, paper->id, &it);
    set_place(v->x->d, party_of(v->parties, v->parties_n, paper->of_applicant),
              by == v->x->d->account, &it);
    if ((rc = set_trust(c, v->x->d, &it)) < 0)
        return rc;
    vault_take_facts(c, v->x->w.p, paper->type, v->answers,
                     json_object_get(v->scanned, paper->id), &it);
    set_days(c, paper->type, &it);
    return vault_put(c, &it, paper->type->single);
}

/* What nobody saw and no file shows says nothing to the next officer. */
static bool
to_keep(const struct proc_paper *paper, const struct paper_check *k)
{
    return paper && paper->type && !paper->eform && k->checked_by && k->accepted &&
           k->form != PAPER_MISSING && k->form != PAPER_HELD;
}

static bool
any_typed(const struct procedure *p)
{
    for (size_t i = 0; i < p->papers.n; i++)
        if (p->papers.p[i].type)
            return true;
    return false;
}

/* Accepting the dossier is accepting all its papers; a later event those that it names. */
static bool
concerns(const struct change *x, const char *paper)
{
    if (x->e->action == ACT_ACCEPT || x->e->action == ACT_RECEIVE)
        return true;
    for (size_t i = 0; i < x->e->n_papers; i++)
        if (strcmp(x->e->papers[i].paper, paper) == 0)
            return true;
    return false;
}

static int
put_accepted(struct change *x)
{
    struct ctx *c = x->c;
    struct accepted v = {.x = x};
    int rc = any_typed(x->w.p) ? papers_checks(c, x->d->id, &v.checks, &v.checks_n) : OK;

    for (size_t i = 0; i < v.checks_n && rc == OK; i++) {
        const struct proc_paper *paper = paper_of(x->w.p, v.checks[i].paper);

        if (!to_keep(paper, &v.checks[i]) || !concerns(x, paper->id))
            continue;
        if (!v.parties && ((rc = people_list(c, x->d->id, &v.parties, &v.parties_n)) < 0 ||
                           (rc = papers_files(c, x->d->id, &v.files, &v.files_n)) < 0))
            break;
        rc = put_paper(&v, paper, &v.checks[i]);
    }
    json_decref(v.answers);
    json_decref(v.scanned);
    return rc;
}

/* --- papers that were found wrong after all --------------------------------------------------- */

static int
take_back(struct change *x, const char *paper, const char *why)
{
    const struct proc_paper *p = paper && *paper ? paper_of(x->w.p, paper) : NULL;

    if (!p || !p->type)
        return OK;
    return vault_end_of(x->c, x->d->id, paper, VAULT_CORRECTED, why);
}

static int
take_back_defects(struct change *x)
{
    int rc = OK;

    for (size_t i = 0; i < x->e->n_defects && rc == OK; i++)
        rc = take_back(x, x->e->defects[i].paper, x->e->defects[i].text);
    return rc;
}

static int
take_back_checks(struct change *x)
{
    int rc = OK;

    for (size_t i = 0; i < x->e->n_papers && rc == OK; i++)
        if (!x->e->papers[i].accepted)
            rc = take_back(x, x->e->papers[i].paper, x->e->papers[i].note);
    return rc;
}

/* --- the result ------------------------------------------------------------------------------- */

int
vault_put_result(struct ctx *c, const struct dossier *d, struct vault_item *it)
{
    const struct paper_type *t = catalogue_paper_result(c->site->catalogue, d->procedure);
    const struct agency *g = agencies_by_id(c->site->agencies, d->competent_unit);
    struct party *p;
    size_t n;
    int rc;

    if (!t)
        return OK;
    if ((rc = people_list(c, d->id, &p, &n)) < 0)
        return rc;
    it->type = t->id;
    it->source = VAULT_ISSUED;
    it->paper = "";
    if (!it->issuer || !*it->issuer)
        it->issuer = g ? agency_office(c, g) : "";
    set_place(d, party_of(p, n, false), false, it);
    it->unit = d->competent_unit;
    it->accepted_by = c->account;
    it->accepted_at = c->now;
    set_days(c, t, it);
    return vault_put(c, it, t->single);
}

/* One that was signed here says itself whose it is (dossiers_result.c). */
static int
was_signed_here(struct ctx *c, const struct dossier *d, bool *was)
{
    struct result *all;
    size_t n;
    int rc = results_of(c, d->id, &all, &n);

    *was = false;
    for (size_t i = 0; i < n && rc == OK; i++)
        *was = *was || (result_is_issued(all[i].state) && *all[i].holder_number &&
                        strcmp(all[i].number, d->result_number) == 0);
    return rc;
}

/* Signed on paper and recorded here: number and day are known, and the file that came with it. */
static int
put_recorded(struct change *x)
{
    const struct dossier *d = x->d;
    struct vault_item it = {.number = d->result_number, .issued_on = (day)d->result_date};

    bool here;
    int rc;

    if (!*d->result_number || vault_has(x->c, d->id, ""))
        return OK;
    if ((rc = was_signed_here(x->c, d, &here)) < 0 || here)
        return rc;
    if (x->e->n_files) {
        it.content = x->e->files[0].sha256;
        it.mime = x->e->files[0].mime;
        it.file_name = x->e->files[0].name;
        it.size = x->e->files[0].size;
    }
    return vault_put_result(x->c, d, &it);
}

/* A result that was handed over on paper and is digitised later: number and day as confirmed. */
static int
put_digitised(struct change *x)
{
    const struct dossier *d = x->d;
    const struct paper_type *t = catalogue_paper_result(x->c->site->catalogue, d->procedure);
    struct vault_item it = {.number = d->result_number, .issued_on = (day)d->result_date};
    json_t *scanned;
    bool here;
    int rc;

    if (!t || d->outcome != OUTCOME_GRANTED || x->e->n_papers || vault_has(x->c, d->id, ""))
        return OK;
    if ((rc = was_signed_here(x->c, d, &here)) < 0 || here)
        return rc;
    if ((rc = vault_scanned(x->c, d->id, &scanned)) == OK) {
        vault_take_facts(x->c, x->w.p, t, NULL, json_object_get(scanned, ""), &it);
        it.content = x->e->files[0].sha256;
        it.mime = x->e->files[0].mime;
        it.file_name = x->e->files[0].name;
        it.size = x->e->files[0].size;
        rc = vault_put_result(x->c, d, &it);
    }
    json_decref(scanned);
    return rc;
}

static int
follow_scan(struct change *x)
{
    int rc = x->d->accepted_at ? put_accepted(x) : OK;

    return rc < 0 ? rc : put_digitised(x);
}

/* --- which event means what ------------------------------------------------------------------- */

int
vault_follow(struct change *x)
{
    int rc = OK;

    if (x->d->confidential)             /* its papers would tell other counters of it */
        return OK;
    switch (x->e->action) {
    case ACT_CHECK_PAPERS:
    case ACT_ANSWER:
        rc = take_back_checks(x);
        if (rc < 0 || !x->d->accepted_at)
            return rc;
        return put_accepted(x);
    case ACT_RECEIVE:
    case ACT_ACCEPT:     return put_accepted(x);
    case ACT_DIGITISE:   return follow_scan(x);
    case ACT_SUPPLEMENT: return take_back_defects(x);
    case ACT_APPROVE:    return put_recorded(x);
    case ACT_REOPEN:
        return vault_end_of(x->c, x->d->id, "", VAULT_REVOKED, "");
    default:             return OK;
    }
}
