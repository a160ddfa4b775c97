#include <string.h>

#include "base/hash.h"
#include "mod/audit/audit_sql.h"

#define WAITING "kind, owner, version, head, mac, refused"
#define LEAF "kind, owner, version, position, hash"
#define HEAD "number, at, size, root, whole, note"

enum { Q_PUT, Q_SOME, Q_BETWEEN, Q_DONE, Q_REFUSE, Q_SIZE, Q_UPTO, Q_LEAF, Q_FIND, Q_LEAVES,
       Q_FROM, Q_NODE, Q_HASHES, Q_NODES, Q_NEWEST, Q_OVER, Q_BEFORE, Q_AFTER, Q_HEAD, Q_BEGUN,
       Q_BEGIN, Q__COUNT };
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_PUT] = {"seal_waiting_put",
               "INSERT INTO seal_waiting (" WAITING ") VALUES ($1, $2, $3, $4, $5, 0)"
               " ON CONFLICT (kind, owner) DO UPDATE SET version = excluded.version,"
               " head = excluded.head, mac = excluded.mac"},
    [Q_SOME] = {"seal_waiting_some",
                "SELECT " WAITING " FROM seal_waiting WHERE refused = 0"
                " ORDER BY kind, owner LIMIT $1"},
    [Q_BETWEEN] = {"seal_waiting_between",
                   "SELECT " WAITING " FROM seal_waiting WHERE kind = $1 AND owner > $2"
                   " AND owner <= $3 ORDER BY owner"},
    [Q_DONE] = {"seal_waiting_done",
                "DELETE FROM seal_waiting WHERE kind = $1 AND owner = $2 AND version = $3"},
    [Q_REFUSE] = {"seal_waiting_refuse",
                  "UPDATE seal_waiting SET refused = 1 WHERE kind = $1 AND owner = $2"
                  " AND version = $3"},
    [Q_SIZE] = {"seal_size", "SELECT coalesce(max(position) + 1, 0) FROM seal_leaf"},
    [Q_UPTO] = {"seal_upto",
                "SELECT max(version) FROM seal_leaf WHERE kind = $1 AND owner = $2"},
    [Q_LEAF] = {"seal_leaf_add",
                "INSERT INTO seal_leaf (" LEAF ") VALUES ($1, $2, $3, $4, $5)"},
    [Q_FIND] = {"seal_leaf_find",
                "SELECT " LEAF " FROM seal_leaf WHERE kind = $1 AND owner = $2 AND version = $3"},
    [Q_LEAVES] = {"seal_leaves_between",
                  "SELECT " LEAF " FROM seal_leaf WHERE kind = $1 AND owner > $2 AND owner <= $3"
                  " ORDER BY owner, version"},
    [Q_FROM] = {"seal_leaves_from",
                "SELECT " LEAF " FROM seal_leaf WHERE position >= $1 ORDER BY position LIMIT $2"},
    [Q_NODE] = {"seal_node_add", "INSERT INTO seal_node (level, number, hash) VALUES ($1, $2, $3)"},
    [Q_HASHES] = {"seal_hashes",
                  "SELECT hash FROM seal_leaf WHERE position >= $1 AND position < $2"
                  " ORDER BY position"},
    [Q_NODES] = {"seal_nodes",
                 "SELECT hash FROM seal_node WHERE level = $3 AND number >= $1 AND number < $2"
                 " ORDER BY number"},
    [Q_NEWEST] = {"seal_head_newest",
                  "SELECT " HEAD " FROM seal_head"
                  " WHERE number = (SELECT max(number) FROM seal_head)"},
    [Q_OVER] = {"seal_head_over",
                "SELECT " HEAD " FROM seal_head WHERE size > $1 ORDER BY size LIMIT 1"},
    [Q_BEFORE] = {"seal_heads_before",
                  "SELECT " HEAD " FROM seal_head WHERE number < $1 ORDER BY number DESC LIMIT $2"},
    [Q_AFTER] = {"seal_heads_after",
                 "SELECT " HEAD " FROM seal_head WHERE number > $1 ORDER BY number LIMIT $2"},
    [Q_HEAD] = {"seal_head_add",
                "INSERT INTO seal_head (" HEAD ") SELECT coalesce(max(number), 0) + 1,"
                " CAST($1 AS BIGINT), CAST($2 AS BIGINT), $3, CAST($4 AS BIGINT), $5"
                " FROM seal_head"},
    [Q_BEGUN] = {"seal_begun", "SELECT after, done FROM seal_begin WHERE one = 1"},
    [Q_BEGIN] = {"seal_begin_move", "UPDATE seal_begin SET after = $1, done = $2 WHERE one = 1"},
};

