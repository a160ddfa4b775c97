/* Rows of the own data's copies and corrections. */
#ifndef MOD_OWNER_OWNER_SQL_H
#define MOD_OWNER_OWNER_SQL_H

#include "base/err.h"
#include "mod/papers/content_work.h"

#include "mod/owner/owner.h"

int owner_sql_export_ask(struct ctx *c);        /* 0: one is being made */
int owner_sql_correct_ask(struct ctx *c, const struct correction *k);
int owner_sql_corrections(struct ctx *c, size_t max, struct correction *out, size_t *n);
int owner_sql_waiting(struct ctx *c, size_t max, struct correction *out, size_t *n);
int owner_sql_correct_get(struct ctx *c, const char *token, struct correction *out);
int owner_sql_decide(struct ctx *c, int64_t id, enum decision d, const char *answer);
struct own_question {
    int64_t asked_at, seen_at, due_at, answered_at, unit;
    const char *code, *question, *answer;
};
int owner_sql_questions(struct ctx *c, size_t max, struct own_question *out, size_t *n);
struct own_identity { const char *provider; int64_t linked_at; };
int owner_sql_identities(struct ctx *c, size_t max, struct own_identity *out, size_t *n);
int64_t owner_sql_looks(struct ctx *c);         /* at the own dossiers */

#endif
