/* seen_sql.c - the only file that names the table access_question, but for audit_sql.c's look. */
#include "site/seen_sql.h"

#include "auth/reach_sql.h"
#include "base/id.h"
#include "db/db.h"
#include "http/perm.h"
#include "mod/dossiers/dossiers_named_sql.h"

#define COLUMNS                                                                                    \
    "q.id, q.asked_at, l.at, q.due_at, q.answered_at, q.unit, d.code, v.name, q.question,"         \
    " q.answer, b.name"
#define JOINED                                                                                     \
    " FROM access_question q JOIN v_access_log l ON l.id = q.look"                                 \
    " JOIN v_dossier d ON d.id = q.dossier LEFT JOIN v_account v ON v.id = q.viewer"               \
    " LEFT JOIN v_account b ON b.id = q.answered_by"
#define LEADS /* of dossier d */                                                                  \
    "EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $1 AND r.unit = q.unit"                     \
    " AND " IN_FIELD("$2", "d.procedure") ")"

enum { Q_ASK, Q_OWN, Q_WAITING, Q_ANSWER, Q_UNIT, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_ASK] = {"seen_ask",
               "INSERT INTO access_question (id, asked_at, account, look, dossier, viewer, unit,"
               " question, due_at, answer, answered_by, answered_at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', 0, 0)"},
    [Q_OWN] = {"seen_own",
               "SELECT " COLUMNS JOINED " WHERE q.account = $1 ORDER BY q.id DESC LIMIT $2"},
    [Q_WAITING] = {"seen_waiting",
                   "SELECT " COLUMNS " FROM v_reach r JOIN access_question q ON q.unit = r.unit"
                   " AND q.answered_at = 0 JOIN v_access_log l ON l.id = q.look"
                   " JOIN v_dossier d ON d.id = q.dossier"
                   " LEFT JOIN v_account v ON v.id = q.viewer"
                   " LEFT JOIN v_account b ON b.id = q.answered_by"
                   " WHERE r.account = $1 AND " REACH_HAS("$2") " AND q.viewer <> $1"
                   " AND " IN_FIELD("$2", "d.procedure")
                   " AND " NAMED_TO("$1", "d.confidential", "d.id")
                   " ORDER BY q.due_at LIMIT $3"},
    [Q_ANSWER] = {"seen_answer",
                  "UPDATE access_question AS q SET answer = $4, answered_by = $1, answered_at = $5"
                  " WHERE q.id = $3 AND q.answered_at = 0 AND q.viewer <> $1"
                  " AND EXISTS (SELECT 1 FROM v_dossier d WHERE d.id = q.dossier"
                  " AND " LEADS " AND " NAMED_TO("$1", "d.confidential", "d.id") ")"},
    [Q_UNIT] = {"seen_unit", "SELECT competent_unit FROM v_dossier WHERE id = $1"},
};

int
seen_sql_ask(struct ctx *c, const struct new_question *q)
{
    int n = db_exec(c, &Q[Q_ASK],
                    ARGS(qi(id_next()), qi(c->now), qi(c->account), qi(q->look), qi(q->dossier),
                         qi(q->viewer), qi(q->unit), qt(q->text), qi(q->due_at)));

    return n < 0 ? n : OK;
}

static int
read_rows(struct rows *r, size_t max, struct question *out, size_t *n)
{
    *n = 0;
    while (*n < max && db_next(r))
        out[(*n)++] = (struct question){
            .id = row_int(r, 0), .asked_at = row_int(r, 1), .seen_at = row_int(r, 2),
            .due_at = row_int(r, 3), .answered_at = row_int(r, 4), .unit = row_int(r, 5),
            .code = row_text(r, 6), .viewer_name = row_text(r, 7), .question = row_text(r, 8),
            .answer = row_text(r, 9), .answered_name = row_text(r, 10),
        };
    return db_done(r);
}

int
seen_sql_own(struct ctx *c, size_t max, struct question *out, size_t *n)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_OWN], ARGS(qi(c->account), qi((int64_t)max)));
    return read_rows(&r, max, out, n);
}

int
seen_sql_waiting(struct ctx *c, size_t max, struct question *out, size_t *n)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_WAITING],
            ARGS(qi(c->account), qi(PERM_BIT(PERM_DOSSIER_ASSIGN)), qi((int64_t)max)));
    return read_rows(&r, max, out, n);
}

int
seen_sql_answer(struct ctx *c, int64_t id, const char *text)
{
    return db_exec(c, &Q[Q_ANSWER], ARGS(qi(c->account), qi(PERM_BIT(PERM_DOSSIER_ASSIGN)), qi(id),
                                         qt(text), qi(c->now)));
}

int64_t
seen_sql_unit(struct ctx *c, int64_t dossier)
{
    return db_int(c, 0, &Q[Q_UNIT], ARGS(qi(dossier)));
}
