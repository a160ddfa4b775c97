/* The table schema_version.  Only migrate.c includes this. */
#ifndef DB_MIGRATE_SQL_H
#define DB_MIGRATE_SQL_H

#include "db/db.h"

struct applied {
    int64_t number;
    const char *sha256;
    bool seen;
};

typedef VEC(struct applied) applied_list;

int migrate_sql_applied(struct ctx *c, applied_list *out);
int migrate_sql_add(struct ctx *c, int64_t number, const char *name, const char *sha256);
int64_t migrate_sql_newest(struct ctx *c);

#endif
