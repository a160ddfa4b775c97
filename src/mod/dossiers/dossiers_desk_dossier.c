/* Reading one dossier for the officers' pages: row, package, people, papers, what may be done. */
#include <string.h>

#include "auth/auth.h"
#include "mod/dossiers/dossiers_assist.h"
#include "mod/dossiers/dossiers_desk_dossier.h"
#include "mod/dossiers/dossiers_inside.h"
#include "site/site.h"

/* --- papers ----------------------------------------------------------------------------------- */

static const struct paper_check *
check_of(const struct paper_check *checks, size_t n, const char *paper)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(checks[i].paper, paper) == 0)
            return &checks[i];
    return NULL;
}

static bool
asks(const struct paper_list *asked, const struct proc_paper *p)
{
    for (size_t i = 0; i < asked->n; i++)
        if (asked->p[i] == p)
            return true;
    return false;
}

/* The files of a paper ("": of none that the package lists), in the order they came. */
static size_t
files_of(struct ctx *c, const struct paper_file *all, size_t n, const char *paper,
         struct paper_file **out)
{
    size_t found = 0;

    *out = arena_get(c->a, (n + 1) * sizeof **out);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].paper, paper) == 0)
            (*out)[found++] = all[i];
    return found;
}

/* PDF files made of photos; nobody asks for those of a dossier that has none. */
struct made { struct paper_document *p; size_t n; };

static int
find_made(struct ctx *c, int64_t owner, const struct paper_file *files, size_t n, struct made *out)
{
    *out = (struct made){0};
    for (size_t i = 0; i < n; i++)
        if (*files[i].paper && strncmp(files[i].mime, "image/", 6) == 0)
            return content_documents(c, owner, &out->p, &out->n);
    return OK;
}

static bool
counts_now(const struct paper_document *d, const struct desk_paper *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (!p->files[i].replaced && p->files[i].round == d->round)
            return strcmp(d->paper, p->paper->id) == 0;
    return false;
}

static void
add_documents(struct ctx *c, const struct made *made, struct desk_paper *p)
{
    p->documents = arena_get(c->a, (made->n + 1) * sizeof *p->documents);
    for (size_t i = 0; i < made->n; i++)
        if (counts_now(&made->p[i], p))
            p->documents[p->n_documents++] = made->p[i];
}

static int
add_papers(struct ctx *c, struct desk_dossier *x)
{
    struct paper_list asked = catalogue_papers(c->a, x->p, x->k, x->facts);
    struct paper_check *checks;
    struct paper_file *files;
    size_t checks_n, files_n;
    struct made made;
    int rc;

    if ((rc = papers_checks(c, x->d.id, &checks, &checks_n)) < 0 ||
        (rc = papers_files(c, x->d.id, &files, &files_n)) < 0 ||
        (rc = find_made(c, x->d.id, files, files_n, &made)) < 0)
        return rc;
    x->waiting = papers_waiting(c, files, files_n, made.p, made.n);
    x->version = papers_version(c->a, files, files_n, made.p, made.n);
    x->papers = arena_get(c->a, (x->p->papers.n + 1) * sizeof *x->papers);
    for (size_t i = 0; i < x->p->papers.n; i++) {
        const struct proc_paper *p = &x->p->papers.p[i];
        struct desk_paper *out = &x->papers[x->n_papers];

        if (p->eform)
            continue;
        *out = (struct desk_paper){.paper = p, .check = check_of(checks, checks_n, p->id),
                                   .asked = asks(&asked, p)};
        out->n = files_of(c, files, files_n, p->id, &out->files);
        add_documents(c, &made, out);
        x->n_papers++;
    }
    x->n_loose = files_of(c, files, files_n, "", &x->loose);
    x->n_signatures = files_of(c, files, files_n, ASSIST_PAPER, &x->signatures);
    return OK;
}

/* Held papers that serve in this dossier. */
static int
add_held(struct ctx *c, struct desk_dossier *x)
{
    struct vault_held_use *held;
    size_t n;
    int rc = vault_of_dossier(c, x->d.id, &held, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        for (size_t k = 0; k < x->n_papers; k++)
            if (strcmp(x->papers[k].paper->id, held[i].use.paper) == 0)
                x->papers[k].held = &held[i].item;
    return rc;
}

/* --- all of it -------------------------------------------------------------------------------- */

static int
read_parts(struct ctx *c, struct desk_dossier *x)
{
    int rc;

    if ((rc = dossiers_answers(c, &x->d, 0, &x->answers)) < 0)
        return rc;
    x->facts = world_facts(c, &x->d, x->answers);
    x->k = catalogue_case_find(x->p, x->d.case_id);
    x->lists = dossiers_lists(c);
    if ((rc = people_list(c, x->d.id, &x->parties, &x->n_parties)) < 0 ||
        (rc = add_papers(c, x)) < 0 || (rc = add_held(c, x)) < 0)
        return rc;
    return dossiers_offers(c, &x->d, x->offers, &x->n_offers);
}

int
desk_dossier_open(struct ctx *c, const char *code, struct desk_dossier *x)
{
    int rc;

    *x = (struct desk_dossier){0};
    if ((rc = dossiers_get(c, code, PERM_DOSSIER_READ, &x->d)) < 0)
        return rc;
    x->p = catalogue_version(c->site->catalogue, x->d.procedure_version);
    if (!x->p)
        return fail(c, E_SYS, N_("Không đọc được thủ tục của hồ sơ này"), "%s: version %" PRId64,
                    x->d.code, x->d.procedure_version);
    auth_log_seen(c, "dossier", x->d.id, 0);
    return read_parts(c, x);
}

void
desk_dossier_close(struct desk_dossier *x)
{
    json_decref(x->answers);
    json_decref(x->facts);
}

const struct workflow_offer *
desk_offer(const struct desk_dossier *x, enum action a)
{
    for (size_t i = 0; i < x->n_offers; i++)
        if (x->offers[i].action == a)
            return &x->offers[i];
    return NULL;
}

void
desk_moments(struct ctx *c, const struct desk_dossier *x, const struct moment_row *rows, size_t n,
             struct desk_moment **out)
{
    *out = arena_get(c->a, (n + 1) * sizeof **out);
    for (size_t i = 0; i < n; i++) {
        (*out)[i].m = &rows[i];
        desk_change_lines(c, &x->d, rows[i].changes, &(*out)[i].changes, &(*out)[i].n);
    }
}

bool
desk_again(const struct desk_dossier *x, const struct desk_paper *p)
{
    const struct workflow_offer *ask = desk_offer(x, ACT_SUPPLEMENT);
    bool again = false;

    for (size_t i = 0; i < p->n; i++)
        again = again || (!p->files[i].replaced && content_again(&p->files[i].content));
    return again && ask && !ask->why_not;
}
