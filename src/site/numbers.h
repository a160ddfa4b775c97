/*
 * The file of keys that numbers of persons are sealed with (base/ring.h, docs/adr/0046): the
 * configuration's number_keys, else DATA/numbers.keys, mode 0600.  The database knows the number
 * and a proof of each key, never the key: a file that does not fit it is refused.
 */
#ifndef SITE_NUMBERS_H
#define SITE_NUMBERS_H

#include "base/ctx.h"
#include "base/ring.h"
#include "site/site.h"

#define NUMBERS_FILE "numbers.keys"

const char *numbers_path(struct arena *a, const struct config *config);
/* E_SYS: missing, readable for others, or no file of keys. */
int numbers_read(struct ctx *c, const struct config *config, struct ring *out);
int numbers_write(struct ctx *c, const struct config *config, const struct ring *r);

/* The ring of this site, in use from now on.  Needs the database with its schema. */
int numbers_load(struct ctx *c, const struct config *config);
/* For init: a missing file is made when the database has nothing sealed, its first key is known to
 * the database, and the ring is in use.  *made tells. */
int numbers_make(struct ctx *c, const struct config *config, bool *made);
/* For a running server, now and then: another file, or another key that writes.  What does not fit
 * is told once, and the ring of before goes on. */
void numbers_refresh(struct ctx *c, const struct config *config);

#endif
