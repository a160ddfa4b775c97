/* Signature version 4 of AWS, as every server of S3-compatible objects asks for it.  Pure. */
#ifndef HTTP_S3_SIGN_H
#define HTTP_S3_SIGN_H

#include <stddef.h>

#include "base/arena.h"

struct s3_key { const char *id, *secret, *region; };
struct s3_head { const char *name, *value; };   /* the name in lower case */

struct s3_signed {
    const char *method;
    const char *path;                   /* as it is sent, percent-encoded */
    const char *query;                  /* in order of names, encoded; "" none */
    const struct s3_head *heads;        /* in order of names; "host" and "x-amz-date" among them */
    size_t n;
    const char *payload;                /* SHA-256 of the body in hex */
};

/* The value of the header Authorization; moment as "20130524T000000Z". */
const char *s3_authorization(struct arena *a, const struct s3_key *key, const struct s3_signed *r,
                             const char *moment);

#endif
