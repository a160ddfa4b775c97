/* retention, its sums and its cursor. */
#include "mod/retention/retention_sql.h"

#include "auth/reach_sql.h"
#include "base/hash.h"
#include "http/perm.h"
#include "mod/dossiers/dossiers_named_sql.h"

enum { Q_CURSOR, Q_LOCK, Q_CURSOR_SET, Q_EVENTS, Q_DOSSIER, Q_ROW, Q_AFTER, Q_ADD, Q_TERM, Q_STATE,
       Q_HOLD, Q_PACKAGE, Q_COUNT, Q_BY_CODE, Q_LIST, Q_HELD, Q_YEAR, Q_YEAR_COUNT, Q_SUMS,
       Q_NAMES, Q__COUNT };

#define KEPT_COLUMNS                                                                               \
    "k.dossier, k.unit, k.closed_on, k.closed_year, k.counted_on, k.rule, k.years, k.end_year,"    \
    " k.state, k.list, k.held_by, k.held_at, k.held_for, k.package, k.package_size,"               \
    " k.package_at, k.package_by, k.destroyed_at"
#define SHOWN                                                                                      \
    "SELECT " KEPT_COLUMNS ", d.code, d.procedure, d.applicant, d.procedure_version, d.outcome,"   \
    " d.submitted_at FROM retention k JOIN v_retention_dossier d ON d.id = k.dossier"
#define REACHED(unit, account, perms)                                                              \
    "EXISTS (SELECT 1 FROM v_reach r WHERE r.account = " account " AND r.unit = " unit             \
    " AND " IN_FIELD(perms, "d.procedure") ")"

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_CURSOR] = {"retention_cursor",
                  "SELECT event, rules, walk FROM retention_cursor WHERE id = 1"},
    [Q_LOCK] = {"retention_cursor_lock", "UPDATE retention_cursor SET event = event WHERE id = 1"},
    [Q_CURSOR_SET] = {"retention_cursor_set",
                      "UPDATE retention_cursor SET event = $1, rules = $2, walk = $3 WHERE id = 1"},
    [Q_EVENTS] = {"retention_events",
                  "SELECT event, dossier, at, status FROM v_retention_event"
                  " WHERE event > $1 AND event < $2 ORDER BY event LIMIT $3"},
    [Q_DOSSIER] = {"retention_dossier",
                   "SELECT id, competent_unit, status, outcome, result_date, procedure"
                   " FROM v_retention_dossier WHERE id = $1"},
    [Q_ROW] = {"retention_row", "SELECT " KEPT_COLUMNS " FROM retention k WHERE k.dossier = $1"},
    [Q_AFTER] = {"retention_after",
                 "SELECT " KEPT_COLUMNS " FROM retention k WHERE k.dossier > $1 ORDER BY k.dossier"
                 " LIMIT $2"},
    [Q_ADD] = {"retention_add",
               "INSERT INTO retention (dossier, unit, closed_on, closed_year, counted_on, rule,"
               " years, end_year, state, list, held_by, held_at, held_for, package, package_size,"
               " package_at, package_by, destroyed_at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 0, 0, 0, '', $9, 0, 0, 0, 0)"},
    [Q_TERM] = {"retention_term",
                "UPDATE retention SET counted_on = $2, rule = $3, years = $4, end_year = $5"
                " WHERE dossier = $1"},
    [Q_STATE] = {"retention_state",
                 "UPDATE retention SET state = $2, list = $3, destroyed_at = $4, package = $5,"
                 " package_size = $6 WHERE dossier = $1 AND state = $7"},
    [Q_HOLD] = {"retention_hold",
                "UPDATE retention SET held_by = $2, held_at = $3, held_for = $4"
                " WHERE dossier = $1 AND state <> 3"},
    [Q_PACKAGE] = {"retention_package",
                   "UPDATE retention SET package = $2, package_size = $3, package_at = $4,"
                   " package_by = $5 WHERE dossier = $1 AND state <> 3"},
    [Q_COUNT] = {"retention_count",
                 "INSERT INTO retention_count (unit, closed_year, end_year, state, lane, n)"
                 " VALUES ($1, $2, $3, $4, $5, $6)"
                 " ON CONFLICT (unit, closed_year, end_year, state, lane)"
                 " DO UPDATE SET n = retention_count.n + excluded.n"},
    [Q_BY_CODE] = {"retention_by_code",
                   SHOWN " WHERE d.code = $1 AND " REACHED("k.unit", "$2", "$3")
                   " AND " NAMED_TO("$2", "d.confidential", "d.id")},
    [Q_LIST] = {"retention_list",
                SHOWN " WHERE k.unit = $1 AND k.state = $2 AND (k.end_year, k.dossier) > ($3, $4)"
                      " AND k.end_year <= $5 ORDER BY k.end_year, k.dossier LIMIT $6"},
    [Q_HELD] = {"retention_list_held",
                SHOWN " WHERE k.unit = $1 AND k.held_at <> 0 AND k.dossier > $2"
                      " ORDER BY k.dossier LIMIT $3"},
    [Q_YEAR] = {"retention_of_year",
                SHOWN " WHERE k.unit = $1 AND k.closed_year = $2 AND k.dossier > $3"
                      " AND k.state <> 3 ORDER BY k.dossier LIMIT $4"},
    [Q_YEAR_COUNT] = {"retention_year_count",
                      "SELECT sum(n) FROM retention_count WHERE unit = $1 AND closed_year = $2"
                      " AND state <> 3"},
    [Q_SUMS] = {"retention_sums",
                "SELECT k.unit, k.closed_year, k.end_year, k.state, sum(k.n)"
                " FROM v_reach r JOIN retention_count k ON k.unit = r.unit"
                " WHERE r.account = $1 AND (r.perms & $2) <> 0"
                " GROUP BY k.unit, k.closed_year, k.end_year, k.state"
                " ORDER BY k.unit, k.end_year, k.closed_year, k.state"},
    [Q_NAMES] = {"retention_names", "SELECT package FROM retention WHERE package_size > 0"},
};

