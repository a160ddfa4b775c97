/*
 * The Merkle tree of RFC 9162 (2.1) over SHA-256: leaves are hashed behind a byte 0, inner nodes
 * behind a byte 1; the tree over n leaves is split at the largest power of two below n.  Pure.
 *
 * Who keeps a tree keeps hashes of complete subtrees: number i of level l is the one over the
 * leaves [i << l, (i + 1) << l); a merkle_get answers for those that lie below the size asked for.
 */
#ifndef BASE_MERKLE_H
#define BASE_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MERKLE_SIZE = 32, MERKLE_PATH = 64 };

typedef struct { uint8_t b[MERKLE_SIZE]; } merkle_hash;

merkle_hash merkle_leaf(const void *p, size_t n);
merkle_hash merkle_node(const merkle_hash *left, const merkle_hash *right);
merkle_hash merkle_empty(void);
bool merkle_equal(const merkle_hash *a, const merkle_hash *b);

/* --- growing: nothing is kept but the right edge --- */

struct merkle {
    int64_t size;
    merkle_hash edge[MERKLE_PATH];      /* [l]: complete subtree of level l, where size has bit l */
};

/* Told of each subtree that becomes complete, leaves (level 0) included; may be NULL. */
typedef void (*merkle_told)(void *arg, int level, int64_t number, const merkle_hash *h);
void merkle_add(struct merkle *m, const merkle_hash *leaf, merkle_told told, void *arg);
merkle_hash merkle_top(const struct merkle *m);

/* --- out of kept subtrees --- */

/* 0, or a negative rc that ends the question. */
typedef int (*merkle_get)(void *arg, int level, int64_t number, merkle_hash *out);

/* The edge of the tree of that size, to grow on. */
int merkle_open(merkle_get get, void *arg, int64_t size, struct merkle *out);
int merkle_root(merkle_get get, void *arg, int64_t size, merkle_hash *out);
/* 0 <= index < size; *n hashes, at most MERKLE_PATH. */
int merkle_inclusion(merkle_get get, void *arg, int64_t index, int64_t size,
                     merkle_hash path[MERKLE_PATH], size_t *n);
/* 0 < from <= to: that the tree of size `to` begins with the tree of size `from`. */
int merkle_consistency(merkle_get get, void *arg, int64_t from, int64_t to,
                       merkle_hash path[MERKLE_PATH], size_t *n);

/* --- checking (2.1.3.2, 2.1.4.2): any bytes may be given --- */

bool merkle_included(const merkle_hash *leaf, int64_t index, int64_t size, const merkle_hash *path,
                     size_t n, const merkle_hash *root);
bool merkle_consistent(int64_t from, const merkle_hash *from_root, int64_t to,
                       const merkle_hash *to_root, const merkle_hash *path, size_t n);

#endif
