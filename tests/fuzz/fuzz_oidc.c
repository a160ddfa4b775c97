/* Foreign words about who somebody is.  The first byte chooses: t a token, k a set of keys, d a
 * discovery document, a a token endpoint's answer, c claims, y the file of providers. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "oidc/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct oidc_provider P = {
    .id = "p", .issuer = "https://id.example.vn", .client_id = "motcua", .secret = "s",
    .scope = "openid", .usual = 1, .claim = {"n", "name", "phone", "email", "b", "", "l", "t", "o"},
};

static void
token(struct arena *a, const char *s)
{
    static const char KEYS[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
                               "\"x\":\"LzEA4w5_5UNZagjoUX87PYvexm5Wg9sxnZ6ji_Ehwxw\","
                               "\"y\":\"WAn7h1NcS2Hm2Fp1A85yg9fpn4RXSSl_td9lhO18_84\"}]}";
    struct jwk_set set;
    enum jws alg;
    json_t *claims;

    if (!jwk_set_read(KEYS, sizeof KEYS - 1, &set) || set.n != 1)
        abort();
    if (jwt_open(a, &set, s, &alg, &claims) == JWT_GOOD || claims)
        abort();                        /* nobody has the private key */
    jwk_set_free(&set);
}

static void
keys(struct arena *a, const char *s)
{
    struct jwk_set set;

    (void)a;
    if (jwk_set_read(s, strlen(s), &set) && set.n > JWKS_KEYS)
        abort();
    jwk_set_free(&set);
}

static void
discovery(struct arena *a, const char *s)
{
    struct oidc_places at;

    (void)a;
    if (!oidc_places_read(s, strlen(s), P.issuer, &at) && strncmp(at.token, "https://", 8) != 0)
        abort();
}

static void
answer(struct arena *a, const char *s)
{
    struct oidc_tokens t;
    const char *why;

    oidc_tokens_read(a, s, strlen(s), &t, &why);
}

static void
claims(struct arena *a, const char *s)
{
    json_t *j = json_read(s, strlen(s), NULL);
    struct oidc_person w;

    if (json_is_object(j)) {
        oidc_claims_fault(a, &P, j, JWS_RS256, "nonce", "access", 1795000000);
        oidc_person_read(a, &P, j, j, &w);
    }
    json_decref(j);
}

static void
providers(struct arena *a, const char *s)
{
    struct oidc_providers all;
    struct buf faults;
    bool good;

    buf_init(&faults, a, 1 << 20);
    good = oidc_config_read(a, "x", "/nowhere", s, strlen(s), &all, &faults);
    if (good == (faults.n > 0))
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct { char word; void (*run)(struct arena *a, const char *s); } RUNS[] = {
        {'t', token}, {'k', keys}, {'d', discovery}, {'a', answer}, {'c', claims}, {'y', providers},
    };
    struct arena *a;

    if (n < 1 || n > 60000)
        return 0;
    a = arena_open((size_t)256 << 20);
    for (size_t i = 0; i < sizeof RUNS / sizeof *RUNS; i++)
        if (data[0] == RUNS[i].word)
            RUNS[i].run(a, arena_strn(a, (const char *)data + 1, n - 1));
    arena_close(a);
    return 0;
}
