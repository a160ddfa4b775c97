/*
 * Security keys and passkeys: what a browser brings back from WebAuthn (Level 2), checked by
 * libfido2 without a device.  Pure: no database, no clock.  Reads foreign bytes, all bounded.
 *
 * Attestation is not asked for (none): which maker's key it is decides nothing here, so what is
 * registered is the authenticator's data alone.
 * Lifetime:  results live in the arena.
 * Failures:  a sentence for the log, NULL when all is well; the person is told one thing for all.
 */
#ifndef AUTH_WEBAUTHN_H
#define AUTH_WEBAUTHN_H

#include <stdbool.h>

#include "base/arena.h"

enum {
    WEBAUTHN_CHALLENGE = 32,
    WEBAUTHN_ID_MAX = 1023,             /* bytes of a credential's id (CTAP 2) */
    WEBAUTHN_CLIENT_MAX = 2048,         /* of what the browser says about the asking */
    WEBAUTHN_DATA_MAX = 4096,           /* of what the authenticator says */
    WEBAUTHN_SIGNATURE_MAX = 512,
};

/* The site as browsers know it.  Made of its public address, never of what a request says. */
struct webauthn_rp { const char *id, *origin; };
/* false: keys cannot be used there: neither https nor localhost, or no name but a number. */
bool webauthn_rp(struct arena *a, const char *base_url, struct webauthn_rp *out);

/* The COSE numbers that are offered, best first: ES256, EdDSA, RS256. */
enum { WEBAUTHN_ALGORITHMS = 3 };
extern const int webauthn_algorithms[WEBAUTHN_ALGORITHMS];

struct webauthn_key {
    struct bytes id, key;               /* key: as libfido2 holds one of the algorithm */
    int algorithm;
    int64_t counter;                    /* of signatures; 0: it does not count */
};
struct webauthn_made { struct bytes client, data; };
const char *webauthn_register(struct arena *a, const struct webauthn_rp *rp,
                              const uint8_t challenge[WEBAUTHN_CHALLENGE],
                              const struct webauthn_made *in, struct webauthn_key *out);

struct webauthn_signed { struct bytes client, data, signature; };
/* *counter: what the key says; whether it went back is for webauthn_went_back(). */
const char *webauthn_assert(struct arena *a, const struct webauthn_rp *rp,
                            const uint8_t challenge[WEBAUTHN_CHALLENGE],
                            const struct webauthn_key *key, const struct webauthn_signed *in,
                            int64_t *counter);
/* A key that counts must count on: else there are two of it. */
bool webauthn_went_back(int64_t last, int64_t counter);

#endif
