#include "oidc/jose.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"

enum { RSA_LEAST = 2048, RSA_MOST = 8192, EXPONENT_MAX = 8, P256 = 32, PARTS = 3, PSS_SALT = 32 };
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

static const struct {
    const char *word;
    int kind;                       /* of the key */
    bool pss;
    size_t size;                    /* of a signature; 0: the key's */
} ALG[JWS__COUNT] = {
    [JWS_RS256] = {"RS256", EVP_PKEY_RSA, false, 0},
    [JWS_PS256] = {"PS256", EVP_PKEY_RSA, true, 0},
    [JWS_ES256] = {"ES256", EVP_PKEY_EC, false, 2 * P256},
    [JWS_EDDSA] = {"EdDSA", EVP_PKEY_ED25519, false, 64},
};

const char *
jws_word(enum jws alg)
{
    return alg > JWS_NONE && alg < JWS__COUNT ? ALG[alg].word : "";
}

enum jws
jws_parse(const char *word)
{
    for (int i = JWS_NONE + 1; word && i < JWS__COUNT; i++)
        if (strcmp(ALG[i].word, word) == 0)
            return (enum jws)i;
    return JWS_NONE;
}

struct bytes
jose_unbase64(struct arena *a, const char *s, size_t n)
{
    uint8_t *out = arena_raw(a, n + 1);
    size_t got = 0;

    if (sodium_base642bin(out, n + 1, s, n, NULL, &got, NULL, BASE64) != 0)
        got = 0;
    out[got] = 0;
    return (struct bytes){out, got};
}

char *
jose_base64(struct arena *a, const void *p, size_t n)
{
    size_t size = sodium_base64_encoded_len(n, BASE64);
    char *out = arena_raw(a, size);

    return sodium_bin2base64(out, size, p, n, BASE64);
}

/* --- keys ------------------------------------------------------------------------------------- */

static const char *
text_of(const json_t *j, const char *name)
{
    const char *s = json_string_value(json_object_get(j, name));

    return s ? s : "";
}

static struct bytes
part_of(struct arena *a, const json_t *j, const char *name)
{
    const char *s = text_of(j, name);

    return jose_unbase64(a, s, strlen(s));
}

static EVP_PKEY *
key_from(const char *kind, OSSL_PARAM_BLD *b)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
    EVP_PKEY_CTX *x = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    EVP_PKEY *key = NULL;

    if (!params || !x || EVP_PKEY_fromdata_init(x) <= 0 ||
        EVP_PKEY_fromdata(x, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        key = NULL;
    EVP_PKEY_CTX_free(x);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *
rsa_key(struct arena *a, const json_t *j)
{
    struct bytes n = part_of(a, j, "n"), e = part_of(a, j, "e");
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    BIGNUM *bn = BN_bin2bn(n.p, (int)n.n, NULL), *be = BN_bin2bn(e.p, (int)e.n, NULL);
    EVP_PKEY *key = NULL;

    if (b && bn && be && n.n <= RSA_MOST / 8 && e.n >= 1 && e.n <= EXPONENT_MAX &&
        BN_num_bits(bn) >= RSA_LEAST && BN_is_odd(bn) && BN_is_odd(be) && !BN_is_one(be) &&
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, bn) &&
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, be))
        key = key_from("RSA", b);
    OSSL_PARAM_BLD_free(b);
    BN_free(bn);
    BN_free(be);
    return key;
}

/* A point that is on the curve. */
static bool
key_sound(EVP_PKEY *key)
{
    EVP_PKEY_CTX *x = EVP_PKEY_CTX_new(key, NULL);
    bool ok = x && EVP_PKEY_public_check(x) == 1;

    EVP_PKEY_CTX_free(x);
    return ok;
}

