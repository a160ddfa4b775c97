/* Reads the views of auth and dossiers together: who saw whose data. */
#ifndef SITE_AUDIT_SQL_H
#define SITE_AUDIT_SQL_H

#include "site/audit.h"

/* Newest first, before the entry `before` (0: the newest); at most `max`. */
int audit_sql_list(struct ctx *c, const struct audit_filter *f, int64_t before, size_t max,
                   struct audit_row *out, size_t *n);
/* Accesses by others to the dossiers of a citizen's account. */
int audit_sql_own(struct ctx *c, int64_t account, int64_t before, size_t max, struct audit_row *out,
                  size_t *n);

#endif
