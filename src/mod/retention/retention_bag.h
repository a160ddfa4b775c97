/*
 * A bag of files as RFC 8493 (BagIt 1.0) has it, in a ZIP that is written in one pass: payload
 * below data/, then bag-info.txt, the manifests of SHA-256 and bagit.txt.  It knows nothing of
 * dossiers.
 *
 *     struct bag *b = bag_begin(c, write, user);
 *     rc = bag_text(b, "data/hoso.json", text, n);
 *     rc = rc < 0 ? rc : bag_file(b, "data/giay-to/01.pdf", fd, size);
 *     bag_fact(b, "External-Identifier", code);
 *     rc = bag_end(b);                            -- always: it also releases
 *
 * Names are ASCII.  Memory: a piece of a file and a line a file.
 * Errors: the first one stays, later calls return it: E_SYS (the sink or a file fails), E_TOOBIG.
 */
#ifndef MOD_RETENTION_BAG_H
#define MOD_RETENTION_BAG_H

#include <stdbool.h>

#include "base/ctx.h"

struct bag;
typedef bool bag_sink(void *user, const void *bytes, size_t n);

struct bag *bag_begin(struct ctx *c, bag_sink *to, void *user);
int bag_text(struct bag *b, const char *path, const char *text, size_t n);
/* All `size` bytes of it; the file's end before them is an error. */
int bag_file(struct bag *b, const char *path, int fd, int64_t size);
void bag_fact(struct bag *b, const char *label, const char *value);     /* of bag-info.txt */
int bag_end(struct bag *b);

/* A file name's letters as ASCII: "Giấy chứng sinh.pdf" -> "giay-chung-sinh.pdf". */
char *bag_name(struct arena *a, const char *name);

/* --- looking at one --- */
struct bag_seen {
    int64_t files, bytes;               /* of the payload */
    const char *fault;                  /* in English, with the file named; NULL: it is sound */
    const char *identifier;             /* of bag-info.txt; "" none */
    struct bytes timeline;              /* data/timeline.json; p NULL: none */
};
/* Reads it once and compares every file with the manifests.  Rc < 0: it cannot be read at all. */
int bag_look(struct ctx *c, const char *path, struct bag_seen *out);

/* The first `max` lines of a manifest: "<64 hex digits>  path". */
struct bag_line { const char *sha256, *path; };
size_t bag_manifest(struct arena *a, const char *text, size_t max, struct bag_line **out);
/* SHA-256 of an open file from here to its end, in hex; NULL: it cannot be read. */
char *bag_hash_fd(struct arena *a, int fd, int64_t *size);

#endif
