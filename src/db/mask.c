/* Addresses without their passwords; nothing here depends on libpq reading them the same way. */
#include <string.h>

#include "base/buf.h"
#include "db/db.h"

enum { MASKED_MAX = 4096 };

/* What may be shown of the words after '?'; every other value is hidden, known or not. */
static const char *const SHOWN[] = {
    "host",    "hostaddr", "port", "dbname", "user", "sslmode", "target_session_attrs",
    "connect_timeout", "tcp_user_timeout", "passfile", "application_name", "channel_binding",
};

static bool
may_show(const char *key, size_t n)
{
    for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++)
        if (strlen(SHOWN[i]) == n && memcmp(SHOWN[i], key, n) == 0)
            return true;
    return false;
}

/* "?host=/run&password=x" */
static void
mask_words(struct buf *b, const char *s)
{
    while (*s) {
        size_t n = 1 + strcspn(s + 1, "&"), key = strcspn(s + 1, "=&");

        if (n == 1 || may_show(s + 1, key))
            buf_add(b, s, n);
        else if (1 + key == n) /* no word at all */
            buf_fmt(b, "%c***", *s);
        else
            buf_fmt(b, "%.*s***", (int)key + 2, s);
        s += n;
    }
}

/* From the first ':' after the scheme to the last '@' of all: a password that should have been
 * percent-encoded may hold anything.  So may a word's value: where that '@' may stand in one, the
 * rest is hidden, too. */
static const char *
mask_user(struct arena *a, const char *url)
{
    const char *p = strstr(url, "://"), *at, *colon, *q;

    p = p ? p + 3 : url;
    at = strrchr(p, '@');
    colon = strchr(p, ':');
    if (!at || !colon || colon > at)
        return url;
    q = strchr(p, '?');
    if (q && q < at && memchr(q, '=', (size_t)(at - q)))
        return arena_fmt(a, "%.*s:***", (int)(colon - url), url);
    return arena_fmt(a, "%.*s:***%s", (int)(colon - url), url, at);
}

const char *
db_mask(struct arena *a, const char *url)
{
    size_t n;
    struct buf b;

    if (strncmp(url, "sqlite:", 7) == 0)
        return arena_str(a, url);
    buf_init(&b, a, MASKED_MAX);
    url = mask_user(a, url);
    n = strcspn(url, "?&");
    buf_add(&b, url, n);
    mask_words(&b, url + n);
    return b.over ? "***" : b.p;
}
