/* Inside of convert/: the program as a process of its own. */
#ifndef CONVERT_SPAWN_H
#define CONVERT_SPAWN_H

#include <sys/types.h>

#include "base/ctx.h"

/* Where it is: `given`, or beside this program, or in libexec; NULL: nowhere, c->err. */
const char *spawn_find(struct ctx *c, const char *given);
/* Runs it with a clean environment and one socket; *control is ours.  0 or an errno. */
int spawn_run(const char *program, pid_t *pid, int *control);

#endif