static EVP_PKEY *
ec_key(struct arena *a, const json_t *j)
{
    struct bytes x = part_of(a, j, "x"), y = part_of(a, j, "y");
    uint8_t point[1 + 2 * P256] = {4};
    OSSL_PARAM_BLD *b;
    EVP_PKEY *key = NULL;

    if (strcmp(text_of(j, "crv"), "P-256") != 0 || x.n != P256 || y.n != P256)
        return NULL;
    memcpy(point + 1, x.p, P256);
    memcpy(point + 1 + P256, y.p, P256);
    b = OSSL_PARAM_BLD_new();
    if (b && OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) &&
        OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
        key = key_from("EC", b);
    OSSL_PARAM_BLD_free(b);
    if (key && !key_sound(key)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    return key;
}

static EVP_PKEY *
okp_key(struct arena *a, const json_t *j)
{
    struct bytes x = part_of(a, j, "x");

    if (strcmp(text_of(j, "crv"), "Ed25519") != 0 || x.n != 32)
        return NULL;
    return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, x.p, x.n);
}

static EVP_PKEY *
key_of(struct arena *a, const json_t *j)
{
    static const struct {
        const char *kind;
        EVP_PKEY *(*make)(struct arena *a, const json_t *j);
    } KINDS[] = {{"RSA", rsa_key}, {"EC", ec_key}, {"OKP", okp_key}};
    const char *kind = text_of(j, "kty");

    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i].kind, kind) == 0)
            return KINDS[i].make(a, j);
    return NULL;
}

static void
take_key(struct arena *a, const json_t *j, struct jwk_set *out)
{
    const char *id = text_of(j, "kid"), *use = text_of(j, "use"), *alg = text_of(j, "alg");
    struct jwk *k = &out->key[out->n];

    if (strlen(id) > JWK_ID_MAX || (*use && strcmp(use, "sig") != 0) ||
        (*alg && !jws_parse(alg)) || !(k->key = key_of(a, j)))
        return;
    memcpy(k->id, id, strlen(id) + 1);
    k->only = jws_parse(alg);
    out->n++;
}

bool
jwk_set_read(const char *text, size_t n, struct jwk_set *out)
{
    json_t *doc = n <= JWKS_MAX ? json_read(text, n, NULL) : NULL, *keys, *one;
    struct arena *a;
    size_t i;

    *out = (struct jwk_set){.n = 0};
    keys = json_object_get(doc, "keys");
    if (!json_is_array(keys)) {
        json_decref(doc);
        return false;
    }
    a = arena_open(4 << 20);
    json_array_foreach(keys, i, one)
        if (out->n < JWKS_KEYS && json_is_object(one))
            take_key(a, one, out);
    arena_close(a);
    json_decref(doc);
    return true;
}

void
jwk_set_free(struct jwk_set *set)
{
    for (size_t i = 0; i < set->n; i++)
        EVP_PKEY_free(set->key[i].key);
    set->n = 0;
}

/* --- one signature ---------------------------------------------------------------------------- */

/* ES256 has r and s side by side; OpenSSL wants them in DER. */
static struct bytes
der_of(struct arena *a, struct bytes raw)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw.p, P256, NULL), *s = BN_bin2bn(raw.p + P256, P256, NULL);
    unsigned char *der = NULL;
    struct bytes out = {0};
    int n = 0;

    if (sig && r && s && ECDSA_SIG_set0(sig, r, s)) {
        r = s = NULL;                       /* they are the signature's now */
        n = i2d_ECDSA_SIG(sig, &der);
    }
    if (n > 0) {
        uint8_t *p = arena_raw(a, (size_t)n);

        memcpy(p, der, (size_t)n);
        out = (struct bytes){p, (size_t)n};
    }
    BN_free(r);
    BN_free(s);
    OPENSSL_free(der);
    ECDSA_SIG_free(sig);
    return out;
}

static bool
signed_by(struct arena *a, enum jws alg, EVP_PKEY *key, const char *text, size_t n,
          struct bytes sig)
{
    EVP_MD_CTX *m = EVP_MD_CTX_new();
    EVP_PKEY_CTX *x = NULL;
    bool ok = m && sig.n > 0 && (!ALG[alg].size || sig.n == ALG[alg].size);

    if (ok && alg == JWS_ES256)
        ok = (sig = der_of(a, sig)).n > 0;
    ok = ok &&
         EVP_DigestVerifyInit(m, &x, alg == JWS_EDDSA ? NULL : EVP_sha256(), NULL, key) == 1;
    if (ok && ALG[alg].pss)
        ok = EVP_PKEY_CTX_set_rsa_padding(x, RSA_PKCS1_PSS_PADDING) > 0 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(x, PSS_SALT) > 0;
    ok = ok && EVP_DigestVerify(m, sig.p, sig.n, (const uint8_t *)text, n) == 1;
    EVP_MD_CTX_free(m);
    return ok;
}

