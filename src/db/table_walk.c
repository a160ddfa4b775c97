/* Rows of a table in key order, in pieces; the canonical form and the sum of a table. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "db/engine.h"
#include "db/table.h"

enum {
    ROWS_FIRST = 100,           /* of a piece; then as many as make PIECE bytes */
    ROWS_MOST = 5000,
    ROWS_LEAST = 20,
    PIECE = 4 << 20,
    KEYS_MOST = 16,
    COLUMNS_MOST = 100,
    KEY_ARENA = 8 << 20,
    TELL_EACH = 1024,
};

/* --- one row ------------------------------------------------------------------------------- */

/* SQLite keeps a NUL inside a text, PostgreSQL does not: it is refused, not cut. */
static int
value_of(struct rows *r, const struct table *t, size_t i, struct dbv *out)
{
    const struct column *col = &t->columns.p[i];
    struct bytes b;

    if (row_null(r, (int)i)) {
        *out = qnull();
        return OK;
    }
    if (col->kind == COL_INT) {
        *out = qi(row_int(r, (int)i));
        return OK;
    }
    b = row_bytes(r, (int)i);
    if (col->kind == COL_TEXT && memchr(b.p, 0, b.n))
        return fail(r->c, E_SYS, DB_SORRY, "%s.%s: a text holds a NUL byte", t->name, col->name);
    *out = col->kind == COL_TEXT ? qt((const char *)b.p) : qb(b);
    return OK;
}

static int
row_values(struct rows *r, const struct table *t, struct dbv *out)
{
    int rc = OK;

    for (size_t i = 0; rc == OK && i < t->columns.n; i++)
        rc = value_of(r, t, i, &out[i]);
    return rc;
}

/* --- pieces -------------------------------------------------------------------------------- */

struct walk {
    struct ctx *c;
    const struct table *t;
    row_fn *each;
    void *user;
    struct arena *keep[2];      /* the last key, in turns: the new one is made of the old piece */
    struct dbv after[KEYS_MOST + 1];
    bool begun;                 /* after[] holds a key */
    int64_t limit;
};

static struct dbv
copy_value(struct arena *a, const struct dbv *v)
{
    if (v->kind == DBV_TEXT)
        return qt(arena_str(a, v->s));
    if (v->kind == DBV_BLOB)
        return qb((struct bytes){(const uint8_t *)arena_strn(a, (const char *)v->b.p, v->b.n),
                                 v->b.n});
    return *v;
}

static void
remember(struct walk *w, const struct dbv *key)
{
    struct arena *a = w->keep[1];

    w->keep[1] = w->keep[0];
    w->keep[0] = a;
    arena_reset(a);
    for (size_t i = 0; i < w->t->key.n; i++)
        w->after[i] = copy_value(a, &key[i]);
    w->begun = true;
}

/* Rows of the piece, or rc. */
static int
piece(struct walk *w)
{
    struct dbv v[COLUMNS_MOST], key[KEYS_MOST];
    const struct table *t = w->t;
    struct rows r;
    size_t keys = w->begun ? t->key.n : 0;
    int n = 0, rc = OK;

    w->after[keys] = qi(w->limit);
    for (db_rows(w->c, &r, w->begun ? &t->next : &t->first, w->after, keys + 1);
         rc == OK && db_next(&r); n++) {
        if ((rc = row_values(&r, t, v)) == OK)
            rc = w->each(w->user, t, v);
    }
    if (db_done(&r) < 0)
        return r.rc;
    if (rc < 0)
        return rc;
    for (size_t i = 0; n && i < t->key.n; i++)
        key[i] = v[t->key.p[i]];
    if (n)
        remember(w, key);
    return n;
}

static int64_t
next_limit(int64_t limit, size_t used)
{
    int64_t n = limit * PIECE / (int64_t)(used + 1);

    n = n > 4 * limit ? 4 * limit : n;
    return n > ROWS_MOST ? ROWS_MOST : n < ROWS_LEAST ? ROWS_LEAST : n;
}

