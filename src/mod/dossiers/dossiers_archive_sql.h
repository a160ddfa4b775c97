/* Rows that a destruction empties or removes. */
#ifndef MOD_DOSSIERS_ARCHIVE_SQL_H
#define MOD_DOSSIERS_ARCHIVE_SQL_H

#include "mod/dossiers/dossiers_sql.h"

/* To what stands in e: who, and what changed; its texts go. */
int sql_event_empty(struct ctx *c, const struct stored_event *e);
int sql_row_unnamed(struct ctx *c, int64_t dossier);    /* whose it was, and the secret */
int sql_parts_forget(struct ctx *c, int64_t dossier);
int sql_find_forget(struct ctx *c, int64_t unit, const char *fold, int64_t dossier);

#endif
