#include "replicate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"

enum { TABLES_MAX = 64, COLUMNS_MAX = 64, ROWS_MAX = 64, NAME_MAX_BYTES = 64 };

struct table {
    char name[NAME_MAX_BYTES];
    int columns;
    enum role role[COLUMNS_MAX];
    sqlite3_stmt *insert;
};

struct row {
    struct table *table;
    sqlite3_value *value[COLUMNS_MAX];
};

struct pattern {
    int64_t id, unit, submitted;
    char *applicant, *fold;
    struct table tables[TABLES_MAX];
    struct row rows[ROWS_MAX];
    int n_tables, n_rows;
};

static void
die(sqlite3 *db, const char *what)
{
    fprintf(stderr, "bench: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
    exit(1);
}

void
bench_exec(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(db, sql);
}

sqlite3 *
bench_open(const char *path)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die(db, path);
    sqlite3_busy_timeout(db, 20000);
    bench_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                   "PRAGMA cache_size=-16000; PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=2000;");
    return db;
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK)
        die(db, sql);
    return st;
}

/* --- reading a pattern ---------------------------------------------------------------------- */

static bool
ends_with(const char *s, const char *tail)
{
    size_t n = strlen(s), t = strlen(tail);

    return n >= t && strcmp(s + n - t, tail) == 0;
}

static bool
one_of(const char *s, const char *const *list)
{
    while (*list && strcmp(*list, s) != 0)
        list++;
    return *list != NULL;
}

enum role
pattern_role(const char *table, const char *column)
{
    static const char *const MOMENTS[] = {"at",          "first_due",  "answer_due",
                                          "extended_to", "budget_due", NULL};
    static const char *const UNITS[] = {"unit", "received_unit", "intake_unit", "competent_unit",
                                        NULL};
    static const char *const NAMES[] = {"name", "applicant", "owner", NULL};
    bool dossier = strcmp(table, "dossier") == 0;

    if (strcmp(column, "dossier") == 0 || (!dossier && strcmp(column, "owner") == 0) ||
        (strcmp(column, "id") == 0 && (dossier || strcmp(table, "hand_over") == 0)))
        return DOSSIER;
    if (strcmp(column, "id") == 0 || strcmp(column, "key") == 0)
        return FRESH;
    if (dossier && strcmp(column, "code") == 0)
        return CODE;
    if (ends_with(column, "_at") || one_of(column, MOMENTS))
        return MOMENT;
    if (one_of(column, UNITS))
        return UNIT;
    if (one_of(column, NAMES))
        return NAME;
    return strcmp(column, "fold") == 0 ? FOLD : SAME;
}

/* The column that says which dossier a row belongs to; NULL: the table is none of a dossier's. */
static const char *
key_of(sqlite3 *db, const char *table)
{
    char sql[300];
    sqlite3_stmt *st;
    const char *key = NULL;

    if (strcmp(table, "dossier") == 0)
        return "id";
    snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", table);
    st = prepare(db, sql);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);

        if (strcmp(name, "dossier") == 0)
            key = "dossier";
        else if (strcmp(name, "owner") == 0 && !key)
            key = "owner";
    }
    sqlite3_finalize(st);
    return key;
}

static void
prepare_insert(sqlite3 *db, struct table *t)
{
    char sql[600];
    size_t n = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (", t->name);

    for (int i = 0; i < t->columns; i++)
        n += (size_t)snprintf(sql + n, sizeof sql - n, "%s?", i ? "," : "");
    snprintf(sql + n, sizeof sql - n, ")");
    t->insert = prepare(db, sql);
}

static void
read_row(struct pattern *p, struct table *t, sqlite3_stmt *st)
{
    struct row *r = &p->rows[p->n_rows++];

    if (p->n_rows == ROWS_MAX)
        die(NULL, "a dossier has too many rows");
    r->table = t;
    for (int i = 0; i < t->columns; i++)
        r->value[i] = sqlite3_value_dup(sqlite3_column_value(st, i));
}

static void
read_table(sqlite3 *db, struct pattern *p, const char *name)
{
    const char *key = key_of(db, name);
    struct table *t = &p->tables[p->n_tables];
    char sql[300];
    sqlite3_stmt *st;
    int before = p->n_rows;

    if (!key)
        return;
    snprintf(t->name, sizeof t->name, "%s", name);
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE %s = %lld", name, key,
             (long long)p->id);
    st = prepare(db, sql);
    t->columns = sqlite3_column_count(st);
    for (int i = 0; i < t->columns; i++)
        t->role[i] = pattern_role(name, sqlite3_column_name(st, i));
    while (sqlite3_step(st) == SQLITE_ROW)
        read_row(p, t, st);
    sqlite3_finalize(st);
    if (p->n_rows == before)
        return;
    prepare_insert(db, t);
    p->n_tables++;
}

