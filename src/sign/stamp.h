/*
 * Time stamps of RFC 3161 over http(s): asked for and held against what was asked.  Whether the
 * server is trusted is verify.h's question.
 */
#ifndef SIGN_STAMP_H
#define SIGN_STAMP_H

#include "base/ctx.h"

enum { STAMP_MAX = 16 * 1024 };

/* A token over the SHA-256 of `p`, in c->a.  E_DOWN: the server did not answer, refused, or
 * answered something else than what was asked.  Blocks for at most 10 seconds. */
int stamp_get(struct ctx *c, const char *url, const void *p, size_t n, struct bytes *token);

#endif
