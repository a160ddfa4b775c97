#include "http/server.h"

#include <assert.h>
#include <microhttpd.h>
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/now.h"
#include "http/head.h"
#include "http/listen.h"
#include "http/send.h"
#include "http/upload.h"
#include "http/watch.h"

enum {
    HEAD_MEMORY = 16 * 1024,            /* of one connection: head and answer's head */
    BODY_FIRST = 16 * 1024,             /* room for a body before it is there */
    SPARES = 512,                       /* requests that a thread keeps for the next ones */
    ARENA_LIMIT = 256 << 20,            /* of one request; inputs are bounded far below */
    CONNECTIONS = 12000, IDLE_SECONDS = 60, HEAD_SECONDS = 20, BODY_SECONDS = 30, BODY_RATE = 4096
};

enum stage { AT_HEAD, AT_ADMIT, AT_BODY, AT_STEP, AT_SENT };

struct http {
    struct http_config config;
    struct http_app app;
    struct MHD_Daemon *daemon;
    struct watch *watch;
    int port;
    atomic_int running;                 /* requests between head and reply */
    atomic_bool draining;
    atomic_bool shut;                   /* what comes on a kept connection finds it closed */
    atomic_uint serial;
    uint32_t boot;                      /* first part of request ids */
    pthread_mutex_t lock;
    struct slot *all;                   /* every request that there is, to release at the end */
};

/* A request and its place among all of them, which others may change. */
struct slot { struct request r; struct slot *prev, *next; };

/* Requests are kept and reused by the thread that serves their connection: no lock, no malloc. */
static _Thread_local struct request *spare;
static _Thread_local int spares;
static _Thread_local struct http *spare_of;

static struct request *
request_new(struct http *h)
{
    struct slot *s = mem_get(sizeof *s);

    s->r.c.a = arena_open(ARENA_LIMIT);
    pthread_mutex_lock(&h->lock);
    s->next = h->all;
    if (s->next)
        s->next->prev = s;
    h->all = s;
    pthread_mutex_unlock(&h->lock);
    return &s->r;
}

static void
request_free(struct request *r)
{
    struct slot *s = (struct slot *)(void *)r;
    struct http *h = r->http;

    pthread_mutex_lock(&h->lock);
    if (s->prev)
        s->prev->next = s->next;
    else
        h->all = s->next;
    if (s->next)
        s->next->prev = s->prev;
    pthread_mutex_unlock(&h->lock);
    arena_close(r->c.a);
    mem_free(s);
}

static struct request *
request_take(struct http *h)
{
    struct request *r = spare_of == h ? spare : NULL;
    struct arena *a;

    if (spare_of != h) {
        spare_of = h;
        spare = NULL;
        spares = 0;
    }
    if (r) {
        spare = r->next;
        spares--;
    } else {
        r = request_new(h);
    }
    a = r->c.a;
    memset(r, 0, sizeof *r);
    ctx_init(&r->c, a);
    r->c.req = r;
    r->c.out = &r->out;
    r->http = h;
    return r;
}

/* After a storm the many that it needed go back. */
static void
request_give(struct request *r)
{
    upload_release(r);
    if (spares >= SPARES) {
        request_free(r);
        return;
    }
    arena_reset(r->c.a);
    r->next = spare;
    spare = r;
    spares++;
}

/* Names the request in the log and on error pages: start of the server, then a running number. */
static void
name_request(struct request *r)
{
    static const char HEX[] = "0123456789abcdef";
    uint64_t v = (uint64_t)r->http->boot << 32 | atomic_fetch_add(&r->http->serial, 1);

    for (int i = 15; i >= 0; i--, v >>= 4)
        r->c.request_id[i] = HEX[v & 15];
}

/* Where the clock of slow clients stands for this connection. */
static void
phase(struct request *r, enum watch_phase what, int64_t micros)
{
    watch_phase(r->watched, what, micros);
}

static void
on_connection(void *cls, struct MHD_Connection *conn, void **of,
              enum MHD_ConnectionNotificationCode code)
{
    struct http *h = cls;
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);

    if (code == MHD_CONNECTION_NOTIFY_STARTED && fd) {
        *of = watch_add(h->watch, fd->connect_fd);
    } else if (code == MHD_CONNECTION_NOTIFY_CLOSED && *of) {
        watch_drop(h->watch, *of);
        *of = NULL;
    }
}

static void *
on_target(void *cls, const char *target, struct MHD_Connection *conn)
{
    struct request *r = request_take(cls);

    r->conn = conn;
    r->watched = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    r->target = arena_str(r->c.a, target);
    if (!watch_first(r->watched))       /* the time of the first head began with the connection */
        phase(r, WATCH_HEAD, now_mono_micros());
    return r;
}

/* Percent escapes are left alone: we decode each segment by itself, and refuse what hides. */
static size_t
unescape_nothing(void *cls, struct MHD_Connection *conn, char *s)
{
    (void)cls, (void)conn;
    return strlen(s);
}

