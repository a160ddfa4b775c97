/*
 * Signing: the client of the signer (proc/signer.h), the process that alone holds private keys, and
 * what is made with it: PAdES signatures of PDF (ETSI EN 319 142: SubFilter ETSI.CAdES.detached,
 * B-B, with a time stamp server B-T) and short claims for QR codes (sign/claim.h).
 *
 *     struct signer *s = signer_open(c, &(struct signer_options){.keys = config->signing_keys});
 *
 *     rc = signer_key_for(c, s, SIGN_PERSON, "lanhdao", &key);
 *     rc = sign_pdf(c, s, key.name, pdf, &facts, &signed_once);
 *     rc = sign_pdf(c, s, agency_key.name, signed_once, &facts, &signed_twice);
 *
 * Lifetime:  a signer lives until signer_close(); what the others return lives in c->a.
 * Threads:   any, at once.  sign_pdf() takes some milliseconds, or as long as the time stamp
 *            server: on a worker, never on a lane.
 * Errors:    E_NOTFOUND there is no such key; E_CONFLICT the key may not sign now (expired, not
 *            valid yet, of another use): c->err.say tells; E_INVALID the file cannot be signed (no
 *            PDF of ours); E_DOWN signer or time stamp server do not answer: try again later.
 */
#ifndef SIGN_SIGN_H
#define SIGN_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

struct buf;
struct signer;

struct signer_options {
    const char *keys;           /* the file of keys (docs/operator/signing.md) */
    const char *program;        /* what to start as `PROGRAM signer ...`; NULL: ourselves */
    const char *timestamp_url;  /* RFC 3161 over http(s); NULL or "": no time stamps */
    bool timestamp_optional;    /* sign without a stamp when its server does not answer */
    bool unfiltered;            /* sign even where the signer's system calls cannot be filtered */
};

/* Starts the signer and reads which keys it holds.  NULL: c->err tells why; the signer has written
 * the faults of the file as `path:line:column: sentence` to standard error. */
struct signer *signer_open(struct ctx *c, const struct signer_options *o);
void signer_close(struct signer *s);        /* NULL is allowed */

/* --- keys --- */

enum sign_use { SIGN_DOCUMENT, SIGN_CLAIM, SIGN_SEAL, SIGN_USE__COUNT };
const char *sign_use_word(enum sign_use u);     /* "document", "claim", "seal" */
enum sign_use sign_use_parse(const char *word); /* SIGN_USE__COUNT: no such use */
enum sign_owner { SIGN_AGENCY, SIGN_PERSON };

struct sign_key {
    const char *name;           /* its name in the file of keys */
    enum sign_use use;
    const char *agency;         /* code; "": not an agency's */
    const char *person;         /* login of an officer's account; "": not a person's */
    const char *algorithm;      /* "ECDSA P-256", "RSA 2048" */
    const char *holder;         /* common name of the certificate; "" a claim key without one */
    const char *issuer;
    const char *serial;         /* hex */
    int64_t from, until;        /* validity of the certificate, UTC; 0 without one */
    const char *where;          /* "file" or "PKCS#11" */
    const char *fault;          /* English: why it cannot sign now; NULL: it can */
};

/* In the order of the file.  A key whose certificate has expired is listed with its fault. */
size_t signer_keys(struct ctx *c, struct signer *s, const struct sign_key **out);
int signer_key(struct ctx *c, struct signer *s, const char *name, struct sign_key *out);

/* The document key of an agency or a person: of several that can sign the one that ends last. */
int signer_key_for(struct ctx *c, struct signer *s, enum sign_owner owner, const char *code,
                   struct sign_key *out);

/* --- PDF --- */

/* What is seen on the page: a frame with holder, reason and moment.  Points (1/72 inch) from the
 * lower left corner. */
struct sign_box {
    int page;                   /* 1 is the first; 0: nothing is seen */
    double x, y, w, h;
};

struct sign_facts {
    const char *name;           /* who signs, as it is shown; NULL: the certificate's holder */
    const char *title;          /* second line of the box, e.g. the office held; NULL: none */
    const char *reason, *place; /* NULL: not said */
    int64_t at;                 /* the moment claimed, UTC; 0: c->now */
    struct sign_box box;
};

/* Appends one signature over all of `in`.  `in` is a PDF by cairo (src/pdf) or such a one signed
 * here before; its first bytes are left as they are, byte by byte. */
int sign_pdf(struct ctx *c, struct signer *s, const char *key, struct bytes in,
             const struct sign_facts *f, struct bytes *out);

/* --- figures of this process for /metrics --- */
void signer_metrics(struct signer *s, struct buf *b);       /* NULL: none */

#endif
