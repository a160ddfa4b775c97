/* What the citizens' pages about a dossier show; made by dossiers_follow_portal.c and the look-up.
 */
#ifndef MOD_DOSSIERS_FOLLOW_H
#define MOD_DOSSIERS_FOLLOW_H

#include "mod/dossiers/dossiers_forms.h"
#include "mod/dossiers/dossiers_portal.h"
#include "mod/dossiers/parts.h"
#include "mod/dossiers/worklists.h"

struct own_view {
    struct list list;
    const char **names;                 /* of the procedures, beside list.p */
    struct draft *drafts;
    const char **draft_names;
    size_t drafts_n;
    int64_t mandates_waiting;           /* who wants to act for me: my word is asked */
};

struct follow_view {
    const struct dossier *d;
    const struct procedure *p;
    bool own, open;                     /* the citizen's own; the secret fitted (own is open) */
    const char *unit, *received, *hotline;
    struct moment_row *timeline;
    size_t timeline_n;
    const struct due *due;              /* NULL before acceptance */
    struct stop_row *stops;
    size_t stops_n;
    struct supplement *supplement;      /* the one that waits for an answer, or NULL */
    struct dossier_fee *fees;
    size_t fees_n;
    struct paper_file *files;
    size_t files_n;
    struct paper_document *documents;
    size_t documents_n;
    int waiting;                        /* files that are being looked at */
    const char *version;                /* of the states of all files */
    struct summary_line *lines;
    size_t lines_n;
    struct dossier_form forms[FORM__COUNT];     /* that the applicant may print */
    size_t forms_n;
    bool can_answer, can_withdraw;
    int64_t sealed;                     /* events up to here are in the sealed log; 0 none */
};

struct answer_view {
    const struct dossier *d;
    const struct procedure *p;
    const struct supplement *s;
    struct eform_view *panels;          /* whose fields are to be completed */
    size_t panels_n;
};

const char *follow_paper_name(struct ctx *c, const struct procedure *p, const char *id);
const char *follow_field_label(struct ctx *c, const struct procedure *p, const char *key);
const char *follow_reason(struct ctx *c, const char *code);
enum tone follow_tone(int64_t status);
struct markup follow_due(struct ctx *c, const struct dossier *d);       /* the due tag, or empty */
const char *follow_promise(struct ctx *c,
                           const struct dossier *d); /* "24/02/2026" or "10:00 ..." */

#endif
