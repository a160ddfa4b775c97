/* What the commands of this slice share. */
#ifndef MOD_AGENCIES_AGENCIES_CMD_H
#define MOD_AGENCIES_AGENCIES_CMD_H

#include <stdbool.h>

/* --help is among the arguments: the manual is printed. */
bool agencies_help(int argc, char **argv, const char *manual);
/* The word of the sub-command, e.g. import, is taken out; false when it is another one. */
bool agencies_verb(int *argc, char **argv, const char *want);

#endif
