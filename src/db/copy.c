#include "db/copy.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/progress.h"
#include "db/bulk.h"
#include "db/copy_state.h"
#include "db/engine.h"
#include "db/migrate.h"

enum {
    PART_ROWS = 20000,          /* of one commit in the target */
    PART_BYTES = 32 << 20,
    LOCK_MAX = 16 << 10,
};

/* What of the source's sum is known: a table copied whole in this run needs no second reading. */
struct part {
    const struct table *t;
    const struct bulk_table *into;
    struct table_sum sum;
    bool summed;
};

struct copying {
    struct ctx *from, *to;
    struct arena *keep;
    table_list tables;
    struct part *parts;
    struct progress progress;
    /* of the table at hand */
    struct part *at;
    struct bulk *bulk;
    int64_t rows, bytes;
    int64_t total;              /* of the source */
};

/* --- the target before the first row ------------------------------------------------------- */

/* An error of the target is told as one of the copy. */
static int
to_failed(struct copying *k, int rc)
{
    if (rc < 0 && rc == (int)k->to->err.rc)
        k->from->err = k->to->err;
    return rc;
}

static int
all_empty(struct copying *k, const table_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        int any = table_any(k->to, &l->p[i]);

        if (any > 0)
            return fail(k->to, E_CONFLICT, DB_SORRY,
                        "the target is not empty: table %s has rows; give a new database",
                        l->p[i].name);
        if (any < 0)
            return any;
    }
    return OK;
}

/* Children first: what migrations have put into the tables goes, the source's takes its place. */
static int
empty_all(struct copying *k, const table_list *l)
{
    int rc = OK;

    for (size_t i = l->n; rc == OK && i-- > 0;)
        rc = table_empty(k->to, &l->p[i]);
    return rc;
}

/* One transaction: the schema, its seeds away, indexes put aside, and the step that says so. */
static int
make_ready(struct copying *k)
{
    table_list made = {0};
    int rc = migrate_up(k->to, SCHEMA_FILES);

    if (rc < 0 || (rc = db_begin(k->to, DB_READ_WRITE)) < 0)
        return rc;
    if ((rc = tables_read(k->to, k->keep, &made)) < 0 || (rc = empty_all(k, &made)) < 0 ||
        (rc = copy_state_drop_indexes(k->to)) < 0 ||
        (rc = copy_state_step_done(k->to, "ready")) < 0 || (rc = db_commit(k->to)) < 0)
        db_rollback(k->to);
    return rc;
}

/* A target that somebody has made with `init` or worked on is refused before it is touched. */
static int
check_untouched(struct copying *k)
{
    table_list there = {0};
    int rc;

    if (copy_state_there(k->to))
        return OK;
    if ((rc = tables_read(k->to, k->keep, &there)) < 0)
        return rc;
    return all_empty(k, &there);
}

static int
prepare(struct copying *k, const char *source)
{
    table_list made = {0};
    const char *say;
    int rc;

    if ((rc = check_untouched(k)) < 0 || (rc = copy_state_begin(k->to, source)) < 0)
        return rc;
    if (!copy_state_step(k->to, "ready") && (rc = make_ready(k)) < 0)
        return rc;
    if ((rc = migrate_check(k->to, SCHEMA_FILES)) < 0 ||
        (rc = tables_read(k->to, k->keep, &made)) < 0)
        return rc;
    say = tables_differ(k->keep, &k->tables, &made);
    return say ? fail(k->to, E_CONFLICT, DB_SORRY, "%s", say) : OK;
}

/* --- rows ---------------------------------------------------------------------------------- */

static int
part_begin(struct copying *k)
{
    int rc = db_begin(k->to, DB_READ_WRITE);

    k->rows = k->bytes = 0;
    return rc < 0 ? rc : bulk_begin(k->to, k->at->into, &k->bulk);
}

/* `last`: the row that ends the part; NULL: the table is done. */
static int
part_end(struct copying *k, const struct dbv *last)
{
    int rc = bulk_end(k->bulk);

    k->bulk = NULL;
    if (rc == OK && (rc = copy_state_mark(k->to, k->at->t, last)) == OK)
        rc = db_commit(k->to);
    if (rc < 0)
        db_rollback(k->to);
    arena_reset(k->to->a);
    return rc;
}

static int64_t
row_bytes_of(const struct table *t, const struct dbv *v)
{
    int64_t n = 0;

    for (size_t i = 0; i < t->columns.n; i++)
        n += v[i].kind == DBV_TEXT   ? (int64_t)strlen(v[i].s)
             : v[i].kind == DBV_BLOB ? (int64_t)v[i].b.n
                                     : 8;
    return n;
}

