/*
 * What happens to a paper's content after it arrived: it is scanned, inspected and converted by a
 * few threads of this server, off the lanes; claims and results are short jobs of the write lane.
 * Several servers work on one queue.  Stopped or killed, what was begun is begun anew.
 *
 * Threads:  intake_open(), intake_close() on the main thread; the rest from any.
 */
#ifndef SITE_INTAKE_H
#define SITE_INTAKE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "mod/papers/content_work.h"

struct gate;
struct intake;

/* After the keeper has its seat. */
struct intake *intake_open(struct gate *g);
/* Before the lanes are closed; ends what runs. */
void intake_close(struct intake *k);                    /* NULL is allowed */

/* What was found lately: figures of the database, at most half a minute old. */
struct intake_view {
    struct content_figures queue;
    int64_t signatures;         /* 0: the scanner does not answer, or there is none */
    bool scanner, converter;    /* is configured; is there and answers */
};
struct intake_view intake_view(const struct intake *k);
void intake_metrics(const struct gate *g, struct buf *b);
/* A line "warning: ..." for each thing that is wrong. */
void intake_say(const struct gate *g, struct buf *b);

#endif
