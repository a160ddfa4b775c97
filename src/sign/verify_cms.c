/* One CMS of a PDF, as bytes of a stranger (RFC 5652): exactly one signer, detached, with signed
 * attributes, strong algorithms, its certificate inside and named. */
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/ts.h>
#include <string.h>

#include "base/hash.h"
#include "sign/trust.h"
#include "sign/verify_internal.h"

enum { RSA_LEAST = 2048, EC_LEAST = 256, CERTIFICATES_MAX = 20 };

static const char UNREADABLE[] = N_("Chữ ký không đọc được hoặc không đúng chuẩn");
static const char WEAK[] = N_("Chữ ký dùng thuật toán yếu, không được chấp nhận");
static const char ALTERED[] = N_("Nội dung tệp đã bị thay đổi sau khi ký");

struct looking {
    struct ctx *c;
    const struct sign_trust *trust;
    CMS_ContentInfo *cms;
    CMS_SignerInfo *signer;
    STACK_OF(X509) *others;
    X509 *x;
    const EVP_MD *md;
    bool cades;
    struct verify_signature *out;
};

int
verify_fault(struct verify_signature *s, const char *say, const char *detail)
{
    s->intact = false;
    s->fault = say;
    s->detail = detail;
    return -1;
}

static bool
strong_digest(int nid)
{
    return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512 || nid == NID_sha3_256 ||
           nid == NID_sha3_384 || nid == NID_sha3_512;
}

/* --- its shape ----------------------------------------------------------------------------- */

static int
parse(struct looking *k, struct bytes der)
{
    const uint8_t *p = der.p;
    ASN1_OCTET_STRING **content;
    STACK_OF(CMS_SignerInfo) *signers;

    k->cms = der.n ? d2i_CMS_ContentInfo(NULL, &p, (long)der.n) : NULL;
    if (!k->cms)
        return verify_fault(k->out, UNREADABLE, "its CMS cannot be read");
    for (; p < der.p + der.n; p++)
        if (*p)
            return verify_fault(k->out, UNREADABLE, "something stands behind its CMS");
    if (OBJ_obj2nid(CMS_get0_type(k->cms)) != NID_pkcs7_signed ||
        OBJ_obj2nid(CMS_get0_eContentType(k->cms)) != NID_pkcs7_data)
        return verify_fault(k->out, UNREADABLE, "its CMS is no signature over data");
    content = CMS_get0_content(k->cms);
    if (!content || *content)
        return verify_fault(k->out, UNREADABLE, "its CMS brings a content of its own");
    signers = CMS_get0_SignerInfos(k->cms);
    if (sk_CMS_SignerInfo_num(signers) != 1)
        return verify_fault(k->out, UNREADABLE, "its CMS has not exactly one signer");
    k->signer = sk_CMS_SignerInfo_value(signers, 0);
    return 0;
}

/* --- what no signature covers: versions and the list of digests (RFC 5652, 5.1 and 5.3) --- */

struct der {
    const uint8_t *p, *end;
    bool bad;
};

/* The inside of the next element, which must have this tag; steps over it. */
static struct der
element(struct der *d, int tag)
{
    struct der in = {.bad = true};
    const uint8_t *p = d->p;
    long n = 0;
    int got = 0, class = 0, how;

    if (d->bad || p >= d->end)
        return in;
    how = ASN1_get_object(&p, &n, &got, &class, d->end - p);
    if ((how & 0x80) || (how & 1) || (int)d->p[0] != tag) {
        d->bad = true;
        return in;
    }
    d->p = p + n;
    return (struct der){p, p + n, false};
}

static int
small_number(struct der *d)
{
    struct der n = element(d, V_ASN1_INTEGER);

    return !n.bad && n.end - n.p == 1 ? *n.p : -1;
}

static bool
is_next(const struct der *d, int tag)
{
    return !d->bad && d->p < d->end && *d->p == tag;
}

enum { SEQUENCE = 0x30, SET = 0x31, CONTEXT_0 = 0xa0, CONTEXT_1 = 0xa1 };

static int
frame_of(struct looking *k, struct der all)
{
    struct der info = element(&all, SEQUENCE), data, set, one;
    ASN1_OCTET_STRING *id = NULL;
    X509_ALGOR *digest;
    int version, want;

    CMS_SignerInfo_get0_signer_id(k->signer, &id, NULL, NULL);
    CMS_SignerInfo_get0_algs(k->signer, NULL, NULL, &digest, NULL);
    want = id ? 3 : 1;
    element(&info, V_ASN1_OBJECT);
    data = element(&info, CONTEXT_0);
    data = element(&data, SEQUENCE);
    version = small_number(&data);
    set = element(&data, SET);
    one = element(&set, SEQUENCE);
    one = element(&one, V_ASN1_OBJECT);
    if (one.bad || set.p != set.end || (size_t)(one.end - one.p) != OBJ_length(digest->algorithm) ||
        memcmp(one.p, OBJ_get0_data(digest->algorithm), (size_t)(one.end - one.p)) != 0)
        return verify_fault(k->out, UNREADABLE, "its list of digests is another");
    element(&data, SEQUENCE);
    for (int tag = CONTEXT_0; tag <= CONTEXT_1; tag++)
        if (is_next(&data, tag))
            element(&data, tag);
    set = element(&data, SET);
    one = element(&set, SEQUENCE);
    if (version != want || small_number(&one) != want)
        return verify_fault(k->out, UNREADABLE, "its versions are not those of its kind");
    return 0;
}

