/*
 * A request line and a body against the program's own route table: "GET /path?query", a line feed,
 * a body.  Whatever is found has its inputs read as the gate does; what passes holds what its kind
 * promises to the handlers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "base/vi.h"
#include "http/router.h"
#include "http/urlform.h"
#include "site/routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct router *router;

static void
open_router(struct arena *a)
{
    struct ctx c;

    ctx_init(&c, a);
    router = router_open(&c, site_route_tables, site_route_tables_n);
    if (!router)
        abort();
}

static bool
only(const char *s, const char *extra)
{
    for (; *s; s++)
        if (!((*s >= '0' && *s <= '9') || ((*s | 32) >= 'a' && (*s | 32) <= 'z') ||
              strchr(extra, *s)))
            return false;
    return true;
}

static bool
within(const struct param *p, int64_t v)
{
    return v >= p->min && (p->max == 0 || v <= p->max);
}

static size_t
words(const char *const *list)
{
    size_t n = 0;

    while (list[n])
        n++;
    return n;
}

/* What params.h says of each kind. */
static bool
holds(const struct ctx *c, const struct param *p, int i)
{
    const char *s = in_text(c, i);
    int64_t v = in_int(c, i), max = p->max ? p->max : p->kind == K_LINES ? 4000 : 200;
    char phone[12];

    switch (p->kind) {
    case K_TEXT:
        return utf8_clean(s, strlen(s)) && !strpbrk(s, "\r\n") && (int64_t)utf8_length(s) <= max;
    case K_LINES:
        return utf8_clean(s, strlen(s)) && !strchr(s, '\r') && (int64_t)utf8_length(s) <= max;
    case K_INT: case K_MONEY:
        return within(p, v);
    case K_ENUM:
        return v >= 0 && (size_t)v < words(p->words);
    case K_ENUMS:
        return words(p->words) >= 63 || v >> words(p->words) == 0;
    case K_DATE:
        return !*s || (strlen(s) == 10 && date_valid(date_ymd(in_date(c, i))));
    case K_PERSONAL_NUMBER:
        return !*s || vi_personal_number(s);
    case K_PHONE:
        return !*s || (vi_phone(s, phone) && strcmp(phone, s) == 0);
    case K_EMAIL:
        return !*s || vi_email(s);
    case K_CODE:
        return strlen(s) <= 40 && only(s, "._-");
    case K_DOSSIER_CODE:
        return !*s || params_dossier_code(s);
    case K_TOKEN:
        return strlen(s) <= 64 && only(s, "_-");
    default:
        return true;
    }
}

static void
read_inputs(struct request *r)
{
    struct ctx *c = &r->c;

    if (params_read(c) != 0) {
        if (!c->faults.n && !r->malformed)
            abort();                                /* refused without a word */
        return;
    }
    for (int i = 0; c->route->in[i].kind != K_END; i++)
        if (in_has(c, i) && !holds(c, &c->route->in[i], i))
            abort();
        else if (!in_has(c, i) && c->route->in[i].required && c->route->in[i].kind != K_FILES)
            abort();
}

static bool
read_target(struct request *r)
{
    size_t path = strcspn(r->target, "?");

    return path_split(r->c.a, arena_strn(r->c.a, r->target, path), r->seg, &r->segs) &&
           (r->target[path] != '?' ||
            urlform_parse(r->c.a, r->target + path + 1, strlen(r->target + path + 1), &r->query));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct arena *forever;
    struct arena *a;
    struct request r = {.h = {.length = -1}};
    char *text, *body;

    if (n > 60000)
        return 0;
    if (!forever)
        open_router(forever = arena_open(64 << 20));
    a = arena_open(256 << 20);
    text = arena_strn(a, (const char *)data, n);
    body = strchr(text, '\n');
    r.verb = strncmp(text, "POST ", 5) == 0 ? VERB_POST : VERB_GET;
    r.target = text + strcspn(text, "/");
    if (body) {
        *body++ = '\0';
        r.body = body;
        r.body_n = (size_t)(text + n - body);
    }
    ctx_init(&r.c, a);
    r.c.req = &r;
    if (strlen(r.target) < 8192 && read_target(&r) && router_find(router, &r) == 0) {
        if (!r.body)
            r.body = arena_str(a, "");
        read_inputs(&r);
    }
    json_decref(r.json);
    arena_close(a);
    return 0;
}
