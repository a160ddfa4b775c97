/* The only file that names the table `party`. */
#ifndef MOD_PEOPLE_PEOPLE_SQL_H
#define MOD_PEOPLE_PEOPLE_SQL_H

#include "mod/people/people.h"

typedef VEC(struct party) party_list;
typedef VEC(int64_t) owner_list;

int people_sql_clear(struct ctx *c, int64_t owner);
int people_sql_add(struct ctx *c, int64_t owner, int64_t seq, const struct party *p);
int people_sql_list(struct ctx *c, int64_t owner, party_list *out);
int people_sql_owners(struct ctx *c, const char *word, int64_t before, size_t limit,
                      owner_list *out);

int people_sql_owners_between(struct ctx *c, int64_t after, int64_t upto, owner_list *out);

#endif
