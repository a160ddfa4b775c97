#include "sign/claim.h"

#include <openssl/ecdsa.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"
#include "sign/client.h"
#include "sign/jwk.h"
#include "sign/keyset.h"

enum {
    HEAD = sizeof WIRE_CLAIM_HEAD - 1,
    COORDINATE = 32,
    SIGNATURE = 64,
    PAYLOAD_MAX = 128,
    PARTS = 8,
    NUMBER_MAX = 40,
    AGENCY_MAX = 20,
    TYPE_MAX = 20,
    INITIALS_MAX = 12
};
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

void
claim_facts(struct arena *a, const json_t *facts, uint8_t out[CLAIM_HASH])
{
    const char *text = json_text(a, facts);
    uint8_t sum[SHA256_SIZE];

    hash_sha256(text, strlen(text), sum);
    memcpy(out, sum, CLAIM_HASH);
}

/* --- the payload: one CBOR array of eight, lengths as short as they can be ------------------ */

enum { CBOR_UINT = 0, CBOR_BYTES = 2, CBOR_TEXT = 3, CBOR_ARRAY = 4 };

struct cbor {
    uint8_t p[HEAD + PAYLOAD_MAX + SIGNATURE];
    size_t n, at;
    bool bad;
};

static void
put(struct cbor *b, const void *p, size_t n)
{
    b->bad = b->bad || n > sizeof b->p - b->n;
    if (b->bad)
        return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

static void
put_head(struct cbor *b, int major, uint32_t n)
{
    uint8_t h[5] = {(uint8_t)(major << 5 | 26), (uint8_t)(n >> 24), (uint8_t)(n >> 16),
                    (uint8_t)(n >> 8), (uint8_t)n};

    if (n < 24)
        put(b, &(uint8_t){(uint8_t)(major << 5 | (int)n)}, 1);
    else if (n < 256)
        put(b, (uint8_t[]){(uint8_t)(major << 5 | 24), h[4]}, 2);
    else if (n < 65536)
        put(b, (uint8_t[]){(uint8_t)(major << 5 | 25), h[3], h[4]}, 3);
    else
        put(b, h, 5);
}

static void
put_part(struct cbor *b, int major, const void *p, size_t n)
{
    put_head(b, major, (uint32_t)n);
    put(b, p, n);
}

/* The least length is demanded, so that a claim has one form only. */
static uint32_t
get_head(struct cbor *b, int major)
{
    static const uint32_t LEAST[] = {24, 256, 65536};
    int more, kind = b->at < b->n ? b->p[b->at] : -1;
    uint32_t n = 0;

    b->at++;
    if (kind < 0 || kind >> 5 != major || (kind & 31) > 26) {
        b->bad = true;
        return 0;
    }
    if ((kind & 31) < 24)
        return (uint32_t)(kind & 31);
    more = 1 << ((kind & 31) - 24);
    if ((size_t)more > b->n - b->at) {
        b->bad = true;
        return 0;
    }
    for (int i = 0; i < more; i++)
        n = n << 8 | b->p[b->at++];
    b->bad = b->bad || n < LEAST[(kind & 31) - 24];
    return n;
}

static const uint8_t *
get_part(struct cbor *b, int major, size_t max, size_t *n)
{
    const uint8_t *p;

    *n = get_head(b, major);
    if (b->bad || *n > max || *n > b->n - b->at) {
        b->bad = true;
        *n = 0;
        return b->p;
    }
    p = b->p + b->at;
    b->at += *n;
    return p;
}

static const char *
get_text(struct arena *a, struct cbor *b, size_t max)
{
    size_t n;
    const char *p = (const char *)get_part(b, CBOR_TEXT, max, &n);

    b->bad = b->bad || !utf8_clean(p, n) || memchr(p, '\n', n) || memchr(p, '\r', n);
    return b->bad ? "" : arena_strn(a, p, n);
}

static void
get_bytes(struct cbor *b, uint8_t *out, size_t want)
{
    size_t n;
    const uint8_t *p = get_part(b, CBOR_BYTES, want, &n);

    b->bad = b->bad || n != want;
    if (!b->bad)
        memcpy(out, p, want);
}

static void
put_claim(struct cbor *b, const struct claim *k, const uint8_t id[CLAIM_KEY_ID])
{
    put(b, WIRE_CLAIM_HEAD, HEAD);
    put_head(b, CBOR_ARRAY, PARTS);
    put_part(b, CBOR_BYTES, id, CLAIM_KEY_ID);
    put_part(b, CBOR_TEXT, k->number, strlen(k->number));
    put_head(b, CBOR_UINT, (uint32_t)k->on);
    put_part(b, CBOR_TEXT, k->agency, strlen(k->agency));
    put_part(b, CBOR_TEXT, k->type, strlen(k->type));
    put_part(b, CBOR_BYTES, k->facts, CLAIM_HASH);
    put_head(b, CBOR_UINT, (uint32_t)k->until);
    put_part(b, CBOR_TEXT, k->initials, strlen(k->initials));
}

static bool
get_claim(struct arena *a, struct cbor *b, struct claim *k, uint8_t id[CLAIM_KEY_ID])
{
    b->bad = get_head(b, CBOR_ARRAY) != PARTS;
    get_bytes(b, id, CLAIM_KEY_ID);
    k->number = get_text(a, b, NUMBER_MAX);
    k->on = (day)(get_head(b, CBOR_UINT) & 0xffffff);
    k->agency = get_text(a, b, AGENCY_MAX);
    k->type = get_text(a, b, TYPE_MAX);
    get_bytes(b, k->facts, CLAIM_HASH);
    k->until = (day)(get_head(b, CBOR_UINT) & 0xffffff);
    k->initials = get_text(a, b, INITIALS_MAX);
    return !b->bad && b->n - b->at == SIGNATURE;
}

/* --- keys ---------------------------------------------------------------------------------- */

static bool
key_id(const json_t *jwk, uint8_t out[CLAIM_KEY_ID])
{
    uint8_t point[JWK_POINT], sum[SHA256_SIZE];

    if (!jwk_point(jwk, point))
        return false;
    hash_sha256(point, sizeof point, sum);
    memcpy(out, sum, CLAIM_KEY_ID);
    return true;
}

int
claim_keys_json(struct ctx *c, struct signer *s, json_t **out)
{
    struct keyset *set = keyset_take(s);
    json_t *list = json_array();

    for (size_t i = 0; i < set->n; i++) {
        const struct known *k = &set->key[i];
        uint8_t id[CLAIM_KEY_ID];
        json_t *jwk;

        if (k->info.use != SIGN_CLAIM || !k->jwk || !key_id(k->jwk, id))
            continue;
        jwk = json_deep_copy(k->jwk);
        json_object_set_new(jwk, "kid", json_string(hash_hex(c->a, id, sizeof id)));
        json_array_append_new(list, jwk);
    }
    keyset_give(s, set);
    *out = json_pack("{s:o}", "keys", list);
    return *out ? OK : fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "claim: keys");
}

