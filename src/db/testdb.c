#include "db/testdb.h"

#include <dirent.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/ring.h"
#include "db/migrate.h"

static char folder[256], url[600], database[80]; /* database: an empty one, to be dropped */

enum { TEST_ARENA = 256 << 20, SQL_MAX = 400 };

static void
give_up(const char *what, const char *why)
{
    fprintf(stderr, "testdb: %s: %s\n", what, why);
    exit(99);
}

/* --- PostgreSQL: a cluster is given, each test gets a database of its own */

static const char *
cluster(void)
{
    const char *s = getenv("MOTCUA_TEST_PG");

    return s && *s ? s : NULL;
}

/* The cluster's address with another database in it. */
static void
url_of(const char *name, char *out, size_t n)
{
    const char *base = cluster(), *host = strstr(base, "://"), *path, *words;

    if (!host)
        give_up("MOTCUA_TEST_PG", "is not postgresql://...");
    path = host + 3 + strcspn(host + 3, "/?");
    words = path + strcspn(path, "?");
    snprintf(out, n, "%.*s/%s%s", (int)(path - base), base, name, words);
}

static int64_t
tell(PGconn *pg, const char *sql)
{
    PGresult *r = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(r);
    int64_t v = 0;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        give_up(sql, PQerrorMessage(pg));
    if (status == PGRES_TUPLES_OK && PQntuples(r) > 0)
        v = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return v;
}

static void
tell_about(PGconn *pg, const char *format, const char *name, const char *of)
{
    char sql[SQL_MAX];

    snprintf(sql, sizeof sql, format, name, of);
    tell(pg, sql);
}

static PGconn *
superuser(const char *at)
{
    PGconn *pg = PQconnectdb(at);

    if (PQstatus(pg) != CONNECTION_OK)
        give_up("MOTCUA_TEST_PG", PQerrorMessage(pg));
    tell(pg, "SET client_min_messages = warning");
    return pg;
}

/* Changed migrations make another template. */
static void
template_name(char *name, size_t n)
{
    struct arena *a = arena_open(64 << 20);
    char all[4096] = "";
    size_t used = 0;

    for (const struct embedded *f = SCHEMA_FILES; f->name; f++)
        used += (size_t)snprintf(all + used, sizeof all - used, "%.16s",
                                 hash_sha256_hex(a, f->text, f->n));
    snprintf(name, n, "motcua_t_%.24s", hash_sha256_hex(a, all, used));
    arena_close(a);
}

static void
migrate_template(const char *name)
{
    struct ctx c;
    char at[sizeof url];

    url_of(name, at, sizeof at);
    ctx_init(&c, arena_open(TEST_ARENA));
    if (db_open(&c, at, DB_CREATE, &c.db) < 0 || db_migrate(&c) < 0)
        give_up(c.err.at, c.err.detail);
    db_close(c.db);
    arena_close(c.a);
}

/* Made by the first of several test programs; it has its last name only when it is complete. */
static void
make_template(PGconn *pg, const char *name)
{
    char half[100], sql[SQL_MAX];

    snprintf(half, sizeof half, "%s_half", name);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM pg_database WHERE datname = '%s'", name);
    tell(pg, "SELECT pg_advisory_lock(717273)");
    if (tell(pg, sql) == 0) {
        tell_about(pg, "DROP DATABASE IF EXISTS \"%s\"", half, "");
        tell_about(pg, "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'", half,
                   "");
        migrate_template(half);
        tell_about(pg, "ALTER DATABASE \"%s\" RENAME TO \"%s\"", half, name);
    }
    tell(pg, "SELECT pg_advisory_unlock(717273)");
}

/* What a test may have changed of the tables themselves. */
static const char SHAPE[] =
    "SELECT hashtextextended(string_agg(c.relname || ' ' || a.attname || ' ' || a.atttypid, ','"
    " ORDER BY c.relname, a.attnum), 0) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " AND a.attnum > 0 WHERE c.relnamespace = 'public'::regnamespace";

