#include "db/numbers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

enum {
    Q_KEYS, Q_KEY_ADD, Q_KEY_STATE, Q_WALKS, Q_WALK_PUT, Q_AGAIN, Q_LOOK,
    Q_PUT = Q_LOOK + SEALED__COUNT, Q__COUNT = Q_PUT + SEALED__COUNT
};

/* Three keys lead to every row; those that a table does not have are 0 and ''. */
#define COLS_1(a, b, c) a ", 0, ''"
#define COLS_2(a, b, c) a ", " b ", ''"
#define COLS_3(a, b, c) a ", " b ", " c
#define AFTER_1(a, b, c) a " > $1 AND $2 >= 0 AND $3 >= ''"
#define AFTER_2(a, b, c) "(" a ", " b ") > ($1, $2) AND $3 >= ''"
#define AFTER_3(a, b, c) "(" a ", " b ", " c ") > ($1, $2, $3)"
#define ORDER_1(a, b, c) a
#define ORDER_2(a, b, c) a ", " b
#define ORDER_3(a, b, c) a ", " b ", " c
#define IS_1(a, b, c) a " = $1 AND $2 >= 0 AND $3 >= ''"
#define IS_2(a, b, c) a " = $1 AND " b " = $2 AND $3 >= ''"
#define IS_3(a, b, c) a " = $1 AND " b " = $2 AND " c " = $3"

#define LOOK(name, table, column, about, rows, n, a, b, c)                                         \
    [Q_LOOK + SEALED_##name] = {"look " table "." column,                                          \
        "SELECT " COLS_##n(a, b, c) ", " column " FROM " table " WHERE " AFTER_##n(a, b, c)        \
        " AND " rows " ORDER BY " ORDER_##n(a, b, c) " LIMIT $4"},
#define PUT(name, table, column, about, rows, n, a, b, c)                                          \
    [Q_PUT + SEALED_##name] = {"seal " table "." column,                                           \
        "UPDATE " table " SET " column " = $5 WHERE " IS_##n(a, b, c) " AND " column " = $4"},

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_KEYS] = {"number_keys",
                "SELECT id, proof, state, made_at, changed_at FROM number_key ORDER BY id"},
    [Q_KEY_ADD] = {"number_key_add",
                   "INSERT INTO number_key (id, proof, state, made_at, changed_at)"
                   " VALUES ($1, $2, $3, $4, $4) ON CONFLICT (id) DO NOTHING"},
    [Q_KEY_STATE] = {"number_key_state", "UPDATE number_key SET state = $3, changed_at = $4"
                                         " WHERE id = $1 AND state = $2"},
    [Q_WALKS] = {"number_walks",
                 "SELECT place, key_, k1, k2, k3, looked, sealed, done_at FROM number_walk"},
    [Q_WALK_PUT] = {"number_walk_put",
                    "INSERT INTO number_walk (place, key_, k1, k2, k3, looked, sealed, done_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (place) DO UPDATE SET"
                    " key_ = excluded.key_, k1 = excluded.k1, k2 = excluded.k2, k3 = excluded.k3,"
                    " looked = excluded.looked, sealed = excluded.sealed,"
                    " done_at = excluded.done_at"},
    [Q_AGAIN] = {"number_walk_again", "DELETE FROM number_walk"},
    SEALED_COLUMNS(LOOK)
    SEALED_COLUMNS(PUT)
};

/* Which key binds a text to its row. */
static const int ABOUT[SEALED__COUNT] = {
#define X(name, table, column, about, rows, n, a, b, c) [SEALED_##name] = about,
    SEALED_COLUMNS(X)
#undef X
};

/* --- keys ------------------------------------------------------------------------------------- */

int
numbers_sql_keys(struct ctx *c, number_key_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_KEYS], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = (struct number_key){
            .id = (int)row_int(&r, 0), .proof = row_text(&r, 1),
            .state = (enum number_state)row_int(&r, 2), .made_at = row_int(&r, 3),
            .changed_at = row_int(&r, 4)};
    return db_done(&r);
}

int
numbers_sql_add(struct ctx *c, int id, const char *proof, enum number_state state)
{
    return db_exec(c, &Q[Q_KEY_ADD], ARGS(qi(id), qt(proof), qi(state), qi(c->now)));
}

int
numbers_sql_state(struct ctx *c, int id, enum number_state from, enum number_state to)
{
    return db_exec(c, &Q[Q_KEY_STATE], ARGS(qi(id), qi(from), qi(to), qi(c->now)));
}

/* --- walks ------------------------------------------------------------------------------------ */

static struct number_walk *
walk_of(struct number_walk *w, const char *place)
{
    for (int i = 0; i < SEALED__COUNT; i++)
        if (strcmp(w[i].place, place) == 0)
            return &w[i];
    return NULL;
}

int
numbers_walks(struct ctx *c, struct number_walk *out)
{
    struct number_walk *w;
    struct rows r;

    for (int i = 0; i < SEALED__COUNT; i++)
        out[i] = (struct number_walk){.place = sealed_place((enum sealed_at)i), .k3 = ""};
    for (db_rows(c, &r, &Q[Q_WALKS], NO_ARGS); db_next(&r);)
        if ((w = walk_of(out, row_text(&r, 0))) != NULL)
            *w = (struct number_walk){
                .place = w->place, .key = (int)row_int(&r, 1), .k1 = row_int(&r, 2),
                .k2 = row_int(&r, 3), .k3 = row_text(&r, 4), .looked = row_int(&r, 5),
                .sealed = row_int(&r, 6), .done_at = row_int(&r, 7)};
    return db_done(&r);
}

