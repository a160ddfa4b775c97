#include "mod/papers/papers_sql.h"

#include <string.h>

#include "base/hash.h"
#include "db/db.h"
#include "mod/papers/content_sql.h"

enum { Q_CHECK, Q_CHECKS, Q_LAST, Q_ATTACH, Q_REPLACE, Q_FILES, Q_REMOVE, Q_FORGET, Q_MOVE_FILES,
       Q_MOVE_CHECKS, Q_BETWEEN, Q_OWNERS, Q_DIGITAL,
       Q_OWNERS_OF, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_CHECK] = {"paper_check",
                 "INSERT INTO paper (owner, paper, form, count, accepted, note, checked_by,"
                 " checked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                 " ON CONFLICT (owner, paper) DO UPDATE SET form = excluded.form,"
                 " count = excluded.count, accepted = excluded.accepted, note = excluded.note,"
                 " checked_by = excluded.checked_by, checked_at = excluded.checked_at"},
    [Q_CHECKS] = {"paper_checks",
                  "SELECT paper, form, count, accepted, note, checked_by, checked_at FROM paper"
                  " WHERE owner = $1 ORDER BY paper"},
    [Q_LAST] = {"paper_file_last", "SELECT max(seq) FROM paper_file WHERE owner = $1"},
    [Q_ATTACH] = {"paper_file_add",
                  "INSERT INTO paper_file (owner, seq, paper, name, mime, sha256, size, added_at,"
                  " added_by, round, replaced, result)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)"},
    [Q_REPLACE] = {"paper_file_replace",
                   "UPDATE paper_file SET replaced = 1"
                   " WHERE owner = $1 AND paper = $2 AND round < $3"},
    [Q_FILES] = {"paper_files",
                 "SELECT f.seq, f.paper, f.name, f.mime, f.sha256, f.size, f.added_at, f.added_by,"
                 " f.round, f.replaced, k.sha256, k.size, k.mime, k.made, k.state, k.scan,"
                 " k.trouble, k.pages, k.pdf, k.picture, k.reason, k.finding, k.signatures,"
                 " k.tries, k.due_at, k.arrived_at, k.scanned_at, f.result"
                 " FROM paper_file f LEFT JOIN content k ON k.sha256 = f.sha256"
                 " WHERE f.owner = $1 AND ($2 = 0 OR f.seq = $2) ORDER BY f.seq"},
    [Q_REMOVE] = {"paper_file_remove",
                  "DELETE FROM paper_file WHERE owner = $1 AND ($2 = 0 OR seq = $2)"},
    [Q_FORGET] = {"paper_forget", "DELETE FROM paper WHERE owner = $1"},
    [Q_MOVE_FILES] = {"paper_file_move", "UPDATE paper_file SET owner = $2 WHERE owner = $1"},
    [Q_MOVE_CHECKS] = {"paper_move", "UPDATE paper SET owner = $2 WHERE owner = $1"},
    [Q_BETWEEN] = {"paper_files_between",
                   "SELECT owner, seq, size, sha256 FROM paper_file"
                   " WHERE owner > $1 AND owner <= $2 ORDER BY owner, seq"},
    [Q_OWNERS] = {"paper_owners_between",
                  "SELECT owner FROM paper WHERE owner > $1 AND owner <= $2"
                  " GROUP BY owner ORDER BY owner"},
    [Q_OWNERS_OF] = {"paper_owners_of",
                     "SELECT DISTINCT owner FROM paper_file WHERE sha256 = $1"
                     " ORDER BY owner DESC LIMIT $2"},
    [Q_DIGITAL] = {"paper_digital",
                   "SELECT t.owner, sum(t.papers), sum(t.held), sum(t.filed), sum(t.results) FROM"
                   " (SELECT k.owner AS owner, 1 AS papers,"
                   " CASE WHEN k.form = 5 THEN 1 ELSE 0 END AS held,"
                   " CASE WHEN k.form <> 5 AND EXISTS (SELECT 1 FROM paper_file f"
                   " WHERE f.owner = k.owner AND f.paper = k.paper AND f.replaced = 0)"
                   " THEN 1 ELSE 0 END AS filed, 0 AS results"
                   " FROM paper k WHERE k.owner > $1 AND k.owner <= $2 AND k.form <> 0"
                   " UNION ALL SELECT f.owner, 0, 0, 0, 1 FROM paper_file f"
                   " WHERE f.owner > $1 AND f.owner <= $2 AND f.result = 1) t"
                   " GROUP BY t.owner ORDER BY t.owner"},
};

_Static_assert(PAPER_MISSING == 0 && PAPER_HELD == 5, "forms stand in paper_digital");

