/* audit_sql.c - names no table: only the views that auth and dossiers publish. */
#include "site/audit_sql.h"

#include "db/db.h"
#include "http/perm.h"

#define COLUMNS                                                                                    \
    "l.id, l.at, a.home_unit, a.name, a.login, l.what, d.code, p.name FROM v_access_log l"         \
    " LEFT JOIN v_account a ON a.id = l.account LEFT JOIN v_dossier d ON d.id = l.dossier"         \
    " LEFT JOIN v_account p ON p.id = l.person"

/* $3 the auditor, $4 the permission's bit: entries of reached officers or of reached dossiers. */
#define REACHED                                                                                    \
    " AND EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $3 AND (r.perms & $4) <> 0"            \
    " AND (r.unit = a.home_unit OR r.unit = d.received_unit OR r.unit = d.competent_unit))"
#define END " AND l.id < $1 ORDER BY l.id DESC LIMIT $2"

enum { Q_ALL, Q_DOSSIER, Q_OFFICER, Q_BOTH, Q_OWN, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_ALL] = {"audit_all", "SELECT " COLUMNS " WHERE 1 = 1" REACHED END},
    [Q_DOSSIER] = {"audit_dossier",
                   "SELECT " COLUMNS " WHERE l.dossier = (SELECT x.id FROM v_dossier x"
                   " WHERE x.code = $5)" REACHED END},
    [Q_OFFICER] = {"audit_officer",
                   "SELECT " COLUMNS " WHERE l.account = (SELECT x.id FROM v_account x"
                   " WHERE x.kind = 2 AND x.login = $5)" REACHED END},
    [Q_BOTH] = {"audit_both",
                "SELECT " COLUMNS " WHERE l.dossier = (SELECT x.id FROM v_dossier x"
                " WHERE x.code = $5) AND a.kind = 2 AND a.login = $6" REACHED END},
    [Q_OWN] = {"audit_own",
               "SELECT " COLUMNS " WHERE d.account = $3 AND l.account <> $3" END},
};

static int
read_rows(struct rows *r, size_t max, struct audit_row *out, size_t *n)
{
    *n = 0;
    while (*n < max && db_next(r))
        out[(*n)++] = (struct audit_row){
            .id = row_int(r, 0), .at = row_int(r, 1), .home = row_int(r, 2),
            .name = row_text(r, 3), .login = row_text(r, 4), .what = row_text(r, 5),
            .code = row_text(r, 6), .person = row_text(r, 7),
        };
    return db_done(r);
}

int
audit_sql_list(struct ctx *c, const struct audit_filter *f, int64_t before, size_t max,
               struct audit_row *out, size_t *n)
{
    int q = *f->code ? (*f->login ? Q_BOTH : Q_DOSSIER) : *f->login ? Q_OFFICER : Q_ALL;
    struct dbv args[] = {qi(before ? before : INT64_MAX), qi((int64_t)max), qi(c->account),
                         qi(PERM_BIT(PERM_AUDIT)), qt(*f->code ? f->code : f->login), qt(f->login)};
    struct rows r;

    db_rows(c, &r, &Q[q], args, q == Q_ALL ? 4 : q == Q_BOTH ? 6 : 5);
    return read_rows(&r, max, out, n);
}

int
audit_sql_own(struct ctx *c, int64_t account, int64_t before, size_t max, struct audit_row *out,
              size_t *n)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_OWN], ARGS(qi(before ? before : INT64_MAX), qi((int64_t)max), qi(account)));
    return read_rows(&r, max, out, n);
}
