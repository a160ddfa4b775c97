/*
 * A bucket of S3-compatible objects: requests of libcurl signed with s3_sign.h, path-style
 * addresses, bounded in time and in tries.  Nothing is logged of the key.
 *
 * Threads:  any, after s3_open().
 */
#ifndef HTTP_S3_H
#define HTTP_S3_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ctx.h"
#include "http/store.h"

struct s3;

struct s3 *s3_open(struct ctx *c, const struct store_place *p);         /* NULL: c->err */
void s3_close(struct s3 *s);                                            /* NULL is allowed */

struct s3_answer {
    int status;                 /* of HTTP; 0: the server was not reached, or was cut off */
    int64_t length;             /* -1: not said */
    int64_t changed_at;         /* UTC seconds; 0: not said */
    char etag[80];              /* without quotes */
};

/* A key is what follows the prefix: [0-9a-z./].  The status is 200 (204 of a removal) when it is
 * done. */
struct s3_answer s3_put(struct s3 *s, const char *key, int fd, int64_t size, const char *sha256);
struct s3_answer s3_put_text(struct s3 *s, const char *key, const char *text);
struct s3_answer s3_get(struct s3 *s, const char *key, int fd, int64_t max);
struct s3_answer s3_get_text(struct s3 *s, const char *key, struct buf *out);
struct s3_answer s3_head(struct s3 *s, const char *key);
struct s3_answer s3_copy(struct s3 *s, const char *from, const char *to);
struct s3_answer s3_remove(struct s3 *s, const char *key);

struct s3_entry { const char *key; int64_t size, changed_at; };
/* All whose key begins so, in order.  False: the list could not be read to its end. */
bool s3_list(struct s3 *s, const char *prefix, void (*each)(void *user, const struct s3_entry *e),
             void *user);

/* One short question: whether the server answers now. */
bool s3_reached(struct s3 *s, const char *key);
bool s3_failing(const struct s3 *s);            /* the last request did not get through */

#endif
