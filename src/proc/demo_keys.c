#include "proc/demo_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/file.h"

enum { YAML_MAX = 1 << 20, RSA_BITS = 2048 };

struct making {
    struct ctx *c;
    const char *folder;
    EVP_PKEY *root_key;
    X509 *root;
    struct buf yaml;
    size_t made;
};

static int
no(struct making *m, const char *what, const char *name)
{
    return fail(m->c, E_SYS, N_("Hệ thống gặp lỗi"), "keys: %s: %s", name, what);
}

static const char *
path_of(struct making *m, const char *name, const char *end)
{
    return arena_fmt(m->c->a, "%s/%s%s", m->folder, name, end);
}

/* --- files --------------------------------------------------------------------------------- */

static int
write_bio(struct making *m, const char *path, BIO *b, unsigned mode)
{
    char *p;
    long n = BIO_get_mem_data(b, &p);
    int rc = n > 0 ? file_write(m->c->a, path, p, (size_t)n, mode) : -EIO;

    return rc < 0 ? no(m, strerror(-rc), path) : OK;
}

static int
write_key(struct making *m, const char *path, EVP_PKEY *key)
{
    BIO *b = BIO_new(BIO_s_mem());
    int rc = PEM_write_bio_PKCS8PrivateKey(b, key, NULL, NULL, 0, NULL, NULL) == 1
                 ? write_bio(m, path, b, 0600)
                 : no(m, "was not written", path);

    BIO_free(b);
    return rc;
}

static int
write_certificates(struct making *m, const char *path, X509 *own, X509 *above)
{
    BIO *b = BIO_new(BIO_s_mem());
    int rc;

    PEM_write_bio_X509(b, own);
    if (above)
        PEM_write_bio_X509(b, above);
    rc = write_bio(m, path, b, 0644);
    BIO_free(b);
    return rc;
}

/* --- certificates -------------------------------------------------------------------------- */

static void
add_name(X509_NAME *name, const char *field, const char *text)
{
    if (text && *text)
        X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)text, -1, -1,
                                   0);
}

static void
add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX v;
    X509_EXTENSION *e;

    X509V3_set_ctx(&v, issuer, x, NULL, NULL, 0);
    e = X509V3_EXT_conf_nid(NULL, &v, nid, value);
    if (e)
        X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
}

static void
set_serial(X509 *x)
{
    uint64_t n = 0;

    RAND_bytes((uint8_t *)&n, sizeof n);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), n >> 1 | 1);
}

static X509 *
certificate(struct making *m, const struct demo_key *k, EVP_PKEY *key)
{
    int64_t from = k->from ? k->from : vn_utc(date_day((struct ymd){2020, 1, 1}), 0);
    int64_t until = k->until ? k->until : vn_utc(date_day((struct ymd){2049, 12, 31}), 0);
    bool root = !m->root;
    X509 *x = X509_new(), *issuer = root ? x : m->root;

    X509_set_version(x, X509_VERSION_3);
    set_serial(x);
    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from);
    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)until);
    add_name(X509_get_subject_name(x), "C", "VN");
    add_name(X509_get_subject_name(x), "O", k->organisation);
    add_name(X509_get_subject_name(x), "CN", k->holder);
    X509_set_issuer_name(x, X509_get_subject_name(issuer));
    X509_set_pubkey(x, key);
    add_extension(x, issuer, NID_basic_constraints,
                  root ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(x, issuer, NID_key_usage, root ? "critical,keyCertSign,cRLSign"
                                                 : "critical,digitalSignature,nonRepudiation");
    add_extension(x, issuer, NID_subject_key_identifier, "hash");
    add_extension(x, issuer, NID_authority_key_identifier, "keyid");
    if (X509_sign(x, root ? key : m->root_key, EVP_sha256()) > 0)
        return x;
    X509_free(x);
    return NULL;
}

static EVP_PKEY *
make_key(bool rsa)
{
    return rsa ? EVP_RSA_gen(RSA_BITS) : EVP_EC_gen("P-256");
}

