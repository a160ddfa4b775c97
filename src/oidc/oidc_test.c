/* Tokens signed here by keys made here; one row, one thing that must (not) be believed. */
#include "base/test.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/json.h"
#include "oidc/protocol.h"

static struct arena *a;
static EVP_PKEY *rsa, *weak, *ec, *ed;

static void
check(const char *name, bool want, bool got)
{
    if (want != got) {
        print_error("%s: want %s\n", name, want ? "true" : "false");
        _fail(__FILE__, __LINE__);
    }
}

/* --- keys and tokens -------------------------------------------------------------------------- */

static const char *
number(const EVP_PKEY *key, const char *name)
{
    uint8_t bytes[1100];
    BIGNUM *b = NULL;
    int n;

    assert_int_equal(1, EVP_PKEY_get_bn_param(key, name, &b));
    n = BN_bn2bin(b, bytes);
    BN_free(b);
    return jose_base64(a, bytes, (size_t)n);
}

static const char *
rsa_jwk(const EVP_PKEY *key, const char *id, const char *more)
{
    return arena_fmt(a, "{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"%s}", id,
                     number(key, "n"), number(key, "e"), more);
}

static const char *
ec_jwk(const char *id)
{
    uint8_t point[65];
    size_t n = 0;

    assert_int_equal(1, EVP_PKEY_get_octet_string_param(ec, "encoded-pub-key", point,
                                                        sizeof point, &n));
    assert_int_equal(65, n);
    return arena_fmt(a, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\","
                        "\"y\":\"%s\"}", id, jose_base64(a, point + 1, 32),
                     jose_base64(a, point + 33, 32));
}

static const char *
ed_jwk(const char *id)
{
    uint8_t p[32];
    size_t n = sizeof p;

    assert_int_equal(1, EVP_PKEY_get_raw_public_key(ed, p, &n));
    return arena_fmt(a, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"%s\",\"x\":\"%s\"}", id,
                     jose_base64(a, p, n));
}

static struct bytes
raw_of(const uint8_t *der, size_t n)
{
    ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, (long)n);
    uint8_t *out = arena_get(a, 64);

    assert_non_null(s);
    BN_bn2binpad(ECDSA_SIG_get0_r(s), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(s), out + 32, 32);
    ECDSA_SIG_free(s);
    return (struct bytes){out, 64};
}

