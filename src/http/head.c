#include "http/head.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "http/urlform.h"

/* A header's name is a token (RFC 9110 section 5.6.2): "Content-Length " is not. */
static bool
token(const char *s, size_t n)
{
    static const char OTHER[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < n; i++) {
        char low = (char)(s[i] | 0x20);

        if (!(low >= 'a' && low <= 'z') && !(s[i] >= '0' && s[i] <= '9')
            && (s[i] == '\0' || !strchr(OTHER, s[i])))
            return false;
    }
    return n > 0;
}

static bool
printable(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 ? s[i] != '\t' : s[i] == 0x7f)
            return false;
    return true;
}

/* The headers we read, and whether a second one makes the request ambiguous. */
static const struct known { const char *name; size_t n, at; } KNOWN[] = {
#define H(name, member) { name, sizeof(name) - 1, offsetof(struct heads, member) }
    H("Host", host), H("Cookie", cookie), H("Content-Type", type), H("Origin", origin),
    H("Sec-Fetch-Site", fetch_site), H("Authorization", authorization),
    H("Idempotency-Key", idempotency_key), H("If-None-Match", if_none_match),
    H("X-CSRF-Token", csrf_token), H("X-Forwarded-For", forwarded_for),
    H("Accept-Encoding", accept_encoding),
#undef H
};
enum { KNOWN_N = sizeof KNOWN / sizeof *KNOWN };

struct reading {
    struct request *r;
    int lengths, codings, headers;
};

static void
read_length(struct reading *x, const char *v, size_t n)
{
    struct heads *h = &x->r->h;

    if (++x->lengths > 1)
        x->r->bad = "two Content-Length";
    h->length = 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i] < '0' || v[i] > '9' || i >= 15) {
            x->r->bad = "odd Content-Length";
            return;
        }
        h->length = h->length * 10 + (v[i] - '0');
    }
    if (n == 0)
        x->r->bad = "odd Content-Length";
}

static void
read_known(struct reading *x, const char *name, size_t n, const char *v)
{
    for (size_t i = 0; i < KNOWN_N; i++) {
        const char **to = (const char **)(void *)((char *)&x->r->h + KNOWN[i].at);

        if (n != KNOWN[i].n || strncasecmp(name, KNOWN[i].name, n) != 0)
            continue;
        if (*to && i < KNOWN_N - 1)
            x->r->bad = "a header twice";
        *to = v;
        return;
    }
}

static enum MHD_Result
on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n, const char *v,
          size_t v_n)
{
    struct reading *x = cls;

    (void)kind;
    v = v ? v : "";
    if (!token(name, name_n) || !printable(v, v_n) || strlen(v) != v_n || ++x->headers > 100) {
        x->r->bad = "odd header";
        return MHD_NO;
    }
    if (name_n == 14 && strncasecmp(name, "Content-Length", 14) == 0) {
        read_length(x, v, v_n);
    } else if (name_n == 17 && strncasecmp(name, "Transfer-Encoding", 17) == 0) {
        x->r->h.chunked = true;
        if (++x->codings > 1 || strcasecmp(v, "chunked") != 0)
            x->r->bad = "odd Transfer-Encoding";
    } else {
        read_known(x, name, name_n, v);
    }
    return MHD_YES;
}

static enum verb
verb_of(const char *method)
{
    return strcmp(method, "GET") == 0 ? VERB_GET : strcmp(method, "POST") == 0 ? VERB_POST
           : strcmp(method, "HEAD") == 0 ? VERB_HEAD : VERB_OTHER;
}

/* "/path?query": a fragment or an absolute address has no business here. */
static void
read_target(struct request *r)
{
    size_t n = strcspn(r->target, "?");
    char *path = arena_strn(r->c.a, r->target, n);

    if (!path_split(r->c.a, path, r->seg, &r->segs))
        r->bad = "odd path";
    else if (r->target[n] == '?'
             && !urlform_parse(r->c.a, r->target + n + 1, strlen(r->target + n + 1), &r->query))
        r->bad = "odd query";
}

void
head_read(struct request *r, struct MHD_Connection *conn, const char *method, const char *version)
{
    struct reading x = {.r = r};

    r->verb = verb_of(method);
    r->h = (struct heads){.length = -1};
    MHD_get_connection_values_n(conn, MHD_HEADER_KIND, on_header, &x);
    if (x.lengths > 0 && x.codings > 0)
        r->bad = "Content-Length beside Transfer-Encoding";
    if (!r->h.host && strcmp(version, "HTTP/1.1") == 0)
        r->bad = "no Host";
    if (!r->bad)
        read_target(r);
}

static bool
trusted(const struct sockaddr *peer)
{
    if (!peer || peer->sa_family == AF_UNIX)
        return true;
    if (peer->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)peer)->sin_addr.s_addr) >> 24 ==
               127;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr);
}

/* The last address of the list is the one that the proxy before us saw; the others are hearsay. */
static bool
forwarded(struct request *r)
{
    const char *list = r->h.forwarded_for, *last;
    unsigned char bin[sizeof(struct in6_addr)];

    if (!list)
        return false;
    last = strrchr(list, ',');
    last = last ? last + 1 : list;
    last += strspn(last, " ");
    if (strlen(last) >= ADDRESS_SIZE)
        return false;
    if (inet_pton(AF_INET, last, bin) != 1 && inet_pton(AF_INET6, last, bin) != 1)
        return false;
    memcpy(r->address, last, strlen(last) + 1);
    return true;
}

void
head_address(struct request *r, const struct sockaddr *peer, bool behind_proxy)
{
    const void *bin = NULL;

    if (behind_proxy && trusted(peer) && forwarded(r))
        return;
    if (peer && peer->sa_family == AF_INET)
        bin = &((const struct sockaddr_in *)(const void *)peer)->sin_addr;
    else if (peer && peer->sa_family == AF_INET6)
        bin = &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    if (!bin || !inet_ntop(peer->sa_family, bin, r->address, sizeof r->address))
        memcpy(r->address, "unix", 5);
}
