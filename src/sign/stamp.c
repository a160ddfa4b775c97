#include "sign/stamp.h"

#include <curl/curl.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <pthread.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"

enum { SECONDS = 10, CONNECT_SECONDS = 4, NONCE = 8, ANSWER_MAX = 64 * 1024 };

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
curl_begin(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static TS_MSG_IMPRINT *
imprint_of(const void *p, size_t n)
{
    TS_MSG_IMPRINT *m = TS_MSG_IMPRINT_new();
    X509_ALGOR *algorithm = X509_ALGOR_new();
    uint8_t sum[SHA256_SIZE];

    hash_sha256(p, n, sum);
    if (m && algorithm && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL))
        TS_MSG_IMPRINT_set_algo(m, algorithm);
    if (m)
        TS_MSG_IMPRINT_set_msg(m, sum, sizeof sum);
    X509_ALGOR_free(algorithm);
    return m;
}

static TS_REQ *
request_of(const void *p, size_t n)
{
    TS_REQ *req = TS_REQ_new();
    TS_MSG_IMPRINT *m = imprint_of(p, n);
    ASN1_INTEGER *nonce = ASN1_INTEGER_new();
    uint64_t number = 0;

    RAND_bytes((uint8_t *)&number, sizeof number);
    if (!req || !m || !nonce || !TS_REQ_set_version(req, 1) || !TS_REQ_set_msg_imprint(req, m) ||
        !ASN1_INTEGER_set_uint64(nonce, number) || !TS_REQ_set_nonce(req, nonce) ||
        !TS_REQ_set_cert_req(req, 1)) {
        TS_REQ_free(req);
        req = NULL;
    }
    ASN1_INTEGER_free(nonce);
    TS_MSG_IMPRINT_free(m);
    return req;
}

static size_t
take(char *p, size_t size, size_t n, void *arg)
{
    struct buf *b = arg;

    buf_add(b, p, size * n);
    return b->over ? 0 : size * n;
}

/* "" or why not. */
static const char *
post(struct ctx *c, const char *url, const uint8_t *p, size_t n, struct buf *answer)
{
    struct curl_slist *head = curl_slist_append(NULL, "Content-Type: application/timestamp-query");
    CURL *h = curl_easy_init();
    long status = 0;
    CURLcode rc;

    buf_init(answer, c->a, ANSWER_MAX);
    curl_easy_setopt(h, CURLOPT_URL, url);
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, (const char *)p);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)n);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, head);
    curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)SECONDS);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, answer);
    rc = curl_easy_perform(h);
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(h);
    curl_slist_free_all(head);
    if (rc != CURLE_OK)
        return curl_easy_strerror(rc);
    return status == 200 ? "" : arena_fmt(c->a, "HTTP status %ld", status);
}

/* Is it the answer to what was asked: imprint, nonce, status?  Who signed it is looked at when the
 * signature is verified. */
static const char *
check(TS_RESP *resp, const TS_REQ *req)
{
    TS_TST_INFO *info = resp ? TS_RESP_get_tst_info(resp) : NULL;
    const ASN1_INTEGER *nonce;
    TS_MSG_IMPRINT *want, *got;

    if (!resp)
        return "its answer cannot be read";
    if (ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(resp))) > 1 || !info)
        return "it refused";
    nonce = TS_TST_INFO_get_nonce(info);
    if (!nonce || ASN1_INTEGER_cmp(nonce, TS_REQ_get_nonce(req)) != 0)
        return "its answer has another nonce";
    want = TS_REQ_get_msg_imprint((TS_REQ *)req);
    got = TS_TST_INFO_get_msg_imprint(info);
    if (ASN1_OCTET_STRING_cmp(TS_MSG_IMPRINT_get_msg(want), TS_MSG_IMPRINT_get_msg(got)) != 0)
        return "its answer is about something else";
    return "";
}

static const char *
token_of(struct ctx *c, const TS_REQ *req, const struct buf *answer, struct bytes *token)
{
    const uint8_t *p = (const uint8_t *)answer->p;
    TS_RESP *resp = d2i_TS_RESP(NULL, &p, (long)answer->n);
    const char *say = check(resp, req);
    uint8_t *der = NULL, *copy;
    int n = 0;

    if (!*say) {
        n = i2d_PKCS7(TS_RESP_get_token(resp), &der);
        say = n > 0 && n <= STAMP_MAX ? "" : "its token is too long";
    }
    if (!*say) {
        copy = arena_raw(c->a, (size_t)n);
        memcpy(copy, der, (size_t)n);
        *token = (struct bytes){copy, (size_t)n};
    }
    OPENSSL_free(der);
    TS_RESP_free(resp);
    return say;
}

int
stamp_get(struct ctx *c, const char *url, const void *p, size_t n, struct bytes *token)
{
    TS_REQ *req = request_of(p, n);
    const char *say = "no memory";
    uint8_t *der = NULL;
    struct buf answer;
    int len;

    pthread_once(&curl_once, curl_begin);
    if (req && (len = i2d_TS_REQ(req, &der)) > 0) {
        say = post(c, url, der, (size_t)len, &answer);
        if (!*say)
            say = token_of(c, req, &answer, token);
    }
    OPENSSL_free(der);
    TS_REQ_free(req);
    if (!*say)
        return OK;
    return fail(c, E_DOWN, N_("Máy chủ cấp dấu thời gian không trả lời; hãy thử lại sau ít phút"),
                "time stamp server: %s", say);
}
