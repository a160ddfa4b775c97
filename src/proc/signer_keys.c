#include "proc/signer_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/now.h"
#include "base/secret.h"
#include "sign/cms.h"

enum { PEM_MAX = 1 << 20, PASSPHRASE_MAX = 1024, RSA_LEAST = 2048, COORDINATE = 32 };

/* --- private keys from files --------------------------------------------------------------- */

/* Nobody else may read it. */
static const char *
check_mode(struct arena *a, const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode))
        return "is no file";
    if (secret_shown(a, path))
        return "may be read or written by others than its owner: chmod 600";
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return "belongs to somebody else";
    return NULL;
}

static int
passphrase(char *out, int size, int writing, void *arg)
{
    const struct bytes *b = arg;
    int n = b ? (int)strcspn((const char *)b->p, "\r\n") : 0;

    (void)writing;
    if (n == 0 || n > size)
        return -1;
    memcpy(out, b->p, (size_t)n);
    return n;
}

static EVP_PKEY *
read_private(struct key_file *f, const struct key_row *r)
{
    const char *path = r->field[KEY_FILE], *word = r->field[KEY_PASSPHRASE_FILE];
    const char *say = check_mode(f->a, path);
    struct bytes phrase = {0};
    EVP_PKEY *key = NULL;
    BIO *in;

    if (say) {
        key_file_fault(f, r, KEY_FILE, "%s: %s", path, say);
        return NULL;
    }
    if (*word && ((say = check_mode(f->a, word)) != NULL ||
                  file_read(f->a, word, PASSPHRASE_MAX, &phrase) < 0)) {
        key_file_fault(f, r, KEY_PASSPHRASE_FILE, "%s: %s", word, say ? say : "cannot be read");
        return NULL;
    }
    in = BIO_new_file(path, "r");
    if (in)
        key = PEM_read_bio_PrivateKey(in, NULL, passphrase, *word ? &phrase : NULL);
    BIO_free(in);
    if (phrase.n)
        sodium_memzero((void *)phrase.p, phrase.n);
    if (!key)
        key_file_fault(f, r, KEY_FILE, "%s: holds no private key (PEM) that can be read%s", path,
                       *word ? " with that passphrase" : "");
    return key;
}

/* --- certificates -------------------------------------------------------------------------- */

static void
add_der(struct arena *a, struct bytes *all, X509 *x)
{
    uint8_t *der = NULL, *more;
    int n = i2d_X509(x, &der);

    if (n > 0) {
        more = arena_raw(a, all->n + (size_t)n);
        if (all->n)
            memcpy(more, all->p, all->n);
        memcpy(more + all->n, der, (size_t)n);
        *all = (struct bytes){more, all->n + (size_t)n};
    }
    OPENSSL_free(der);
}

/* Its own first, then those above it; a token's own certificate may be there already. */
static void
read_certificates(struct key_file *f, const struct key_row *r, struct held *k)
{
    const char *path = r->field[KEY_CERTIFICATES];
    BIO *in = BIO_new_file(path, "r");
    X509 *x;
    int n = 0;

    while (in && n < CMS_CERTIFICATES && (x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        n++;
        if (n == 1 && k->certificate && X509_cmp(x, k->certificate) == 0) {
            X509_free(x);
            continue;
        }
        if (n == 1 || X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) != 0)
            add_der(f->a, &k->certificates, x); /* a root proves nothing and stays out */
        if (!k->certificate)
            k->certificate = x;
        else
            X509_free(x);
    }
    ERR_clear_error();
    BIO_free(in);
    if (n == 0)
        key_file_fault(f, r, KEY_CERTIFICATES, "%s: holds no certificate (PEM)", path);
}

static int64_t
asn1_seconds(const ASN1_TIME *t)
{
    ASN1_TIME *zero = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0, ok = ASN1_TIME_diff(&days, &seconds, zero, t);

    ASN1_TIME_free(zero);
    return ok ? (int64_t)days * 86400 + seconds : 0;
}

static void
settle_certificate(struct held *k)
{
    uint8_t *own = NULL;
    int n;

    if (!k->certificate)
        return;
    k->from = asn1_seconds(X509_get0_notBefore(k->certificate));
    k->until = asn1_seconds(X509_get0_notAfter(k->certificate));
    n = i2d_X509(k->certificate, &own);
    if (n > 0)
        hash_sha256(own, (size_t)n, k->hash);
    OPENSSL_free(own);
}

/* --- one key ------------------------------------------------------------------------------- */

/* NULL: an algorithm that we sign with. */
static const char *
unfit(const EVP_PKEY *key, bool bare)
{
    char group[32] = "";

    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
        EVP_PKEY_get_group_name(key, group, sizeof group, NULL);
        return strcmp(group, "prime256v1") == 0 ? NULL : "must be on the curve P-256";
    }
    if (bare)
        return "of a claim or seal must be ECDSA P-256";
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
        return "must be RSA or ECDSA P-256";
    return EVP_PKEY_get_bits(key) < RSA_LEAST ? "must have at least 2048 bits" : NULL;
}

static EVP_PKEY *
read_public(struct key_file *f, const struct key_row *r)
{
    const char *path = r->field[KEY_PUBLIC];
    BIO *in = BIO_new_file(path, "r");
    EVP_PKEY *key = in ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;

    BIO_free(in);
    if (!key)
        key_file_fault(f, r, KEY_PUBLIC, "%s: holds no public key (PEM)", path);
    return key;
}

static void
take_public(struct key_file *f, const struct key_row *r, struct held *k)
{
    if (k->certificate)
        k->public = X509_get_pubkey(k->certificate);
    else if (*r->field[KEY_PUBLIC])
        k->public = read_public(f, r);
    else if (k->key && EVP_PKEY_up_ref(k->key))
        k->public = k->key;
}

