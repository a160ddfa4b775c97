/*
 * Small things sealed with the site's key (XChaCha20-Poly1305): a secret that the database keeps, a
 * cookie that only this site can read.  Each use has a key of its own; `about` is what it belongs
 * to: a box of one account does not open for another.
 */
#ifndef AUTH_BOX_H
#define AUTH_BOX_H

#include "base/ctx.h"

struct bytes box_seal(struct ctx *c, const char *use, int64_t about, const void *p, size_t n);
/* .n 0: not sealed by this key for this use. */
struct bytes box_open(struct ctx *c, const char *use, int64_t about, struct bytes sealed);

#endif
