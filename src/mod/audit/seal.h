/*
 * The log itself: one Merkle tree (RFC 9162) that only grows, whose leaves are events in the order
 * in which they were sealed, and its signed heads.
 *
 * Writing is one server's at a time (lease "seal"), in small pieces.
 * Lifetime: the context's arena.
 */
#ifndef MOD_AUDIT_SEAL_H
#define MOD_AUDIT_SEAL_H

#include "mod/audit/audit.h"

/* --- what waits --- */

struct seal_waiting {
    int64_t kind, owner, version;
    const char *head;                   /* 64 hex digits */
    uint8_t mac[MERKLE_SIZE];
    bool refused;
};
typedef VEC(struct seal_waiting) seal_waitings;

/* Not refused ones, in the order of kind and owner. */
int seal_waiting_some(struct ctx *c, int64_t limit, seal_waitings *out);
int seal_waiting_between(struct ctx *c, enum audit_kind kind, int64_t after, int64_t upto,
                         seal_waitings *out);
/* Written by who holds the site's key. */
bool seal_waiting_genuine(struct ctx *c, const struct seal_waiting *w);
/* Sealed up to here, or refused until somebody has looked; OK also when it has moved on. */
int seal_waiting_done(struct ctx *c, const struct seal_waiting *w);
int seal_waiting_refuse(struct ctx *c, const struct seal_waiting *w);

/* --- leaves --- */

struct seal_leaf {
    int64_t kind, owner, version, position;
    merkle_hash hash;
};
typedef VEC(struct seal_leaf) seal_leaves;

int seal_size(struct ctx *c, int64_t *size);            /* how many there are */
/* The newest sealed event of an owner; 0 none. */
int64_t seal_upto(struct ctx *c, enum audit_kind kind, int64_t owner);
/* Behind those that are there, in this order; positions are filled in.  E_CONFLICT: one of them is
 * sealed already. */
int seal_append(struct ctx *c, struct seal_leaf *v, size_t n);
int seal_find(struct ctx *c, enum audit_kind kind, int64_t owner, int64_t version,
              struct seal_leaf *out);                   /* E_NOTFOUND: not sealed yet */
/* Of owners in (after, upto], in the order of owner and version. */
int seal_leaves_between(struct ctx *c, enum audit_kind kind, int64_t after, int64_t upto,
                        seal_leaves *out);
int seal_leaves_from(struct ctx *c, int64_t position, int64_t limit, seal_leaves *out);
/* A merkle_get; arg: the context. */
int seal_get(void *arg, int level, int64_t number, merkle_hash *out);
/* A kept node as it is in the table (level 8, 16 ...): E_NOTFOUND. */
int seal_node(struct ctx *c, int level, int64_t number, merkle_hash *out);

/* --- heads --- */

struct seal_head {
    int64_t number, at, size;
    merkle_hash root;
    bool whole;                 /* everything from before the log is in it */
    const char *note;           /* signed note (sign/note.h) */
};
typedef VEC(struct seal_head) seal_heads;

int seal_head_newest(struct ctx *c, struct seal_head *out);     /* E_NOTFOUND: none yet */
/* The first that has this leaf; E_NOTFOUND: none yet. */
int seal_head_over(struct ctx *c, int64_t position, struct seal_head *out);
/* Newest first; oldest first. */
int seal_heads_before(struct ctx *c, int64_t number, int64_t limit, seal_heads *out);
int seal_heads_after(struct ctx *c, int64_t number, int64_t limit, seal_heads *out);
int seal_head_add(struct ctx *c, const struct seal_head *h);    /* number is given by it */

/* What the next head would be: E_NOTFOUND nothing is new; E_CONFLICT the leaves are not those of
 * the newest head any more, and nothing is to be signed.  `note` is the text to be signed. */
int seal_head_next(struct ctx *c, const char *origin, struct seal_head *out);

/* --- what was there before the log --- */

int seal_begun(struct ctx *c, int64_t *after, bool *done);
int seal_begin_move(struct ctx *c, int64_t after, bool done);

/* --- what a person may carry away: an event, its place and the head above it, as JSON --- */

#define SEAL_RECEIPT_FILE "niem-phong.json"     /* its name inside the PDF of a receipt */

struct seal_proof {
    const char *leaf;           /* the text */
    int64_t position, size;
    merkle_hash path[MERKLE_PATH];
    size_t n;
    const char *note;
};

/* E_NOTFOUND: no head has it yet. */
int seal_proof(struct ctx *c, const struct audit_leaf *l, const struct seal_leaf *at,
               struct seal_proof *out);
json_t *seal_proof_json(struct arena *a, const struct seal_proof *p);
/* NULL, or what is wrong with it (English).  Checks shape alone, whatever the bytes are. */
const char *seal_proof_read(struct arena *a, const json_t *j, struct seal_proof *out);
json_t *seal_path_json(struct arena *a, const merkle_hash *path, size_t n);
bool seal_path_read(const json_t *j, merkle_hash path[MERKLE_PATH], size_t *n);
const char *seal_hash_text(struct arena *a, const merkle_hash *h);      /* base64 */
bool seal_hash_read(const char *s, merkle_hash *out);

#endif
