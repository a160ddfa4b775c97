/*
 * One question to another server over HTTPS: no redirect is followed, the certificate is checked,
 * the answer is bounded in size and time.  Slow: never on a lane.
 */
#ifndef OIDC_FETCH_H
#define OIDC_FETCH_H

#include "base/buf.h"

struct fetch {
    const char *url;
    const char *form;               /* NULL: GET, else POST of application/x-www-form-urlencoded */
    const char *authorization;      /* head; NULL none */
    const char *ca_file;            /* "" the machine's */
    int seconds;
    size_t max;                     /* bytes of the answer */
};

/* The status, and the answer in `out`; 0: no whole answer came, `why` says what happened. */
long fetch_run(struct arena *a, const struct fetch *f, struct buf *out, const char **why);

#endif
