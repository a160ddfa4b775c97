/*
 * WebAuthn for a relying party: section 7.1 and 7.2 of the recommendation, as far as attestation
 * `none` goes.  libfido2 reads the authenticator's data (CBOR, COSE) and checks signatures; the
 * browser's own words (client data) are JSON and are checked here.
 */
#include "auth/webauthn.h"

#include <ctype.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "oidc/jose.h"

enum { HOST_MAX = 253, RP_HASH = 32, FLAGS_AT = 32, FLAG_PRESENT = 0x01, FLAG_KEY = 0x40,
       HEAD = 37, ID_LENGTH_AT = 53, ID_AT = 55 };

/* --- the site ------------------------------------------------------------------------------- */

static bool
is_localhost(const char *host)
{
    static const char NAME[] = "localhost", PART[] = ".localhost";
    size_t n = strlen(host), part = sizeof PART - 1;

    return strcmp(host, NAME) == 0 || (n > part && strcmp(host + n - part, PART) == 0);
}

/* A name of letters, and not a number: RFC 6454 origins of addresses have no RP id. */
static bool
is_name(const char *host)
{
    size_t n = strlen(host);

    return n > 0 && n <= HOST_MAX && strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == n &&
           strspn(host, "0123456789.") != n && host[0] != '.' && host[n - 1] != '.';
}

bool
webauthn_rp(struct arena *a, const char *base_url, struct webauthn_rp *out)
{
    bool secure = strncmp(base_url, "https://", 8) == 0;
    const char *at = base_url + (secure ? 8 : 7), *port;
    char *host;

    *out = (struct webauthn_rp){"", ""};
    if (!secure && strncmp(base_url, "http://", 7) != 0)
        return false;
    host = arena_strn(a, at, strcspn(at, "/:"));
    for (char *p = host; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    port = at + strlen(host);
    port = arena_strn(a, port, strcspn(port, "/"));
    if (strcmp(port, secure ? ":443" : ":80") == 0)
        port = "";
    if (!is_name(host) || strspn(port, ":0123456789") != strlen(port) ||
        (!secure && !is_localhost(host)))
        return false;
    out->id = host;
    out->origin = arena_fmt(a, "%s%s%s", secure ? "https://" : "http://", host, port);
    return true;
}

/* --- the algorithms ------------------------------------------------------------------------- */

const int webauthn_algorithms[WEBAUTHN_ALGORITHMS] = {COSE_ES256, COSE_EDDSA, COSE_RS256};

/* assert NULL: is this a key at all? */
#define KEY_OF(name_, cose_)                                                                       \
    static int name_##_check(const fido_assert_t *assert, struct bytes key)                        \
    {                                                                                              \
        name_##_pk_t *pk = name_##_pk_new();                                                       \
        int r = pk ? name_##_pk_from_ptr(pk, key.p, key.n) : FIDO_ERR_INTERNAL;                    \
        EVP_PKEY *whole = r == FIDO_OK ? name_##_pk_to_EVP_PKEY(pk) : NULL;                        \
                                                                                                   \
        if (!whole)                                                                                \
            r = FIDO_ERR_INVALID_ARGUMENT;                                                         \
        else if (assert)                                                                           \
            r = fido_assert_verify(assert, 0, cose_, pk);                                          \
        EVP_PKEY_free(whole);                                                                      \
        name_##_pk_free(&pk);                                                                      \
        return r;                                                                                  \
    }
KEY_OF(es256, COSE_ES256)
KEY_OF(eddsa, COSE_EDDSA)
KEY_OF(rs256, COSE_RS256)

static const struct {
    int cose;
    size_t size;
    int (*check)(const fido_assert_t *assert, struct bytes key);
} ALGORITHMS[WEBAUTHN_ALGORITHMS] = {
    {COSE_ES256, 64, es256_check},
    {COSE_EDDSA, 32, eddsa_check},
    {COSE_RS256, 259, rs256_check},     /* 2,048 bits and an exponent of three bytes */
};

static int
key_check(int algorithm, const fido_assert_t *assert, struct bytes key)
{
    for (size_t i = 0; i < WEBAUTHN_ALGORITHMS; i++)
        if (ALGORITHMS[i].cose == algorithm)
            return key.n == ALGORITHMS[i].size ? ALGORITHMS[i].check(assert, key)
                                               : FIDO_ERR_INVALID_ARGUMENT;
    return FIDO_ERR_UNSUPPORTED_ALGORITHM;
}

/* --- what the browser says ------------------------------------------------------------------ */

static bool
challenge_is(struct arena *a, const char *text, const uint8_t challenge[WEBAUTHN_CHALLENGE])
{
    struct bytes b = text ? jose_unbase64(a, text, strlen(text)) : (struct bytes){0};

    return b.n == WEBAUTHN_CHALLENGE && hash_equal(b.p, challenge, WEBAUTHN_CHALLENGE);
}

static const char *
text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));

    return s ? s : "";
}

