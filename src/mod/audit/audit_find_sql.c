/* audit_find_sql.c - acts of administration as auditors and administrators look for them. */
#include "base/hash.h"
#include "db/sealed.h"
#include "mod/audit/find.h"

#define COLUMNS                                                                                    \
    "e.chain, e.number, e.id, e.at, e.account, e.what, e.subject, e.data, e.hash, e.home, e.unit," \
    " a.name, a.login, a.kind"
#define JOINED " FROM admin_event e LEFT JOIN v_account a ON a.id = e.account"

/* $1 who reads, $2 the permission's bit, $3 1: the whole city. */
#define REACHED                                                                                    \
    " AND ($3 = 1 OR EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $1 AND (r.perms & $2) <> 0" \
    " AND (r.unit = e.home OR r.unit = e.unit OR r.unit = e.also)))"
#define CHOSEN                                                                                     \
    " AND ($4 = '' OR e.what = $4) AND ($5 = 0 OR e.home = $5 OR e.unit = $5 OR e.also = $5)"      \
    " AND ($6 = 0 OR e.account = 0) AND e.id >= $7"
#define END " AND e.id < $8 ORDER BY e.id DESC LIMIT $9"
#define BY                                                                                         \
    " AND ($10 = '' OR e.account = (SELECT x.id FROM v_account x WHERE x.kind = 2"                 \
    " AND x.login = $10))"

enum { Q_ALL, Q_BY, Q_OBJECT, Q_ONE, Q_FLOOR, Q__COUNT };
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ALL] = {"acts_find", "SELECT " COLUMNS JOINED " WHERE 1 = 1" CHOSEN REACHED END},
    [Q_BY] = {"acts_find_by",
              "SELECT " COLUMNS JOINED " WHERE e.account = (SELECT x.id FROM v_account x"
              " WHERE x.kind = 2 AND x.login = $10)" CHOSEN REACHED END},
    [Q_OBJECT] = {"acts_find_object",
                  "SELECT " COLUMNS JOINED " WHERE e.object " FORMS_IN("$11", "$12", "$13", "$14")
                  BY CHOSEN REACHED END},
    [Q_ONE] = {"acts_find_one",
               "SELECT " COLUMNS JOINED " WHERE e.id = $4" REACHED},
    [Q_FLOOR] = {"acts_floor",
                 "SELECT id FROM admin_event WHERE id < $1 ORDER BY id DESC LIMIT 1 OFFSET $2"},
};

static struct act_found
read_one(struct ctx *c, struct rows *r)
{
    struct bytes hash = row_bytes(r, 8);
    bool officer = row_int(r, 13) == 2;
    struct act_found f = {
        .e = {.chain = row_int(r, 0), .number = row_int(r, 1), .id = row_int(r, 2),
              .at = row_int(r, 3), .account = row_int(r, 4), .what = row_text(r, 5),
              .subject = row_sealed_chained(r, 6, SEALED_ACT_SUBJECT, row_int(r, 0)),
              .data = row_sealed_chained(r, 7, SEALED_ACT_DATA, row_int(r, 0)),
              .hash = hash_hex(c->a, hash.p, hash.n)},
        .home = row_int(r, 9), .unit = row_int(r, 10),
        .name = officer ? row_text(r, 11) : "", .login = officer ? row_text(r, 12) : "",
    };

    f.citizen = f.e.account && !officer;
    return f;
}

/* The id down to which one page looks; 0: to the end. */
static int
floor_of(struct ctx *c, int64_t upto, int64_t *out)
{
    struct rows r;

    *out = 0;
    for (db_rows(c, &r, &Q[Q_FLOOR], ARGS(qi(upto), qi(ACTS_LOOKED))); db_next(&r);)
        *out = row_int(&r, 0);
    return db_done(&r);
}

int
acts_find(struct ctx *c, const struct acts_filter *f, int64_t max, acts_found *out,
          int64_t *looked_to)
{
    static const size_t ARGS_OF[Q__COUNT] = {[Q_ALL] = 9, [Q_BY] = 10, [Q_OBJECT] = 14};
    int q = *f->object ? Q_OBJECT : *f->login ? Q_BY : Q_ALL;
    struct forms object = sealed_forms(c, SEALED_ACT_OBJECT, f->object);
    int64_t floor;
    struct rows r;
    int rc = floor_of(c, f->upto, &floor);
    struct dbv args[] = {qi(c->account), qi(f->perm), qi(f->city), qt(f->what), qi(f->unit),
                         qi(f->commands), qi(f->from > floor ? f->from : floor), qi(f->upto),
                         qi(max), qt(f->login), FORMS(object)};

    *looked_to = floor > f->from ? floor : 0;
    if (rc < 0)
        return rc;
    for (db_rows(c, &r, &Q[q], args, ARGS_OF[q]); db_next(&r);)
        *vec_push(c->a, out) = read_one(c, &r);
    return db_done(&r);
}

int
acts_find_one(struct ctx *c, const struct acts_filter *f, int64_t id, struct act_found *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không có việc này trong nhật ký"), &Q[Q_ONE],
                    ARGS(qi(c->account), qi(f->perm), qi(f->city), qi(id)));

    if (rc < 0)
        return rc;
    *out = read_one(c, &r);
    return db_done(&r);
}

static int
leaf_of(struct ctx *c, const struct act *e, struct seal_leaf *out)
{
    return seal_find(c, AUDIT_ACT, e->chain, e->number, out);
}

static int
not_yet(struct ctx *c, int rc)
{
    if (rc == E_NOTFOUND)
        c->err = (struct err){0};
    return rc == E_NOTFOUND ? OK : rc;
}

int
act_sealed(struct ctx *c, const struct act *e, struct seal_head *head)
{
    struct seal_leaf at;
    int rc = leaf_of(c, e, &at);

    *head = (struct seal_head){0};
    if (rc == OK && (rc = seal_head_over(c, at.position, head)) < 0)
        *head = (struct seal_head){0};
    return not_yet(c, rc);
}

int
act_proof(struct ctx *c, const struct act *e, struct seal_proof *out)
{
    struct audit_leaf l = {.kind = AUDIT_ACT, .subject = arena_fmt(c->a, "%" PRId64, e->chain),
                           .version = e->number, .at = e->at};
    struct seal_leaf at;
    int rc = leaf_of(c, e, &at);

    audit_sum(c->a, e->id, e->hash, l.sum);
    return rc < 0 ? rc : seal_proof(c, &l, &at, out);
}
