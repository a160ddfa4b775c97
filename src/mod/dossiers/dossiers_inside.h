/*
 * Shared by the files of this slice only: the change being applied, and who does which part of it.
 */
#ifndef MOD_DOSSIERS_INSIDE_H
#define MOD_DOSSIERS_INSIDE_H

#include "base/json.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/parts.h"

enum { SEQ_OWN = 0, SEQ_AGREE = -1 };   /* task.seq: the dossier's own work; a further request */
#define NEVER ((int64_t)253402300799)   /* 31/12/9999: sorts last */
#define SAY_GONE N_("Hồ sơ đã thay đổi từ khi bạn mở")
#define SAY_OTHER_FIELD                                                                           \
    N_("Thủ tục này không thuộc lĩnh vực bạn phụ trách; hãy mời người dân sang đúng quầy")
#define SAY_NONE N_("Không tìm thấy hồ sơ này")

struct row_field { const char *name; bool text; size_t at; };
extern const struct row_field DOSSIER_FIELDS[];
extern const size_t DOSSIER_FIELDS_N;

struct world {                          /* what the rules need beside the row */
    const struct procedure *p;
    const struct proc_step *step;       /* NULL at intake and at the end */
    const struct rule_set *rules;       /* in force on the day of reception */
};

struct change {
    struct ctx *c;
    struct dossier *d;                  /* as it becomes */
    struct dossier was;
    const struct event *e;
    struct world w;
    struct workflow_step step;
    struct workflow_who who;
    struct workflow_facts facts;
    bool system;
    int64_t acting_for;                 /* a stand-in: for whom; 0 none */
    int64_t opinion_unit;               /* asked for an opinion, and this person's; 0 none */
    json_t *data;                       /* what else belongs to the event; NULL nothing */
    int64_t served;                     /* unit where an officer may receive: it is theirs */
    struct paper_digital digital;       /* of one that had ended: as it was counted */
    bool reckon;                        /* start, limit or stops changed: the due date, too */
};

/* --- dossiers.c --- */
int change_open(struct change *x);              /* finds who it is and what the dossier says */
int change_commit(struct change *x);            /* clock, tasks, counters, event, row, outbox */
void change_data(struct change *x, const char *key, json_t *value);     /* steals value */
void change_data_text(struct change *x, const char *key, const char *value);    /* "" is left out */
int change_fault(struct change *x, const char *member, const char *say);

char *dossiers_secret_hash(struct ctx *c, const char *code, const char *secret);

/* --- dossiers_names.c --- */
int find_name(struct ctx *c, int64_t unit, const char *name, int64_t dossier);  /* under a unit */
struct list;
int names_search(struct ctx *c, const char *fold, const char *cursor, size_t limit,
                 struct list *out);

/* --- dossiers_lists.c: cursors are numbers joined by '-', negative ones begin with '_' --- */
bool list_read_numbers(const char *cursor, int64_t *v, size_t n);
char *list_write_numbers(struct arena *a, const int64_t *v, size_t n);
int list_bad_cursor(struct ctx *c);

/* --- dossiers_submit.c --- */
int begin_clock(struct change *x);              /* accepted now: limit, due date, first step */

struct eform_lists;
struct eform_lists dossiers_lists(struct ctx *c);
int answers_put(struct change *x);              /* x->e->answers, checked, as a new revision */

/* --- dossiers_fold.c --- */
char *fold_changes(struct arena *a, const struct dossier *before, const struct dossier *after);
const char *fold_differs(const struct dossier *a, const struct dossier *b);     /* field, or NULL */
struct stored_event {
    int64_t id, dossier, version, at, account, acting_for, unit, action, status;
    const char *note, *ground, *changes, *data, *hash;
};
char *fold_hash(struct arena *a, const char *before, const struct stored_event *e);
bool fold_fits(struct arena *a, const char *before, const struct stored_event *e);

