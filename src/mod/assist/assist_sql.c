/* assist_sql.c - the only file that names the table assist. */
#include "mod/assist/assist_sql.h"

#include "db/db.h"

#define ASSIST                                                                                     \
    "SELECT draft, helper, unit, began_at, sends, code, told, asked_way, asked, asked_at, tries,"  \
    " way, confirmed, confirmed_at, signature, ended_at, dossier FROM assist"

enum {
    Q_ADD, Q_GET, Q_LINK, Q_BEGUN, Q_ASK, Q_COUNT, Q_VOID, Q_CONFIRM, Q_END, Q_OLDER,
    Q_UNFINISHED, Q__MAX
};

static const struct query Q[Q__MAX] QUERIES = {
    [Q_ADD] = {"assist_add",
               "INSERT INTO assist (draft, helper, unit, began_at, sends, link, code, told,"
               " asked_way, asked, asked_at, tries, way, confirmed, confirmed_at, signature,"
               " ended_at, dossier) VALUES ($1, $2, $3, $4, 0, NULL, '', '', 0, '', 0, 0, 0, '',"
               " 0, '', 0, 0)"},
    [Q_GET] = {"assist_get", ASSIST " WHERE draft = $1"},
    [Q_LINK] = {"assist_by_link", ASSIST " WHERE link = $1"},
    [Q_BEGUN] = {"assist_begun", "SELECT count(*) FROM assist WHERE helper = $1"
                                 " AND began_at >= $2"},
    [Q_ASK] = {"assist_ask",
               "UPDATE assist SET sends = sends + 1, link = $2, code = $3, told = $4,"
               " asked_way = $5, asked = $6, asked_at = $7, tries = 0 WHERE draft = $1"
               " AND ended_at = 0"},
    /* Tries side by side, by several servers too: each is counted before it is looked at. */
    [Q_COUNT] = {"assist_count", "UPDATE assist SET tries = tries + 1"
                                 " WHERE draft = $1 AND code = $2 AND tries < $3"},
    [Q_VOID] = {"assist_void", "UPDATE assist SET code = '', link = NULL WHERE draft = $1"},
    [Q_CONFIRM] = {"assist_confirm",
                   "UPDATE assist SET way = $2, confirmed = $3, confirmed_at = $4, signature = $5,"
                   " code = '', link = NULL WHERE draft = $1 AND ended_at = 0"},
    [Q_END] = {"assist_end", "UPDATE assist SET ended_at = $2, dossier = $3, code = '',"
                             " link = NULL WHERE draft = $1 AND ended_at = 0"},
    [Q_OLDER] = {"assist_older", "SELECT draft FROM assist WHERE ended_at = 0 AND began_at < $1"
                                 " ORDER BY began_at LIMIT $2"},
    [Q_UNFINISHED] = {"assist_unfinished",
                      "SELECT count(*), max(unit) FROM assist WHERE helper = $1"
                      " AND began_at >= $2 AND began_at < $3 AND dossier = 0"
                      " AND (ended_at <> 0 OR began_at < $4)"},
};

static int
rows_or(int n)
{
    return n < 0 ? n : OK;
}

/* What has ended since changes no more. */
static int
one_or(struct ctx *c, int n, int64_t draft)
{
    if (n == 0)
        return fail(c, E_CONFLICT, N_("Việc hỗ trợ này đã kết thúc"), "assist %" PRId64, draft);
    return rows_or(n);
}

int
assist_sql_add(struct ctx *c, int64_t draft, int64_t unit)
{
    return rows_or(
        db_exec(c, &Q[Q_ADD], ARGS(qi(draft), qi(c->account), qi(unit), qi(c->now))));
}

static int
read_one(struct ctx *c, const struct query *q, struct dbv key, struct assist *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không tìm thấy việc hỗ trợ này"), q, &key, 1);

    if (rc < 0)
        return rc;
    *out = (struct assist){
        .draft = row_int(&r, 0), .helper = row_int(&r, 1), .unit = row_int(&r, 2),
        .began_at = row_int(&r, 3), .sends = row_int(&r, 4), .code = row_text(&r, 5),
        .told = row_text(&r, 6), .asked_way = (enum assist_way)row_int(&r, 7),
        .asked = row_text(&r, 8), .asked_at = row_int(&r, 9), .tries = row_int(&r, 10),
        .way = (enum assist_way)row_int(&r, 11), .confirmed = row_text(&r, 12),
        .confirmed_at = row_int(&r, 13), .signature = row_text(&r, 14),
        .ended_at = row_int(&r, 15), .dossier = row_int(&r, 16)};
    return db_done(&r);
}

int
assist_sql_get(struct ctx *c, int64_t draft, struct assist *out)
{
    return read_one(c, &Q[Q_GET], qi(draft), out);
}

int
assist_sql_by_link(struct ctx *c, const char *key, struct assist *out)
{
    return read_one(c, &Q[Q_LINK], qt(key), out);
}

int64_t
assist_sql_begun(struct ctx *c, int64_t helper, int64_t since)
{
    return db_int(c, 0, &Q[Q_BEGUN], ARGS(qi(helper), qi(since)));
}

int
assist_sql_ask(struct ctx *c, int64_t draft, const struct assist_ask *k)
{
    return one_or(c, db_exec(c, &Q[Q_ASK], ARGS(qi(draft), qt(k->link), qt(k->code), qt(k->told),
                                                qi(k->way), qt(k->what), qi(c->now))), draft);
}

int
assist_sql_count(struct ctx *c, int64_t draft, const char *code, int64_t most)
{
    return db_exec(c, &Q[Q_COUNT], ARGS(qi(draft), qt(code), qi(most)));
}

int
assist_sql_void(struct ctx *c, int64_t draft)
{
    return rows_or(db_exec(c, &Q[Q_VOID], ARGS(qi(draft))));
}

int
assist_sql_confirm(struct ctx *c, int64_t draft, enum assist_way way, const char *what,
                   const char *signature)
{
    return one_or(c, db_exec(c, &Q[Q_CONFIRM], ARGS(qi(draft), qi(way), qt(what), qi(c->now),
                                                    qt(signature))), draft);
}

int
assist_sql_end(struct ctx *c, int64_t draft, int64_t dossier)
{
    return rows_or(db_exec(c, &Q[Q_END], ARGS(qi(draft), qi(c->now), qi(dossier))));
}

int
assist_sql_older(struct ctx *c, int64_t before, size_t max, int64_t *drafts, size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_OLDER], ARGS(qi(before), qi((int64_t)max)));
         *n < max && db_next(&r);)
        drafts[(*n)++] = row_int(&r, 0);
    return db_done(&r);
}

int
assist_sql_unfinished(struct ctx *c, int64_t helper, int64_t from, int64_t upto, int64_t stale,
                      int64_t *n, int64_t *unit)
{
    struct rows r;

    *n = *unit = 0;
    db_rows(c, &r, &Q[Q_UNFINISHED], ARGS(qi(helper), qi(from), qi(upto), qi(stale)));
    if (db_next(&r)) {
        *n = row_int(&r, 0);
        *unit = row_int(&r, 1);
    }
    return db_done(&r);
}