static void
check_pair(struct key_file *f, const struct key_row *r, struct held *k)
{
    const char *say = k->public ? unfit(k->public, r->bare) : NULL;

    if (say)
        key_file_fault(f, r, k->token ? KEY_LABEL : KEY_FILE, "%s", say);
    if (k->key && k->certificate && EVP_PKEY_eq(k->public, k->key) != 1)
        key_file_fault(f, r, KEY_CERTIFICATES, "the first is not of this key");
    if (!r->bare && !k->certificate && !k->fault)
        key_file_fault(f, r, KEY_CERTIFICATES, "must be given: the token has none");
}

static void
load_one(struct held_keys *all, struct key_file *f, const struct key_row *r, struct held *k)
{
    X509 *own = NULL;

    k->row = r;
    if (*r->field[KEY_MODULE]) {
        k->key = token_key(all, r, &k->token, &own, &k->fault);
        all->waits = all->waits || !k->key;
        if (k->key)
            k->fault = NULL;
        if (own)
            add_der(f->a, &k->certificates, k->certificate = own);
    } else if (*r->field[KEY_FILE]) {
        k->key = read_private(f, r);
    }
    if (*r->field[KEY_CERTIFICATES])
        read_certificates(f, r, k);
    settle_certificate(k);
    take_public(f, r, k);
    check_pair(f, r, k);
    if (r->retired)
        k->fault = "it is retired";
}

bool
held_keys_load(struct arena *a, struct key_file *f, struct held_keys *out)
{
    *out = (struct held_keys){.a = a, .n = f->n};
    out->key = arena_get(a, (f->n + 1) * sizeof *out->key);
    for (size_t i = 0; i < f->n; i++)
        load_one(out, f, &f->row[i], &out->key[i]);
    return f->good;
}

/* --- what is told -------------------------------------------------------------------------- */

static const char *
common_name(struct arena *a, const X509_NAME *name)
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    uint8_t *text = NULL;
    const char *out = "";
    int n;

    if (at < 0)
        return out;
    n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (n > 0)
        out = arena_strn(a, (const char *)text, (size_t)n);
    OPENSSL_free(text);
    return out;
}

static const char *
algorithm(struct arena *a, const EVP_PKEY *key)
{
    if (!key)
        return "";
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC
               ? "ECDSA P-256"
               : arena_fmt(a, "RSA %d", EVP_PKEY_get_bits(key));
}

static void
describe_certificate(struct arena *a, const struct held *k, json_t *j)
{
    const ASN1_INTEGER *number;
    BIGNUM *n;
    char *hex;

    if (!k->certificate)
        return;
    number = X509_get0_serialNumber(k->certificate);
    n = ASN1_INTEGER_to_BN(number, NULL);
    hex = n ? BN_bn2hex(n) : NULL;
    json_object_set_new(j, "serial", json_string(hex ? hex : "?"));
    OPENSSL_free(hex);
    BN_free(n);
    json_object_set_new(j, "holder",
                        json_string(common_name(a, X509_get_subject_name(k->certificate))));
    json_object_set_new(j, "issuer",
                        json_string(common_name(a, X509_get_issuer_name(k->certificate))));
    json_object_set_new(j, "from", json_integer(k->from));
    json_object_set_new(j, "until", json_integer(k->until));
}

static json_t *
coordinate(const EVP_PKEY *key, const char *name)
{
    char text[sodium_base64_ENCODED_LEN(COORDINATE, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    uint8_t raw[COORDINATE] = {0};
    BIGNUM *n = NULL;

    EVP_PKEY_get_bn_param(key, name, &n);
    if (n)
        BN_bn2binpad(n, raw, COORDINATE);
    BN_free(n);
    sodium_bin2base64(text, sizeof text, raw, sizeof raw,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return json_string(text);
}

/* RFC 7517 and 7518, 6.2. */
static json_t *
public_jwk(const EVP_PKEY *key)
{
    json_t *j = json_object();

    json_object_set_new(j, "kty", json_string("EC"));
    json_object_set_new(j, "crv", json_string("P-256"));
    json_object_set_new(j, "alg", json_string("ES256"));
    json_object_set_new(j, "use", json_string("sig"));
    json_object_set_new(j, "x", coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X));
    json_object_set_new(j, "y", coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y));
    return j;
}

char *
held_describe(struct arena *a, const struct held *k)
{
    const struct key_row *r = k->row;
    json_t *j = json_object();
    char *text;

    json_object_set_new(j, "name", json_string(r->field[KEY_NAME]));
    json_object_set_new(j, "use", json_string(sign_use_word(r->use)));
    json_object_set_new(j, "agency", json_string(r->field[KEY_AGENCY]));
    json_object_set_new(j, "person", json_string(r->field[KEY_PERSON]));
    json_object_set_new(j, "algorithm", json_string(algorithm(a, k->public)));
    json_object_set_new(j, "where", json_string(*r->field[KEY_MODULE] ? "PKCS#11" : "file"));
    if (k->fault)
        json_object_set_new(j, "fault", json_string(k->fault));
    if (r->retired)
        json_object_set_new(j, "retired", json_true());
    describe_certificate(a, k, j);
    if (r->bare && k->public)
        json_object_set_new(j, "jwk", public_jwk(k->public));
    text = json_text(a, j);
    json_decref(j);
    return text;
}

/* --- what it is for ------------------------------------------------------------------------ */

int
held_sign(const struct held *k, const void *p, size_t size, uint8_t *out, size_t *n)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    int ok;

    token_lock(k->token);
    ok = md && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, k->key) == 1 &&
         EVP_DigestSign(md, out, n, p, size) == 1;
    token_unlock(k->token);
    EVP_MD_CTX_free(md);
    return ok ? 0 : -1;
}
