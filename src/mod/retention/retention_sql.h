/* Rows of this slice. */
#ifndef MOD_RETENTION_SQL_H
#define MOD_RETENTION_SQL_H

#include "db/db.h"
#include "mod/retention/retention.h"

typedef VEC(struct kept) kept_list;
typedef VEC(struct kept_sum) kept_sums;
typedef VEC(struct destroy_list) destroy_lists_vec;
typedef VEC(struct destroy_item) destroy_items_vec;

struct kept_cursor { int64_t event, walk; const char *rules; };
int kept_sql_cursor(struct ctx *c, struct kept_cursor *out);    /* and locks it */
int kept_sql_cursor_set(struct ctx *c, const struct kept_cursor *cur);
struct closing { int64_t event, dossier, at, status; };
typedef VEC(struct closing) closings;
int kept_sql_events(struct ctx *c, int64_t after, int64_t before, size_t limit, closings *out);
struct closed_dossier {
    int64_t id, unit, status, outcome;
    day result_date;
    const char *procedure;
};
int kept_sql_dossier(struct ctx *c, int64_t id, struct closed_dossier *out);

int kept_sql_row(struct ctx *c, int64_t dossier, struct kept *out);     /* E_NOTFOUND, unsaid */
int kept_sql_rows_after(struct ctx *c, int64_t after, size_t limit, kept_list *out);
int kept_sql_add(struct ctx *c, const struct kept *k);
int kept_sql_term(struct ctx *c, const struct kept *k);         /* rule, period */
/* From one state to another; 0 rows: E_CONFLICT. */
int kept_sql_state(struct ctx *c, const struct kept *k, enum kept_state from);
int kept_sql_hold(struct ctx *c, const struct kept *k);
int kept_sql_package(struct ctx *c, const struct kept *k);
int kept_sql_count(struct ctx *c, const struct kept *k, int64_t n);

int kept_sql_by_code(struct ctx *c, const char *code, struct kept *out);
int kept_sql_list(struct ctx *c, const struct kept_query *q, kept_list *out);
int kept_sql_year(struct ctx *c, int64_t unit, int64_t year, int64_t after, size_t limit,
                  kept_list *out);
int64_t kept_sql_year_count(struct ctx *c, int64_t unit, int64_t year);
int kept_sql_sums(struct ctx *c, kept_sums *out);

int destroy_sql_add(struct ctx *c, const struct destroy_list *l);
int destroy_sql_save(struct ctx *c, struct destroy_list *l);    /* version + 1; E_CONFLICT */
int destroy_sql_get(struct ctx *c, const char *code, struct destroy_list *out);
int destroy_sql_lists(struct ctx *c, int64_t before, size_t limit, destroy_lists_vec *out);
int destroy_sql_due(struct ctx *c, struct destroy_list *out);   /* E_NOTFOUND, unsaid */
int destroy_sql_item_add(struct ctx *c, const struct destroy_item *i);
int destroy_sql_item_remove(struct ctx *c, int64_t list, int64_t seq);
int destroy_sql_items(struct ctx *c, int64_t list, int64_t after, int state, size_t limit,
                      destroy_items_vec *out);
/* From `from`; 0 rows: somebody was faster. */
int destroy_sql_item_move(struct ctx *c, const struct destroy_item *i, enum item_state from);
int destroy_sql_sums(struct ctx *c, int64_t list, struct destroy_sums *out);

#endif
