/*
 * The digitisation desk's machine: a thread of this server that cuts scan batches and reads their
 * documents, off the lanes, and takes what scanners wrote into their folder.  Several servers work
 * on one queue; stopped or killed, what was begun is begun anew.
 *
 * Threads:  scans_open(), scans_close() on the main thread.
 */
#ifndef SITE_SCANS_H
#define SITE_SCANS_H

#include "base/ctx.h"

struct gate;
struct scans;

struct scans *scans_open(struct gate *g);       /* after the keeper has its seat */
void scans_close(struct scans *s);              /* before the lanes; NULL is allowed */

#endif
