#include "oidc/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void
curl_start(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t
on_answer(char *p, size_t one, size_t n, void *arg)
{
    struct buf *b = arg;

    buf_add(b, p, one * n);
    return b->over ? 0 : one * n;
}

static struct curl_slist *
heads_of(struct arena *a, const struct fetch *f)
{
    struct curl_slist *h = curl_slist_append(NULL, "Accept: application/json");

    if (f->authorization)
        h = curl_slist_append(h, arena_fmt(a, "Authorization: %s", f->authorization));
    return h;
}

static void
settle(CURL *curl, const struct fetch *f, struct curl_slist *heads, struct buf *out)
{
    bool safe = strncmp(f->url, "https://", 8) == 0;

    curl_easy_setopt(curl, CURLOPT_URL, f->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, safe ? "https" : "http");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)f->seconds);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)(f->seconds + 1) / 2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, heads);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "motcua");
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)f->max);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    if (*f->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, f->ca_file);
    if (f->form)
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->form);
}

long
fetch_run(struct arena *a, const struct fetch *f, struct buf *out, const char **why)
{
    struct curl_slist *heads = heads_of(a, f);
    CURL *curl;
    CURLcode code = CURLE_FAILED_INIT;
    long status = 0;

    pthread_once(&curl_once, curl_start);
    buf_init(out, a, f->max);
    if ((curl = curl_easy_init())) {
        settle(curl, f, heads, out);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_cleanup(curl);
    }
    curl_slist_free_all(heads);
    *why = code == CURLE_OK ? NULL
           : out->over      ? "the answer is too long"
                            : curl_easy_strerror(code);
    return code == CURLE_OK ? status : 0;
}
