#include "http/reply.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "http/request.h"
#include "http/server.h"
#include "http/shared.h"

enum { PAGE_MAX = 16 << 20, PAGE_FIRST = 16 << 10 };

/* A page is some ten kilobytes: begin near that, so that it is hardly ever moved. */
static void
body_begin(struct ctx *c, int status, const char *type)
{
    struct reply *o = c->out;

    o->body = (struct buf){.a = c->a, .cap = PAGE_FIRST, .max = PAGE_MAX};
    o->body.p = arena_raw(c->a, PAGE_FIRST);
    o->body.p[0] = '\0';
    o->status = status;
    o->type = type;
}

struct buf *
page_buf(struct ctx *c)
{
    body_begin(c, 200, "text/html; charset=utf-8");
    return &c->out->body;
}

/* Header values take ASCII only: what a handler let through is encoded, never passed on. */
static const char *
ascii(struct arena *a, const char *s)
{
    static const char HEX[] = "0123456789ABCDEF";
    char *p = arena_get(a, strlen(s) * 3 + 1), *q = p;

    for (; *s; s++) {
        unsigned char ch = (unsigned char)*s;

        if (ch > 0x20 && ch < 0x7f && ch != '"' && ch != '<' && ch != '>' && ch != '\\') {
            *q++ = (char)ch;
        } else {
            *q++ = '%';
            *q++ = HEX[ch >> 4];
            *q++ = HEX[ch & 15];
        }
    }
    return p;
}

int
redirect(struct ctx *c, const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text || text[0] != '/' || text[1] == '/' || text[1] == '\\')
        return fail(c, E_SYS, N_("Máy chủ gặp lỗi"), "redirect to a foreign or endless place");
    c->out->status = 303;
    c->out->location = ascii(c->a, text);
    return OK;
}

int
redirect_away(struct ctx *c, const char *address)
{
    if (strncmp(address, "https://", 8) != 0 && strncmp(address, "http://", 7) != 0)
        return fail(c, E_SYS, N_("Máy chủ gặp lỗi"), "redirect to something that is no address");
    c->out->status = 303;
    c->out->location = ascii(c->a, address);
    return OK;
}

void
flash(struct ctx *c, const char *say)
{
    c->out->flash = say;
}

void
reply_before(struct ctx *c, const char *input, const char *value)
{
    if (c->out)
        *vec_push(c->a, &c->out->before) =
            (struct before){input, arena_str(c->a, value ? value : "")};
}

void
reply_cookie(struct ctx *c, const char *name, const char *value, int64_t max_age)
{
    bool secure = http_config(c->req->http)->secure_cookies, gone = !*value;
    struct buf b;
    size_t i = 0;

    assert(value[strcspn(value, " \t\r\n;,\"\\")] == '\0');
    buf_init(&b, c->a, 4096);
    buf_fmt(&b, "%s=%s; Path=/; HttpOnly; SameSite=Lax", cookie_of_host(c, name), value);
    if (gone || max_age > 0)
        buf_fmt(&b, "; Max-Age=%" PRId64, gone ? 0 : max_age);
    if (secure)
        buf_lit(&b, "; Secure");
    while (i < COOKIES_MAX && c->out->cookies[i])
        i++;
    assert(i < COOKIES_MAX);
    c->out->cookies[i] = b.p;
}

void
reply_session(struct ctx *c, const char *cookie)
{
    reply_cookie(c, "phien", cookie ? cookie : "", 0);
}

const char *
request_session(struct ctx *c)
{
    return request_cookie(c, "phien");
}

int
reply_text(struct ctx *c, int status, const char *type, const char *text)
{
    body_begin(c, status, type);
    buf_str(&c->out->body, text);
    return OK;
}

int
reply_json(struct ctx *c, int status, json_t *doc)
{
    body_begin(c, status, "application/json");
    json_put(&c->out->body, doc, false);
    json_decref(doc);
    return OK;
}

/* RFC 6266 and 8187: an ASCII name for old programs, the real one beside it. */
static const char *
disposition(struct ctx *c, const char *word, const char *file_name)
{
    struct buf b;

    buf_init(&b, c->a, 2048);
    buf_fmt(&b, "%s; filename=\"", word);
    for (const char *s = file_name; *s; s++)
        buf_char(&b, *s > 0x20 && *s < 0x7f && !strchr("\"\\/;%", *s) ? *s : '_');
    buf_lit(&b, "\"; filename*=UTF-8''");
    buf_url(&b, file_name);
    return b.p;
}

int
reply_download(struct ctx *c, const char *type, const char *file_name)
{
    body_begin(c, 200, type);
    c->out->disposition = disposition(c, "attachment", file_name);
    return OK;
}

int
reply_inline(struct ctx *c, const char *type, const char *file_name, struct bytes b)
{
    c->out->status = 200;
    c->out->type = type;
    c->out->body = (struct buf){c->a, (char *)(uintptr_t)b.p, b.n, b.n, b.n, false};
    c->out->disposition = disposition(c, "inline", file_name);
    return OK;
}

int
reply_stored(struct ctx *c, const char *sha256, const char *mime, const char *file_name,
             bool inline_)
{
    c->out->status = 200;
    c->out->type = mime;
    c->out->file = arena_str(c->a, sha256);
    c->out->disposition = disposition(c, inline_ ? "inline" : "attachment", file_name);
    return OK;
}

/* A frame with a name, or with a notification, is nobody else's page; languages are two pages. */
bool
reply_fresh(struct ctx *c, const char *version, int max_age)
{
    const char *seen = c->req->h.if_none_match;
    bool same;

    if (c->session || request_cookie(c, "bao"))
        return false;
    c->out->etag = arena_fmt(c->a, "\"%s-%d\"", version, (int)c->lang);
    c->out->cache = max_age > 0 ? arena_fmt(c->a, "public, max-age=%d", max_age) : "no-cache";
    same = seen && (strstr(seen, c->out->etag) || strcmp(seen, "*") == 0);
    if (same)
        c->out->status = 304;
    return same;
}

bool
reply_shared(struct ctx *c, int seconds)
{
    if (c->session || c->out->cookies[0])       /* a name, a notification, a change of language */
        return false;
    if (!c->db && c->route->where != RUN_HERE)  /* the page says that the database is away */
        return false;
    c->out->shared = seconds;
    if (!shared_find(c, c->req->started))
        return false;
    c->out->shared = 0;
    return true;
}
