/* Moving and keeping a site: `motcua copy`, `motcua backup`, `motcua restore`. */
#ifndef MOVE_MOVE_H
#define MOVE_MOVE_H

int move_cmd_copy(int argc, char **argv);
int move_cmd_backup(int argc, char **argv);
int move_cmd_restore(int argc, char **argv);

/* No page shows what these commands meet; the detail is what is printed. */
#define MOVE_SORRY N_("Hệ thống đang gặp sự cố, mong ông/bà thử lại sau ít phút")

#endif
