/*
 * What compiled pages run on: values on their way into markup, the frame around a page, and what
 * the frame needs to know.  How to write a page is in README.md beside this file.
 *
 * Lifetime:  markup and urls live as long as the request's arena.
 * Errors:    none; a page that outgrows the reply's buffer is found by the gate.
 * Threads:   as the request.
 */
#ifndef HTML_PAGE_H
#define HTML_PAGE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "base/date.h"
#include "base/money.h"
#include "base/po.h"
#include "html/asset.h"
#include "http/params.h"
#include "http/reply.h"
#include "http/route.h"

/* Markup that our own code made (a captured fragment, an SVG): written as it is. */
struct markup { const char *s; size_t n; };

/* An address that our own code made and encoded: written without encoding its parts again. */
struct url { const char *s; };

/* --- the frame --- */
struct menu_item {
    const char *href, *label;   /* label: N_() literal */
    bool current;
    int64_t count;              /* shown beside the label when > 0 */
};

/* Filled by site/ before the handler runs.  Texts are plain; "" or NULL where there is none. */
struct page_env {
    enum face face;
    const char *site_name, *agency, *hotline;   /* agency: whose desk this is, for officers */
    const char *csrf, *idem;                    /* hidden fields of POST forms */
    /* fills the two at the first form; NULL: they are there */
    void (*fields)(struct ctx *c, struct page_env *e);
    const char *user, *role;                    /* who is signed in; NULL: nobody */
    const char *here;                           /* path and query of this page, to come back to */
    const char *home, *sign_in, *sign_out;      /* addresses; sign_out is a POST; NULL: none */
    int64_t session_seconds;    /* until the session ends for want of use; 0: nothing is said */
    const char *switch_user;    /* a POST: the next officer at a counter; NULL: not here */
    const char *language;                       /* to the other one; NULL: ?lang= on this page */
    const char *search;                         /* desk: address of the search (GET, q) */
    const char *flash;                          /* what was just done, said once: N_() or text */
    const char *warn;                           /* what does not work now: N_() or text */
    const struct menu_item *menu, *footer;
    size_t menu_n, footer_n;
    /* set by the page itself */
    struct markup title;
    VEC(struct crumb) crumbs;
    bool fields_gone;               /* the page names faults and has no field of them */
};
struct crumb { struct url href; struct markup text; };

enum { HTML_PAGE_MAX = 4 << 20 };
#define HTML_CSRF_FIELD "_csrf"
#define HTML_IDEM_FIELD "_idem"

struct page_env *html_env(struct ctx *c);                   /* never NULL */
void html_title(struct ctx *c, struct markup title);
void html_crumb(struct ctx *c, const char *href, struct markup text);
void html_open(struct buf *b, struct ctx *c);               /* the frame of c->env->face */
void html_close(struct buf *b, struct ctx *c);
void html_form_fields(struct buf *b, struct ctx *c);        /* CSRF and idempotency key */

/* --- making markup and addresses in C --- */
struct buf *html_capture(struct ctx *c);                    /* write markup here ... */
struct markup html_captured(const struct buf *b);           /* ... and take it */
struct markup html_text(struct ctx *c, const char *plain);  /* escaped */
struct markup html_qr(struct ctx *c, const char *text);     /* inline SVG of a QR code */
struct url html_url(struct ctx *c, const char *fmt, ...)    /* arguments are encoded: "/ho-so/%s" */
    __attribute__((format(printf, 2, 3)));
/* The address of this page with one query parameter set, or taken out (value NULL). */
struct url html_query(struct ctx *c, const char *name, const char *value);

/* --- fields of forms --- */
const char *html_typed(struct ctx *c, const char *name, const char *otherwise);
const char *html_fault(struct ctx *c, const char *name);    /* translated sentence, or NULL */

/* --- called by compiled pages only --- */
void put_str(struct buf *b, const char *s);
void put_i64(struct buf *b, int64_t v);
void put_u64(struct buf *b, uint64_t v);
void put_markup(struct buf *b, struct markup m);
void put_url_made(struct buf *b, struct url u);
void put_url_text(struct buf *b, const char *s);
void put_part_text(struct buf *b, const char *s);
void put_address_text(struct buf *b, const char *s);
#define PUT_NUMBERS                                                                         \
    int: put_i64, long: put_i64, long long: put_i64, unsigned: put_u64, unsigned long: put_u64, \
    unsigned long long: put_u64, short: put_i64, unsigned char: put_u64, unsigned short: put_u64
#define put_text(b, v)                                                                      \
    _Generic((v), char *: put_str, const char *: put_str, struct markup: put_markup,        \
             PUT_NUMBERS)(b, v)
#define put_attr(b, v) _Generic((v), char *: put_str, const char *: put_str, PUT_NUMBERS)(b, v)
#define put_url(b, v)                                                                       \
    _Generic((v), char *: put_url_text, const char *: put_url_text, struct url: put_url_made)(b, v)
#define put_url_part(b, v)                                                                  \
    _Generic((v), char *: put_part_text, const char *: put_part_text, struct url: put_url_made, \
             PUT_NUMBERS)(b, v)
#define put_url_address(b, v)                                                               \
    _Generic((v), char *: put_address_text, const char *: put_address_text)(b, v)

void put_tr(struct buf *b, const struct ctx *c, const char *vi);
void put_trf(struct buf *b, const struct ctx *c, const char *vi, const struct markup *args,
             size_t n);
struct markup arg_str(struct ctx *c, const char *s);
struct markup arg_i64(struct ctx *c, int64_t v);
struct markup arg_u64(struct ctx *c, uint64_t v);
struct markup arg_markup(struct ctx *c, struct markup m);
#define ARG_NUMBERS                                                                         \
    int: arg_i64, long: arg_i64, long long: arg_i64, unsigned: arg_u64, unsigned long: arg_u64, \
    unsigned long long: arg_u64
#define html_arg(c, v)                                                                      \
    _Generic((v), char *: arg_str, const char *: arg_str, struct markup: arg_markup,        \
             ARG_NUMBERS)(c, v)
#define html_arg_attr(c, v) _Generic((v), char *: arg_str, const char *: arg_str, ARG_NUMBERS)(c, v)

#endif
