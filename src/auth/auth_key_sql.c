#include "auth/auth_key_sql.h"

#include "base/id.h"

enum { Q_LIST, Q_IDS, Q_COUNT, Q_GET, Q_ADD, Q_USED, Q_DROP, Q_DROP_ALL, Q__MAX };

static const struct query Q[Q__MAX] QUERIES = {
    [Q_LIST] = {"key_list",
                "SELECT substr(ref, 1, 32), name, added_at, used_at FROM security_key"
                " WHERE account = $1 ORDER BY id LIMIT $2"},
    [Q_IDS] = {"key_ids",
               "SELECT credential, ways FROM security_key WHERE account = $1 ORDER BY id LIMIT $2"},
    [Q_COUNT] = {"key_count", "SELECT count(*) FROM security_key WHERE account = $1"},
    [Q_GET] = {"key_get",
               "SELECT id, account, credential, algorithm, public_key, counter FROM security_key"
               " WHERE ref = $1"},
    [Q_ADD] = {"key_add",
               "INSERT INTO security_key (id, account, ref, credential, algorithm, public_key,"
               " counter, ways, name, added_at, used_at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0) ON CONFLICT (ref) DO NOTHING"},
    /* Two sign-ins with one key side by side: the second is looked at as one that went back. */
    [Q_USED] = {"key_used",
                "UPDATE security_key SET counter = $3, used_at = $4"
                " WHERE id = $1 AND counter = $2"},
    [Q_DROP] = {"key_drop",
                "DELETE FROM security_key WHERE account = $1 AND substr(ref, 1, 32) = $2"},
    [Q_DROP_ALL] = {"key_drop_all", "DELETE FROM security_key WHERE account = $1"},
};

int
key_sql_list(struct ctx *c, int64_t account, struct security_key out[KEYS_MAX], size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_LIST], ARGS(qi(account), qi(KEYS_MAX))); *n < KEYS_MAX && db_next(&r);)
        out[(*n)++] = (struct security_key){row_text(&r, 0), row_text(&r, 1), row_int(&r, 2),
                                            row_int(&r, 3)};
    return db_done(&r);
}

int
key_sql_ids(struct ctx *c, int64_t account, struct sql_key out[KEYS_MAX], size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_IDS], ARGS(qi(account), qi(KEYS_MAX))); *n < KEYS_MAX && db_next(&r);)
        out[(*n)++] = (struct sql_key){.account = account, .key.id = row_bytes(&r, 0),
                                       .ways = row_text(&r, 1)};
    return db_done(&r);
}

int64_t
key_sql_count(struct ctx *c, int64_t account)
{
    return db_int(c, 0, &Q[Q_COUNT], ARGS(qi(account)));
}

int
key_sql_get(struct ctx *c, const char *ref, struct sql_key *out)
{
    struct rows r;

    *out = (struct sql_key){0};
    for (db_rows(c, &r, &Q[Q_GET], ARGS(qt(ref))); db_next(&r);)
        *out = (struct sql_key){.id = row_int(&r, 0),
                                .account = row_int(&r, 1),
                                .key = {.id = row_bytes(&r, 2),
                                        .key = row_bytes(&r, 4),
                                        .algorithm = (int)row_int(&r, 3),
                                        .counter = row_int(&r, 5)}};
    return db_done(&r);
}

int
key_sql_add(struct ctx *c, const struct sql_key *k, const char *ref, const char *name)
{
    return db_exec(c, &Q[Q_ADD],
                   ARGS(qi(id_next()), qi(k->account), qt(ref), qb(k->key.id),
                        qi(k->key.algorithm), qb(k->key.key), qi(k->key.counter), qt(k->ways),
                        qt(name), qi(c->now)));
}

int
key_sql_used(struct ctx *c, int64_t id, int64_t last, int64_t counter)
{
    return db_exec(c, &Q[Q_USED], ARGS(qi(id), qi(last), qi(counter), qi(c->now)));
}

int
key_sql_drop(struct ctx *c, int64_t account, const char *ref)
{
    return db_exec(c, &Q[Q_DROP], ARGS(qi(account), qt(ref)));
}

int
key_sql_drop_all(struct ctx *c, int64_t account)
{
    int n = db_exec(c, &Q[Q_DROP_ALL], ARGS(qi(account)));

    return n < 0 ? n : OK;
}
