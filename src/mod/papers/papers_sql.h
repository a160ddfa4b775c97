/* The only file that names the tables `paper` and `paper_file`. */
#ifndef MOD_PAPERS_PAPERS_SQL_H
#define MOD_PAPERS_PAPERS_SQL_H

#include "mod/papers/papers.h"

typedef VEC(struct paper_check) check_list;
typedef VEC(struct paper_file) file_list;

int papers_sql_check(struct ctx *c, int64_t owner, const struct paper_check *p);
int papers_sql_checks(struct ctx *c, int64_t owner, check_list *out);
int papers_sql_last(struct ctx *c, int64_t owner);              /* highest seq, 0 none */
int papers_sql_attach(struct ctx *c, int64_t owner, const struct paper_file *f);
int papers_sql_replace(struct ctx *c, int64_t owner, const char *paper, int round);
int papers_sql_files(struct ctx *c, int64_t owner, int seq /* 0: all */, file_list *out);
int papers_sql_remove(struct ctx *c, int64_t owner, int seq /* 0: all */);
int papers_sql_move(struct ctx *c, int64_t from, int64_t to);
typedef VEC(struct paper_digital) digital_papers;
int papers_sql_digital(struct ctx *c, int64_t after, int64_t upto, digital_papers *out);
typedef VEC(struct paper_owned) owned_list;
typedef VEC(int64_t) owner_ids;
int papers_sql_files_between(struct ctx *c, int64_t after, int64_t upto, owned_list *out);
int papers_sql_owners_of(struct ctx *c, const char *sha256, size_t max, owner_ids *out);
int papers_sql_owners_between(struct ctx *c, int64_t after, int64_t upto, owner_ids *out);

#endif
