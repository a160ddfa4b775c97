/*
 * What nobody needs any more in the store goes by itself: half uploads each hour (every server its
 * spool), contents that no row names for two days once a day (one server of all).  Off the lanes,
 * on a thread of its own; it does nothing while the clock is doubted.
 *
 * Threads:  sweep_open(), sweep_close() on the main thread.
 */
#ifndef SITE_SWEEP_H
#define SITE_SWEEP_H

#include "mod/papers/content_work.h"

struct gate;
struct sweep;

/* Who names contents beside dossiers and drafts, up to NULL: a slice that keeps contents stands
 * here, or the sweep takes them. */
extern content_names *const sweep_names[];

struct sweep *sweep_open(struct gate *g);       /* after the keeper has its seat */
void sweep_close(struct sweep *s);              /* before the lanes; NULL is allowed */

#endif