/* --- signing ------------------------------------------------------------------------------- */

static const char *
too_long(const struct claim *k)
{
    if (strlen(k->number) > NUMBER_MAX || !*k->number)
        return "number";
    if (strlen(k->agency) > AGENCY_MAX)
        return "agency";
    if (strlen(k->type) > TYPE_MAX)
        return "type";
    if (strlen(k->initials) > INITIALS_MAX)
        return "initials";
    return k->on <= 0 || k->until < 0 ? "day" : NULL;
}

/* The first that may sign. */
static const struct known *
claim_key(const struct keyset *set)
{
    for (size_t i = 0; i < set->n; i++)
        if (set->key[i].info.use == SIGN_CLAIM && !set->key[i].retired && set->key[i].jwk)
            return &set->key[i];
    return NULL;
}

static int
sign_with(struct ctx *c, struct signer *s, const struct known *key, const struct claim *k,
          struct cbor *b)
{
    uint8_t id[CLAIM_KEY_ID];
    struct bytes signature;
    int rc;

    if (!key || !key_id(key->jwk, id))
        return signer_say(c, WIRE_UNKNOWN, "claim");
    put_claim(b, k, id);
    if (b->bad || b->n > HEAD + PAYLOAD_MAX)
        return fail(c, E_INVALID, N_("Nội dung mã QR quá dài"), "claim: too long");
    rc = signer_ask(c, s, WIRE_CLAIM, key->info.name, b->p, b->n, &signature);
    if (rc == OK && signature.n != SIGNATURE)
        rc = signer_say(c, WIRE_FAILED, key->info.name);
    if (rc == OK)
        put(b, signature.p, signature.n);
    return rc;
}

