/* motcua catalogue check|import|strings DIR */
#include <stdio.h>
#include <string.h>

#include "mod/catalogue/catalogue_package.h"

enum { MEMORY = 1 << 30 };

static const char HELP[] =
    "Usage: motcua catalogue check DIR\n"
    "\n"
    "check   reads every file below DIR (the catalogue, its procedures/ folder or one package)\n"
    "        and prints path:line:column: sentence for every fault. Needs no database.\n"
    "        Exit status: 0 no fault, 1 faults, 2 bad arguments.\n"
    "The format is described in docs/catalogue-package.md.\n";

static int
bad_argument(const char *fmt, const char *what)
{
    fprintf(stderr, "motcua catalogue: ");
    fprintf(stderr, fmt, what);
    fputc('\n', stderr);
    return 2;
}

static int
cmd_check(const char *dir)
{
    struct arena *a = arena_open(MEMORY);
    struct report r = {.a = a, .path = dir};
    struct catalogue_files files;
    int status = check_folder(&r, dir, &files);

    if (status == 2)
        bad_argument("DIR is not a folder: %s", dir);
    for (size_t i = 0; i < r.found.n && status != 2; i++) {
        const struct finding *f = &r.found.p[i];

        printf("%s:%d:%d: %s\n", f->path, f->line, f->column, f->sentence);
        status = 1;
    }
    if (status == 0)
        printf("%s: %zu packages, %zu files, no fault\n", dir, files.n, files.files);
    arena_close(a);
    return status;
}

static const struct { const char *name; int (*run)(const char *dir); } COMMANDS[] = {
    {"check", cmd_check},
};

int
catalogue_cmd(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(HELP, stdout) < 0;
    if (argc < 2)
        return bad_argument("a command is missing: check%s", "");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        if (strcmp(COMMANDS[i].name, argv[1]) != 0)
            continue;
        if (argc == 2)
            return bad_argument("%s needs DIR, a folder", argv[1]);
        if (argc > 3)
            return bad_argument("one DIR only; unexpected argument %s", argv[3]);
        return COMMANDS[i].run(argv[2]);
    }
    return bad_argument("unknown command %s (check)", argv[1]);
}
