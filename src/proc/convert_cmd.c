#include "proc/convert_cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "convert/convert.h"
#include "convert/wire.h"
#include "site/command.h"

static const char MANUAL[] =
    "Usage: motcua convert OPERATION FILE... [--out FILE] [--page N] [--to N] [--width N]\n"
    "                      [--languages vie|vie+eng] [--seconds N]\n"
    "       motcua convert check\n"
    "\n"
    "Does to a file what the site does to papers, in the same sandboxed process; needs no site.\n"
    "\n"
    "  inspect FILE      what it is, and whether it is fit\n"
    "  pdf FILE...       photos and PDFs into one clean PDF (--out)\n"
    "  read FILE         its words, by OCR\n"
    "  pages FILE        each page: QR and bar codes, blank or not, skew, size\n"
    "  extract FILE      pages --page to --to of a PDF (--out)\n"
    "  picture FILE      page --page, --width pixels wide (--out NAME.jpg or NAME.png)\n"
    "  check             what the sandbox consists of here, and that each wall stands\n"
    "\n"
    "A fact a line: verdict, why, reason, type, pages, bytes, details (JSON).\n"
    "Exit status: 0 done; 1 refused or failed; 2 bad arguments.\n";

enum { ARENA = 64 << 20 };

static const struct {
    const char *name;
    int op;
} OPERATIONS[] = {{"inspect", CONVERT_INSPECT}, {"pdf", CONVERT_TO_PDF},
                  {"read", CONVERT_READ},       {"pages", CONVERT_PAGES},
                  {"extract", CONVERT_EXTRACT}, {"picture", CONVERT_PICTURE},
                  {"check", CONVERT_PROBE}};

struct words {
    const char *out, *page, *to, *width, *languages, *seconds;
};

static int
number(const char *name, const char *text, int least, int most, int *out)
{
    char *end;
    long n = text ? strtol(text, &end, 10) : 0;

    *out = (int)n;
    if (text && (!*text || *end || n < least || n > most))
        return command_say(2, "convert: --%s must be a whole number from %d to %d", name, least,
                           most);
    return 0;
}

static int
operation(const char *name, int *op)
{
    for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++)
        if (strcmp(OPERATIONS[i].name, name) == 0) {
            *op = OPERATIONS[i].op;
            return 0;
        }
    return command_say(2, "convert: there is no operation %s; see motcua convert --help", name);
}

static int
open_inputs(int n, char **names, int *fds)
{
    if (n > CONVERT_FILES_MAX)
        return command_say(2, "convert: at most %d files", CONVERT_FILES_MAX);
    for (int i = 0; i < n; i++)
        if ((fds[i] = open(names[i], O_RDONLY | O_CLOEXEC)) < 0)
            return command_say(2, "convert: %s: %s", names[i], strerror(errno));
    return 0;
}

static int
keep(struct ctx *c, const struct convert_answer *a, const char *path)
{
    void *p;
    int rc;

    if (a->out < 0 || !path)
        return 0;
    p = mmap(NULL, (size_t)a->size, PROT_READ, MAP_PRIVATE, a->out, 0);
    if (p == MAP_FAILED)
        return command_say(1, "convert: the result cannot be read");
    rc = file_write(c->a, path, p, (size_t)a->size, 0644);
    munmap(p, (size_t)a->size);
    return rc < 0 ? command_say(1, "convert: %s: %s", path, strerror(-rc)) : 0;
}

static void
say(struct ctx *c, const struct convert_answer *a)
{
    static const char *const VERDICT[] = {"done", "refused", "failed"};

    printf("verdict %s\n", VERDICT[a->verdict]);
    if (a->verdict != CONVERT_DONE)
        printf("why %s\nreason %s\n", a->why, a->reason);
    if (*a->mime)
        printf("type %s\n", a->mime);
    if (a->pages)
        printf("pages %d\n", a->pages);
    if (a->out >= 0)
        printf("bytes %lld\n", (long long)a->size);
    printf("details %s\n", json_text(c->a, a->details));
}

/* Every wall, a line; one that does not stand is a finding. */
static int
say_walls(struct convert *v, const struct convert_answer *a)
{
    json_t *walls = json_object_get(a->details, "walls"), *word;
    struct convert_stats s;
    const char *name;
    int status = json_object_size(walls) == 0;

    convert_stats(v, &s);
    printf("sandbox %s\n", s.sandbox);
    json_object_foreach(walls, name, word) {
        bool stands = strcmp(json_string_value(word), "denied") == 0;

        printf("%s %s\n", name, json_string_value(word));
        status |= !stands;
    }
    return status;
}

static int
run(struct ctx *c, struct convert_job *j, const struct words *w, int seconds)
{
    const struct convert_options o = {.seconds = seconds};
    struct convert *v = convert_open(c, &o);
    struct convert_answer a;
    int status;

    if (!v)
        return command_say(1, "convert: %s", c->err.detail);
    if (convert_run(c, v, j, &a) < 0) {
        convert_close(v);
        return command_say(2, "%s", c->err.detail);
    }
    if ((int)j->op == CONVERT_PROBE) {
        status = say_walls(v, &a);
    } else {
        say(c, &a);
        status = keep(c, &a, w->out) || a.verdict != CONVERT_DONE;
    }
    convert_answer_release(&a);
    convert_close(v);
    return status;
}

static int
prepare(int argc, char **argv, const struct words *w, struct convert_job *j, int *seconds)
{
    size_t n = w->out ? strlen(w->out) : 0;
    int op = 0, status;

    if (argc < 2)
        return command_say(2, "convert: which operation? see motcua convert --help");
    if ((status = operation(argv[1], &op)) ||
        (status = number("page", w->page, 1, CONVERT_PAGES_MAX, &j->page)) ||
        (status = number("to", w->to, 1, CONVERT_PAGES_MAX, &j->to)) ||
        (status = number("width", w->width, WIRE_WIDTH_MIN, WIRE_WIDTH_MAX, &j->width)) ||
        (status = number("seconds", w->seconds, 1, WIRE_SECONDS_MAX, seconds)) ||
        (status = open_inputs(argc - 2, argv + 2, (int *)j->in)))
        return status;
    j->op = (enum convert_op)op;
    j->in_n = (size_t)argc - 2;
    j->languages = w->languages;
    j->png = n > 4 && strcmp(w->out + n - 4, ".png") == 0;
    return 0;
}

int
proc_cmd_convert(int argc, char **argv)
{
    struct words w = {0};
    const struct flag flags[] = {{"out", &w.out, NULL},
                                 {"page", &w.page, NULL},
                                 {"to", &w.to, NULL},
                                 {"width", &w.width, NULL},
                                 {"languages", &w.languages, NULL},
                                 {"seconds", &w.seconds, NULL},
                                 {0}};
    int fds[CONVERT_FILES_MAX], seconds = 0, status;
    struct convert_job j = {.in = fds};
    struct ctx c;

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return fputs(MANUAL, stdout) < 0;
    status = flags_take(&argc, argv, flags);
    if (!status)
        status = prepare(argc, argv, &w, &j, &seconds);
    if (status)
        return status;
    ctx_init(&c, arena_open(ARENA));
    status = run(&c, &j, &w, seconds);
    arena_close(c.a);
    return status;
}
