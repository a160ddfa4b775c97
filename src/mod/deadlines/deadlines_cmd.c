#include "mod/deadlines/deadlines_cmd.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "mod/deadlines/deadlines.h"

enum { EXIT_BAD = 2, CALENDAR_BYTES = 1 << 20, MOMENT_LETTERS = 16, ARENA = 256 << 20 };

static const char MANUAL[] =
    "usage: motcua due --received MOMENT --limit LIMIT [--channel online|direct|postal]\n"
    "                  [--mode end-of-day|hour-exact] [--stop KIND:FROM/TO]...\n"
    "                  [--supplement pause|restart] [--calendar FILE] [--explain]\n"
    "\n"
    "Prints when a dossier is due: a date, or YYYY-MM-DDTHH:MM for limits in hours and for\n"
    "--mode hour-exact.  Needs no database and no configuration.  Times are Vietnam's.\n"
    "\n"
    "  --received MOMENT   when the dossier was accepted, YYYY-MM-DDTHH:MM\n"
    "  --limit LIMIT       Nh (hours, day and night), Nwh (working hours), Nd (days),\n"
    "                      Nwd (working days), Nm (months), same-day:HH:MM (accepted before that\n"
    "                      time: due the same day)\n"
    "  --channel CHANNEL   direct (default) and postal count from the moment given; online counts\n"
    "                      from the next opening of the office\n"
    "  --mode MODE         end-of-day (default), or hour-exact: N times 8 working hours, for Nwd "
    "only\n"
    "  --stop KIND:FROM/TO the clock stood still; may be repeated.  KIND is supplement, fiscal, "
    "or\n"
    "                      other:LEGAL BASIS (\"other:Điều 8 NĐ "
    "61/2018/NĐ-CP:2026-03-05T16:00/...\").\n"
    "                      System outages and waiting for a signature never stop the clock.\n"
    "  --supplement MODE   pause (default): the clock goes on after a supplement; restart: the "
    "full\n"
    "                      limit runs again from the end of the last supplement\n"
    "  --calendar FILE     another calendar, in the format of catalogue/calendar.yaml\n"
    "  --explain           adds a line for every day from acceptance to the due day:\n"
    "                      date, + (counted) or -, reason, units used/all, counted times | in "
    "words\n"
    "\n"
    "A due date that depends on days beyond the known calendar is provisional: --explain says so "
    "on\n"
    "the last line, otherwise a note goes to standard error.\n"
    "\n"
    "Exit status: 0; 1 when the answer cannot be written; 2 for bad arguments, with one sentence "
    "that names the argument.\n"
    "\n"
    "example: motcua due --received 2026-02-12T09:00 --limit 3wd        2026-02-24\n";

enum { O_RECEIVED = 'r', O_LIMIT = 'l', O_CHANNEL = 'c', O_MODE = 'm', O_STOP = 's',
       O_SUPPLEMENT = 'p', O_CALENDAR = 'k', O_EXPLAIN = 'e', O_HELP = 'h' };

static const struct option OPTIONS[] = {
    {"received", required_argument, NULL, O_RECEIVED},
    {"limit", required_argument, NULL, O_LIMIT},
    {"channel", required_argument, NULL, O_CHANNEL},
    {"mode", required_argument, NULL, O_MODE},
    {"stop", required_argument, NULL, O_STOP},
    {"supplement", required_argument, NULL, O_SUPPLEMENT},
    {"calendar", required_argument, NULL, O_CALENDAR},
    {"explain", no_argument, NULL, O_EXPLAIN},
    {"help", no_argument, NULL, O_HELP},
    {NULL, 0, NULL, 0},
};

struct args {
    struct arena *a;
    struct clock clock;
    struct stop stops[STOPS_MAX];
    const char *calendar;
    bool received, limit, explain, help;
};

/* One sentence on one line, whatever the arguments held. */
static int
bad(const char *fmt, ...)
{
    char text[600];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            *p = '?';
    fprintf(stderr, "motcua due: %s\n", text);
    return EXIT_BAD;
}

/* getopt leaves a cluster of letters ("-xy") at its place until the last one is read. */
static int
bad_option(char **argv)
{
    if (strncmp(argv[optind - 1], "--", 2) == 0)
        return bad("%s: there is no such option, or it takes no value", argv[optind - 1]);
    return bad("-%c: there is no such option", optopt);
}

struct word { const char *word; int value; };

static int
take_word(const char *option, const struct word *words, const char *s, int *out)
{
    for (const struct word *w = words; w->word; w++)
        if (strcmp(w->word, s) == 0) {
            *out = w->value;
            return 0;
        }
    return bad("--%s: \"%s\" is not one of the words it takes (see motcua due --help)", option, s);
}

static int
stop_kind(struct args *x, const char *kind, struct stop *out)
{
    static const char OTHER[] = "other:";

    out->basis = "";
    if (strcmp(kind, "supplement") == 0)
        out->kind = STOP_SUPPLEMENT;
    else if (strcmp(kind, "fiscal") == 0)
        out->kind = STOP_FISCAL;
    else if (strncmp(kind, OTHER, sizeof OTHER - 1) == 0 && kind[sizeof OTHER - 1]) {
        out->kind = STOP_OTHER;
        out->basis = arena_str(x->a, kind + sizeof OTHER - 1);
    } else
        return bad("--stop: \"%s\" is no kind of stop; use supplement, fiscal or other:LEGAL BASIS",
                   kind);
    return 0;
}

