/*
 * The signature inside a signature (RFC 5652, RFC 5035; ETSI EN 319 122-1), written by hand in DER:
 * one signer, detached, attributes content-type, message-digest and signing-certificate-v2.
 * The attributes have one length, whatever is signed, so signer and client make the same bytes.
 *
 * Only src/sign and the signer include it.  Pure.
 */
#ifndef SIGN_CMS_H
#define SIGN_CMS_H

#include <openssl/x509.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/hash.h"

enum { CMS_ATTRIBUTES = 135, CMS_CERTIFICATES = 6 };

/* What is signed: the attributes as a SET OF. */
void cms_attributes(const uint8_t certificate[SHA256_SIZE], const uint8_t digest[SHA256_SIZE],
                    uint8_t out[CMS_ATTRIBUTES]);

/* What of a certificate goes into every signature; made once for each key. */
struct cms_key {
    bool rsa;
    struct bytes certificates;          /* DER, the own one first, then those above it */
    struct bytes issuer_serial;         /* IssuerAndSerialNumber */
    uint8_t hash[SHA256_SIZE];          /* of the own certificate */
};

/* From certificates in DER one behind the other.  False: they cannot be read.  The bytes live in
 * `a`; `certificates` is kept as given. */
bool cms_key_init(struct arena *a, struct bytes certificates, struct cms_key *out);

/* The whole ContentInfo.  `stamp`: a time stamp token, n 0 for none. */
struct bytes cms_make(struct arena *a, const struct cms_key *k,
                      const uint8_t digest[SHA256_SIZE], struct bytes signature,
                      struct bytes stamp);

/* No CMS of this key is longer, without a stamp. */
size_t cms_room(const struct cms_key *k);

#endif
