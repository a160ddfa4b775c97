/* Lists over many dossiers; every officer's list joins v_reach. */
#ifndef MOD_DOSSIERS_LISTS_SQL_H
#define MOD_DOSSIERS_LISTS_SQL_H

#include "db/db.h"
#include "mod/dossiers/dossiers_counts.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/worklists.h"

typedef VEC(struct list_row) list_rows;
typedef VEC(int64_t) unit_list;

/* Units this account reaches with one of these permissions, at most `max` + 1. */
int sql_units_reached(struct ctx *c, int64_t perms, size_t max, unit_list *out);
int sql_units_whole(struct ctx *c, int64_t perms, size_t max, unit_list *out);  /* all fields */
int sql_units_busy(struct ctx *c, int64_t perms, size_t max, unit_list *out);   /* with open work */

/* Where a page of tasks begins, and what it shows. */
struct task_page {
    const struct list_query *q;
    int64_t unit;                   /* of this walk; 0: all reached ones */
    int64_t key, dossier, seq;      /* the last row of the page before */
    int64_t now, soon;              /* soon: end of the next working day */
    size_t limit;
};
int sql_tasks_page(struct ctx *c, const struct task_page *p, list_rows *out, unit_list *keys);

struct name_page {
    const char *from, *to;
    const char *after;
    int64_t after_id;
    size_t limit;
};
struct name_row { const char *fold; int64_t dossier, unit; };
typedef VEC(struct name_row) name_rows;
/* The first p->limit names of each of n units, at most NAME_UNITS; in no order. */
enum { NAME_UNITS = 8 };
int sql_find_names(struct ctx *c, const struct name_page *p, const int64_t *units, size_t n,
                   name_rows *out);
/* out[i] is ids[i]'s row; its dossier 0: none, or not reached.  n: up to LIST_PART; an id of 0 is
 * nobody's. */
enum { LIST_PART = 50 };
int sql_list_many(struct ctx *c, const int64_t *ids, size_t n, int64_t perms,
                  struct list_row *out);
int sql_list_code(struct ctx *c, const char *code, int64_t perms, list_rows *out);
struct id_span { int64_t from, before; };
/* The id of the `looked`th dossier below `before`, of a unit or of all (0); 0: there are fewer. */
int64_t sql_list_floor(struct ctx *c, int64_t unit, int64_t before, size_t looked);
int sql_list_unit(struct ctx *c, const struct api_query *q, int64_t unit, struct id_span span,
                  size_t limit, list_rows *out);
int sql_list_of_party(struct ctx *c, int64_t dossier, list_rows *out);
int sql_list_own(struct ctx *c, int64_t before, size_t limit, list_rows *out);

struct raw_event {
    int64_t id, dossier, version, at, action, status, unit;
    const char *code;
    bool reached;
};
typedef VEC(struct raw_event) raw_events;
int sql_feed(struct ctx *c, int64_t after, int64_t end, size_t limit, raw_events *out);

typedef VEC(struct alarm) alarm_rows;
struct alarm_at { int64_t raised_at, dossier; };
typedef VEC(struct alarm_at) alarm_keys;
int sql_alarms(struct ctx *c, int level, struct alarm_at before, size_t limit, alarm_rows *out,
               alarm_keys *keys);
int64_t sql_alarm_perms(int level);

/* --- for the jobs --- */
typedef VEC(struct count_work) work_counts;
int sql_tasks_to_warn(struct ctx *c, int64_t now, size_t limit, task_rows *out);
/* 1; 0: it is no longer the task that was read. */
int sql_task_warned(struct ctx *c, const struct task_row *t, int level, int64_t again);
int sql_units_at_work(struct ctx *c, unit_list *out);
int sql_running_of(struct ctx *c, int64_t unit, size_t limit, unit_list *out);
int sql_running_after(struct ctx *c, int64_t after, size_t limit, unit_list *out);
/* What the tasks that move counted as before is in `out`: n of each. */
int sql_opinions_move(struct ctx *c, int64_t from, int64_t to, work_counts *out);

#endif
