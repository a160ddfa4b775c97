/* `motcua backup`: database, store and key into a folder that proves itself. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/now.h"
#include "db/snapshot.h"
#include "move/guard.h"
#include "move/manifest.h"
#include "move/move.h"
#include "move/names.h"
#include "move/tool.h"
#include "site/command.h"
#include "site/numbers.h"
#include "site/sharing.h"

#define SORRY MOVE_SORRY

static const char MANUAL[] =
    "Usage: motcua backup --to DIR [--since DIR] [--without-number-keys] [--config FILE]\n"
    "                     [--KEY VALUE]...\n"
    "\n"
    "Writes a backup of the site while it serves: the database as it was at one moment (SQLite's\n"
    "online backup, pg_dump's custom format for PostgreSQL), every file of the store, the secret\n"
    "key, and at last manifest.json with counts, sizes and hashes of all of it.  A folder without\n"
    "manifest.json is a backup that was interrupted: remove it.\n"
    "\n"
    "  --to DIR        a folder that is not there yet or is empty\n"
    "  --since DIR     an earlier backup on the same file system: files of the store that it has\n"
    "                  are linked instead of copied, so only what is new takes time and room\n"
    "  --without-number-keys  leaves out the keys that personal numbers and telephones are sealed\n"
    "                  with: who takes the backup cannot read them, and who restores it needs the\n"
    "                  file.  Keep DATA/numbers.keys elsewhere first.  So it is anyway where\n"
    "                  number_keys names a file\n"
    "  --KEY VALUE     any key of the configuration, e.g. --db URL, --data DIR\n"
    "\n"
    "The folder holds personal data and the key that makes look-up secrets: keep it as safe as\n"
    "the site.  The configuration file is not in it.  `motcua restore --verify DIR` proves it.\n"
    "\n"
    "Exit status: 0; 1 a failure, or the backup is there but files of the store were damaged\n"
    "before; 2 bad arguments.\n";

struct backup {
    struct ctx *c;
    struct arena *keep;
    const char *url, *site_key, *store, *to, *since;
    const char *ring;           /* file of keys of numbers; NULL: it stays out */
    struct manifest m;
};

static const char *
at(const struct backup *b, const char *folder, const char *name)
{
    return arena_fmt(b->keep, "%s/%s", folder, name);
}

/* --- the database -------------------------------------------------------------------------- */

static int
count_tables(struct backup *b, struct ctx *c)
{
    b->m.schema = db_schema_version(c);
    b->m.engine = snapshot_engine(c);
    b->m.engine_version = snapshot_engine_version(c);
    return copy_tables_sum(c, b->keep, "tables", &b->m.tables);
}

/* What is counted is the copy: the site is read once only. */
static int
count_copy(struct backup *b, const char *path)
{
    struct side s;
    int rc = side_open(&s, b->keep, arena_fmt(b->keep, "sqlite:%s", path), DB_READ_ONLY);

    if (rc == OK && (rc = guard_site(&s.c, b->m.source)) == OK &&
        (rc = snapshot_check(&s.c)) == OK)
        rc = count_tables(b, &s.c);
    if (rc < 0)
        b->c->err = s.c.err;
    side_close(&s);
    return rc;
}

static int
backup_sqlite(struct backup *b)
{
    const char *to = at(b, b->to, BACKUP_SQLITE);
    struct progress p;
    int rc;

    b->m.database = BACKUP_SQLITE;
    progress_begin(&p, "database", "pages", 0, 0);
    if ((rc = snapshot_sqlite(b->c, sqlite_path(b->url), to, &p)) < 0) {
        progress_stop(&p);
        return rc;
    }
    progress_end(&p);
    return count_copy(b, to);
}

static int
check_tool(struct ctx *c)
{
    int tool, server = snapshot_engine_version(c) / 10000, rc = tool_version(c, "pg_dump", &tool);

    if (rc < 0 || tool >= server)
        return rc;
    return fail(c, E_SYS, SORRY, "pg_dump is of version %d, the server of %d: install postgresql-"
                "client-%d", tool, server, server);
}

static int
dump(struct backup *b, struct ctx *c)
{
    struct progress p;
    const char *snapshot;
    int rc = snapshot_pg(c, &snapshot);

    if (rc < 0)
        return rc;
    snapshot = arena_str(b->keep, snapshot);
    progress_begin(&p, "database", "bytes", 0, 0);
    rc = tool_dump(c, b->url, snapshot, at(b, b->to, BACKUP_PG), &p);
    if (rc == OK)
        progress_end(&p);
    else
        progress_stop(&p);
    return rc == OK ? count_tables(b, c) : rc;
}

