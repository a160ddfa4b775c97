/* The parts of looking at a signed PDF; only verify*.c include it. */
#ifndef SIGN_VERIFY_INTERNAL_H
#define SIGN_VERIFY_INTERNAL_H

#include "sign/pdfread.h"
#include "sign/verify.h"

/* verify_cms.c: fills holder ... detail, stamped, intact, cert.  `der` may be followed by zeros
 * (the rest of the hole); `part`: the two stretches that were signed; `cades`: PAdES, which
 * demands the attribute that names the certificate. */
void verify_cms(struct ctx *c, const struct sign_trust *t, struct bytes der,
                const struct bytes part[2], bool cades, struct verify_signature *out);

/* verify_after.c: fills `after` and `changes` of a signature whose `covers` is set. */
void verify_after(struct arena *a, struct bytes in, const struct pdf_list *pieces,
                  struct verify_signature *out);

int verify_fault(struct verify_signature *s, const char *say, const char *detail);

#endif
