/* `motcua convert`: the converter by hand, for operators and tests. */
#ifndef PROC_CONVERT_CMD_H
#define PROC_CONVERT_CMD_H

int proc_cmd_convert(int argc, char **argv);

#endif
