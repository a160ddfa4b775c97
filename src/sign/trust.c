#include "sign/trust.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"

enum { FILE_MAX = 32 << 20, ROOTS_MAX = 10000, STRONG = 2 /* 112 bits: no SHA-1, no RSA 1024 */ };

struct sign_trust {
    X509_STORE *store;
    STACK_OF(X509_CRL) *lists;
    size_t roots;
};

/* --- the folder ---------------------------------------------------------------------------- */

static void
add_root(struct sign_trust *t, X509 *x)
{
    if (x && t->roots < ROOTS_MAX && X509_STORE_add_cert(t->store, x) == 1)
        t->roots++;
}

/* Certificates and lists of one PEM file, in any order; how many. */
static int
add_pem(struct sign_trust *t, struct bytes text)
{
    BIO *in = BIO_new_mem_buf(text.p, (int)text.n);
    STACK_OF(X509_INFO) *list = PEM_X509_INFO_read_bio(in, NULL, NULL, NULL);
    int n = 0;

    for (int i = 0; i < sk_X509_INFO_num(list); i++) {
        X509_INFO *one = sk_X509_INFO_value(list, i);

        n += (one->x509 != NULL) + (one->crl != NULL);
        add_root(t, one->x509);
        if (one->crl && X509_CRL_up_ref(one->crl))
            sk_X509_CRL_push(t->lists, one->crl);
    }
    sk_X509_INFO_pop_free(list, X509_INFO_free);
    BIO_free(in);
    return n;
}

static int
add_der(struct sign_trust *t, struct bytes b)
{
    const uint8_t *p = b.p;
    X509 *x = d2i_X509(NULL, &p, (long)b.n);
    X509_CRL *list;

    if (x) {
        add_root(t, x);
        X509_free(x);
        return 1;
    }
    p = b.p;
    list = d2i_X509_CRL(NULL, &p, (long)b.n);
    if (list)
        sk_X509_CRL_push(t->lists, list);
    return list != NULL;
}

static bool
is_ours(const char *name)
{
    static const char *const ENDS[] = {".pem", ".crt", ".cer", ".crl", ".der"};
    size_t n = strlen(name);

    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++)
        if (n > 4 && strcmp(name + n - 4, ENDS[i]) == 0)
            return true;
    return false;
}

static const char *
add_file(struct arena *a, struct sign_trust *t, const char *folder, const char *name)
{
    char *path = arena_fmt(a, "%s/%s", folder, name);
    struct bytes b;
    int rc = file_read(a, path, FILE_MAX, &b);

    if (rc < 0)
        return arena_fmt(a, "%s: %s", path, strerror(-rc));
    if (add_pem(t, b) + add_der(t, b) == 0)
        return arena_fmt(a, "%s: holds no certificate and no list of revoked ones", path);
    return NULL;
}

static const char *
add_folder(struct arena *a, struct sign_trust *t, const char *folder)
{
    DIR *d = opendir(folder);
    const char *say = d ? NULL : arena_fmt(a, "%s: %s", folder, strerror(errno));
    struct dirent *e;

    while (!say && d && (e = readdir(d)) != NULL)
        if (is_ours(e->d_name))
            say = add_file(a, t, folder, e->d_name);
    if (d)
        closedir(d);
    ERR_clear_error();
    return say;
}

struct sign_trust *
sign_trust_open(struct ctx *c, const char *folder)
{
    struct sign_trust *t = mem_get(sizeof *t);
    const char *say = NULL;

    t->store = X509_STORE_new();
    t->lists = sk_X509_CRL_new_null();
    X509_STORE_set_flags(t->store, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(t->store), STRONG);
    if (folder && *folder)
        say = add_folder(c->a, t, folder);
    if (!say)
        return t;
    sign_trust_close(t);
    fail(c, E_SYS, N_("Hệ thống gặp lỗi"), "trust %s", say);
    return NULL;
}

void
sign_trust_close(struct sign_trust *t)
{
    if (!t)
        return;
    X509_STORE_free(t->store);
    sk_X509_CRL_pop_free(t->lists, X509_CRL_free);
    mem_free(t);
}

size_t
sign_trust_roots(const struct sign_trust *t)
{
    return t->roots;
}

X509_STORE *
trust_store(const struct sign_trust *t)
{
    return t->store;
}

/* --- names and times ----------------------------------------------------------------------- */

