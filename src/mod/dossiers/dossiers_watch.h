/*
 * What an operator watches of the dossiers, by their indexes and never by counting rows: how far
 * the outbox is behind, and the newest event.
 */
#ifndef MOD_DOSSIERS_DOSSIERS_WATCH_H
#define MOD_DOSSIERS_DOSSIERS_WATCH_H

#include "base/ctx.h"

struct outbox_state {
    int64_t waiting;            /* at most `most`: there it stops counting */
    int64_t oldest;             /* UTC seconds at which the oldest of them was written; 0: none */
};

int dossiers_outbox_state(struct ctx *c, int64_t most, struct outbox_state *out);
int64_t dossiers_newest_event(struct ctx *c);       /* its id; 0: there is none yet */

#endif
