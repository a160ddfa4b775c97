/* What a browser brings back from a security key.  The first byte chooses: r authenticator's data
 * of a registration, a of a sign-in behind its signature (whose length is the second byte), c the
 * browser's own words. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/webauthn.h"
#include "base/hash.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct webauthn_rp RP = {"cong.test", "https://cong.test"};
static const uint8_t CHALLENGE[WEBAUTHN_CHALLENGE];
#define TEXT(type_)                                                                                \
    "{\"type\":\"" type_ "\",\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"," \
    "\"origin\":\"https://cong.test\"}"
#define WORDS(type_) {(const uint8_t *)TEXT(type_), sizeof TEXT(type_) - 1}

/* The hash of the site is put right, or nothing behind it would ever be read. */
static struct bytes
of_this_site(struct arena *a, const uint8_t *p, size_t n)
{
    uint8_t *to = arena_get(a, n + 1);

    memcpy(to, p, n);
    if (n >= SHA256_SIZE)
        hash_sha256(RP.id, strlen(RP.id), to);
    return (struct bytes){to, n};
}

static void
registration(struct arena *a, const uint8_t *p, size_t n)
{
    struct webauthn_made in = {WORDS("webauthn.create"), of_this_site(a, p, n)};
    struct webauthn_key key;

    if (webauthn_register(a, &RP, CHALLENGE, &in, &key))
        return;
    if (key.id.n == 0 || key.id.n > WEBAUTHN_ID_MAX || key.key.n == 0 || key.counter < 0)
        abort();
}

static void
assertion(struct arena *a, const uint8_t *p, size_t n)
{
    static const uint8_t KEYS[259] = {[0] = 0xd7, [258] = 1};   /* nobody has their private half */
    size_t sig = n ? p[0] : 0;
    struct webauthn_signed in = {.client = WORDS("webauthn.get")};
    int64_t counter;

    if (n < 1 + sig)
        return;
    in.signature = (struct bytes){p + 1, sig};
    in.data = of_this_site(a, p + 1 + sig, n - 1 - sig);
    for (size_t i = 0; i < WEBAUTHN_ALGORITHMS; i++) {
        static const size_t SIZE[WEBAUTHN_ALGORITHMS] = {64, 32, 259};
        struct webauthn_key key = {.key = {KEYS, SIZE[i]}, .algorithm = webauthn_algorithms[i]};

        webauthn_assert(a, &RP, CHALLENGE, &key, &in, &counter);
        if (counter < 0 || counter > UINT32_MAX)
            abort();
    }
}

static void
words(struct arena *a, const uint8_t *p, size_t n)
{
    struct webauthn_made in = {{p, n}, {CHALLENGE, 1}};
    struct webauthn_key key;
    char *url = arena_strn(a, (const char *)p, strnlen((const char *)p, n));
    struct webauthn_rp rp;

    if (!webauthn_register(a, &RP, CHALLENGE, &in, &key))
        abort();                        /* its other half is no data */
    if (webauthn_rp(a, url, &rp) && (!*rp.id || strpbrk(rp.id, "/:@ ")))
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct {
        char first;
        void (*run)(struct arena *, const uint8_t *, size_t);
    } T[] = {
        {'r', registration}, {'a', assertion}, {'c', words},
    };
    struct arena *a;

    if (n < 2 || n > 8192)
        return 0;
    a = arena_open(4 << 20);
    for (size_t i = 0; i < sizeof T / sizeof *T; i++)
        if (T[i].first == (char)data[0])
            T[i].run(a, data + 1, n - 1);
    arena_close(a);
    return 0;
}