/* Dump and count see the same moment: they share the snapshot. */
static int
backup_pg(struct backup *b)
{
    struct side s;
    int rc = side_open(&s, b->keep, b->url, DB_READ_ONLY);

    b->m.database = BACKUP_PG;
    if (rc == OK && (rc = guard_site(&s.c, s.name)) == OK && (rc = check_tool(&s.c)) == OK) {
        rc = dump(b, &s.c);
        db_rollback(&s.c);
    }
    if (rc < 0)
        b->c->err = s.c.err;
    side_close(&s);
    return rc;
}

/* --- files --------------------------------------------------------------------------------- */

static int
sum_file(struct backup *b, const char *name, struct file_sum *out)
{
    struct progress p;
    const char *path = at(b, b->to, name);
    struct stat st;
    int rc;

    progress_begin(&p, name, "bytes", 0, stat(path, &st) == 0 ? st.st_size : 0);
    rc = files_sum(path, &p, out);
    if (rc == 0)
        progress_end(&p);
    return rc < 0 ? fail(b->c, E_SYS, SORRY, "%s: %s", path, strerror(-rc)) : OK;
}

static int
copy_store(struct backup *b, FILE *list)
{
    struct progress p;
    struct store_copy s = {.from = b->store,
                           .to = at(b, b->to, BACKUP_STORE),
                           .since = b->since ? at(b, b->since, BACKUP_STORE) : NULL,
                           .list = list,
                           .progress = &p};
    int64_t files, bytes;
    int rc = store_size_of(b->c, s.from, &files, &bytes);

    if (rc < 0)
        return rc;
    progress_begin(&p, "store", "bytes", 0, bytes);
    if ((rc = store_copy(b->c, &s)) < 0) {
        progress_stop(&p);
        return rc;
    }
    progress_end(&p);
    for (int64_t i = 0; i < s.damaged && i < FINDINGS_MOST; i++)
        printf("damaged %s/%s\n", s.from, s.names[i]);
    b->m.files = s.files;
    b->m.bytes = s.bytes;
    b->m.linked = s.linked;
    b->m.damaged = s.damaged;
    return OK;
}

static int
backup_store(struct backup *b)
{
    const char *path = at(b, b->to, BACKUP_LIST);
    FILE *list = fopen(path, "wxe");
    int rc;

    if (!list)
        return fail(b->c, E_SYS, SORRY, "cannot make %s: %s", path, strerror(errno));
    if (store_is_remote(b->store)) {
        rc = OK;
        printf("note the papers are not in this backup: %s is kept by its own server "
               "(versioning, replication)\n", b->store);
    } else {
        rc = copy_store(b, list);
    }
    if (fclose(list) != 0 && rc == OK)
        rc = fail(b->c, E_SYS, SORRY, "cannot write %s: %s", path, strerror(errno));
    return rc == OK ? sum_file(b, BACKUP_LIST, &b->m.list_sum) : rc;
}

static int
backup_key(struct backup *b)
{
    int rc = guard_key_copy(b->c, b->site_key, b->to);

    if (rc == OK)
        rc = sum_file(b, BACKUP_KEY, &b->m.key_sum);
    if (rc < 0 || !b->ring)
        return rc;
    rc = guard_ring_copy(b->c, b->ring, at(b, b->to, BACKUP_RING));
    return rc == OK ? sum_file(b, BACKUP_RING, &b->m.ring_sum) : rc;
}

/* --- the whole ----------------------------------------------------------------------------- */

static int
check_folders(struct backup *b)
{
    struct manifest earlier;
    int rc = files_is_empty(b->to);

    if (rc == 0 && access(at(b, b->to, MANIFEST), F_OK) == 0)
        return fail(b->c, E_CONFLICT, SORRY, "%s holds a backup; give a new folder", b->to);
    if (rc == 0)
        return fail(b->c, E_CONFLICT, SORRY,
                    "%s is not empty (an interrupted backup?); remove it or give a new folder",
                    b->to);
    if (rc > 0 && !files_are_ours(b->to))
        return fail(b->c, E_CONFLICT, SORRY, "%s is somebody else's, or others may write in it",
                    b->to);
    if (b->since && manifest_read(b->c, b->since, &earlier) < 0)
        return b->c->err.rc;
    rc = rc < 0 ? rc : files_mkdir(b->to);
    return rc < 0 ? fail(b->c, E_SYS, SORRY, "%s: %s", b->to, strerror(-rc)) : OK;
}

