#include "http/send.h"

#include <microhttpd.h>
#include <string.h>
#include <unistd.h>

#include "http/server.h"

/* On every reply, the policy first.  Scripts, styles, fonts and pictures come from this host only,
 * nothing is inline, nobody frames us; a referrer never carries a dossier's address to another
 * host. */
static const struct { const char *name, *value;
} ALWAYS[] = {
    {"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
                                "'self' data:; font-src 'self'; "
                                "connect-src 'self'; manifest-src 'self'; form-action 'self'; "
                                "frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

/* Of a site with https: for two years no browser asks otherwise, nor hosts below it. */
static const char HSTS[] = "max-age=63072000; includeSubDomains";

/* What strangers handed in loads and runs nothing at all, not even what is ours. */
static const char FILE_POLICY[] =
    "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

static void
header(struct MHD_Response *m, const char *name, const char *value)
{
    if (value)
        MHD_add_response_header(m, name, value);
}

static struct MHD_Response *
file_response(struct request *r)
{
    int64_t size = 0;
    struct store *store = http_config(r->http)->store;
    int fd = store ? store_read(store, r->out.file, &size) : STORE_AWAY;
    struct MHD_Response *m;

    if (fd < 0) {
        r->out.status = fd == STORE_AWAY ? 503 : 500;
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    m = MHD_create_response_from_fd64((uint64_t)size, fd);
    if (!m)
        close(fd);
    r->out.body.n = (size_t)size;       /* for the log */
    return m;
}

static struct MHD_Response *
body_response(struct request *r)
{
    struct reply *o = &r->out;

    if (o->file)
        return file_response(r);
    if (o->status == 304 || o->status == 303)
        o->body.n = 0;
    if (o->asset && o->status == 200)
        return MHD_create_response_from_buffer(o->asset_n, (void *)(uintptr_t)o->asset,
                                               MHD_RESPMEM_PERSISTENT);
    return MHD_create_response_from_buffer(o->body.n, o->body.p, MHD_RESPMEM_PERSISTENT);
}

static void
headers(struct request *r, struct MHD_Response *m, bool closing)
{
    struct reply *o = &r->out;

    for (size_t i = 0; i < sizeof ALWAYS / sizeof *ALWAYS; i++)
        MHD_add_response_header(m, ALWAYS[i].name,
                                i == 0 && o->file ? FILE_POLICY : ALWAYS[i].value);
    header(m, "Strict-Transport-Security", http_config(r->http)->secure_cookies ? HSTS : NULL);
    header(m, "Cache-Control", o->cache ? o->cache : "no-store");
    header(m, "Content-Type", o->status == 304 ? NULL : o->type);
    header(m, "Location", o->location);
    header(m, "Content-Disposition", o->disposition);
    header(m, "ETag", o->etag);
    header(m, "Allow", o->allow);
    header(m, "Clear-Site-Data", o->clear ? "\"cache\", \"storage\"" : NULL);
    if (o->asset && o->status == 200)
        header(m, "Content-Encoding", o->encoding);
    if (o->cache)
        header(m, "Vary", o->asset ? "Accept-Encoding" : "Cookie");
    for (size_t i = 0; i < COOKIES_MAX && o->cookies[i]; i++)
        header(m, "Set-Cookie", o->cookies[i]);
    if (r->c.retry_after > 0)
        header(m, "Retry-After", arena_fmt(r->c.a, "%d", r->c.retry_after));
    if (o->status == 401 && r->c.route && r->c.route->face == FACE_API)
        header(m, "WWW-Authenticate", "Bearer");
    if (closing)
        header(m, "Connection", "close");
    header(m, "X-Request-Id", r->c.request_id);
}

bool
send_reply(struct request *r, struct MHD_Connection *conn, bool closing)
{
    struct MHD_Response *m = body_response(r);
    enum MHD_Result ok;

    if (!m)
        return false;
    headers(r, m, closing);
    ok = MHD_queue_response(conn, (unsigned)r->out.status, m);
    MHD_destroy_response(m);
    return ok == MHD_YES;
}
