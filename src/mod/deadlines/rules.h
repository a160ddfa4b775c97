/*
 * Inner limits, warnings and extensions: what a decree can change, as dated blocks of
 * catalogue/rules.yaml.  The block in force on the day of reception holds for the whole dossier.
 * Immutable once loaded; lifetime that of the arena.
 */
#ifndef DEADLINES_RULES_H
#define DEADLINES_RULES_H

#include "mod/deadlines/deadlines.h"

struct rule_set {
    int line;
    day from;
    const char *basis;                  /* the decree, for pages and printed forms */
    struct limit answer_online;         /* accept, ask or refuse an online submission */
    struct limit ask_supplement;        /* after acceptance, the specialist asks within this */
    int supplement_requests;            /* how many without the leader's approval */
    struct limit applicant_supplement; /* the applicant's time; then form 05 may stop the dossier */
    int supplement;                     /* enum supplement_mode of procedures that do not say */
    int transfer_cutoff;                /* minute: received later goes to the unit next morning */
    int extensions;                     /* re-appointments of one dossier */
    int extension_notice;               /* working days before the due day, at the latest */
    int apology_within;               /* calendar days after a missed date: later is "no apology" */
    int warn_officer, warn_leader;      /* percent of the time left at which each is warned */
    int yellow;                         /* percent of the time left: band */
    int orange;                         /* working days left: band, and the list "due soon" */
};

/* Reasons that officers choose from; `uses` is a set of bits. */
enum reason_use { REASON_SUPPLEMENT = 1, REASON_REFUSE = 2, REASON_STOP = 4, REASON_EXTEND = 8,
                  REASON_REVOKE = 16, REASON_HOLDER = 32, REASON_UNMASK = 64 };
struct reason { int line; const char *code, *name; unsigned uses; };

/* What part of the results of a year is to be digital, in per cent, by the agency's level. */
struct digitise_aim { int line, year, department, district, commune; const char *basis; };

/* Personal data and duties, as decrees have it: how soon an agency says why it looked, and whether
 * who examined may sign where there is nobody else. */
enum same_officer { SAME_REFUSED, SAME_ALONE };
struct look_rule { int line; day from; const char *basis; struct limit answer; int same_officer; };
/* A person's own data: how soon a correction is decided, how many days a copy can be fetched. */
struct owner_rule {
    int line;
    day from;
    const char *basis;
    struct limit correction;
    int copy_days;
};
/* What is unusual in a day of one account: an auditor is told. */
enum look_alarm { LOOK_WITHOUT_WORK, LOOK_AT_NIGHT, LOOK_EXPORT, LOOK_UNMASK,
                  LOOK_UNFINISHED /* help at home that comes to nothing */, LOOK__COUNT };
struct look_limit { int line, alarm, persons, from, to; };  /* from, to: minutes of the night */

/* Who acts for whom (mod/mandates), by kind and day: how many months it holds when nothing is said
 * (0: without an end), at the most (0: as long as is said), and who may confirm it. */
enum mandate_kind { MANDATE_NONE, MANDATE_AUTHORISATION, MANDATE_GUARDIAN, MANDATE_LEGAL,
                    MANDATE_MEMBER, MANDATE__COUNT };
enum mandate_confirm { CONFIRM_PERSON = 1, CONFIRM_OFFICER = 2, CONFIRM_IDENTITY = 4 };
struct mandate_rule {
    int line;
    day from;
    const char *basis;
    int kind, usual, longest;
    unsigned confirm;
};

/* Help at a person's home: how many drafts a helper begins in a day, how many codes one draft may
 * take, for how many minutes a code is good and a confirmation stands, after how many days an
 * unfinished draft goes, up to which level of assurance a procedure may be handed in so. */
struct assist_rule {
    int line;
    day from;
    const char *basis;
    int drafts, codes, code_minutes, stands_minutes, keep_days, assurance;
};

struct rules {
    struct { struct rule_set *p; size_t n; } sets;          /* by date */
    struct { struct reason *p; size_t n; } reasons;
    struct { struct digitise_aim *p; size_t n; } aims;      /* by year; none: no aims */
    struct { struct look_rule *p; size_t n; } looks;        /* by date; none: rules_looks() */
    struct { struct owner_rule *p; size_t n; } owners;      /* by date; none: rules_owner() */
    struct { struct look_limit *p; size_t n; } unusual;     /* none: nothing is */
    struct { struct mandate_rule *p; size_t n; } mandates;  /* by kind and date */
    struct { struct assist_rule *p; size_t n; } assist;     /* by date; none: rules_assist() */
};

bool rules_load(struct arena *a, const char *yaml, size_t n, struct rules *out,
                struct data_faults *faults);
struct rules *rules_shipped(struct arena *a);
const struct rule_set *rules_on(const struct rules *r, day received);       /* never NULL */
const struct reason *rules_reason(const struct rules *r, enum reason_use use, const char *code);
const struct look_rule *rules_looks(const struct rules *r, day on);         /* never NULL */
const struct mandate_rule *rules_mandate(const struct rules *r, enum mandate_kind k,
                                         day on);               /* never NULL */
const struct owner_rule *rules_owner(const struct rules *r, day on);        /* never NULL */
const struct assist_rule *rules_assist(const struct rules *r, day on);      /* never NULL */
/* Of that year, or the last one before it; NULL: none yet. */
const struct digitise_aim *rules_aim(const struct rules *r, int year);

/* May the date be moved now?  (Form 04: apology and re-appointment.) */
enum extend { EXTEND_OK, EXTEND_AGAIN, EXTEND_LATE, EXTEND_NOT_LATER, EXTEND_NOT_WORKED };
enum extend deadlines_extend(const struct calendar *cal, const struct rule_set *r, day due,
                             int64_t now, int extensions_before, day new_day);
const char *extend_vi(enum extend e);           /* N_() sentence; "" for EXTEND_OK */
/* Too late before the missed date (rules.md 3.4: a working day ahead), or more than
 * `apology_within` days after it: then the date was missed without an apology. */
bool deadlines_extension_late(const struct calendar *cal, const struct rule_set *r, day due,
                              day today);
day deadlines_last_extension(const struct calendar *cal, const struct rule_set *r, day due);

enum band { BAND_GREEN, BAND_YELLOW, BAND_ORANGE, BAND_RED };
enum band deadlines_band(const struct calendar *cal, const struct rule_set *r, const struct due *d,
                         int64_t now);

/* Whom to warn now: nobody, the officer, or the leader too. */
enum warning { WARN_NOBODY, WARN_OFFICER, WARN_LEADER };
enum warning deadlines_warning(const struct calendar *cal, const struct rule_set *r,
                               const struct due *d, int64_t now);

/* When the papers must have reached the competent unit: the end of the same working day, the next
 * morning's opening when received after the cut-off, at once when online (rules.md 3.2.8). */
int64_t deadlines_transfer(const struct calendar *cal, const struct rule_set *r,
                           enum channel channel, int64_t received);

#endif
