/*
 * Is this PDF what its signers signed?  Reads any PDF, as bytes of a stranger: strict, bounded, and
 * what is ambiguous is refused (ADR 0034: wrapping, shadows, null signatures, weak digests).
 *
 *     struct sign_trust *t = sign_trust_open(c, folder);
 *     rc = verify_pdf(c, t, bytes, &report);
 *
 * Lifetime:  a trust lives until sign_trust_close() and is read-only; a report lives in c->a.
 * Threads:   any; some milliseconds: on a worker.
 */
#ifndef SIGN_VERIFY_H
#define SIGN_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct sign_trust;

/* A folder of roots (*.pem, *.crt) and lists of revoked certificates (*.crl), PEM or DER; a file
 * may hold several.  "" trusts nobody.  NULL: c->err names the file. */
struct sign_trust *sign_trust_open(struct ctx *c, const char *folder);
void sign_trust_close(struct sign_trust *t);
size_t sign_trust_roots(const struct sign_trust *t);

enum verify_after {             /* what follows the bytes that were signed */
    AFTER_NOTHING,              /* it covers the whole file */
    AFTER_SIGNATURES,           /* only further signatures, which are listed too */
    AFTER_CHANGED,              /* something else: see `changes` */
};

enum verify_cert {
    CERT_TRUSTED,
    CERT_UNKNOWN,               /* no root of the folder leads to it */
    CERT_EXPIRED,               /* or not valid yet, at the moment that counts */
    CERT_REVOKED,
    CERT_UNFIT,                 /* not meant for signatures, or broken */
};

struct verify_signature {
    const char *holder;         /* common name of the certificate; "" unreadable */
    const char *organisation;   /* "" none */
    const char *issuer, *serial, *root;     /* root: common name of what it is trusted by, or "" */
    const char *algorithm;      /* "ECDSA P-256, SHA-256" */
    const char *name, *reason, *place;      /* claimed in the file; "" none */
    int64_t claimed;            /* when, as the file says; 0: it does not */
    int64_t stamped;            /* when, by a time stamp whose server is trusted; 0: none */
    const char *stamped_by;     /* common name, or "" */
    bool intact;                /* the bytes are those that were signed, by that certificate */
    const char *fault;          /* N_() sentence: why it is not intact; NULL */
    const char *detail;         /* English, for the log and the command */
    enum verify_cert cert;
    enum verify_after after;
    size_t covers;              /* bytes of the file up to the end of this revision */
    const char *const *changes; /* after: English, one thing each: "page 1 (object 12)" */
    size_t changes_n;
};

struct verify_report {
    const struct verify_signature *sig;     /* in the order of the file */
    size_t n;
    /* At least one signature; each intact, trusted at its time, followed by signatures only; the
     * last covers the whole file. */
    bool genuine;
    const char *say;            /* N_() sentence: genuine, or the first reason why not */
};

/* Negative only when it could not be looked at (E_SYS); a file that is no PDF has n == 0.  The
 * moment that counts for a certificate is the time stamp, else c->now. */
int verify_pdf(struct ctx *c, const struct sign_trust *t, struct bytes in,
               struct verify_report *out);

#endif
