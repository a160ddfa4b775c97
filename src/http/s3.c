#include "http/s3.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/now.h"
#include "base/secret.h"
#include "http/s3_call.h"

enum {
    TRIES = 4, PAUSE_MS = 150,  /* 150, 600, 2,400 ms between them */
    CONNECT_SECONDS = 5, STALL_SECONDS = 20, STALL_RATE = 1000, WHOLE_SECONDS = 300,
    SHORT_SECONDS = 2, ARENA = 24 << 20, SECRET_MAX = 1000, HEADS_MAX = 8
};

static const char EMPTY[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/* --- opening ---------------------------------------------------------------------------------- */

#define SORRY N_("Không mở được kho tệp")

static bool
plain(const char *s, const char *more)
{
    for (; *s; s++)
        if (!(*s >= 'a' && *s <= 'z') && !(*s >= 'A' && *s <= 'Z') && !(*s >= '0' && *s <= '9') &&
            !strchr(more, *s))
            return false;
    return true;
}

/* s3://bucket/prefix -> "/bucket/prefix" */
static bool
base_of(struct s3 *s, const char *root)
{
    const char *rest = root + strlen("s3://");
    size_t n = strlen(rest);

    while (n > 0 && rest[n - 1] == '/')
        n--;
    s->base = arena_fmt(s->a, "/%.*s", (int)n, rest);
    n = strcspn(s->base + 1, "/") + 1;
    s->bucket = arena_strn(s->a, s->base, n);
    s->inside = s->base[n] ? arena_fmt(s->a, "%s/", s->base + n + 1) : "";
    return n > 2 && *rest && plain(s->base, "/._-") && !strstr(s->base, "//") &&
           !strstr(s->base, "/.");
}

static bool
endpoint_of(struct s3 *s, const char *endpoint)
{
    const char *at;

    s->endpoint = endpoint && *endpoint
                      ? endpoint
                      : arena_fmt(s->a, "https://s3.%s.amazonaws.com", s->key.region);
    at = strstr(s->endpoint, "://");
    s->host = at ? at + 3 : "";
    return (strncmp(s->endpoint, "http://", 7) == 0 || strncmp(s->endpoint, "https://", 8) == 0) &&
           *s->host && plain(s->host, ".:-[]");
}

static int
read_secret(struct ctx *c, struct s3 *s, const char *path)
{
    const char *id, *secret, *say;

    if (!path || !*path)
        return fail(c, E_SYS, SORRY, "store_secret is missing: the file with the key's id and "
                                     "secret");
    if ((say = secret_pair(s->a, path, &id, &secret)) != NULL)
        return fail(c, E_SYS, SORRY, "store_secret: %s", say);
    if (!plain(id, "-_./+="))
        return fail(c, E_SYS, SORRY, "store_secret: the id in %s has a character that none has",
                    path);
    s->key.id = id;
    s->key.secret = secret;
    return OK;
}

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
curl_start(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct s3 *
s3_open(struct ctx *c, const struct store_place *p)
{
    struct s3 *s = mem_get(sizeof *s);
    int rc = OK;

    pthread_once(&curl_once, curl_start);
    pthread_mutex_init(&s->lock, NULL);
    s->a = arena_open(1 << 20);
    s->key.region = p->region && *p->region ? p->region : "us-east-1";
    if (!base_of(s, p->root))
        rc = fail(c, E_SYS, SORRY, "store %s: must be s3://BUCKET or s3://BUCKET/PREFIX", p->root);
    else if (!plain(s->key.region, "-_"))
        rc = fail(c, E_SYS, SORRY, "store_region %s: is not the name of a region", s->key.region);
    else if (!endpoint_of(s, p->endpoint))
        rc = fail(c, E_SYS, SORRY, "store_endpoint: must be https://HOST or http://HOST:PORT");
    else
        rc = read_secret(c, s, p->secret);
    if (rc == OK)
        return s;
    s3_close(s);
    return NULL;
}

void
s3_close(struct s3 *s)
{
    if (!s)
        return;
    while (s->idles > 0)
        curl_easy_cleanup(s->idle[--s->idles]);
    pthread_mutex_destroy(&s->lock);
    arena_close(s->a);
    mem_free(s);
}

bool
s3_failing(const struct s3 *s)
{
    return atomic_load(&s->failing);
}

/* --- connections are used again --------------------------------------------------------------- */

static CURL *
take(struct s3 *s)
{
    CURL *curl = NULL;

    pthread_mutex_lock(&s->lock);
    if (s->idles > 0)
        curl = s->idle[--s->idles];
    pthread_mutex_unlock(&s->lock);
    if (!curl)
        return curl_easy_init();
    curl_easy_reset(curl);              /* options; the connection stays */
    return curl;
}

static void
give(struct s3 *s, CURL *curl)
{
    pthread_mutex_lock(&s->lock);
    if (s->idles < S3_IDLE_MAX) {
        s->idle[s->idles++] = curl;
        curl = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    if (curl)
        curl_easy_cleanup(curl);
}

/* --- bodies ----------------------------------------------------------------------------------- */

static size_t
on_send(char *to, size_t one, size_t n, void *arg)
{
    struct s3_call *k = arg;
    size_t room = one * n;
    ssize_t got;

    if (k->in >= 0) {
        do
            got = pread(k->in, to, room, (off_t)k->in_at);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            return CURL_READFUNC_ABORT;
    } else {
        got = (ssize_t)(k->in_size - k->in_at < (int64_t)room ? k->in_size - k->in_at
                                                              : (int64_t)room);
        memcpy(to, k->text + k->in_at, (size_t)got);
    }
    k->in_at += got;
    return (size_t)got;
}

static int
on_rewind(void *arg, curl_off_t at, int from)
{
    struct s3_call *k = arg;

    if (from != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    k->in_at = at;
    return CURL_SEEKFUNC_OK;
}

static bool
put_out(struct s3_call *k, const char *s, size_t n)
{
    if (k->out_at + (int64_t)n > k->out_max)
        return false;
    while (n > 0) {
        ssize_t done = pwrite(k->out, s, n, (off_t)k->out_at);

        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0)
            s += done, n -= (size_t)done, k->out_at += done;
    }
    return true;
}

/* What an error says is not a content. */
static size_t
on_receive(char *s, size_t one, size_t n, void *arg)
{
    struct s3_call *k = arg;
    long status = 0;

    curl_easy_getinfo(k->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return one * n;
    if (k->out >= 0)
        return put_out(k, s, one * n) ? one * n : 0;
    if (k->body)
        buf_add(k->body, s, one * n);
    return k->body && k->body->over ? 0 : one * n;
}

static size_t
on_head(char *s, size_t one, size_t n, void *arg)
{
    struct s3_call *k = arg;
    size_t size = one * n, len;

    if (size > 5 && strncasecmp(s, "etag:", 5) == 0) {
        for (s += 5, size -= 5; size && strchr(" \t\"", *s); s++, size--)
            continue;
        for (len = 0; len < size && !strchr("\"\r\n", s[len]); len++)
            continue;
        snprintf(k->answer.etag, sizeof k->answer.etag, "%.*s", (int)len, s);
    }
    return one * n;
}

/* --- one request ------------------------------------------------------------------------------ */

static const char *
moment(struct arena *a)
{
    int64_t now = now_seconds(), s = now % DAY_SECONDS;
    struct ymd d = date_ymd((day)(now / DAY_SECONDS));

    return arena_fmt(a, "%04d%02d%02dT%02d%02d%02dZ", d.y, d.m, d.d, (int)(s / 3600),
                     (int)(s / 60 % 60), (int)(s % 60));
}

/* In order of their names, as they are signed. */
static size_t
heads_of(struct s3 *s, const struct s3_call *k, const char *now, struct s3_head out[HEADS_MAX])
{
    const struct s3_head all[] = {
        {"content-md5", k->md5},
        {"host", s->host},
        {"x-amz-content-sha256", k->payload},
        {"x-amz-copy-source", k->copy_source},
        {"x-amz-date", now},
    };
    size_t n = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].value)
            out[n++] = all[i];
    return n;
}

static struct curl_slist *
sign(struct s3 *s, struct arena *a, const struct s3_call *k, const char *path)
{
    struct s3_head heads[HEADS_MAX];
    const char *now = moment(a);
    size_t n = heads_of(s, k, now, heads);
    const char *proof = s3_authorization(
        a, &s->key,
        &(struct s3_signed){k->method, path, k->query, heads, n, k->payload}, now);
    struct curl_slist *list = curl_slist_append(NULL, arena_fmt(a, "Authorization: %s", proof));

    for (size_t i = 0; i < n; i++)
        list = curl_slist_append(list, arena_fmt(a, "%s: %s", heads[i].name, heads[i].value));
    return curl_slist_append(list, "Expect:");
}

#define SET(option, value) curl_easy_setopt(k->curl, (option), (value))

static void
limits(struct s3_call *k)
{
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_CONNECTTIMEOUT, (long)(k->seconds < CONNECT_SECONDS ? k->seconds
                                                                   : CONNECT_SECONDS));
    SET(CURLOPT_TIMEOUT, (long)k->seconds);
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)STALL_RATE);
    SET(CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    SET(CURLOPT_BUFFERSIZE, 256L << 10);
    SET(CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
}

static void
bodies(struct s3_call *k)
{
    SET(CURLOPT_HEADERFUNCTION, on_head);
    SET(CURLOPT_HEADERDATA, k);
    SET(CURLOPT_WRITEFUNCTION, on_receive);
    SET(CURLOPT_WRITEDATA, k);
    if (strcmp(k->method, "PUT") == 0) {
        SET(CURLOPT_UPLOAD, 1L);
        SET(CURLOPT_READFUNCTION, on_send);
        SET(CURLOPT_READDATA, k);
        SET(CURLOPT_SEEKFUNCTION, on_rewind);
        SET(CURLOPT_SEEKDATA, k);
        SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)k->in_size);
    } else if (strcmp(k->method, "HEAD") == 0) {
        SET(CURLOPT_NOBODY, 1L);
    } else if (strcmp(k->method, "GET") != 0) {
        SET(CURLOPT_CUSTOMREQUEST, k->method);
    }
}

