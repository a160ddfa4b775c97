#include "mod/dossiers/dossiers_digitise.h"

#include <string.h>

#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_vault.h"

int
dossiers_papers(struct ctx *c, const struct dossier *d, const struct proc_paper ***out, size_t *n)
{
    struct world w;
    int rc = world_of(c, d, &w);

    *n = 0;
    if (rc < 0)
        return rc;
    *out = arena_get(c->a, (w.p->papers.n + 1) * sizeof **out);
    for (size_t i = 0; i < w.p->papers.n; i++)
        if (!w.p->papers.p[i].eform)
            (*out)[(*n)++] = &w.p->papers.p[i];
    return OK;
}

static const struct proc_paper *
paper_of(const struct world *w, const char *id)
{
    for (size_t i = 0; i < w->p->papers.n; i++)
        if (strcmp(w->p->papers.p[i].id, id) == 0)
            return &w->p->papers.p[i];
    return NULL;
}

/* What an officer has checked stays as it was checked; a paper that nobody has looked at is now
 * known to be there. */
static int
note_form(struct change *x, const struct digitised *g)
{
    struct paper_check *checks;
    size_t n;
    int rc = papers_checks(x->c, x->d->id, &checks, &n);

    for (size_t i = 0; rc == OK && i < n; i++)
        if (strcmp(checks[i].paper, g->paper) == 0 && checks[i].checked_by &&
            checks[i].form != PAPER_MISSING)
            return OK;
    if (rc < 0)
        return rc;
    return papers_check(x->c, x->d->id,
                        &(struct paper_check){.paper = g->paper, .form = g->form, .count = 1,
                                              .accepted = true, .checked_by = x->c->account,
                                              .checked_at = x->c->now});
}

static void
say_what(struct change *x, const struct digitised *g, int seq)
{
    change_data_text(x, "paper", g->paper);
    change_data_text(x, "form", papers_form_word(g->form));
    change_data_text(x, "batch", g->batch);
    change_data_text(x, "keyed_by", g->keyed_by);
    change_data_text(x, "verified_by", g->verified_by);
    change_data(x, "file", json_integer(seq));
    change_data(x, "pages", json_integer(g->pages));
    change_data(x, "signed", json_boolean(g->is_signed));
    if (g->facts)
        change_data(x, "facts", json_deep_copy(g->facts));
}

static int
digitise(struct change *x, const struct digitised *g, int *seq)
{
    const struct proc_paper *p;
    int rc = change_open(x);

    if (rc < 0)
        return rc;
    p = *g->paper ? paper_of(&x->w, g->paper) : NULL;
    if (*g->paper && !p)
        return fail(x->c, E_NOTFOUND, N_("Thủ tục này không có giấy tờ đó"), "%s: paper %s",
                    x->d->code, g->paper);
    if ((rc = digital_before(x)) < 0)
        return rc;
    rc = p ? papers_attach(x->c, x->d->id, g->paper, g->file, (int)x->d->supplements, seq)
           : papers_attach_result(x->c, x->d->id, g->file, (int)x->d->supplements, seq);
    if (rc == OK && p)
        rc = note_form(x, g);
    if (rc < 0)
        return rc;
    say_what(x, g, *seq);
    return OK;
}

int
dossiers_digitise(struct ctx *c, struct dossier *d, const struct digitised *g, int *seq)
{
    const struct paper_check paper = {.paper = g->paper};
    struct event e = {.action = ACT_DIGITISE, .note = g->file->name, .papers = &paper,
                      .n_papers = *g->paper != '\0', .files = g->file, .n_files = 1};
    struct change x = {.c = c, .d = d, .e = &e};
    struct dossier before = *d;
    int rc = digitise(&x, g, seq);

    if (rc == OK && (rc = change_commit(&x)) == OK)
        rc = vault_follow(&x);
    json_decref(x.data);
    if (rc < 0)
        *d = before;
    return rc;
}
