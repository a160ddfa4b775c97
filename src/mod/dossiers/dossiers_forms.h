/*
 * Which statutory forms a dossier has come to: for the lists of forms to print, and for printing.
 * Pure; numbers and titles are those of the set in force on the day of reception.
 *
 * Source:    TT 01/2018/TT-VPCP, TT 03/2025/TT-VPCP Phụ lục I.
 */
#ifndef MOD_DOSSIERS_FORMS_H
#define MOD_DOSSIERS_FORMS_H

#include "mod/dossiers/dossiers.h"
#include "mod/results/results_forms.h"

struct dossier_form {
    const char *number, *name; /* "01", N_() */
};

const struct form_set *dossiers_form_set(const struct dossier *d);
bool dossiers_form_applies(const struct dossier *d, enum form form);
/* Fills `out`; the control slip is the officers' own paper: only with `inner`. */
size_t dossiers_forms(const struct dossier *d, bool inner, struct dossier_form out[FORM__COUNT]);

#endif