static void
facts(struct s3_call *k)
{
    curl_off_t length = -1, changed = -1;
    long status = 0;

    curl_easy_getinfo(k->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(k->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    curl_easy_getinfo(k->curl, CURLINFO_FILETIME_T, &changed);
    k->answer.status = (int)status;
    k->answer.length = length;
    k->answer.changed_at = changed > 0 ? changed : 0;
}

static void
try_once(struct s3 *s, struct arena *a, struct s3_call *k)
{
    const char *path = k->key ? arena_fmt(a, "%s/%s", s->base, k->key) : s->bucket;
    struct curl_slist *list = sign(s, a, k, path);
    CURLcode rc;

    k->in_at = k->out_at = 0;
    if (k->body)
        k->body->n = 0;
    k->answer = (struct s3_answer){.length = -1};
    SET(CURLOPT_URL,
        arena_fmt(a, "%s%s%s%s", s->endpoint, path, *k->query ? "?" : "", k->query));
    SET(CURLOPT_HTTPHEADER, list);
    SET(CURLOPT_FILETIME, 1L);
    limits(k);
    bodies(k);
    rc = curl_easy_perform(k->curl);
    if (rc == CURLE_OK)
        facts(k);
    else
        log_line(LOG_WARN, "objects", LOG_T("method", k->method),
                 LOG_T("detail", curl_easy_strerror(rc)));
    curl_slist_free_all(list);
}

static bool
passing(int status)                     /* it may be better in a moment */
{
    return status == 0 || status == 429 || status >= 500;
}

struct s3_answer
s3_call(struct s3 *s, struct s3_call *k)
{
    struct arena *a = arena_open(ARENA);
    struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};

    k->tries = k->tries ? k->tries : TRIES;
    k->seconds = k->seconds ? k->seconds : WHOLE_SECONDS;
    k->query = k->query ? k->query : "";
    k->payload = k->payload ? k->payload : EMPTY;
    k->curl = take(s);
    for (int i = 0; k->curl && i < k->tries; i++) {
        try_once(s, a, k);
        if (!passing(k->answer.status))
            break;
        curl_easy_reset(k->curl);
        if (i + 1 == k->tries)
            break;
        nanosleep(&pause, NULL);
        pause = (struct timespec){.tv_sec = i ? 2 : 0, .tv_nsec = i ? 400000000 : 600000000};
    }
    atomic_store(&s->failing, passing(k->answer.status));
    if (k->answer.status >= 400 && k->answer.status != 404)
        log_line(LOG_WARN, "objects", LOG_T("method", k->method),
                 LOG_N("status", k->answer.status));
    if (k->curl)
        give(s, k->curl);
    arena_close(a);
    return k->answer;
}

/* --- verbs ------------------------------------------------------------------------------------ */

/* Content-MD5 of RFC 1864, which the server compares too; and in hex, which the ETag is of a
 * content that is not encrypted with a key of its own. */
static bool
md5_of(int fd, char base64[32], char hex[33])
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    uint8_t chunk[16 << 10], sum[EVP_MAX_MD_SIZE];
    bool ok = md && EVP_DigestInit_ex(md, EVP_md5(), NULL) == 1;
    ssize_t n;

    for (off_t at = 0; ok && (n = pread(fd, chunk, sizeof chunk, at)) != 0; at += n)
        ok = n > 0 && EVP_DigestUpdate(md, chunk, (size_t)n) == 1;
    ok = ok && EVP_DigestFinal_ex(md, sum, NULL) == 1;
    EVP_MD_CTX_free(md);
    if (ok) {
        sodium_bin2base64(base64, 32, sum, 16, sodium_base64_VARIANT_ORIGINAL);
        sodium_bin2hex(hex, 33, sum, 16);
    }
    return ok;
}

