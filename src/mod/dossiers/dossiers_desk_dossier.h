/* One dossier as the officers' pages show it and act on it.  Made by dossiers_desk_dossier.c. */
#ifndef MOD_DOSSIERS_DESK_DOSSIER_H
#define MOD_DOSSIERS_DESK_DOSSIER_H

#include "mod/dossiers/dossiers_desk.h"
#include "mod/dossiers/dossiers_forms.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_vault_pages.h"

struct desk_paper {
    const struct proc_paper *paper;
    const struct paper_check *check;    /* NULL: neither declared nor checked */
    struct paper_file *files;           /* replaced ones, too */
    size_t n;
    struct paper_document *documents;   /* of files that count now */
    size_t n_documents;
    bool asked;                         /* its condition holds with these answers */
    const struct vault_item *held;      /* of the vault, that this dossier uses; NULL: none */
};

/* What every page about one dossier needs. */
struct desk_dossier {
    struct dossier d;
    const struct procedure *p;
    const struct proc_case *k;
    json_t *answers, *facts;            /* owned: desk_dossier_close() */
    struct eform_lists lists;
    struct party *parties;
    size_t n_parties;
    struct desk_paper *papers;          /* of the package, the e-form left out */
    size_t n_papers;
    int waiting;                        /* files that are being looked at */
    const char *version;                /* of the states of all files */
    struct paper_file *signatures;      /* of who confirmed help at home */
    size_t n_signatures;
    struct paper_file *loose;           /* files of no listed paper: results, replies */
    size_t n_loose;
    struct workflow_offer offers[ACT__COUNT];
    size_t n_offers;
};
/* E_NOTFOUND: none, or not in reach.  Notes who saw it. */
int desk_dossier_open(struct ctx *c, const char *code, struct desk_dossier *x);
void desk_dossier_close(struct desk_dossier *x);
/* A file of it is no good, and the applicant may be asked for another now. */
bool desk_again(const struct desk_dossier *x, const struct desk_paper *p);
const struct workflow_offer *desk_offer(const struct desk_dossier *x, enum action a); /* or NULL */

/* --- the dossier's own page --- */
struct desk_button {
    enum action action;
    const char *label, *why_not;
    enum { RANK_MAIN, RANK_USUAL, RANK_ENDING, RANK_MORE } rank;
    bool direct;                        /* a POST by one button, nothing more to say */
};
struct desk_moment { const struct moment_row *m; struct desk_change *changes; size_t n; };
/* In the order given. */
void desk_moments(struct ctx *c, const struct desk_dossier *x, const struct moment_row *rows,
                  size_t n, struct desk_moment **out);
struct show_view {
    struct desk_dossier *x;
    struct desk_due due;
    struct due explain;
    bool explained;
    struct desk_button *buttons;
    size_t n_buttons, n_cannot;
    bool result_open;                   /* it may be prepared or signed now */
    struct summary_line *lines;
    size_t n_lines;
    struct stop_row *stops;
    size_t n_stops;
    struct task *tasks;
    size_t n_tasks;
    struct supplement *supplements;
    size_t n_supplements;
    struct opinion *opinions;
    size_t n_opinions;
    struct dossier_fee *fees;
    size_t n_fees;
    int64_t unpaid;
    struct desk_moment *moments;        /* newest first */
    size_t n_moments;
    struct hand_over handed;
    bool returned;
    const char *named;                  /* who may read a confidential one; NULL: it is not */
    struct dossier_form forms[FORM__COUNT];
    size_t n_forms;
    bool by_mandate;                    /* handed in by a mandate: as it was, as it is now */
    struct dossier_mandate mandate_then;
    struct mandate mandate;
};

/* Numbers in full, for a reason of rules.yaml that is logged with the look. */
struct unmask_view {
    struct desk_dossier *x;
    const struct choice *reasons;
    size_t n_reasons;
    bool open;
    const char *reason;                 /* that was given */
    struct summary_line *lines;         /* answers that are masked elsewhere */
    size_t n_lines;
    const char *handed_to;              /* number of who took the result; "" none */
};

/* Rows of the paper-by-paper check; the same fields on intake, acceptance and answers. */
struct paper_row {
    const struct proc_paper *paper;
    const struct paper_file *files;
    size_t n_files;
    enum paper_form form;
    int count;
    bool bad, asked, required;
    const char *note;
    const struct vault_item *held;      /* of the vault, for it; NULL: none */
    const char *rule;                   /* JSONLogic: asked while it holds on this page; or NULL */
};
/* What was typed of papers.<id>, .count, .bad, .note; rows of which nothing was sent are left out.
 */
size_t desk_checks_typed(struct ctx *c, const struct procedure *p, struct paper_check **out);
/* Rows to show: as typed when this is a form shown again, else as checked so far. */
struct paper_row *desk_paper_rows(struct ctx *c, const struct desk_dossier *x, size_t *n);
void frag_desk_paper_check(struct buf *b, struct ctx *c, const struct paper_row *rows, size_t n,
                           int upload);

#endif