/* Written anew in DER: others write BER, with lengths at the end (poppler). */
static int
check_frame(struct looking *k)
{
    uint8_t *der = NULL;
    int n = i2d_CMS_ContentInfo(k->cms, &der), rc;

    if (n <= 0)
        return verify_fault(k->out, UNREADABLE, "its CMS cannot be written again");
    rc = frame_of(k, (struct der){der, der + n, false});
    OPENSSL_free(der);
    return rc;
}

static int
find_certificate(struct looking *k)
{
    k->others = CMS_get1_certs(k->cms);
    if (!k->others || sk_X509_num(k->others) > CERTIFICATES_MAX ||
        CMS_set1_signers_certs(k->cms, NULL, 0) != 1)
        return verify_fault(k->out, UNREADABLE, "the signer's certificate is not in it");
    CMS_SignerInfo_get0_algs(k->signer, NULL, &k->x, NULL, NULL);
    if (!k->x)
        return verify_fault(k->out, UNREADABLE, "the signer's certificate is not in it");
    return 0;
}

static const char *
key_words(struct arena *a, EVP_PKEY *key)
{
    char group[40] = "";

    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA || EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA_PSS)
        return arena_fmt(a, "RSA %d", EVP_PKEY_get_bits(key));
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
        return "other";
    EVP_PKEY_get_group_name(key, group, sizeof group, NULL);
    return strcmp(group, "prime256v1") == 0 ? "ECDSA P-256" : arena_fmt(a, "ECDSA %s", group);
}

static void
describe(struct looking *k)
{
    struct arena *a = k->c->a;
    BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(k->x), NULL);
    char *hex = n ? BN_bn2hex(n) : NULL;

    k->out->holder = trust_name(a, X509_get_subject_name(k->x), NID_commonName);
    k->out->organisation = trust_name(a, X509_get_subject_name(k->x), NID_organizationName);
    k->out->issuer = trust_name(a, X509_get_issuer_name(k->x), NID_commonName);
    k->out->serial = arena_str(a, hex ? hex : "");
    OPENSSL_free(hex);
    BN_free(n);
}

static int
check_algorithms(struct looking *k)
{
    EVP_PKEY *key = X509_get0_pubkey(k->x);
    X509_ALGOR *digest, *signature;
    int d, s, inside = NID_undef, type = NID_undef;

    CMS_SignerInfo_get0_algs(k->signer, NULL, NULL, &digest, &signature);
    d = OBJ_obj2nid(digest->algorithm);
    s = OBJ_obj2nid(signature->algorithm);
    k->md = EVP_get_digestbynid(d);
    if (!key || !k->md)
        return verify_fault(k->out, UNREADABLE, "its key or digest is not known");
    k->out->algorithm =
        arena_fmt(k->c->a, "%s, %s", key_words(k->c->a, key), EVP_MD_get0_name(k->md));
    if (!strong_digest(d))
        return verify_fault(k->out, WEAK, "a weak digest");
    if (s != NID_rsaEncryption && s != NID_rsassaPss &&
        (!OBJ_find_sigid_algs(s, &inside, &type) || inside != d))
        return verify_fault(k->out, UNREADABLE, "its algorithms do not fit each other");
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? EVP_PKEY_get_bits(key) < EC_LEAST
                                                 : EVP_PKEY_get_bits(key) < RSA_LEAST)
        return verify_fault(k->out, WEAK, "a short key");
    return 0;
}

/* --- what it signed ------------------------------------------------------------------------ */

/* The one value of a signed attribute; NULL: not there, twice, or of another type. */
static void *
attribute(struct looking *k, int nid, int type)
{
    return CMS_signed_get0_data_by_OBJ(k->signer, OBJ_nid2obj(nid), -3, type);
}

/* RFC 5035: which certificate was meant.  PAdES demands it. */
static int
check_named(struct looking *k)
{
    ASN1_STRING *s = attribute(k, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE);
    STACK_OF(X509) *first = sk_X509_new_null();
    const uint8_t *p = s ? ASN1_STRING_get0_data(s) : NULL;
    ESS_SIGNING_CERT_V2 *v2 = s ? d2i_ESS_SIGNING_CERT_V2(NULL, &p, ASN1_STRING_length(s)) : NULL;
    bool ok = !s && !k->cades;

    if (v2 && first) {
        sk_X509_push(first, k->x);
        for (int i = 0; i < sk_X509_num(k->others); i++)
            if (X509_cmp(sk_X509_value(k->others, i), k->x) != 0)
                sk_X509_push(first, sk_X509_value(k->others, i));
        ok = OSSL_ESS_check_signing_certs(NULL, v2, first, 1) == 1;
    }
    ESS_SIGNING_CERT_V2_free(v2);
    sk_X509_free(first);
    return ok ? 0 : verify_fault(k->out, UNREADABLE, "it does not name its certificate");
}

