#include "mail/mail.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"

enum { MESSAGE_MAX = 64 << 10, SECONDS = 20, LINE = 57, WORD = 42, CONTINUED = 0x80 };

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
curl_start(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool
of_this_machine(const char *url)
{
    static const char *const HERE[] = {"://127.0.0.1", "://localhost", "://[::1]"};

    for (size_t i = 0; i < sizeof HERE / sizeof *HERE; i++) {
        const char *at = strstr(url, HERE[i]);
        char end = at ? at[strlen(HERE[i])] : 'x';

        if (end == '\0' || end == ':' || end == '/')
            return true;
    }
    return false;
}

const char *
mail_url_fault(const char *url)
{
    size_t n = strncmp(url, "smtps://", 8) == 0 ? 8 : strncmp(url, "smtp://", 7) == 0 ? 7 : 0;

    if (n == 0 || !url[n] || strpbrk(url + n, " \t\r\n\"'<>@?#/\\"))
        return "must be of the form smtp://HOST:PORT or smtps://HOST:PORT";
    return NULL;
}

/* --- the message ------------------------------------------------------------------------------ */

static void
base64(struct buf *b, const char *s, size_t n)
{
    char text[LINE * 2];

    sodium_bin2base64(text, sizeof text, (const uint8_t *)s, n, sodium_base64_VARIANT_ORIGINAL);
    buf_str(b, text);
}

/* RFC 2047, whole letters in each word. */
static void
encoded(struct buf *b, const char *s)
{
    for (bool first = true; *s; first = false) {
        size_t n = strnlen(s, WORD);

        while (s[n] && ((unsigned char)s[n] & 0xc0) == CONTINUED)
            n--;
        buf_str(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64(b, s, n);
        buf_lit(b, "?=");
        s += n;
    }
}

/* RFC 5322, in UTC. */
static const char *
date_of(struct arena *a, int64_t now)
{
    static const char *const DAYS[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct ymd v = date_ymd((day)(now / 86400));
    int64_t s = now % 86400;

    return arena_fmt(a, "%s, %02d %s %04d %02d:%02d:%02d +0000", DAYS[now / 86400 % 7], v.d,
                     MONTHS[v.m - 1], v.y, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

char *
mail_message(struct arena *a, const struct mail_server *s, const struct mail *m, int64_t now,
             const char *id)
{
    const char *host = strchr(s->from, '@');
    size_t n = strlen(m->text);
    struct buf b;

    buf_init(&b, a, MESSAGE_MAX);
    buf_lit(&b, "From: ");
    encoded(&b, s->name);
    buf_fmt(&b, " <%s>\r\nTo: <%s>\r\nSubject: ", s->from, m->to);
    encoded(&b, m->subject);
    buf_fmt(&b, "\r\nDate: %s\r\nMessage-ID: <%s%s>\r\n", date_of(a, now), id,
            host ? host : "@localhost");
    buf_lit(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=UTF-8\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n");
    for (size_t at = 0; at < n; at += LINE) {
        base64(&b, m->text + at, n - at < LINE ? n - at : LINE);
        buf_lit(&b, "\r\n");
    }
    return b.over ? NULL : b.p;
}

/* --- sending ---------------------------------------------------------------------------------- */

struct reading { const char *p; size_t n; };

static size_t
on_send(char *to, size_t one, size_t n, void *arg)
{
    struct reading *r = arg;
    size_t room = one * n < r->n ? one * n : r->n;

    memcpy(to, r->p, room);
    r->p += room;
    r->n -= room;
    return room;
}

static CURLcode
run(CURL *curl, const struct mail_server *s, const char *from, struct curl_slist *to,
    struct reading *message)
{
    bool here = of_this_machine(s->url);

    curl_easy_setopt(curl, CURLOPT_URL, s->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, here ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SECONDS);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)SECONDS / 2);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(curl, CURLOPT_READDATA, message);
    if (*s->user) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, s->password);
    }
    return curl_easy_perform(curl);
}

const char *
mail_send(struct arena *a, const struct mail_server *s, const struct mail *m, int64_t now,
          const char *id)
{
    const char *text = mail_message(a, s, m, now, id);
    struct reading message = {text, text ? strlen(text) : 0};
    struct curl_slist *to;
    CURLcode code = CURLE_FAILED_INIT;
    CURL *curl;

    if (!text)
        return "the message is too long";
    pthread_once(&curl_once, curl_start);
    to = curl_slist_append(NULL, arena_fmt(a, "<%s>", m->to));
    if ((curl = curl_easy_init()))
        code = run(curl, s, arena_fmt(a, "<%s>", s->from), to, &message);
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
    return code == CURLE_OK ? NULL : curl_easy_strerror(code);
}
