/*
 * Lines of the log that tell of security: who came in or not, what was refused, what changed of an
 * account.  `what` is a word of docs/security/logging.md; the account is a number, nothing that was
 * typed is ever in a line.  Any thread that has the context.
 */
#ifndef AUTH_SECURITY_LOG_H
#define AUTH_SECURITY_LOG_H

#include "base/ctx.h"

/* account: whom it is about, 0 nobody known.  more: a word, or the log's own detail; NULL none. */
void security_log(const struct ctx *c, const char *what, int64_t account, const char *more);
/* The same on level warn: what points to an attack. */
void security_warn(const struct ctx *c, const char *what, int64_t account, const char *more);

#endif
