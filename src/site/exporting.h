/*
 * Makes the copies of persons' own data (mod/owner): one after the other, off the lanes, streamed
 * into the store; removes what nobody may fetch any more.  Any server does it; one that dies leaves
 * its work to another.
 */
#ifndef SITE_EXPORTING_H
#define SITE_EXPORTING_H

struct gate;
struct exporting;

struct exporting *exporting_open(struct gate *g);       /* NULL: there is no store */
void exporting_close(struct exporting *e);              /* NULL is allowed */

#endif
