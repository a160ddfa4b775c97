#include "http/s3_sign.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

enum { TEXT_MAX = 16 << 10, DAY = 8 };

static void
hmac(const void *key, size_t n, const char *text, uint8_t out[SHA256_SIZE])
{
    unsigned size = SHA256_SIZE;

    HMAC(EVP_sha256(), key, (int)n, (const uint8_t *)text, strlen(text), out, &size);
}

/* "host;x-amz-date" */
static const char *
head_names(struct arena *a, const struct s3_signed *r)
{
    struct buf b;

    buf_init(&b, a, TEXT_MAX);
    for (size_t i = 0; i < r->n; i++) {
        if (i)
            buf_char(&b, ';');
        buf_str(&b, r->heads[i].name);
    }
    return b.p;
}

/* The request in the one way that both sides write it. */
static const char *
canonical(struct arena *a, const struct s3_signed *r)
{
    struct buf b;

    buf_init(&b, a, TEXT_MAX);
    buf_fmt(&b, "%s\n%s\n%s\n", r->method, r->path, r->query);
    for (size_t i = 0; i < r->n; i++)
        buf_fmt(&b, "%s:%s\n", r->heads[i].name, r->heads[i].value);
    buf_fmt(&b, "\n%s\n%s", head_names(a, r), r->payload);
    return b.p;
}

/* The secret itself never signs: a key of the day, the region and the service does. */
static void
signing_key(struct arena *a, const struct s3_key *k, const char *moment, uint8_t out[SHA256_SIZE])
{
    const char *first = arena_fmt(a, "AWS4%s", k->secret);
    uint8_t date[SHA256_SIZE], region[SHA256_SIZE], service[SHA256_SIZE];

    hmac(first, strlen(first), arena_strn(a, moment, DAY), date);
    hmac(date, sizeof date, k->region, region);
    hmac(region, sizeof region, "s3", service);
    hmac(service, sizeof service, "aws4_request", out);
}

const char *
s3_authorization(struct arena *a, const struct s3_key *k, const struct s3_signed *r,
                 const char *moment)
{
    const char *request = canonical(a, r);
    const char *scope = arena_fmt(a, "%.*s/%s/s3/aws4_request", DAY, moment, k->region);
    const char *text = arena_fmt(a, "AWS4-HMAC-SHA256\n%s\n%s\n%s", moment, scope,
                                 hash_sha256_hex(a, request, strlen(request)));
    uint8_t key[SHA256_SIZE], sum[SHA256_SIZE];

    signing_key(a, k, moment, key);
    hmac(key, sizeof key, text, sum);
    return arena_fmt(a, "AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=%s", k->id,
                     scope, head_names(a, r), hash_hex(a, sum, sizeof sum));
}
