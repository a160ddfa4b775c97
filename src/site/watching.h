/*
 * Looks for what is unusual among the looks at personal data (site/unusual.h), off the lanes: to
 * count an officer's day can take seconds.  Of several servers the one that has the lease does it.
 *
 * Threads:  one of its own, which works a twentieth of the time at most.
 */
#ifndef SITE_WATCHING_H
#define SITE_WATCHING_H

struct gate;
struct watching;

struct watching *watching_open(struct gate *g);
void watching_close(struct watching *w);            /* NULL is allowed */

#endif
