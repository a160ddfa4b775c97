/*
 * SQLite behind engine.h.  Write-ahead log with full sync: what was committed survives a power
 * cut.  A connection is used by one thread at a time, so SQLite's own mutexes are off.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/now.h"
#include "db/engine.h"
#include "db/sqlite_fault.h"
#include "db/sqlite_functions.h"

enum {
    PARAMS_MAX = 64,
    BUSY_MS = 10000,   /* another process holds the write lock: a back-up, a command */
    READ_BUSY_MS = 1000, /* readers meet a lock only while a log is recovered */
    LOOK_EVERY = 1000000, /* microseconds between two looks at the file, for readers */
    CACHE_FIRST = 256, /* slots of the statement cache; a power of two */
};

struct sqlite;

struct stmt {
    struct sqlite *db;
    const struct query *q;
    const char *sql; /* q->sql at the time: a key on the stack must not find another's */
    sqlite3_stmt *p;
    int n, at[PARAMS_MAX]; /* $1..$n -> SQLite's index, which follows first appearance */
    bool busy, cached;
};

struct sqlite {
    struct db db;
    sqlite3 *p;
    struct stmt **slot; /* open addressing by the query's address */
    size_t slots, used;
    char *path;
    struct sqlite_file file, wal; /* as opened; the log as last seen */
    int64_t looked;
    int running; /* statements that are being read */
    bool reopen; /* an error may lie with the connection */
};

static int
engine_fail(struct ctx *c, struct sqlite *s, const char *what)
{
    return sqlite_fault(c, s->p, s->path, what, s->db.mode == DB_READ_ONLY, &s->reopen);
}

/* --- opening ------------------------------------------------------------------------------- */

/* Memory is bounded here: one write connection and a handful of read ones stay far below the
 * 100 MB of the whole server.  No memory map: its pages would count for every connection. */
static const char *const PRAGMAS[] = {
    [DB_READ_ONLY] =
        "PRAGMA foreign_keys=ON; PRAGMA case_sensitive_like=ON; PRAGMA cache_size=-6000;"
        "PRAGMA mmap_size=0; PRAGMA query_only=ON; PRAGMA trusted_schema=OFF;",
    [DB_READ_WRITE] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                      "PRAGMA case_sensitive_like=ON; PRAGMA cache_size=-16000; PRAGMA mmap_size=0;"
                      "PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=67108864;"
                      /* what was plain before it was sealed is not left in a free page */
                      "PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF;",
};

/* A savepoint keeps the pages it changes in a journal of its own.  SQLite spills that to a file
 * from 64 KB on, and a job of a dozen rows touches more: a quarter of a lane's time went into
 * writing what is thrown away at the release.  Half a megabyte stays in memory.
 *
 * Nobody reads SQLite's count of its memory, and counting takes one lock for all threads around
 * every allocation: a seventh of the time of a search among 64. */