static int
copy_row(void *user, const struct table *t, const struct dbv *v)
{
    struct copying *k = user;
    int rc = bulk_row(k->bulk, v);

    if (rc < 0)
        return to_failed(k, rc);
    table_sum_add(&k->at->sum, t, v);
    k->bytes += row_bytes_of(t, v);
    progress_add(&k->progress, 1);
    if (++k->rows < PART_ROWS && k->bytes < PART_BYTES)
        return OK;
    if ((rc = part_end(k, v)) == OK)
        rc = part_begin(k);
    return to_failed(k, rc);
}

static int
copy_table(struct copying *k, struct part *p)
{
    struct copy_place place;
    int rc = copy_state_place(k->to, p->t, &place);

    if (rc < 0 || place.done)
        return to_failed(k, rc);
    k->at = p;
    p->summed = !place.begun;
    progress_part(&k->progress, p->t->name);
    if ((rc = part_begin(k)) < 0)
        return to_failed(k, rc);
    rc = table_walk(k->from, p->t, place.begun ? place.after : NULL, copy_row, k);
    if (rc == OK)
        return to_failed(k, part_end(k, NULL));
    bulk_end(k->bulk);
    k->bulk = NULL;
    db_rollback(k->to);
    return rc;
}

/* Rows of the source in all, and those that an earlier run has brought over. */
static int
count_all(struct copying *k, int64_t *total, int64_t *done)
{
    *total = *done = 0;
    for (size_t i = 0; i < k->tables.n; i++) {
        int64_t n = table_count(k->from, &k->tables.p[i]);
        int64_t there = table_any(k->to, &k->tables.p[i]);

        if (n >= 0 && there > 0)
            there = table_count(k->to, &k->tables.p[i]);
        if (n < 0 || there < 0)
            return n < 0 ? (int)n : to_failed(k, (int)there);
        *total += n;
        *done += there;
    }
    return OK;
}

static struct part *
make_parts(struct copying *k)
{
    struct part *p = arena_get(k->keep, (k->tables.n + 1) * sizeof *p);

    for (size_t i = 0; i < k->tables.n; i++) {
        const struct table *t = &k->tables.p[i];
        const char **names = arena_get(k->keep, t->columns.n * sizeof *names);

        for (size_t j = 0; j < t->columns.n; j++)
            names[j] = t->columns.p[j].name;
        p[i] = (struct part){.t = t, .into = bulk_table(k->keep, t->name, names, t->columns.n)};
    }
    return p;
}

static int
copy_rows(struct copying *k)
{
    int64_t total, done;
    int rc = count_all(k, &total, &done);

    if (rc < 0)
        return rc;
    k->parts = make_parts(k);
    k->total = total;
    progress_begin(&k->progress, "copy", "rows", done, total);
    for (size_t i = 0; rc == OK && i < k->tables.n; i++)
        rc = copy_table(k, &k->parts[i]);
    if (rc == OK)
        progress_end(&k->progress);
    else
        progress_stop(&k->progress);
    return rc;
}

static int
make_indexes(struct copying *k)
{
    index_list l = {0};
    int rc = copy_state_indexes(k->to, &l);

    progress_begin(&k->progress, "indexes", "indexes", 0, (int64_t)l.n);
    for (size_t i = 0; rc == OK && i < l.n; i++) {
        progress_part(&k->progress, l.p[i].name);
        if ((rc = copy_state_index_made(k->to, &l.p[i])) == OK)
            progress_add(&k->progress, 1);
    }
    if (rc == OK)
        progress_end(&k->progress);
    else
        progress_stop(&k->progress);
    return to_failed(k, rc);
}

/* --- comparison ---------------------------------------------------------------------------- */

static void
told(void *user, int64_t rows)
{
    progress_add(user, rows);
}

static void
put_result(struct arena *keep, copy_result *out, const struct table *t,
           const struct table_sum *sum)
{
    char hash[SUM_HEX];

    table_sum_hash(sum, t, hash);
    *vec_push(keep, out) = (struct copy_table){t->name, arena_str(keep, hash),
                                               table_columns_text(keep, t), sum->rows};
}

