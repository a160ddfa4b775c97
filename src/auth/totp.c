#include "auth/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

enum { MODULUS = 1000000 };

uint32_t
totp_code(const uint8_t secret[TOTP_SECRET], int64_t step)
{
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0, at;

    for (int i = 7; i >= 0; i--, step >>= 8)
        counter[i] = (uint8_t)(step & 0xff);
    if (!HMAC(EVP_sha1(), secret, TOTP_SECRET, counter, sizeof counter, mac, &n) || n < 20)
        return MODULUS;                 /* no code is as long */
    at = mac[n - 1] & 15u;
    return (((mac[at] & 0x7fu) << 24) | ((unsigned)mac[at + 1] << 16) |
            ((unsigned)mac[at + 2] << 8) | mac[at + 3]) % MODULUS;
}

/* Six digits as a number; MODULUS when it is something else. */
static uint32_t
digits(const char *code)
{
    uint32_t v = 0;
    int n = 0;

    for (; *code; code++) {
        if (*code == ' ')
            continue;
        if (*code < '0' || *code > '9' || n == TOTP_DIGITS)
            return MODULUS;
        v = v * 10 + (uint32_t)(*code - '0');
        n++;
    }
    return n == TOTP_DIGITS ? v : MODULUS;
}

/* All steps are looked at, so time tells nothing. */
int64_t
totp_match(const uint8_t secret[TOTP_SECRET], const char *code, int64_t now, int64_t after)
{
    uint32_t want = digits(code);
    int64_t found = 0;

    for (int64_t step = now / TOTP_STEP + TOTP_DRIFT; step >= now / TOTP_STEP - TOTP_DRIFT;
         step--) {
        uint32_t is = totp_code(secret, step);

        if (hash_equal(&is, &want, sizeof is) && is < MODULUS && step > after)
            found = step;
    }
    return found;
}

char *
totp_base32(struct arena *a, const uint8_t *p, size_t n)
{
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *out = arena_get(a, n * 8 / 5 + 2), *q = out;
    uint32_t bits = 0;
    int have = 0;

    for (size_t i = 0; i < n; i++) {
        bits = (bits << 8 | p[i]) & 0xffff;
        for (have += 8; have >= 5; have -= 5)
            *q++ = LETTERS[bits >> (have - 5) & 31];
    }
    if (have)
        *q++ = LETTERS[bits << (5 - have) & 31];
    return out;
}

char *
totp_uri(struct arena *a, const char *issuer, const char *name, const char *base32)
{
    struct buf b;

    buf_init(&b, a, 2000);
    buf_lit(&b, "otpauth://totp/");
    buf_url(&b, issuer);
    buf_lit(&b, ":");
    buf_url(&b, name);
    buf_fmt(&b, "?secret=%s&issuer=", base32);
    buf_url(&b, issuer);
    return b.p;
}
