/*
 * A multipart body becomes fields and stored files: each file is written and hashed while it
 * arrives, typed by its content and made durable by upload_keep() on a worker.
 */
#ifndef HTTP_UPLOAD_H
#define HTTP_UPLOAD_H

#include "http/request.h"
#include "http/store.h"

enum { UPLOADS_MAX = 20, UPLOAD_PEEK = 4096 /* bytes that tell what it is */ };

/* False: the Content-Type has no usable boundary. */
bool upload_begin(struct request *r, struct store *store, int64_t file_max);
/* Both set r->malformed when the body cannot be read; what follows is of no use then. */
void upload_feed(struct request *r, const char *s, size_t n);
void upload_end(struct request *r);

/* Types and keeps what arrived; slow: on a worker.  OK, E_INVALID (c->faults names the fields) or
 * E_SYS. */
int upload_keep(struct ctx *c);
/* Of a row with BODY_LOOK: what is in its file, until upload_release(); u.sha256 is its hash, but
 * no content has that name.  A descriptor that stays ours; negative: it cannot be read. */
int upload_look(struct ctx *c, const struct upload *u);
/* Files of one field (NULL: all), after upload_keep(). */
size_t upload_list(const struct ctx *c, const char *field, const struct upload **out);
void upload_release(struct request *r);     /* removes what was not kept */

/* What a content is, by its first bytes: NULL and *mime, or the sentence why it is not taken. */
const char *upload_kind(const char *first, size_t n, const char **mime);
/* The last part of a path as old browsers send it, tidied, at most 120 characters. */
const char *upload_tidy(struct arena *a, const char *name);
/* The name with an end that fits the type: nobody opens as a program what came as a picture. */
const char *upload_named(struct arena *a, const char *name, const char *mime);

#endif
