/*
 * Signed tokens (JWT, RFC 7519, in the compact form of RFC 7515) and the keys that check them (JWK
 * sets, RFC 7517), on OpenSSL.  Reads foreign bytes: bounded, and everything not asked for is no.
 *
 * Never:     `none`, an HMAC, a key taken out of the token itself (jwk, jku, x5c are not read), a
 *            `crit` head, a key of another kind than the algorithm's.
 * Lifetime:  a set's keys until jwk_set_free(); claims are a json_t of the caller's.
 * Threads:   a set that is read may be used by any number at once.
 */
#ifndef OIDC_JOSE_H
#define OIDC_JOSE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"

struct evp_pkey_st;

enum { JWT_MAX = 16 << 10, JWKS_MAX = 128 << 10, JWKS_KEYS = 32, JWK_ID_MAX = 200 };

/* RFC 7518, RFC 8037. */
enum jws { JWS_NONE, JWS_RS256, JWS_PS256, JWS_ES256, JWS_EDDSA, JWS__COUNT };
const char *jws_word(enum jws alg);
enum jws jws_parse(const char *word);       /* JWS_NONE: not one of ours */

struct jwk {
    char id[JWK_ID_MAX + 1];        /* kid; "" none */
    enum jws only;                  /* of its `alg`; JWS_NONE: any of its kind */
    struct evp_pkey_st *key;
};
struct jwk_set {
    struct jwk key[JWKS_KEYS];
    size_t n;
};

/* Keys of other kinds, for encryption or too weak (RSA below 2,048 bits) are left out; false: the
 * text is no set of keys. */
bool jwk_set_read(const char *text, size_t n, struct jwk_set *out);
void jwk_set_free(struct jwk_set *set);

enum jwt_verdict {
    JWT_GOOD,
    JWT_MALFORMED,                  /* no token */
    JWT_ALGORITHM,                  /* not one that is believed */
    JWT_NO_KEY,                     /* nothing in the set has its kid: it may be a newer key */
    JWT_FORGED,                     /* the signature does not fit */
};
/* *claims is set with JWT_GOOD alone: what the token says, with a good signature, and nothing else
 * of it looked at. */
enum jwt_verdict jwt_open(struct arena *a, const struct jwk_set *keys, const char *token,
                          enum jws *alg, json_t **claims);
const char *jwt_verdict_word(enum jwt_verdict v);       /* for the log */

/* The first half of the hash of an access token, as `at_hash` holds it (OpenID Connect 3.1.3.6). */
char *jwt_half_hash(struct arena *a, enum jws alg, const char *text);

/* base64url without padding; n 0: it is not that, or nothing. */
struct bytes jose_unbase64(struct arena *a, const char *s, size_t n);
char *jose_base64(struct arena *a, const void *p, size_t n);

#endif