static void
take(struct rows *r, int col, uint8_t out[MERKLE_SIZE])
{
    struct bytes b = row_bytes(r, col);

    memset(out, 0, MERKLE_SIZE);        /* what has another length fits nothing */
    if (b.n == MERKLE_SIZE)
        memcpy(out, b.p, MERKLE_SIZE);
}

static struct dbv
blob(const merkle_hash *h)
{
    return qb((struct bytes){h->b, MERKLE_SIZE});
}

/* --- what waits ---------------------------------------------------------------------------- */

int
sql_waiting_put(struct ctx *c, const struct seal_waiting *w)
{
    return db_put(c, &Q[Q_PUT],
                  ARGS(qi(w->kind), qi(w->owner), qi(w->version), qb(hash_unhex(c->a, w->head)),
                       qb((struct bytes){w->mac, MERKLE_SIZE})));
}

static int
read_waiting(struct ctx *c, struct rows *r, seal_waitings *out)
{
    while (db_next(r)) {
        struct seal_waiting *w = vec_push(c->a, out);
        struct bytes head = row_bytes(r, 3);

        *w = (struct seal_waiting){.kind = row_int(r, 0), .owner = row_int(r, 1),
                                   .version = row_int(r, 2),
                                   .head = hash_hex(c->a, head.p, head.n),
                                   .refused = row_int(r, 5) != 0};
        take(r, 4, w->mac);
    }
    return db_done(r);
}

int
seal_waiting_some(struct ctx *c, int64_t limit, seal_waitings *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_SOME], ARGS(qi(limit)));
    return read_waiting(c, &r, out);
}

int
seal_waiting_between(struct ctx *c, enum audit_kind kind, int64_t after, int64_t upto,
                     seal_waitings *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_BETWEEN], ARGS(qi(kind), qi(after), qi(upto)));
    return read_waiting(c, &r, out);
}

int
seal_waiting_done(struct ctx *c, const struct seal_waiting *w)
{
    return db_put(c, &Q[Q_DONE], ARGS(qi(w->kind), qi(w->owner), qi(w->version)));
}

int
seal_waiting_refuse(struct ctx *c, const struct seal_waiting *w)
{
    return db_put(c, &Q[Q_REFUSE], ARGS(qi(w->kind), qi(w->owner), qi(w->version)));
}

/* --- leaves -------------------------------------------------------------------------------- */

int
seal_size(struct ctx *c, int64_t *size)
{
    *size = db_int(c, -1, &Q[Q_SIZE], NO_ARGS);
    return *size < 0 ? c->err.rc : OK;
}

int64_t
seal_upto(struct ctx *c, enum audit_kind kind, int64_t owner)
{
    return db_int(c, 0, &Q[Q_UPTO], ARGS(qi(kind), qi(owner)));
}

int
sql_leaf_add(struct ctx *c, int64_t position, const struct seal_leaf *l)
{
    int rc = db_exec(c, &Q[Q_LEAF],
                     ARGS(qi(l->kind), qi(l->owner), qi(l->version), qi(position), blob(&l->hash)));

    return rc < 0 ? rc : OK;
}

static void
read_leaf(struct rows *r, struct seal_leaf *out)
{
    *out = (struct seal_leaf){.kind = row_int(r, 0), .owner = row_int(r, 1),
                              .version = row_int(r, 2), .position = row_int(r, 3)};
    take(r, 4, out->hash.b);
}

static int
read_leaves(struct ctx *c, struct rows *r, seal_leaves *out)
{
    while (db_next(r))
        read_leaf(r, vec_push(c->a, out));
    return db_done(r);
}

