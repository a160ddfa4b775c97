/* The statements on table `idempotency`. */
#ifndef SITE_IDEM_SQL_H
#define SITE_IDEM_SQL_H

#include "base/ctx.h"
#include "db/db.h"

struct idem_row {
    struct bytes sum;
    int64_t status;
    const char *type, *location, *flash, *body;
};

int idem_sql_get(struct ctx *c, int64_t key, struct idem_row *out);      /* E_NOTFOUND */
int idem_sql_add(struct ctx *c, int64_t key, const struct idem_row *row);
int idem_sql_drop_before(struct ctx *c, int64_t created, int64_t most);  /* rows dropped */

#endif
