/* `motcua serve`: a supervisor, and under it the server with its snapshots kept fresh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/file.h"
#include "base/log.h"
#include "base/now.h"
#include "commands.h"
#include "auth/auth.h"
#include "auth/hasher.h"
#include "mod/agencies/agencies.h"
#include "proc/fortify.h"
#include "proc/notify.h"
#include "proc/supervisor.h"
#include "site/procedures.h"
#include "site/command.h"
#include "site/identity.h"
#include "site/numbers.h"
#include "site/routes.h"
#include "site/seats.h"
#include "site/serve.h"
#include "site/sharing.h"
#include "site/signing.h"
#include "site/snapshots.h"

static const char MANUAL[] =
    "Usage: motcua serve [--config FILE] [--no-supervisor] [--clock MOMENT] [--KEY VALUE]...\n"
    "\n"
    "Serves the portal, the desk and the API on the address of the configuration until SIGTERM or\n"
    "Ctrl-C; running requests are finished first, a second signal ends at once.  A crashed server "
    "is\n"
    "started again.  The log goes to standard error in logfmt and holds no personal data.\n"
    "\n"
    "  --config FILE     default motcua.yaml\n"
    "  --no-supervisor   one process, for debuggers and service managers that restart by "
    "themselves\n"
    "  --rate N          requests a second that one address may make, instead of limit_address;\n"
    "                    0: no limit of any address, person or class\n"
    "  --connections N   at once; default 12000, or as many as descriptors allow; beyond,\n"
    "                    strangers' connections that wait longest are shut\n"
    "  --clock MOMENT    tests only: the time stands still at YYYY-MM-DDTHH:MM, Vietnam's clock\n"
    "  --clock @FILE     tests only: the machine's clock plus the seconds in FILE, read anew\n"
    "  --KEY VALUE       any key of the configuration, e.g. --listen 127.0.0.1:9000\n"
    "\n"
    "Exit status: 0 stopped; 1 it could not start or crashed too often; 2 bad arguments.\n";

enum {
    BURST_SECONDS = 4,
    RATE_MAX = 1000000,
    CONNECTIONS_MAX = 100000,
    RETIRED_MAX = 8,
    RETIRED_SECONDS = 900,
    LOAD_ARENA = 256 << 20
};

struct worker {
    int argc;
    char **argv;
    struct command_site s;
    struct services services;
    struct arena *scratch;      /* of one look at what changed */
    int64_t generation;
    day today;
    const char *clock_file;             /* tests: how far the clock is off */
    struct {
        struct site *site;
        int64_t since;
    } retired[RETIRED_MAX];
    int next;
};

static struct worker worker; /* one a process: what refresh() needs between its calls */

/* --- snapshots kept fresh ------------------------------------------------------------------- */

/* Requests that began with a site may still read it: it is freed when none can. */
static void
retire(struct worker *w, struct site *old)
{
    site_free(w->retired[w->next].site);
    w->retired[w->next].site = old;
    w->retired[w->next].since = now_mono_micros() / 1000000;
    w->next = (w->next + 1) % RETIRED_MAX;
}

/* The ring has room when its next one is old enough; else the change waits a few seconds. */
static bool
may_retire(const struct worker *w)
{
    return !w->retired[w->next].site ||
           now_mono_micros() / 1000000 - w->retired[w->next].since > RETIRED_SECONDS;
}

/* Rights follow the calendar: stand-ins and delegations begin and end at midnight.  One server does
 * it; at the start each does, for what a command or another program left. */
static int
rebuild_in(struct ctx *c, bool starting)
{
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc < 0)
        return rc;
    rc = lease_day(c, "reach", vn_day(c->now), starting);
    if (rc > 0)
        rc = agencies_reach_rebuild(c, 0);
    if (rc == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    return rc;
}

static int
rebuild_reach(struct worker *w, struct ctx *c, bool starting)
{
    int rc = rebuild_in(c, starting);

    if (rc == OK)
        w->today = vn_day(c->now);
    return rc;
}

/* What cannot be loaded is told once; the old snapshots go on. */
static const struct site *
load_anew(struct worker *w, const struct ctx *like, const struct site *now)
{
    struct ctx c = *like;
    struct site *fresh;

    c.a = arena_open(LOAD_ARENA);
    fresh = site_load(&c, now);
    if (fresh)
        log_line(LOG_INFO, "loaded anew", LOG_N("generation", w->generation));
    else
        log_line(LOG_ERROR, "a change cannot be loaded", LOG_T("detail", c.err.detail));
    if (!fresh && c.err.rc == E_DOWN)
        w->generation = -1;             /* it can be loaded when the database is back */
    arena_close(c.a);
    if (!fresh)
        return now;
    retire(w, (struct site *)now);
    return fresh;
}