int
seal_find(struct ctx *c, enum audit_kind kind, int64_t owner, int64_t version,
          struct seal_leaf *out)
{
    struct rows r;
    int rc = db_one(c, &r, NULL, &Q[Q_FIND], ARGS(qi(kind), qi(owner), qi(version)));

    if (rc < 0)
        return rc;
    read_leaf(&r, out);
    return db_done(&r);
}

int
seal_leaves_between(struct ctx *c, enum audit_kind kind, int64_t after, int64_t upto,
                    seal_leaves *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_LEAVES], ARGS(qi(kind), qi(after), qi(upto)));
    return read_leaves(c, &r, out);
}

int
seal_leaves_from(struct ctx *c, int64_t position, int64_t limit, seal_leaves *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_FROM], ARGS(qi(position), qi(limit)));
    return read_leaves(c, &r, out);
}

int
sql_node_add(struct ctx *c, int level, int64_t number, const merkle_hash *h)
{
    return db_put(c, &Q[Q_NODE], ARGS(qi(level), qi(number), blob(h)));
}

int
sql_hashes(struct ctx *c, int level, int64_t from, int64_t n, merkle_hash *out)
{
    const struct dbv args[] = {qi(from), qi(from + n), qi(level)};
    struct rows r;
    int64_t got = 0;
    int rc;

    for (db_rows(c, &r, &Q[level ? Q_NODES : Q_HASHES], args, level ? 3 : 2);
         got < n && db_next(&r); got++)
        take(&r, 0, out[got].b);
    if ((rc = db_done(&r)) < 0)
        return rc;
    return got == n ? OK
                    : fail(c, E_NOTFOUND, NULL, "the log lacks hashes of level %d from %" PRId64,
                           level, from);
}

/* --- heads --------------------------------------------------------------------------------- */

static void
read_head(struct rows *r, struct seal_head *out)
{
    *out = (struct seal_head){.number = row_int(r, 0), .at = row_int(r, 1), .size = row_int(r, 2),
                              .whole = row_int(r, 4) != 0, .note = row_text(r, 5)};
    take(r, 3, out->root.b);
}

static int
one_head(struct ctx *c, const struct query *q, const struct dbv *args, size_t n,
         struct seal_head *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Chưa có bản niêm phong"), q, args, n);

    if (rc < 0)
        return rc;
    read_head(&r, out);
    return db_done(&r);
}

int
seal_head_newest(struct ctx *c, struct seal_head *out)
{
    return one_head(c, &Q[Q_NEWEST], NO_ARGS, out);
}

int
seal_head_over(struct ctx *c, int64_t position, struct seal_head *out)
{
    return one_head(c, &Q[Q_OVER], ARGS(qi(position)), out);
}

static int
read_heads(struct ctx *c, struct rows *r, seal_heads *out)
{
    while (db_next(r))
        read_head(r, vec_push(c->a, out));
    return db_done(r);
}

int
seal_heads_before(struct ctx *c, int64_t number, int64_t limit, seal_heads *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_BEFORE], ARGS(qi(number ? number : INT64_MAX), qi(limit)));
    return read_heads(c, &r, out);
}

int
seal_heads_after(struct ctx *c, int64_t number, int64_t limit, seal_heads *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_AFTER], ARGS(qi(number), qi(limit)));
    return read_heads(c, &r, out);
}

int
seal_head_add(struct ctx *c, const struct seal_head *h)
{
    int rc = db_exec(c, &Q[Q_HEAD],
                     ARGS(qi(h->at), qi(h->size), blob(&h->root), qi(h->whole), qt(h->note)));

    return rc < 0 ? rc : OK;
}

/* --- what was there before ----------------------------------------------------------------- */

int
seal_begun(struct ctx *c, int64_t *after, bool *done)
{
    struct rows r;
    int rc = db_one(c, &r, NULL, &Q[Q_BEGUN], NO_ARGS);

    if (rc < 0)
        return rc;
    *after = row_int(&r, 0);
    *done = row_int(&r, 1) != 0;
    return db_done(&r);
}

int
seal_begin_move(struct ctx *c, int64_t after, bool done)
{
    return db_put(c, &Q[Q_BEGIN], ARGS(qi(after), qi(done)));
}
