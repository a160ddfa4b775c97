/* motcua: one program, one table of sub-commands. */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "generate/generate.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue.h"
#include "mod/deadlines/deadlines_cmd.h"
#include "move/move.h"
#include "proc/convert_cmd.h"
#include "proc/hasher.h"
#include "proc/signer.h"
#include "proc/signing_cmd.h"
#include "seal/seal.h"
#include "site/command.h"
#include "site/routes.h"

static int version_cmd(int argc, char **argv);

static const struct { const char *name; int (*run)(int argc, char **argv); const char *what; }
COMMANDS[] = {
    {"init", init_cmd, "make the configuration, the database and what they need"},
    {"serve", serve_cmd, "serve the portal, the desk and the API"},
    {"check", check_cmd, "read configuration and database as serve would; changes nothing"},
    {"servers", servers_cmd, "list the servers and commands that have a seat"},
    {"routes", site_cmd_routes, "print the route table with its permissions"},
    {"agencies", agencies_cmd, "import the tree of agencies"},
    {"user", agencies_cmd_user, "add an officer or a citizen, make a link for a first password"},
    {"token", agencies_cmd_token, "make, list and revoke tokens of the API"},
    {"catalogue", catalogue_cmd, "check or import procedure packages"},
    {"backup", move_cmd_backup, "database, store and key into a folder that proves itself"},
    {"restore", move_cmd_restore, "a site out of a backup; or the proof of one"},
    {"copy", move_cmd_copy, "move a site to another database, and prove it"},
    {"archive", archive_cmd, "packages of closed dossiers, by agency and year; or their proof"},
    {"convert", proc_cmd_convert, "what the site does to a photo or PDF, by hand"},
    {"due", deadlines_cmd_due, "when a dossier is due, and why"},
    {"generate", generate_cmd, "fill an empty database with a believable city"},
    {"keys", keys_cmd, "show the signing keys, and publish those of claims"},
    {"verify", verify_cmd, "is a signed file or the text of a QR code genuine?"},
    {"signer", signer_cmd, "hold the private keys; started by serve"},
    {"hasher", hasher_cmd, "hash passwords; started by serve"},
    {"audit", audit_cmd, "the sealed log: verify it, a receipt of it, follow it from elsewhere"},
    {"version", version_cmd, "print the version"},
};

static int
usage(FILE *to, int status)
{
    fputs("Usage: motcua COMMAND ...    (motcua COMMAND --help)\n\n", to);
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
        fprintf(to, "  %-12s %s\n", COMMANDS[i].name, COMMANDS[i].what);
    return status;
}

static int
version_cmd(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        puts("Usage: motcua version\n\nPrints the program's name and version.");
        return 0;
    }
    if (argc > 1) {
        fprintf(stderr, "motcua version: %s: nothing is taken\n", argv[1]);
        return 2;
    }
    puts("motcua " MOTCUA_VERSION);
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc < 2)
        return usage(stderr, 2);
    if (strcmp(argv[1], "--help") == 0)
        return usage(stdout, 0);
    if (strcmp(argv[1], "--version") == 0)
        return version_cmd(argc - 1, argv + 1);
    command_called(argv[1], argc > 2 && *argv[2] != '-' ? argv[2] : "");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
        if (strcmp(COMMANDS[i].name, argv[1]) == 0)
            return COMMANDS[i].run(argc - 1, argv + 1);
    fprintf(stderr, "motcua: unknown command %s\n", argv[1]);
    return 2;
}
