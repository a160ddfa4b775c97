/*
 * Inside of sign/: a key with what every signature of it needs, and the question to the signer.
 */
#ifndef SIGN_CLIENT_H
#define SIGN_CLIENT_H

#include "sign/cms.h"
#include "sign/sign.h"
#include "sign/wire.h"

/* The signature in c->a. */
int signer_ask(struct ctx *c, struct signer *s, enum wire_op op, const char *name, const void *p,
               size_t n, struct bytes *out);

/* c->err of an answer's code (enum wire_rc; -1: none came). */
int signer_say(struct ctx *c, int rc, const char *name);

const struct signer_options *signer_options(const struct signer *s);

#endif