/* The answer that an idempotency key keeps is a row of the submission, too; it names no dossier. */
static void
read_idempotency(sqlite3 *db, struct pattern *p)
{
    struct table *t = &p->tables[p->n_tables++];
    sqlite3_stmt *st = prepare(db, "SELECT * FROM idempotency ORDER BY created_at DESC LIMIT 1");

    snprintf(t->name, sizeof t->name, "idempotency");
    t->columns = sqlite3_column_count(st);
    for (int i = 0; i < t->columns; i++)
        t->role[i] = pattern_role(t->name, sqlite3_column_name(st, i));
    if (sqlite3_step(st) == SQLITE_ROW)
        read_row(p, t, st);
    sqlite3_finalize(st);
    prepare_insert(db, t);
}

static void
read_head(sqlite3 *db, struct pattern *p, const char *code)
{
    sqlite3_stmt *st = prepare(db, "SELECT id, received_unit, submitted_at, applicant FROM dossier"
                                   " WHERE code = ?");

    sqlite3_bind_text(st, 1, code, -1, SQLITE_STATIC);
    if (sqlite3_step(st) != SQLITE_ROW)
        die(db, "there is no such dossier");
    p->id = sqlite3_column_int64(st, 0);
    p->unit = sqlite3_column_int64(st, 1);
    p->submitted = sqlite3_column_int64(st, 2);
    p->applicant = strdup((const char *)sqlite3_column_text(st, 3));
    sqlite3_finalize(st);
}

struct pattern *
pattern_read_plain(sqlite3 *db, const char *code)
{
    struct pattern *p = calloc(1, sizeof *p);
    sqlite3_stmt *st;

    if (!p)
        die(NULL, "out of memory");
    read_head(db, p, code);
    st = prepare(db,     /* leaves are made later, by a thread of the server */
                 "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                 " AND name NOT IN ('idempotency', 'seal_leaf') AND sql NOT LIKE 'CREATE VIRTUAL%'"
                 " ORDER BY name <> 'dossier', name");
    while (sqlite3_step(st) == SQLITE_ROW)
        read_table(db, p, (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return p;
}

struct pattern *
pattern_read(sqlite3 *db, const char *code)
{
    struct pattern *p = pattern_read_plain(db, code);

    read_idempotency(db, p);
    return p;
}

int64_t
pattern_dossier(const struct pattern *p)
{
    return p->id;
}

int
pattern_rows(const struct pattern *p)
{
    return p->n_rows;
}

bool
pattern_open(const struct pattern *p)
{
    for (int i = 0; i < p->n_rows; i++)
        if (strcmp(p->rows[i].table->name, "task") == 0)
            return true;
    return false;
}

/* 41 bits of milliseconds and 22 that only have to differ. */
int64_t
pattern_id(int64_t utc)
{
    static int64_t counter;

    return utc ? id_floor(utc) | (counter++ & ((1 << 22) - 1)) : id_next();
}

int64_t
pattern_submitted(const struct pattern *p)
{
    return p->submitted;
}

/* --- writing a copy ------------------------------------------------------------------------- */

static void
bind_moment(sqlite3_stmt *st, int at, sqlite3_value *v, int64_t shift)
{
    int64_t t = sqlite3_value_int64(v);

    sqlite3_bind_int64(st, at, t ? t + shift : 0);
}

static void
bind_name(sqlite3_stmt *st, int at, sqlite3_value *v, const struct pattern *p, const char *name)
{
    const char *old = (const char *)sqlite3_value_text(v);

    if (name && old && strcmp(old, p->applicant) == 0)
        sqlite3_bind_text(st, at, name, -1, SQLITE_STATIC);
    else
        sqlite3_bind_value(st, at, v);
}

static void
bind_as(sqlite3_stmt *st, int at, enum role role, sqlite3_value *v, const struct pattern *p,
        const struct copy *c)
{
    bool text = sqlite3_value_type(v) == SQLITE_TEXT;

    if (role == DOSSIER)
        sqlite3_bind_int64(st, at, c->id);
    else if (role == FRESH && !text)
        sqlite3_bind_int64(st, at, pattern_id(c->shift ? p->submitted + c->shift : 0));
    else if (role == CODE)
        sqlite3_bind_text(st, at, c->code, -1, SQLITE_STATIC);
    else if (role == MOMENT && !text)
        bind_moment(st, at, v, c->shift);
    else if (role == UNIT && c->unit && sqlite3_value_int64(v) == p->unit)
        sqlite3_bind_int64(st, at, c->unit);
    else if (role == NAME)
        bind_name(st, at, v, p, c->name);
    else if (role == FOLD && c->fold && *(const char *)sqlite3_value_text(v) != '<')
        sqlite3_bind_text(st, at, c->fold, -1, SQLITE_STATIC);
    else
        sqlite3_bind_value(st, at, v);
}

void
pattern_write(sqlite3 *db, struct pattern *p, const struct copy *c)
{
    for (int i = 0; i < p->n_rows; i++) {
        struct row *r = &p->rows[i];
        sqlite3_stmt *st = r->table->insert;

        for (int k = 0; k < r->table->columns; k++)
            bind_as(st, k + 1, r->table->role[k], r->value[k], p, c);
        if (sqlite3_step(st) != SQLITE_DONE)
            die(db, r->table->name);
        sqlite3_reset(st);
    }
}
