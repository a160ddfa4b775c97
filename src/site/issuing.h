/*
 * The thread that makes and signs results: a leader's "sign" left a row with its number and
 * contents; here the file is printed, signed with the officer's and the agency's key and kept, then
 * recorded on the write lane.  Several servers work on one queue; what was begun by one that died
 * is begun anew when its lease is over.
 *
 * Threads:  issuing_open(), issuing_close() on the main thread.
 */
#ifndef SITE_ISSUING_H
#define SITE_ISSUING_H

#include "base/buf.h"

struct gate;
struct issuing;

struct issuing *issuing_open(struct gate *g);       /* after the keeper has its seat */
void issuing_close(struct issuing *k);              /* before the lanes; NULL is allowed */
void issuing_metrics(const struct issuing *k, struct buf *b);

#endif
