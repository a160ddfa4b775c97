/* What belongs to one dossier beside its row: tables of schema/0012.sql. */
#ifndef MOD_DOSSIERS_PARTS_SQL_H
#define MOD_DOSSIERS_PARTS_SQL_H

#include "db/db.h"
#include "mod/dossiers/dossiers_inside.h"

typedef VEC(struct supplement) supplement_list;
typedef VEC(struct opinion) opinion_list;
typedef VEC(struct stop_row) stop_list;
typedef VEC(struct dossier_fee) dossier_fee_list;
typedef VEC(struct task) task_list;

int sql_answers_add(struct ctx *c, int64_t dossier, const char *answers);
const char *sql_answers(struct ctx *c, int64_t dossier, int64_t revision); /* 0: newest; "" none */

int sql_supplement_add(struct ctx *c, int64_t dossier, const struct supplement *s,
                       const char *defects);
int sql_supplement_move(struct ctx *c, int64_t dossier, const struct supplement *s);
int sql_supplements(struct ctx *c, int64_t dossier, supplement_list *out);
int64_t sql_supplement_last(struct ctx *c, int64_t dossier);

int sql_opinion_add(struct ctx *c, int64_t dossier, const struct opinion *o);
int sql_opinion_answer(struct ctx *c, int64_t dossier, const struct opinion *o);
int sql_opinions(struct ctx *c, int64_t dossier, opinion_list *out);
int64_t sql_opinion_last(struct ctx *c, int64_t dossier);
/* Number of the open opinion that this account's unit is asked for; 0 none. */
int64_t sql_opinion_of(struct ctx *c, int64_t dossier, int64_t account, int64_t number);

int sql_stop_add(struct ctx *c, int64_t dossier, enum stop_kind k, const struct stop_row *s);
int sql_stops_end(struct ctx *c, int64_t dossier, int64_t at);
int sql_stops(struct ctx *c, int64_t dossier, stop_list *out);
enum stop_kind sql_stop_kind(const struct stop_row *s);

int sql_fee_add(struct ctx *c, int64_t dossier, const struct dossier_fee *f);
int sql_fee_pay(struct ctx *c, int64_t dossier, const char *fee, const char *receipt);  /* rows */
int sql_fees_forget(struct ctx *c, int64_t dossier);        /* unpaid ones of the package */
int sql_fees(struct ctx *c, int64_t dossier, dossier_fee_list *out);
/* Unpaid: all that is due before the result, of it the obligations, or what is due with it. */
enum fees_open { FEES_BEFORE, FEES_FISCAL, FEES_ON_RESULT };
int64_t sql_fees_open(struct ctx *c, int64_t dossier, enum fees_open which);

int sql_hand_over_add(struct ctx *c, int64_t dossier, const struct hand_over *h);
int sql_hand_over(struct ctx *c, int64_t dossier, struct hand_over *out);

struct task_row {
    int64_t dossier, seq, kind, unit, perm, account, waiting, status, channel, received_at,
        created_at, due_at, budget_due, warned, warn_at, confidential;
    const char *step, *procedure;
};
int sql_task_put(struct ctx *c, const struct task_row *t);
int sql_task_move(struct ctx *c, const struct task_row *t);         /* the holder only */
int sql_task_get(struct ctx *c, int64_t dossier, int64_t seq,
                 struct task_row *out); /* E_NOTFOUND, unsaid */
typedef VEC(struct task_row) task_rows;
enum { SEQ_ALL = INT32_MIN };
/* What was closed: where it counted. */
int sql_task_close(struct ctx *c, int64_t dossier, int64_t seq, task_rows *out);
int sql_tasks(struct ctx *c, int64_t dossier, task_list *out);

int sql_alarm_put(struct ctx *c, const struct task_row *t, int kind, int level);
int sql_alarm_level(struct ctx *c, const struct task_row *t, int kind);     /* 0: none */
int sql_alarms_hand(struct ctx *c, const struct task_row *t);      /* to who holds it now */
int sql_alarms_clear(struct ctx *c, int64_t dossier, int64_t seq);

#endif
