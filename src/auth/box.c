#include "auth/box.h"

#include <sodium.h>
#include <string.h>

#include "base/hash.h"
#include "site/site.h"

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
};

static void
key_of(const struct ctx *c, const char *use, uint8_t key[KEY])
{
    hash_keyed(c->site->key, use, "", 0, key, KEY);
}

struct bytes
box_seal(struct ctx *c, const char *use, int64_t about, const void *p, size_t n)
{
    uint8_t *out = arena_get(c->a, NONCE + n + TAG), key[KEY];

    key_of(c, use, key);
    randombytes_buf(out, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE, NULL, p, n, (const uint8_t *)&about,
                                               sizeof about, NULL, out, key);
    sodium_memzero(key, sizeof key);
    return (struct bytes){out, NONCE + n + TAG};
}

struct bytes
box_open(struct ctx *c, const char *use, int64_t about, struct bytes sealed)
{
    uint8_t *out, key[KEY];
    int rc;

    if (sealed.n <= NONCE + TAG)
        return (struct bytes){0};
    out = arena_get(c->a, sealed.n);
    key_of(c, use, key);
    rc = crypto_aead_xchacha20poly1305_ietf_decrypt(
        out, NULL, NULL, sealed.p + NONCE, sealed.n - NONCE, (const uint8_t *)&about, sizeof about,
        sealed.p, key);
    sodium_memzero(key, sizeof key);
    return rc == 0 ? (struct bytes){out, sealed.n - NONCE - TAG} : (struct bytes){0};
}
