/* Contents of the store as open files for the converter, and its results back into the store. */
#ifndef MOD_DIGITISE_FILE_H
#define MOD_DIGITISE_FILE_H

#include "convert/convert.h"
#include "http/params.h"
#include "http/store.h"

/* -1: not there. */
int scan_file_open(struct store *s, const char *sha256);
void scan_file_close(int fd);
/* The converter's result is kept under *u: sha256, size and mime.  false: the machine refuses. */
bool scan_file_keep(struct ctx *c, struct store *s, int fd, const char *mime, struct upload *u);
bool scan_file_keep_bytes(struct ctx *c, struct store *s, struct bytes b, const char *mime,
                          struct upload *u);
/* The whole of a memfd or file; n 0: unreadable or longer than max. */
struct bytes scan_file_read(struct ctx *c, int fd, size_t max);

/* convert_run() where the converter is in the program, else CONVERT_FAILED. */
int scan_convert(struct ctx *c, struct convert *v, const struct convert_job *j,
                 struct convert_answer *out);
void scan_convert_release(struct convert_answer *out);

#endif
