/*
 * Decoding of paths, queries and application/x-www-form-urlencoded bodies.  Pure; bounded.
 * tests/fuzz/urlform.c throws bytes at it.
 */
#ifndef HTTP_URLFORM_H
#define HTTP_URLFORM_H

#include "http/request.h"

/* Splits "/a/b" into decoded segments.  False: no leading slash, a malformed escape, an encoded
 * slash, backslash or NUL, "." or "..", unclean UTF-8, or more than SEGMENTS_MAX. */
bool path_split(struct arena *a, const char *raw, const char *seg[SEGMENTS_MAX], size_t *n);

/* Appends the pairs of `text`.  False: a malformed escape, an unclean name or too many pairs.
 * A value that is not clean UTF-8 is kept as a bad field so that it can be named. */
bool urlform_parse(struct arena *a, const char *text, size_t n, struct sent_list *out);

/* Adds one field; takes bytes as they are.  False: unclean name or too many. */
bool sent_add(struct arena *a, struct sent_list *out, const char *name, const char *value,
              size_t n);

/* The value of one cookie in a Cookie header; NULL when absent, doubled or with odd bytes. */
const char *cookie_find(struct arena *a, const char *header, const char *name);

#endif
