/*
 * What several servers of one site share, checked at the start: the store of papers and the secret
 * key must be the same on all; a SQLite file has one server.
 */
#ifndef SITE_SHARING_H
#define SITE_SHARING_H

#include "base/ctx.h"
#include "http/store.h"
#include "site/site.h"

/* Where the papers are: the key `store`, or beside the secret key; NULL: neither is given. */
const char *sharing_store(struct arena *a, const struct config *k);
/* A file that a backup touches when it is whole. */
const char *sharing_backup_mark(struct arena *a, const struct config *k);
/* The same with what reaching it needs; `root` NULL: not given. */
struct store_place sharing_place(struct arena *a, const struct config *k);

/* Holds the SQLite file for this process until it ends; nothing on a server's database.  Waits some
 * seconds for one that is stopping.  E_CONFLICT: another server has it. */
int sharing_alone(struct ctx *c, const char *url);

/* In a write transaction: the marker in the store and the sum of the key are those that the
 * database knows; the first server writes them down.  `adopt`: what is here is right, the database
 * learns it.  E_CONFLICT: they are another site's. */
int sharing_check(struct ctx *c, const struct site *site, bool adopt);
/* For `motcua check`: changes nothing; what the database does not know yet is in order. */
int sharing_look(struct ctx *c, const struct site *site);
/* The marker of a store that is copied whole; one that has none yet is left so. */
int sharing_marker_copy(struct ctx *c, const struct store_place *from,
                        const struct store_place *to);

#endif
