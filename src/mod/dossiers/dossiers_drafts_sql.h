/* Drafts: table of schema/0014.sql. */
#ifndef MOD_DOSSIERS_DRAFTS_SQL_H
#define MOD_DOSSIERS_DRAFTS_SQL_H

#include "db/db.h"
#include "mod/dossiers/drafts.h"

typedef VEC(struct draft) draft_rows;

int sql_draft_add(struct ctx *c, const struct draft *d, const char *answers, const char *parties);
int sql_draft_save(struct ctx *c, const struct draft *d, const char *answers,
                   const char *parties); /* rows */
int sql_draft_get(struct ctx *c, const char *token, struct draft *out, const char **answers,
                  const char **parties);
/* 1, or 0: somebody did it before. */
int sql_draft_token(struct ctx *c, int64_t id, const char **token); /* of c->account */
int sql_draft_delete(struct ctx *c, int64_t id);
int sql_drafts(struct ctx *c, draft_rows *out);
int64_t sql_drafts_count(struct ctx *c);
int sql_drafts_older(struct ctx *c, int64_t than, size_t limit, draft_rows *out);     /* ids only */

#endif