static enum MHD_Result
send_now(struct request *r, struct MHD_Connection *conn)
{
    r->stage = AT_SENT;
    phase(r, WATCH_SENDING, now_mono_micros());
    watch_bytes(r->watched, r->out.file || r->out.asset ? 20 << 20 : r->out.body.n);
    return send_reply(r, conn, atomic_load(&r->http->draining)) ? MHD_YES : MHD_NO;
}

static bool
multipart(const struct request *r)
{
    return r->h.type && strncasecmp(r->h.type, "multipart/form-data", 19) == 0;
}

/* Room for the body: as long as it says it is, or growing up to the limit. */
static void
body_begin(struct request *r)
{
    const struct http_config *k = &r->http->config;

    if (multipart(r)) {
        if (!k->store || !upload_begin(r, k->store, k->file_max))
            r->malformed = N_("Nội dung gửi lên không đúng dạng");
        return;
    }
    if (r->body_max == 0 || (r->h.length <= 0 && !r->h.chunked))
        return;
    r->body_cap = r->h.length <= 0 || r->h.length > BODY_FIRST ? BODY_FIRST : (size_t)r->h.length;
    r->body = arena_get(r->c.a, r->body_cap + 1);
}

static void
body_keep(struct request *r, const char *s, size_t n)
{
    if (r->body_n + n > r->body_cap) {
        size_t cap = (r->body_n + n) * 2;
        char *p = arena_get(r->c.a, cap + 1);

        memcpy(p, r->body ? r->body : "", r->body_n);
        r->body = p;
        r->body_cap = cap;
    }
    memcpy(r->body + r->body_n, s, n);
    r->body_n += n;
}

/* False: the client sends far more than it may and is cut off. */
static bool
body_take(struct request *r, const char *s, size_t n)
{
    r->received += n;
    watch_bytes(r->watched, n);
    if (r->received > r->body_max)
        r->malformed = N_("Nội dung gửi lên quá lớn");
    if (!r->malformed && r->uploads)
        upload_feed(r, s, n);
    else if (!r->malformed)
        body_keep(r, s, n);
    return r->received <= r->body_max + (1 << 20);
}

/* The library calls again with the head alone when a connection was suspended in its first call,
 * and takes an answer there: nobody's body is read before we know who asks. */
static enum MHD_Result
at_admit(struct request *r, struct MHD_Connection *conn)
{
    int rc = r->http->app.admit(r->http->app.arg, r);

    if (rc == ADMIT_WAIT) {
        r->stage = AT_ADMIT;
        phase(r, WATCH_RUNNING, r->started);
        return MHD_YES;
    }
    if (rc < 0)
        return send_now(r, conn);
    r->stage = AT_BODY;
    phase(r, WATCH_BODY, now_mono_micros());
    body_begin(r);
    return MHD_YES;
}

static enum MHD_Result
at_head(struct request *r, struct MHD_Connection *conn, const char *method, const char *version)
{
    struct http *h = r->http;
    const union MHD_ConnectionInfo *peer =
        MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    r->started = now_mono_micros();
    name_request(r);
    atomic_fetch_add(&h->running, 1);
    if (atomic_load(&h->shut)) {
        atomic_fetch_sub(&h->running, 1);
        return MHD_NO;
    }
    head_read(r, conn, method, version);
    head_address(r, peer ? peer->client_addr : NULL, h->config.behind_proxy);
    return at_admit(r, conn);
}

static enum MHD_Result
at_step(struct request *r, struct MHD_Connection *conn)
{
    if (r->stage == AT_BODY)
        phase(r, WATCH_RUNNING, r->started);
    r->stage = AT_STEP;
    if (r->http->app.step(r->http->app.arg, r) == STEP_WAIT)
        return MHD_YES;
    return send_now(r, conn);
}

static enum MHD_Result
on_access(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
          const char *version, const char *bytes, size_t *n, void **con)
{
    struct request *r = *con;

    (void)cls, (void)url;
    switch ((enum stage)r->stage) {
    case AT_HEAD:
        return at_head(r, conn, method, version);
    case AT_ADMIT:
        return at_admit(r, conn);
    case AT_BODY:
        if (*n > 0) {
            bool ok = body_take(r, bytes, *n);

            *n = 0;
            return ok ? MHD_YES : MHD_NO;
        }
        if (r->uploads)
            upload_end(r);
        return at_step(r, conn);
    case AT_STEP:
        return at_step(r, conn);
    case AT_SENT:
        *n = 0;
        return MHD_YES;
    }
    return MHD_NO;
}

static void
on_completed(void *cls, struct MHD_Connection *conn, void **con,
             enum MHD_RequestTerminationCode code)
{
    struct request *r = *con;
    struct http *h = cls;

