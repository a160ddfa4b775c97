#include "mod/papers/content_sql.h"

#include <string.h>

#include "base/hash.h"

#define COLUMNS                                                                                    \
    "sha256, size, mime, made, state, scan, trouble, pages, pdf, picture, reason, finding,"        \
    " signatures, tries, due_at, arrived_at, scanned_at"

/* Due, and of the account whose turn follows $2's. */
#define NEXT_ACCOUNT                                                                               \
    "account = (SELECT account FROM content WHERE due_at IS NOT NULL AND due_at <= $1"             \
    " AND account > $2 ORDER BY account LIMIT 1) AND due_at IS NOT NULL AND due_at <= $1"

enum { Q_PUT, Q_GET, Q_NEXT, Q_NEXT_NEWEST, Q_ANY_DUE, Q_CLAIM, Q_RECORD, Q_CONVERTED, Q_RETRY,
       Q_RETRY_ONE, Q_WAITING, Q_SHARES, Q_OLDEST, Q_TROUBLES_COUNT, Q_TROUBLES, Q_STALE, Q_AGAIN,
       Q_EACH, Q_FORGET, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_PUT] = {"content_put",
               "INSERT INTO content (sha256, size, mime, made, state, scan, trouble, pages, reason,"
               " finding, signatures, tries, due_at, arrived_at, scanned_at, changed_at, account)"
               " VALUES ($1, $2, $3, $4, $5, $6, 0, $7, '', '', 0, 0, $8, $9, 0, $9, $10)"
               " ON CONFLICT (sha256) DO NOTHING"},
    [Q_GET] = {"content_get", "SELECT " COLUMNS " FROM content WHERE sha256 = $1"},
    [Q_NEXT] = {"content_next", "SELECT " COLUMNS ", account FROM content WHERE " NEXT_ACCOUNT
                " ORDER BY due_at LIMIT 1"},
    [Q_NEXT_NEWEST] = {"content_next_newest",
                       "SELECT " COLUMNS ", account FROM content WHERE " NEXT_ACCOUNT
                       " ORDER BY due_at DESC LIMIT 1"},
    [Q_ANY_DUE] = {"content_any_due",
                   "SELECT due_at FROM content WHERE due_at IS NOT NULL AND due_at <= $1"
                   " ORDER BY due_at LIMIT 1"},
    [Q_CLAIM] = {"content_claim",
                 "UPDATE content SET due_at = $3, tries = tries + 1"
                 " WHERE sha256 = $1 AND due_at = $2"},
    [Q_RECORD] = {"content_record",
                  "UPDATE content SET state = $2, scan = $3, trouble = $4, pages = $5,"
                  " pdf = COALESCE($6, pdf), picture = COALESCE($7, picture), reason = $8,"
                  " finding = $9, signatures = $10, tries = $11, due_at = $12, scanned_at = $13,"
                  " changed_at = $14 WHERE sha256 = $1"},
    [Q_CONVERTED] = {"content_converted",
                     "UPDATE content SET state = $2, pdf = COALESCE($3, pdf)"
                     " WHERE sha256 = $1 AND state = $4"},
    [Q_RETRY] = {"content_retry",
                 "UPDATE content SET due_at = $2, tries = 0, trouble = 0"
                 " WHERE trouble = $1 AND trouble <> 0"},
    [Q_RETRY_ONE] = {"content_retry_one",
                     "UPDATE content SET due_at = $2, tries = 0 WHERE sha256 = $1"},
    [Q_WAITING] = {"content_waiting",
                   "SELECT count(*) FROM (SELECT due_at FROM content WHERE due_at IS NOT NULL"
                   " LIMIT $1) AS k"},
    [Q_SHARES] = {"content_shares",
                  "SELECT count(*), max(n) FROM (SELECT count(*) AS n FROM (SELECT account"
                  " FROM content WHERE due_at IS NOT NULL LIMIT $1) AS k GROUP BY account) AS a"},
    [Q_OLDEST] = {"content_oldest",
                  "SELECT arrived_at FROM content WHERE due_at IS NOT NULL"
                  " ORDER BY due_at LIMIT 1"},
    [Q_TROUBLES_COUNT] = {"content_troubles_count",
                          "SELECT count(*) FROM (SELECT changed_at FROM content WHERE trouble = $1"
                          " AND trouble <> 0 LIMIT $2) AS c"},
    [Q_TROUBLES] = {"content_troubles",
                    "SELECT " COLUMNS " FROM content WHERE trouble = $1 AND trouble <> 0"
                    " ORDER BY changed_at DESC LIMIT $2"},
    [Q_STALE] = {"content_stale",
                 "SELECT sha256, scan, signatures, arrived_at, due_at, trouble FROM content"
                 " WHERE sha256 > $1 ORDER BY sha256 LIMIT $2"},
    [Q_AGAIN] = {"content_again",
                 "UPDATE content SET due_at = $2, tries = 0, trouble = 0"
                 " WHERE sha256 = $1 AND due_at IS NULL"},
    [Q_EACH] = {"content_each",
                "SELECT sha256, size, made, arrived_at FROM content"
                " WHERE sha256 > $1 ORDER BY sha256 LIMIT $2"},
    [Q_FORGET] = {"content_forget", "DELETE FROM content WHERE sha256 = $1 AND arrived_at < $2"},
};

