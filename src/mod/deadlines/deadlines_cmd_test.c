/* `motcua due`: what it prints and how it refuses, one row a command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mod/deadlines/deadlines_cmd.h"

#define ROWS(t) (sizeof(t) / sizeof *(t))
#define R "--received 2026-02-12T09:00 "

static char out[20000], err[2000];

static void
slurp(FILE *f, char *to, size_t max)
{
    rewind(f);
    to[fread(to, 1, max - 1, f)] = '\0';
    fclose(f);
}

/* Runs the words of a line; what it wrote is in `out` and `err`. */
static int
run(const char *line)
{
    static char words[1000];
    char *argv[40] = {"due"}, *save = NULL;
    int argc = 1, rc, kept_out = dup(1), kept_err = dup(2);
    FILE *o = tmpfile(), *e = tmpfile();

    snprintf(words, sizeof words, "%s", line);
    for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
        argv[argc++] = w;
    fflush(stdout);
    dup2(fileno(o), 1);
    dup2(fileno(e), 2);
    rc = deadlines_cmd_due(argc, argv);
    fflush(stdout);
    dup2(kept_out, 1);
    dup2(kept_err, 2);
    close(kept_out);
    close(kept_err);
    slurp(o, out, sizeof out);
    slurp(e, err, sizeof err);
    return rc;
}

static void
test_answers(void **state)
{
    static const struct { const char *line, *out; } T[] = {
        {R "--limit 3wd", "2026-02-24\n"},
        {R "--limit=3wd --mode=hour-exact", "2026-02-24T09:00\n"},
        {R "--limit 3h", "2026-02-12T12:00\n"},
        {R "--limit 3wh", "2026-02-12T12:00\n"},
        {R "--limit same-day:15:00", "2026-02-12\n"},
        {R "--limit same-day:08:30", "2026-02-13\n"},
        {R "--limit 1m --channel postal", "2026-03-12\n"},
        {"--limit 1wd --received 2026-02-12T18:00 --channel online", "2026-02-23\n"},
        {R "--limit 3wd --stop supplement:2026-03-05T16:00/2026-03-17T09:00", "2026-02-24\n"},
        {R "--limit 3wd --stop supplement:2026-03-05T16:00/2026-03-17T09:00 --supplement restart",
         "2026-03-20\n"},
        {R "--limit 3wd --stop fiscal:2026-02-13T08:00/2026-02-23T09:00"
         " --stop other:NĐ:61/2018/NĐ-CP:2026-02-24T08:00/2026-02-25T09:00", "2026-02-26\n"},
        {R "--limit 3wd --calendar catalogue/calendar.yaml", "2026-02-24\n"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        if (run(T[i].line) != 0 || strcmp(out, T[i].out) != 0 || *err)
            fail_msg("due %s\nprinted %s%s", T[i].line, out, err);
}

static void
test_explains(void **state)
{
    (void)state;
    assert_int_equal(run(R "--limit 3wd --explain"), 0);
    assert_memory_equal(out, "2026-02-24\n2026-02-12 - received 0/3 |", 38);
    assert_non_null(strstr(out, "\n2026-02-16 - holiday 1/3 |"));
    assert_non_null(strstr(out, "\n2026-02-24 + working_day 3/3 |"));
    assert_int_equal(run("--received 2027-12-31T09:00 --limit 1wd"), 0);
    assert_string_equal(out, "2028-01-03\n");
    assert_non_null(strstr(err, "provisional"));
    assert_int_equal(run("--received 2027-12-31T09:00 --limit 1wd --explain"), 0);
    assert_non_null(strstr(out, "tạm tính vì lịch nghỉ chưa công bố (provisional)"));
    assert_string_equal(err, "");
    assert_int_equal(run("--help"), 0);
    assert_memory_equal(out, "usage: motcua due ", 18);
}

static void
test_refuses(void **state)
{
    static const struct { const char *line, *names; } T[] = {
        {"", "--received: "},
        {"--limit 3wd", "--received: "},
        {R, "--limit: "},
        {"--received 2026-02-30T09:00 --limit 3wd", "--received: "},
        {"--received 2026-02-12 --limit 3wd", "--received: "},
        {"--received 2026-02-12T24:00 --limit 3wd", "--received: "},
        {R "--limit 0wd", "--limit: "},
        {R "--limit 3", "--limit: "},
        {R "--limit same-day:25:00", "--limit: "},
        {R "--limit 3wd --channel fax", "--channel: "},
        {R "--limit 3wd --mode soon", "--mode: "},
        {R "--limit 3d --mode hour-exact", "--mode: "},
        {R "--mode hour-exact --limit same-day:15:00", "--mode: "},
        {R "--limit 3wd --supplement never", "--supplement: "},
        {R "--limit 3wd --stop supplement", "--stop: "},
        {R "--limit 3wd --stop :2026-02-13T09:00/2026-02-14T09:00", "--stop: "},
        {R "--limit 3wd --stop supplement:2026-02-13T09:00", "--stop: "},
        {R "--limit 3wd --stop supplement:2026-02-13T09:00/2026-02-13T09:00", "--stop: "},
        {R "--limit 3wd --stop supplement:2026-02-14T09:00/2026-02-13T09:00", "--stop: "},
        {R "--limit 3wd --stop supplement:2026-02-13/2026-02-14", "--stop: "},
        {R "--limit 3wd --stop outage:2026-02-13T09:00/2026-02-14T09:00", "--stop: "},
        {R "--limit 3wd --stop other:2026-02-13T09:00/2026-02-14T09:00", "--stop: "},
        {R "--limit 3wd --stop other::2026-02-13T09:00/2026-02-14T09:00", "--stop: "},
        {R "--limit 3wd --calendar no-such-file.yaml", "--calendar: "},
        {R "--limit 3wd --calendar meson.build", "--calendar: "},
        {R "--limit 3wd --calendar .", "--calendar: "},
        {R "--limit 3wd --soon", "--soon: "},
        {R "--limit", "--limit: "},
        {R "--limit 3wd now", "now: "},
        {R "--limit 3wd -q", "-q: "},
        {R "--limit 3wd --explain=yes", "--explain=yes: "},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        int rc = run(T[i].line);
        size_t named = strlen("motcua due: ");

        if (rc != 2 || *out || strncmp(err, "motcua due: ", named) != 0 ||
            strncmp(err + named, T[i].names, strlen(T[i].names)) != 0 ||
            strchr(err, '\n') != err + strlen(err) - 1)
            fail_msg("due %s: %d\nprinted %s%s", T[i].line, rc, out, err);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_explains),
        cmocka_unit_test(test_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