    (void)conn;
    if (!r)
        return;
    *con = NULL;
    if (r->stage != AT_HEAD) {
        h->app.finished(h->app.arg, r, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
        atomic_fetch_sub(&h->running, 1);
    }
    phase(r, WATCH_IDLE, now_mono_micros());
    request_give(r);
}

static void __attribute__((format(printf, 2, 0)))
on_library_log(void *cls, const char *fmt, va_list ap)
{
    char text[300], *say = text;

    (void)cls;
    vsnprintf(text, sizeof text, fmt, ap);
    text[strcspn(text, "\r\n")] = '\0';
    log_line(LOG_DEBUG, "http", LOG_T("say", say));
}

static void
defaults(struct http_config *k)
{
    k->threads = k->threads < 1 ? 1 : k->threads > 8 ? 8 : k->threads;
    k->connections = k->connections > 0 ? k->connections : CONNECTIONS;
    k->per_address = k->behind_proxy ? 0 : k->per_address;
    k->idle_seconds = k->idle_seconds > 0 ? k->idle_seconds : IDLE_SECONDS;
    k->file_max = k->file_max > 0 ? k->file_max : 20 << 20;
    k->head_seconds = k->head_seconds > 0 ? k->head_seconds : HEAD_SECONDS;
    k->body_seconds = k->body_seconds > 0 ? k->body_seconds : BODY_SECONDS;
    k->body_rate = k->body_rate > 0 ? k->body_rate : BODY_RATE;
}

/* The library divides its limit among its threads, which take unevenly; the watch keeps the sum,
 * and what it shut is closed a moment later. */
static int
library_limit(const struct http_config *k)
{
    return (k->connections + 64) * (k->threads > 1 ? 2 : 1);
}

static struct MHD_Daemon *
daemon_start(struct http *h, int fd)
{
    const struct http_config *k = &h->config;
    struct MHD_OptionItem more[] = {
        { k->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, k->threads, NULL },
        { MHD_OPTION_END, 0, NULL },
    };

    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME |
                                MHD_USE_ERROR_LOG,
                            0, NULL, NULL, on_access, h, MHD_OPTION_EXTERNAL_LOGGER, on_library_log,
                            NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_MEMORY,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)library_limit(k),
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)k->per_address,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)k->idle_seconds,
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, h, MHD_OPTION_UNESCAPE_CALLBACK,
                            unescape_nothing, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_ARRAY, more,
                            MHD_OPTION_END);
}

static void
release(struct http *h)
{
    for (struct slot *s = h->all, *next; s; s = next) {
        next = s->next;
        arena_close(s->r.c.a);
        mem_free(s);
    }
    watch_close(h->watch);
    pthread_mutex_destroy(&h->lock);
    mem_free(h);
}

struct http *
http_open(struct ctx *c, const struct http_config *config, const struct http_app *app)
{
    struct http *h = mem_get(sizeof *h);
    int fd;

    h->config = *config;
    h->app = *app;
    h->boot = randombytes_random();
    pthread_mutex_init(&h->lock, NULL);
    defaults(&h->config);
    if ((fd = listen_open(c, h->config.listen, &h->port)) < 0) {
        release(h);
        return NULL;
    }
    h->watch = watch_open(
        &(struct watch_limits){.most = h->config.connections,
                               .idle_seconds = h->config.idle_seconds + h->config.head_seconds,
                               .head_seconds = h->config.head_seconds,
                               .body_seconds = h->config.body_seconds,
                               .rate = h->config.body_rate});
    if (!(h->daemon = daemon_start(h, fd))) {
        fail(c, E_SYS, N_("Không khởi động được máy chủ"), "http: the library did not start");
        close(fd);
        release(h);
        return NULL;
    }
    return h;
}

const struct http_config *
http_config(const struct http *h)
{
    return &h->config;
}

int
http_running(const struct http *h)
{
    return atomic_load(&h->running);
}

void
http_rank(struct request *r, enum watch_rank rank)
{
    watch_rank(r->http->watch, r->watched, rank);
}

struct watch_counts
http_connections(const struct http *h)
{
    return watch_counts(h->watch);
}

int
http_port(const struct http *h)
{
    return h->port;
}

void
http_suspend(struct request *r)
{
    MHD_suspend_connection(r->conn);
}

void
http_resume(struct request *r)
{
    MHD_resume_connection(r->conn);
}

static void
wait_for_requests(const struct http *h, int64_t until)
{
    while (atomic_load(&h->running) > 0 && now_mono_micros() < until)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* Kept connections may send one request more until they read that theirs closes.  The library ends
 * the program when it is stopped while one is suspended: so the last look is taken when none can
 * begin any more. */
void
http_close(struct http *h, int wait_seconds)
{
    int64_t until = now_mono_micros() + (int64_t)wait_seconds * 1000000;
    MHD_socket fd;

    atomic_store(&h->draining, true);
    fd = MHD_quiesce_daemon(h->daemon);
    wait_for_requests(h, until);
    atomic_store(&h->shut, true);
    wait_for_requests(h, until);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    if (atomic_load(&h->running) > 0) { /* a lane may still hold one: the process ends with it */
        log_line(LOG_WARN, "requests cut off", LOG_N("running", atomic_load(&h->running)));
        return;
    }
    MHD_stop_daemon(h->daemon);
    release(h);
}
