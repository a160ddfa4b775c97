/* From struct reply to the library's response: headers, body, files. */
#ifndef HTTP_SEND_H
#define HTTP_SEND_H

#include "http/request.h"

struct MHD_Connection;

/* Queues r->out; false: the connection must be given up. */
bool send_reply(struct request *r, struct MHD_Connection *conn, bool closing);

#endif