/* --- dossiers_world.c --- */
int world_of(struct ctx *c, const struct dossier *d, struct world *w);
int64_t world_continuing(struct ctx *c, int64_t unit);      /* today; the city at last */
int64_t world_competent(struct ctx *c, const struct procedure *p, int64_t received,
                        const json_t *answers);
int64_t world_step_unit(struct ctx *c, const struct dossier *d, const struct proc_step *s);
json_t *world_facts(struct ctx *c, const struct dossier *d, const json_t *answers);     /* decref */
unsigned world_payers(const char *payer, const struct party *p, size_t n);
int64_t world_after(struct ctx *c, const char *limit, int64_t from);    /* "2wh" from then on */
struct workflow_step world_workflow_step(const struct world *w);

/* --- dossiers_clock.c --- */
int clock_reckon(struct ctx *c, const struct world *w, const struct dossier *d, bool explain,
                 struct due *out);
int clock_set(struct change *x);                            /* due_at, due_exact, due_provisional */
int clock_stop_begin(struct change *x, enum stop_kind k, const char *name, const char *basis,
                     const char *doc);
int clock_stop_end(struct change *x);                       /* every running one */
int64_t clock_effective(const struct dossier *d); /* extension included; NEVER before acceptance */
enum timing clock_timing(const struct dossier *d, int64_t at);
enum timing clock_result(const struct dossier *d, enum outcome o, int64_t at);
/* Pure: the due moment of an accepted one with these stops, a package that leaves the supplement to
 * the rules as `pause`.  E_INVALID: no limit. */
int clock_count(const struct calendar *cal, const struct procedure *p, const struct dossier *d,
                const struct stop *stops, size_t n, struct due *out);

/* --- dossiers_tasks.c --- */
int tasks_sync(struct change *x);
int tasks_opinion_open(struct change *x, int64_t number, int64_t unit, int64_t due);
int tasks_agree_open(struct change *x);
int tasks_close(struct ctx *c, int64_t dossier, int64_t seq);       /* SEQ_ALL: every one */
int tasks_hold(struct change *x, int64_t seq, int64_t account);     /* by whom; 0 nobody */
int tasks_opinions_move(struct ctx *c, int64_t from, int64_t to);
int tasks_enter_step(struct change *x, const struct proc_step *s, int64_t holder);
struct task_row;
enum task_kind task_kind_of(const struct dossier *d);      /* 0: nothing is left to do */
/* Pure, for loaders too: the dossier's own work after a change (false: none is left), `was` the
 * work before it or NULL; the work of an agency that is asked; the leader's, to agree. */
bool task_own(const struct change *x, const struct task_row *was, struct task_row *t);
void task_opinion(const struct change *x, int64_t number, int64_t unit, int64_t due,
                  struct task_row *t);
void task_agree(const struct change *x, struct task_row *t);

/* --- dossiers_stats.c --- */
int counts_move(struct ctx *c, const struct dossier *before, const struct dossier *after);

/* --- dossiers_digital.c --- */
int digital_before(struct change *x);   /* before anything of an ended dossier changes */
int digital_move(struct change *x);

/* --- what each action does to x->d and its parts --- */
typedef int effect(struct change *x);
effect effect_accept, effect_refuse_intake, effect_check, effect_correct;
effect effect_supplement, effect_agree, effect_disagree, effect_answer, effect_fiscal, effect_paid;
effect effect_withdraw, effect_grant, effect_deny, effect_pause, effect_resume, effect_extend;
effect effect_stop, effect_forward, effect_return, effect_consult, effect_opinion, effect_claim;
effect effect_release, effect_assign, effect_approve, effect_refuse, effect_attach, effect_reopen;
effect effect_hand_over, effect_transfer, effect_recompute, effect_name, effect_unname;
int finish(struct change *x, enum status to, enum outcome outcome);
bool papers_all_checked(struct change *x);

#endif