int
claim_sign(struct ctx *c, struct signer *s, const struct claim *k, char **text)
{
    const char *part = too_long(k);
    struct keyset *set;
    struct cbor b = {0};
    size_t room;
    int rc;

    if (part)
        return fail(c, E_INVALID, N_("Nội dung mã QR quá dài"), "claim: %s", part);
    set = keyset_take(s);
    rc = sign_with(c, s, claim_key(set), k, &b);
    keyset_give(s, set);
    if (rc < 0)
        return rc;
    room = sodium_base64_ENCODED_LEN(b.n - HEAD, BASE64);
    *text = arena_get(c->a, HEAD + room);
    memcpy(*text, WIRE_CLAIM_HEAD, HEAD);
    sodium_bin2base64(*text + HEAD, room, b.p + HEAD, b.n - HEAD, BASE64);
    return OK;
}

/* --- checking ------------------------------------------------------------------------------ */

static bool
fits(const json_t *jwk, const uint8_t *p, size_t n, const uint8_t pair[SIGNATURE])
{
    ECDSA_SIG *both = ECDSA_SIG_new();
    uint8_t *der = NULL;
    int len;
    bool ok;

    if (both)
        ECDSA_SIG_set0(both, BN_bin2bn(pair, COORDINATE, NULL),
                       BN_bin2bn(pair + COORDINATE, COORDINATE, NULL));
    len = both ? i2d_ECDSA_SIG(both, &der) : 0;
    ok = len > 0 && jwk_verifies(jwk, p, n, der, (size_t)len);
    OPENSSL_free(der);
    ECDSA_SIG_free(both);
    return ok;
}

/* MC1.... at the end of an address, or alone. */
static bool
decode(const char *text, struct cbor *b)
{
    const char *from = strstr(text, WIRE_CLAIM_HEAD);
    size_t n = 0, len;

    while (from && from != text && from[-1] != '/')
        from = strstr(from + 1, WIRE_CLAIM_HEAD);
    if (!from)
        return false;
    len = strlen(from);
    if (len > CLAIM_TEXT_MAX || sodium_base642bin(b->p + HEAD, sizeof b->p - HEAD, from + HEAD,
                                                  len - HEAD, NULL, &n, NULL, BASE64) != 0)
        return false;
    memcpy(b->p, WIRE_CLAIM_HEAD, HEAD);
    b->n = HEAD + n;
    b->at = HEAD;
    return n > SIGNATURE;
}

enum claim_state
claim_verify(struct arena *a, const json_t *keys, const char *text, day today, struct claim *out)
{
    const json_t *list = json_object_get(keys, "keys"), *jwk;
    enum claim_state state = CLAIM_UNKNOWN_KEY;
    uint8_t id[CLAIM_KEY_ID], mine[CLAIM_KEY_ID];
    struct cbor b = {0};
    size_t i;

    *out = (struct claim){.number = "", .agency = "", .type = "", .initials = ""};
    if (!decode(text, &b) || !get_claim(a, &b, out, id))
        return CLAIM_UNREADABLE;
    json_array_foreach(list, i, jwk) {
        if (!key_id(jwk, mine) || memcmp(id, mine, sizeof id) != 0)
            continue;
        state = CLAIM_FORGED;
        if (fits(jwk, b.p, b.n - SIGNATURE, b.p + b.n - SIGNATURE))
            return out->until && today > out->until ? CLAIM_EXPIRED : CLAIM_GENUINE;
    }
    return state;
}
