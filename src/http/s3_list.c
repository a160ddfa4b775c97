/* The names in a bucket (ListObjectsV2), page by page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "http/s3_call.h"

enum { ARENA = 24 << 20, LIST_MAX = 8 << 20 };

/* The text of <name> within [at, end): names and numbers only, nothing there needs unescaping. */
static const char *
element(struct arena *a, const char *at, const char *end, const char *name)
{
    const char *open = arena_fmt(a, "<%s>", name), *close = arena_fmt(a, "</%s>", name);
    const char *from = strstr(at, open), *to = from ? strstr(from, close) : NULL;

    if (!to || to > end)
        return "";
    from += strlen(open);
    return arena_strn(a, from, (size_t)(to - from));
}

/* 2026-11-22T07:05:00.000Z */
static int64_t
time_of(const char *text)
{
    int y, mo, d, h, mi, s;

    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d", &y, &mo, &d, &h, &mi, &s) != 6 ||
        !date_valid((struct ymd){y, mo, d}))
        return 0;
    return (int64_t)date_day((struct ymd){y, mo, d}) * DAY_SECONDS + h * 3600 + mi * 60 + s;
}

struct page { const char *last; bool more; };

static void
read_page(struct s3 *s, struct arena *a, const char *xml, struct page *p,
          void (*each)(void *user, const struct s3_entry *e), void *user)
{
    size_t skip = strlen(s->inside);
    const char *end;

    p->more = strcmp(element(a, xml, xml + strlen(xml), "IsTruncated"), "true") == 0;
    for (const char *at = xml; (at = strstr(at, "<Contents>")) && (end = strstr(at, "</Contents>"));
         at = end) {
        const char *key = element(a, at, end, "Key");

        if (strlen(key) <= skip)
            continue;
        p->last = key;
        each(user, &(struct s3_entry){key + skip, strtoll(element(a, at, end, "Size"), NULL, 10),
                                      time_of(element(a, at, end, "LastModified"))});
    }
}

/* Pages begin after the last name of the one before: no token of the server has to be carried. */
static const char *
list_query(struct s3 *s, struct arena *a, const char *prefix, const char *after)
{
    struct buf b;

    buf_init(&b, a, 4096);
    buf_lit(&b, "list-type=2&max-keys=1000&prefix=");
    buf_url(&b, arena_fmt(a, "%s%s", s->inside, prefix));
    if (*after) {
        buf_lit(&b, "&start-after=");
        buf_url(&b, after);
    }
    return b.p;
}

bool
s3_list(struct s3 *s, const char *prefix, void (*each)(void *user, const struct s3_entry *e),
        void *user)
{
    struct arena *a = arena_open(ARENA);
    char after[256] = "";
    bool ok = true, more = true;

    while (ok && more) {
        struct page p = {0};
        struct buf xml;

        buf_init(&xml, a, LIST_MAX);
        ok = s3_call(s, &(struct s3_call){.method = "GET",
                                          .query = list_query(s, a, prefix, after), .in = -1,
                                          .out = -1, .body = &xml}).status == 200 &&
             !xml.over;
        if (ok)
            read_page(s, a, xml.p, &p, each, user);
        more = p.more;
        ok = ok && (!more || (p.last && strcmp(p.last, after) != 0));   /* it must get on */
        snprintf(after, sizeof after, "%s", p.last ? p.last : "");
        arena_reset(a);
    }
    arena_close(a);
    return ok;
}
