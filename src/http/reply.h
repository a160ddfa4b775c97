/*
 * The reply being built.  Handlers end with exactly one of these; the gate sends it after the
 * commit.  A handler that returns an rc < 0 sends nothing: the gate makes the error page.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <jansson.h>

#include "base/buf.h"
#include "base/ctx.h"

struct reply {
    int status;                 /* 0 until something answered */
    struct buf body;
    const char *type;           /* content type; a literal */
    const char *location;       /* redirects */
    const char *cookies[4];     /* Set-Cookie values */
    const char *disposition;    /* attachment; filename*=... */
    const char *cache;          /* Cache-Control; NULL: no-store */
    const char *etag;
    const char *file;           /* a path in the store to send instead of the body */
    const char *flash;          /* notification shown once on the next page: N_() or arena text */
};

struct buf *page_buf(struct ctx *c);        /* 200 text/html; pages write here */
int redirect(struct ctx *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));   /* 303, local paths only */
void flash(struct ctx *c, const char *say);             /* shown on the page after the redirect */
int reply_text(struct ctx *c, int status, const char *type, const char *text);
int reply_json(struct ctx *c, int status, json_t *doc);  /* steals doc; compact */
int reply_download(struct ctx *c, const char *type, const char *file_name);     /* then write c->out->body */
int reply_stored(struct ctx *c, const char *sha256, const char *mime, const char *file_name, bool inline_);

#endif
