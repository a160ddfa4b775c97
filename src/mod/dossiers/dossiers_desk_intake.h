/* Intake at the counter as its pages show it.  Made by dossiers_desk_intake.c. */
#ifndef MOD_DOSSIERS_DESK_INTAKE_H
#define MOD_DOSSIERS_DESK_INTAKE_H

#include "mod/dossiers/dossiers_desk_entry.h"

struct choose_view {
    const char *words;
    bool limited;                       /* to the fields of the officer's roles */
    struct procedure_list found;
};

struct intake_view {
    struct entry_view e;
    const struct proc_case *k;
    struct paper_row *papers;
    size_t n_papers;
    struct choice *units, *payers, *channels;
    size_t n_units, n_payers, n_channels;
    const char *unit;                   /* code */
    const char *person;                 /* whose data was looked up: as scanned or typed */
    bool known;                         /* ... and found in an earlier dossier */
    bool asked_preview, previewed;
    struct preview preview;
};

struct received_view {
    const struct dossier *d;
    const struct procedure *p;
    const char *secret, *address;       /* address: of the public look-up, for the QR code */
    struct desk_due due;
    struct dossier_fee *fees;
    size_t n_fees;
    int64_t total;
    bool incomplete;
};

/* dossiers_desk_person.c: the applicant of a number or of the QR text of an identity card; what an
 * earlier dossier in reach says of the same person is filled in. */
int desk_person(struct ctx *c, const char *scanned, struct entry_view *v, bool *known);

#endif
