/* Where an SQLite file is damaged: each table's trees are walked, on a connection of its own. */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "db/engine.h"
#include "db/sqlite_fault.h"

enum { FINDINGS_MAX = 20, STEPS = 100000 };

struct search {
    sqlite3 *p;
    int64_t until;
    int findings, tables;
};

static atomic_bool damaged;

bool
db_damaged(void)
{
    return atomic_load(&damaged);
}

void
sqlite_damaged(bool is)
{
    atomic_store(&damaged, is);
}

/* SQLite asks now and then whether to go on. */
static int
too_late(void *arg)
{
    const struct search *s = arg;

    return now_mono_coarse() > s->until;
}

static void
say(struct search *s, const char *table, const char *finding)
{
    if (strncmp(finding, "***", 3) == 0 || strcmp(finding, "ok") == 0)
        return;
    if (s->findings++ < FINDINGS_MAX)
        log_line(LOG_ERROR, "damaged", LOG_T("table", table), LOG_T("detail", finding));
}

/* Each finding is a line of its own, or several in one text. */
static void
say_lines(struct search *s, const char *table, const char *text)
{
    char line[240];

    while (text && *text) {
        size_t n = strcspn(text, "\n"), keep = n < sizeof line - 1 ? n : sizeof line - 1;

        memcpy(line, text, keep);
        line[keep] = '\0';
        say(s, table, line);
        text += n + (text[n] == '\n');
    }
}

/* The first column of every row; false: SQLite gave up. */
static bool
each(struct search *s, const char *sql, const char *table,
     void (*row)(struct search *s, const char *table, const char *text))
{
    sqlite3_stmt *st = NULL;
    bool ok = sqlite3_prepare_v2(s->p, sql, -1, &st, NULL) == SQLITE_OK;

    while (ok && sqlite3_step(st) == SQLITE_ROW)
        row(s, table, (const char *)sqlite3_column_text(st, 0));
    return sqlite3_finalize(st) == SQLITE_OK && ok;
}

static void
look_at_table(struct search *s, const char *unused, const char *table)
{
    char *sql = sqlite3_mprintf("PRAGMA quick_check(%Q)", table);

    (void)unused;
    s->tables++;
    if (sql && !each(s, sql, table, say_lines) && sqlite3_errcode(s->p) != SQLITE_INTERRUPT)
        say(s, table, sqlite3_errmsg(s->p));
    sqlite3_free(sql);
}

static int
look(struct ctx *c, struct search *s, const char *path)
{
    static const char TABLES[] = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1";

    if (sqlite3_open_v2(path, &s->p, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return fail(c, E_DOWN, DB_SORRY, "%s: %s", path, sqlite3_errmsg(s->p));
    sqlite3_progress_handler(s->p, STEPS, too_late, s);
    if (!each(s, TABLES, "", look_at_table))
        say(s, "(the list of tables)", sqlite3_errmsg(s->p));
    if (s->findings)
        return fail(c, E_DOWN, DB_SORRY, "%s: damaged in %d places", path, s->findings);
    if (too_late(s))
        return fail(c, E_DOWN, DB_SORRY, "%s: not read to its end in time", path);
    return OK;
}

int
db_look_for_damage(struct ctx *c, const char *url, int seconds)
{
    struct search s = {.until = now_mono_coarse() + (int64_t)seconds * 1000000};
    int rc;

    if (!db_inline(url))
        return OK;
    rc = look(c, &s, url + strlen("sqlite:"));
    sqlite3_close(s.p);
    if (rc == OK) {
        sqlite_damaged(false);
        log_line(LOG_INFO, "the database is whole", LOG_N("tables", s.tables));
    }
    return rc;
}
