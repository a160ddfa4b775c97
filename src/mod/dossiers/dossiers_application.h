/* An application being filled in: what its pages show.  Made by dossiers_draft_portal.c. */
#ifndef MOD_DOSSIERS_APPLICATION_H
#define MOD_DOSSIERS_APPLICATION_H

#include "html/parts.h"
#include "mod/assist/assist.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_vault.h"
#include "mod/dossiers/drafts.h"
#include "mod/eforms/eforms_html.h"

/* One part of the task list.  key: "nguoi-nop", "to-khai/<panel>", "giay-to", "nhan-ket-qua". */
struct section {
    const char *key, *label, *hint;
    bool done;
};

struct application {
    struct draft d;
    struct assist *help;                /* of a helper's; NULL: the applicant's own */
    const struct procedure *p;
    json_t *facts;                      /* answers and what conditions may read */
    const struct proc_case *k;
    struct eform_lists lists;
    struct section *sections;
    size_t n;
    bool ready;                         /* every section is done */
};

struct paper_slot {
    const struct proc_paper *paper;
    struct paper_file *files;
    size_t n;
    const struct held_paper *held;      /* what the vault has for it; NULL: nothing */
    const struct vault_item *use;       /* that is handed in; NULL: none, or files are */
};

struct application_view {
    struct application *x;
    const struct section *now;          /* the section of this page */
    struct paper_slot *papers;
    size_t papers_n;
    int waiting;                        /* files that are being looked at */
    const char *version;                /* of their states */
    struct eform_view form;
    struct summary_line *lines;
    size_t lines_n;
    struct preview preview;
    bool previewed;
    struct url stronger;                /* the sign-in that is needed first; s NULL: none is */
    const char *unit, *competent;       /* names */
    const char *unit_code;
    const struct choice *units, *payers;
    size_t units_n, payers_n;
    const struct choice *mandates;      /* for whom the citizen may act here; the first: none */
    size_t mandates_n;
    const char *mandate;                /* token of the one that is used */
    const struct party *applicant, *owner, *representative;
};

struct start_view {
    const struct procedure *p;
    struct draft *drafts;               /* of this procedure, to go on with */
    size_t n;
};

struct sent_view {
    const struct dossier *d;
    const struct procedure *p;
    const char *secret, *unit, *hotline, *address;      /* address: of the look-up */
    bool helped;                        /* by who helps: the person's secret may go by mail, */
    const char *told;                   /* to this address, masked; secret NULL then */
    int64_t answer_by;
};

#endif
