/* Tables, columns and keys as the engine's catalogue tells them; which order foreign keys ask. */
#include "db/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/copy_state.h"
#include "db/engine.h"

#define SORRY DB_SORRY
enum { SQL_MAX = 16 << 10 };

enum { Q_TABLES, Q_COLUMNS, Q_PARENTS, Q__COUNT };
enum { ON_SQLITE, ON_PG, ON__COUNT };

/* One statement a question and engine: the catalogue is what engines do not share. */
static const struct query Q[Q__COUNT][ON__COUNT] = {
    [Q_TABLES] =
        {{"tables_sqlite", "SELECT name FROM pragma_table_list WHERE schema = 'main'"
                           " AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"},
         {"tables_pg", "SELECT CAST(c.relname AS TEXT) FROM pg_class c"
                       " JOIN pg_namespace s ON s.oid = c.relnamespace"
                       " WHERE s.nspname = current_schema() AND c.relkind IN ('r', 'p')"
                       " AND NOT c.relispartition"}},
    [Q_COLUMNS] =
        {{"columns_sqlite", "SELECT name, lower(type), pk FROM pragma_table_info($1)"},
         {"columns_pg", "SELECT CAST(a.attname AS TEXT), CAST(y.typname AS TEXT),"
                        " coalesce(array_position(CAST(i.indkey AS int2[]), a.attnum) + 1, 0)"
                        " FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace"
                        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
                        " AND NOT a.attisdropped JOIN pg_type y ON y.oid = a.atttypid"
                        " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
                        " WHERE s.nspname = current_schema() AND CAST(c.relname AS TEXT) = $1"}},
    [Q_PARENTS] =
        {{"parents_sqlite", "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)"},
         {"parents_pg", "SELECT DISTINCT CAST(p.relname AS TEXT) FROM pg_constraint k"
                        " JOIN pg_class c ON c.oid = k.conrelid"
                        " JOIN pg_class p ON p.oid = k.confrelid"
                        " JOIN pg_namespace s ON s.oid = c.relnamespace"
                        " WHERE k.contype = 'f' AND s.nspname = current_schema()"
                        " AND CAST(c.relname AS TEXT) = $1"}},
};

static const struct query *
ask(const struct ctx *c, int q)
{
    return &Q[q][strcmp(c->db->engine->name, "sqlite") == 0 ? ON_SQLITE : ON_PG];
}

/* --- reading ------------------------------------------------------------------------------- */

/* Names go into statements as they stand. */
static int
plain(struct ctx *c, const char *name)
{
    if (*name && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name))
        return OK;
    return fail(c, E_SYS, SORRY, "'%s' is no name of this program's schema", name);
}

static bool
is_ours(const char *name)
{
    return strcmp(name, "schema_version") != 0 && strcmp(name, "lane_mark") != 0 &&
           strncmp(name, COPY_STATE, strlen(COPY_STATE)) != 0;
}

static int
read_names(struct ctx *c, struct arena *a, table_list *out)
{
    struct rows r;

    for (db_rows(c, &r, ask(c, Q_TABLES), NO_ARGS); db_next(&r);) {
        const char *name = row_text(&r, 0);

        if (is_ours(name))
            *vec_push(a, out) = (struct table){.name = arena_str(a, name)};
    }
    return db_done(&r);
}

static int
kind_of(const char *type)
{
    static const struct { const char *type; int kind; } T[] = {
        {"integer", COL_INT}, {"int8", COL_INT},   {"int4", COL_INT},    {"int2", COL_INT},
        {"text", COL_TEXT},   {"blob", COL_BLOB}, {"bytea", COL_BLOB},
    };

    for (size_t i = 0; i < sizeof T / sizeof *T; i++)
        if (strcmp(T[i].type, type) == 0)
            return T[i].kind;
    return -1;
}

