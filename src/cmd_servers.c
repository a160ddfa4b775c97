/* `motcua servers`: who sits at this database. */
#include <stdio.h>

#include "commands.h"
#include "site/command.h"
#include "site/seats.h"

static const char MANUAL[] =
    "Usage: motcua servers [--config FILE] [--KEY VALUE]...\n"
    "\n"
    "Prints a line for each server, and each command that writes, that has a seat in the\n"
    "database: the seat's number, machine:process and what it runs, and how many seconds ago it\n"
    "gave a sign of life by its own clock, separated by tabs.  A server gives one every five\n"
    "seconds; a seat that is silent for half a minute is freed by the other servers.  A command\n"
    "gives none.\n"
    "\n"
    "Exit status: 0; 1 the database cannot be read; 2 bad arguments.\n";

int
servers_cmd(int argc, char **argv)
{
    struct command_site s;
    seat_list all = {0};
    int status, rc;

    if (help_asked(argc, argv, MANUAL))
        return 0;
    if ((status = command_open(&s, &argc, argv, NULL, DB_READ_ONLY)) != 0)
        return status;
    if (argc > 1) {
        command_end(&s, OK);
        return command_say(2, "servers: %s is not an argument", argv[1]);
    }
    rc = seats_all(&s.c, &all);
    for (size_t i = 0; i < all.n; i++)
        if (*all.p[i].holder)
            printf("%" PRId64 "\t%s\t%" PRId64 "\n", all.p[i].number, all.p[i].name,
                   s.c.now - all.p[i].seen_at);
    return command_end(&s, rc);
}
