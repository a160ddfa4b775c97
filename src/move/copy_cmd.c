/* `motcua copy`: a whole site from one database into another. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/copy.h"
#include "move/files.h"
#include "move/guard.h"
#include "move/move.h"
#include "move/names.h"
#include "site/command.h"
#include "site/keys.h"
#include "site/numbers.h"

#define SORRY MOVE_SORRY

static const char MANUAL[] =
    "Usage: motcua copy --from URL --to URL [--data DIR] [--to-data DIR]\n"
    "\n"
    "Copies every row of a site into a new database, of the other engine or of the same, and\n"
    "proves it: afterwards both are counted and hashed table by table.  No server may run on the\n"
    "source.  Killed or failed halfway, the same command goes on where it stopped; until it has\n"
    "ended no server starts on the target.\n"
    "\n"
    "  --from URL      sqlite:PATH or postgresql://...; it is held against writers meanwhile\n"
    "  --to URL        a database that is not there yet (SQLite) or empty (PostgreSQL: CREATE\n"
    "                  DATABASE motcua ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0)\n"
    "  --data DIR      the folder of the site's key and store; default: that of a SQLite source\n"
    "  --to-data DIR   brings key and store there, too, each file proved by its hash.  Left out,\n"
    "                  they stay where they are and the new configuration names the same folder\n"
    "  --store DIR, --to-store DIR\n"
    "                  where the store is not the folder `store` of those\n"
    "\n"
    "Prints a line `table NAME ROWS HASH` for each table.\n"
    "Exit status: 0 both are the same; 1 a finding or failure; 2 bad arguments.\n";

struct words { const char *from, *to, *data, *store, *to_data, *to_store; };

static int
check_words(struct arena *a, const struct words *w)
{
    const struct { const char *flag, *url; } U[] = {{"--from", w->from}, {"--to", w->to}};

    for (size_t i = 0; i < 2; i++) {
        if (!U[i].url)
            return command_say(2, "copy: %s is missing; see motcua copy --help", U[i].flag);
        if (url_fault(U[i].url))
            return command_say(2, "copy: %s %s", U[i].flag, url_fault(U[i].url));
    }
    if (strcmp(db_name(a, w->from), db_name(a, w->to)) == 0)
        return command_say(2, "copy: --to is the database of --from");
    if (w->to_data && !w->data && !is_sqlite(w->from))
        return command_say(2, "copy: --to-data needs --data, the folder of the key and the store");
    if (!w->to_data && (w->store || w->to_store))
        return command_say(2, "copy: --store and --to-store go with --to-data");
    if (w->to_data && w->data && strcmp(w->data, w->to_data) == 0)
        return command_say(2, "copy: --to-data is the folder of --data");
    return 0;
}

/* --- key and store ------------------------------------------------------------------------- */

static int
copy_store(struct ctx *c, const char *from, const struct words *w)
{
    struct progress p;
    struct store_copy s = {.from = w->store ? w->store : arena_fmt(c->a, "%s/store", from),
                           .to = w->to_store ? w->to_store
                                             : arena_fmt(c->a, "%s/store", w->to_data),
                           .progress = &p};
    int64_t files, bytes;
    int rc = store_size_of(c, s.from, &files, &bytes);

    if (rc < 0)
        return rc;
    progress_begin(&p, "store", "bytes", 0, bytes);
    if ((rc = store_copy(c, &s)) < 0) {
        progress_stop(&p);
        return rc;
    }
    progress_end(&p);
    printf("store %lld files %lld bytes\n", (long long)s.files, (long long)s.bytes);
    for (int64_t i = 0; i < s.damaged && i < FINDINGS_MOST; i++)
        printf("damaged %s/%s\n", s.from, s.names[i]);
    if (s.damaged)
        return fail(c, E_SYS, SORRY, "%lld damaged files of the store were not brought over",
                    (long long)s.damaged);
    rc = files_sync_all(s.to);
    return rc < 0 ? fail(c, E_SYS, SORRY, "%s: %s", s.to, strerror(-rc)) : OK;
}

static int
copy_data(struct ctx *c, const struct words *w)
{
    const char *from = w->data ? w->data : folder_of(c->a, sqlite_path(w->from));
    int rc;

    if (!w->to_data) {
        puts("data not copied: the new site needs the same keys and store");
        return OK;
    }
    if ((rc = files_mkdir(w->to_data)) < 0)
        return fail(c, E_SYS, SORRY, "cannot make %s: %s", w->to_data, strerror(-rc));
    rc = guard_key_copy(c, keys_place(c->a, from), w->to_data);
    if (rc == OK && access(arena_fmt(c->a, "%s/" NUMBERS_FILE, from), F_OK) == 0)
        rc = guard_ring_copy(c, arena_fmt(c->a, "%s/" NUMBERS_FILE, from),
                             arena_fmt(c->a, "%s/" NUMBERS_FILE, w->to_data));
    return rc == OK ? copy_store(c, from, w) : rc;
}

/* --- the command --------------------------------------------------------------------------- */

static void
say_tables(const copy_result *r)
{
    for (size_t i = 0; i < r->n; i++)
        printf("table %s %lld %s\n", r->p[i].name, (long long)r->p[i].rows, r->p[i].hash);
    printf("same %zu tables\n", r->n);
}

static int
rows_over(struct side *from, struct side *to, struct arena *keep)
{
    copy_result r = {0};
    const char *source = NULL;
    int rc = guard_identity(&from->c, from->name, keep, &source);

    if (rc == OK)
        rc = copy_run(&from->c, &to->c, keep, source, &r);
    if (rc == OK)
        say_tables(&r);
    return rc;
}

static int
run(const struct words *w, struct arena *keep)
{
    struct side from, to = {0};
    struct ctx c;
    int rc, status;

    ctx_init(&c, keep);
    rc = side_open(&from, keep, w->from, DB_READ_WRITE);
    if (rc == OK && (rc = guard_quiet(&from.c, w->from, "")) == OK) {
        rc = side_open(&to, keep, w->to, DB_CREATE);
        printf("from %s\nto %s\n", from.name, to.name);
        fflush(stdout);
        if (rc < 0)
            from.c.err = to.c.err;
    }
    if (rc == OK)
        rc = rows_over(&from, &to, keep);
    if (rc < 0)
        c.err = from.c.err;
    side_close(&from);
    side_close(&to);
    if (rc == OK)
        rc = copy_data(&c, w);
    status = rc < 0 ? command_say(1, "copy: %s", c.err.detail) : 0;
    return status;
}

int
move_cmd_copy(int argc, char **argv)
{
    struct words w = {0};
    const struct flag flags[] = {{"from", &w.from, NULL},
                                 {"to", &w.to, NULL},
                                 {"data", &w.data, NULL},
                                 {"store", &w.store, NULL},
                                 {"to-data", &w.to_data, NULL},
                                 {"to-store", &w.to_store, NULL},
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
        return command_say(2, "copy: %s is not an argument", argv[1]);
    keep = arena_open(SIDE_ARENA);
    if ((status = check_words(keep, &w)) == 0)
        status = run(&w, keep);
    arena_close(keep);
    return status;
}
