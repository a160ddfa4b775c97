/*
 * Short signed claims: what a QR code on a paper says about it, checkable without the server.
 *
 *     MC1.<base64url of payload and signature>           at most CLAIM_TEXT_MAX characters
 *
 * The payload is one canonical CBOR array (RFC 8949, 4.2.1): key id, number, day, agency, type,
 * hash of the facts, last day, initials.  The signature is ECDSA P-256 with SHA-256 over
 * "MC1." and the payload, as r and s of 32 bytes each.  ADR 0034 says why not JWT.
 *
 * Lifetime:  what is returned lives in c->a (or the arena given).
 */
#ifndef SIGN_CLAIM_H
#define SIGN_CLAIM_H

#include <jansson.h>

#include "base/date.h"
#include "sign/sign.h"

enum { CLAIM_TEXT_MAX = 260, CLAIM_HASH = 16, CLAIM_KEY_ID = 4 };

struct claim {
    const char *number;         /* of the result: 15/2026/TLKS-BS; at most 40 bytes */
    day on;                     /* day of issue */
    const char *agency;         /* code; at most 20 bytes */
    const char *type;           /* type of result; at most 20 bytes */
    const char *initials;       /* of the holder: N.T.T.H; "" none; at most 12 bytes */
    day until;                  /* last day of validity; 0: without an end */
    uint8_t facts[CLAIM_HASH];  /* claim_facts() */
};

/* The first 16 bytes of the SHA-256 over the facts as compact JSON with sorted keys. */
void claim_facts(struct arena *a, const json_t *facts, uint8_t out[CLAIM_HASH]);

/* Signs with the site's claim key (`use: claim`, not retired).  The text goes into an address as
 * it stands: BASE/xac-thuc/{text}.  E_INVALID: a part is too long, c->err.detail names it. */
int claim_sign(struct ctx *c, struct signer *s, const struct claim *k, char **text);

/* --- public keys: a JWK set (RFC 7517), as published at CLAIM_KEYS_PATH --- */

#define CLAIM_KEYS_PATH "/.well-known/motcua-claim-keys.json"

/* Retired keys too: papers live longer.  A new reference. */
int claim_keys_json(struct ctx *c, struct signer *s, json_t **out);

enum claim_state {
    CLAIM_GENUINE,
    CLAIM_EXPIRED,              /* signed by us, its last day is over */
    CLAIM_UNKNOWN_KEY,          /* none of the keys given made it */
    CLAIM_FORGED,               /* the signature does not fit */
    CLAIM_UNREADABLE,           /* no claim at all */
};

/* `text` may be the whole address.  `keys`: a JWK set.  `out` is set unless UNREADABLE; it is not
 * to be believed unless GENUINE or EXPIRED. */
enum claim_state claim_verify(struct arena *a, const json_t *keys, const char *text, day today,
                              struct claim *out);

#endif
