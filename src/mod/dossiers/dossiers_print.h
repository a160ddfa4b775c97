/* Filling the statutory forms with a dossier's facts; only dossiers_print*.c include it. */
#ifndef MOD_DOSSIERS_PRINT_H
#define MOD_DOSSIERS_PRINT_H

#include "mod/catalogue/catalogue.h"
#include "mod/dossiers/dossiers_forms.h"
#include "mod/dossiers/parts.h"

/* Which paper of a dossier: `occurrence` as in struct form_key. */
struct print {
    const struct dossier *d;
    const struct procedure *p; /* NULL: its version is no longer known */
    struct sheet s;
    struct form_key key;
    int64_t agency; /* who issues it, and numbers it */
    struct moment_row *moments;
    size_t n_moments;
};
/* set, form and key are there; reads the timeline: who issues it, when and why. */
int print_event(struct ctx *c, struct print *x);
/* The rest of what the sheet says. */
int print_fill(struct ctx *c, struct print *x);
/* The proofs of what the applicant may know of the sealed log, which the receipt carries as a file
 * in its PDF, and the sentence about them.  n 0: no head has anything of the dossier yet. */
int print_proof(struct ctx *c, struct print *x, struct bytes *proof);
int print_attach(struct ctx *c, const struct print *x, struct bytes proof, struct bytes *pdf);
/* Both, for a form that applies; its number when it has one. */
int dossiers_print_fill(struct ctx *c, const struct dossier *d, enum form form, int64_t occurrence,
                        struct print *x);

/* Vietnamese whatever the reader's language: the forms are. */
const char *print_office(struct ctx *c, int64_t unit);
void print_agency(struct ctx *c, struct sheet *s, int64_t unit, bool desk);

/* A page of the register: dossiers that an agency received from day to day, in order of code. */
struct register_row {
    int64_t dossier, procedure_version, unit, received_at, due_at, extended_to, returned_at,
        delivery, status;
    const char *code, *procedure, *applicant, *owner;
};
struct register_list {
    struct register_row *p;
    size_t n, cap;
};
/* Codes between the two, without them; reached by c->account; at most `limit`. */
int sql_register(struct ctx *c, const char *after, const char *before, size_t limit,
                 struct register_list *out);

#endif
