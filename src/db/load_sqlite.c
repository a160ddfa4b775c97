/* Bulk rows on SQLite: no journal while it runs, indexes last, from narrow tables. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/progress.h"
#include "db/load_beside.h"
#include "db/load_engine.h"

enum { COMMIT_EVERY = 25 /* chunks: 100 MB */, SQL_MAX = 2000 };

struct target {
    sqlite3 *db;
    const struct load_table *t;
    size_t n;
    sqlite3_stmt *insert[LOAD_TABLES_MAX];
    struct beside *beside;
    int chunks;
};

static const char MARK[] = "load_unfinished";

static bool
say(struct target *x, char *fault, const char *what)
{
    snprintf(fault, LOAD_FAULT, "%.100s: %.250s", what, sqlite3_errmsg(x->db));
    return false;
}

static bool
run(struct target *x, const char *sql, char *fault)
{
    return sqlite3_exec(x->db, sql, NULL, NULL, NULL) == SQLITE_OK || say(x, fault, sql);
}

static bool
marked(struct target *x)
{
    sqlite3_stmt *st = NULL;
    bool found = false;

    if (sqlite3_prepare_v2(x->db, "SELECT 1 FROM sqlite_master WHERE name = ?", -1, &st, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_text(st, 1, MARK, -1, SQLITE_STATIC);
        found = sqlite3_step(st) == SQLITE_ROW;
    }
    sqlite3_finalize(st);
    return found;
}

static void
insert_sql(const struct load_table *t, const char *where, char sql[SQL_MAX])
{
    int at = snprintf(sql, SQL_MAX, "INSERT INTO %s%s (%s) VALUES (", where, t->name, t->columns);

    for (size_t k = 0; k < strlen(t->kinds); k++)
        at += snprintf(sql + at, SQL_MAX - (size_t)at, k ? ",?" : "?");
    snprintf(sql + at, SQL_MAX - (size_t)at, ")");
}

/* A table that is sorted at the end takes its rows in a table without key beside it. */
static bool
prepare(struct target *x, size_t i, char *fault)
{
    const struct load_table *t = &x->t[i];
    char sql[SQL_MAX];

    if (t->order) {
        snprintf(sql, sizeof sql, "CREATE TABLE temp.aside_%s AS SELECT %s FROM %s WHERE 0",
                 t->name, t->columns, t->name);
        if (!run(x, sql, fault))
            return false;
    }
    insert_sql(t, t->order ? "temp.aside_" : "", sql);
    if (sqlite3_prepare_v3(x->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &x->insert[i], NULL) !=
        SQLITE_OK)
        return say(x, fault, sql);
    return true;
}

static void
forget(struct target *x)
{
    for (size_t i = 0; i < x->n; i++)
        sqlite3_finalize(x->insert[i]);
    beside_close(x->beside);
    sqlite3_close(x->db);
    mem_free(x);
}

static const char SETTINGS[] =
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -524288; PRAGMA temp_store = FILE;"
    "PRAGMA threads = 1; PRAGMA mmap_size = 0;";

static void *
sqlite_load_open(const char *path, const struct load_table *t, size_t n, char *fault)
{
    struct target *x = mem_get(sizeof *x);
    bool ok;

    x->t = t;
    x->n = n;
    if (sqlite3_open_v2(path, &x->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        ok = say(x, fault, path);
    else if (marked(x)) {
        ok = false;
        snprintf(fault, LOAD_FAULT, "%.300s: an earlier load was cut off; make the database anew",
                 path);
    } else
        ok = run(x, SETTINGS, fault) && run(x, "CREATE TABLE load_unfinished (x)", fault) &&
             (x->beside = beside_open(x->db, t, n, fault));
    for (size_t i = 0; i < n && ok; i++)
        ok = prepare(x, i, fault);
    if (ok)
        ok = run(x, "BEGIN EXCLUSIVE", fault);
    if (ok)
        return x;
    forget(x);
    return NULL;
}

/* --- rows ----------------------------------------------------------------------------------- */

static int32_t
length_at(const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return (int32_t)__builtin_bswap32(v);
}

static int64_t
int_at(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return (int64_t)__builtin_bswap64(v);
}

/* One value.  A chunk outlives its row, so nothing is copied. */
static void
bind(sqlite3_stmt *st, int at, char kind, const uint8_t *p, int32_t n)
{
    if (n < 0)
        sqlite3_bind_null(st, at);
    else if (kind == 'i')
        sqlite3_bind_int64(st, at, int_at(p));
    else if (kind == 't')
        sqlite3_bind_text(st, at, (const char *)p, n, SQLITE_STATIC);
    else
        sqlite3_bind_blob(st, at, p, n, SQLITE_STATIC);
}

static bool
sqlite_load_write(void *to, size_t table, const uint8_t *p, size_t n, char *fault)
{
    struct target *x = to;
    const int *parameter;
    sqlite3_stmt *st = x->insert[table], *beside = beside_row(x->beside, table, &parameter);
    const char *kinds = x->t[table].kinds;
    const uint8_t *end = p + n;

    while (p < end) {
        p += 2;
        for (int k = 0; kinds[k]; k++) {
            int32_t length = length_at(p);

            p += 4;
            bind(st, k + 1, kinds[k], p, length);
            if (beside && parameter[k])
                bind(beside, parameter[k], kinds[k], p, length);
            p += length > 0 ? length : 0;
        }
        if (sqlite3_step(st) != SQLITE_DONE || (beside && sqlite3_step(beside) != SQLITE_DONE))
            return say(x, fault, x->t[table].name);
        sqlite3_reset(st);
        if (beside)
            sqlite3_reset(beside);
    }
    if (++x->chunks % COMMIT_EVERY == 0)
        return run(x, "COMMIT; BEGIN EXCLUSIVE", fault);
    return true;
}

/* --- the end -------------------------------------------------------------------------------- */

static void
copy_value(sqlite3_stmt *from, sqlite3_stmt *to, int i)
{
    if (sqlite3_column_type(from, i) == SQLITE_INTEGER)
        sqlite3_bind_int64(to, i + 1, sqlite3_column_int64(from, i));
    else
        sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
}

/* Row by row: a statement that changes many rows wants a journal of its own, and without a main
 * journal SQLite 3.40 says "disk is full" when that one spills. */
static bool
copy_sorted(struct target *x, size_t i, const char *select, const char *insert,
            struct progress *p, char *fault)
{
    sqlite3_stmt *from = NULL, *to = NULL;
    int n = (int)strlen(x->t[i].kinds), rc = SQLITE_DONE;
    bool ok = sqlite3_prepare_v2(x->db, select, -1, &from, NULL) == SQLITE_OK &&
              sqlite3_prepare_v2(x->db, insert, -1, &to, NULL) == SQLITE_OK;

    while (ok && (rc = sqlite3_step(from)) == SQLITE_ROW) {
        for (int k = 0; k < n; k++)
            copy_value(from, to, k);
        ok = sqlite3_step(to) == SQLITE_DONE;
        sqlite3_reset(to);
        progress_add(p, 0);
    }
    if (!ok || rc != SQLITE_DONE)
        ok = say(x, fault, x->t[i].name);
    sqlite3_finalize(from);
    sqlite3_finalize(to);
    return ok;
}

static bool
sort_aside(struct target *x, struct progress *p, char *fault)
{
    char select[SQL_MAX], insert[SQL_MAX];
    bool ok = true;

    for (size_t i = 0; i < x->n && ok; i++) {
        const struct load_table *t = &x->t[i];

        sqlite3_finalize(x->insert[i]);
        x->insert[i] = NULL;
        if (!t->order)
            continue;
        progress_part(p, t->name);
        snprintf(select, sizeof select, "SELECT %s FROM temp.aside_%s ORDER BY %s", t->columns,
                 t->name, t->order);
        insert_sql(t, "", insert);
        ok = run(x, "BEGIN EXCLUSIVE", fault) && copy_sorted(x, i, select, insert, p, fault) &&
             run(x, "COMMIT", fault);   /* what lies aside goes with the connection */
    }
    return ok;
}

static bool
sync_file(struct target *x, char *fault)
{
    int fd = open(sqlite3_db_filename(x->db, "main"), O_RDWR | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        snprintf(fault, LOAD_FAULT, "fsync: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

/* From here on it is a database like any other: the mark goes when all the rest is on disk. */
static bool
settle(struct target *x, struct progress *p, char *fault)
{
    progress_part(p, "writing it to the disk");
    return sync_file(x, fault) && run(x, "PRAGMA synchronous = FULL", fault) &&
           run(x, "DROP TABLE load_unfinished", fault) &&
           run(x, "PRAGMA journal_mode = WAL", fault) && sync_file(x, fault);
}

/* Long statements say where they are. */
static int
still_there(void *p)
{
    progress_add(p, 0);
    return 0;
}

static bool
sqlite_load_close(void *to, struct progress *p, bool keep, char *fault)
{
    struct target *x = to;
    bool ok = true;

    sqlite3_progress_handler(x->db, 1000000, still_there, p);
    if (keep)
        ok = run(x, "COMMIT", fault) && sort_aside(x, p, fault) &&
             beside_make(x->beside, p, fault) && settle(x, p, fault);
    forget(x);
    return ok;
}

const struct load_engine load_sqlite = {sqlite_load_open, sqlite_load_write, sqlite_load_close};
