/* The thread that sends the letters that wait (auth/auth_code.h), off the lanes. */
#ifndef SITE_MAILING_H
#define SITE_MAILING_H

struct gate;
struct mailing;

struct mailing *mailing_open(struct gate *g);   /* NULL: no mail server is configured */
void mailing_close(struct mailing *m);          /* NULL is allowed */

#endif
