/*
 * Forms come from our own pages: a token bound to the session (or to a guest's cookie), and what
 * the browser says of the origin.  Also the frame of pages, whose forms carry those fields, and the
 * notification that one page leaves for the next.
 */
#include <sodium.h>
#include <string.h>

#include "auth/auth.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/id.h"
#include "html/page.h"
#include "mod/agencies/agencies.h"
#include "site/gate.h"
#include "site/menu.h"

enum { MAC = 16, FLASH_MAX = 700, TOUCHED = 300 };  /* the last use is known to so many seconds */
#define GUEST_COOKIE "khach"

const char *
gate_guest(struct visit *v)
{
    if (!v->guest && v->r->h.cookie)
        v->guest = request_cookie(&v->r->c, GUEST_COOKIE);
    return v->guest;
}

/* Keyed, so that a token can only come from a page of ours. */
static char *
mac_text(struct ctx *c, const char *use, const char *text)
{
    uint8_t sum[32];
    crypto_generichash_state h;

    crypto_generichash_init(&h, c->site->key, 32, MAC);
    crypto_generichash_update(&h, (const uint8_t *)use, strlen(use) + 1);
    crypto_generichash_update(&h, (const uint8_t *)text, strlen(text));
    crypto_generichash_final(&h, sum, MAC);
    return hash_hex(c->a, sum, MAC);
}

static const char *
token_of(struct visit *v)
{
    struct ctx *c = &v->r->c;

    if (c->session)
        return c->session->csrf;
    return gate_guest(v) ? mac_text(c, "csrf", v->guest) : NULL;
}

/* A browser tells where a form was; programs without these headers show the token alone. */
static bool
own_origin(const struct request *r)
{
    const char *o = r->h.origin, *site = r->h.fetch_site, *at;

    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    if (!o)
        return true;
    at = strstr(o, "://");
    return at && r->h.host && strcmp(at + 3, r->h.host) == 0;
}

const char *
gate_form_value(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->form.n; i++)
        if (strcmp(r->form.p[i].name, name) == 0)
            return r->form.p[i].value;
    return NULL;
}

int
gate_csrf_check(struct visit *v)
{
    struct request *r = v->r;
    const char *sent, *want;

    if (r->c.route->method != POST || r->c.route->face == FACE_API)
        return OK;
    sent = r->c.route->face == FACE_SCRIPT ? r->h.csrf_token : gate_form_value(r, HTML_CSRF_FIELD);
    want = token_of(v);
    if (own_origin(r) && sent && want && hash_text_equal(sent, want))
        return OK;
    return fail(
        &r->c, E_DENIED,
        N_("Trang đã mở quá lâu hoặc biểu mẫu không gửi từ trang này; hãy mở lại trang và gửi lại"),
        "csrf: %s",
        !own_origin(r) ? "origin"
        : sent         ? "token"
                       : "none");
}

/* The hidden fields of a form: made only when a page has one. */
static void
form_fields(struct ctx *c, struct page_env *e)
{
    struct visit *v = c->req->app;

    v->personal = true;
    if (v->echo) {
        e->csrf = gate_form_value(v->r, HTML_CSRF_FIELD);
        e->csrf = e->csrf ? e->csrf : "";
        e->idem = gate_form_value(v->r, HTML_IDEM_FIELD);
        return;
    }
    if (!c->session && !gate_guest(v)) {
        v->guest = token_url(c->a, 16);
        reply_cookie(c, GUEST_COOKIE, v->guest, 0);
    }
    e->csrf = token_of(v);
    e->idem = token_url(c->a, 16);
}

/* --- the notification of the action just done: a signed cookie, shown once --- */

void
gate_flash_send(struct visit *v)
{
    struct ctx *c = &v->r->c;
    const char *say = c->out->flash;
    size_t n = say ? strlen(say) : 0, size;
    char *text;

    if (n == 0 || n > FLASH_MAX)
        return;
    size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text = arena_get(c->a, size);
    sodium_bin2base64(text, size, (const uint8_t *)say, n,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    reply_cookie(c, "bao", arena_fmt(c->a, "%s.%s", text, mac_text(c, "flash", text)), 60);
}

static const char *
flash_take(struct ctx *c)
{
    const char *sent = c->req->h.cookie ? request_cookie(c, "bao") : NULL;
    const char *dot = sent ? strchr(sent, '.') : NULL;
    char *text, *say;
    size_t n;

    if (!dot || dot - sent > FLASH_MAX * 2)
        return NULL;
    text = arena_strn(c->a, sent, (size_t)(dot - sent));
    if (!hash_text_equal(dot + 1, mac_text(c, "flash", text)))
        return NULL;
    say = arena_get(c->a, strlen(text) + 1);
    if (sodium_base642bin((uint8_t *)say, strlen(text), text, strlen(text), NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) < 0)
        return NULL;
    reply_cookie(c, "bao", "", 0);
    return say;
}

/* --- the frame --- */

/* Who is signed in, and the ways in and out. */
static void
visitor(struct ctx *c, struct page_env *e)
{
    bool inside = e->face == FACE_DESK || e->face == FACE_ADMIN;
    const struct agency *g;

    e->home = inside ? "/can-bo" : "/";
    e->sign_in = inside ? "/can-bo/dang-nhap" : "/dang-nhap";
    if (!c->session)
        return;
    e->user = c->session->name;
    e->sign_out = "/dang-xuat";
    e->switch_user = inside ? "/can-bo/doi-nguoi" : NULL;
    e->session_seconds = inside ? c->site->config.session_seconds - TOUCHED : 0;
    g = inside ? agencies_by_id(c->site->agencies, c->session->home_unit) : NULL;
    if (g)
        e->agency = agency_office(c, g);
}

/* An address that nothing serves is shown in the frame of where it would be. */
static enum face
face_of(const struct request *r)
{
    bool desk =
        r->segs > 0 && (strcmp(r->seg[0], "can-bo") == 0 || strcmp(r->seg[0], "quan-tri") == 0);

    return r->c.route ? r->c.route->face : desk ? FACE_DESK : FACE_PORTAL;
}

void
gate_page_env(struct visit *v)
{
    struct ctx *c = &v->r->c;
    const struct config *k = &c->site->config;
    struct page_env *e = html_env(c);

    e->face = face_of(v->r);
    e->site_name =
        c->lang == LANG_EN && k->site_name_en && *k->site_name_en ? k->site_name_en : k->site_name;
    e->hotline = k->hotline;
    e->here = request_here(c);
    visitor(c, e);
    if (c->session && c->session->perms & PERM_BIT(PERM_DOSSIER_READ))
        e->search = "/can-bo/tim";      /* shown by the desk's frame alone */
    e->fields = form_fields;
    e->warn = v->warn;
    e->flash = v->say ? v->say : c->req->verb == VERB_POST ? NULL : flash_take(c);
    menu_fill(c, e);
}