char *
trust_name(struct arena *a, const X509_NAME *name, int nid)
{
    int at = X509_NAME_get_index_by_NID(name, nid, -1);
    uint8_t *text = NULL;
    char *out = arena_str(a, "");
    int n;

    if (at < 0)
        return out;
    n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (n > 0 && n < 500 && utf8_clean((const char *)text, (size_t)n) &&
        !strpbrk((const char *)text, "\t\n\r"))      /* one fact a line: `motcua verify` */
        out = arena_strn(a, (const char *)text, (size_t)n);
    OPENSSL_free(text);
    return out;
}

int64_t
trust_seconds(const ASN1_TIME *t)
{
    ASN1_TIME *zero = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0, ok = t && ASN1_TIME_diff(&days, &seconds, zero, t);

    ASN1_TIME_free(zero);
    return ok ? (int64_t)days * 86400 + seconds : 0;
}

/* --- a chain ------------------------------------------------------------------------------- */

static enum verify_cert
verdict_of(int error)
{
    static const struct {
        int error;
        enum verify_cert is;
    } KNOWN[] = {
        {X509_V_OK, CERT_TRUSTED},
        {X509_V_ERR_CERT_HAS_EXPIRED, CERT_EXPIRED},
        {X509_V_ERR_CERT_NOT_YET_VALID, CERT_EXPIRED},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, CERT_UNKNOWN},
        {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, CERT_UNKNOWN},
        {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, CERT_UNKNOWN},
        {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, CERT_UNKNOWN},
        {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, CERT_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (KNOWN[i].error == error)
            return KNOWN[i].is;
    return CERT_UNFIT;
}

/* On a list that its issuer signed, at that moment or before. */
static bool
revoked(const struct sign_trust *t, X509 *x, X509 *issuer, int64_t at)
{
    for (int i = 0; i < sk_X509_CRL_num(t->lists); i++) {
        X509_CRL *list = sk_X509_CRL_value(t->lists, i);
        X509_REVOKED *entry = NULL;

        if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(x)) != 0 ||
            X509_CRL_verify(list, X509_get0_pubkey(issuer)) != 1 ||
            X509_CRL_get0_by_cert(list, &entry, x) != 1)
            continue;
        if (trust_seconds(X509_REVOKED_get0_revocationDate(entry)) <= at)
            return true;
    }
    return false;
}

static bool
chain_revoked(const struct sign_trust *t, STACK_OF(X509) *chain, int64_t at)
{
    for (int i = 0; i + 1 < sk_X509_num(chain); i++)
        if (revoked(t, sk_X509_value(chain, i), sk_X509_value(chain, i + 1), at))
            return true;
    return false;
}

/* Key usage, when it is said, must be for signatures. */
static bool
may_sign(X509 *x)
{
    uint32_t usage = X509_get_key_usage(x);

    return usage == UINT32_MAX || (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION));
}

static enum verify_cert
look(struct arena *a, const struct sign_trust *t, X509_STORE_CTX *v, X509 *x, int64_t at,
     const char **root, const char **detail)
{
    int ok = X509_verify_cert(v);
    enum verify_cert is = verdict_of(ok == 1 ? X509_V_OK : X509_STORE_CTX_get_error(v));
    STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(v);

    if (ok != 1) {
        *detail = arena_str(a, X509_verify_cert_error_string(X509_STORE_CTX_get_error(v)));
        return is == CERT_TRUSTED ? CERT_UNFIT : is;
    }
    *root = trust_name(a, X509_get_subject_name(sk_X509_value(chain, sk_X509_num(chain) - 1)),
                       NID_commonName);
    if (chain_revoked(t, chain, at))
        return CERT_REVOKED;
    return may_sign(x) ? CERT_TRUSTED : CERT_UNFIT;
}

enum verify_cert
trust_check(struct arena *a, const struct sign_trust *t, X509 *x, STACK_OF(X509) *others,
            int64_t at, const char **root, const char **detail)
{
    X509_STORE_CTX *v = X509_STORE_CTX_new();
    enum verify_cert is = CERT_UNFIT;

    *root = "";
    if (v && X509_STORE_CTX_init(v, t->store, x, others) == 1) {
        X509_STORE_CTX_set_time(v, 0, (time_t)at);
        is = look(a, t, v, x, at, root, detail);
    }
    X509_STORE_CTX_free(v);
    ERR_clear_error();
    return is;
}
