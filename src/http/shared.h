/*
 * Pages that are the same for everybody who is not signed in, kept for some seconds by the thread
 * that made them: no lock, at most 128 a thread, gone when the snapshot behind them changes.
 */
#ifndef HTTP_SHARED_H
#define HTTP_SHARED_H

#include "http/request.h"

/* The page of this address and language into c->out; false: it is not here. */
bool shared_find(struct ctx *c, int64_t micros);
void shared_keep(struct ctx *c, int64_t micros, int seconds);

#endif