/* --- following -------------------------------------------------------------------------------- */

int
kept_sql_cursor(struct ctx *c, struct kept_cursor *out)
{
    struct rows r;
    int rc = db_exec(c, &Q[Q_LOCK], NO_ARGS);

    if (rc < 0 || (rc = db_one(c, &r, "", &Q[Q_CURSOR], NO_ARGS)) < 0)
        return rc;
    *out = (struct kept_cursor){row_int(&r, 0), row_int(&r, 2), row_text(&r, 1)};
    return db_done(&r);
}

int
kept_sql_cursor_set(struct ctx *c, const struct kept_cursor *cur)
{
    return db_put(c, &Q[Q_CURSOR_SET], ARGS(qi(cur->event), qt(cur->rules), qi(cur->walk)));
}

int
kept_sql_events(struct ctx *c, int64_t after, int64_t before, size_t limit, closings *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_EVENTS], ARGS(qi(after), qi(before), qi((int64_t)limit)));
         db_next(&r);)
        *vec_push(c->a, out) = (struct closing){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                                row_int(&r, 3)};
    return db_done(&r);
}

int
kept_sql_dossier(struct ctx *c, int64_t id, struct closed_dossier *out)
{
    struct rows r;
    int rc = db_one(c, &r, "", &Q[Q_DOSSIER], ARGS(qi(id)));

    if (rc < 0)
        return rc;
    *out = (struct closed_dossier){
        .id = row_int(&r, 0), .unit = row_int(&r, 1), .status = row_int(&r, 2),
        .outcome = row_int(&r, 3), .result_date = (day)row_int(&r, 4),
        .procedure = row_text(&r, 5)};
    return db_done(&r);
}

/* --- the row ---------------------------------------------------------------------------------- */

static struct bytes
package_of(struct ctx *c, const struct kept *k)
{
    return k->package && *k->package ? hash_unhex(c->a, k->package)
                                     : (struct bytes){.p = (const uint8_t *)"", .n = 0};
}

static void
read_kept(struct rows *r, struct kept *k)
{
    struct bytes package = row_bytes(r, 13);

    *k = (struct kept){
        .dossier = row_int(r, 0), .unit = row_int(r, 1), .closed_on = (day)row_int(r, 2),
        .closed_year = row_int(r, 3), .counted_on = (day)row_int(r, 4), .rule = row_text(r, 5),
        .years = row_int(r, 6), .end_year = row_int(r, 7),
        .state = (enum kept_state)row_int(r, 8), .list = row_int(r, 9), .held_by = row_int(r, 10),
        .held_at = row_int(r, 11), .held_for = row_text(r, 12),
        .package = package.n ? hash_hex(r->c->a, package.p, package.n) : "",
        .package_size = row_int(r, 14), .package_at = row_int(r, 15),
        .package_by = row_int(r, 16), .destroyed_at = row_int(r, 17), .code = "", .procedure = "",
        .applicant = ""};
}

static void
read_shown(struct rows *r, struct kept *k)
{
    read_kept(r, k);
    k->code = row_text(r, 18);
    k->procedure = row_text(r, 19);
    k->applicant = row_text(r, 20);
    k->procedure_version = row_int(r, 21);
    k->outcome = row_int(r, 22);
    k->submitted_at = row_int(r, 23);
}

int
kept_sql_row(struct ctx *c, int64_t dossier, struct kept *out)
{
    bool found = false;
    struct rows r;
    int rc;

    for (db_rows(c, &r, &Q[Q_ROW], ARGS(qi(dossier))); db_next(&r); found = true)
        read_kept(&r, out);
    rc = db_done(&r);
    return rc < 0 ? rc : found ? OK : E_NOTFOUND;
}

int
kept_sql_rows_after(struct ctx *c, int64_t after, size_t limit, kept_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_AFTER], ARGS(qi(after), qi((int64_t)limit))); db_next(&r);)
        read_kept(&r, vec_push(c->a, out));
    return db_done(&r);
}

