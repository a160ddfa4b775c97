/*
 * The result of a dossier: what fills its template, who may prepare and sign it, and how its file
 * is made.  Pages are dossiers_result_desk.c; the rows are mod/results/issued.h.
 *
 * A leader's "sign" takes the number and fixes the contents on the write lane (result_start());
 * result_make_signed() makes and signs the file on a thread of the server's; result_finish()
 * records it on the lane: in force, in the dossier, in the vault.  Each may be done again.
 *
 * Lifetime:  the request's arena; json is owned by who asked.
 */
#ifndef MOD_DOSSIERS_RESULT_H
#define MOD_DOSSIERS_RESULT_H

#include "mod/dossiers/dossiers_desk_dossier.h"
#include "mod/results/issued.h"
#include "mod/results/results_paper.h"

/* --- filling (dossiers_result_fill.c) --- */
/* From answers, parties and agency, by `from` of each field; a new reference. */
json_t *result_fill(struct ctx *c, const struct desk_dossier *x, const struct result_template *t);
/* What was typed: f.<id>, f.<id>.<row>.<column>, raw; a new reference. */
json_t *result_typed(struct ctx *c, const struct result_template *t);

/* --- the result of one dossier (dossiers_result.c) --- */
struct result_work {
    struct desk_dossier x;
    struct template_list templates;         /* that the procedure may end with */
    const struct result_template *t;        /* chosen; NULL: the catalogue has none */
    struct result r;                        /* id 0: nothing is prepared yet */
    struct result *before;                  /* issued ones of this dossier, newest first */
    size_t before_n;
    json_t *facts;                          /* owned: result_work_close() */
    const char *cannot_prepare, *cannot_sign;   /* N_() why not; NULL: possible now */
    /* Typed where the number is no party's: why (a code of the rules' list), and the number once
     * more: a slip of a finger puts nobody's paper into a stranger's vault. */
    const char *holder_why, *holder_again;
};
/* `template`: asked for by the page; "" the draft's, else the procedure's first. */
int result_work_open(struct ctx *c, const char *code, const char *template, struct result_work *w);
void result_work_close(struct result_work *w);

/* The number that the paper is issued to is nobody's of this dossier: it is to be declared why. */
bool result_holder_foreign(const struct result_work *w);
/* The draft as filled; w->facts must have passed result_facts_check(). */
int result_save(struct ctx *c, struct result_work *w, const char *scan, int64_t replaces);
/* A leader signs: number, day, contents are fixed.  title: of the office held.  E_CONFLICT: the
 * dossier or the draft is not what was on screen, or it may not be approved now. */
int result_start(struct ctx *c, struct result_work *w, int64_t dossier_version,
                 int64_t result_version, const char *title);
const char *result_signer_title(struct ctx *c, int64_t agency, const char *name);

/* --- the file (dossiers_result_make.c): slow, no database --- */
/* The PDF; `watermark` and `qr` may be NULL. */
int result_make(struct ctx *c, const struct result *r, const char *watermark, const char *qr,
                struct bytes *out, struct pdf_box *box);
struct result_signed {
    const char *login;                      /* of the signer's account: whose key */
    const char *content, *signatures;
    int64_t size;
};
int result_make_signed(struct ctx *c, const struct result *r, struct result_signed *out);
/* NULL: there are keys for both; else an N_() sentence.  For the page, before a number is taken. */
const char *result_no_key(struct ctx *c, const char *login, const char *agency);

/* --- after it (dossiers_result.c), on the write lane --- */
int result_finish(struct ctx *c, struct result *r, const struct result_signed *s);
/* In force ones of a dossier that is opened again. */
int results_reopened(struct ctx *c, const struct dossier *d, const char *reason);
/* Revoked by a leader of the agency that issued it; the vault hears of it.  code: of the rules'
 * reasons to revoke, which everybody may read; `reason` is for officers. */
int result_take_back(struct ctx *c, struct result *r, const char *code, const char *reason);

#endif
