#include "sign/jwk.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>
#include <string.h>

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

static bool
coordinate(const json_t *jwk, const char *name, uint8_t out[JWK_COORDINATE])
{
    const char *s = json_string_value(json_object_get(jwk, name));
    size_t n = 0;

    return s && sodium_base642bin(out, JWK_COORDINATE, s, strlen(s), NULL, &n, NULL, BASE64) == 0 &&
           n == JWK_COORDINATE;
}

bool
jwk_point(const json_t *jwk, uint8_t out[JWK_POINT])
{
    const char *curve = json_string_value(json_object_get(jwk, "crv"));

    out[0] = 4;
    return curve && strcmp(curve, "P-256") == 0 && coordinate(jwk, "x", out + 1) &&
           coordinate(jwk, "y", out + 1 + JWK_COORDINATE);
}

static EVP_PKEY *
public_key(const json_t *jwk)
{
    uint8_t point[JWK_POINT];
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *ctx;
    EVP_PKEY *key = NULL;

    if (!jwk_point(jwk, point))
        return NULL;
    ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

bool
jwk_verifies(const json_t *jwk, const void *p, size_t n, const uint8_t *der, size_t der_n)
{
    EVP_PKEY *key = public_key(jwk);
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok = key && md && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestVerify(md, der, der_n, p, n) == 1;

    EVP_MD_CTX_free(md);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return ok;
}