/* KIND:FROM/TO from the right, since a legal basis may hold colons and slashes. */
static int
take_stop(struct args *x, const char *s)
{
    struct stop *stop = &x->stops[x->clock.nstops];
    const char *slash = strrchr(s, '/');
    const char *colon = slash && slash - s > MOMENT_LETTERS + 1 ? slash - MOMENT_LETTERS - 1 : NULL;

    if (x->clock.nstops == STOPS_MAX)
        return bad("--stop: at most %d stops can be counted", STOPS_MAX);
    if (!colon || *colon != ':' || !date_parse_moment(slash + 1, &stop->to) ||
        !date_parse_moment(arena_strn(x->a, colon + 1, MOMENT_LETTERS), &stop->from))
        return bad("--stop: \"%s\" is not KIND:FROM/TO with moments YYYY-MM-DDTHH:MM", s);
    if (stop->from >= stop->to)
        return bad("--stop: \"%s\" must end after it begins", s);
    if (stop_kind(x, arena_strn(x->a, s, (size_t)(colon - s)), stop))
        return EXIT_BAD;
    x->clock.nstops++;
    return 0;
}

static int
take(struct args *x, int option, const char *s)
{
    static const struct word CHANNELS[] = {
        {"direct", CHANNEL_DIRECT}, {"online", CHANNEL_ONLINE}, {"postal", CHANNEL_POSTAL}, {0}};
    static const struct word MODES[] = {
        {"end-of-day", MODE_END_OF_DAY}, {"hour-exact", MODE_HOUR_EXACT}, {0}};
    static const struct word SUPPLEMENTS[] = {
        {"pause", SUPPLEMENT_PAUSE}, {"restart", SUPPLEMENT_RESTART}, {0}};
    int value = 0, rc;

    switch (option) {
    case O_RECEIVED:
        x->received = true;
        return date_parse_moment(s, &x->clock.received)
                   ? 0 : bad("--received: \"%s\" is not a moment YYYY-MM-DDTHH:MM", s);
    case O_LIMIT:
        x->limit = true;
        return limit_parse(s, &x->clock.limit)
                   ? 0 : bad("--limit: \"%s\" is not Nh, Nwh, Nd, Nwd, Nm or same-day:HH:MM", s);
    case O_CHANNEL:
        rc = take_word("channel", CHANNELS, s, &value);
        x->clock.channel = (enum channel)value;
        return rc;
    case O_MODE:
        rc = take_word("mode", MODES, s, &value);
        x->clock.mode = (enum clock_mode)value;
        return rc;
    case O_SUPPLEMENT:
        rc = take_word("supplement", SUPPLEMENTS, s, &value);
        x->clock.supplement = (enum supplement_mode)value;
        return rc;
    case O_STOP:
        return take_stop(x, s);
    default:
        x->calendar = s;
        return 0;
    }
}

static int
take_all(struct args *x, int argc, char **argv)
{
    opterr = 0;
    optind = 0;         /* GNU: start over, whatever main() read before */
    for (int o; (o = getopt_long(argc, argv, ":", OPTIONS, NULL)) != -1;) {
        if (o == ':')
            return bad("%s: a value is missing", argv[optind - 1]);
        if (o == '?')
            return bad_option(argv);
        if (o == O_HELP)
            return x->help = true, 0;
        if (o == O_EXPLAIN)
            x->explain = true;
        else if (take(x, o, optarg))
            return EXIT_BAD;
    }
    if (optind < argc)
        return bad("%s: it is not an option, and nothing else is taken", argv[optind]);
    if (!x->received)
        return bad("--received: it is missing");
    return x->limit ? 0 : bad("--limit: it is missing");
}

/* NULL when the file cannot be used; that was said. */
static const struct calendar *
open_calendar(struct args *x)
{
    struct data_faults faults = {.a = x->a};
    struct calendar *cal = arena_get(x->a, sizeof *cal);
    struct bytes text;
    int rc;

    if (!x->calendar)
        return calendar_shipped(x->a);
    rc = file_read(x->a, x->calendar, CALENDAR_BYTES, &text);
    if (rc < 0)
        bad("--calendar: %s: %s", x->calendar, strerror(-rc));
    else if (!calendar_load(x->a, (const char *)text.p, text.n, cal, &faults))
        bad("--calendar: %s:%d:%d: %s", x->calendar, faults.v.p[0].line, faults.v.p[0].column,
            faults.v.p[0].sentence);
    else
        return cal;
    return NULL;
}

static int
run(struct args *x)
{
    const char *fault = deadlines_fault(&x->clock);
    const struct calendar *cal;
    struct due due;

    if (fault)
        return bad("--%s", fault);
    if (!(cal = open_calendar(x)))
        return EXIT_BAD;
    deadlines_due(x->a, cal, &x->clock, &due);
    puts(due_iso(x->a, &due));
    for (size_t i = 0; i < due.ndays && x->explain; i++)
        puts(note_line(x->a, &due, &due.days[i]));
    if (fflush(stdout) == EOF) {
        perror("motcua due");
        return 1;
    }
    if (due.provisional && !x->explain)
        fputs("motcua due: note: this date depends on days beyond the known calendar and is "
              "provisional\n", stderr);
    return 0;
}

int
deadlines_cmd_due(int argc, char **argv)
{
    struct args x = {.a = arena_open(ARENA), .clock = {.channel = CHANNEL_DIRECT}};
    int rc;

    x.clock.stops = x.stops;
    rc = take_all(&x, argc, argv);
    if (x.help)
        fputs(MANUAL, stdout);
    else if (rc == 0)
        rc = run(&x);
    arena_close(x.a);
    return rc;
}
