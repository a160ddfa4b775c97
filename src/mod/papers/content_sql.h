/* The only file that names the tables `content` and `paper_document`. */
#ifndef MOD_PAPERS_CONTENT_SQL_H
#define MOD_PAPERS_CONTENT_SQL_H

#include "db/db.h"
#include "mod/papers/content_work.h"

typedef VEC(struct content) content_list;
typedef VEC(struct paper_document) document_list;
typedef VEC(struct content_brief) brief_list;
struct document_due {
    int64_t owner, due_at;
    const char *paper;
    int round, tries;
    int64_t account;
};
typedef VEC(struct document_due) document_due_list;

struct content content_row(struct rows *r, int from);   /* of its columns, in their order */

int content_sql_put(struct ctx *c, const struct content *k);
int content_sql_get(struct ctx *c, const char *sha256, content_list *out);
/* One that is due (the oldest or newest), of the account after `after` in their order; or none. */
int content_sql_next(struct ctx *c, bool newest, int64_t after, content_list *out);
bool content_sql_any_due(struct ctx *c);
int content_sql_claim(struct ctx *c, const struct content *k, int64_t until);   /* 1: ours */
int content_sql_record(struct ctx *c, const struct content *k, const char *pdf,
                       const char *picture);
int content_sql_converted(struct ctx *c, const char *sha256, const char *pdf);
int content_sql_retry(struct ctx *c, const char *sha256 /* NULL: all that were given up */);
int content_sql_figures(struct ctx *c, struct content_figures *out);
int content_sql_troubles(struct ctx *c, enum content_trouble t, int limit, content_list *out);
int content_sql_stale(struct ctx *c, const char *after, int limit, int64_t signatures,
                      int64_t since, const char **last, content_list *out);
int content_sql_again(struct ctx *c, const char *sha256);
int content_sql_each(struct ctx *c, const uint8_t *after, int limit, brief_list *out);
int content_sql_forget(struct ctx *c, const uint8_t *sha256, int64_t before);

int document_sql_touch(struct ctx *c, int64_t owner, const char *paper, int round);
int document_sql_touch_all(struct ctx *c, int64_t owner);
int document_sql_move(struct ctx *c, int64_t from, int64_t to);
int document_sql_remove(struct ctx *c, int64_t owner, const char *paper /* NULL all */, int round);
int document_sql_list(struct ctx *c, int64_t owner, document_list *out);
int document_sql_next(struct ctx *c, int64_t after, document_due_list *out);    /* likewise */
bool document_sql_any_due(struct ctx *c);
int document_sql_claim(struct ctx *c, const struct document_due *d, int64_t until);
int document_sql_put_off(struct ctx *c, const struct document_due *d, int64_t until);
int document_sql_record(struct ctx *c, const struct document_job *j,
                        const struct document_result *r, bool failed, int64_t due_at);
int document_sql_retry(struct ctx *c);
int document_sql_figures(struct ctx *c, struct content_figures *out);

#endif