/* --- the root ------------------------------------------------------------------------------ */

static EVP_PKEY *
read_key(const char *path)
{
    BIO *b = BIO_new_file(path, "r");
    EVP_PKEY *key = b ? PEM_read_bio_PrivateKey(b, NULL, NULL, NULL) : NULL;

    BIO_free(b);
    return key;
}

static X509 *
read_certificate(const char *path)
{
    BIO *b = BIO_new_file(path, "r");
    X509 *x = b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;

    BIO_free(b);
    return x;
}

static int
root_ready(struct making *m)
{
    static const struct demo_key ROOT = {.holder = "Một Cửa demo root",
                                         .organisation = "Một Cửa demo"};
    const char *key = path_of(m, "root.key", ".pem"), *cert = path_of(m, "trust/root", ".pem");
    int rc;

    if (access(key, F_OK) == 0) {
        m->root_key = read_key(key);
        m->root = read_certificate(cert);
        return m->root_key && m->root ? OK : no(m, "root cannot be read", key);
    }
    m->root_key = make_key(false);
    m->root = m->root_key ? certificate(m, &ROOT, m->root_key) : NULL;
    if (!m->root)
        return no(m, "was not made", "root");
    rc = write_certificates(m, cert, m->root, NULL);
    return rc < 0 ? rc : write_key(m, key, m->root_key);
}

/* --- one key ------------------------------------------------------------------------------- */

static int
make_one(struct making *m, const struct demo_key *k, const char *file)
{
    EVP_PKEY *key = make_key(k->rsa);
    X509 *x = key ? certificate(m, k, key) : NULL;
    int rc = x ? write_certificates(m, path_of(m, k->name, ".pem"), x, m->root)
               : no(m, "was not made", k->name);

    if (rc == OK)
        rc = write_key(m, file, key);
    X509_free(x);
    EVP_PKEY_free(key);
    m->made += rc == OK;
    return rc;
}

static int
one(struct making *m, const struct demo_key *k)
{
    const char *file = path_of(m, k->name, ".key.pem");
    int rc = access(file, F_OK) == 0 ? OK : make_one(m, k, file);

    buf_fmt(&m->yaml, "  - name: %s\n    use: %s\n", k->name,
            k->agency || k->person ? "document" : k->seal ? "seal" : "claim");
    if (k->agency)
        buf_fmt(&m->yaml, "    agency: \"%s\"\n", k->agency);
    if (k->person)
        buf_fmt(&m->yaml, "    person: \"%s\"\n", k->person);
    buf_fmt(&m->yaml, "    file: %s.key.pem\n    certificates: %s.pem\n%s", k->name, k->name,
            k->more ? k->more : "");
    return rc;
}

static int
make_folder(struct making *m, const char *path, mode_t mode)
{
    return mkdir(path, mode) == 0 || errno == EEXIST ? OK : no(m, strerror(errno), path);
}

int
demo_keys_make(struct ctx *c, const char *folder, const struct demo_key *k, size_t n, size_t *made)
{
    struct making m = {.c = c, .folder = folder};
    const char *yaml = path_of(&m, "keys", ".yaml");
    int rc = make_folder(&m, folder, 0700);

    buf_init(&m.yaml, c->a, YAML_MAX);
    buf_lit(&m.yaml, "# Keys of a demo city: nobody else believes them.\nkeys:\n");
    if (rc == OK)
        rc = make_folder(&m, path_of(&m, "trust", ""), 0755);
    if (rc == OK)
        rc = root_ready(&m);
    for (size_t i = 0; i < n && rc == OK; i++)
        rc = one(&m, &k[i]);
    if (rc == OK && (m.made || access(yaml, F_OK) != 0)) {
        rc = file_write(c->a, yaml, m.yaml.p, m.yaml.n, 0600);
        rc = rc < 0 ? no(&m, strerror(-rc), yaml) : OK;
    }
    X509_free(m.root);
    EVP_PKEY_free(m.root_key);
    *made = m.made;
    return rc;
}
