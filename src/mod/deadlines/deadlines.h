/*
 * The legal clock: when a dossier is due, and why (README.md in this folder lists every reading).
 * Pure: no database, no clock of its own, nothing global.  Moments are UTC seconds; they are
 * reckoned in whole minutes of Vietnam's clock.
 *
 * Legal source: Civil Code 2015 arts. 147, 148; Decrees 61/2018 and 118/2025 (one-stop).
 */
#ifndef DEADLINES_DEADLINES_H
#define DEADLINES_DEADLINES_H

#include "base/err.h"
#include "mod/deadlines/calendar.h"

enum limit_unit { LIMIT_HOURS, LIMIT_WORKING_HOURS, LIMIT_DAYS, LIMIT_WORKING_DAYS,
                  LIMIT_MONTHS, LIMIT_SAME_DAY, LIMIT_UNIT__COUNT };
struct limit {
    int unit;                   /* enum limit_unit */
    int n;                     /* how many, 1..; LIMIT_SAME_DAY: the cut-off minute (900 = 15:00) */
};
/* `Nh Nwh Nd Nwd Nm same-day:HH:MM`, nothing around it. */
bool limit_parse(const char *s, struct limit *out);
bool limit_valid(struct limit l);
char *limit_text(struct arena *a, struct limit l);      /* back: "3wd" */
char *limit_vi(struct arena *a, struct limit l);        /* "3 ngày làm việc" */
const char *limit_unit_vi(int unit);                    /* N_("ngày làm việc") */

enum channel { CHANNEL_DIRECT = 1, CHANNEL_ONLINE, CHANNEL_POSTAL };    /* codes of KenhThucHien */
enum clock_mode { MODE_END_OF_DAY, MODE_HOUR_EXACT };
enum supplement_mode { SUPPLEMENT_PAUSE, SUPPLEMENT_RESTART };
enum stop_kind { STOP_SUPPLEMENT, STOP_FISCAL, STOP_OTHER };

struct stop {
    enum stop_kind kind;
    int64_t from, to;           /* open: give now as `to`; empty ones are ignored */
    const char *basis;          /* STOP_OTHER: the legal basis, never empty */
};

enum { STOPS_MAX = 64 };
struct clock {
    struct limit limit;
    enum channel channel;
    enum clock_mode mode;
    enum supplement_mode supplement;
    int64_t received;           /* the moment of acceptance (status 2), not of submission */
    const struct stop *stops;
    size_t nstops;
};

/* Why a day was counted or not: why_vi() is the sentence, why_code() the word of the command. */
enum why { WHY_RECEIVED, WHY_COMPLETED, WHY_WAITING, WHY_VOID, WHY_WORKED, WHY_MAKEUP, WHY_DAY,
           WHY_HOURS, WHY_SAME_DAY, WHY_WEEKEND, WHY_DESK, WHY_HOLIDAY, WHY_COMPENSATORY,
           WHY_SWAP_OFF, WHY_STOPPED, WHY_CLOSED, WHY_ROLLED, WHY_AFTER_STOP, WHY__COUNT };

/* One day of the explanation.  Days: `counted` days add up to due.total.  Hours: the spans'
 * minutes do. */
struct day_note {
    day date;
    enum why why;
    bool counted;
    int sum;                    /* units used up to the end of this day */
    const struct slot *spans;   /* what was counted, for limits by the minute */
    size_t nspans;
    const char *name;           /* of the special day, else "": data, not translated */
};

struct due {
    day day;                    /* of the due moment */
    bool by_minute;             /* hours and hour-exact; else the whole due day is in time */
    int64_t at;                /* by the minute: that minute; else the last second of the due day */
    bool provisional;           /* a day on the way lies beyond the known calendar */
    int64_t start;              /* it counts from here: acceptance, next opening, restart */
    int unit;                   /* enum limit_unit, and hour-exact says LIMIT_WORKING_HOURS */
    int total;                  /* to count: days (a month's are counted out), or minutes */
    int64_t budget;             /* minutes it gives, stops taken out: deadlines_left() */
    struct day_note *days;      /* from acceptance to the due day; none without an arena */
    size_t ndays;
};

/* NULL when the clock can be reckoned, else a sentence (English, for commands and tests) that
 * begins with the faulty member: "mode: ...", "limit: ...", "stop: ...". */
const char *deadlines_fault(const struct clock *k);
/* E_INVALID when deadlines_fault() says so.  `a` may be NULL: no explanation is written. */
int deadlines_due(struct arena *a, const struct calendar *cal, const struct clock *k,
                  struct due *out);
/* An inner limit or a step's budget from a moment, without stops: its last second or its minute. */
int64_t deadlines_after(const struct calendar *cal, struct limit l, int64_t from);

char *due_iso(struct arena *a, const struct due *d);    /* 2026-02-24 or 2026-02-24T10:00 */
char *due_vi(struct arena *a, const struct due *d);     /* 24/02/2026 or 10:00 24/02/2026 */
const char *why_vi(enum why w);                         /* N_() */
const char *why_code(enum why w);
/* A line of --explain. */
char *note_line(struct arena *a, const struct due *d, const struct day_note *note);

/* rules.md 3.5.  Finished: early, on time, late; running: in time, overdue.  The due date is the
 * original one: an extension never turns a late dossier into an on-time one. */
enum due_class { CLASS_EARLY, CLASS_ON_TIME, CLASS_LATE, CLASS_IN_TIME, CLASS_OVERDUE };
enum due_class deadlines_class(int64_t at, bool by_minute, int64_t finished);
enum due_class deadlines_running(int64_t at, bool by_minute, int64_t now);

/* Share of the time left, 0..1 (0 past the due moment).  Only start, at, unit, by_minute and budget
 * of `d` are read; budget 0 is reckoned from start and at. */
double deadlines_left(const struct calendar *cal, const struct due *d, int64_t now);

#endif
