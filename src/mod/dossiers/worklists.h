/*
 * Lists over many dossiers: the desk's work lists, search, the citizen's own, the leader's
 * overview, public statistics, the feed of events, alarms, and the periodic job.
 *
 * Work lists read the small table of open tasks; statistics read counters moved with each event;
 * nothing scans dossiers.  Every officer's list joins v_reach(account, unit, perms).
 * Cursors are opaque texts; "" is the first page.  next is "" on the last page.
 */
#ifndef MOD_DOSSIERS_WORKLISTS_H
#define MOD_DOSSIERS_WORKLISTS_H

#include "mod/dossiers/parts.h"

enum { LIST_MAX = 100 };
enum view { VIEW_NEW, VIEW_MINE, VIEW_SOON, VIEW_OVERDUE, VIEW_WAITING, VIEW_ALL, VIEW__COUNT };
const char *worklist_view_name(enum view v);        /* N_("Mới đến") */
const char *worklist_view_word(enum view v);        /* "new" */

struct list_query {
    enum view view;
    const char *procedure;          /* code; "" all */
    int status, channel;            /* 0 all */
    int64_t unit;                   /* one reached unit; 0 all */
    int64_t holder;                 /* account; 0 all */
    int64_t due_from, due_to;       /* moments, [from, to); 0 open */
    bool newest;                    /* by reception, newest first; else by due moment */
    const char *cursor;
    size_t limit;                   /* 1..LIST_MAX; 0: 50 */
};
struct list_row {
    int64_t dossier;
    const char *code, *procedure, *applicant, *owner, *step;
    int64_t procedure_version, status, channel, unit, holder;
    const char *holder_name;
    int64_t submitted_at, accepted_at, due_at, extended_to, finished_at;
    int64_t task_due;               /* of the task: what the list sorts by */
    int kind;                       /* enum task_kind; 0 when not a task */
    int64_t opinion, outcome, timing;
};
struct list { struct list_row *p; size_t n; const char *next; };

int worklist(struct ctx *c, const struct list_query *q, struct list *out); /* officer c->account */
/* Soon and overdue stop at COUNT_MAX (show "1000+"): the clock moves them, no counter can; the
 * others are exact. */
enum { COUNT_MAX = 1000 };
int worklist_counts(struct ctx *c, int64_t out[VIEW__COUNT]);
int64_t worklist_soon(struct ctx *c);   /* until then a due moment is near */
/* The page names these persons: noted in the log of accesses, once a day an officer and dossier. */
int worklist_seen(struct ctx *c, const struct list *l);

/* Officers: one box.  A dossier code, a personal number, tax code or telephone (exact), else a
 * name (folded, from its beginning or by its last words).  API: `list_query` over all dossiers,
 * finished ones too. */
int dossiers_search(struct ctx *c, const char *words, const char *cursor, size_t limit,
                    struct list *out);
struct api_query {
    int64_t unit;
    int status;
    int64_t due_from, due_to;
    const char *cursor;
    size_t limit;
};
int dossiers_list(struct ctx *c, const struct api_query *q, struct list *out);
/* The citizen's, newest first. */
int dossiers_own(struct ctx *c, const char *cursor, size_t limit, struct list *out);

/* --- leader's overview of one reached unit (PERM_DOSSIER_ASSIGN) --- */
struct officer_row {
    int64_t account;
    const char *name;
    int64_t open, soon, overdue, finished_month;
};
enum { DUE_MAX = 10000 };
/* Account 0: unclaimed.  more_due: soon and overdue are of the DUE_MAX earliest tasks only.
 * limited: of the fields that c->account leads; what a month finished is counted by unit alone. */
struct overview { struct officer_row *p; size_t n; bool more_due, limited; };
int dossiers_overview(struct ctx *c, int64_t unit, struct overview *out);

/* --- public statistics, from counters; months are YYYYMM --- */
struct stat_row {
    int64_t unit, month;
    const char *procedure;          /* "" in rows by unit */
    int64_t submitted, online, received, finished, early, on_time, late, median_days_x10;
};
int stats_by_unit(struct ctx *c, int month_from, int month_to, struct stat_row **out, size_t *n);
int stats_by_month(struct ctx *c, int64_t unit /* 0: all */, int month_from, int month_to,
                   struct stat_row **out, size_t *n);
int stats_by_procedure(struct ctx *c, int64_t unit /* 0: all */, int month_from, int month_to,
                       struct stat_row **out, size_t *n);
/* Nine of ten took at most this, in the last twelve months; -1 unknown. */
int stats_usual_days_x10(struct ctx *c, const char *procedure);

/* How much of what ended is digital (dossiers_counts.h), by agency and year, from..to. */
struct count_digital;
int digital_sums(struct ctx *c, int64_t unit /* 0: all */, int from, int to,
                 struct count_digital **out, size_t *n);

/* --- events since a cursor (API, PERM_API_READ): of dossiers in reach, oldest first --- */
struct feed_row {
    const char *cursor, *code;
    int64_t at, version;
    enum action action;
    enum status status;
    int64_t unit;
};
/* A call looks at FEED_SCAN events at most, however few of them are in reach.  more: ask again from
 * `resume` at once; otherwise later, from there, too.  Where several lanes write, the last seconds
 * are held back: a younger event may be committed before an older one. */
enum { FEED_SCAN = 2000, FEED_HELD_BACK = 3 };
struct feed { struct feed_row *p; size_t n; const char *resume; bool more; };
int dossiers_feed(struct ctx *c, const char *cursor, size_t limit, struct feed *out);

/* --- alarms: limbo and inner limits --- */
enum alarm_kind {
    ALARM_NO_HOLDER = 1,
    ALARM_ANSWER_LATE,
    ALARM_STEP_LATE,
    ALARM_DUE_SOON,
    ALARM_OVERDUE,
    ALARM_OPINION_LATE,
    ALARM_APPLICANT_LATE,
    ALARM_NO_APOLOGY,
    ALARM__COUNT
};
const char *dossiers_alarm_name(enum alarm_kind k);     /* N_() */
struct alarm {
    enum alarm_kind kind;
    const char *code;
    int64_t unit, account, raised_at, due_at;
    int level;
};
/* level 1: for the officer, 2: for the leader and the administrator. */
int dossiers_alarms(struct ctx *c, int level, const char *cursor, size_t limit, struct alarm **out,
                    size_t *n, const char **next);
int64_t dossiers_alarm_count(struct ctx *c, int level);     /* up to COUNT_MAX */

/* --- jobs (the system's; each does a bounded part and says how much: > 0 call again) --- */
/* Every few minutes: warnings and alarms that fell due, each said once. */
int dossiers_tick(struct ctx *c);
/* Daily, and when the tree changes: running dossiers of ended agencies go on at the successors. */
int dossiers_follow_agencies(struct ctx *c);
int dossiers_reorganise(struct ctx *c, int64_t closed, int64_t successor);
/* The calendar changed: running due dates are reckoned anew where it touches them.  *after: 0 at
 * first, then left as it is. */
int dossiers_recompute(struct ctx *c, int64_t *after);
/* The same, going round all running dossiers for ever, a part a call: no change is missed. */
int dossiers_recompute_next(struct ctx *c);

#endif
