#include "base/hash.h"

#include <sodium.h>
#include <string.h>

void
hash_sha256(const void *p, size_t n, uint8_t out[SHA256_SIZE])
{
    crypto_hash_sha256(out, p, n);
}

char *
hash_hex(struct arena *a, const uint8_t *p, size_t n)
{
    char *s = arena_get(a, n * 2 + 1);

    return sodium_bin2hex(s, n * 2 + 1, p, n);
}

struct bytes
hash_unhex(struct arena *a, const char *hex)
{
    size_t n = strlen(hex);
    uint8_t *p = arena_get(a, n / 2 + 1);

    if (n % 2 || sodium_hex2bin(p, n / 2 + 1, hex, n, NULL, &n, NULL) != 0 ||
        n * 2 != strlen(hex))
        return (struct bytes){0};
    return (struct bytes){p, n};
}

char *
hash_sha256_hex(struct arena *a, const void *p, size_t n)
{
    uint8_t sum[SHA256_SIZE];

    hash_sha256(p, n, sum);
    return hash_hex(a, sum, sizeof sum);
}

void
hash_hmac(const uint8_t key[32], const void *p, size_t n, uint8_t out[SHA256_SIZE])
{
    crypto_auth_hmacsha256(out, p, n, key);
}

void
hash_keyed(const uint8_t key[32], const char *use, const void *p, size_t n, uint8_t *out,
           size_t size)
{
    crypto_generichash_state h;

    crypto_generichash_init(&h, key, 32, size);
    crypto_generichash_update(&h, (const uint8_t *)use, strlen(use) + 1);
    crypto_generichash_update(&h, p, n);
    crypto_generichash_final(&h, out, size);
}

bool
hash_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

/* Every byte of the longer text is looked at, so time tells its length only. */
bool
hash_text_equal(const char *a, const char *b)
{
    size_t na = strlen(a), nb = strlen(b), n = na > nb ? na : nb;
    volatile unsigned char differ = na != nb;

    for (size_t i = 0; i < n; i++) {
        unsigned char x = i < na ? (unsigned char)a[i] : 0, y = i < nb ? (unsigned char)b[i] : 0;

        differ = (unsigned char)(differ | (x ^ y));
    }
    return differ == 0;
}