static bool
hex_digest(const char *etag)
{
    return strlen(etag) == 32 && etag[strspn(etag, "0123456789abcdef")] == '\0';
}

struct s3_answer
s3_put(struct s3 *s, const char *key, int fd, int64_t size, const char *sha256)
{
    char base64[32], hex[33];
    struct s3_call k = {.method = "PUT", .key = key, .in = fd, .in_size = size, .payload = sha256,
                     .out = -1};
    struct s3_answer a = {0};

    if (!md5_of(fd, base64, hex))
        return a;
    k.md5 = base64;
    a = s3_call(s, &k);
    if (a.status == 200 && hex_digest(a.etag) && strcmp(a.etag, hex) != 0) {
        log_line(LOG_ERROR, "objects: the server keeps another content than was sent");
        a.status = 0;
    }
    return a;
}

struct s3_answer
s3_put_text(struct s3 *s, const char *key, const char *text)
{
    struct arena *a = arena_open(1 << 20);
    uint8_t sum[32];
    char hex[65];
    struct s3_call k = {.method = "PUT", .key = key, .in = -1, .out = -1, .text = text,
                     .in_size = (int64_t)strlen(text), .payload = hex};
    struct s3_answer answer;

    hash_sha256(text, strlen(text), sum);
    sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
    answer = s3_call(s, &k);
    arena_close(a);
    return answer;
}

