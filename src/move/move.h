/* Moving and keeping a site: `motcua copy`, `motcua backup`, `motcua restore`. */
#ifndef MOVE_MOVE_H
#define MOVE_MOVE_H

int move_cmd_copy(int argc, char **argv);
int move_cmd_backup(int argc, char **argv);
int move_cmd_restore(int argc, char **argv);

#endif
