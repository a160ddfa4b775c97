/* After an event of a dossier: what goes into its people's vault, and what comes out. */
#include <string.h>

#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_vault.h"
#include "mod/results/issued.h"
#include "site/site.h"

enum { FACT_CHARS = 300 };

/* --- what the dossier says of a paper --------------------------------------------------------- */

static void
take_fact(struct ctx *c, const struct paper_fact *f, const char *text, struct vault_item *it,
          json_t *facts)
{
    day d;

    json_object_set_new(facts, f->id, json_string(text));
    switch (f->is) {
    case FACT_NUMBER:    it->number = arena_str(c->a, text); break;
    case FACT_ISSUER:    it->issuer = arena_str(c->a, text); break;
    case FACT_ISSUED_ON: it->issued_on = date_parse(text, &d) ? d : 0; break;
    case FACT_VALID_TO:  it->valid_to = date_parse(text, &d) ? d : 0; break;
    default:             break;
    }
}

static void
take_facts(struct ctx *c, const struct procedure *p, const struct paper_type *t,
           const json_t *answers, struct vault_item *it)
{
    json_t *facts = json_object();

    for (size_t i = 0; i < t->fields.n; i++) {
        const struct paper_field *f = &t->fields.p[i];
        const struct paper_fact *fact = catalogue_paper_fact(t, f->fact);
        const char *text = json_string_value(json_object_get(answers, f->field));

        if (fact && text && *text && strlen(text) <= FACT_CHARS &&
            strcmp(f->procedure, p->code) == 0)
            take_fact(c, fact, text, it, facts);
    }
    it->facts = json_text(c->a, facts);
    json_decref(facts);
}

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

/* --- papers that were accepted ---------------------------------------------------------------- */

struct accepted {
    struct change *x;
    struct party *parties;
    struct paper_file *files;
    struct paper_check *checks;
    size_t parties_n, files_n, checks_n;
    json_t *answers;
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
put_paper(struct accepted *v, const struct proc_paper *paper, const struct paper_check *k)
{
    struct ctx *c = v->x->c;
    struct vault_item it = {.type = paper->type->id, .paper = paper->id,
                            .source = source_of(k->form), .accepted_by = k->checked_by,
                            .accepted_at = k->checked_at};
    int64_t by;

    if (vault_has(c, v->x->d->id, paper->id) &&
        !(v->x->e->action == ACT_DIGITISE && paper->type->single))
        return OK;                      /* a copy that comes later takes the place of none */
    if (!v->answers)
        v->answers = json_loads(sql_answers(c, v->x->d->id, 0), 0, NULL);
    by = set_content(v->files, v->files_n, paper->id, &it);
    set_place(v->x->d, party_of(v->parties, v->parties_n, paper->of_applicant),
              by == v->x->d->account, &it);
    take_facts(c, v->x->w.p, paper->type, v->answers, &it);
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

/* --- which event means what ------------------------------------------------------------------- */

int
vault_follow(struct change *x)
{
    int rc = OK;

    switch (x->e->action) {
    case ACT_CHECK_PAPERS:
    case ACT_ANSWER:
        rc = take_back_checks(x);
        if (rc < 0 || !x->d->accepted_at)
            return rc;
        return put_accepted(x);
    case ACT_RECEIVE:
    case ACT_ACCEPT:     return put_accepted(x);
    case ACT_DIGITISE:   return x->d->accepted_at ? put_accepted(x) : OK;
    case ACT_SUPPLEMENT: return take_back_defects(x);
    case ACT_APPROVE:    return put_recorded(x);
    case ACT_REOPEN:
        return vault_end_of(x->c, x->d->id, "", VAULT_REVOKED, "");
    default:             return OK;
    }
}