static const char *
client_fault(struct arena *a, const json_t *o, const struct webauthn_rp *rp, const char *type,
             const uint8_t challenge[WEBAUTHN_CHALLENGE])
{
    const json_t *cross = json_object_get(o, "crossOrigin");

    if (!json_is_object(o))
        return "client data is no JSON object";
    if (strcmp(text_of(o, "type"), type) != 0)
        return "client data of another ceremony";
    if (!challenge_is(a, text_of(o, "challenge"), challenge))
        return "another challenge";
    if (strcmp(text_of(o, "origin"), rp->origin) != 0)
        return "another origin";
    if ((cross && !json_is_false(cross)) || json_object_get(o, "topOrigin"))
        return "asked from inside another site";
    return NULL;
}

static const char *
client_read(struct arena *a, struct bytes client, const struct webauthn_rp *rp, const char *type,
            const uint8_t challenge[WEBAUTHN_CHALLENGE])
{
    const char *say;
    json_error_t e;
    json_t *o;

    if (client.n == 0 || client.n > WEBAUTHN_CLIENT_MAX)
        return "client data of a size that is none";
    o = json_read((const char *)client.p, client.n, &e);
    say = client_fault(a, o, rp, type, challenge);
    json_decref(o);
    return say;
}

/* --- what the authenticator says ------------------------------------------------------------ */

/* The number in the head of a CBOR item (RFC 8949, 3); false: none of a definite length. */
static bool
cbor_head(const uint8_t **p, size_t *n, int *major, uint64_t *v)
{
    int info = **p & 0x1f, more = info < 24 ? 0 : 1 << (info - 24);

    *major = **p >> 5;
    *v = (uint64_t)info;
    if (info > 27 || (size_t)more >= *n)
        return false;
    for (int i = 1; i <= more; i++)
        *v = (i == 1 ? 0 : *v << 8) | (*p)[i];
    *p += 1 + more;
    *n -= (size_t)(1 + more);
    return true;
}

/* No item says that it is longer than what is there: libcbor makes room for what it says first. */
static bool
cbor_bounded(const uint8_t *p, size_t n)
{
    enum { BYTES = 2, MAP = 5 };
    uint64_t v;
    int major;

    while (n > 0) {
        if (!cbor_head(&p, &n, &major, &v) || (major >= BYTES && major <= MAP && v > n))
            return false;
        if (major == BYTES || major == BYTES + 1) {
            p += v;
            n -= (size_t)v;
        }
    }
    return true;
}

/* Behind the head, and behind the key's id where there is one, all is CBOR. */
static bool
data_bounded(struct bytes data)
{
    size_t from = HEAD;

    if (data.n < HEAD)
        return false;
    if (data.p[FLAGS_AT] & FLAG_KEY) {
        if (data.n < ID_AT)
            return false;
        from = ID_AT + ((size_t)data.p[ID_LENGTH_AT] << 8 | data.p[ID_LENGTH_AT + 1]);
    }
    return from <= data.n && cbor_bounded(data.p + from, data.n - from);
}

static const char *
data_fault(struct bytes data, const struct webauthn_rp *rp)
{
    uint8_t sum[SHA256_SIZE];

    if (data.n <= FLAGS_AT || data.n > WEBAUTHN_DATA_MAX)
        return "authenticator data of a size that is none";
    hash_sha256(rp->id, strlen(rp->id), sum);
    if (!hash_equal(sum, data.p, RP_HASH))
        return "made for another site";
    if (!data_bounded(data))
        return "authenticator data that is cut";
    return data.p[FLAGS_AT] & FLAG_PRESENT ? NULL : "nobody touched the key";
}

