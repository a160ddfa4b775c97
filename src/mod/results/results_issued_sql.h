/* The rows of issued results and the numbers of the books: tables of schema/0045.sql. */
#ifndef MOD_RESULTS_ISSUED_SQL_H
#define MOD_RESULTS_ISSUED_SQL_H

#include "db/db.h"
#include "mod/results/issued.h"

typedef VEC(struct result) result_list;
typedef VEC(struct book) book_list;
typedef VEC(struct result_content) content_list;

int result_sql_add(struct ctx *c, const struct result *r);
/* Every column that moves; r->version is the new one.  Rows changed: 0, someone was faster. */
int result_sql_save(struct ctx *c, const struct result *r);
int64_t result_sql_number(struct ctx *c, int64_t agency, const char *book, int64_t year);

enum result_key { RESULT_BY_ID, RESULT_BY_DOSSIER, RESULT_BY_TOKEN, RESULT_BY_CONTENT,
                  RESULT_BY_NUMBER /* of agency `id` */ };
int64_t result_sql_due(struct ctx *c);
int result_sql_list(struct ctx *c, enum result_key by, int64_t id, const char *text,
                    result_list *out);
int result_sql_to_sign(struct ctx *c, int64_t until, size_t max, result_list *out);
int result_sql_expire(struct ctx *c, day today, int max);      /* rows changed */
int result_sql_book(struct ctx *c, const struct book_query *q, result_list *out);
int result_sql_books(struct ctx *c, int64_t agency, book_list *out);
int result_sql_contents(struct ctx *c, int64_t after, size_t max, content_list *out);

struct book_count { int64_t agency, year, last, given, highest; const char *book; };
typedef VEC(struct book_count) book_counts;
int result_sql_book_counts(struct ctx *c, book_counts *out);
typedef VEC(const char *) id_texts;
int result_sql_oddities(struct ctx *c, id_texts *out);         /* numbers of impossible rows */

int result_sql_forget(struct ctx *c, int64_t id);

#endif
