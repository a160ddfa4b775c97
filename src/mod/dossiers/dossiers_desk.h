/*
 * Shared by the officers' pages of this slice (dossiers_desk_*.c): how a dossier's state, clock and
 * people are shown, and which units and officers this officer may choose from.
 * Lifetime: the request's arena.
 */
#ifndef MOD_DOSSIERS_DESK_H
#define MOD_DOSSIERS_DESK_H

#include "html/parts.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/worklists.h"
#include "mod/eforms/eforms_html.h"

/* When it is due, for the part `due`: word, date and bar; used -1: no bar. */
struct desk_due { enum tone tone; const char *word, *date; int used; };
struct desk_due desk_due_row(struct ctx *c, const struct list_row *r);
struct desk_due desk_due_dossier(struct ctx *c, const struct dossier *d);

enum tone desk_status_tone(int64_t status);
const char *desk_procedure(struct ctx *c, int64_t version, const char *code);  /* its name */
const char *desk_step(struct ctx *c, int64_t version, const char *step);       /* "" at intake */
const char *desk_unit(struct ctx *c, int64_t unit);                    /* "Phường Hoàn Kiếm" */
const char *desk_text(struct ctx *c, const char *vi);                  /* a text of a package */
const char *desk_moment(struct ctx *c, int64_t at); /* "thứ Tư 25/11/2026", or with the minute */
const char *desk_day(struct ctx *c, day n);             /* "thứ Tư 25/11/2026" */
/* What an event changed, in words; only what means something to an officer. */
struct desk_change { const char *label, *before, *after; };
void desk_change_lines(struct ctx *c, const struct dossier *d, const char *changes,
                       struct desk_change **lines, size_t *n);

/* --- whom and where an officer may choose; account ids never leave the program: logins do ----- */
enum { DESK_STAFF_MAX = 64, DESK_UNITS_MAX = 400 };
/* Reached for every field; for some at least, where what is shown is asked for by dossier. */
int desk_units(struct ctx *c, enum perm p, const int64_t **units, size_t *n);
int desk_units_partly(struct ctx *c, enum perm p, const int64_t **units, size_t *n);
/* Choices of those units, by code, in order of names. */
int desk_unit_choices(struct ctx *c, enum perm p, const char *none, struct choice **out, size_t *n);
int desk_unit_choices_partly(struct ctx *c, enum perm p, const char *none, struct choice **out,
                             size_t *n);
/* Adds the officers of a unit that may do `p` there to a list of choices (value: login). */
struct desk_staff { VEC(struct choice) v; };
int desk_staff_add(struct ctx *c, struct desk_staff *s, int64_t unit, enum perm p,
                   const char *field);     /* who works with it; NULL: with any */
int64_t desk_account(struct ctx *c, const char *login);     /* 0: no such officer */
const char *desk_account_name(struct ctx *c, int64_t account);

#endif
