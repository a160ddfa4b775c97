/* `motcua restore`: a site out of a backup, and the proof of a backup. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/table.h"
#include "move/guard.h"
#include "move/move.h"
#include "move/names.h"
#include "move/tool.h"
#include "move/verify.h"
#include "site/command.h"
#include "site/keys.h"

#define SORRY MOVE_SORRY

static const char MANUAL[] =
    "Usage: motcua restore --verify DIR\n"
    "       motcua restore --from DIR --to URL [--data DIR] [--store DIR]\n"
    "\n"
    "Proves a backup, or makes a site of it where none is.  Both read all of it: the manifest's\n"
    "seal, size and SHA-256 of every file, and each table's rows and hash; a SQLite file is also\n"
    "checked by the engine itself, a PostgreSQL dump is read through without a server.\n"
    "\n"
    "  --verify DIR    changes nothing\n"
    "  --from DIR      the backup\n"
    "  --to URL        sqlite:PATH that is not there, or an empty PostgreSQL database, as the\n"
    "                  backup's engine is; afterwards `motcua copy` moves it to the other one\n"
    "  --data DIR      where key and store go; default: the folder of a SQLite database.  A key\n"
    "                  or a file that is there already and is the same stays\n"
    "  --store DIR     where the store is not to be the folder `store` of that\n"
    "\n"
    "Prints a line `finding ...` for each fault.\n"
    "Exit status: 0 all is as the manifest says; 1 a finding or failure; 2 bad arguments.\n";

struct words { const char *verify, *from, *to, *data, *store; };

/* --- proof --------------------------------------------------------------------------------- */

static int
verify_database(struct verify *v)
{
    const char *path = arena_fmt(v->keep, "%s/%s", v->folder, v->m->database);

    return strcmp(v->m->engine, "sqlite") == 0 ? verify_sqlite(v, path) : verify_dump(v, path);
}

static void
verify_keys(struct verify *v)
{
    verify_file(v, BACKUP_KEY, &v->m->key_sum);
    if (v->m->ring_sum.size)
        verify_file(v, BACKUP_RING, &v->m->ring_sum);
}

static int
verify_all(struct verify *v)
{
    bool whole = verify_file(v, v->m->database, &v->m->database_sum);
    int rc = OK;

    verify_keys(v);
    if (verify_file(v, BACKUP_LIST, &v->m->list_sum))
        rc = verify_store(v, true);
    if (rc == OK && whole)
        rc = verify_database(v);
    return rc;
}

static int
say(struct verify *v, const char *done)
{
    if (v->findings)
        return fail(v->c, E_SYS, SORRY, "%lld findings in %s", (long long)v->findings, v->folder);
    printf("%s %s: %s, schema %lld, %zu tables, %lld files\n", done, v->folder, v->m->engine,
           (long long)v->m->schema, v->m->tables.n, (long long)v->m->files);
    if (v->m->damaged)
        printf("note %lld files of the store were damaged before the backup and are not in it\n",
               (long long)v->m->damaged);
    return OK;
}

/* --- a site out of it ---------------------------------------------------------------------- */

struct restore {
    struct verify v;
    const char *url, *data, *store;
};

static int
refuse_file(struct ctx *c, const char *path)
{
    return access(path, F_OK) < 0 && errno == ENOENT
               ? OK
               : fail(c, E_CONFLICT, SORRY, "%s is there; restore never overwrites a site", path);
}

static int
refuse_tables(struct restore *r)
{
    table_list there = {0};
    struct side s;
    int rc = side_open(&s, r->v.keep, r->url, DB_READ_ONLY);

    if (rc == OK)
        rc = tables_read(&s.c, r->v.keep, &there);
    if (rc == OK && (there.n || db_schema_version(&s.c)))
        rc = fail(&s.c, E_CONFLICT, SORRY, "%s is not empty; restore never overwrites a site",
                  s.name);
    if (rc < 0)
        r->v.c->err = s.c.err;
    side_close(&s);
    return rc;
}

