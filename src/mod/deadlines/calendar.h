/*
 * The calendar of public offices: which days are worked, and when the doors are open.
 *
 * A day is worked when its weekday has office hours and it is no special day; a make-up Saturday is
 * worked with Monday's hours (rules of the Labour Code 2019, art. 112; Resolution 28/2026/QH16).
 * A Saturday desk receives papers but its day is not a working day.
 *
 * Everything is data (catalogue/calendar.yaml).  A calendar is immutable once loaded; any thread
 * may read it.  Lifetime: that of the arena it was loaded into.  Minutes are those of a day in
 * Vietnam.
 */
#ifndef DEADLINES_CALENDAR_H
#define DEADLINES_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"

enum day_kind { DAY_PLAIN, DAY_HOLIDAY, DAY_COMPENSATORY, DAY_SWAP_OFF, DAY_MAKEUP,
                DAY_KIND__COUNT };
enum { SLOTS_MAX = 4, NO_LIMIT_DAY = INT32_MAX };

struct slot { int from, to; };          /* [from, to) */

struct special_day {
    int line;                           /* in the file; 0 when added at run time */
    day date;
    int kind;                           /* enum day_kind, never DAY_PLAIN */
    const char *name;                   /* "Quốc khánh" */
    const char *confidence;             /* verified, verified-computed, memory, provisional */
    const char *note;                   /* "" when there is none */
};

struct slots { struct slot p[SLOTS_MAX]; int n; };

/* Hours of some weekdays; the last row of the file that fits a date and its weekday holds. */
struct hours {
    int line;
    const char *name;
    unsigned weekdays;                  /* a bit each: 1 << MON ... */
    struct slots slots;
    day from, to;                       /* dates of validity, both included */
    int season_from, season_to;         /* month * 100 + day, each year; 0: all year */
};

struct known { int line; day from, to; };       /* dates whose special days are known */

struct calendar {
    struct { struct special_day *p; size_t n; } days;       /* by date */
    struct { struct hours *p; size_t n; } hours, desks;
    struct { struct known *p; size_t n; } known;
};

/* What is wrong with a data file, and where (from 1). */
struct data_fault { int line, column; const char *sentence; };
struct data_faults { struct arena *a; VEC(struct data_fault) v; };     /* at most 200 are kept */

/* False when there is any fault; all faults of the file are listed. */
bool calendar_load(struct arena *a, const char *yaml, size_t n, struct calendar *out,
                   struct data_faults *faults);
/* The one compiled into the program: catalogue/calendar.yaml. */
struct calendar *calendar_shipped(struct arena *a);
/* A copy in which one day is what `d` says; kind DAY_PLAIN takes the special day away. */
struct calendar *calendar_with(struct arena *a, const struct calendar *cal, struct special_day d);

const struct special_day *calendar_special(const struct calendar *cal, day n);      /* or NULL */
bool calendar_works(const struct calendar *cal, day n);
bool calendar_known(const struct calendar *cal, day n);
struct slots calendar_slots(const struct calendar *cal, day n);      /* none on a day not worked */
struct slots calendar_desk(const struct calendar *cal, day n);   /* a desk's, on a day not worked */

day calendar_next(const struct calendar *cal, day n);       /* the first working day after n */
day calendar_roll(const struct calendar *cal, day n);       /* n, or the next working day */
day calendar_add(const struct calendar *cal, day n, int working);   /* negative: backwards; 0: n */
int calendar_between(const struct calendar *cal, day from, day to); /* working days in (from, to] */

bool calendar_open(const struct calendar *cal, int64_t utc);        /* office hours, desks not */
int64_t calendar_opening(const struct calendar *cal, int64_t utc); /* or the next opening */
int64_t calendar_minutes(const struct calendar *cal, int64_t from, int64_t to); /* office minutes */

#endif
