/* Reads of the log of accesses.  Only audit.c and seen.c include this. */
#ifndef SITE_AUDIT_SQL_H
#define SITE_AUDIT_SQL_H

#include "site/audit.h"

/* Newest first, at most `max`; dossier: one by its id, 0 whatever the filter says. */
int audit_sql_list(struct ctx *c, const struct audit_filter *f, int64_t dossier, size_t max,
                   struct audit_row *out, size_t *n);
int audit_sql_own(struct ctx *c, int64_t account, int64_t before, size_t max, struct audit_row *out,
                  size_t *n);
/* One entry about a dossier of this citizen's: E_NOTFOUND.  *dossier and *viewer are set. */
int audit_sql_own_one(struct ctx *c, int64_t account, int64_t id, struct audit_row *out,
                      int64_t *dossier, int64_t *viewer);

#endif
