/*
 * What part of its results and dossiers an agency is to have digital in a year: the aims of
 * catalogue/rules.yaml for its level, or those that its leader has set (lower ones by a decision
 * that is named).  What was set before stays as its history.
 *
 * Table:     digitise_aim.
 * Errors:    E_INVALID the field; E_NOTFOUND an agency that is not led by who asks.
 */
#ifndef MOD_DIGITISE_AIM_H
#define MOD_DIGITISE_AIM_H

#include "mod/agencies/agencies.h"
#include "mod/digitise/digitise.h"

struct own_aim {
    int64_t id, unit;
    int year, results, papers;          /* per cent; papers: of dossiers with papers */
    const char *note;
    int64_t set_by, set_at;
};
enum { AIM_HISTORY = 50 };

struct aim {                            /* per cent; -1 none */
    int results, papers;
    bool own;
    const char *basis;                  /* its plan, or the decision of the city; "" none */
};
struct own_aims { struct own_aim *p; size_t n; };
int digitise_aims(struct ctx *c, int year, struct own_aims *out);
/* The aim of an agency in that year, with the own ones of the year. */
struct aim digitise_aim(struct ctx *c, const struct own_aims *own, const struct agency *g,
                        int year);
/* The least that the city's rules ask of this level; -1 nothing. */
int digitise_aim_floor(const struct ctx *c, enum agency_type t, int year);
/* Newest first. */
int digitise_aim_history(struct ctx *c, int64_t unit, struct own_aims *out);
/* By c->account, now: of this year or the next. */
int digitise_aim_set(struct ctx *c, const struct agency *g, struct own_aim *m);

#endif
