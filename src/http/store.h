/*
 * The content store: a file's name is the SHA-256 of its content, its place <root>/ab/cdef...  A
 * file appears whole or not at all (temporary file, fsync, rename, fsync of the folder) and never
 * changes. No web server may serve the folder: files leave only through reply_stored(), behind a
 * permission.
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

struct store *store_open(struct ctx *c,
                         const char *root); /* makes the folder (0700); NULL: c->err */
/* To read only, beside a server that runs: makes and sweeps nothing.  NULL: c->err. */
struct store *store_look(struct ctx *c, const char *root);
void store_close(struct store *s);

struct store_put *store_begin(struct store *s);                 /* NULL: the machine refuses */
bool store_write(struct store_put *p, const void *bytes, size_t n);
int64_t store_size(const struct store_put *p);
/* Ends the file: durable under its name when it returns true.  Slow (fsync). */
bool store_keep(struct store_put *p, char name[STORE_NAME]);
void store_drop(struct store_put *p);                           /* NULL is allowed */

/* An open file (read only) and its size, or -1: not there, or not a name. */
int store_read(struct store *s, const char *name, int64_t *size);
bool store_has(struct store *s, const char *name);
/* Whether a file could be written now: for the watch. */
bool store_probe(struct store *s);
/* For the sweep of what no row names: true when it is gone; one changed since `before` stays. */
bool store_remove_old(struct store *s, const char *name, int64_t before);

/* Each content whose name begins with these two hex digits, in no order. */
struct store_entry { char name[STORE_NAME]; int64_t size, changed_at; };
void store_each(struct store *s, int first_byte,
                void (*each)(void *user, const struct store_entry *e), void *user);
/* Its size; -1: not there. */
int64_t store_length(struct store *s, const char *name);

#endif
