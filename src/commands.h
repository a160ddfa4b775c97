/* The sub-commands that set the site up and run it; the others stand in the folder they concern. */
#ifndef COMMANDS_H
#define COMMANDS_H

int init_cmd(int argc, char **argv);
int check_cmd(int argc, char **argv);
int archive_cmd(int argc, char **argv);
int serve_cmd(int argc, char **argv);
int servers_cmd(int argc, char **argv);

/* True, with the text printed, when one of the words is --help. */
#include <stdbool.h>
bool help_asked(int argc, char **argv, const char *manual);

#endif
