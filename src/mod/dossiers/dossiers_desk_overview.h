/* Search and the leader's overview as their pages show them. */
#ifndef MOD_DOSSIERS_DESK_OVERVIEW_H
#define MOD_DOSSIERS_DESK_OVERVIEW_H

#include "mod/dossiers/dossiers_desk.h"

struct search_view {
    const char *words;
    struct list list;
};

struct away { const char *absent, *stand_in; };     /* who is away, and who acts */

struct overview_line {
    struct officer_row row;
    const char *login;                  /* "": work that nobody has taken */
    const char *away;                   /* who stands in; NULL: here */
};

struct overview_view {
    struct choice *units;
    size_t n_units;
    const char *unit;                   /* code; "": none reached */
    int64_t unit_id;
    struct overview_line *lines;
    size_t n_lines;
    struct officer_row total;
    bool limited;                       /* to fields: no sum of the month */
    bool more_due;                      /* soon and overdue: of the earliest ones only */
    struct bar *load;
    struct away *away;
    size_t n_away;
    struct alarm *alarms;
    size_t n_alarms;
    int64_t n_alarms_all;
};

/* The work list of a unit, and of one of its officers. */
struct url overview_link(struct ctx *c, const struct overview_view *v, const char *login,
                         const char *view);

#endif
