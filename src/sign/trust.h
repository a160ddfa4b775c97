/* Whom a folder of certificates leads to.  Inside of sign/. */
#ifndef SIGN_TRUST_H
#define SIGN_TRUST_H

#include <openssl/x509.h>

#include "base/ctx.h"
#include "sign/verify.h"

X509_STORE *trust_store(const struct sign_trust *t);

/* From `x` by way of `others` to a root, at a moment.  *root: the root's common name, in `a`. */
enum verify_cert trust_check(struct arena *a, const struct sign_trust *t, X509 *x,
                             STACK_OF(X509) *others, int64_t at, const char **root,
                             const char **detail);

char *trust_name(struct arena *a, const X509_NAME *name, int nid);      /* "" none; clean UTF-8 */
int64_t trust_seconds(const ASN1_TIME *t);                              /* UTC; 0: unreadable */

#endif
