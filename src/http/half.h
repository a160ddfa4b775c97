/*
 * Files that arrive in parts: <spool>/half/<account>/<id>.  What a part's answer said is on the
 * disk; a half file survives the end of the program, not the age that the sweep gives it.  When it
 * is whole it becomes a content of the store like any other.
 *
 * Threads:  any; two parts of one file at once: the second is told to ask where it stands.
 */
#ifndef HTTP_HALF_H
#define HTTP_HALF_H

#include "http/handed.h"
#include "http/store.h"

enum { HALF_PART = 1 << 20, HALF_MOST = 20, HALF_SECONDS = 24 * 60 * 60 };

/* Where the file stands: *at bytes are here; whole: *u is the content.  OK, E_DOWN. */
int half_state(struct ctx *c, struct store *s, const struct arrival *x, int64_t *at,
               struct upload *u, bool *whole);
/* The next part, from byte `from` on; one that is here already or comes too early changes nothing.
 * The last one makes the file a content: slow.  OK and as above; E_INVALID not a kind that is
 * taken (c->faults says which instead, the file is gone); E_LIMIT too many half files of this
 * account; E_CONFLICT another part of it is being written; E_DOWN the store cannot take it now. */
int half_add(struct ctx *c, struct store *s, const struct arrival *x, int64_t from,
             const void *bytes, size_t n, int64_t *at, struct upload *u, bool *whole);
void half_drop(struct store *s, const struct arrival *x);

/* Removes what nobody went on with since `before`: how many files. */
int64_t half_sweep(struct store *s, int64_t before);

#endif