/* The database first: whatever a row of it names was in the store before it. */
static int
make_backup(struct backup *b)
{
    int64_t began = now_mono_micros();
    int rc;

    umask(077);
    rc = check_folders(b);

    b->m.at = now_seconds();
    b->m.program = MOTCUA_VERSION;
    b->m.source = db_name(b->keep, b->url);
    if (rc == OK)
        rc = is_sqlite(b->url) ? backup_sqlite(b) : backup_pg(b);
    if (rc < 0 || (rc = sum_file(b, b->m.database, &b->m.database_sum)) < 0 ||
        (rc = backup_store(b)) < 0 || (rc = backup_key(b)) < 0)
        return rc;
    if ((rc = files_sync_all(b->to)) < 0)
        return fail(b->c, E_SYS, SORRY, "cannot sync %s: %s", b->to, strerror(-rc));
    b->m.seconds = (now_mono_micros() - began) / 1000000;
    return manifest_write(b->c, b->to, &b->m);
}

static void
say(const struct backup *b)
{
    int64_t rows = 0;

    for (size_t i = 0; i < b->m.tables.n; i++)
        rows += b->m.tables.p[i].rows;
    printf("backup %s\n", b->to);
    printf("database %s %lld bytes schema %lld\n", b->m.database,
           (long long)b->m.database_sum.size, (long long)b->m.schema);
    printf("tables %zu rows %lld\n", b->m.tables.n, (long long)rows);
    printf("store %lld files %lld bytes, %lld linked\n", (long long)b->m.files,
           (long long)b->m.bytes, (long long)b->m.linked);
    printf("seconds %lld\n", (long long)b->m.seconds);
    puts("key " BACKUP_KEY ": keep this folder as safe as the site");
    puts(b->ring ? "numbers " BACKUP_RING ": who has this folder can read sealed numbers"
                 : "numbers sealed: their keys are not in this backup, without them they are lost");
}

/* A site of an older program has none. */
static const char *
there(const char *path)
{
    return access(path, F_OK) == 0 ? path : NULL;
}

/* For `motcua audit self`, which knows no other folder; it is nothing that a backup needs. */
static void
mark(struct ctx *c, const struct config *k, const char *to)
{
    const char *path = sharing_backup_mark(c->a, k), *text = arena_fmt(c->a, "%s\n", to);
    int rc = file_write(c->a, path, text, strlen(text), 0600);

    if (rc < 0)
        command_say(0, "backup: cannot write %s: %s", path, strerror(-rc));
}

static int
run(struct command_site *s, const char *to, const char *since, bool without_ring)
{
    struct backup b = {.c = &s->c, .keep = arena_open(SIDE_ARENA), .url = s->site.config.db,
                       .site_key = s->site.config.site_key, .to = to, .since = since};
    int rc, status;

    b.store = sharing_store(b.keep, &s->site.config);
    if (!without_ring && !*s->site.config.number_keys)
        b.ring = there(numbers_path(b.keep, &s->site.config));
    rc = make_backup(&b);
    if (rc == OK) {
        mark(&s->c, &s->site.config, to);
        say(&b);
    }
    status = command_end(s, rc);
    if (rc == OK && b.m.damaged)
        status = command_say(1, "backup: %lld files of the store were damaged and are not in it",
                             (long long)b.m.damaged);
    arena_close(b.keep);
    return status;
}

int
move_cmd_backup(int argc, char **argv)
{
    const char *to = NULL, *since = NULL;
    bool without_ring = false;
    const struct flag flags[] = {{"to", &to, NULL},
                                 {"since", &since, NULL},
                                 {"without-number-keys", NULL, &without_ring},
                                 {0}};
    struct command_site s;
    int status;

    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(MANUAL, stdout);
        return 0;
    }
    if ((status = command_configure(&s, &argc, argv, flags)) != 0)
        return status;
    if (argc > 1 || !to) {
        command_end(&s, OK);
        return argc > 1 ? command_say(2, "backup: %s is not an argument", argv[1])
                        : command_say(2, "backup: --to is missing; see motcua backup --help");
    }
    return run(&s, to, since, without_ring);
}