int
papers_sql_digital(struct ctx *c, int64_t after, int64_t upto, digital_papers *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_DIGITAL], ARGS(qi(after), qi(upto))); db_next(&r);)
        *vec_push(c->a, out) = (struct paper_digital){row_int(&r, 0), row_int(&r, 1),
                                                      row_int(&r, 2), row_int(&r, 3),
                                                      row_int(&r, 4) > 0};
    return db_done(&r);
}

int
papers_sql_check(struct ctx *c, int64_t owner, const struct paper_check *p)
{
    return db_put(c, &Q[Q_CHECK],
                  ARGS(qi(owner), qt(p->paper), qi(p->form), qi(p->count), qi(p->accepted),
                       qt(p->note), qi(p->checked_by), qi(p->checked_at)));
}

int
papers_sql_checks(struct ctx *c, int64_t owner, check_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_CHECKS], ARGS(qi(owner))); db_next(&r);)
        *vec_push(c->a, out) = (struct paper_check){
            .paper = row_text(&r, 0), .form = (enum paper_form)row_int(&r, 1),
            .count = (int)row_int(&r, 2), .accepted = row_int(&r, 3) != 0,
            .note = row_text(&r, 4), .checked_by = row_int(&r, 5), .checked_at = row_int(&r, 6)};
    return db_done(&r);
}

int
papers_sql_last(struct ctx *c, int64_t owner)
{
    return (int)db_int(c, 0, &Q[Q_LAST], ARGS(qi(owner)));
}

int
papers_sql_attach(struct ctx *c, int64_t owner, const struct paper_file *f)
{
    return db_put(c, &Q[Q_ATTACH],
                  ARGS(qi(owner), qi(f->seq), qt(f->paper), qt(f->name), qt(f->mime),
                       qb(hash_unhex(c->a, f->sha256)), qi(f->size), qi(f->added_at),
                       qi(f->added_by), qi(f->round), qi(f->is_result)));
}

int
papers_sql_replace(struct ctx *c, int64_t owner, const char *paper, int round)
{
    return db_put(c, &Q[Q_REPLACE], ARGS(qi(owner), qt(paper), qi(round)));
}

int
papers_sql_files(struct ctx *c, int64_t owner, int seq, file_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_FILES], ARGS(qi(owner), qi(seq))); db_next(&r);)
        *vec_push(c->a, out) = (struct paper_file){
            .seq = (int)row_int(&r, 0), .paper = row_text(&r, 1), .name = row_text(&r, 2),
            .mime = row_text(&r, 3), .sha256 = row_hex(&r, 4), .size = row_int(&r, 5),
            .added_at = row_int(&r, 6), .added_by = row_int(&r, 7), .round = (int)row_int(&r, 8),
            .replaced = row_int(&r, 9) != 0, .content = content_row(&r, 10),
            .is_result = row_int(&r, 27) != 0};
    return db_done(&r);
}

int
papers_sql_remove(struct ctx *c, int64_t owner, int seq)
{
    int n = db_exec(c, &Q[Q_REMOVE], ARGS(qi(owner), qi(seq)));

    if (n >= 0 && seq == 0)
        n = db_exec(c, &Q[Q_FORGET], ARGS(qi(owner)));
    return n;
}

int
papers_sql_move(struct ctx *c, int64_t from, int64_t to)
{
    int n = db_exec(c, &Q[Q_MOVE_FILES], ARGS(qi(from), qi(to)));

    if (n >= 0)
        n = db_exec(c, &Q[Q_MOVE_CHECKS], ARGS(qi(from), qi(to)));
    return n < 0 ? n : OK;
}

int
papers_sql_files_between(struct ctx *c, int64_t after, int64_t upto, owned_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_BETWEEN], ARGS(qi(after), qi(upto))); db_next(&r);) {
        struct paper_owned *f = vec_push(c->a, out);
        struct bytes b = row_bytes(&r, 3);

        *f = (struct paper_owned){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), {0}};
        memcpy(f->sha256, b.p, b.n < sizeof f->sha256 ? b.n : sizeof f->sha256);
    }
    return db_done(&r);
}

int
papers_sql_owners_of(struct ctx *c, const char *sha256, size_t max, owner_ids *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_OWNERS_OF], ARGS(qb(hash_unhex(c->a, sha256)), qi((int64_t)max)));
         db_next(&r);)
        *vec_push(c->a, out) = row_int(&r, 0);
    return db_done(&r);
}

int
papers_sql_owners_between(struct ctx *c, int64_t after, int64_t upto, owner_ids *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_OWNERS], ARGS(qi(after), qi(upto))); db_next(&r);)
        *vec_push(c->a, out) = row_int(&r, 0);
    return db_done(&r);
}