static int
by_column(const void *a, const void *b)
{
    const struct column *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static int
read_columns(struct ctx *c, struct arena *a, struct table *t)
{
    struct rows r;
    int rc = OK;

    for (db_rows(c, &r, ask(c, Q_COLUMNS), ARGS(qt(t->name))); rc == OK && db_next(&r);) {
        const char *type = row_text(&r, 1);
        struct column col = {.name = arena_str(a, row_text(&r, 0)), .key = (int)row_int(&r, 2)};
        int kind = kind_of(type);

        if (kind < 0)
            rc = fail(c, E_SYS, SORRY, "%s.%s has the type %s, which only one engine knows",
                      t->name, col.name, type);
        else
            rc = plain(c, col.name);
        col.kind = (unsigned)kind;
        *vec_push(a, &t->columns) = col;
    }
    if (db_done(&r) < 0 || rc < 0)
        return c->err.rc;
    qsort(t->columns.p, t->columns.n, sizeof *t->columns.p, by_column);
    return OK;
}

static int
read_key(struct ctx *c, struct arena *a, struct table *t)
{
    for (int want = 1;; want++) {
        size_t i = 0;

        while (i < t->columns.n && t->columns.p[i].key != want)
            i++;
        if (i == t->columns.n)
            break;
        *vec_push(a, &t->key) = (int)i;
    }
    return t->key.n ? OK : fail(c, E_SYS, SORRY, "table %s has no primary key", t->name);
}

static int
read_parents(struct ctx *c, struct arena *a, struct table *t)
{
    struct rows r;

    for (db_rows(c, &r, ask(c, Q_PARENTS), ARGS(qt(t->name))); db_next(&r);)
        if (strcmp(row_text(&r, 0), t->name) != 0)
            *vec_push(a, &t->parents) = arena_str(a, row_text(&r, 0));
    return db_done(&r);
}

/* --- the order ----------------------------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
    const struct table *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static bool
has(const struct table *p, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].name, name) == 0)
            return true;
    return false;
}

/* All its parents stand among the first n. */
static bool
ready(const table_list *l, size_t n, const struct table *t)
{
    for (size_t i = 0; i < t->parents.n; i++)
        if (!has(l->p, n, t->parents.p[i]))
            return false;
    return true;
}

/* Takes the first that is ready to place n; the rest keeps its order. */
static int
order(struct ctx *c, table_list *l)
{
    qsort(l->p, l->n, sizeof *l->p, by_name);
    for (size_t n = 0; n < l->n; n++) {
        struct table t;
        size_t i = n;

        while (i < l->n && !ready(l, n, &l->p[i]))
            i++;
        if (i == l->n)
            return fail(c, E_SYS, SORRY, "foreign keys of %s go in a ring", l->p[n].name);
        t = l->p[i];
        memmove(&l->p[n + 1], &l->p[n], (i - n) * sizeof t);
        l->p[n] = t;
    }
    return OK;
}

/* --- statements of a table ----------------------------------------------------------------- */

static void
put_key(struct buf *b, const struct table *t, bool numbers)
{
    for (size_t i = 0; i < t->key.n; i++) {
        buf_str(b, i ? ", " : "");
        if (numbers)
            buf_fmt(b, "$%d", (int)i + 1);
        else
            buf_str(b, t->columns.p[t->key.p[i]].name);
    }
}

/* SELECT a, b FROM t [WHERE (k, l) > ($1, $2)] ORDER BY k, l LIMIT $3 */
static const char *
walk_sql(struct arena *a, const struct table *t, bool after)
{
    struct buf b;

    buf_init(&b, a, SQL_MAX);
    for (size_t i = 0; i < t->columns.n; i++)
        buf_fmt(&b, "%s%s", i ? ", " : "SELECT ", t->columns.p[i].name);
    buf_fmt(&b, " FROM %s", t->name);
    if (after) {
        buf_str(&b, " WHERE (");
        put_key(&b, t, false);
        buf_str(&b, ") > (");
        put_key(&b, t, true);
        buf_str(&b, ")");
    }
    buf_str(&b, " ORDER BY ");
    put_key(&b, t, false);
    buf_fmt(&b, " LIMIT $%d", after ? (int)t->key.n + 1 : 1);
    assert(!b.over);
    return b.p;
}

static void
make_queries(struct arena *a, struct table *t)
{
    t->first = (struct query){t->name, walk_sql(a, t, false)};
    t->next = (struct query){t->name, walk_sql(a, t, true)};
    t->count = (struct query){t->name, arena_fmt(a, "SELECT count(*) FROM %s", t->name)};
    t->any = (struct query){t->name, arena_fmt(a, "SELECT 1 FROM %s LIMIT 1", t->name)};
    t->none = (struct query){t->name, arena_fmt(a, "DELETE FROM %s", t->name)};
}

int
tables_read(struct ctx *c, struct arena *a, table_list *out)
{
    int rc = read_names(c, a, out);

    for (size_t i = 0; rc == OK && i < out->n; i++) {
        struct table *t = &out->p[i];

        if ((rc = plain(c, t->name)) == OK && (rc = read_columns(c, a, t)) == OK &&
            (rc = read_key(c, a, t)) == OK && (rc = read_parents(c, a, t)) == OK)
            make_queries(a, t);
    }
    return rc == OK ? order(c, out) : rc;
}

/* --- two catalogues ------------------------------------------------------------------------ */

static const char *
columns_differ(struct arena *a, const struct table *s, const struct table *t)
{
    for (size_t i = 0; i < s->columns.n || i < t->columns.n; i++) {
        const struct column *x = i < s->columns.n ? &s->columns.p[i] : NULL;
        const struct column *y = i < t->columns.n ? &t->columns.p[i] : NULL;

        if (!x || !y || strcmp(x->name, y->name) != 0)
            return arena_fmt(a, "table %s: column %s of the source, %s of the target", s->name,
                             x ? x->name : "none", y ? y->name : "none");
        if (x->kind != y->kind || x->key != y->key)
            return arena_fmt(a, "%s.%s has another type or another place in the key", s->name,
                             x->name);
    }
    return NULL;
}

static const struct table *
find(const table_list *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->p[i].name, name) == 0)
            return &l->p[i];
    return NULL;
}