int
kept_sql_add(struct ctx *c, const struct kept *k)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(k->dossier), qi(k->unit), qi(k->closed_on), qi(k->closed_year),
                       qi(k->counted_on), qt(k->rule), qi(k->years), qi(k->end_year),
                       qb((struct bytes){.p = (const uint8_t *)"", .n = 0})));
}

int
kept_sql_term(struct ctx *c, const struct kept *k)
{
    return db_put(c, &Q[Q_TERM], ARGS(qi(k->dossier), qi(k->counted_on), qt(k->rule),
                                      qi(k->years), qi(k->end_year)));
}

static int
one_row(struct ctx *c, int n, const struct kept *k)
{
    if (n == 0)
        return fail(c, E_CONFLICT, N_("Hồ sơ vừa được người khác xử lý"),
                    "retention of %" PRId64 " has moved on", k->dossier);
    return n < 0 ? n : OK;
}

int
kept_sql_state(struct ctx *c, const struct kept *k, enum kept_state from)
{
    int n = db_exec(c, &Q[Q_STATE], ARGS(qi(k->dossier), qi(k->state), qi(k->list),
                                         qi(k->destroyed_at), qb(package_of(c, k)),
                                         qi(k->package_size), qi(from)));

    return one_row(c, n, k);
}

int
kept_sql_hold(struct ctx *c, const struct kept *k)
{
    int n = db_exec(c, &Q[Q_HOLD], ARGS(qi(k->dossier), qi(k->held_by), qi(k->held_at),
                                        qt(k->held_for)));

    return one_row(c, n, k);
}

int
kept_sql_package(struct ctx *c, const struct kept *k)
{
    int n = db_exec(c, &Q[Q_PACKAGE], ARGS(qi(k->dossier), qb(package_of(c, k)),
                                           qi(k->package_size), qi(k->package_at),
                                           qi(k->package_by)));

    return one_row(c, n, k);
}

int
kept_sql_count(struct ctx *c, const struct kept *k, int64_t n)
{
    const struct dbv v[] = {qi(k->unit), qi(k->closed_year), qi(k->end_year), qi(k->state),
                            qi(db_lane(c)), qi(n)};

    return db_add(c, &Q[Q_COUNT], v, 5, 1);
}

/* --- looking ---------------------------------------------------------------------------------- */

int
kept_sql_by_code(struct ctx *c, const char *code, struct kept *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không tìm thấy hồ sơ này trong kho lưu trữ"), &Q[Q_BY_CODE],
                    ARGS(qt(code), qi(c->account), qi(PERM_BIT(PERM_ARCHIVE))));

    if (rc < 0)
        return rc;
    read_shown(&r, out);
    return db_done(&r);
}

static int
read_list(struct ctx *c, struct rows *r, kept_list *out)
{
    while (db_next(r))
        read_shown(r, vec_push(c->a, out));
    return db_done(r);
}

int
kept_sql_list(struct ctx *c, const struct kept_query *q, kept_list *out)
{
    const int64_t this_year = date_ymd(vn_day(c->now)).y;
    const struct { int64_t state, from, to; } RANGE[VIEW_KEPT__COUNT] = {
        [VIEW_PAST] = {KEPT, 0, this_year - 1}, [VIEW_KEPT] = {KEPT, this_year, KEPT_FOR_EVER - 1},
        [VIEW_FOR_EVER] = {KEPT, KEPT_FOR_EVER, KEPT_FOR_EVER},
        [VIEW_GONE] = {KEPT_DESTROYED, 0, KEPT_FOR_EVER}};
    int64_t from = q->after_year ? q->after_year : q->year ? q->year : RANGE[q->view].from;
    struct rows r;

    if (q->view == VIEW_HELD)
        db_rows(c, &r, &Q[Q_HELD], ARGS(qi(q->unit), qi(q->after), qi((int64_t)q->limit)));
    else
        db_rows(c, &r, &Q[Q_LIST],
                ARGS(qi(q->unit), qi(RANGE[q->view].state), qi(from), qi(q->after),
                     qi(q->year ? q->year : RANGE[q->view].to), qi((int64_t)q->limit)));
    return read_list(c, &r, out);
}

int
kept_sql_year(struct ctx *c, int64_t unit, int64_t year, int64_t after, size_t limit,
              kept_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_YEAR], ARGS(qi(unit), qi(year), qi(after), qi((int64_t)limit)));
    return read_list(c, &r, out);
}

int64_t
kept_sql_year_count(struct ctx *c, int64_t unit, int64_t year)
{
    return db_int(c, 0, &Q[Q_YEAR_COUNT], ARGS(qi(unit), qi(year)));
}

int
kept_sql_sums(struct ctx *c, kept_sums *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_SUMS], ARGS(qi(c->account), qi(PERM_BIT(PERM_ARCHIVE))));
         db_next(&r);)
        *vec_push(c->a, out) = (struct kept_sum){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                                 row_int(&r, 3), row_int(&r, 4)};
    return db_done(&r);
}

int
retention_names(struct ctx *c, content_name *each, void *user)
{
    return content_names_walk(c, &Q[Q_NAMES], true, each, user);
}
