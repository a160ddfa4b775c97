/*
 * What the digitisation desk does to a dossier: a digital copy of a paper that was handed in, or of
 * its result, in every status, also after its end.  The timeline says so.
 *
 * Errors: E_NOTFOUND the package has no such paper; E_INVALID too many files (papers.h).
 */
#ifndef MOD_DOSSIERS_DIGITISE_H
#define MOD_DOSSIERS_DIGITISE_H

#include "mod/dossiers/dossiers.h"

struct proc_paper;
struct digitised {
    const char *paper;              /* id in the package; "": the result */
    enum paper_form form;           /* what lay on the glass */
    const struct upload *file;      /* the digital copy, in the store */
    const char *batch;              /* code of the batch */
    const char *keyed_by, *verified_by;     /* names; "" none */
    int pages;
    bool is_signed;                 /* with the officer's key */
    const json_t *facts;            /* {field: text} as confirmed; NULL none */
};

/* d comes from dossiers_get() with PERM_DIGITISE.  *seq: the file's number. */
int dossiers_digitise(struct ctx *c, struct dossier *d, const struct digitised *g, int *seq);

/* The papers of its package that may be attached: the e-form itself is none. */
int dossiers_papers(struct ctx *c, const struct dossier *d, const struct proc_paper ***out,
                    size_t *n);

#endif