static struct bytes
unhex(struct ctx *c, const char *sha256)
{
    return hash_unhex(c->a, sha256);
}

static struct dbv
maybe(struct ctx *c, const char *sha256)
{
    return sha256 && *sha256 ? qb(unhex(c, sha256)) : qnull();
}

static struct dbv
moment(int64_t at)
{
    return at ? qi(at) : qnull();
}

struct content
content_row(struct rows *r, int from)
{
    return (struct content){
        .sha256 = row_hex(r, from), .size = row_int(r, from + 1),
        .mime = row_text(r, from + 2), .made = row_int(r, from + 3) != 0,
        .state = (enum content_state)row_int(r, from + 4),
        .scan = (enum content_scan)row_int(r, from + 5),
        .trouble = (enum content_trouble)row_int(r, from + 6),
        .pages = (int)row_int(r, from + 7), .pdf = row_hex(r, from + 8),
        .picture = row_hex(r, from + 9), .reason = row_text(r, from + 10),
        .finding = row_text(r, from + 11), .signatures = row_int(r, from + 12),
        .tries = (int)row_int(r, from + 13), .due_at = row_int(r, from + 14),
        .arrived_at = row_int(r, from + 15), .scanned_at = row_int(r, from + 16)};
}

static int
list(struct ctx *c, struct rows *r, content_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = content_row(r, 0);
    return db_done(r);
}

int
content_sql_put(struct ctx *c, const struct content *k)
{
    return db_put(c, &Q[Q_PUT],
                  ARGS(qb(unhex(c, k->sha256)), qi(k->size), qt(k->mime), qi(k->made), qi(k->state),
                       qi(k->scan), qi(k->pages), moment(k->due_at), qi(c->now),
                       qi(k->account)));
}

int
content_sql_get(struct ctx *c, const char *sha256, content_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_GET], ARGS(qb(unhex(c, sha256))));
    return list(c, &r, out);
}

int
content_sql_next(struct ctx *c, bool newest, int64_t after, content_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[newest ? Q_NEXT_NEWEST : Q_NEXT], ARGS(qi(c->now), qi(after)));
         db_next(&r);) {
        struct content *k = vec_push(c->a, out);

        *k = content_row(&r, 0);
        k->account = row_int(&r, 17);
    }
    return db_done(&r);
}

bool
content_sql_any_due(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_ANY_DUE], ARGS(qi(c->now))) > 0;
}

int
content_sql_claim(struct ctx *c, const struct content *k, int64_t until)
{
    return db_exec(c, &Q[Q_CLAIM], ARGS(qb(unhex(c, k->sha256)), qi(k->due_at), qi(until)));
}

int
content_sql_record(struct ctx *c, const struct content *k, const char *pdf, const char *picture)
{
    return db_put(c, &Q[Q_RECORD],
                  ARGS(qb(unhex(c, k->sha256)), qi(k->state), qi(k->scan), qi(k->trouble),
                       qi(k->pages), maybe(c, pdf), maybe(c, picture), qt(k->reason),
                       qt(k->finding), qi(k->signatures), qi(k->tries), moment(k->due_at),
                       qi(k->scanned_at), qi(c->now)));
}