static int
refuse_site(struct restore *r)
{
    struct ctx *c = r->v.c;
    const char *path;
    int rc;

    if (is_sqlite(r->url) != (strcmp(r->v.m->engine, "sqlite") == 0))
        return fail(c, E_INVALID, SORRY,
                    "--to: the backup is of %s; restore it there, then motcua copy moves it",
                    r->v.m->engine);
    if (!is_sqlite(r->url))
        return refuse_tables(r);
    path = sqlite_path(r->url);
    rc = refuse_file(c, path);
    return rc == OK ? refuse_file(c, arena_fmt(c->a, "%s-wal", path)) : rc;
}

static int
restore_data(struct restore *r)
{
    struct ctx *c = r->v.c;
    struct progress p;
    struct store_copy s = {.from = arena_fmt(c->a, "%s/" BACKUP_STORE, r->v.folder),
                           .to = r->store ? r->store : arena_fmt(c->a, "%s/store", r->data),
                           .progress = &p};
    int rc = files_mkdir(r->data);

    if (rc < 0)
        return fail(c, E_SYS, SORRY, "cannot make %s: %s", r->data, strerror(-rc));
    if ((rc = guard_key_copy(c, keys_place(c->a, r->v.folder), r->data)) < 0 ||
        (r->v.m->ring_sum.size &&
         (rc = guard_ring_copy(c, arena_fmt(c->a, "%s/" BACKUP_RING, r->v.folder),
                               arena_fmt(c->a, "%s/" BACKUP_RING, r->data))) < 0))
        return rc;
    progress_begin(&p, "store", "bytes", 0, r->v.m->bytes);
    if ((rc = store_copy(c, &s)) < 0) {
        progress_stop(&p);
        return rc;
    }
    progress_end(&p);
    for (int64_t i = 0; i < s.damaged && i < FINDINGS_MOST; i++)
        verify_finding(&r->v, "store file %s: is damaged", s.names[i]);
    rc = files_sync_all(s.to);
    return rc < 0 ? fail(c, E_SYS, SORRY, "%s: %s", s.to, strerror(-rc)) : OK;
}

