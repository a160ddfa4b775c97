/* `motcua keys` and `motcua verify`: what is signed here, and whether something is genuine. */
#ifndef PROC_SIGNING_CMD_H
#define PROC_SIGNING_CMD_H

int keys_cmd(int argc, char **argv);
int verify_cmd(int argc, char **argv);

#endif
