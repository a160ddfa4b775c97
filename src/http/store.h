/*
 * The content store: a file's name is the SHA-256 of its content.  It lies in a folder
 * (<root>/ab/cdef...; store_dir.c) or in a bucket of objects (s3://bucket/prefix; store_s3.c); who
 * uses it does not know which.  A content appears whole or not at all, counts only when it is
 * durable, and never changes.  No web server may serve it: files leave only through
 * reply_stored(), behind a permission.
 *
 * Threads:  store_open() once; the rest from any thread, a struct store_put by one at a time.
 */
#ifndef HTTP_STORE_H
#define HTTP_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ctx.h"

enum { STORE_NAME = 65 };       /* 64 hex digits and the NUL */

struct store;
struct store_put;               /* a file being written */

/* Where contents are, and what reaching them needs.  Texts outlive the store. */
struct store_place {
    const char *root;           /* a folder, or s3://bucket/prefix */
    /* The rest is for objects alone. */
    const char *endpoint;       /* https://host[:port]; "": the public one of the region */
    const char *region;         /* "": us-east-1 */
    const char *secret;         /* file with the key: two words, its id and its secret */
    const char *spool;          /* folder for what arrives and what was read lately */
    int64_t cache;              /* bytes of what was read lately that are kept there */
};

struct store *store_open(struct ctx *c,
                         const char *root); /* makes the folder (0700); NULL: c->err */
struct store *store_open_at(struct ctx *c, const struct store_place *p);
/* To read only, beside a server that runs: makes and sweeps nothing.  NULL: c->err. */
struct store *store_look(struct ctx *c, const char *root);
struct store *store_look_at(struct ctx *c, const struct store_place *p);
bool store_is_remote(const char *root);         /* s3://... */
void store_close(struct store *s);

struct store_put *store_begin(struct store *s);                 /* NULL: the machine refuses */
bool store_write(struct store_put *p, const void *bytes, size_t n);
int64_t store_size(const struct store_put *p);
/* For what is only looked at: the file has no name from its first byte, so that nothing of it stays
 * whatever happens, and store_keep() refuses it.  Read it by store_fd() until store_drop(). */
struct store_put *store_begin_nameless(struct store *s);
int store_fd(const struct store_put *p);
/* Ends the file: durable under its name when it returns true.  Slow (fsync). */
bool store_keep(struct store_put *p, char name[STORE_NAME]);
void store_drop(struct store_put *p);                           /* NULL is allowed */

enum { STORE_ABSENT = -1, STORE_AWAY = -2 };    /* not there (or not a name); cannot be asked now */

/* An open file (read only) and its size, or STORE_ABSENT, STORE_AWAY. */
int store_read(struct store *s, const char *name, int64_t *size);
/* Reading it may wait for a network: on a worker or a lane, not on a socket's thread. */
bool store_far(struct store *s, const char *name);
bool store_has(struct store *s, const char *name);
/* Whether a file could be written now: for the watch. */
bool store_probe(struct store *s);
/* For the sweep of what no row names: true when it is gone; one changed since `before` stays. */
bool store_remove_old(struct store *s, const char *name, int64_t before);

/* Each content whose name begins with these two hex digits, in no order. */
struct store_entry { char name[STORE_NAME]; int64_t size, changed_at; };
typedef void store_visit(void *user, const struct store_entry *e);
/* False: it could not be read to its end. */
bool store_each(struct store *s, int first_byte, store_visit *each, void *user);
/* Its size; STORE_ABSENT, STORE_AWAY. */
int64_t store_length(struct store *s, const char *name);
/* Reads all of it where it lies (no cache) and compares it with its name. */
enum store_state { STORE_SOUND, STORE_MISSING, STORE_DAMAGED, STORE_UNREAD };
enum store_state store_verify(struct store *s, const char *name);

/* A small text beside the contents, which says whose store it is.  "": there is none; NULL: it
 * cannot be read. */
const char *store_marker(struct ctx *c, struct store *s);
bool store_marker_set(struct ctx *c, struct store *s, const char *text);

#endif