static bool
shift_clock(struct arena *a, const char *path)
{
    struct bytes b;
    char *end;
    long n;

    if (file_read(a, path, 40, &b) < 0)
        return false;
    n = strtol((const char *)b.p, &end, 10);
    if (end == (const char *)b.p)
        return false;
    now_shift(n);
    return true;
}

/* On a thread of its own: a database that is away keeps nobody else waiting. */
static const struct site *
refresh(struct ctx *like, const struct site *now)
{
    struct worker *w = &worker;
    struct ctx c = *like;
    int64_t generation;

    arena_reset(w->scratch);
    c.a = w->scratch;
    if (w->clock_file)
        shift_clock(c.a, w->clock_file);
    c.now = now_seconds();
    c.err = (struct err){0};
    if (vn_day(c.now) != w->today && rebuild_reach(w, &c, false) < 0 && c.err.rc != E_DOWN)
        log_line(LOG_ERROR, "rights were not renewed", LOG_T("detail", c.err.detail));
    c.err = (struct err){0};
    numbers_refresh(&c, &now->config);
    c.err = (struct err){0};
    generation = site_generation(&c);
    if (c.err.rc < 0 || generation == w->generation || !may_retire(w))
        return now;
    w->generation = generation;
    return load_anew(w, &c, now);
}

/* --- the worker ----------------------------------------------------------------------------- */

static int
parse_number(const char *name, const char *text, int otherwise, int max, int *out)
{
    char *end;
    long n = text ? strtol(text, &end, 10) : otherwise;

    if (text && (!*text || *end || n < 0 || n > max))
        return command_say(2, "serve: --%s must be a whole number from 0 to %d", name, max);
    *out = (int)n;
    return 0;
}

static int
parse_clock(struct worker *w, const char *text)
{
    int64_t utc;

    if (!text)
        return 0;
    if (*text == '@') {
        w->clock_file = text + 1;
        return shift_clock(w->s.c.a, w->clock_file)
                   ? 0
                   : command_say(2, "serve: --clock: %s holds no number of seconds", text + 1);
    }
    if (!date_parse_moment(text, &utc))
        return command_say(2, "serve: --clock must be of the form YYYY-MM-DDTHH:MM");
    now_set(utc);
    return 0;
}

/* Flags and configuration; 0 or the exit status. */
static int
prepare(struct worker *w, int *rate, int *connections)
{
    const char *rate_text = NULL, *clock = NULL, *at_once = NULL;
    bool alone;
    const struct flag flags[] = {
        {"rate", &rate_text, NULL},
        {"connections", &at_once, NULL},
        {"clock", &clock, NULL},
        {"no-supervisor", NULL, &alone},
        {0},
    };
    int status = command_configure(&w->s, &w->argc, w->argv, flags);

    if (status)
        return status;
    if (w->argc > 1)
        status = command_say(2, "serve: %s is not an argument", w->argv[1]);
    if (status || (status = parse_number("rate", rate_text, -1, RATE_MAX, rate)) != 0 ||
        (status = parse_number("connections", at_once, 0, CONNECTIONS_MAX, connections)) != 0 ||
        (status = parse_clock(w, clock)) != 0) {
        command_end(&w->s, OK);
        return status;
    }
    w->s.c.now = now_seconds();
    return 0;
}

/* For people and scripts: the one line on standard output, once the socket listens; and a word to
 * the service manager. */
static void
say_ready(int port)
{
    const struct config *k = &worker.s.site.config;
    const char *colon = strrchr(k->listen, ':');

    if (strncmp(k->listen, "unix:", 5) == 0)
        printf("Listening on %s\n", k->listen);
    else
        printf("Listening on http://%.*s:%d\n", (int)(colon - k->listen), k->listen, port);
    fflush(stdout);
    notify_manager("READY=1");
}

static int
open_database(struct ctx *c)
{
    int rc = sharing_alone(c, c->site->config.db);

    return rc < 0 ? rc : command_database(&worker.s, DB_READ_WRITE);
}

