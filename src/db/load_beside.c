#include "db/load_beside.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/progress.h"

enum { INDEXES_MAX = 64, COLUMNS_MAX = 64, SQL_MAX = 2000, NAME = 64 };

struct index {
    size_t table;
    char *name, *sql; /* as they were */
};
struct narrow {
    sqlite3_stmt *insert; /* into the temporary file */
    char *create, *fill, *names;
    int columns;
    int parameter[COLUMNS_MAX]; /* by the position in load_table.columns; 0: not indexed */
};
struct beside {
    sqlite3 *db;
    const struct load_table *t;
    size_t n;
    struct index index[INDEXES_MAX];
    int indexes;
    struct narrow narrow[LOAD_TABLES_MAX];
};

static bool
say(struct beside *b, char *fault, const char *what)
{
    snprintf(fault, LOAD_FAULT, "%.100s: %.250s", what, sqlite3_errmsg(b->db));
    return false;
}

static bool
run(struct beside *b, const char *sql, char *fault)
{
    return sqlite3_exec(b->db, sql, NULL, NULL, NULL) == SQLITE_OK || say(b, fault, sql);
}

/* --- which indexes there are --- */

static bool
find_indexes(struct beside *b, char *fault)
{
    static const char LIST[] = "SELECT name, sql, tbl_name FROM sqlite_master"
                               " WHERE type = 'index' AND sql IS NOT NULL ORDER BY tbl_name, name";
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(b->db, LIST, -1, &st, NULL) != SQLITE_OK)
        return say(b, fault, "indexes");
    while (sqlite3_step(st) == SQLITE_ROW && b->indexes < INDEXES_MAX)
        for (size_t i = 0; i < b->n; i++)
            if (!b->t[i].others &&
                strcmp(b->t[i].name, (const char *)sqlite3_column_text(st, 2)) == 0)
                b->index[b->indexes++] =
                    (struct index){i, sqlite3_mprintf("%s", sqlite3_column_text(st, 0)),
                                   sqlite3_mprintf("%s", sqlite3_column_text(st, 1))};
    sqlite3_finalize(st);
    return true;
}

static bool
drop_indexes(struct beside *b, char *fault)
{
    char sql[SQL_MAX];

    for (int i = 0; i < b->indexes; i++) {
        snprintf(sql, sizeof sql, "DROP INDEX \"%s\"", b->index[i].name);
        if (!run(b, sql, fault))
            return false;
    }
    return true;
}

static bool
has_word(const char *text, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = text; (p = strstr(p, word)); p++) {
        bool starts = p == text || !(isalnum((unsigned char)p[-1]) || p[-1] == '_');

        if (starts && !isalnum((unsigned char)p[n]) && p[n] != '_')
            return true;
    }
    return false;
}

/* Named by an index of the table: among its columns or in its WHERE. */
static bool
is_indexed(const struct beside *b, size_t table, const char *column)
{
    for (int i = 0; i < b->indexes; i++)
        if (b->index[i].table == table && has_word(strchr(b->index[i].sql, '('), column))
            return true;
    return false;
}

static bool
has_indexes(const struct beside *b, size_t table)
{
    for (int i = 0; i < b->indexes; i++)
        if (b->index[i].table == table)
            return true;
    return false;
}

/* --- the narrow tables --- */

/* Where a column stands in "dossier, version, id"; -1: nowhere. */
static int
position(const char *columns, const char *name)
{
    size_t n = strlen(name);
    int at = 0;

    for (const char *p = columns; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL, at++) {
        p += strspn(p, " ");
        if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == '\0'))
            return at;
    }
    return -1;
}

static bool
is_clustered(struct beside *b, const char *table)
{
    sqlite3_stmt *st = NULL;
    bool is = false;

    if (sqlite3_prepare_v2(b->db, "SELECT wr FROM pragma_table_list WHERE schema = 'main'"
                                  " AND name = ?", -1, &st, NULL) == SQLITE_OK) {
        sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
        is = sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0);
    }
    sqlite3_finalize(st);
    return is;
}

struct making {
    char columns[SQL_MAX], key[SQL_MAX], names[SQL_MAX], values[SQL_MAX];
    int n;
};

