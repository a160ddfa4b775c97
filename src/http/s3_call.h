/*
 * Inside of s3.c and s3_list.c: the bucket, and one request to it, signed, bounded, tried again.
 */
#ifndef HTTP_S3_CALL_H
#define HTTP_S3_CALL_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/s3.h"
#include "http/s3_sign.h"

enum { S3_IDLE_MAX = 8 /* connections that wait for the next request */ };

struct s3 {
    struct arena *a;
    struct s3_key key;
    const char *endpoint, *host;
    const char *base, *bucket, *inside;         /* "/bucket/prefix", "/bucket", "prefix/" or "" */
    pthread_mutex_t lock;                       /* of what follows */
    CURL *idle[S3_IDLE_MAX];
    int idles;
    atomic_bool failing;
};

/* One request; what it sends is read again for every try. */
struct s3_call {
    const char *method, *key /* NULL: the bucket itself */, *query, *payload, *copy_source, *md5;
    int in;                     /* descriptor of the body; -1: `text` */
    int64_t in_size, in_at;
    const char *text;
    int out;                    /* descriptor for the answer; -1: `body` */
    int64_t out_at, out_max;
    struct buf *body;           /* NULL: thrown away */
    int tries, seconds;
    CURL *curl;
    struct s3_answer answer;
};

/* Zero in tries and seconds, NULL in query and payload: the usual. */
struct s3_answer s3_call(struct s3 *s, struct s3_call *k);

#endif