/* Before the first request: the store and the key are the site's, rights are today's. */
static int
load_first(struct ctx *c, const struct site **site)
{
    struct worker *w = &worker;
    int rc;

    c->now = now_seconds();
    c->err = (struct err){0};
    if ((rc = db_begin(c, DB_READ_WRITE)) < 0)
        return rc;
    if ((rc = sharing_check(c, &w->s.site, false)) < 0 || (rc = db_commit(c)) < 0) {
        db_rollback(c);
        return rc;
    }
    w->generation = site_generation(c);
    if (c->err.rc == E_DOWN || (rc = rebuild_reach(w, c, true)) < 0)
        return rc < 0 ? rc : E_DOWN;
    *site = site_load(c, &w->s.site);
    return *site ? OK : c->err.rc;
}

/* --- what it may do -------------------------------------------------------------------------- */

enum { FOLDERS_MAX = 24 };

struct folders { const char *p[FOLDERS_MAX + 1]; size_t n; };

static void
add_folder(struct folders *f, const char *path)
{
    if (path && *path && f->n < FOLDERS_MAX)
        f->p[f->n++] = path;
}

/* "A:B:C" */
static void
add_folders(struct arena *a, struct folders *f, const char *list)
{
    for (const char *end; *list; list = end + (*end == ':')) {
        end = strchrnul(list, ':');
        add_folder(f, arena_strn(a, list, (size_t)(end - list)));
    }
}

static const char *
folder_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    return !slash ? "." : slash == path ? "/" : arena_strn(a, path, (size_t)(slash - path));
}

/* Where this configuration says that something is written. */
static struct folders
writable_folders(struct arena *a, const struct config *k)
{
    struct folders f = {0};
    const char *temp = getenv("TMPDIR");

    if (strncmp(k->db, "sqlite:", 7) == 0)
        add_folder(&f, folder_of(a, k->db + 7));
    if (strncmp(k->listen, "unix:", 5) == 0)
        add_folder(&f, folder_of(a, k->listen + 5));
    add_folder(&f, k->data);
    add_folder(&f, strncmp(k->store, "s3:", 3) == 0 ? "" : k->store);
    add_folder(&f, k->store_spool);
    add_folder(&f, k->scan_folder);
    add_folders(a, &f, k->writable);
    add_folder(&f, temp ? temp : "/tmp");
    add_folder(&f, "/var/tmp");
    add_folder(&f, "/dev");
    return f;
}

static int
confine(struct ctx *c, const struct config *k)
{
    struct folders f = writable_folders(c->a, k);
    const char *walls;
    int rc;

    if (!k->confine) {
        log_line(LOG_WARN, "not confined", LOG_T("see", "confine in the configuration"));
        return OK;
    }
    if ((rc = fortify(c, f.p, &walls)) == OK)
        log_line(LOG_INFO, "confined", LOG_T("walls", walls));
    return rc;
}

static int
work(void *arg)
{
    struct worker *w = arg;
    struct serve_options o = {.tables = site_route_tables,
                              .tables_n = site_route_tables_n,
                              .open = open_database,
                              .load = load_first,
                              .refresh = refresh,
                              .services = &w->services,
                              .ready = say_ready};
    int rc, status = prepare(w, &o.rate, &o.connections);

    if (status)
        return status;
    o.burst = o.rate * BURST_SECONDS;
    w->scratch = arena_open(LOAD_ARENA);
    w->services.field_name = procedure_field_name;
    w->s.site.with = &w->services;
    rc = fortify_user(&w->s.c, w->s.site.config.user);
    if (rc == OK)               /* its own walls are narrower, a token's folders others */
        rc = signing_open(&w->s.c, &w->s.site.config, &w->services);
    if (rc == OK)
        rc = confine(&w->s.c, &w->s.site.config);
    if (rc == OK)
        hasher_open();          /* inside the walls, before the first thread */
    if (rc == OK)
        rc = identity_open(&w->s.c, &w->s.site.config, &w->services);
    if (rc == OK)
        rc = serve(&w->s.c, &w->s.site, &o); /* the snapshots live until the process ends */
    hasher_close();
    identity_close(&w->services);
    signing_close(&w->services);
    return command_end(&w->s, rc);
}

int
serve_cmd(int argc, char **argv)
{
    bool alone = false;

    if (help_asked(argc, argv, MANUAL))
        return 0;
    for (int i = 1; i < argc; i++)
        alone = alone || strcmp(argv[i], "--no-supervisor") == 0;
    worker = (struct worker){.argc = argc, .argv = argv};
    return alone ? work(&worker) : supervisor_run(work, &worker);
}
