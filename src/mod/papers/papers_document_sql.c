/* Documents: what is made of the photos of one paper and round. */
#include "base/hash.h"
#include "mod/papers/content_sql.h"

enum { Q_TOUCH, Q_TOUCH_ALL, Q_MOVE, Q_REMOVE, Q_REMOVE_ALL, Q_LIST, Q_NEXT, Q_ANY_DUE, Q_CLAIM,
       Q_PUT_OFF, Q_RECORD, Q_RETRY, Q_WAITING, Q_FAILED, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_TOUCH] = {"paper_document_touch",
                 "INSERT INTO paper_document (owner, paper, round, state, pages, reason, failed,"
                 " tries, due_at, changed_at, account)"
                 " VALUES ($1, $2, $3, 0, 0, '', 0, 0, $4, $4, $5)"
                 " ON CONFLICT (owner, paper, round) DO UPDATE SET state = 0, failed = 0,"
                 " tries = 0, due_at = excluded.due_at, changed_at = excluded.changed_at,"
                 " account = excluded.account"},
    [Q_TOUCH_ALL] = {"paper_document_touch_all",
                     "UPDATE paper_document SET state = 0, failed = 0, tries = 0, due_at = $2,"
                     " changed_at = $2 WHERE owner = $1"},
    [Q_MOVE] = {"paper_document_move", "UPDATE paper_document SET owner = $2 WHERE owner = $1"},
    [Q_REMOVE] = {"paper_document_remove",
                  "DELETE FROM paper_document WHERE owner = $1 AND paper = $2 AND round = $3"},
    [Q_REMOVE_ALL] = {"paper_document_forget", "DELETE FROM paper_document WHERE owner = $1"},
    [Q_LIST] = {"paper_documents",
                "SELECT d.paper, d.round, d.state, d.sha256, d.pages, d.reason, k.picture"
                " FROM paper_document d LEFT JOIN content k ON k.sha256 = d.sha256"
                " WHERE d.owner = $1 ORDER BY d.paper, d.round"},
    [Q_NEXT] = {"paper_document_next",
                "SELECT owner, due_at, paper, round, tries, account FROM paper_document"
                " WHERE account = (SELECT account FROM paper_document WHERE due_at IS NOT NULL"
                " AND due_at <= $1 AND account > $2 ORDER BY account LIMIT 1)"
                " AND due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT 1"},
    [Q_ANY_DUE] = {"paper_document_any_due",
                   "SELECT due_at FROM paper_document WHERE due_at IS NOT NULL AND due_at <= $1"
                   " ORDER BY due_at LIMIT 1"},
    [Q_CLAIM] = {"paper_document_claim",
                 "UPDATE paper_document SET due_at = $5, tries = tries + 1 WHERE owner = $1"
                 " AND paper = $2 AND round = $3 AND due_at = $4"},
    [Q_PUT_OFF] = {"paper_document_put_off",
                   "UPDATE paper_document SET due_at = $5 WHERE owner = $1"
                   " AND paper = $2 AND round = $3 AND due_at = $4"},
    [Q_RECORD] = {"paper_document_record",
                  "UPDATE paper_document SET state = $4, sha256 = $5, pages = $6, reason = $7,"
                  " failed = $8, due_at = $9, changed_at = $10"
                  " WHERE owner = $1 AND paper = $2 AND round = $3"},
    [Q_RETRY] = {"paper_document_retry",
                 "UPDATE paper_document SET due_at = $1, tries = 0, failed = 0 WHERE failed = 1"},
    [Q_WAITING] = {"paper_document_waiting",
                   "SELECT count(*) FROM (SELECT due_at FROM paper_document"
                   " WHERE due_at IS NOT NULL LIMIT $1) AS d"},
    [Q_FAILED] = {"paper_document_failed",
                  "SELECT count(*) FROM (SELECT changed_at FROM paper_document WHERE failed = 1"
                  " LIMIT $1) AS d"},
};

int
document_sql_touch(struct ctx *c, int64_t owner, const char *paper, int round)
{
    return db_put(c, &Q[Q_TOUCH], ARGS(qi(owner), qt(paper), qi(round), qi(c->now),
                                       qi(c->account)));
}

int
document_sql_touch_all(struct ctx *c, int64_t owner)
{
    return db_put(c, &Q[Q_TOUCH_ALL], ARGS(qi(owner), qi(c->now)));
}

int
document_sql_move(struct ctx *c, int64_t from, int64_t to)
{
    return db_put(c, &Q[Q_MOVE], ARGS(qi(from), qi(to)));
}

int
document_sql_remove(struct ctx *c, int64_t owner, const char *paper, int round)
{
    if (!paper)
        return db_put(c, &Q[Q_REMOVE_ALL], ARGS(qi(owner)));
    return db_put(c, &Q[Q_REMOVE], ARGS(qi(owner), qt(paper), qi(round)));
}

int
document_sql_list(struct ctx *c, int64_t owner, document_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LIST], ARGS(qi(owner))); db_next(&r);)
        *vec_push(c->a, out) = (struct paper_document){
            .paper = row_text(&r, 0), .round = (int)row_int(&r, 1),
            .state = (enum document_state)row_int(&r, 2), .sha256 = row_hex(&r, 3),
            .pages = (int)row_int(&r, 4), .reason = row_text(&r, 5),
            .picture = row_hex(&r, 6)};
    return db_done(&r);
}

int
document_sql_next(struct ctx *c, int64_t after, document_due_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_NEXT], ARGS(qi(c->now), qi(after))); db_next(&r);)
        *vec_push(c->a, out) =
            (struct document_due){row_int(&r, 0), row_int(&r, 1), row_text(&r, 2),
                                  (int)row_int(&r, 3), (int)row_int(&r, 4), row_int(&r, 5)};
    return db_done(&r);
}

bool
document_sql_any_due(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_ANY_DUE], ARGS(qi(c->now))) > 0;
}

int
document_sql_claim(struct ctx *c, const struct document_due *d, int64_t until)
{
    return db_exec(c, &Q[Q_CLAIM], ARGS(qi(d->owner), qt(d->paper), qi(d->round), qi(d->due_at),
                                        qi(until)));
}

int
document_sql_put_off(struct ctx *c, const struct document_due *d, int64_t until)
{
    return db_put(c, &Q[Q_PUT_OFF], ARGS(qi(d->owner), qt(d->paper), qi(d->round), qi(d->due_at),
                                         qi(until)));
}

int
document_sql_record(struct ctx *c, const struct document_job *j, const struct document_result *r,
                    bool failed, int64_t due_at)
{
    const char *made = r->pdf.sha256;

    return db_put(c, &Q[Q_RECORD],
                  ARGS(qi(j->owner), qt(j->paper), qi(j->round), qi(r->state),
                       made && *made ? qb(hash_unhex(c->a, made)) : qnull(), qi(r->pdf.pages),
                       qt(r->reason ? r->reason : ""), qi(failed),
                       due_at ? qi(due_at) : qnull(), qi(c->now)));
}

int
document_sql_retry(struct ctx *c)
{
    return db_exec(c, &Q[Q_RETRY], ARGS(qi(c->now)));
}

int
document_sql_figures(struct ctx *c, struct content_figures *out)
{
    out->documents = db_int(c, 0, &Q[Q_WAITING], ARGS(qi(CONTENT_COUNT_MAX)));
    out->failed += db_int(c, 0, &Q[Q_FAILED], ARGS(qi(CONTENT_COUNT_MAX)));
    return c->err.rc < 0 ? c->err.rc : OK;
}
