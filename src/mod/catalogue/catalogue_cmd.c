/* motcua catalogue check|import|strings DIR */
#include <stdio.h>
#include <string.h>

#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_versions.h"
#include "site/command.h"

static const char HELP[] =
    "Usage: motcua catalogue check DIR\n"
    "       motcua catalogue import [--db URL] DIR\n"
    "       motcua catalogue strings DIR\n"
    "\n"
    "DIR is the catalogue, its procedures/ folder or one package.\n"
    "\n"
    "check    reads every file below DIR and prints path:line:column: sentence for every fault.\n"
    "         Needs no database and no configuration.\n"
    "import   checks, then stores what is new or changed, all of it or nothing. What was\n"
    "         published is never altered: changed content needs a new version number.\n"
    "strings  prints every text of the packages, with the English of DIR's en.po, as a .po file\n"
    "         for translators.\n"
    "\n"
    "Exit status: 0 no fault, 1 faults, 2 bad arguments.\n"
    "The format is described in docs/catalogue-package.md.\n";

static int
not_a_folder(const char *dir)
{
    return command_say(2, "catalogue: DIR is not a folder: %s", dir);
}

static int
print_findings(const struct report *r)
{
    for (size_t i = 0; i < r->found.n; i++)
        printf("%s:%d:%d: %s\n", r->found.p[i].path, r->found.p[i].line, r->found.p[i].column,
               r->found.p[i].sentence);
    return r->found.n > 0;
}

static int
cmd_check(int argc, char **argv)
{
    struct arena *a = arena_open(CHECK_BYTES);
    struct report r = {.a = a, .path = argv[1]};
    struct catalogue_files files;
    int status = check_folder(&r, argv[1], &files);

    (void)argc;
    if (status)
        status = not_a_folder(argv[1]);
    else
        status = print_findings(&r);
    if (status == 0)
        printf("%s: %zu packages, %zu files, no fault\n", argv[1], files.n, files.files);
    arena_close(a);
    return status;
}

static int
cmd_import(int argc, char **argv)
{
    struct catalogue_imported done;
    struct command_site s;
    int status = command_open(&s, &argc, argv, NULL, DB_READ_WRITE), rc;

    if (status)
        return status;
    if (argc != 2) {
        command_end(&s, OK);
        return command_say(2, "catalogue import: one DIR is needed, a folder");
    }
    rc = catalogue_import(&s.c, argv[1], stdout, &done);
    if (rc == E_NOTFOUND) {
        command_end(&s, OK);
        return not_a_folder(argv[1]);
    }
    if (rc == OK)
        printf("%s: %zu added, %zu replaced, %zu unchanged\n", argv[1], done.added, done.replaced,
               done.unchanged);
    return command_end(&s, rc);
}

static int
cmd_strings(int argc, char **argv)
{
    struct arena *a = arena_open(CHECK_BYTES);
    struct report r = {.a = a, .path = argv[1]};
    struct catalogue_files files;
    int status = check_folder(&r, argv[1], &files);

    (void)argc;
    if (status)
        status = not_a_folder(argv[1]);
    else if (!(status = print_findings(&r)))
        catalogue_strings(a, &files, stdout);
    arena_close(a);
    return status;
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    bool flags;
} COMMANDS[] = {
    {"check", cmd_check, false}, {"import", cmd_import, true}, {"strings", cmd_strings, false},
};

int
catalogue_cmd(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return fputs(HELP, stdout) < 0;
    if (argc < 2)
        return command_say(2, "catalogue: a command is missing: check, import or strings");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        if (strcmp(COMMANDS[i].name, argv[1]) != 0)
            continue;
        if (argc == 2)
            return command_say(2, "catalogue %s: DIR is missing, a folder", argv[1]);
        if (argc > 3 && !COMMANDS[i].flags)
            return command_say(2, "catalogue %s: one DIR only; %s is too much", argv[1], argv[3]);
        return COMMANDS[i].run(argc - 1, argv + 1);
    }
    return command_say(2, "catalogue: unknown command %s; check, import or strings", argv[1]);
}
