/* The state of a hash on the stack: EVP's must be got and given back, which for the short texts
 * that are hashed here (an event, a session's token, two nodes) costs more than the hash. */
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/hash.h"

#include <openssl/sha.h>
#include <sodium.h>
#include <string.h>

void
hash_sha256(const void *p, size_t n, uint8_t out[SHA256_SIZE])
{
    struct hash_run h;

    hash_begin(&h);
    hash_add(&h, p, n);
    hash_end(&h, out);
}

_Static_assert(sizeof(struct hash_run) >= sizeof(SHA256_CTX), "the library's state fits");

void
hash_begin(struct hash_run *h)
{
    SHA256_Init((SHA256_CTX *)h);
}

void
hash_add(struct hash_run *h, const void *p, size_t n)
{
    if (n)
        SHA256_Update((SHA256_CTX *)h, p, n);
}

void
hash_end(struct hash_run *h, uint8_t out[SHA256_SIZE])
{
    SHA256_Final(out, (SHA256_CTX *)h);
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
