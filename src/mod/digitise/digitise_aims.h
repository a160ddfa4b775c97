/* What the page of aims shows. */
#ifndef MOD_DIGITISE_AIMS_H
#define MOD_DIGITISE_AIMS_H

#include "mod/digitise/digitise_aim.h"
#include "mod/digitise/digitise_desk.h"

enum { AIM_YEARS = 4 };

struct aim_year {
    int year, floor;                    /* floor: what the city asks; -1 nothing */
    struct aim aim;
    struct count_digital ended;
};
struct aim_past { struct own_aim aim; const char *by; };
struct aims_view {
    const struct agency *g;
    struct choice *units, choices[2];   /* led by this officer; this year and the next */
    size_t units_n;
    struct aim_year years[AIM_YEARS];   /* the next one first */
    size_t years_n;
    struct aim_past *history;
    size_t history_n;
    const char *results, *papers;       /* as the form begins: this year's */
    const char *floor_hint;             /* what the city asks of this level; NULL nothing */
};

#endif