const char *
tables_differ(struct arena *a, const table_list *source, const table_list *target)
{
    for (size_t i = 0; i < source->n; i++) {
        const struct table *s = &source->p[i], *t = find(target, s->name);
        const char *say = t ? columns_differ(a, s, t)
                            : arena_fmt(a, "table %s is only in the source", s->name);

        if (say)
            return say;
    }
    for (size_t i = 0; i < target->n; i++)
        if (!find(source, target->p[i].name))
            return arena_fmt(a, "table %s is only in the target", target->p[i].name);
    return NULL;
}

/* --- columns as a text --------------------------------------------------------------------- */

static const char LETTERS[] = "itb";

const char *
table_columns_text(struct arena *a, const struct table *t)
{
    struct buf b;

    buf_init(&b, a, SQL_MAX);
    for (size_t i = 0; i < t->columns.n; i++)
        buf_fmt(&b, "%s%s:%c", i ? " " : "", t->columns.p[i].name, LETTERS[t->columns.p[i].kind]);
    assert(!b.over);
    return b.p;
}

struct table *
table_of_text(struct arena *a, const char *name, const char *columns)
{
    struct table *t = arena_get(a, sizeof *t);

    t->name = arena_str(a, name);
    while (*columns) {
        size_t n = strcspn(columns, ":"), len = strcspn(columns, " ");
        const char *letter = n + 2 == len ? strchr(LETTERS, columns[n + 1]) : NULL;

        if (!n || !letter)
            return NULL;
        *vec_push(a, &t->columns) = (struct column){
            .name = arena_strn(a, columns, n), .kind = (unsigned)(letter - LETTERS)};
        columns += len + (columns[len] == ' ');
    }
    return t->columns.n ? t : NULL;
}
