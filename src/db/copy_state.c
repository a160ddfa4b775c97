/* The only file that names the tables motcua_copy and motcua_copy_index. */
#include "db/copy_state.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "db/engine.h"

enum { KEY_MAX = 64 << 10 };

enum { Q_ONE, Q_SET, Q_INDEXES, Q_INDEX_ADD, Q_INDEX_GONE, Q__COUNT };
static const struct query Q[Q__COUNT] = {
    [Q_ONE] = {"copy_place", "SELECT place, done FROM motcua_copy WHERE name = $1"},
    [Q_SET] = {"copy_mark", "INSERT INTO motcua_copy (name, place, done) VALUES ($1, $2, $3)"
                            " ON CONFLICT (name) DO UPDATE SET place = excluded.place,"
                            " done = excluded.done"},
    [Q_INDEXES] = {"copy_indexes", "SELECT name, text FROM motcua_copy_index ORDER BY name"},
    [Q_INDEX_ADD] = {"copy_index_add", "INSERT INTO motcua_copy_index (name, text)"
                                       " VALUES ($1, $2)"},
    [Q_INDEX_GONE] = {"copy_index_gone", "DELETE FROM motcua_copy_index WHERE name = $1"},
};

static const struct query THERE[2] = {
    {"indexes_sqlite", "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
                       " AND sql IS NOT NULL"},
    {"indexes_pg", "SELECT CAST(c.relname AS TEXT), pg_get_indexdef(i.indexrelid)"
                   " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                   " JOIN pg_namespace s ON s.oid = c.relnamespace"
                   " WHERE s.nspname = current_schema() AND NOT i.indisprimary AND NOT EXISTS"
                   " (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"},
};

static const char MAKE[] =
    "CREATE TABLE motcua_copy (name TEXT PRIMARY KEY, place TEXT NOT NULL, done BIGINT NOT NULL);"
    "CREATE TABLE motcua_copy_index (name TEXT PRIMARY KEY, text TEXT NOT NULL);";
static const char DROP[] = "DROP TABLE motcua_copy_index; DROP TABLE motcua_copy;";

bool
copy_state_there(struct ctx *c)
{
    return c->db->engine->has_table(c, COPY_STATE);
}

static int
set(struct ctx *c, const char *name, const char *place, bool done)
{
    int rc = db_exec(c, &Q[Q_SET], ARGS(qt(name), qt(place), qi(done)));

    return rc < 0 ? rc : OK;
}

static int
same_source(struct ctx *c, const char *source)
{
    struct rows r;
    int rc = db_one(c, &r, DB_SORRY, &Q[Q_ONE], ARGS(qt(".source")));
    const char *was;

    if (rc < 0)
        return rc;
    was = row_text(&r, 0);
    if ((rc = db_done(&r)) < 0)
        return rc;
    return strcmp(was, source) == 0
               ? OK
               : fail(c, E_CONFLICT, DB_SORRY,
                      "the target holds half of a copy of another source (%s); empty it first",
                      was);
}

int
copy_state_begin(struct ctx *c, const char *source)
{
    int rc;

    if (copy_state_there(c))
        return same_source(c, source);
    if ((rc = db_begin(c, DB_READ_WRITE)) < 0)
        return rc;
    if ((rc = c->db->engine->script(c, MAKE)) < 0 || (rc = set(c, ".source", source, true)) < 0 ||
        (rc = db_commit(c)) < 0)
        db_rollback(c);
    return rc;
}

int
copy_state_end(struct ctx *c)
{
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc == OK)
        rc = c->db->engine->script(c, DROP);
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

bool
copy_state_step(struct ctx *c, const char *step)
{
    struct rows r;
    bool there;

    db_rows(c, &r, &Q[Q_ONE], ARGS(qt(arena_fmt(c->a, ".%s", step))));
    there = db_next(&r);
    return db_done(&r) == OK && there;
}

int
copy_state_step_done(struct ctx *c, const char *step)
{
    return set(c, arena_fmt(c->a, ".%s", step), "", true);
}

/* --- where a table stands ------------------------------------------------------------------ */

