/* Inside of sign/: public keys on P-256 as JWK (RFC 7517), and what they check. */
#ifndef SIGN_JWK_H
#define SIGN_JWK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JWK_COORDINATE = 32, JWK_POINT = 1 + 2 * JWK_COORDINATE };

/* The uncompressed point: 4, x, y. */
bool jwk_point(const json_t *jwk, uint8_t out[JWK_POINT]);
/* ECDSA with SHA-256; `der`: SEQUENCE { r, s }.  Any bytes may be given. */
bool jwk_verifies(const json_t *jwk, const void *p, size_t n, const uint8_t *der, size_t der_n);

#endif