static void
add(char text[SQL_MAX], const char *what)
{
    size_t at = strlen(text);

    snprintf(text + at, SQL_MAX - at, "%s%s", at ? ", " : "", what);
}

/* The key's columns come in the key's order: an index holds them in it. */
static void
add_key(struct making *m, const char *const key[COLUMNS_MAX], int n)
{
    for (int i = 0; i < n; i++)
        add(m->key, key[i]);
}

static bool
add_columns(struct beside *b, size_t i, struct making *m, char *fault)
{
    static const char LIST[] = "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid";
    const struct load_table *t = &b->t[i];
    char kept[COLUMNS_MAX][NAME], column[2 * NAME + 2];
    const char *key[COLUMNS_MAX];
    int keys = 0;
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(b->db, LIST, -1, &st, NULL) != SQLITE_OK)
        return say(b, fault, t->name);
    sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);
        int pk = sqlite3_column_int(st, 2), at = position(t->columns, name);

        if ((pk == 0 && !is_indexed(b, i, name)) || at < 0 || at >= COLUMNS_MAX ||
            pk >= COLUMNS_MAX)
            continue;
        snprintf(column, sizeof column, "%.*s %s", NAME, name, sqlite3_column_text(st, 1));
        add(m->columns, column);
        add(m->names, name);
        add(m->values, "?");
        b->narrow[i].parameter[at] = ++m->n;
        if (pk > 0) {
            snprintf(kept[pk], NAME, "%s", name);
            key[pk - 1] = kept[pk];
            keys++;
        }
    }
    sqlite3_finalize(st);
    add_key(m, key, keys);
    return true;
}

static bool
make_narrow(struct beside *b, size_t i, char *fault)
{
    struct making m = {0};
    char sql[4 * SQL_MAX];
    const char *name = b->t[i].name;
    struct narrow *w = &b->narrow[i];

    if (!add_columns(b, i, &m, fault))
        return false;
    w->columns = m.n;
    w->names = sqlite3_mprintf("%s", m.names);
    w->create = sqlite3_mprintf("CREATE TABLE main.beside_%s (%s, PRIMARY KEY (%s)) STRICT%s", name,
                                m.columns, m.key, is_clustered(b, name) ? ", WITHOUT ROWID" : "");
    w->fill = sqlite3_mprintf("INSERT INTO main.beside_%s VALUES (%s)", name, m.values);
    snprintf(sql, sizeof sql, "CREATE TABLE temp.rows_%s (%s)", name, m.names);
    if (!run(b, sql, fault))
        return false;
    snprintf(sql, sizeof sql, "INSERT INTO temp.rows_%s VALUES (%s)", name, m.values);
    return sqlite3_prepare_v3(b->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &w->insert, NULL) ==
               SQLITE_OK || say(b, fault, sql);
}

struct beside *
beside_open(sqlite3 *db, const struct load_table *t, size_t n, char *fault)
{
    struct beside *b = mem_get(sizeof *b);
    bool ok;

    *b = (struct beside){.db = db, .t = t, .n = n};
    ok = find_indexes(b, fault);
    for (size_t i = 0; i < n && ok; i++)
        ok = !has_indexes(b, i) || make_narrow(b, i, fault);
    if (ok && drop_indexes(b, fault))
        return b;
    beside_close(b);
    return NULL;
}

sqlite3_stmt *
beside_row(struct beside *b, size_t table, const int **parameter)
{
    *parameter = b->narrow[table].parameter;
    return b->narrow[table].insert;
}

/* --- the indexes --- */

/* "CREATE INDEX x ON dossier (unit, id)" on beside_dossier. */
static bool
make_index(struct beside *b, const struct index *x, char *fault)
{
    char sql[SQL_MAX];
    const char *on = strstr(x->sql, " ON ");

    snprintf(sql, sizeof sql, "%.*s ON beside_%s", (int)(on - x->sql), x->sql, on + strlen(" ON "));
    return run(b, sql, fault);
}