int
table_walk(struct ctx *c, const struct table *t, const struct dbv *after, row_fn *each, void *user)
{
    struct walk w = {.c = c, .t = t, .each = each, .user = user, .limit = ROWS_FIRST};
    int n;

    assert(t->key.n <= KEYS_MOST && t->columns.n <= COLUMNS_MOST);
    w.keep[0] = arena_open(KEY_ARENA);
    w.keep[1] = arena_open(KEY_ARENA);
    if (after)
        remember(&w, after);
    for (;;) {
        int64_t asked = w.limit;

        n = piece(&w);
        w.limit = next_limit(w.limit, arena_used(c->a));
        arena_reset(c->a);
        if (n < asked)
            break;
    }
    arena_close(w.keep[0]);
    arena_close(w.keep[1]);
    return n < 0 ? n : OK;
}

int64_t
table_count(struct ctx *c, const struct table *t)
{
    int64_t n = db_int(c, -1, &t->count, NO_ARGS);

    return n < 0 ? c->err.rc : n;
}

int
table_any(struct ctx *c, const struct table *t)
{
    struct rows r;
    int any;

    db_rows(c, &r, &t->any, NO_ARGS);
    any = db_next(&r);
    return db_done(&r) < 0 ? r.rc : any;
}

int
table_empty(struct ctx *c, const struct table *t)
{
    int rc = db_exec(c, &t->none, NO_ARGS);

    return rc < 0 ? rc : OK;
}

/* --- the sum ------------------------------------------------------------------------------- */

static void
put_number(crypto_generichash_state *h, uint8_t letter, uint64_t v)
{
    uint8_t x[9] = {letter};

    for (int i = 0; i < 8; i++)
        x[1 + i] = (uint8_t)(v >> (56 - 8 * i));
    crypto_generichash_update(h, x, sizeof x);
}

static void
put_bytes(crypto_generichash_state *h, uint8_t letter, const void *p, size_t n)
{
    put_number(h, letter, n);
    crypto_generichash_update(h, p, n);
}

static void
put_value(crypto_generichash_state *h, const struct dbv *v)
{
    static const uint8_t null = 'n';

    switch (v->kind) {
    case DBV_NULL: crypto_generichash_update(h, &null, 1); break;
    case DBV_INT: put_number(h, 'i', (uint64_t)v->i); break;
    case DBV_TEXT: put_bytes(h, 't', v->s, strlen(v->s)); break;
    case DBV_BLOB: put_bytes(h, 'b', v->b.p, v->b.n); break;
    }
}

void
table_sum_add(struct table_sum *s, const struct table *t, const struct dbv *v)
{
    crypto_generichash_state h;
    uint8_t row[SUM_SIZE];

    crypto_generichash_init(&h, NULL, 0, sizeof row);
    for (size_t i = 0; i < t->columns.n; i++)
        put_value(&h, &v[i]);
    crypto_generichash_final(&h, row, sizeof row);
    sodium_add(s->sum, row, sizeof row);
    s->rows++;
}

void
table_sum_hash(const struct table_sum *s, const struct table *t, char out[SUM_HEX])
{
    crypto_generichash_state h;
    uint8_t all[SUM_SIZE];

    crypto_generichash_init(&h, NULL, 0, sizeof all);
    put_bytes(&h, 't', t->name, strlen(t->name));
    for (size_t i = 0; i < t->columns.n; i++)
        put_bytes(&h, "itb"[t->columns.p[i].kind], t->columns.p[i].name,
                  strlen(t->columns.p[i].name));
    put_number(&h, 'r', (uint64_t)s->rows);
    crypto_generichash_update(&h, s->sum, sizeof s->sum);
    crypto_generichash_final(&h, all, sizeof all);
    sodium_bin2hex(out, SUM_HEX, all, sizeof all);
}

struct summing {
    struct table_sum *sum;
    void (*tell)(void *user, int64_t rows);
    void *user;
};

static int
sum_row(void *user, const struct table *t, const struct dbv *v)
{
    struct summing *s = user;

    table_sum_add(s->sum, t, v);
    if (s->tell && s->sum->rows % TELL_EACH == 0)
        s->tell(s->user, TELL_EACH);
    return OK;
}

int
table_sum_read(struct ctx *c, const struct table *t, struct table_sum *out,
               void (*tell)(void *user, int64_t rows), void *user)
{
    struct summing s = {out, tell, user};
    int rc;

    *out = (struct table_sum){0};
    rc = table_walk(c, t, NULL, sum_row, &s);
    if (rc == OK && tell)
        tell(user, out->rows % TELL_EACH);
    return rc;
}
