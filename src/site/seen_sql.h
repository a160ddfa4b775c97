/* The statements of access_question.  Only seen.c includes this. */
#ifndef SITE_SEEN_SQL_H
#define SITE_SEEN_SQL_H

#include "site/seen.h"

struct new_question { int64_t look, dossier, viewer, unit, due_at; const char *text; };

int seen_sql_ask(struct ctx *c, const struct new_question *q);     /* E_CONFLICT: asked before */
int seen_sql_own(struct ctx *c, size_t max, struct question *out, size_t *n);
/* Those that wait for this leader (c->account), the first due first; never about own looks. */
int seen_sql_waiting(struct ctx *c, size_t max, struct question *out, size_t *n);
int seen_sql_answer(struct ctx *c, int64_t id, const char *text);  /* rows changed */
int64_t seen_sql_unit(struct ctx *c, int64_t dossier);             /* competent; 0 none */

#endif
