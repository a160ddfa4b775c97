#include "move/guard_sql.h"

static const struct query BORN QUERIES = {"born", "SELECT min(applied_at) FROM schema_version"};

int64_t
guard_sql_born(struct ctx *c)
{
    return db_int(c, 0, &BORN, NO_ARGS);
}