struct s3_answer
s3_get(struct s3 *s, const char *key, int fd, int64_t max)
{
    return s3_call(s, &(struct s3_call){.method = "GET", .key = key, .in = -1, .out = fd,
                                        .out_max = max});
}

struct s3_answer
s3_get_text(struct s3 *s, const char *key, struct buf *out)
{
    return s3_call(s, &(struct s3_call){.method = "GET", .key = key, .in = -1, .out = -1,
                                        .body = out});
}

struct s3_answer
s3_head(struct s3 *s, const char *key)
{
    return s3_call(s, &(struct s3_call){.method = "HEAD", .key = key, .in = -1, .out = -1});
}

bool
s3_reached(struct s3 *s, const char *key)
{
    struct s3_answer a = s3_call(
        s, &(struct s3_call){.method = "HEAD", .key = key, .in = -1, .out = -1, .tries = 1,
                             .seconds = SHORT_SECONDS});

    return a.status == 200 || a.status == 404;
}

struct s3_answer
s3_remove(struct s3 *s, const char *key)
{
    return s3_call(s, &(struct s3_call){.method = "DELETE", .key = key, .in = -1, .out = -1});
}

struct s3_answer
s3_copy(struct s3 *s, const char *from, const char *to)
{
    struct arena *a = arena_open(1 << 20);
    struct s3_call k = {.method = "PUT", .key = to, .in = -1, .out = -1, .text = "",
                     .copy_source = arena_fmt(a, "%s/%s", s->base, from)};
    struct s3_answer answer = s3_call(s, &k);

    arena_close(a);
    return answer;
}
