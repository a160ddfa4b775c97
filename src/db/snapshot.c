#include "db/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/now.h"
#include "db/engine.h"

enum {
    STEP_PAGES = 512,           /* 2 MB between two pauses */
    PAUSE_MOST = 20000,         /* micros */
    BUSY_MS = 10000,
};

static const struct query CHECK = {"integrity_check", "PRAGMA integrity_check(1)"};
static const struct query KEYS = {"foreign_key_check", "PRAGMA foreign_key_check"};
static const struct query EXPORT = {"export_snapshot", "SELECT pg_export_snapshot()"};
static const struct query VERSION = {"server_version", "SHOW server_version_num"};

static int
refused(struct ctx *c, sqlite3 *db, const char *what)
{
    return fail(c, E_SYS, DB_SORRY, "%s: %s", what, sqlite3_errmsg(db));
}

/* As long as the step itself took, at most PAUSE_MOST: half of the disk stays the server's. */
static void
pause_after(int64_t began)
{
    int64_t took = now_mono_micros() - began;

    usleep((useconds_t)(took > PAUSE_MOST ? PAUSE_MOST : took));
}

static int
steps(struct ctx *c, sqlite3 *from, sqlite3 *to, struct progress *p)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int64_t began;
    int rc = SQLITE_OK;

    if (!b)
        return refused(c, to, "backup");
    while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED) {
        began = now_mono_micros();
        rc = sqlite3_backup_step(b, STEP_PAGES);
        p->total = (int64_t)sqlite3_backup_pagecount(b);
        progress_set(p, p->total - sqlite3_backup_remaining(b));
        if (rc != SQLITE_DONE)
            pause_after(began);
    }
    sqlite3_backup_finish(b);
    return rc == SQLITE_DONE ? OK : refused(c, to, "backup");
}

/* The read transaction is what keeps the picture: without it every commit of the server would
 * begin the backup anew. */
static int
copy_pages(struct ctx *c, sqlite3 *from, sqlite3 *to, struct progress *p)
{
    int rc;

    sqlite3_busy_timeout(from, BUSY_MS);
    if (sqlite3_exec(from, "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL, NULL) !=
        SQLITE_OK)
        return refused(c, from, "begin");
    if (sqlite3_exec(to, "PRAGMA synchronous=OFF", NULL, NULL, NULL) != SQLITE_OK)
        return refused(c, to, "open");
    if ((rc = steps(c, from, to, p)) < 0)
        return rc;
    /* one file, without a log of its own beside it */
    if (sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
        return refused(c, to, "journal_mode");
    return OK;
}

static int
sync_file(struct ctx *c, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = fd < 0 || fsync(fd) < 0 ? errno : 0;

    if (fd >= 0)
        close(fd);
    return rc ? fail(c, E_SYS, DB_SORRY, "cannot sync %s: %s", path, strerror(rc)) : OK;
}

int
snapshot_sqlite(struct ctx *c, const char *path, const char *to, struct progress *p)
{
    sqlite3 *in = NULL, *out = NULL;
    int fd = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc;

    if (fd < 0)
        return fail(c, E_SYS, DB_SORRY, "cannot make %s: %s", to, strerror(errno));
    close(fd);
    if (sqlite3_open_v2(path, &in, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        rc = refused(c, in, path);
    else if (sqlite3_open_v2(to, &out, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        rc = refused(c, out, to);
    else
        rc = copy_pages(c, in, out, p);
    sqlite3_close(in);
    sqlite3_close(out);
    return rc == OK ? sync_file(c, to) : rc;
}

/* --- PostgreSQL ---------------------------------------------------------------------------- */

static bool
is_sqlite(const struct ctx *c)
{
    return strcmp(c->db->engine->name, "sqlite") == 0;
}

int
snapshot_pg(struct ctx *c, const char **name)
{
    struct rows r;
    int rc = db_begin(c, DB_READ_ONLY);

    if (rc == OK)
        rc = c->db->engine->script(c, "SET LOCAL idle_in_transaction_session_timeout = 0");
    if (rc < 0 || (rc = db_one(c, &r, DB_SORRY, &EXPORT, NO_ARGS)) < 0)
        return rc;
    *name = row_text(&r, 0);
    return db_done(&r);
}

/* --- both ---------------------------------------------------------------------------------- */

int
snapshot_check(struct ctx *c)
{
    struct rows r;
    int rc;

    if (!is_sqlite(c))
        return OK;
    if ((rc = db_one(c, &r, DB_SORRY, &CHECK, NO_ARGS)) < 0)
        return rc;
    if (strcmp(row_text(&r, 0), "ok") != 0)
        rc = fail(c, E_SYS, DB_SORRY, "integrity check: %s", row_text(&r, 0));
    if (db_done(&r) < 0 || rc < 0)
        return c->err.rc;
    db_rows(c, &r, &KEYS, NO_ARGS);
    if (db_next(&r))
        rc = fail(c, E_SYS, DB_SORRY, "table %s has a row whose parent in %s is not there",
                  row_text(&r, 0), row_text(&r, 2));
    return db_done(&r) < 0 ? r.rc : rc;
}

const char *
snapshot_engine(struct ctx *c)
{
    return is_sqlite(c) ? "sqlite" : "postgresql";
}

int
snapshot_engine_version(struct ctx *c)
{
    return is_sqlite(c) ? sqlite3_libversion_number() : (int)db_int(c, 0, &VERSION, NO_ARGS);
}