int
content_sql_converted(struct ctx *c, const char *sha256, const char *pdf)
{
    return db_put(c, &Q[Q_CONVERTED], ARGS(qb(unhex(c, sha256)), qi(CONTENT_CONVERTED),
                                           maybe(c, pdf), qi(CONTENT_INSPECTED)));
}

int
content_sql_retry(struct ctx *c, const char *sha256)
{
    if (sha256)
        return db_exec(c, &Q[Q_RETRY_ONE], ARGS(qb(unhex(c, sha256)), qi(c->now)));
    return db_exec(c, &Q[Q_RETRY], ARGS(qi(TROUBLE_FAILED), qi(c->now)));
}

static int64_t
count_of(struct ctx *c, enum content_trouble t)
{
    return db_int(c, 0, &Q[Q_TROUBLES_COUNT], ARGS(qi(t), qi(CONTENT_COUNT_MAX)));
}

static void
count_shares(struct ctx *c, struct content_figures *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_SHARES], ARGS(qi(CONTENT_COUNT_MAX))); db_next(&r);) {
        out->accounts = row_int(&r, 0);
        out->largest = row_int(&r, 1);
    }
    db_done(&r);
}

int
content_sql_figures(struct ctx *c, struct content_figures *out)
{
    count_shares(c, out);
    out->waiting = db_int(c, 0, &Q[Q_WAITING], ARGS(qi(CONTENT_COUNT_MAX)));
    out->oldest = db_int(c, 0, &Q[Q_OLDEST], NO_ARGS);
    out->infected = count_of(c, TROUBLE_INFECTED);
    out->refused = count_of(c, TROUBLE_REFUSED);
    out->failed = count_of(c, TROUBLE_FAILED);
    return c->err.rc < 0 ? c->err.rc : OK;
}

int
content_sql_troubles(struct ctx *c, enum content_trouble t, int limit, content_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_TROUBLES], ARGS(qi(t), qi(limit)));
    return list(c, &r, out);
}

/* What stands in the queue or was found already is left to that. */
static bool
is_stale(struct rows *r, int64_t signatures, int64_t since)
{
    enum content_scan scan = (enum content_scan)row_int(r, 1);

    if (!row_null(r, 4) || row_int(r, 5) == TROUBLE_FAILED)
        return false;
    return scan == CONTENT_UNSCANNED ||
           (scan == CONTENT_CLEAN && row_int(r, 2) < signatures && row_int(r, 3) >= since);
}

int
content_sql_stale(struct ctx *c, const char *after, int limit, int64_t signatures, int64_t since,
                  const char **last, content_list *out)
{
    struct bytes from = *after ? unhex(c, after) : (struct bytes){(const uint8_t *)"", 0};
    struct rows r;

    *last = "";
    for (db_rows(c, &r, &Q[Q_STALE], ARGS(qb(from), qi(limit))); db_next(&r);) {
        *last = row_hex(&r, 0);
        if (is_stale(&r, signatures, since))
            *vec_push(c->a, out) = (struct content){.sha256 = *last};
    }
    return db_done(&r);
}

int
content_sql_again(struct ctx *c, const char *sha256)
{
    return db_put(c, &Q[Q_AGAIN], ARGS(qb(unhex(c, sha256)), qi(c->now)));
}

/* --- for walks over everything --- */

int
content_sql_each(struct ctx *c, const uint8_t *after, int limit, brief_list *out)
{
    struct bytes from = {after ? after : (const uint8_t *)"", after ? SHA256_SIZE : 0};
    struct rows r;

    for (db_rows(c, &r, &Q[Q_EACH], ARGS(qb(from), qi(limit))); db_next(&r);) {
        struct content_brief *v = vec_push(c->a, out);
        struct bytes b = row_bytes(&r, 0);

        *v = (struct content_brief){.size = row_int(&r, 1), .made = row_int(&r, 2) != 0,
                                    .arrived_at = row_int(&r, 3)};
        memcpy(v->sha256, b.p, b.n < SHA256_SIZE ? b.n : SHA256_SIZE);
    }
    return db_done(&r);
}

int
content_sql_forget(struct ctx *c, const uint8_t *sha256, int64_t before)
{
    return db_exec(c, &Q[Q_FORGET], ARGS(qb((struct bytes){sha256, SHA256_SIZE}), qi(before)));
}
