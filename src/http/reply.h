/*
 * The reply being built.  Handlers end with exactly one of these; the gate sends it after the
 * commit.  A handler that returns an rc < 0 sends nothing: the gate makes the error page.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <jansson.h>

#include "base/buf.h"
#include "base/ctx.h"

/* A person's data that the reply shows: a row of the log of accesses (auth_log_seen() adds them,
 * auth_log_store() stores them). */
struct shown {
    const char *what;
    int64_t dossier, person;
    const char *purpose;        /* NULL: what the address says */
    bool listed;                /* by a list: once a day */
};

enum { COOKIES_MAX = 6 };

struct before { const char *input, *value; };

struct reply {
    int status;                 /* 0 until something answered */
    struct buf body;
    const char *type;           /* content type; a literal */
    const char *location;       /* redirects */
    const char *cookies[COOKIES_MAX];   /* Set-Cookie values; see reply_cookie() */
    const char *disposition;    /* attachment; filename*=... */
    const char *cache;          /* Cache-Control; NULL: no-store */
    const char *etag;
    const char *file;           /* SHA-256 of a file in the store, sent instead of the body */
    const char *allow;          /* 405 */
    const char *encoding;       /* Content-Encoding of an asset */
    const void *asset;          /* an embedded file: the body, never copied; `asset_n` bytes */
    size_t asset_n;
    int shared;                 /* seconds; see reply_shared() */
    VEC(struct before) before;  /* what a change found: for the journal of administration */
    VEC(struct shown) shown;    /* stored with the next shared commit, before the reply leaves */
    bool clear;                 /* Clear-Site-Data: nothing of who was here stays in the browser */
    bool secret;                /* the body shows a password or token: never kept for idempotency */
    const char *flash;          /* notification shown once on the next page: N_() or arena text */
};

/* This input changes what was `value` until now ("" nothing): the journal tells both.  Without a
 * reply (a command) nothing happens. */
void reply_before(struct ctx *c, const char *input, const char *value);

struct buf *page_buf(struct ctx *c);        /* 200 text/html; pages write here */
/* 303, local paths only: anything else is an error. */
int redirect(struct ctx *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* 303 to another site that the configuration names; its address is complete. */
int redirect_away(struct ctx *c, const char *address);
void flash(struct ctx *c, const char *say);             /* shown on the page after the redirect */
/* Set-Cookie: HttpOnly, SameSite=Lax, Path=/, Secure and bound to this host as configured.  value
 * "": forget it.  max_age 0: until the browser closes.  The value must be of token characters
 * (base64url). */
void reply_cookie(struct ctx *c, const char *name, const char *value, int64_t max_age);
/* The session's cookie, made by auth_session_open(); NULL: signed out. */
void reply_session(struct ctx *c, const char *cookie);
int reply_text(struct ctx *c, int status, const char *type, const char *text);
int reply_json(struct ctx *c, int status, json_t *doc);  /* steals doc; compact */
/* An attachment: write c->out->body after it. */
int reply_download(struct ctx *c, const char *type, const char *file_name);
/* Shown in the browser: bytes of the request's arena, never copied. */
int reply_inline(struct ctx *c, const char *type, const char *file_name, struct bytes b);
int reply_stored(struct ctx *c, const char *sha256, const char *mime, const char *file_name,
                 bool inline_);
/* A page that anybody may see and keep: Cache-Control and ETag (never for who is signed in).  True:
 * the browser has it already (a 304 is on its way) and the handler returns OK at once.  `version`
 * changes whenever the page would. */
bool reply_fresh(struct ctx *c, const char *version, int max_age);

/* A page that is the same for everybody who is not signed in: this server keeps it so many seconds.
 * True: it is here already and the handler returns OK at once.  Call it before any query. */
bool reply_shared(struct ctx *c, int seconds);

#endif