/* Whoever made a database here meanwhile keeps it. */
static int
name_it(const char *half, const char *path)
{
    if (renameat2(AT_FDCWD, half, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return 0;
    return errno == EINVAL && link(half, path) == 0 ? unlink(half) : -1;
}

/* Under another name until it is proved: a restore that was interrupted is no site. */
static int
restore_sqlite(struct restore *r)
{
    struct ctx *c = r->v.c;
    const char *path = sqlite_path(r->url), *half = arena_fmt(c->a, "%s.restoring", path);
    struct file_sum sum;
    struct progress p;
    int rc;

    unlink(half);
    progress_begin(&p, "database", "bytes", 0, r->v.m->database_sum.size);
    rc = files_copy(arena_fmt(c->a, "%s/" BACKUP_SQLITE, r->v.folder), half, &p, &sum);
    progress_end(&p);
    if (rc < 0)
        return fail(c, E_SYS, SORRY, "cannot make %s: %s", half, strerror(-rc));
    if (strcmp(sum.hash, r->v.m->database_sum.hash) != 0)
        verify_finding(&r->v, BACKUP_SQLITE ": is damaged: its SHA-256 is not the manifest's");
    else
        verify_sqlite(&r->v, half);
    if (r->v.findings) {
        unlink(half);
        return OK;
    }
    if (name_it(half, path) < 0 || (rc = files_sync_all(folder_of(c->a, path))) < 0)
        return fail(c, E_SYS, SORRY, "cannot name %s: %s", path, strerror(rc < 0 ? -rc : errno));
    return OK;
}

static int
restored_tables(struct restore *r)
{
    copy_result got = {0};
    struct side s;
    int rc = side_open(&s, r->v.keep, r->url, DB_READ_ONLY);

    if (rc == OK)
        rc = copy_tables_sum(&s.c, r->v.keep, "tables", &got);
    if (rc == OK)
        verify_tables(&r->v, &got);
    else
        r->v.c->err = s.c.err;
    side_close(&s);
    return rc;
}

static int
restore_pg(struct restore *r)
{
    const char *dump = arena_fmt(r->v.keep, "%s/" BACKUP_PG, r->v.folder);
    int rc;

    if (!verify_file(&r->v, BACKUP_PG, &r->v.m->database_sum))
        return OK;
    rc = tool_restore(r->v.c, r->url, dump);
    return rc == OK ? restored_tables(r) : rc;
}

/* Files first, the database last: what is interrupted has no database. */
static int
restore_all(struct restore *r)
{
    int rc = refuse_site(r);

    if (rc < 0)
        return rc;
    verify_keys(&r->v);
    if (verify_file(&r->v, BACKUP_LIST, &r->v.m->list_sum))
        rc = verify_store(&r->v, false);
    if (rc == OK && !r->v.findings)
        rc = restore_data(r);
    if (rc < 0 || r->v.findings)
        return rc;
    return is_sqlite(r->url) ? restore_sqlite(r) : restore_pg(r);
}

/* Whether this program serves it as it is. */
static void
say_schema(struct restore *r)
{
    struct side s;

    if (side_open(&s, r->v.keep, r->url, DB_READ_ONLY) == OK && db_check_schema(&s.c) < 0)
        printf("note %s\n", s.c.err.detail);
    side_close(&s);
}

/* --- the command --------------------------------------------------------------------------- */

static int
check_words(struct words *w)
{
    if (!w->verify == !w->from)
        return command_say(2, "restore: give one of --verify and --from; see --help");
    if (w->verify && (w->to || w->data || w->store))
        return command_say(2, "restore: --verify takes no --to, --data or --store");
    if (w->verify)
        return 0;
    if (!w->to)
        return command_say(2, "restore: --to is missing");
    if (url_fault(w->to))
        return command_say(2, "restore: --to %s", url_fault(w->to));
    if (!w->data && !is_sqlite(w->to))
        return command_say(2, "restore: --data is missing: where key and store go");
    return 0;
}

static int
run(const struct words *w, struct arena *keep)
{
    struct ctx c;
    struct manifest m;
    struct restore r = {
        .v = {.c = &c, .keep = keep, .folder = w->verify ? w->verify : w->from, .m = &m},
        .url = w->to, .data = w->data, .store = w->store};
    int rc;

    ctx_init(&c, keep);
    if ((rc = manifest_read(&c, r.v.folder, &m)) == OK) {
        if (!w->verify && !r.data)
            r.data = folder_of(keep, sqlite_path(r.url));
        rc = w->verify ? verify_all(&r.v) : restore_all(&r);
    }
    if (rc == OK)
        rc = say(&r.v, w->verify ? "verified" : "restored");
    if (rc == OK && !w->verify)
        say_schema(&r);
    if (rc == OK && !m.ring_sum.size)
        printf("note the keys of numbers are not in this backup: a restored site needs them in "
               "%s/" BACKUP_RING ", or where number_keys says\n", r.data ? r.data : "DATA");
    return rc < 0 ? command_say(1, "restore: %s", c.err.detail) : 0;
}

int
move_cmd_restore(int argc, char **argv)
{
    struct words w = {0};
    const struct flag flags[] = {{"verify", &w.verify, NULL},
                                 {"from", &w.from, NULL},
                                 {"to", &w.to, NULL},
                                 {"data", &w.data, NULL},
                                 {"store", &w.store, NULL},
                                 {0}};
    struct arena *keep;
    int status;

    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(MANUAL, stdout);
        return 0;
    }
    if ((status = flags_take(&argc, argv, flags)) != 0)
        return status;
    if (argc > 1)
        return command_say(2, "restore: %s is not an argument", argv[1]);
    if ((status = check_words(&w)) != 0)
        return status;
    keep = arena_open(SIDE_ARENA);
    status = run(&w, keep);
    arena_close(keep);
    return status;
}
