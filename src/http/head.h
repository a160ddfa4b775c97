/* The head of a request: method, headers, addresses; what is ambiguous is refused. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/request.h"

struct MHD_Connection;
struct sockaddr;

/* Fills r->verb, r->h, r->seg, r->query; sets r->bad when the request must be refused with 400. */
void head_read(struct request *r, struct MHD_Connection *conn, const char *method,
               const char *version);
/* Who asks: the peer's address, or what the trusted proxy says. */
void head_address(struct request *r, const struct sockaddr *peer, bool behind_proxy);

#endif
