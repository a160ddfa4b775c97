/*
 * The ring of keys that numbers of persons are sealed with, and the seal itself: a text becomes
 * "~1.rP3x..." (key 1; base64url of 16 bytes of synthetic IV and the encrypted text).
 *
 * Deterministic authenticated encryption, SIV over libsodium: the IV is the keyed BLAKE2b-128 of
 * what it belongs to and the text, the text is encrypted by XChaCha20 under that IV.  The same text
 * in the same place is the same sealed text, so a column is its own index; nothing else is told,
 * and there is no nonce to misuse.  What it belongs to (`place`, "party.phone", and `about`, an id
 * or 0) is authenticated: a sealed text moved to another place does not open (docs/adr/0046).
 *
 * Lifetime:  what is returned lives in `a`.  Rings live to the end of the process.
 * Threads:   any; ring_use() swaps an immutable ring.
 */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum {
    RING_MAX = 3,               /* the old, the one that writes, the next */
    RING_FORMS = RING_MAX + 1,  /* what one text may look like in a column, plain included */
    RING_KEY = 32, RING_PROOF = 16, RING_ID_MAX = 9999,
    RING_TEXT_MAX = 4096        /* of a file of keys, bytes */
};

struct ring_key {
    int id;                     /* 1..RING_ID_MAX, never used again */
    uint8_t raw[RING_KEY], mac[RING_KEY], stream[RING_KEY];
    uint8_t proof[RING_PROOF];  /* what the database keeps of it: tells keys apart, nothing more */
};

struct ring {
    size_t n;
    int write;                  /* id of the key that seals; 0: none yet */
    struct ring_key key[RING_MAX];
    struct ring *before;        /* that was in use: somebody may still read it */
};

/* A file of keys: lines "key ID HEX", comments after #.  NULL, or what is wrong with it.  `write`
 * is 0.  `out` is wiped by who has it (ring_forget). */
const char *ring_read(struct arena *a, const char *text, size_t n, struct ring *out);
const char *ring_text(struct arena *a, const struct ring *r);
/* A fresh random key; false: the ring is full. */
bool ring_add(struct ring *r, int id);
bool ring_drop(struct ring *r, int id);
const struct ring_key *ring_find(const struct ring *r, int id);
void ring_forget(struct ring *r);

/* A copy of it is what this process seals with from now on; NULL before the first. */
void ring_use(const struct ring *r);
const struct ring *ring_now(void);

/* "" and NULL stay what they are.  Asserts that a ring is in use and has a key that writes. */
const char *ring_seal(struct arena *a, const char *place, int64_t about, const char *text);
/* It plain, and as each key of the ring would seal it; for fewer keys, what no column holds. */
void ring_forms(struct arena *a, const char *place, const char *text, const char *out[RING_FORMS]);
/* NULL: sealed by a key that is not here, altered, or of another place.  A text that is not sealed
 * is itself. */
const char *ring_open(struct arena *a, const char *place, int64_t about, const char *text);
bool ring_sealed(const char *text);
int ring_id(const char *text);      /* of the key that sealed it; 0 none, or not of that form */

#endif
