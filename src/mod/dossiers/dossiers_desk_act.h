/*
 * The actions of officers as pages: one row of ACTS an action says what it asks for, what will
 * happen and to whom.  dossiers_desk_act.c shows and sends; _act_rows.c is the table, _act_read.c
 * reads what was typed into an event, _act_fields.c makes the fields with their choices.
 */
#ifndef MOD_DOSSIERS_DESK_ACT_H
#define MOD_DOSSIERS_DESK_ACT_H

#include "http/params.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_desk_entry.h"

enum { WITH_PAPERS = 1, WITH_DEFECTS = 2, WITH_PEOPLE = 4, WITH_FORM = 8, WITH_UPLOADS = 16 };

struct act_row {
    enum action action;
    const struct param *in;     /* of the POST: the code, v, then what the action asks for */
    unsigned parts;
    unsigned reasons;           /* enum reason_use of the choice `reason` */
    bool ends;                  /* the warning button: it ends something */
    const char *will; /* N_() what will happen; {0} applicant, {1} the unit that holds it */
    const char *sure;           /* N_() asked once more by the script; NULL: the page asks enough */
};
const struct act_row *act_row(enum action a);   /* NULL: no page for it */
extern const struct param ACT_OPEN[];           /* of the GET: the code */
enum { ACT_CODE, ACT_VERSION };                 /* their places in every list */

enum widget { W_INPUT, W_TEXTAREA, W_DATE, W_SELECT, W_RADIOS, W_FILES };
struct act_field { enum widget widget; struct field f; };

/* A line of the supplement request: a paper or an item of the e-form. */
struct defect_row {
    const char *kind, *id, *label;      /* kind: "paper" or "field" */
    bool on;
    const char *reason, *text;
    const char *fault;                  /* what is wrong with it, or NULL */
};

struct act_view {
    const struct act_row *row;
    struct desk_dossier *x;
    const char *will, *why_not;         /* why_not: it cannot be done now */
    const char *conflict;               /* someone was faster: what is said about it */
    struct desk_moment *since;          /* ... and what changed */
    size_t n_since;
    struct act_field *fields;
    size_t n_fields;
    struct paper_row *papers;
    size_t n_papers;
    struct defect_row *defects;
    size_t n_defects;
    const struct choice *reasons;       /* of the defects */
    size_t n_reasons;
    struct entry_view entry;
    struct supplement *supplements;     /* what is to be agreed to, and what was asked before */
    size_t n_supplements;
    struct opinion *opinions;           /* what is to be answered */
    size_t n_opinions;
};

bool act_field_ticked(const struct act_view *v); /* some item of the e-form is among the defects */

/* --- _act_read.c --- */
int act_read(struct ctx *c, const struct act_row *row, struct desk_dossier *x, struct event *e);
/* Rows in the order of the package and the e-form; ticked ones are the event's defects in order. */
struct defect_row *act_defect_rows(struct ctx *c, const struct desk_dossier *x, size_t *n);

/* --- _act_fields.c --- */
int act_fields(struct ctx *c, struct act_view *v);
const struct choice *act_reasons(struct ctx *c, unsigned use, size_t *n);

#endif
