/* `motcua serve`: a supervisor, and under it the server with its snapshots kept fresh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "base/now.h"
#include "commands.h"
#include "auth/auth.h"
#include "mod/agencies/agencies.h"
#include "proc/supervisor.h"
#include "site/command.h"
#include "site/routes.h"
#include "site/serve.h"
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
    "  --rate N          requests a second that one address may make; default 50, 0 no limit\n"
    "  --clock MOMENT    tests only: the time stands still at YYYY-MM-DDTHH:MM, Vietnam's clock\n"
    "  --KEY VALUE       any key of the configuration, e.g. --listen 127.0.0.1:9000\n"
    "\n"
    "Exit status: 0 stopped; 1 it could not start or crashed too often; 2 bad arguments.\n";

enum {
    RATE = 50,
    BURST_SECONDS = 4,
    RATE_MAX = 1000000,
    RETIRED_MAX = 8,
    RETIRED_SECONDS = 900,
    LOAD_ARENA = 256 << 20
};

struct worker {
    int argc;
    char **argv;
    struct command_site s;
    int64_t generation;
    day today;
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

/* Rights follow the calendar: stand-ins and delegations begin and end at midnight. */
static int
rebuild_reach(struct worker *w)
{
    struct ctx *c = &w->s.c;
    int rc = db_begin(c, DB_READ_WRITE);

    if (rc == OK && (rc = agencies_reach_rebuild(c, 0)) == OK && (rc = auth_sweep(c)) == OK)
        rc = db_commit(c);
    if (rc < 0)
        db_rollback(c);
    else
        w->today = vn_day(c->now);
    return rc;
}

/* What cannot be loaded is told once; the old snapshots go on. */
static const struct site *
load_anew(struct worker *w, const struct site *now)
{
    struct ctx c = w->s.c;
    struct site *fresh;

    c.a = arena_open(LOAD_ARENA);
    fresh = site_load(&c, now);
    if (fresh)
        log_line(LOG_INFO, "loaded anew", LOG_N("generation", w->generation));
    else
        log_line(LOG_ERROR, "a change cannot be loaded", LOG_T("detail", c.err.detail));
    arena_close(c.a);
    if (!fresh)
        return now;
    retire(w, (struct site *)now);
    return fresh;
}

static const struct site *
refresh(struct ctx *c, const struct site *now)
{
    struct worker *w = &worker;
    struct ctx *mine = &w->s.c;
    int64_t generation;

    (void)c;
    mine->now = now_seconds();
    if (vn_day(mine->now) != w->today && rebuild_reach(w) < 0)
        log_line(LOG_ERROR, "rights were not renewed", LOG_T("detail", mine->err.detail));
    generation = site_generation(mine);
    if (generation == w->generation || !may_retire(w))
        return now;
    w->generation = generation;
    return load_anew(w, now);
}

/* --- the worker ----------------------------------------------------------------------------- */

static int
parse_rate(const char *text, int *out)
{
    char *end;
    long n = text ? strtol(text, &end, 10) : RATE;

    if (text && (!*text || *end || n < 0 || n > RATE_MAX))
        return command_say(2, "serve: --rate must be a whole number from 0 to %d", RATE_MAX);
    *out = (int)n;
    return 0;
}

static int
parse_clock(const char *text)
{
    int64_t utc;

    if (!text)
        return 0;
    if (!date_parse_moment(text, &utc))
        return command_say(2, "serve: --clock must be of the form YYYY-MM-DDTHH:MM");
    now_set(utc);
    return 0;
}

/* Flags, configuration and database; 0 or the exit status. */
static int
prepare(struct worker *w, int *rate)
{
    const char *rate_text = NULL, *clock = NULL;
    bool alone;
    const struct flag flags[] = {
        {"rate", &rate_text, NULL},
        {"clock", &clock, NULL},
        {"no-supervisor", NULL, &alone},
        {0},
    };
    int status = command_open(&w->s, &w->argc, w->argv, flags, DB_READ_WRITE);

    if (status)
        return status;
    if (w->argc > 1)
        status = command_say(2, "serve: %s is not an argument", w->argv[1]);
    if (status || (status = parse_rate(rate_text, rate)) != 0 ||
        (status = parse_clock(clock)) != 0) {
        command_end(&w->s, OK);
        return status;
    }
    w->s.c.now = now_seconds();
    return 0;
}

/* For people and scripts: the one line on standard output, once the socket listens. */
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
}

static int
work(void *arg)
{
    struct worker *w = arg;
    struct serve_options o = {.tables = site_route_tables,
                              .tables_n = site_route_tables_n,
                              .refresh = refresh,
                              .ready = say_ready};
    struct ctx *c = &w->s.c;
    struct site *first;
    int rc, status = prepare(w, &o.rate);

    if (status)
        return status;
    o.burst = o.rate * BURST_SECONDS;
    w->generation = site_generation(c);
    if ((rc = rebuild_reach(w)) < 0 || !(first = site_load(c, &w->s.site)))
        return command_end(&w->s, rc < 0 ? rc : c->err.rc);
    rc = serve(c, first, &o); /* the snapshots live until the process ends */
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
