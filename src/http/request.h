/*
 * A request as the gate and the pages see it: what the client sent, checked and decoded once.
 *
 * Lifetime:  everything lives in the request's arena (c->a) until the reply has left.
 * Threads:   one at a time: the socket's thread, then a worker or a lane, then the socket's again.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"

enum verb { VERB_OTHER, VERB_GET, VERB_HEAD, VERB_POST };

enum {
    SEGMENTS_MAX = 12,          /* of a path */
    PATH_NAMES_MAX = 6,         /* {names} in one route */
    FIELDS_MAX = 2000,          /* name/value pairs of a query or a body */
    ADDRESS_SIZE = 64
};

/* One name/value pair as sent.  bad: the value is not clean UTF-8; it is then "".  sealed: it was
 * sealed in the address, and is read as it was typed (auth/typed.h). */
struct sent {
    const char *name, *value;
    size_t n;
    bool bad, sealed;
};
struct sent_list { struct sent *p; size_t n, cap; };

/* The headers the program reads; NULL (length: -1) when absent.  Owned by the HTTP library. */
struct heads {
    const char *host, *cookie, *type, *origin, *fetch_site, *authorization, *idempotency_key;
    const char *if_none_match, *forwarded_for, *accept_encoding, *csrf_token;
    int64_t length;
    bool chunked;
};

struct http;
struct upload_set;
struct watched;

struct request {
    struct ctx c;
    struct reply out;
    struct http *http;
    void *conn;                     /* the library's connection */
    struct watched *watched;        /* http/server.c only */
    void *app;                      /* the gate's own state */
    enum verb verb;
    char *target;                   /* path and query as sent: never logged */
    const char *bad;                /* why the request is refused as ambiguous; NULL: it is not */
    const char *seg[SEGMENTS_MAX];  /* decoded, checked */
    size_t segs;
    struct sent_list query, form;
    struct heads h;
    char address[ADDRESS_SIZE];     /* the client's, the proxy believed only as configured */
    struct { const char *name, *value; } path[PATH_NAMES_MAX];
    size_t paths;
    char *body;                     /* form or JSON, NUL-terminated */
    size_t body_n, body_cap, body_max;
    struct upload_set *uploads;     /* multipart/form-data */
    json_t *json;
    const char *malformed; /* N_() why the body cannot be read at all (400); NULL: it can */
    int stage;                      /* http/server.c only */
    int64_t started;                /* now_mono_micros() when the headers were there */
    size_t received;                /* bytes of body so far */
    struct request *next;           /* http/server.c only */
};

static inline struct request *
request_of(const struct ctx *c)
{
    return c->req;
}

/* A cookie's name on the wire: bound to this host where cookies go by https alone. */
const char *cookie_of_host(struct ctx *c, const char *name);
/* A cookie's value, or NULL.  A name sent twice gives NULL: nobody can say which one is meant. */
const char *request_cookie(struct ctx *c, const char *name);
/* The session's cookie as sent, or NULL. */
const char *request_session(struct ctx *c);
/* "/path?query" of this page, safe in redirects and links: to come back here. */
const char *request_here(struct ctx *c);
/* The value of {name} of the path, or NULL. */
const char *request_path(const struct ctx *c, const char *name);

#endif
