#include "site/site_sql.h"

#include "base/err.h"
#include "db/db.h"

static const struct query ALIVE QUERIES = { "site_alive", "SELECT count(*) FROM schema_version" };

int
site_sql_alive(struct ctx *c)
{
    if (db_int(c, -1, &ALIVE, NO_ARGS) > 0)
        return OK;
    return fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "the database has no schema");
}