/* What migrations wrote is kept aside. */
static const char KEEP[] =
    "DO $$DECLARE t text; n bigint; BEGIN CREATE SCHEMA seed;"
    " FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = 'public'::regnamespace LOOP"
    " EXECUTE format('SELECT count(*) FROM public.%I', t) INTO n; IF n > 0 THEN"
    " EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', t, t); END IF; END LOOP; END$$";

static const char CLEAN[] =
    "DO $$DECLARE t text; BEGIN SET LOCAL session_replication_role = replica;"
    " FOR t IN SELECT relname FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = 'public'::regnamespace LOOP"
    " EXECUTE format('DELETE FROM public.%I', t);"
    " IF to_regclass(format('seed.%I', t)) IS NOT NULL THEN"
    " EXECUTE format('INSERT INTO public.%I TABLE seed.%I', t, t); END IF;"
    " END LOOP; END$$";

static struct { char name[80]; int64_t shape; } reused; /* the program's migrated database */

static void
drop(const char *name)
{
    PGconn *pg = superuser(cluster());

    tell_about(pg, "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", name, "");
    PQfinish(pg);
}

static void
drop_reused(void)
{
    if (*reused.name)
        drop(reused.name);
    *reused.name = '\0';
}

/* Empty again, as after the migrations; false: a test changed the tables, too. */
static bool
clean_reused(void)
{
    PGconn *pg = superuser(url);
    bool same = tell(pg, SHAPE) == reused.shape;

    if (same)
        tell(pg, CLEAN);
    PQfinish(pg);
    return same;
}

static void
new_name(char *name, size_t n)
{
    static int made;

    snprintf(name, n, "motcua_x_%d_%d", (int)getpid(), made++);
}

/* A database costs half a second, emptying one some milliseconds. */
static void
pg_migrated(void)
{
    char template[60];
    PGconn *pg;

    if (*reused.name) {
        url_of(reused.name, url, sizeof url);
        if (clean_reused())
            return;
        drop_reused();
    } else {
        atexit(drop_reused);
    }
    new_name(reused.name, sizeof reused.name);
    template_name(template, sizeof template);
    pg = superuser(cluster());
    make_template(pg, template);
    tell_about(pg, "CREATE DATABASE \"%s\" TEMPLATE \"%s\"", reused.name, template);
    PQfinish(pg);
    url_of(reused.name, url, sizeof url);
    pg = superuser(url);
    reused.shape = tell(pg, SHAPE);
    tell(pg, KEEP);
    PQfinish(pg);
}

static void
pg_empty(void)
{
    PGconn *pg = superuser(cluster());

    new_name(database, sizeof database);
    tell_about(pg, "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
               database, "");
    url_of(database, url, sizeof url);
    PQfinish(pg);
}

/* --- both --- */

static void
make_folder(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(folder, sizeof folder, "%s/motcua-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(99);
    }
    snprintf(url, sizeof url, "sqlite:%s/motcua.db", folder);
}

void
testdb_folder_make(void)
{
    make_folder();
    if (cluster())
        pg_empty();
}

/* Only files: tests make no folders below it. */
void
testdb_folder_remove(void)
{
    DIR *d = opendir(folder);
    char path[600];

    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(folder);
    if (*database)
        drop(database);
    *database = '\0';
}

/* Tests seal with one key all through. */
static void
use_ring(struct ctx *c)
{
    static const char KEY[] =
        "key 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    struct ring r;
    const char *why = ring_now() ? NULL : ring_read(c->a, KEY, sizeof KEY - 1, &r);

    if (why)
        give_up("ring", why);
    if (ring_now())
        return;
    r.write = 1;
    ring_use(&r);
}

void
testdb_open(struct ctx *c)
{
    make_folder();
    if (cluster())
        pg_migrated();
    ctx_init(c, arena_open(TEST_ARENA));
    if (db_open(c, url, DB_CREATE, &c->db) < 0 || db_migrate(c) < 0)
        give_up(c->err.at, c->err.detail);
    use_ring(c);
}

void
testdb_close(struct ctx *c)
{
    db_close(c->db);
    arena_close(c->a);
    *c = (struct ctx){0};
    testdb_folder_remove();
}

const char *
testdb_url(void)
{
    return url;
}

const char *
testdb_folder(void)
{
    return folder;
}
