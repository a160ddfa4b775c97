/* Rows in bulk: an INSERT that is prepared once, or PostgreSQL's binary COPY where the engine has
 * copy_begin. */
#include "db/bulk.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "db/engine.h"

enum { FULL = 128 << 10, SQL_MAX = 16 << 10 };

struct bulk {
    struct ctx *c;
    const struct engine *engine;
    const struct bulk_table *t;
    int rc;
    uint8_t *p;                 /* COPY: what was not sent yet; NULL: by INSERT */
    size_t used;
};

/* INSERT INTO t (a, b) VALUES ($1, $2), or COPY t (a, b) FROM STDIN (FORMAT binary) */
static const char *
make_sql(struct arena *a, const char *table, const char *const *columns, size_t n, bool copy)
{
    struct buf s;

    buf_init(&s, a, SQL_MAX);
    buf_fmt(&s, copy ? "COPY %s (" : "INSERT INTO %s (", table);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&s, "%s%s", i ? ", " : "", columns[i]);
    buf_str(&s, copy ? ") FROM STDIN (FORMAT binary)" : ") VALUES (");
    for (size_t i = 0; i < n && !copy; i++)
        buf_fmt(&s, "%s$%d", i ? ", " : "", (int)i + 1);
    buf_str(&s, copy ? "" : ")");
    assert(!s.over);
    return s.p;
}

const struct bulk_table *
bulk_table(struct arena *a, const char *name, const char *const *columns, size_t n)
{
    struct bulk_table *t = arena_get(a, sizeof *t);

    assert(n > 0);
    *t = (struct bulk_table){
        .name = arena_str(a, name),
        .n = n,
        .insert = {"bulk_insert", make_sql(a, name, columns, n, false)},
        .copy = {"bulk_copy", make_sql(a, name, columns, n, true)},
    };
    return t;
}

static void
send(struct bulk *b)
{
    if (b->rc == OK && b->used)
        b->rc = b->engine->copy_data(b->c, b->p, b->used);
    b->used = 0;
}

static void
put(struct bulk *b, const void *p, size_t n)
{
    if (b->used + n > FULL)
        send(b);
    if (n > FULL) { /* one long value: as it stands */
        if (b->rc == OK)
            b->rc = b->engine->copy_data(b->c, p, n);
        return;
    }
    if (n)
        memcpy(b->p + b->used, p, n);
    b->used += n;
}

/* v in network order, the low n bytes. */
static void
put_int(struct bulk *b, int64_t v, size_t n)
{
    uint8_t x[8];

    for (size_t i = 0; i < n; i++)
        x[i] = (uint8_t)((uint64_t)v >> (8 * (n - 1 - i)));
    put(b, x, n);
}

int
bulk_begin(struct ctx *c, const struct bulk_table *t, struct bulk **out)
{
    static const char HEAD[19] = "PGCOPY\n\377\r\n"; /* its NUL, flags and no extension: zeros */
    struct bulk *b = mem_get(sizeof *b);

    assert(db_in_transaction(c));
    *b = (struct bulk){.c = c, .engine = c->db->engine, .t = t};
    *out = b;
    if (!b->engine->copy_begin)
        return OK;
    b->p = mem_get(FULL);
    b->rc = b->engine->copy_begin(c, t->copy.sql);
    put(b, HEAD, sizeof HEAD);
    return b->rc;
}

static void
put_value(struct bulk *b, const struct dbv *v)
{
    switch (v->kind) {
    case DBV_NULL: put_int(b, -1, 4); break;
    case DBV_INT:
        put_int(b, 8, 4);
        put_int(b, v->i, 8);
        break;
    case DBV_TEXT:
        put_int(b, (int64_t)strlen(v->s), 4);
        put(b, v->s, strlen(v->s));
        break;
    case DBV_BLOB:
        put_int(b, (int64_t)v->b.n, 4);
        put(b, v->b.p, v->b.n);
        break;
    }
}

int
bulk_row(struct bulk *b, const struct dbv *values)
{
    int rc;

    if (b->rc < 0)
        return b->rc;
    if (!b->p) {
        rc = db_exec(b->c, &b->t->insert, values, b->t->n);
        return b->rc = rc < 0 ? rc : OK;
    }
    put_int(b, (int64_t)b->t->n, 2);
    for (size_t i = 0; i < b->t->n; i++)
        put_value(b, &values[i]);
    return b->rc;
}

int
bulk_end(struct bulk *b)
{
    int rc;

    if (!b)
        return OK;
    if (b->p) {
        put_int(b, -1, 2);
        send(b);
        rc = b->engine->copy_end(b->c, b->rc == OK);
        b->rc = b->rc < 0 ? b->rc : rc;
    }
    rc = b->rc;
    mem_free(b->p);
    mem_free(b);
    return rc;
}
