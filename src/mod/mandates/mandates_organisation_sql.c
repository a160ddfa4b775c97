/* mandates_organisation_sql.c - the only file that names the table organisation. */
#include "mod/mandates/mandates_sql.h"

enum { Q_PUT, Q_NAME, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    /* Who is surer, or as sure and later, names it. */
    [Q_PUT] = {"organisation_put",
               "INSERT INTO organisation (tax_code, name, status, told_by, told_at)"
               " VALUES ($1, $2, 1, $3, $4) ON CONFLICT (tax_code) DO UPDATE SET"
               " name = excluded.name, told_by = excluded.told_by, told_at = excluded.told_at"
               " WHERE organisation.told_by <= excluded.told_by"},
    [Q_NAME] = {"organisation_name", "SELECT name FROM organisation WHERE tax_code = $1"
                                     " AND status = 1 AND told_by > 1"},
};

int
organisation_sql_put(struct ctx *c, const char *tax_code, const char *name, enum told_by by)
{
    int n = db_exec(c, &Q[Q_PUT], ARGS(qt(tax_code), qt(name), qi(by), qi(c->now)));

    return n < 0 ? n : OK;
}

const char *
organisation_sql_name(struct ctx *c, const char *tax_code)
{
    const char *name = "";
    struct rows r;

    for (db_rows(c, &r, &Q[Q_NAME], ARGS(qt(tax_code))); db_next(&r);)
        name = row_text(&r, 0);
    db_done(&r);
    return name;
}
