/* For tests only: the shipped tree of agencies in a fresh database, on 23/11/2026. */
#ifndef MOD_AGENCIES_TESTING_H
#define MOD_AGENCIES_TESTING_H

#include "base/test.h"

#include "db/testdb.h"
#include "mod/agencies/agencies_manage.h"

struct tree { struct ctx c; struct agencies_snapshot *s; };

void tree_open(struct tree *t);
void tree_close(struct tree *t);
void tree_reload(struct tree *t);               /* what is stored now */
const struct agency *tree_past(struct tree *t, const char *code);   /* the day before the reform */
int64_t tree_today(struct tree *t, const char *code);
day on(const char *iso);
void tree_fault(void *to, const char *path, int line, int column, const char *sentence);

/* Both say the row's name when it is not so. */
void check(const char *name, bool want, bool got);
void same(const char *name, const char *want, const char *got);

#endif
