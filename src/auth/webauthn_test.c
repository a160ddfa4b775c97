/* What browsers bring back, made here by a software authenticator: one row, one rule. */
#include "base/test.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "auth/webauthn.h"
#include "base/buf.h"
#include "base/hash.h"
#include "oidc/jose.h"

enum { ES256 = -7, EDDSA = -8, RS256 = -257, PRESENT = 0x01, ATTESTED = 0x40 };

static struct arena *a;
static const uint8_t CHALLENGE[WEBAUTHN_CHALLENGE] = "thirty-two bytes of a challenge.";
static const struct webauthn_rp RP = {"cong.test", "https://cong.test"};

static int
set_up(void **state)
{
    (void)state;
    a = arena_open(8 << 20);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

static void
check(const char *name, bool good, const char *got)
{
    if (good != !got) {
        print_error("%s: got %s\n", name, got ? got : "no fault");
        _fail(__FILE__, __LINE__);
    }
}

/* --- the authenticator --- */

static struct bytes
all_of(const struct buf *b)
{
    return (struct bytes){(const uint8_t *)b->p, b->n};
}

static void
put(struct buf *b, const void *p, size_t n)
{
    buf_add(b, p, n);
}

static void
put_octets(EVP_PKEY *key, const char *name, struct buf *b, size_t size)
{
    uint8_t v[256];
    BIGNUM *n = NULL;

    assert_int_equal(1, EVP_PKEY_get_bn_param(key, name, &n));
    assert_int_equal((int)size, BN_bn2binpad(n, v, (int)size));
    BN_free(n);
    put(b, v, size);
}

static void
put_cose(struct buf *b, EVP_PKEY *key, int algorithm)
{
    uint8_t raw[32];
    size_t n = sizeof raw;

    if (algorithm == ES256) {
        put(b, "\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
        put_octets(key, "qx", b, 32);
        put(b, "\x22\x58\x20", 3);
        put_octets(key, "qy", b, 32);
    } else if (algorithm == EDDSA) {
        assert_int_equal(1, EVP_PKEY_get_raw_public_key(key, raw, &n));
        put(b, "\xa4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10);
        put(b, raw, n);
    } else {
        put(b, "\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00", 11);
        put_octets(key, "n", b, 256);
        put(b, "\x21\x43\x01\x00\x01", 5);
    }
}

static EVP_PKEY *
make_key(int algorithm)
{
    EVP_PKEY *key = algorithm == ES256   ? EVP_EC_gen("P-256")
                    : algorithm == EDDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                         : EVP_RSA_gen(2048);

    assert_non_null(key);
    return key;
}

static struct bytes
data_of(const char *rp, int flags, uint32_t counter, EVP_PKEY *key, int algorithm)
{
    uint8_t sum[32], head[5] = {(uint8_t)flags, (uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
                                (uint8_t)(counter >> 8), (uint8_t)counter};
    struct buf b;

    buf_init(&b, a, 4096);
    hash_sha256(rp, strlen(rp), sum);
    put(&b, sum, sizeof sum);
    put(&b, head, sizeof head);
    if (flags & ATTESTED) {
        put(&b, "0123456789abcdef\0\4key1", 22);
        put_cose(&b, key, algorithm);
    }
    return all_of(&b);
}

static struct bytes
client_of(const char *type, const char *challenge, const char *origin, const char *more)
{
    struct buf b;

    buf_init(&b, a, 4096);
    buf_fmt(&b, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}", type, challenge,
            origin, more);
    return all_of(&b);
}

static const char *
right_challenge(void)
{
    return jose_base64(a, CHALLENGE, sizeof CHALLENGE);
}

static struct bytes
sign(EVP_PKEY *key, int algorithm, struct bytes data, struct bytes client)
{
    uint8_t sum[32], *out = arena_get(a, 512);
    size_t n = 512;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    struct buf b;

    hash_sha256(client.p, client.n, sum);
    buf_init(&b, a, 4096);
    put(&b, data.p, data.n);
    put(&b, sum, sizeof sum);
    assert_int_equal(1, EVP_DigestSignInit(md, NULL, algorithm == EDDSA ? NULL : EVP_sha256(), NULL,
                                           key));
    assert_int_equal(1, EVP_DigestSign(md, out, &n, (const uint8_t *)b.p, b.n));
    EVP_MD_CTX_free(md);
    return (struct bytes){out, n};
}

/* --- tests --- */

static void
test_rp(void **state)
{
    static const struct { const char *url, *id, *origin; } T[] = {
        {"https://dvc.hanoi.gov.vn", "dvc.hanoi.gov.vn", "https://dvc.hanoi.gov.vn"},
        {"https://DVC.Hanoi.gov.vn:443/cong", "dvc.hanoi.gov.vn", "https://dvc.hanoi.gov.vn"},
        {"https://dvc.hanoi.gov.vn:8443", "dvc.hanoi.gov.vn", "https://dvc.hanoi.gov.vn:8443"},
        {"http://localhost:8080", "localhost", "http://localhost:8080"},
        {"http://localhost:80", "localhost", "http://localhost"},
        {"http://cong.localhost:80", "cong.localhost", "http://cong.localhost"},
        {"http://dvc.hanoi.gov.vn", NULL, NULL},
        {"http://127.0.0.1:8080", NULL, NULL},
        {"https://10.0.0.1", NULL, NULL},
        {"https://[::1]:8443", NULL, NULL},
        {"https://ai@dvc.hanoi.gov.vn", NULL, NULL},
        {"https://dvc.hanoi.gov.vn:x", NULL, NULL},
        {"https://", NULL, NULL},
        {"http://notlocalhost", NULL, NULL},
        {"", NULL, NULL},
    };
    struct webauthn_rp rp;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        bool got = webauthn_rp(a, T[i].url, &rp);

        check(T[i].url, got == !!T[i].id, NULL);
        assert_string_equal(T[i].id ? T[i].id : "", rp.id);
        assert_string_equal(T[i].origin ? T[i].origin : "", rp.origin);
    }
}

static void
test_each_algorithm(void **state)
{
    (void)state;
    for (size_t i = 0; i < WEBAUTHN_ALGORITHMS; i++) {
        int algorithm = webauthn_algorithms[i];
        EVP_PKEY *key = make_key(algorithm);
        struct bytes made = client_of("webauthn.create", right_challenge(), RP.origin, "");
        struct bytes got = client_of("webauthn.get", right_challenge(), RP.origin,
                                     ",\"crossOrigin\":false,\"other\":[1,{}]");
        struct webauthn_made in = {made, data_of(RP.id, PRESENT | ATTESTED, 5, key, algorithm)};
        struct bytes data = data_of(RP.id, PRESENT, 6, NULL, 0);
        struct webauthn_signed s = {got, data, sign(key, algorithm, data, got)};
        struct webauthn_key k;
        int64_t counter;
        uint8_t *bent = arena_get(a, s.signature.n);

        check("registered", true, webauthn_register(a, &RP, CHALLENGE, &in, &k));
        assert_int_equal(algorithm, k.algorithm);
        assert_int_equal(5, k.counter);
        assert_true(k.id.n == 4 && memcmp(k.id.p, "key1", 4) == 0);
        check("signed", true, webauthn_assert(a, &RP, CHALLENGE, &k, &s, &counter));
        assert_int_equal(6, counter);
        memcpy(bent, s.signature.p, s.signature.n);
        bent[s.signature.n - 1] ^= 1;
        s.signature.p = bent;
        check("a bent signature", false, webauthn_assert(a, &RP, CHALLENGE, &k, &s, &counter));
        EVP_PKEY_free(key);
    }
}

static void
test_client_data(void **state)
{
    EVP_PKEY *key = make_key(ES256);
    static const char OTHER[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const struct { const char *name; struct bytes client; bool good; } T[] = {
        {"as it must be", client_of("webauthn.create", right_challenge(), RP.origin, ""), true},
        {"a sign-in's", client_of("webauthn.get", right_challenge(), RP.origin, ""), false},
        {"another challenge", client_of("webauthn.create", OTHER, RP.origin, ""), false},
        {"a short one", client_of("webauthn.create", "dGhpcnR5", RP.origin, ""), false},
        {"no base64", client_of("webauthn.create", "!", RP.origin, ""), false},
        {"another site",
         client_of("webauthn.create", right_challenge(), "https://cong.test.vn", ""), false},
        {"another port",
         client_of("webauthn.create", right_challenge(), "https://cong.test:8443", ""), false},
        {"without TLS",
         client_of("webauthn.create", right_challenge(), "http://cong.test", ""), false},
        {"in a frame of another site",
         client_of("webauthn.create", right_challenge(), RP.origin, ",\"crossOrigin\":true"),
         false},
        {"crossOrigin of no sense",
         client_of("webauthn.create", right_challenge(), RP.origin, ",\"crossOrigin\":0"), false},
        {"a frame of one's own",
         client_of("webauthn.create", right_challenge(), RP.origin, ",\"topOrigin\":\"x\""), false},
        {"no JSON", {(const uint8_t *)"{", 1}, false},
        {"a list", {(const uint8_t *)"[]", 2}, false},
        {"nothing", {(const uint8_t *)"", 0}, false},
        {"too long", {arena_get(a, 4000), 4000}, false},
    };
    struct webauthn_key k;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct webauthn_made in = {T[i].client,
                                   data_of(RP.id, PRESENT | ATTESTED, 0, key, ES256)};

        check(T[i].name, T[i].good, webauthn_register(a, &RP, CHALLENGE, &in, &k));
    }
    EVP_PKEY_free(key);
}

/* The same bytes up to n, or one of them another. */
static struct bytes
bent(struct bytes b, size_t n, size_t at, int to)
{
    uint8_t *p = arena_get(a, b.n + 1);

    memcpy(p, b.p, b.n);
    p[at] = (uint8_t)to;
    return (struct bytes){p, n};
}

static void
test_authenticator_data(void **state)
{
    EVP_PKEY *key = make_key(ES256);
    struct bytes good = data_of(RP.id, PRESENT | ATTESTED, 0, key, ES256);
    const struct { const char *name; struct bytes data; bool good; } T[] = {
        {"as it must be", good, true},
        {"another site's", data_of("cong.test.vn", PRESENT | ATTESTED, 0, key, ES256), false},
        {"nobody there", data_of(RP.id, ATTESTED, 0, key, ES256), false},
        {"no key in it", data_of(RP.id, PRESENT, 0, key, ES256), false},
        {"cut in the key", bent(good, good.n - 1, 0, good.p[0]), false},
        {"cut in the id", bent(good, 56, 0, good.p[0]), false},
        {"an id longer than all", bent(good, good.n, 53, 0xff), false},
        {"an id of no byte", bent(good, good.n, 54, 0), false},
        {"a point beside the curve", bent(good, good.n, good.n - 1, good.p[good.n - 1] ^ 1), false},
        {"another algorithm", bent(good, good.n, 63, 0x25), false},
        {"a map of thousands of millions", bent(good, good.n, 59, 0xbb), false},
        {"a string without an end", bent(good, good.n, 59, 0x5f), false},
        {"flags alone", bent(good, 33, 0, good.p[0]), false},
        {"nothing", {good.p, 0}, false},
    };
    struct webauthn_key k;

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++) {
        struct webauthn_made in = {
            client_of("webauthn.create", right_challenge(), RP.origin, ""), T[i].data};

        check(T[i].name, T[i].good, webauthn_register(a, &RP, CHALLENGE, &in, &k));
    }
    EVP_PKEY_free(key);
}

static void
test_assertion(void **state)
{
    EVP_PKEY *key = make_key(ES256), *other = make_key(ES256);
    struct webauthn_made in = {client_of("webauthn.create", right_challenge(), RP.origin, ""),
                               data_of(RP.id, PRESENT | ATTESTED, 0, key, ES256)};
    struct bytes client = client_of("webauthn.get", right_challenge(), RP.origin, "");
    struct bytes data = data_of(RP.id, PRESENT, 1, NULL, 0), absent = data_of(RP.id, 0, 1, NULL, 0);
    struct bytes foreign = data_of("x.test", PRESENT, 1, NULL, 0);
    const struct { const char *name; struct webauthn_signed s; bool good; } T[] = {
        {"as it must be", {client, data, sign(key, ES256, data, client)}, true},
        {"by another key", {client, data, sign(other, ES256, data, client)}, false},
        {"of another counter", {client, data_of(RP.id, PRESENT, 2, NULL, 0),
                                sign(key, ES256, data, client)}, false},
        {"nobody touched it", {client, absent, sign(key, ES256, absent, client)}, false},
        {"another site's", {client, foreign, sign(key, ES256, foreign, client)}, false},
        {"a registration's words", {in.client, data, sign(key, ES256, data, in.client)}, false},
        {"no signature", {client, data, {(const uint8_t *)"", 0}}, false},
        {"a long one", {client, data, {arena_get(a, 600), 600}}, false},
    };
    struct webauthn_key k;
    int64_t counter;

    (void)state;
    check("registered", true, webauthn_register(a, &RP, CHALLENGE, &in, &k));
    for (size_t i = 0; i < ROWS(T); i++)
        check(T[i].name, T[i].good, webauthn_assert(a, &RP, CHALLENGE, &k, &T[i].s, &counter));
    k.algorithm = RS256;
    check("as if of another algorithm", false,
          webauthn_assert(a, &RP, CHALLENGE, &k, &T[0].s, &counter));
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

static void
test_counter(void **state)
{
    static const struct { const char *name; int64_t last, now; bool back; } T[] = {
        {"it does not count", 0, 0, false}, {"it counts on", 3, 4, false},
        {"the first", 0, 1, false},         {"it stands", 3, 3, true},
        {"back", 3, 2, true},               {"it stopped counting", 3, 0, true},
        {"the last there is", 4294967294, 4294967295, false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(T); i++)
        check(T[i].name, T[i].back == webauthn_went_back(T[i].last, T[i].now), NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rp, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_algorithm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_client_data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_authenticator_data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_assertion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_counter, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