static void
configure_once(void)
{
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, 512 << 10);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int
settle(struct ctx *c, struct sqlite *s)
{
    enum db_mode like = s->db.mode == DB_READ_ONLY ? DB_READ_ONLY : DB_READ_WRITE;

    sqlite3_extended_result_codes(s->p, 1);
    sqlite3_busy_timeout(s->p, like == DB_READ_ONLY ? READ_BUSY_MS : BUSY_MS);
    sqlite3_db_config(s->p, SQLITE_DBCONFIG_DQS_DML, 0, NULL); /* "text" is not a text */
    sqlite3_db_config(s->p, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(s->p, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (like == DB_READ_WRITE)
        sqlite_functions(s->p);
    if (sqlite3_exec(s->p, PRAGMAS[like], NULL, NULL, NULL) != SQLITE_OK)
        return engine_fail(c, s, "open");
    return OK;
}

/* The file holds personal data: only its owner reads it.  -wal and -shm take its mode. */
static int
make_private(struct ctx *c, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return fail(c, E_SYS, DB_SORRY, "cannot make %s: %s", path, strerror(errno));
    close(fd);
    return OK;
}

static void
statements_drop(struct sqlite *s)
{
    for (size_t i = 0; i < s->slots; i++) {
        if (!s->slot[i])
            continue;
        sqlite3_finalize(s->slot[i]->p);
        mem_free(s->slot[i]);
        s->slot[i] = NULL;
    }
    s->used = 0;
}

static void
sqlite_close(struct db *db)
{
    struct sqlite *s = (struct sqlite *)db;

    statements_drop(s);
    sqlite3_close(s->p);
    mem_free(s->path);
    mem_free(s->slot);
    mem_free(s);
}

static int
connect(struct ctx *c, struct sqlite *s)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    int rc;

    flags |= s->db.mode == DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite_before_open(s->path);
    rc = sqlite3_open_v2(s->path, &s->p, flags, NULL) == SQLITE_OK ? settle(c, s)
                                                                   : engine_fail(c, s, "open");
    if (rc == OK && !sqlite_file_of(s->path, &s->file))
        rc = fail(c, E_DOWN, DB_SORRY, "%s: it is gone", s->path);
    if (rc < 0) {
        sqlite3_close(s->p);
        s->p = NULL;
    }
    return rc;
}

/* --- files that come and go: a database that was replaced (restore) or whose folder came back is
 * opened anew, one that was taken away is never written on silently --- */

enum place { IN_PLACE, REPLACED, GONE };

static enum place
place_of(struct sqlite *s)
{
    struct sqlite_file now;
    char wal[4096];

    if (!sqlite_file_of(s->path, &now))
        return GONE;
    if (!sqlite_file_same(&s->file, &now))
        return REPLACED;
    snprintf(wal, sizeof wal, "%s-wal", s->path);
    if (sqlite_file_of(wal, &s->wal))
        sqlite_seen(s->path, &s->file, &s->wal);
    return IN_PLACE;
}

/* Every transaction that writes looks; short reads once in a second. */
static bool
look_due(struct sqlite *s)
{
    int64_t now = now_mono_coarse();

    if (s->db.mode == DB_READ_ONLY && now - s->looked < LOOK_EVERY)
        return false;
    s->looked = now;
    return true;
}

/* `keep_log`: what lies beside the file now is not this connection's to play in and delete. */
static void
disconnect(struct sqlite *s, bool keep_log)
{
    if (!s->p)
        return;
    statements_drop(s);
    sqlite3_db_config(s->p, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep_log, NULL);
    sqlite3_close(s->p);
    s->p = NULL;
}

static int
reconnect(struct ctx *c, struct sqlite *s, bool other)
{
    int rc;

    disconnect(s, other);
    if (other)
        sqlite_put_aside(s->path, &s->wal);
    rc = connect(c, s);
    s->reopen = rc < 0;
    if (rc == OK && other)
        sqlite_damaged(false); /* the other one was meant */
    if (rc == OK && other)
        log_line(LOG_WARN, "the database's file was replaced: opened anew", LOG_T("file", s->path));
    return rc;
}

/* Before a statement outside of a transaction. */
static int
fresh(struct ctx *c, struct sqlite *s)
{
    enum place at = look_due(s) ? place_of(s) : IN_PLACE;

    if (at == GONE) { /* the connection stays: the same file may come back with its log */
        s->looked = 0;
        fail(c, E_DOWN, DB_SORRY, "%s: it is gone: bring it back or restore it", s->path);
        sqlite_tell(c);
        return E_DOWN;
    }
    return s->p && !s->reopen && at == IN_PLACE ? OK : reconnect(c, s, at == REPLACED);
}

static int
sqlite_open(struct ctx *c, const char *url, enum db_mode mode, struct db **out)
{
    const char *path = url + strlen("sqlite:");
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sqlite *s;
    int rc;

    pthread_once(&once, configure_once);
    if (mode == DB_CREATE && (rc = make_private(c, path)) < 0)
        return rc;
    s = mem_get(sizeof *s);
    s->db = (struct db){.engine = &engine_sqlite, .mode = mode};
    s->path = memcpy(mem_get(strlen(path) + 1), path, strlen(path));
    s->slots = CACHE_FIRST;
    s->slot = mem_get(s->slots * sizeof *s->slot);
    if ((rc = connect(c, s)) < 0)
        return sqlite_close(&s->db), rc;
    *out = &s->db;
    return OK;
}

/* --- statements ---------------------------------------------------------------------------- */

static size_t
slot_of(const struct sqlite *s, const struct query *q)
{
    size_t i = (((uintptr_t)q >> 4) * 0x9E3779B97F4A7C15u >> 32) & (s->slots - 1);

    while (s->slot[i] && s->slot[i]->q != q)
        i = (i + 1) & (s->slots - 1);
    return i;
}

static void
cache_add(struct sqlite *s, struct stmt *st)
{
    if (s->used * 2 >= s->slots) {
        struct stmt **old = s->slot;
        size_t n = s->slots;

        s->slots = n * 2;
        s->slot = mem_get(s->slots * sizeof *s->slot);
        for (size_t i = 0; i < n; i++)
            if (old[i])
                s->slot[slot_of(s, old[i]->q)] = old[i];
        mem_free(old);
    }
    s->slot[slot_of(s, st->q)] = st;
    s->used++;
}

/* Every $1..$n must be there: a hole is a fault of the text, PostgreSQL would refuse it. */
static void
find_params(struct stmt *st)
{
    char name[16];

    st->n = sqlite3_bind_parameter_count(st->p);
    assert(st->n <= PARAMS_MAX);
    for (int i = 0; i < st->n; i++) {
        snprintf(name, sizeof name, "$%d", i + 1);
        st->at[i] = sqlite3_bind_parameter_index(st->p, name);
        assert(st->at[i] > 0);
    }
}

static int
prepare(struct ctx *c, struct sqlite *s, struct stmt *st, const struct query *q)
{
    const char *rest = "";

    st->db = s;
    st->q = q;
    st->sql = q->sql;
    if (sqlite3_prepare_v3(s->p, q->sql, -1, SQLITE_PREPARE_PERSISTENT, &st->p, &rest) != SQLITE_OK)
        return engine_fail(c, s, q->name);
    assert(rest[strspn(rest, " \t\r\n;")] == '\0'); /* one statement a query */
    find_params(st);
    return OK;
}

/* The cached statement; a statement that is being read (a query inside its own loop), or a key
 * whose text changed, gets one of its own. */
static struct stmt *
take(struct ctx *c, struct sqlite *s, const struct query *q)
{
    struct stmt *st = s->slot[slot_of(s, q)];
    bool known = st != NULL;

    if (known && !st->busy && st->sql == q->sql)
        return st;
    st = mem_get(sizeof *st);
    if (prepare(c, s, st, q) < 0) {
        mem_free(st);
        return NULL;
    }
    if (!known) {
        st->cached = true;
        cache_add(s, st);
    }
    return st;
}

static void
bind(struct stmt *st, int at, const struct dbv *v, sqlite3_destructor_type how)
{
    int rc = SQLITE_OK;

    switch (v->kind) {
    case DBV_NULL: rc = sqlite3_bind_null(st->p, at); break;
    case DBV_INT: rc = sqlite3_bind_int64(st->p, at, v->i); break;
    case DBV_TEXT: rc = sqlite3_bind_text(st->p, at, v->s, -1, how); break;
    case DBV_BLOB:
        rc = v->b.n ? sqlite3_bind_blob64(st->p, at, v->b.p, v->b.n, how)
                    : sqlite3_bind_zeroblob(st->p, at, 0);
        break;
    }
    assert(rc == SQLITE_OK); /* SQLite's own limit is 1 GB; inputs are bounded far below */
}

static bool
between(const struct sqlite *s)
{
    return s->running == 0 && (!s->p || sqlite3_get_autocommit(s->p));
}

static void *
sqlite_start(struct ctx *c, const struct query *q, const struct dbv *args, size_t n, bool copy)
{
    struct sqlite *s = (struct sqlite *)c->db;
    struct stmt *st;

    if ((between(s) && fresh(c, s) < 0) || !(st = take(c, s, q)))
        return NULL;
    assert((size_t)st->n == n); /* the text and the call disagree */
    st->busy = true;
    s->running++;
    for (size_t i = 0; i < n; i++)
        bind(st, st->at[i], &args[i], copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
    return st;
}

static int
sqlite_step(struct ctx *c, void *p)
{
    struct stmt *st = p;

    switch (sqlite3_step(st->p)) {
    case SQLITE_ROW: return 1;
    case SQLITE_DONE: return 0;
    default: return engine_fail(c, st->db, st->q->name);
    }
}

static int
sqlite_changed(void *p)
{
    struct stmt *st = p;

    return sqlite3_stmt_readonly(st->p) ? 0 : sqlite3_changes(st->db->p);
}

static void
sqlite_finish(void *p)
{
    struct stmt *st = p;

    sqlite3_reset(st->p);
    sqlite3_clear_bindings(st->p);
    st->busy = false;
    st->db->running--;
    if (st->cached)
        return;
    sqlite3_finalize(st->p);
    mem_free(st);
}

static int64_t
sqlite_int(void *p, int col)
{
    return sqlite3_column_int64(((struct stmt *)p)->p, col);
}

static struct bytes
sqlite_bytes(void *p, int col)
{
    sqlite3_stmt *st = ((struct stmt *)p)->p;
    const void *b = sqlite3_column_type(st, col) == SQLITE_BLOB ? sqlite3_column_blob(st, col)
                                                                : sqlite3_column_text(st, col);

    return (struct bytes){b, (size_t)sqlite3_column_bytes(st, col)};
}

static bool
sqlite_null(void *p, int col)
{
    return sqlite3_column_type(((struct stmt *)p)->p, col) == SQLITE_NULL;
}

/* --- the rest ------------------------------------------------------------------------------ */

static bool
sqlite_in_transaction(struct db *db)
{
    struct sqlite *s = (struct sqlite *)db;

    return s->p && !sqlite3_get_autocommit(s->p);
}

static const struct query TX[TX__COUNT] = {
    [TX_BEGIN_READ] = {"begin_read", "BEGIN"},
    [TX_BEGIN_WRITE] = {"begin_write", "BEGIN IMMEDIATE"},
    [TX_COMMIT] = {"commit", "COMMIT"},
    [TX_ROLLBACK] = {"rollback", "ROLLBACK"},
    [TX_SAVE] = {"savepoint", "SAVEPOINT job"},
    [TX_KEEP] = {"savepoint_keep", "RELEASE job"},
    [TX_UNDO] = {"savepoint_undo", "ROLLBACK TO job"},
};

/* A full disk or an I/O error ends the transaction behind our back. */
static int
sqlite_tx(struct ctx *c, enum tx t)
{
    bool begins = t == TX_BEGIN_READ || t == TX_BEGIN_WRITE;
    struct sqlite *s = (struct sqlite *)c->db;
    int rc;

    if (!begins && !sqlite_in_transaction(c->db))
        return t == TX_ROLLBACK ? OK
                                : fail(c, E_DOWN, DB_SORRY,
                                       "the transaction was rolled back by the engine");
    if ((rc = db_exec(c, &TX[t], NO_ARGS)) < 0) {
        if (t == TX_ROLLBACK) /* it cannot even be given up: the next begin opens anew */
            disconnect(s, false);
        return rc;
    }
    if (t == TX_COMMIT && s->db.mode != DB_READ_ONLY && place_of(s) != IN_PLACE)
        return fail(c, E_DOWN, DB_SORRY, "%s: it was taken away while it was written", s->path);
    return OK;
}

static bool
sqlite_has_table(struct ctx *c, const char *name)
{
    static const struct query q = {"has_table", "SELECT 1 FROM sqlite_master WHERE name = $1"};

    return db_int(c, 0, &q, ARGS(qt(name))) == 1;
}

static int
sqlite_script(struct ctx *c, const char *sql)
{
    struct sqlite *s = (struct sqlite *)c->db;
    int rc = between(s) ? fresh(c, s) : OK;

    if (rc < 0)
        return rc;
    if (sqlite3_exec(s->p, sql, NULL, NULL, NULL) != SQLITE_OK)
        return engine_fail(c, s, "script");
    return OK;
}

static const struct ddl_word WORDS[] = {
    {"ID64", "INTEGER"},  {"BIGINT", "INTEGER"}, {"BLOB", "BLOB"},
    {"STRICT", "STRICT"}, {"CLUSTERED", "WITHOUT ROWID, STRICT"}, {NULL, NULL},
};

const struct engine engine_sqlite = {
    .name = "sqlite",
    .words = WORDS,
    .open = sqlite_open,
    .close = sqlite_close,
    .in_transaction = sqlite_in_transaction,
    .has_table = sqlite_has_table,
    .script = sqlite_script,
    .tx = sqlite_tx,
    .start = sqlite_start,
    .step = sqlite_step,
    .changed = sqlite_changed,
    .finish = sqlite_finish,
    .get_int = sqlite_int,
    .get_bytes = sqlite_bytes,
    .is_null = sqlite_null,
};
