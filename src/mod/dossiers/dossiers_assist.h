/*
 * Help at a person's home, joined with drafts and dossiers (ADR 0045): whose help a draft is, what
 * exactly the person confirms, and that nothing is handed in without.  mod/assist keeps the rows.
 * Lifetime: the request's arena.
 */
#ifndef MOD_DOSSIERS_ASSIST_H
#define MOD_DOSSIERS_ASSIST_H

#include "html/parts.h"
#include "mod/assist/assist.h"
#include "mod/dossiers/dossiers_application.h"

#define ASSIST_PAPER "chu_ky_xac_nhan"     /* files under this id are signatures, no paper's */

/* The help of a draft; NULL: who asks is no officer, so it is the own application.  E_NOTFOUND: an
 * officer's draft without a row. */
int assisted_find(struct ctx *c, int64_t draft, struct assist **out);
const struct assist_rule *assisted_rule(struct ctx *c);
/* SHA-256 hex of what is confirmed: procedure, place, people, answers, papers, delivery. */
const char *assisted_what(struct ctx *c, const struct submission *s, const struct paper_file *files,
                          size_t n);
/* "Nguyễn Văn A (Tổ công nghệ số cộng đồng, UBND phường B)" */
const char *assisted_helper(struct ctx *c, const struct assist *a);
/* May it be handed in now at this unit?  E_CONFLICT: the person has not confirmed this. */
struct assisted_try {
    const struct assist *help;
    const char *what, *procedure;
    int64_t unit, assurance;
    const struct paper_file *files;
    size_t n;
};
int assisted_may(struct ctx *c, const struct assisted_try *t);
/* The checked account of the person who applies; 0 none. */
int64_t assisted_person(struct ctx *c, const struct party *p, size_t n);
/* For the timeline: who helped, how and when the person confirmed.  person: assisted_person(). */
const char *assisted_note(struct ctx *c, const struct assist *a, int64_t person);
json_t *assisted_data(struct ctx *c, const struct assist *a);
/* Units where this helper's applications may be handed in; every desk for a citizen. */
bool assisted_unit(struct ctx *c, int64_t unit, const char *procedure);
int assisted_expire(struct ctx *c, int64_t *drafts, size_t max, size_t *n);

/* --- pages --- */

struct assist_start_view {
    struct draft *drafts;               /* with their people */
    const char **names;                 /* of the procedures */
    size_t n;
    const struct choice *procedures;
    size_t n_procedures;
    int64_t begun, limit;
};

struct assist_view {
    const struct application_view *v;
    const struct assist *help;
    const char *helper, *told;          /* told: where a letter would go, masked; "" nowhere */
    bool stands;
    bool asked;                         /* a code for this is waited for */
    bool own;                           /* on the person's own device */
    const char *token, *code;           /* of the link; shown to the person once */
    const char *address;                /* of the link; NULL none was made now */
    int minutes;
};

#endif