static bool
fits(const struct jwk *k, enum jws alg)
{
    return EVP_PKEY_get_base_id(k->key) == ALG[alg].kind && (!k->only || k->only == alg);
}

/* The one key that the head means; without a kid only where no other could be meant. */
static const struct jwk *
find(const struct jwk_set *set, const char *id, enum jws alg)
{
    const struct jwk *found = NULL;

    for (size_t i = 0; i < set->n; i++) {
        const struct jwk *k = &set->key[i];

        if (!fits(k, alg) || (*id && strcmp(k->id, id) != 0))
            continue;
        if (found)
            return NULL;
        found = k;
    }
    return found;
}

/* --- a token ---------------------------------------------------------------------------------- */

struct token {
    const char *part[PARTS];
    size_t n[PARTS];
};

static bool
split(const char *s, struct token *out)
{
    size_t whole = strnlen(s, JWT_MAX + 1);

    if (whole > JWT_MAX)
        return false;
    for (int i = 0; i < PARTS; i++) {
        size_t n = strcspn(s, ".");

        if (n == 0 || (i + 1 < PARTS) != (s[n] == '.'))
            return false;
        out->part[i] = s;
        out->n[i] = n;
        s += n + 1;
    }
    return true;
}

static json_t *
object_of(struct arena *a, const char *s, size_t n)
{
    struct bytes b = jose_unbase64(a, s, n);
    json_t *j = b.n ? json_read((const char *)b.p, b.n, NULL) : NULL;

    if (!json_is_object(j)) {
        json_decref(j);
        return NULL;
    }
    return j;
}

static enum jwt_verdict
judge(struct arena *a, const struct jwk_set *keys, const struct token *t, const json_t *head,
      enum jws *alg)
{
    const struct jwk *k;

    *alg = jws_parse(text_of(head, "alg"));
    if (!*alg)
        return JWT_ALGORITHM;
    if (json_object_get(head, "crit") || strlen(text_of(head, "kid")) > JWK_ID_MAX)
        return JWT_MALFORMED;
    if (!(k = find(keys, text_of(head, "kid"), *alg)))
        return JWT_NO_KEY;
    /* What is signed is head and claims as they stand, with the dot between them. */
    return signed_by(a, *alg, k->key, t->part[0], t->n[0] + 1 + t->n[1],
                     jose_unbase64(a, t->part[2], t->n[2]))
               ? JWT_GOOD
               : JWT_FORGED;
}

enum jwt_verdict
jwt_open(struct arena *a, const struct jwk_set *keys, const char *token, enum jws *alg,
         json_t **claims)
{
    enum jwt_verdict v;
    struct token t;
    json_t *head;

    *claims = NULL;
    *alg = JWS_NONE;
    if (!split(token, &t) || !(head = object_of(a, t.part[0], t.n[0])))
        return JWT_MALFORMED;
    v = judge(a, keys, &t, head, alg);
    json_decref(head);
    if (v == JWT_GOOD && !(*claims = object_of(a, t.part[1], t.n[1])))
        v = JWT_MALFORMED;
    return v;
}

const char *
jwt_verdict_word(enum jwt_verdict v)
{
    static const char *const WORDS[] = {
        [JWT_GOOD] = "good",       [JWT_MALFORMED] = "malformed", [JWT_ALGORITHM] = "algorithm",
        [JWT_NO_KEY] = "no key",   [JWT_FORGED] = "forged",
    };

    return WORDS[v];
}

char *
jwt_half_hash(struct arena *a, enum jws alg, const char *text)
{
    uint8_t sum[crypto_hash_sha512_BYTES];
    size_t n = alg == JWS_EDDSA ? crypto_hash_sha512_BYTES : SHA256_SIZE;

    if (alg == JWS_EDDSA)
        crypto_hash_sha512(sum, (const uint8_t *)text, strlen(text));
    else
        hash_sha256(text, strlen(text), sum);
    return jose_base64(a, sum, n / 2);
}