static bool
digest_parts(const EVP_MD *md, const struct bytes part[2], uint8_t *out, unsigned *n)
{
    EVP_MD_CTX *x = EVP_MD_CTX_new();
    bool ok = x && EVP_DigestInit_ex(x, md, NULL) &&
              EVP_DigestUpdate(x, part[0].p, part[0].n) &&
              EVP_DigestUpdate(x, part[1].p, part[1].n) && EVP_DigestFinal_ex(x, out, n);

    EVP_MD_CTX_free(x);
    return ok;
}

static int
check_signed(struct looking *k, const struct bytes part[2])
{
    ASN1_OCTET_STRING *want = attribute(k, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING);
    ASN1_OBJECT *type = attribute(k, NID_pkcs9_contentType, V_ASN1_OBJECT);
    uint8_t sum[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    if (!want || !type || OBJ_obj2nid(type) != NID_pkcs7_data)
        return verify_fault(k->out, UNREADABLE, "its signed attributes are not complete");
    if (check_named(k) < 0)
        return -1;
    if (CMS_SignerInfo_verify(k->signer) != 1)
        return verify_fault(k->out, N_("Chữ ký không khớp với chứng thư số"),
                            "the signature does not fit its certificate");
    if (!digest_parts(k->md, part, sum, &n) || ASN1_STRING_length(want) != (int)n ||
        !hash_equal(ASN1_STRING_get0_data(want), sum, n))
        return verify_fault(k->out, ALTERED, "the bytes are not those that were signed");
    return 0;
}

/* --- when ---------------------------------------------------------------------------------- */

static PKCS7 *
token_of(const struct looking *k)
{
    int at = CMS_unsigned_get_attr_by_NID(k->signer, NID_id_smime_aa_timeStampToken, -1);
    X509_ATTRIBUTE *attr = at < 0 ? NULL : CMS_unsigned_get_attr(k->signer, at);
    ASN1_TYPE *v = attr && X509_ATTRIBUTE_count(attr) == 1 ? X509_ATTRIBUTE_get0_type(attr, 0)
                                                           : NULL;
    const uint8_t *p;

    if (!v || v->type != V_ASN1_SEQUENCE)
        return NULL;
    p = ASN1_STRING_get0_data(v->value.sequence);
    return d2i_PKCS7(NULL, &p, ASN1_STRING_length(v->value.sequence));
}

/* Over our signature, by a server whose root is trusted, with a strong digest. */
static bool
token_good(const struct looking *k, PKCS7 *token, TS_TST_INFO *info)
{
    const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(k->signer);
    X509_ALGOR *imprint = TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info));
    TS_VERIFY_CTX *v = TS_VERIFY_CTX_new();
    X509_STORE *store = trust_store(k->trust);
    bool ok = false;

    if (v && strong_digest(OBJ_obj2nid(imprint->algorithm)) && X509_STORE_up_ref(store)) {
        TS_VERIFY_CTX_set_flags(v, TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_DATA);
        TS_VERIFY_CTX_set_store(v, store);
        TS_VERIFY_CTX_set_data(v, BIO_new_mem_buf(ASN1_STRING_get0_data(value),
                                                  ASN1_STRING_length(value)));
        ok = TS_RESP_verify_token(v, token) == 1;
    }
    TS_VERIFY_CTX_free(v);
    return ok;
}

static void
look_at_stamp(struct looking *k)
{
    PKCS7 *token = token_of(k);
    TS_TST_INFO *info = token ? PKCS7_to_TS_TST_INFO(token) : NULL;
    STACK_OF(X509) *signers;

    if (info && token_good(k, token, info)) {
        signers = PKCS7_get0_signers(token, NULL, 0);
        k->out->stamped = trust_seconds(TS_TST_INFO_get_time(info));
        if (sk_X509_num(signers) == 1)
            k->out->stamped_by = trust_name(
                k->c->a, X509_get_subject_name(sk_X509_value(signers, 0)), NID_commonName);
        sk_X509_free(signers);
    }
    TS_TST_INFO_free(info);
    PKCS7_free(token);
}

/* --- all of it ----------------------------------------------------------------------------- */

void
verify_cms(struct ctx *c, const struct sign_trust *t, struct bytes der,
           const struct bytes part[2], bool cades, struct verify_signature *out)
{
    struct looking k = {.c = c, .trust = t, .cades = cades, .out = out};

    if (parse(&k, der) == 0 && check_frame(&k) == 0 && find_certificate(&k) == 0) {
        describe(&k);
        if (check_algorithms(&k) == 0 && check_signed(&k, part) == 0) {
            out->intact = true;
            look_at_stamp(&k);
            out->cert = trust_check(c->a, t, k.x, k.others, out->stamped ? out->stamped : c->now,
                                    &out->root, &out->detail);
        }
    }
    sk_X509_pop_free(k.others, X509_free);
    CMS_ContentInfo_free(k.cms);
    ERR_clear_error();
}
