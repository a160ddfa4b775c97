/* The listening socket. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "base/ctx.h"

/* "127.0.0.1:8080", "[::1]:8080" or "unix:/path" (0660).  A descriptor, or -1 with c->err. */
int listen_open(struct ctx *c, const char *where, int *port);
bool listen_valid(const char *where);        /* of one of these forms */
/* Only this machine can reach it: loopback or a unix socket. */
bool listen_local(const char *where);

#endif
