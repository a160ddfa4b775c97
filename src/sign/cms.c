#include "sign/cms.h"

#include <openssl/evp.h>
#include <string.h>

enum { RSA_MAX = 512, ECDSA_MAX = 72, FRAME_MAX = 420 };

/* --- DER (X.690) --------------------------------------------------------------------------- */

enum { SEQUENCE = 0x30, SET = 0x31, OCTETS = 0x04, CONTEXT = 0xa0 };

static size_t
put_head(uint8_t *out, int tag, size_t n)
{
    size_t k = 0;

    out[k++] = (uint8_t)tag;
    if (n < 0x80) {
        out[k++] = (uint8_t)n;
    } else {
        int more = n > 0xffffff ? 4 : n > 0xffff ? 3 : n > 0xff ? 2 : 1;

        out[k++] = (uint8_t)(0x80 | more);
        while (more-- > 0)
            out[k++] = (uint8_t)(n >> (8 * more));
    }
    return k;
}

/* One element around the parts. */
static struct bytes
wrap(struct arena *a, int tag, size_t parts, const struct bytes *part)
{
    size_t n = 0, at;
    uint8_t *out;

    for (size_t i = 0; i < parts; i++)
        n += part[i].n;
    out = arena_raw(a, n + 6);
    at = put_head(out, tag, n);
    for (size_t i = 0; i < parts; i++) {
        if (part[i].n)
            memcpy(out + at, part[i].p, part[i].n);
        at += part[i].n;
    }
    return (struct bytes){out, at};
}

#define WRAP(a, tag, ...)                                                                          \
    wrap((a), (tag), sizeof((struct bytes[]){__VA_ARGS__}) / sizeof(struct bytes),                 \
         (struct bytes[]){__VA_ARGS__})

/* --- attributes ---------------------------------------------------------------------------- */

enum { DIGEST_AT = 46, HASH_AT = 103 };

/* SET OF, sorted as DER wants it (here: by length); both holes have 32 bytes. */
static const uint8_t ATTRIBUTES[CMS_ATTRIBUTES] = {
    0x31, 0x81, 0x84,
    /* content-type: data */
    0x30, 0x18, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03, 0x31, 0x0b,
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01,
    /* message-digest */
    0x30, 0x2f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04, 0x31, 0x22,
    0x04, 0x20,
    [DIGEST_AT + SHA256_SIZE] =
    /* signing-certificate-v2: its hash is SHA-256, the default, which is not written */
    0x30, 0x37, 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f,
    0x31, 0x28, 0x30, 0x26, 0x30, 0x24, 0x30, 0x22, 0x04, 0x20,
};

void
cms_attributes(const uint8_t certificate[SHA256_SIZE], const uint8_t digest[SHA256_SIZE],
               uint8_t out[CMS_ATTRIBUTES])
{
    memcpy(out, ATTRIBUTES, CMS_ATTRIBUTES);
    memcpy(out + DIGEST_AT, digest, SHA256_SIZE);
    memcpy(out + HASH_AT, certificate, SHA256_SIZE);
}

/* --- a key's part -------------------------------------------------------------------------- */

static bool
count_certificates(struct bytes all)
{
    const uint8_t *p = all.p;
    int n = 0;

    while (p < all.p + all.n) {
        X509 *x = d2i_X509(NULL, &p, (long)(all.n - (size_t)(p - all.p)));

        if (!x || ++n > CMS_CERTIFICATES) {
            X509_free(x);
            return false;
        }
        X509_free(x);
    }
    return n > 0;
}

static struct bytes
issuer_serial(struct arena *a, const X509 *x)
{
    ASN1_INTEGER *number = ASN1_INTEGER_dup(X509_get0_serialNumber(x));
    uint8_t *name = NULL, *serial = NULL;
    int nn = i2d_X509_NAME(X509_get_issuer_name(x), &name), ns = i2d_ASN1_INTEGER(number, &serial);
    struct bytes out = {0};

    if (nn > 0 && ns > 0)
        out = WRAP(a, SEQUENCE, {name, (size_t)nn}, {serial, (size_t)ns});
    ASN1_INTEGER_free(number);
    OPENSSL_free(name);
    OPENSSL_free(serial);
    return out;
}

bool
cms_key_init(struct arena *a, struct bytes certificates, struct cms_key *out)
{
    const uint8_t *p = certificates.p;
    X509 *x = count_certificates(certificates) ? d2i_X509(NULL, &p, (long)certificates.n) : NULL;
    int type = x ? EVP_PKEY_get_base_id(X509_get0_pubkey(x)) : 0;

    *out = (struct cms_key){.rsa = type == EVP_PKEY_RSA, .certificates = certificates};
    if (x) {
        hash_sha256(certificates.p, (size_t)(p - certificates.p), out->hash);
        out->issuer_serial = issuer_serial(a, x);
    }
    X509_free(x);
    return out->issuer_serial.n && (out->rsa || type == EVP_PKEY_EC);
}

size_t
cms_room(const struct cms_key *k)
{
    return k->certificates.n + k->issuer_serial.n + FRAME_MAX + (k->rsa ? RSA_MAX : ECDSA_MAX);
}

/* --- the whole ----------------------------------------------------------------------------- */

static struct bytes
signature_algorithm(const struct cms_key *k)
{
    static const uint8_t RSA[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                  0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00};
    static const uint8_t ECDSA[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                    0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};

    return k->rsa ? (struct bytes){RSA, sizeof RSA} : (struct bytes){ECDSA, sizeof ECDSA};
}

/* id-aa-timeStampToken */
static struct bytes
unsigned_attributes(struct arena *a, struct bytes stamp)
{
    static const uint8_t OID[] = {0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                  0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e};

    if (!stamp.n)
        return stamp;
    return WRAP(a, CONTEXT | 1,
                WRAP(a, SEQUENCE, {OID, sizeof OID}, WRAP(a, SET, stamp)));
}

static const uint8_t ONE[] = {0x02, 0x01, 0x01};
static const uint8_t HASH_ALGORITHM[] = {0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
static const uint8_t DATA[] = {0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48,
                               0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
static const uint8_t SIGNED_DATA[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                      0xf7, 0x0d, 0x01, 0x07, 0x02};

struct bytes
cms_make(struct arena *a, const struct cms_key *k, const uint8_t digest[SHA256_SIZE],
         struct bytes signature, struct bytes stamp)
{
    uint8_t attributes[CMS_ATTRIBUTES];
    struct bytes one = {ONE, sizeof ONE}, sha256 = {HASH_ALGORITHM, sizeof HASH_ALGORITHM}, signer;

    cms_attributes(k->hash, digest, attributes);
    attributes[0] = CONTEXT | 0; /* [0] IMPLICIT here, SET OF where it is signed (5.4) */
    signer = WRAP(a, SEQUENCE, one, k->issuer_serial, sha256,
                  {attributes, sizeof attributes}, signature_algorithm(k),
                  WRAP(a, OCTETS, signature), unsigned_attributes(a, stamp));
    return WRAP(a, SEQUENCE, {SIGNED_DATA, sizeof SIGNED_DATA},
                WRAP(a, CONTEXT | 0,
                     WRAP(a, SEQUENCE, one, WRAP(a, SET, sha256), {DATA, sizeof DATA},
                          WRAP(a, CONTEXT | 0, k->certificates), WRAP(a, SET, signer))));
}
