#include "db/sqlite_fault.h"

#include <stdatomic.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "db/engine.h"

/* Everything that a machine does to a database.  Nothing was stored, and it may be better soon. */
static const struct {
    int code;
    const char *advice;
    bool reopen;
} DOWN[] = {
    {SQLITE_FULL, "the disk is full: make room, service goes on by itself", false},
    {SQLITE_IOERR, "the disk refused: look at the kernel's log, at room and limits", true},
    {SQLITE_READONLY, "it cannot be written: look at the mount and the folder's owner", true},
    {SQLITE_CANTOPEN, "it cannot be opened: is its folder there, may the service enter it", true},
    {SQLITE_BUSY, "another program holds its lock: find it with lsof", false},
    {SQLITE_LOCKED, "another program holds its lock: find it with lsof", false},
    {SQLITE_PROTOCOL, "another program holds its lock: find it with lsof", true},
    {SQLITE_NOMEM, "no memory left", true},
    {SQLITE_CORRUPT, "it is DAMAGED: run motcua check --deep, then motcua restore", true},
    {SQLITE_NOTADB, "it is DAMAGED: run motcua check --deep, then motcua restore", true},
};

static int
taken(int code)
{
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
           code == SQLITE_CONSTRAINT_ROWID || code == SQLITE_CONSTRAINT_FOREIGNKEY;
}

void
sqlite_tell(const struct ctx *c)
{
    static _Atomic int64_t told;
    int64_t now = now_mono_coarse(), last = atomic_load(&told);
    const char *detail = c->err.detail;

    if ((last == 0 || now - last > 1000000) && atomic_compare_exchange_strong(&told, &last, now))
        log_line(LOG_ERROR, "database", LOG_T("detail", detail));
}

/* A change on a connection that only reads is a fault of the program, not of the machine. */
static bool
ours(int code, bool reader)
{
    return reader && code == SQLITE_READONLY;
}

int
sqlite_fault(struct ctx *c, sqlite3 *p, const char *path, const char *what,
             bool reader, bool *reopen)
{
    int code = sqlite3_extended_errcode(p);
    int number = sqlite3_system_errno(p);
    const char *system = number ? strerror(number) : "";

    if (taken(code))
        return fail(c, E_CONFLICT, DB_TAKEN, "%s: %s (%d)", what, sqlite3_errmsg(p), code);
    for (size_t i = 0; i < sizeof DOWN / sizeof *DOWN; i++)
        if ((code & 0xff) == DOWN[i].code && !ours(code, reader)) {
            *reopen = *reopen || DOWN[i].reopen;
            fail(c, E_DOWN, DB_SORRY, "%s: %s [%s: %s (%d) %s]", path, DOWN[i].advice, what,
                 sqlite3_errmsg(p), code, system);
            if (DOWN[i].code == SQLITE_CORRUPT || DOWN[i].code == SQLITE_NOTADB)
                sqlite_damaged(true);
            sqlite_tell(c);
            return E_DOWN;
        }
    return fail(c, E_SYS, DB_SORRY, "%s: %s (%d)", what, sqlite3_errmsg(p), code);
}

bool
sqlite_file_of(const char *path, struct sqlite_file *out)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return false;
    *out = (struct sqlite_file){st.st_dev, st.st_ino};
    return true;
}

bool
sqlite_file_same(const struct sqlite_file *a, const struct sqlite_file *b)
{
    return a->device == b->device && a->inode == b->inode;
}

void
sqlite_put_aside(const char *path, const struct sqlite_file *wal)
{
    static const char *const SUFFIX[] = {"-wal", "-shm"};
    char from[4096], to[4096 + 8];
    struct sqlite_file now;

    snprintf(from, sizeof from, "%s-wal", path);
    if (wal->inode == 0 || !sqlite_file_of(from, &now) || !sqlite_file_same(wal, &now))
        return;
    for (size_t i = 0; i < sizeof SUFFIX / sizeof *SUFFIX; i++) {
        snprintf(from, sizeof from, "%s%s", path, SUFFIX[i]);
        snprintf(to, sizeof to, "%s.old", from);
        if (rename(from, to) == 0)
            log_line(LOG_WARN, "belonged to the database that was replaced: put aside",
                     LOG_T("file", (const char *)from));
    }
}

static struct {
    pthread_mutex_t lock;
    char path[4096];
    struct sqlite_file file, wal;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

void
sqlite_seen(const char *path, const struct sqlite_file *file, const struct sqlite_file *wal)
{
    pthread_mutex_lock(&seen.lock);
    if (strcmp(seen.path, path) != 0)
        snprintf(seen.path, sizeof seen.path, "%s", path);
    seen.file = *file;
    seen.wal = *wal;
    pthread_mutex_unlock(&seen.lock);
}

void
sqlite_before_open(const char *path)
{
    struct sqlite_file now;

    pthread_mutex_lock(&seen.lock);
    if (strcmp(seen.path, path) == 0 && sqlite_file_of(path, &now) &&
        !sqlite_file_same(&now, &seen.file)) {
        sqlite_put_aside(path, &seen.wal);
        seen.file = now;
        seen.wal = (struct sqlite_file){0};
    }
    pthread_mutex_unlock(&seen.lock);
}
