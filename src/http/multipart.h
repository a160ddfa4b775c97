/*
 * A multipart/form-data body (RFC 7578), read as it arrives: bytes in, parts out.  Bounded: heads
 * of parts 4 KiB, 200 parts.  tests/fuzz/multipart.c throws bytes at it, cut at random places.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct part {
    const char *name;
    const char *file_name;      /* NULL: a plain field */
};

struct multipart_sink {
    void *arg;
    bool (*begin)(void *arg, const struct part *p);     /* false stops the reading */
    bool (*data)(void *arg, const char *s, size_t n);
    bool (*end)(void *arg);
};

struct multipart;

/* content_type: the whole header.  NULL: no boundary in it, or an odd one. */
struct multipart *multipart_open(struct arena *a, const char *content_type,
                                 const struct multipart_sink *sink);
bool multipart_feed(struct multipart *m, const char *s, size_t n); /* false: malformed or stopped */
bool multipart_ended(const struct multipart *m);    /* the closing boundary was seen */

#endif
