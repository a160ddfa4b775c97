/*
 * PostgreSQL's own programs: pg_dump and pg_restore.  The password goes by the environment, never
 * by the command line, which every user of the machine can read.
 */
#ifndef MOVE_TOOL_H
#define MOVE_TOOL_H

#include "base/ctx.h"
#include "base/progress.h"

/* Its major version; E_SYS: not installed.  `name` is looked for in PATH, then where Debian keeps
 * PostgreSQL's versions. */
int tool_version(struct ctx *c, const char *name, int *major);

/* pg_dump in custom format into a new file `to`. */
int tool_dump(struct ctx *c, const char *url, const char *snapshot, const char *to,
              struct progress *p);
/* pg_restore of the file into an empty database, in one transaction. */
int tool_restore(struct ctx *c, const char *url, const char *from);

/* The SQL text of a dump, read from the descriptor; end it with tool_end(), which tells failures.
 */
struct tool { int pid, out; const char *name; };
int tool_read(struct ctx *c, const char *dump, struct tool *t);
int tool_end(struct ctx *c, struct tool *t);

#endif
