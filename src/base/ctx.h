/*
 * The context of one request or one command: what every rule may need and nothing global.
 * Pure functions do not take it.
 *
 * Lifetime:  from the gate's first look at the request to the last byte of the reply.
 * Threads:   one at a time; the gate hands it from the socket's thread to a lane and back.
 */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum lang { LANG_VI, LANG_EN, LANG__COUNT };

struct db;          /* db/db.h: the connection of the lane we run on; NULL before the lane */
struct request;     /* http/http.h */
struct reply;       /* http/http.h */
struct route;       /* http/route.h */
struct input;       /* http/params.h: the declared inputs, by index */
struct session;     /* auth/auth.h: NULL when nobody is signed in */
struct page_env;    /* html/page.h: what the frame of a page shows; NULL: plain */
struct site;        /* site/site.h: configuration and snapshots shared by all requests, read-only */

/* What a request cost the database: for the log of slow ones.  Times have the grain of the coarse
 * clock, some milliseconds. */
struct spent {
    int64_t micros, slowest_micros;
    const char *slowest;        /* the query's name */
    unsigned statements;
};

struct ctx {
    struct arena *a;
    int64_t now;                /* UTC seconds, the same all through one request */
    enum lang lang;
    struct err err;
    VEC(struct fault) faults;   /* one per wrong field, in page order */
    int retry_after;            /* seconds, with E_LIMIT */
    int64_t account;            /* who acts; 0 nobody (a citizen's look-up, a command) */
    struct db *db;
    struct request *req;
    struct reply *out;
    const struct route *route;
    struct input *in;
    struct session *session;
    const struct site *site;
    struct page_env *env;
    /* Texts of data (procedure packages, agencies) that the program's own .po does not have;
     * returns `vi` itself when there is none.  NULL: none.  Set by the gate from the snapshots. */
    const char *(*data_text)(const struct ctx *c, const char *vi);
    void *prepared;             /* what the row's prepare step leaves for its handler */
    struct spent spent;         /* db/ adds to it */
    char request_id[24];
};

/* A context for a command or a test: `a` outlives it. */
void ctx_init(struct ctx *c, struct arena *a);

#endif