static int
compare_table(struct copying *k, struct part *p, copy_result *out)
{
    char hash[2][SUM_HEX];
    struct table_sum there;
    int rc = OK;

    progress_part(&k->progress, p->t->name);
    if (!p->summed)
        rc = table_sum_read(k->from, p->t, &p->sum, NULL, NULL);
    if (rc == OK)
        rc = to_failed(k, table_sum_read(k->to, p->t, &there, told, &k->progress));
    if (rc < 0)
        return rc;
    table_sum_hash(&p->sum, p->t, hash[0]);
    table_sum_hash(&there, p->t, hash[1]);
    put_result(k->keep, out, p->t, &there);
    if (strcmp(hash[0], hash[1]) == 0)
        return OK;
    return fail(k->from, E_CONFLICT, DB_SORRY,
                "table %s differs: %" PRId64 " rows in the source, %" PRId64 " in the target, "
                "hash %.12s and %.12s; was the source changed? begin with an empty target",
                p->t->name, p->sum.rows, there.rows, hash[0], hash[1]);
}

static int
compare(struct copying *k, copy_result *out)
{
    int rc = OK;

    progress_begin(&k->progress, "verify", "rows", 0, k->total);
    for (size_t i = 0; rc == OK && i < k->tables.n; i++)
        rc = compare_table(k, &k->parts[i], out);
    if (rc == OK)
        progress_end(&k->progress);
    else
        progress_stop(&k->progress);
    return rc;
}

int
copy_tables_sum(struct ctx *c, struct arena *keep, const char *what, copy_result *out)
{
    struct progress p;
    table_list tables = {0};
    int64_t total = 0, n = 0;
    int rc = tables_read(c, keep, &tables);

    for (size_t i = 0; rc == OK && n >= 0 && i < tables.n; i++)
        total += n = table_count(c, &tables.p[i]);
    if (rc < 0 || n < 0)
        return c->err.rc;
    progress_begin(&p, what, "rows", 0, total);
    for (size_t i = 0; rc == OK && i < tables.n; i++) {
        struct table_sum sum;

        progress_part(&p, tables.p[i].name);
        rc = table_sum_read(c, &tables.p[i], &sum, told, &p);
        put_result(keep, out, &tables.p[i], &sum);
    }
    if (rc == OK)
        progress_end(&p);
    else
        progress_stop(&p);
    return rc;
}

/* --- the whole ----------------------------------------------------------------------------- */

/* PostgreSQL has no write lock of a database: every table is locked against writers.  It would end
 * a transaction that is idle while indexes are made. */
static int
lock_tables(struct copying *k)
{
    struct buf b;
    int rc;

    if (strcmp(k->from->db->engine->name, "sqlite") == 0)
        return OK; /* BEGIN IMMEDIATE did */
    buf_init(&b, k->keep, LOCK_MAX);
    for (size_t i = 0; i < k->tables.n; i++)
        buf_fmt(&b, "%s%s", i ? ", " : "LOCK TABLE ", k->tables.p[i].name);
    buf_str(&b, " IN SHARE MODE");
    assert(!b.over);
    rc = k->from->db->engine->script(k->from, "SET idle_in_transaction_session_timeout = 0");
    return rc < 0 ? rc : k->from->db->engine->script(k->from, b.p);
}

static int
hold_source(struct copying *k)
{
    int rc = migrate_check(k->from, SCHEMA_FILES);

    if (rc == OK && copy_state_there(k->from))
        rc = fail(k->from, E_CONFLICT, DB_SORRY, "the source is itself a copy that has not ended");
    if (rc == OK)
        rc = tables_read(k->from, k->keep, &k->tables);
    if (rc == OK)
        rc = db_begin(k->from, DB_READ_WRITE);
    return rc == OK ? lock_tables(k) : rc;
}

/* While indexes were made nobody asked the source for anything: a connection lost meanwhile
 * has let writers in behind what was read. */
static int
still_held(struct copying *k)
{
    int any = k->tables.n ? table_any(k->from, &k->tables.p[0]) : 0;

    return any < 0 ? any : OK;
}

int
copy_run(struct ctx *from, struct ctx *to, struct arena *keep, const char *source,
         copy_result *out)
{
    struct copying k = {.from = from, .to = to, .keep = keep};
    int rc = hold_source(&k);

    if (rc == OK)
        rc = to_failed(&k, prepare(&k, source));
    if (rc == OK && (rc = copy_rows(&k)) == OK && (rc = make_indexes(&k)) == OK &&
        (rc = compare(&k, out)) == OK && (rc = still_held(&k)) == OK)
        rc = to_failed(&k, copy_state_end(to));
    db_rollback(from);
    return rc;
}
