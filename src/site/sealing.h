/*
 * The thread that seals: what was changed since the last round becomes leaves of the log
 * (mod/audit), and every `seal_seconds` a head over them is signed and published.  With
 * several servers the one that has the lease does it.
 *
 * Threads:  sealing_open(), sealing_close() on the main thread.
 */
#ifndef SITE_SEALING_H
#define SITE_SEALING_H

#include "base/buf.h"
#include "site/site.h"

struct gate;
struct sealing;

struct sealing *sealing_open(struct gate *g);       /* after the keeper has its seat */
void sealing_close(struct sealing *k);              /* before the lanes; NULL is allowed */
void sealing_metrics(const struct sealing *k, struct buf *b);

/* The name of this site's log: the first line of its heads. */
const char *sealing_origin(struct arena *a, const struct config *k);
/* The newest head as this server saw it, outside of the database. */
const char *sealing_file(struct arena *a, const struct config *k);
/* Its time is when somebody last asked for a proof that the log only grew: followers do. */
const char *sealing_followed(struct arena *a, const struct config *k);

#endif
