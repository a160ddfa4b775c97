/* The command `motcua due`.  argv[0] is "due"; gives the exit status: 0, 1 when standard output
 * cannot be written, 2 for bad arguments. */
#ifndef DEADLINES_DEADLINES_CMD_H
#define DEADLINES_DEADLINES_CMD_H

int deadlines_cmd_due(int argc, char **argv);

#endif
