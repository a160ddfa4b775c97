/*
 * The HTTP server: sockets, limits, heads and bodies.  What a request means is the gate's business
 * (site/serve.c), reached through struct http_app.  The engine behind is libmicrohttpd and is named
 * in server.c and send.c only.
 *
 * Threads:  admit(), step() and finished() run on the socket's thread of the connection.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "http/request.h"
#include "http/store.h"
#include "http/watch.h"

struct http_config {
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080" or "unix:/path"; port 0: any free one */
    int threads;                /* 1..8 */
    bool behind_proxy;          /* believe X-Forwarded-For from loopback and unix sockets */
    bool secure_cookies;
    int connections;            /* at once; beyond, see watch.h; 0: 12,000 */
    int per_address;            /* at once, one address; 0: no limit (always so behind a proxy) */
    int idle_seconds;           /* a connection that says nothing; 0: 60 */
    int head_seconds;           /* to send a whole head, the first from the beginning; 0: 20 */
    int body_seconds;           /* of grace for a body or an answer; 0: 30 */
    int body_rate;              /* bytes a second that either must keep after it; 0: 4,096 */
    struct store *store;        /* of uploads; NULL: none are taken */
    int64_t file_max;           /* bytes of one upload; 0: 20 MiB */
    const uint8_t *key;         /* 32 bytes: signs names of contents (handed.h) */
};

enum step { STEP_REPLY, STEP_WAIT };
enum { ADMIT_WAIT = 1 };           /* of admit(), beside OK and an rc */

struct http_app {
    void *arg;
    /* The head is here, no byte of the body.  OK: take the body up to r->body_max and then step();
     * ADMIT_WAIT: http_suspend() was called, and after http_resume() admit() is called again;
     * else the reply is already in r->out and the body stays unread. */
    int (*admit)(void *arg, struct request *r);
    /* The body is here, or http_resume() was called.  STEP_WAIT: http_suspend() was called and
     * somebody will call http_resume(). */
    enum step (*step)(void *arg, struct request *r);
    /* The reply has left, or the client has gone: for the log. */
    void (*finished)(void *arg, struct request *r, bool sent);
};

struct http *http_open(struct ctx *c, const struct http_config *config, const struct http_app *app);
const struct http_config *http_config(const struct http *h);
int http_running(const struct http *h);         /* requests between head and reply */
struct watch_counts http_connections(const struct http *h);
/* Who asked, on the socket's thread: whose connection is kept when there are too many. */
void http_rank(struct request *r, enum watch_rank rank);
int http_port(const struct http *h);            /* 0: a unix socket */
/* Takes no new connection, waits until the running requests are answered (at most so long), closes.
 */
void http_close(struct http *h, int wait_seconds);

void http_suspend(struct request *r);           /* on the socket's thread, before handing r on */
void http_resume(struct request *r);            /* from any thread, once */

#endif
