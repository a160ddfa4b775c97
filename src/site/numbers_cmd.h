/* `motcua keys numbers`: the keys that numbers of persons are sealed with, and their rotation. */
#ifndef SITE_NUMBERS_CMD_H
#define SITE_NUMBERS_CMD_H

#include <stdbool.h>

struct command_site;

/* For `motcua check`: how far the columns are sealed, a line; `deeply`: each value is looked at and
 * what does not open, or is not sealed although its column is through, is a finding. */
int numbers_say(struct command_site *s);
int numbers_verify(struct command_site *s, bool *found);

int numbers_cmd(int argc, char **argv);

#endif
