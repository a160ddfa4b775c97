/* `motcua generate`. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate/generate.h"
#include "site/command.h"
#include "site/snapshots.h"

enum { DAYS = 90, DAYS_MOST = 3660, MILLION = 1000000, DOSSIERS_MOST = 100 };

static const char MANUAL[] =
    "Usage: motcua generate --dossiers N [--seed S] [--from DATE --to DATE] [--KEY VALUE]...\n"
    "       motcua generate --scenario NAME [--seed S] [--KEY VALUE]...\n"
    "\n"
    "Fills a database that was initialised (motcua init) and holds no dossiers yet with a\n"
    "believable city: officers at every agency, citizens with accounts, dossiers of all\n"
    "procedures with their events, papers, fees, open work and counters.  The same seed, number\n"
    "and dates give the same city.  Nobody in it exists: personal numbers have serials from\n"
    "900000 on, telephones begin with 0900, e-mail is example.vn; no account has a password.\n"
    "\n"
    "  --dossiers N     how many; at most 100000000\n"
    "  --seed S         a number that stands for this city; default 1\n"
    "  --from DATE      first day, YYYY-MM-DD; default 89 days before --to\n"
    "  --to DATE        last day; default yesterday.  What would happen after it is not there\n"
    "                   yet: those dossiers are open\n"
    "  --scenario NAME  instead of a number and dates: trial-2021, the city's trial from\n"
    "                   4 October 2021 to 14 March 2022 (466,772 received, 448,672 finished, at\n"
    "                   most 7,000 a day)\n"
    "  --quiet          no progress\n"
    "  --KEY VALUE      any key of the configuration, e.g. --db URL\n"
    "\n"
    "No server may run on the database meanwhile.  On SQLite rows go in without journal and\n"
    "sync: when it is cut off, the file is worth nothing and is refused; make it anew.  At the\n"
    "end it is synced and as safe as any other.  On PostgreSQL rows go in by COPY, keys and\n"
    "indexes follow; when it is cut off, drop the database and make it anew.\n"
    "\n"
    "Exit status: 0; 1 it could not be done; 2 bad arguments.\n";

struct asked {
    const char *dossiers, *seed, *from, *to, *scenario;
    bool quiet;
};

static bool
number_of(const char *s, int64_t most, int64_t *out)
{
    char *end;
    long long v;

    errno = 0;
    v = strtoll(s, &end, 10);
    if (errno || end == s || *end || v < 0 || v > most)
        return false;
    *out = v;
    return true;
}

static int
plan_days(const struct asked *q, int64_t now, struct generate_plan *p)
{
    p->to = vn_day(now) - 1; /* its days are over: nothing in it is later than now */
    if (q->to && !date_parse(q->to, &p->to))
        return command_say(2, "generate: --to %s is not a date (YYYY-MM-DD)", q->to);
    p->from = p->to - DAYS + 1;
    if (q->from && !date_parse(q->from, &p->from))
        return command_say(2, "generate: --from %s is not a date (YYYY-MM-DD)", q->from);
    if (p->from > p->to)
        return command_say(2, "generate: --from is after --to");
    if (p->to - p->from >= DAYS_MOST)
        return command_say(2, "generate: --from and --to are more than ten years apart");
    if (p->to > vn_day(now))
        return command_say(2, "generate: --to lies in the future");
    return 0;
}

static int
plan_scenario(const struct asked *q, struct generate_plan *p)
{
    if (q->dossiers || q->from || q->to)
        return command_say(2, "generate: --scenario gives the number and the dates itself");
    if (!(p->scenario = generate_scenario(q->scenario)))
        return command_say(2, "generate: --scenario %s is not known; there is trial-2021",
                           q->scenario);
    p->dossiers = p->scenario->received;
    p->from = date_day(p->scenario->from);
    p->to = date_day(p->scenario->to);
    return 0;
}

static int
make_plan(const struct asked *q, int64_t now, struct generate_plan *p)
{
    int64_t seed = 1;
    int status;

    if (q->seed && !number_of(q->seed, INT64_MAX, &seed))
        return command_say(2, "generate: --seed %s is not a number", q->seed);
    *p = (struct generate_plan){.seed = (uint64_t)seed, .quiet = q->quiet};
    if (!q->scenario && !q->dossiers)
        return command_say(2, "generate: --dossiers N or --scenario NAME is needed");
    if (q->dossiers && (!number_of(q->dossiers, (int64_t)DOSSIERS_MOST * MILLION, &p->dossiers) ||
                        p->dossiers == 0))
        return command_say(2, "generate: --dossiers %s is not a number from 1 to 100000000",
                           q->dossiers);
    status = q->scenario ? plan_scenario(q, p) : plan_days(q, now, p);
    p->end = vn_utc(p->to, 24 * 60) - 1;
    if (p->end > now)
        p->end = now;
    return status;
}

static void
say_result(const struct generate_plan *p, const struct generate_result *r)
{
    printf("seed %" PRIu64 "\nfrom %d\nto %d\n", p->seed, p->from, p->to);
    printf("dossiers %" PRId64 "\nopen %" PRId64 "\nevents %" PRId64 "\nrows %" PRId64 "\n",
           r->dossiers, r->open, r->events, r->rows);
    printf("citizens %" PRId64 "\nofficers %" PRId64 "\n", r->citizens, r->officers);
    printf("seconds_rows %.1f\nseconds %.1f\n", (double)r->micros_rows / 1e6,
           (double)r->micros_all / 1e6);
}

static int
run(struct command_site *s, const struct generate_plan *plan)
{
    struct generate_result r;
    struct site *loaded = site_load(&s->c, &s->site);
    int rc;

    if (!loaded)
        return command_end(s, s->c.err.rc);
    s->c.site = loaded;
    if ((rc = generate_city(&s->c, plan, &r)) == OK)
        say_result(plan, &r);
    s->c.site = &s->site;
    site_free(loaded);
    return command_end(s, rc);
}

int
generate_cmd(int argc, char **argv)
{
    struct asked q = {0};
    const struct flag flags[] = {
        {"dossiers", &q.dossiers, NULL}, {"seed", &q.seed, NULL}, {"from", &q.from, NULL},
        {"to", &q.to, NULL}, {"scenario", &q.scenario, NULL}, {"quiet", NULL, &q.quiet}, {0}};
    struct command_site s;
    struct generate_plan plan;
    int status;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(MANUAL, stdout), 0;
    if ((status = command_open(&s, &argc, argv, flags, DB_READ_WRITE)) != 0)
        return status;
    status = argc > 1 ? command_say(2, "generate: %s is not an argument", argv[1])
                      : make_plan(&q, s.c.now, &plan);
    if (status) {
        command_end(&s, OK);
        return status;
    }
    return run(&s, &plan);
}
