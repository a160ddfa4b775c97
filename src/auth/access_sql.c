#include "auth/access_sql.h"

#include "base/date.h"
#include "base/id.h"

enum {
    Q_LOG_ADD, Q_LOG_ADD_16, Q_LISTED, Q_LISTED_ADD, Q_LISTED_ADD_16, Q_LISTED_SWEEP, Q_LOG_LIST,
    Q_LOG_LIST_DOSSIER, Q_LOG_LIST_PERSON, Q__MAX
};

/* A page of a list leaves many rows that differ in three columns: $1..$7 are those of all. */
#define LOG_INTO                                                                                   \
    "INSERT INTO access_log (at, account, session, unit, request, what, purpose, id, dossier,"     \
    " person) VALUES "
#define LOG_ROW(id, dossier, person)                                                               \
    "($1, $2, $3, $4, $5, $6, $7, $" #id ", $" #dossier ", $" #person ")"
#define LOG_16                                                                                     \
    LOG_ROW(8, 9, 10) "," LOG_ROW(11, 12, 13) "," LOG_ROW(14, 15, 16) ","                          \
    LOG_ROW(17, 18, 19) "," LOG_ROW(20, 21, 22) "," LOG_ROW(23, 24, 25) ","                        \
    LOG_ROW(26, 27, 28) "," LOG_ROW(29, 30, 31) "," LOG_ROW(32, 33, 34) ","                        \
    LOG_ROW(35, 36, 37) "," LOG_ROW(38, 39, 40) "," LOG_ROW(41, 42, 43) ","                        \
    LOG_ROW(44, 45, 46) "," LOG_ROW(47, 48, 49) "," LOG_ROW(50, 51, 52) ","                        \
    LOG_ROW(53, 54, 55)
#define LISTED_INTO                                                                                \
    "INSERT INTO access_listed (day, account, dossier) VALUES "
#define LISTED_ONCE " ON CONFLICT (day, account, dossier) DO NOTHING"
#define LISTED_16                                                                                  \
    "($1, $2, $3), ($1, $2, $4), ($1, $2, $5), ($1, $2, $6),"                                      \
    "($1, $2, $7), ($1, $2, $8), ($1, $2, $9), ($1, $2, $10),"                                     \
    "($1, $2, $11), ($1, $2, $12), ($1, $2, $13), ($1, $2, $14),"                                  \
    "($1, $2, $15), ($1, $2, $16), ($1, $2, $17), ($1, $2, $18)"
#define LOG_COLUMNS "l.id, l.at, l.account, l.dossier, l.person, a.name, l.what"

static const struct query Q[Q__MAX] QUERIES = {
    [Q_LOG_ADD] = {"access_log_add", LOG_INTO LOG_ROW(8, 9, 10)},
    [Q_LOG_ADD_16] = {"access_log_add_16", LOG_INTO LOG_16},
    [Q_LISTED] = {"access_listed", "SELECT dossier FROM access_listed WHERE day = $1"
                                   " AND account = $2 AND dossier >= $3 AND dossier <= $4"
                                   " ORDER BY dossier"},
    [Q_LISTED_ADD] = {"access_listed_add", LISTED_INTO "($1, $2, $3)" LISTED_ONCE},
    [Q_LISTED_ADD_16] = {"access_listed_add_16", LISTED_INTO LISTED_16 LISTED_ONCE},
    [Q_LISTED_SWEEP] = {"access_listed_sweep", "DELETE FROM access_listed WHERE day < $1"},
    [Q_LOG_LIST] = {"access_log_list", "SELECT " LOG_COLUMNS
                                       " FROM access_log l LEFT JOIN account a ON a.id = l.account"
                                       " WHERE l.id < $1 ORDER BY l.id DESC LIMIT $2"},
    [Q_LOG_LIST_DOSSIER] = {"access_log_dossier",
                            "SELECT " LOG_COLUMNS
                            " FROM access_log l LEFT JOIN account a ON a.id = l.account"
                            " WHERE l.dossier = $3 AND l.id < $1 ORDER BY l.id DESC LIMIT $2"},
    [Q_LOG_LIST_PERSON] = {"access_log_person",
                           "SELECT " LOG_COLUMNS
                           " FROM access_log l LEFT JOIN account a ON a.id = l.account"
                           " WHERE l.person = $3 AND l.id < $1 ORDER BY l.id DESC LIMIT $2"},
};

/* The statement of 16 is always full: fewer go one by one. */
static int
log_rows(struct ctx *c, const struct shown *s, size_t n)
{
    struct dbv args[7 + 3 * LOG_AT_ONCE] = {
        qi(c->now), qi(c->account), qi(c->session ? c->session->id : 0),
        qi(c->session ? c->session->home_unit : 0), qt(c->request_id), qt(s->what), qt(s->purpose)};

    for (size_t i = 0; i < n; i++) {
        args[7 + 3 * i] = qi(id_next());
        args[8 + 3 * i] = qi(s[i].dossier);
        args[9 + 3 * i] = qi(s[i].person);
    }
    return db_put(c, &Q[n == 1 ? Q_LOG_ADD : Q_LOG_ADD_16], args, 7 + 3 * n);
}

static int
listed_rows(struct ctx *c, const struct shown *s, size_t n)
{
    struct dbv args[2 + LOG_AT_ONCE] = {qi(vn_day(c->now)), qi(c->account)};

    for (size_t i = 0; i < n; i++)
        args[2 + i] = qi(s[i].dossier);
    return db_put(c, &Q[n == 1 ? Q_LISTED_ADD : Q_LISTED_ADD_16], args, 2 + n);
}

static int
in_rows(struct ctx *c, const struct shown *s, size_t n,
        int (*put)(struct ctx *, const struct shown *, size_t))
{
    int rc = OK;

    if (n == LOG_AT_ONCE)
        return put(c, s, n);
    for (size_t i = 0; i < n && rc == OK; i++)
        rc = put(c, &s[i], 1);
    return rc;
}

int
access_sql_add(struct ctx *c, const struct shown *s, size_t n)
{
    return in_rows(c, s, n, log_rows);
}

int
access_sql_listed_add(struct ctx *c, const struct shown *s, size_t n)
{
    return in_rows(c, s, n, listed_rows);
}

int
access_sql_listed(struct ctx *c, int64_t from, int64_t to, dossier_ids *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_LISTED], ARGS(qi(vn_day(c->now)), qi(c->account), qi(from), qi(to)));
    while (db_next(&r))
        *vec_push(c->a, out) = row_int(&r, 0);
    return db_done(&r);
}

int
access_sql_listed_sweep(struct ctx *c, int64_t before)
{
    int n = db_exec(c, &Q[Q_LISTED_SWEEP], ARGS(qi(before)));

    return n < 0 ? n : OK;
}

int
access_sql_list(struct ctx *c, int64_t dossier, int64_t person, int64_t before, size_t max,
                  struct seen *out, size_t *n)
{
    int q = dossier ? Q_LOG_LIST_DOSSIER : person ? Q_LOG_LIST_PERSON : Q_LOG_LIST;
    struct dbv args[] = {qi(before ? before : INT64_MAX), qi((int64_t)max),
                         qi(dossier ? dossier : person)};
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[q], args, q == Q_LOG_LIST ? 2 : 3); *n < max && db_next(&r);)
        out[(*n)++] = (struct seen){
            .id = row_int(&r, 0),
            .at = row_int(&r, 1),
            .account = row_int(&r, 2),
            .dossier = row_int(&r, 3),
            .person = row_int(&r, 4),
            .name = row_text(&r, 5),
            .what = row_text(&r, 6),
        };
    return db_done(&r);
}