static const char *
token(const char *head, const char *claims, EVP_PKEY *key, bool pss)
{
    char *text = arena_fmt(a, "%s.%s", jose_base64(a, head, strlen(head)),
                           jose_base64(a, claims, strlen(claims)));
    uint8_t sig[1024];
    size_t n = sizeof sig;
    EVP_MD_CTX *m = EVP_MD_CTX_new();
    EVP_PKEY_CTX *x;
    struct bytes out = {sig, 0};

    assert_int_equal(1, EVP_DigestSignInit(m, &x, key == ed ? NULL : EVP_sha256(), NULL, key));
    if (pss) {
        EVP_PKEY_CTX_set_rsa_padding(x, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(x, 32);
    }
    assert_int_equal(1, EVP_DigestSign(m, sig, &n, (uint8_t *)text, strlen(text)));
    EVP_MD_CTX_free(m);
    out.n = n;
    if (key == ec)
        out = raw_of(sig, n);
    return arena_fmt(a, "%s.%s", text, jose_base64(a, out.p, out.n));
}

static enum jwt_verdict
judge(const char *keys, const char *text)
{
    struct jwk_set set;
    enum jwt_verdict v;
    enum jws alg;
    json_t *claims;

    assert_true(jwk_set_read(keys, strlen(keys), &set));
    v = jwt_open(a, &set, text, &alg, &claims);
    assert_int_equal(v == JWT_GOOD, claims != NULL);
    json_decref(claims);
    jwk_set_free(&set);
    return v;
}

#define C "{\"sub\":\"x\"}"

static void
test_signatures(void **state)
{
    const char *all = arena_fmt(a, "{\"keys\":[%s,%s,%s]}", rsa_jwk(rsa, "r", ""), ec_jwk("e"),
                                ed_jwk("d"));
    const char *two = arena_fmt(a, "{\"keys\":[%s,%s]}", rsa_jwk(rsa, "r", ""),
                                rsa_jwk(rsa, "s", ""));
    const char *other = arena_fmt(a, "{\"keys\":[%s]}", rsa_jwk(rsa, "r", ",\"use\":\"enc\""));
    const char *small = arena_fmt(a, "{\"keys\":[%s]}", rsa_jwk(weak, "r", ""));
    const char *ps = arena_fmt(a, "{\"keys\":[%s]}", rsa_jwk(rsa, "r", ",\"alg\":\"PS256\""));
    const struct { const char *name, *keys, *head; EVP_PKEY *key; bool pss; int want; } T[] = {
        {"RS256", all, "{\"alg\":\"RS256\",\"kid\":\"r\"}", rsa, false, JWT_GOOD},
        {"PS256", all, "{\"alg\":\"PS256\",\"kid\":\"r\"}", rsa, true, JWT_GOOD},
        {"ES256", all, "{\"alg\":\"ES256\",\"kid\":\"e\"}", ec, false, JWT_GOOD},
        {"EdDSA", all, "{\"alg\":\"EdDSA\",\"kid\":\"d\"}", ed, false, JWT_GOOD},
        {"the only key that fits", all, "{\"alg\":\"ES256\"}", ec, false, JWT_GOOD},
        {"none", all, "{\"alg\":\"none\"}", rsa, false, JWT_ALGORITHM},
        {"None", all, "{\"alg\":\"None\",\"kid\":\"r\"}", rsa, false, JWT_ALGORITHM},
        {"an HMAC by a public key", all, "{\"alg\":\"HS256\",\"kid\":\"r\"}", rsa, false,
         JWT_ALGORITHM},
        {"no algorithm", all, "{\"kid\":\"r\"}", rsa, false, JWT_ALGORITHM},
        {"an algorithm that is a number", all, "{\"alg\":1,\"kid\":\"r\"}", rsa, false,
         JWT_ALGORITHM},
        {"a kid that is not there", all, "{\"alg\":\"RS256\",\"kid\":\"q\"}", rsa, false,
         JWT_NO_KEY},
        {"a kid of another kind", all, "{\"alg\":\"ES256\",\"kid\":\"r\"}", ec, false, JWT_NO_KEY},
        {"two keys and no kid", two, "{\"alg\":\"RS256\"}", rsa, false, JWT_NO_KEY},
        {"a key for encryption", other, "{\"alg\":\"RS256\",\"kid\":\"r\"}", rsa, false,
         JWT_NO_KEY},
        {"a key of 1,024 bits", small, "{\"alg\":\"RS256\",\"kid\":\"r\"}", weak, false,
         JWT_NO_KEY},
        {"a key for PS256 alone", ps, "{\"alg\":\"RS256\",\"kid\":\"r\"}", rsa, false, JWT_NO_KEY},
        {"PS256 signed without it", all, "{\"alg\":\"PS256\",\"kid\":\"r\"}", rsa, false,
         JWT_FORGED},
        {"another key's signature", all, "{\"alg\":\"RS256\",\"kid\":\"r\"}", weak, false,
         JWT_FORGED},
        {"crit", all, "{\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[\"b64\"],\"b64\":false}", rsa,
         false, JWT_MALFORMED},
        {"an algorithm twice", all, "{\"alg\":\"RS256\",\"alg\":\"none\",\"kid\":\"r\"}", rsa,
         false, JWT_MALFORMED},
        {"a key of its own", all, "{\"alg\":\"RS256\",\"kid\":\"z\",\"jwk\":{}}", rsa, false,
         JWT_NO_KEY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++)
        check(T[i].name, true,
              judge(T[i].keys, token(T[i].head, C, T[i].key, T[i].pss)) ==
                  (enum jwt_verdict)T[i].want);
}

static void
test_tampering(void **state)
{
    const char *keys = arena_fmt(a, "{\"keys\":[%s,%s]}", rsa_jwk(rsa, "r", ""), ec_jwk("e"));
    static const char *const HEADS[] = {"{\"alg\":\"RS256\",\"kid\":\"r\"}",
                                        "{\"alg\":\"ES256\",\"kid\":\"e\"}"};

    (void)state;
    for (int h = 0; h < 2; h++) {
        const char *good = token(HEADS[h], C, h ? ec : rsa, false);
        size_t n = strlen(good);

        assert_int_equal(JWT_GOOD, judge(keys, good));
        for (size_t i = 0; i < n; i += 3) {     /* every third letter, another one */
            char *bad = arena_str(a, good);

            bad[i] = bad[i] == 'A' ? 'B' : 'A';
            check(good + i, false, judge(keys, bad) == JWT_GOOD);
            check("cut short", false, judge(keys, arena_strn(a, good, i)) == JWT_GOOD);
        }
        check("a fourth part", false, judge(keys, arena_fmt(a, "%s.x", good)) == JWT_GOOD);
        check("padding", false, judge(keys, arena_fmt(a, "%s=", good)) == JWT_GOOD);
    }
}

static void
test_key_sets(void **state)
{
    static const char *const BAD[] = {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[", "null",
                                      "{\"keys\":[],\"keys\":[]}"};
    static const char STRANGE[] =
        "{\"keys\":[null,1,{},{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"},"
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"LzEA4w5_5UNZagjoUX87PYvexm5Wg9sxnZ6ji_Ehwxw\","
        "\"y\":\"LzEA4w5_5UNZagjoUX87PYvexm5Wg9sxnZ6ji_Ehwxw\"},"
        "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"},{\"kty\":\"oct\",\"k\":\"AAAA\"}]}";
    struct jwk_set set;

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        check(BAD[i], false, jwk_set_read(BAD[i], strlen(BAD[i]), &set));
    assert_true(jwk_set_read(STRANGE, strlen(STRANGE), &set));
    assert_int_equal(0, set.n);
    jwk_set_free(&set);
}

/* --- claims ----------------------------------------------------------------------------------- */

static const struct oidc_provider P = {
    .id = "vneid", .issuer = "https://id.example.vn", .client_id = "motcua", .secret = "s c",
    .scope = "openid", .usual = 1,
    .claim = {"SoDinhDanh", "HoVaTen", "phone", "email", "NgaySinh", "", "", "MaSoThue", ""},
    .level = {{"LoA2", 2}, {"LoA3", 3}}, .levels = 2,
};
enum { NOW = 1795000000 };

static void
test_claims(void **state)
{
#define REST "\"sub\":\"u1\",\"nonce\":\"n\",\"iss\":\"https://id.example.vn\""
#define TIME "\"exp\":1795000300,\"iat\":1795000000"
    static const struct { const char *name, *claims, *want; } T[] = {
        {"all is right", "{" REST "," TIME ",\"aud\":\"motcua\"}", NULL},
        {"one of a list", "{" REST "," TIME ",\"aud\":[\"motcua\"]}", NULL},
        {"two and azp", "{" REST "," TIME ",\"aud\":[\"motcua\",\"b\"],\"azp\":\"motcua\"}", NULL},
        {"two without azp", "{" REST "," TIME ",\"aud\":[\"motcua\",\"b\"]}", "aud"},
        {"azp of another", "{" REST "," TIME ",\"aud\":\"motcua\",\"azp\":\"b\"}", "aud"},
        {"another's", "{" REST "," TIME ",\"aud\":\"motcua2\"}", "aud"},
        {"nobody's", "{" REST "," TIME "}", "aud"},
        {"expired", "{" REST ",\"exp\":1794999900,\"iat\":1794999800,\"aud\":\"motcua\"}",
         "exp or iat"},
        {"old", "{" REST ",\"exp\":1795009999,\"iat\":1794990000,\"aud\":\"motcua\"}",
         "exp or iat"},
        {"of the future", "{" REST ",\"exp\":1795009999,\"iat\":1795000400,\"aud\":\"motcua\"}",
         "exp or iat"},
        {"not yet", "{" REST "," TIME ",\"nbf\":1795000400,\"aud\":\"motcua\"}", "exp or iat"},
        {"a time that is a text", "{" REST ",\"exp\":\"1795000300\",\"iat\":1795000000,"
                                  "\"aud\":\"motcua\"}", "exp or iat"},
        {"no time", "{" REST ",\"aud\":\"motcua\"}", "exp or iat"},
        {"another nonce", "{\"sub\":\"u1\",\"nonce\":\"m\",\"iss\":\"https://id.example.vn\"," TIME
                          ",\"aud\":\"motcua\"}", "nonce"},
        {"no nonce", "{\"sub\":\"u1\",\"iss\":\"https://id.example.vn\"," TIME
                     ",\"aud\":\"motcua\"}", "nonce"},
        {"another issuer",
         "{\"sub\":\"u1\",\"nonce\":\"n\",\"iss\":\"https://id.example.vn/\"," TIME
                           ",\"aud\":\"motcua\"}", "iss"},
        {"nobody", "{\"nonce\":\"n\",\"iss\":\"https://id.example.vn\"," TIME
                   ",\"aud\":\"motcua\"}", "sub"},
        {"at_hash of the standard's example", "{" REST "," TIME ",\"aud\":\"motcua\","
         "\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"}", NULL},
        {"another at_hash",
         "{" REST "," TIME ",\"aud\":\"motcua\",\"at_hash\":\"77QmUPtjPfzWtF2\"}",
         "at_hash"},
        {"an at_hash that is a number", "{" REST "," TIME ",\"aud\":\"motcua\",\"at_hash\":1}",
         "at_hash"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++) {
        json_t *j = json_read(T[i].claims, strlen(T[i].claims), NULL);
        const char *got;

        assert_non_null(j);
        got = oidc_claims_fault(a, &P, j, JWS_RS256, "n",
                                "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", NOW);
        check(T[i].name, true, T[i].want ? got && strcmp(got, T[i].want) == 0 : !got);
        json_decref(j);
    }
}

static void
test_person(void **state)
{
    static const char ID[] = "{\"sub\":\"u1\",\"SoDinhDanh\":\"001099123456\",\"acr\":\"LoA2\","
                             "\"NgaySinh\":19990131,\"email\":\"khong phai\"}";
    static const char MORE[] = "{\"sub\":\"u1\",\"SoDinhDanh\":\"001099999999\","
                               "\"HoVaTen\":\" Nguye\xcc\x82\xcc\x83n  V\xc4\x83n A \","
                               "\"phone\":\"+84912345678\",\"MaSoThue\":\"0101234567-001\"}";
    json_t *id = json_read(ID, sizeof ID - 1, NULL), *more = json_read(MORE, sizeof MORE - 1, NULL);
    struct oidc_person w;

    (void)state;
    oidc_person_read(a, &P, id, more, &w);
    assert_string_equal("001099123456", w.claim[CLAIM_NUMBER]);     /* what is signed goes first */
    assert_string_equal("Nguyễn Văn A", w.claim[CLAIM_NAME]);
    assert_string_equal("0912345678", w.claim[CLAIM_PHONE]);
    assert_string_equal("1999-01-31", w.claim[CLAIM_BIRTH]);
    assert_string_equal("0101234567-001", w.claim[CLAIM_TAX_CODE]);
    assert_string_equal("", w.claim[CLAIM_EMAIL]);
    assert_int_equal(2, w.level);
    assert_int_equal(1, oidc_level(&P, "LoA9"));
    json_decref(id);
    json_decref(more);
}

/* --- documents -------------------------------------------------------------------------------- */

static void
test_discovery(void **state)
{
#define D(issuer, token, more)                                                                     \
    "{\"issuer\":\"" issuer "\",\"authorization_endpoint\":\"https://id.example.vn/a\","           \
    "\"token_endpoint\":\"" token "\",\"jwks_uri\":\"https://id.example.vn/k\"" more "}"
    static const struct { const char *name, *text; bool good; } T[] = {
        {"plain", D("https://id.example.vn", "https://id.example.vn/t", ""), true},
        {"another issuer", D("https://id.example.vn/", "https://id.example.vn/t", ""), false},
        {"without TLS", D("https://id.example.vn", "http://id.example.vn/t", ""), false},
        {"this machine's", D("https://id.example.vn", "http://127.0.0.1/t", ""), false},
        {"no address", D("https://id.example.vn", "file:///etc/passwd", ""), false},
        {"none", D("https://id.example.vn", "", ""), false},
        {"no S256", D("https://id.example.vn", "https://id.example.vn/t",
                      ",\"code_challenge_methods_supported\":[\"plain\"]"), false},
        {"S256", D("https://id.example.vn", "https://id.example.vn/t",
                   ",\"code_challenge_methods_supported\":[\"plain\",\"S256\"]"), true},
        {"no code", D("https://id.example.vn", "https://id.example.vn/t",
                      ",\"response_types_supported\":[\"id_token\"]"), false},
        {"a list", "[]", false},
    };
    struct oidc_places at;

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++)
        check(T[i].name, T[i].good,
              !oidc_places_read(T[i].text, strlen(T[i].text), P.issuer, &at));
}

static void
test_addresses(void **state)
{
    struct oidc_places at = {.authorize = "https://id.example.vn/a?x=1",
                             .logout = "https://id.example.vn/o"};
    struct oidc_flow f = {"st", "no", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                          "https://x.vn/dang-nhap/vneid/ve", 2};

    (void)state;
    /* The verifier and the challenge of RFC 7636, appendix B. */
    assert_string_equal("https://id.example.vn/a?x=1&response_type=code&client_id=motcua"
                        "&redirect_uri=https%3A%2F%2Fx.vn%2Fdang-nhap%2Fvneid%2Fve&scope=openid"
                        "&state=st&nonce=no"
                        "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
                        "&code_challenge_method=S256&ui_locales=vi&acr_values=LoA2%20LoA3"
                        "&prompt=login",
                        oidc_authorize_address(a, &P, &at, &f, "vi"));
    assert_string_equal("https://id.example.vn/o?client_id=motcua"
                        "&post_logout_redirect_uri=https%3A%2F%2Fx.vn%2F",
                        oidc_logout_address(a, &P, &at, "https://x.vn/"));
    assert_string_equal("Basic bW90Y3VhOnMlMjBj", oidc_basic(a, &P));
}

/* --- the file --------------------------------------------------------------------------------- */

#define FILE_OF(more)                                                                              \
    "providers:\n  - id: vneid\n    name: VNeID\n    face: citizen\n"                              \
    "    issuer: https://id.example.vn\n    client-id: motcua\n    client-auth: none\n" more
#define CLAIMS "    claims: {personal-number: SoDinhDanh, name: HoVaTen}\n"

static void
test_file(void **state)
{
    static const struct { const char *name, *text, *want; } T[] = {
        {"the least", FILE_OF(CLAIMS), NULL},
        {"levels", FILE_OF(CLAIMS "    levels: {LoA1: 1, LoA2: 2}\n    usual-level: 2\n"), NULL},
        {"no file", "", "is empty"},
        {"a key unknown", FILE_OF(CLAIMS "    colour: red\n"), "colour is no key"},
        {"a claim unknown", FILE_OF("    claims: {personal-number: a, name: b, size: c}\n"),
         "size is no claim"},
        {"nothing to link by", FILE_OF("    claims: {name: b}\n"),
         "personal-number must be among"},
        {"a level too high", FILE_OF(CLAIMS "    levels: {LoA4: 4}\n"), "must be 1, 2 or 3"},
        {"no TLS", "providers:\n  - {issuer: \"http://id.example.vn\"}\n", "issuer must begin"},
        {"no secret", "providers:\n  - {id: ab}\n", "secret-file is missing"},
        {"a secret file that is not there", FILE_OF(CLAIMS "    secret-file: nowhere\n"),
         "nowhere cannot be read"},
        {"twice", FILE_OF(CLAIMS "    id: vneid\n"), "id is given twice"},
        {"no scope", FILE_OF(CLAIMS "    scope: profile\n"), "scope must begin with openid"},
        {"no list", "providers: x\n", "must hold the list"},
        {"no YAML", "providers: [", ":"},
    };
    struct oidc_providers all;

    (void)state;
    for (size_t i = 0; i < sizeof T / sizeof *T; i++) {
        struct buf faults;
        bool good;

        buf_init(&faults, a, 10000);
        good = oidc_config_read(a, "x", "", T[i].text, strlen(T[i].text), &all, &faults);
        check(T[i].name, !T[i].want, good);
        if (T[i].want && !strstr(faults.p, T[i].want)) {
            print_error("%s: %s\n", T[i].name, faults.p);
            _fail(__FILE__, __LINE__);
        }
    }
}

static int
set_up(void **state)
{
    (void)state;
    a = arena_open(64 << 20);
    rsa = EVP_RSA_gen(2048);
    weak = EVP_RSA_gen(1024);
    ec = EVP_EC_gen("P-256");
    ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return rsa && weak && ec && ed ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(weak);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(ed);
    arena_close(a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signatures), cmocka_unit_test(test_tampering),
        cmocka_unit_test(test_key_sets),   cmocka_unit_test(test_claims),
        cmocka_unit_test(test_person),     cmocka_unit_test(test_discovery),
        cmocka_unit_test(test_addresses),  cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
