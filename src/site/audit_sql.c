/* audit_sql.c - the views that auth and dossiers publish, and whether a look was asked about.  Of a
 * confidential dossier an auditor sees code and times: no person, no way to it from a person. */
#include "site/audit_sql.h"

#include "db/db.h"
#include "http/perm.h"

#define COLUMNS                                                                                    \
    "l.id, l.at, CASE WHEN l.unit <> 0 THEN l.unit ELSE a.home_unit END, a.name, a.login, l.what," \
    " l.purpose, d.code, CASE WHEN d.confidential = 1 THEN '' ELSE p.name END"
#define JOINED                                                                                     \
    " FROM v_access_log l LEFT JOIN v_account a ON a.id = l.account"                               \
    " LEFT JOIN v_dossier d ON d.id = l.dossier LEFT JOIN v_account p ON p.id = l.person"

/* $3 the auditor, $4 the permission's bit: entries of reached officers or of reached dossiers. */
#define REACHED                                                                                    \
    " AND EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $3 AND (r.perms & $4) <> 0"            \
    " AND (r.unit = a.home_unit OR r.unit = l.unit OR r.unit = d.received_unit"                    \
    " OR r.unit = d.competent_unit))"
#define CHOSEN " AND ($5 = 0 OR l.unit = $5) AND ($6 = '' OR l.purpose = $6) AND l.id >= $7"
#define END " AND l.id < $1 ORDER BY l.id DESC LIMIT $2"

enum { Q_ALL, Q_DOSSIER, Q_OFFICER, Q_BOTH, Q_OF_ID, Q_OWN, Q_OWN_ONE, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_ALL] = {"audit_all", "SELECT " COLUMNS JOINED " WHERE 1 = 1" CHOSEN REACHED END},
    [Q_DOSSIER] = {"audit_dossier",
                   "SELECT " COLUMNS JOINED " WHERE l.dossier = (SELECT x.id FROM v_dossier x"
                   " WHERE x.code = $8)" CHOSEN REACHED END},
    [Q_OFFICER] = {"audit_officer",
                   "SELECT " COLUMNS JOINED " WHERE l.account = (SELECT x.id FROM v_account x"
                   " WHERE x.kind = 2 AND x.login = $8)" CHOSEN REACHED END},
    [Q_BOTH] = {"audit_both",
                "SELECT " COLUMNS JOINED " WHERE l.dossier = (SELECT x.id FROM v_dossier x"
                " WHERE x.code = $8) AND a.kind = 2 AND a.login = $9" CHOSEN REACHED END},
    [Q_OF_ID] = {"audit_of_id",
                 "SELECT " COLUMNS JOINED " WHERE l.dossier = $8"
                 " AND coalesce(d.confidential, 0) = 0"
                 " AND ($9 = '' OR (a.kind = 2 AND a.login = $9))" CHOSEN REACHED END},
    [Q_OWN] = {"audit_own",
               "SELECT " COLUMNS ", CASE WHEN EXISTS (SELECT 1 FROM access_question q"
               " WHERE q.look = l.id) THEN 1 ELSE 0 END" JOINED
               " WHERE d.account = $3 AND l.account <> $3" END},
    [Q_OWN_ONE] = {"audit_own_one",
                   "SELECT " COLUMNS ", 0, l.dossier, l.account" JOINED
                   " WHERE l.id = $2 AND d.account = $1 AND l.account <> $1 AND l.account <> 0"},
};

static struct audit_row
read_row(struct rows *r)
{
    return (struct audit_row){
        .id = row_int(r, 0), .at = row_int(r, 1), .home = row_int(r, 2),
        .name = row_text(r, 3), .login = row_text(r, 4), .what = row_text(r, 5),
        .purpose = row_text(r, 6), .code = row_text(r, 7), .person = row_text(r, 8),
    };
}

static int
read_rows(struct rows *r, size_t max, bool asked, struct audit_row *out, size_t *n)
{
    *n = 0;
    while (*n < max && db_next(r)) {
        out[*n] = read_row(r);
        out[(*n)++].asked = asked && row_int(r, 9);
    }
    return db_done(r);
}

static int
query_of(const struct audit_filter *f, int64_t dossier)
{
    if (dossier)
        return Q_OF_ID;
    return *f->code ? (*f->login ? Q_BOTH : Q_DOSSIER) : *f->login ? Q_OFFICER : Q_ALL;
}

int
audit_sql_list(struct ctx *c, const struct audit_filter *f, int64_t dossier, size_t max,
               struct audit_row *out, size_t *n)
{
    static const size_t ARGS_OF[Q__MAX] = {[Q_ALL] = 7, [Q_DOSSIER] = 8, [Q_OFFICER] = 8,
                                           [Q_BOTH] = 9, [Q_OF_ID] = 9};
    int q = query_of(f, dossier);
    struct dbv args[] = {qi(f->upto), qi((int64_t)max), qi(c->account), qi(PERM_BIT(PERM_AUDIT)),
                         qi(f->unit), qt(f->purpose), qi(f->from),
                         dossier ? qi(dossier) : qt(*f->code ? f->code : f->login), qt(f->login)};
    struct rows r;

    db_rows(c, &r, &Q[q], args, ARGS_OF[q]);
    return read_rows(&r, max, false, out, n);
}

int
audit_sql_own(struct ctx *c, int64_t account, int64_t before, size_t max, struct audit_row *out,
              size_t *n)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_OWN], ARGS(qi(before ? before : INT64_MAX), qi((int64_t)max), qi(account)));
    return read_rows(&r, max, true, out, n);
}

int
audit_sql_own_one(struct ctx *c, int64_t account, int64_t id, struct audit_row *out,
                  int64_t *dossier, int64_t *viewer)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không có lượt xem này"), &Q[Q_OWN_ONE], ARGS(qi(account), qi(id)));

    if (rc < 0)
        return rc;
    *out = read_row(&r);
    *dossier = row_int(&r, 10);
    *viewer = row_int(&r, 11);
    return db_done(&r);
}
