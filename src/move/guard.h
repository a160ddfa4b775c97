/* What a site must be before it is moved, and its key. */
#ifndef MOVE_GUARD_H
#define MOVE_GUARD_H

#include "base/ctx.h"

/* No server works on this database, and none begins on a SQLite file while this process lives.  A
 * seat that is held is looked at for half a minute: a dead server's does not move.  E_CONFLICT.
 * own: the token of the caller's own seat, "" when it has none. */
int guard_quiet(struct ctx *c, const char *url, const char *own);
/* It holds a site, whole; of an older program, too: E_CONFLICT. */
int guard_site(struct ctx *c, const char *name);
/* Name and birth of the database: a copy that was begun goes on with the same one only. */
int guard_identity(struct ctx *c, const char *name, struct arena *keep, const char **out);
/* The key at the place `from` to <to>/motcua.key, mode 0600; there already and the same: OK, else
 * E_CONFLICT. */
int guard_key_copy(struct ctx *c, const char *from, const char *to);
/* The file of keys of numbers, likewise; both are paths. */
int guard_ring_copy(struct ctx *c, const char *from, const char *to);

#endif