/* "i42 t4e67 " : a letter, the number or the bytes in hexadecimal, a space; for each of the key. */
static void
put_key(struct buf *b, const struct dbv *v)
{
    const uint8_t *p = v->kind == DBV_TEXT ? (const uint8_t *)v->s : v->b.p;
    size_t n = v->kind == DBV_TEXT ? strlen(v->s) : v->b.n;

    if (v->kind == DBV_INT) {
        buf_fmt(b, "i%" PRId64 " ", v->i);
        return;
    }
    buf_char(b, v->kind == DBV_TEXT ? 't' : 'b');
    for (size_t i = 0; i < n; i++)
        buf_fmt(b, "%02x", p[i]);
    buf_char(b, ' ');
}

static bool
take_key(struct arena *a, const char **at, struct dbv *out)
{
    size_t n = strcspn(*at, " ");
    const char *s = *at + 1;
    uint8_t *p;

    if (n == 0 || (*at)[n] != ' ')
        return false;
    *at += n + 1;
    if (s[-1] == 'i') {
        *out = qi(strtoll(s, NULL, 10));
        return true;
    }
    p = arena_get(a, n / 2 + 1);
    if (sodium_hex2bin(p, n / 2 + 1, s, n - 1, NULL, &n, NULL) != 0)
        return false;
    *out = s[-1] == 't' ? qt((const char *)p) : qb((struct bytes){p, n});
    return true;
}

int
copy_state_place(struct ctx *c, const struct table *t, struct copy_place *out)
{
    struct rows r;
    const char *at;
    int rc = OK;

    *out = (struct copy_place){0};
    db_rows(c, &r, &Q[Q_ONE], ARGS(qt(t->name)));
    if (!db_next(&r))
        return db_done(&r);
    at = row_text(&r, 0);
    out->begun = true;
    out->done = row_int(&r, 1);
    out->after = arena_get(c->a, t->key.n * sizeof *out->after);
    for (size_t i = 0; rc == OK && !out->done && i < t->key.n; i++)
        if (!take_key(c->a, &at, &out->after[i]))
            rc = fail(c, E_SYS, DB_SORRY, "the place of table %s cannot be read", t->name);
    return db_done(&r) < 0 ? r.rc : rc;
}

int
copy_state_mark(struct ctx *c, const struct table *t, const struct dbv *v)
{
    struct buf b;

    if (!v)
        return set(c, t->name, "", true);
    buf_init(&b, c->a, KEY_MAX);
    for (size_t i = 0; i < t->key.n; i++)
        put_key(&b, &v[t->key.p[i]]);
    if (b.over)
        return fail(c, E_SYS, DB_SORRY, "table %s has a key that is too long", t->name);
    return set(c, t->name, b.p, false);
}

/* --- indexes ------------------------------------------------------------------------------- */

static int
list(struct ctx *c, const struct query *q, index_list *out)
{
    struct rows r;

    for (db_rows(c, &r, q, NO_ARGS); db_next(&r);) {
        struct index_def d = {row_text(&r, 0), row_text(&r, 1)};

        *vec_push(c->a, out) = d;
    }
    return db_done(&r);
}

int
copy_state_indexes(struct ctx *c, index_list *out)
{
    return list(c, &Q[Q_INDEXES], out);
}

int
copy_state_drop_indexes(struct ctx *c)
{
    bool sqlite = strcmp(c->db->engine->name, "sqlite") == 0;
    index_list all = {0};
    int rc = list(c, &THERE[sqlite ? 0 : 1], &all);

    for (size_t i = 0; rc == OK && i < all.n; i++) {
        rc = db_exec(c, &Q[Q_INDEX_ADD], ARGS(qt(all.p[i].name), qt(all.p[i].sql)));
        if (rc >= 0)
            rc = c->db->engine->script(c, arena_fmt(c->a, "DROP INDEX %s", all.p[i].name));
    }
    return rc;
}

int
copy_state_index_made(struct ctx *c, const struct index_def *d)
{
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc == OK)
        rc = c->db->engine->script(c, d->sql);
    if (rc == OK && (rc = db_exec(c, &Q[Q_INDEX_GONE], ARGS(qt(d->name)))) > 0)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}