static int
walk_put(struct ctx *c, const struct number_walk *w)
{
    int n = db_exec(c, &Q[Q_WALK_PUT],
                    ARGS(qt(w->place), qi(w->key), qi(w->k1), qi(w->k2), qt(w->k3), qi(w->looked),
                         qi(w->sealed), qi(w->done_at)));

    return n < 0 ? n : OK;
}

int
numbers_again(struct ctx *c)
{
    int n = db_exec(c, &Q[Q_AGAIN], NO_ARGS);

    return n < 0 ? n : OK;
}

/* A row of a column, and its text. */
struct held { int64_t k1, k2; const char *k3, *text; };
typedef VEC(struct held) held_list;

static int64_t
about_of(enum sealed_at at, const struct held *h)
{
    return ABOUT[at] == 1 ? h->k1 : ABOUT[at] == 2 ? h->k2 : 0;
}

static int
look(struct ctx *c, enum sealed_at at, const struct held *after, size_t most, held_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LOOK + (int)at],
                 ARGS(qi(after->k1), qi(after->k2), qt(after->k3), qi((int64_t)most)));
         db_next(&r);)
        *vec_push(c->a, out) = (struct held){row_int(&r, 0), row_int(&r, 1), row_text(&r, 2),
                                             row_text(&r, 3)};
    return db_done(&r);
}

/* 1 it was sealed anew, 0 it is as it should be, or cannot be helped. */
static int
seal_one(struct ctx *c, enum sealed_at at, const struct held *h)
{
    const char *open, *sealed;

    if (ring_id(h->text) == ring_now()->write)
        return 0;
    open = ring_open(c->a, sealed_place(at), about_of(at, h), h->text);
    if (!open) {
        log_line(LOG_ERROR, "a sealed value does not open", LOG_T("column", sealed_place(at)),
                 LOG_N("row", h->k1), LOG_N("key", ring_id(h->text)));
        return 0;
    }
    sealed = sealed_text(c->a, at, about_of(at, h), open);
    if (sealed == open)         /* empty */
        return 0;
    return db_exec(c, &Q[Q_PUT + (int)at],
                   ARGS(qi(h->k1), qi(h->k2), qt(h->k3), qt(h->text), qt(sealed)));
}

static int
seal_piece(struct ctx *c, enum sealed_at at, struct number_walk *w, size_t most, size_t *looked)
{
    held_list v = {0};
    int rc = look(c, at, &(struct held){.k1 = w->k1, .k2 = w->k2, .k3 = w->k3}, most, &v);

    for (size_t i = 0; rc >= 0 && i < v.n; i++)
        if ((rc = seal_one(c, at, &v.p[i])) > 0)
            w->sealed += rc;
    if (rc < 0)
        return rc;
    *looked = v.n;
    w->looked += (int64_t)v.n;
    if (v.n) {
        w->k1 = v.p[v.n - 1].k1;
        w->k2 = v.p[v.n - 1].k2;
        w->k3 = v.p[v.n - 1].k3;
    }
    w->done_at = v.n < most ? c->now : 0;
    return walk_put(c, w);
}

int
numbers_seal_next(struct ctx *c, size_t most, size_t *looked)
{
    struct number_walk w[SEALED__COUNT];
    const struct ring *ring = ring_now();
    int write = ring ? ring->write : 0, rc;

    *looked = 0;
    if (!ring)                          /* a server without keys: tests/gate */
        return OK;
    rc = numbers_walks(c, w);
    for (int i = 0; rc == OK && i < SEALED__COUNT && *looked == 0; i++) {
        if (w[i].key == write && w[i].done_at)
            continue;
        if (w[i].key != write)
            w[i] = (struct number_walk){.place = w[i].place, .key = write, .k3 = ""};
        rc = seal_piece(c, (enum sealed_at)i, &w[i], most, looked);
    }
    return rc;
}

/* --- how many --------------------------------------------------------------------------------- */

static void
count_one(struct ctx *c, enum sealed_at at, const struct held *h, struct number_count *out)
{
    const struct ring *ring = ring_now();
    const struct ring_key *k = ring_find(ring, ring_id(h->text));

    out->rows++;
    if (!ring_sealed(h->text)) {
        if (sealed_text(c->a, at, 0, h->text) == h->text)
            out->empty++;
        else
            out->plain++;
        return;
    }
    out->sealed++;
    if (k && ring_open(c->a, sealed_place(at), about_of(at, h), h->text)) {
        out->by_key[k - ring->key]++;
        return;
    }
    if (out->broken++ == 0)
        snprintf(out->first, sizeof out->first, "%" PRId64 " %" PRId64 " %.40s", h->k1, h->k2,
                 h->k3);
}

int
numbers_count(struct ctx *c, enum sealed_at at, struct number_count *out)
{
    enum { PIECE = 2000, ARENA = 64 << 20 };
    struct arena *mine = arena_open(ARENA), *keep = arena_open(1 << 20), *before = c->a;
    struct held last = {.k1 = 0, .k2 = 0, .k3 = ""};
    held_list v;
    int rc;

    *out = (struct number_count){0};
    c->a = mine;
    do {
        v = (held_list){0};
        arena_reset(mine);
        rc = look(c, at, &last, PIECE, &v);
        for (size_t i = 0; rc == OK && i < v.n; i++)
            count_one(c, at, &v.p[i], out);
        if (v.n) {
            arena_reset(keep);
            last = v.p[v.n - 1];
            last.k3 = arena_str(keep, last.k3);
        }
    } while (rc == OK && v.n == PIECE);
    c->a = before;
    arena_close(mine);
    arena_close(keep);
    return rc;
}