static struct bytes
kept(struct arena *a, const unsigned char *p, size_t n)
{
    uint8_t *to = arena_get(a, n + 1);

    memcpy(to, p, n);
    return (struct bytes){to, n};
}

/* libfido2 wants to be told the algorithm; false: it is another, or the data is none. */
static bool
cred_read(struct arena *a, fido_cred_t *cred, int algorithm, struct bytes data,
          struct webauthn_key *out)
{
    size_t id = 0, key = 0;

    if (fido_cred_set_type(cred, algorithm) != FIDO_OK ||
        fido_cred_set_authdata_raw(cred, data.p, data.n) != FIDO_OK)
        return false;
    id = fido_cred_id_len(cred);
    key = fido_cred_pubkey_len(cred);
    if (id == 0 || id > WEBAUTHN_ID_MAX || key == 0)
        return false;
    *out = (struct webauthn_key){.id = kept(a, fido_cred_id_ptr(cred), id),
                                 .key = kept(a, fido_cred_pubkey_ptr(cred), key),
                                 .algorithm = algorithm,
                                 .counter = fido_cred_sigcount(cred)};
    return key_check(algorithm, NULL, out->key) == FIDO_OK;
}

const char *
webauthn_register(struct arena *a, const struct webauthn_rp *rp,
                  const uint8_t challenge[WEBAUTHN_CHALLENGE], const struct webauthn_made *in,
                  struct webauthn_key *out)
{
    const char *say = client_read(a, in->client, rp, "webauthn.create", challenge);
    bool good = false;

    if (say || (say = data_fault(in->data, rp)))
        return say;
    for (size_t i = 0; i < WEBAUTHN_ALGORITHMS && !good; i++) {
        fido_cred_t *cred = fido_cred_new();

        good = cred && cred_read(a, cred, webauthn_algorithms[i], in->data, out);
        fido_cred_free(&cred);
    }
    return good ? NULL : "no key of an algorithm that was offered";
}

static int
assert_check(fido_assert_t *as, const struct webauthn_rp *rp, const struct webauthn_key *key,
             const struct webauthn_signed *in, int64_t *counter)
{
    uint8_t sum[SHA256_SIZE];
    int r;

    hash_sha256(in->client.p, in->client.n, sum);
    if ((r = fido_assert_set_clientdata_hash(as, sum, sizeof sum)) != FIDO_OK ||
        (r = fido_assert_set_rp(as, rp->id)) != FIDO_OK ||
        (r = fido_assert_set_up(as, FIDO_OPT_TRUE)) != FIDO_OK ||
        (r = fido_assert_set_count(as, 1)) != FIDO_OK ||
        (r = fido_assert_set_authdata_raw(as, 0, in->data.p, in->data.n)) != FIDO_OK ||
        (r = fido_assert_set_sig(as, 0, in->signature.p, in->signature.n)) != FIDO_OK)
        return r;
    *counter = fido_assert_sigcount(as, 0);
    return key_check(key->algorithm, as, key->key);
}

const char *
webauthn_assert(struct arena *a, const struct webauthn_rp *rp,
                const uint8_t challenge[WEBAUTHN_CHALLENGE], const struct webauthn_key *key,
                const struct webauthn_signed *in, int64_t *counter)
{
    const char *say = client_read(a, in->client, rp, "webauthn.get", challenge);
    fido_assert_t *as;
    int r;

    *counter = 0;
    if (say || (say = data_fault(in->data, rp)))
        return say;
    if (in->signature.n == 0 || in->signature.n > WEBAUTHN_SIGNATURE_MAX)
        return "signature of a size that is none";
    as = fido_assert_new();
    r = as ? assert_check(as, rp, key, in, counter) : FIDO_ERR_INTERNAL;
    fido_assert_free(&as);
    return r == FIDO_OK ? NULL : fido_strerr(r);
}

bool
webauthn_went_back(int64_t last, int64_t counter)
{
    return (last > 0 || counter > 0) && counter <= last;
}