/* What the schema says of an index: whose it is, and the statement as it was. */
static bool
give(struct beside *b, const struct index *x, char *fault)
{
    static const char SQL[] = "UPDATE sqlite_master SET tbl_name = ?1, sql = ?2"
                              " WHERE type = 'index' AND name = ?3";
    sqlite3_stmt *st = NULL;
    bool ok = sqlite3_prepare_v2(b->db, SQL, -1, &st, NULL) == SQLITE_OK;

    if (ok) {
        sqlite3_bind_text(st, 1, b->t[x->table].name, -1, SQLITE_STATIC);
        sqlite3_bind_text(st, 2, x->sql, -1, SQLITE_STATIC);
        sqlite3_bind_text(st, 3, x->name, -1, SQLITE_STATIC);
        ok = sqlite3_step(st) == SQLITE_DONE && sqlite3_changes(b->db) == 1;
    }
    sqlite3_finalize(st);
    return ok || say(b, fault, x->name);
}

/* Row by row, as sqlite_load_close() does: one statement would want a journal of its own. */
static bool
fill(struct beside *b, size_t i, struct progress *p, char *fault)
{
    struct narrow *w = &b->narrow[i];
    char sql[SQL_MAX];
    sqlite3_stmt *from = NULL, *to = NULL;
    int rc = SQLITE_DONE;
    bool ok;

    snprintf(sql, sizeof sql, "SELECT %s FROM temp.rows_%s", w->names, b->t[i].name);
    ok = run(b, w->create, fault) && run(b, "BEGIN EXCLUSIVE", fault) &&
         sqlite3_prepare_v2(b->db, sql, -1, &from, NULL) == SQLITE_OK &&
         sqlite3_prepare_v2(b->db, w->fill, -1, &to, NULL) == SQLITE_OK;
    while (ok && (rc = sqlite3_step(from)) == SQLITE_ROW) {
        for (int k = 0; k < w->columns; k++)
            sqlite3_bind_value(to, k + 1, sqlite3_column_value(from, k));
        ok = sqlite3_step(to) == SQLITE_DONE;
        sqlite3_reset(to);
        progress_add(p, 0);
    }
    ok = (ok && rc == SQLITE_DONE) || say(b, fault, b->t[i].name);
    sqlite3_finalize(from);
    sqlite3_finalize(to);
    return ok && run(b, "COMMIT", fault);
}

static bool
give_all(struct beside *b, size_t table, char *fault)
{
    bool ok = run(b, "PRAGMA writable_schema = ON", fault) && run(b, "BEGIN EXCLUSIVE", fault);

    for (int i = 0; i < b->indexes && ok; i++)
        ok = b->index[i].table != table || give(b, &b->index[i], fault);
    return ok && run(b, "COMMIT", fault) && run(b, "PRAGMA writable_schema = RESET", fault);
}

static bool
drop_narrow(struct beside *b, size_t i, char *fault)
{
    char sql[SQL_MAX];

    snprintf(sql, sizeof sql, "DROP TABLE main.beside_%s", b->t[i].name);
    return run(b, sql, fault);
}

/* One table after the other, so that the next takes the pages of the last. */
static bool
make_of(struct beside *b, size_t table, struct progress *p, char *fault)
{
    progress_part(p, b->t[table].name);
    if (!fill(b, table, p, fault)) /* the temporary file goes with the connection */
        return false;
    for (int i = 0; i < b->indexes; i++) {
        if (b->index[i].table != table)
            continue;
        progress_part(p, b->index[i].name);
        if (!make_index(b, &b->index[i], fault))
            return false;
        progress_add(p, 0);
    }
    return give_all(b, table, fault) && drop_narrow(b, table, fault);
}

static void
end_rows(struct beside *b)
{
    for (size_t i = 0; i < b->n; i++) {
        sqlite3_finalize(b->narrow[i].insert);
        b->narrow[i].insert = NULL;
    }
}

bool
beside_make(struct beside *b, struct progress *p, char *fault)
{
    end_rows(b);
    for (size_t i = 0; i < b->n; i++)
        if (has_indexes(b, i) && !make_of(b, i, p, fault))
            return false;
    return true;
}

void
beside_close(struct beside *b)
{
    if (!b)
        return;
    end_rows(b);
    for (size_t i = 0; i < b->n; i++) {
        sqlite3_free(b->narrow[i].create);
        sqlite3_free(b->narrow[i].fill);
        sqlite3_free(b->narrow[i].names);
    }
    for (int i = 0; i < b->indexes; i++) {
        sqlite3_free(b->index[i].name);
        sqlite3_free(b->index[i].sql);
    }
    mem_free(b);
}
