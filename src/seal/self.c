#include <stdio.h>
#include <string.h>

#include "seal/seal.h"
#include "seal/self.h"

enum { FOUND_MOST = 2000, PAGE_MOST = 1 << 20 };

static const char MANUAL[] =
    "Usage: motcua audit self [--config FILE] [--json] [--all]\n"
    "\n"
    "Looks at the configuration, the files, the database, the servers of this machine and the\n"
    "machine itself, and says of each setting whether it is good enough to be trusted, why it\n"
    "matters and what to do.  Nothing is changed.  Run it as the service's user, after set-up and\n"
    "by a timer; docs/operator/audit-self.md lists every check.\n"
    "\n"
    "  --json  every check, one JSON object a line: check, verdict, looked_at, found, why, advice\n"
    "  --all   also those that are good; without it they are counted only\n"
    "\n"
    "Exit status: 0 all is good; 1 something is weak or bad, or it could not be done; 2 bad\n"
    "arguments.\n";

static const char *const VERDICTS[] = {[SELF_OK] = "ok", [SELF_WEAK] = "weak", [SELF_BAD] = "bad"};

static void
print_json(struct arena *a, const struct self_check *k, enum self_verdict v, const char *found)
{
    const char *const pairs[] = {"check", k->name, "verdict", VERDICTS[v], "looked_at",
                                 k->looked_at, "found", found, "why", k->why, "advice", k->advice};
    struct buf b;

    buf_init(&b, a, PAGE_MOST);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i += 2) {
        buf_str(&b, i ? ", \"" : "{\"");
        buf_json(&b, pairs[i]);
        buf_str(&b, "\": \"");
        buf_json(&b, pairs[i + 1]);
        buf_str(&b, "\"");
    }
    puts(arena_fmt(a, "%s}", b.p));
}

static void
print_text(const struct self_check *k, enum self_verdict v, const char *found)
{
    printf("%-4s %s: %s\n", VERDICTS[v], k->name, *found ? found : k->looked_at);
    if (v != SELF_OK)
        printf("     why: %s\n     do:  %s\n", k->why, k->advice);
}

static int
judge_all(struct command_site *s, const struct self_facts *f, bool json, bool all)
{
    int n[] = {0, 0, 0};

    for (size_t i = 0; i < SELF_CHECKS_N; i++) {
        const struct self_check *k = &SELF_CHECKS[i];
        enum self_verdict v;
        struct buf found;

        buf_init(&found, s->c.a, FOUND_MOST);
        v = k->judge(f, &found);
        n[v]++;
        if (json)
            print_json(s->c.a, k, v, found.n ? found.p : "");
        else if (all || v != SELF_OK)
            print_text(k, v, found.n ? found.p : "");
    }
    if (!json)
        printf("checks %zu\nok %d\nweak %d\nbad %d\n", SELF_CHECKS_N, n[SELF_OK], n[SELF_WEAK],
               n[SELF_BAD]);
    return n[SELF_WEAK] + n[SELF_BAD] ? 1 : 0;
}

int
self_cmd(int argc, char **argv)
{
    bool json = false, all = false;
    const struct flag flags[] = {{"json", NULL, &json}, {"all", NULL, &all}, {0}};
    struct self_facts *f;
    struct command_site s;
    int rc, status;

    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(MANUAL, stdout) < 0;
    if ((status = command_open(&s, &argc, argv, flags, DB_READ_ONLY)) != 0)
        return status;
    if (argc > 2) {
        status = command_say(2, "audit self: %s is not an argument", argv[2]);
        command_end(&s, OK);
        return status;
    }
    f = arena_get(s.c.a, sizeof *f);
    if ((rc = self_look(&s, f)) < 0)
        return command_end(&s, rc);
    status = judge_all(&s, f, json, all);
    command_end(&s, OK);
    return status;
}
