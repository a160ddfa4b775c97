/*
 * Whether the log and what it seals still agree: `motcua audit verify` and tests.  Everything is
 * read as a stream, in one transaction that shows one moment; memory does not grow with it.
 *
 * A finding is one line: "altered WHAT: sentence".  The first one in time is kept, too.
 */
#ifndef MOD_AUDIT_CHECK_H
#define MOD_AUDIT_CHECK_H

#include "base/progress.h"
#include "mod/audit/seal.h"
#include "sign/note.h"

enum { AUDIT_LINE = 400 };

struct audit_check {
    void (*say)(void *user, const char *line);
    void *user;
    struct progress *progress;          /* NULL: none */
    const json_t *keys;                 /* JWK set that heads are to be signed with; NULL: any */
    const struct note *seen;            /* heads that somebody has kept, by size */
    size_t seen_n;
    /* what was seen */
    int64_t dossiers, events, acts, leaves, heads, waiting, beginning, unsigned_heads, findings;
    int64_t begun_after;                /* dossiers from before the log: sealed up to this id */
    bool begun;
    int64_t first_at;
    char first[AUDIT_LINE];             /* "" none */
};

/* at: when the event was, as far as it is known; 0 unknown. */
void audit_found(struct audit_check *k, int64_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads how far the log has come; before the others. */
int audit_check_begin(struct ctx *c, struct audit_check *k);
int audit_check_acts(struct ctx *c, struct audit_check *k);
/* Leaves, nodes and heads: does every head lie over the leaves that are there? */
int audit_check_tree(struct ctx *c, struct audit_check *k);

/* --- one chain against its leaves and what waits: for dossiers, too --- */

struct audit_chain {
    struct audit_check *k;
    struct arena *a;
    const char *name;                   /* "H26.X.00070-261122-0001", "administration 3" */
    int64_t count;                      /* events that it should have */
    bool early;                         /* from before the log, not reached yet */
    const struct seal_leaf *leaf;       /* its leaves, by version */
    size_t leaves;
    const struct seal_waiting *waiting; /* NULL none */
    bool genuine;                       /* that was written with the site's key */
    /* while walking */
    int64_t next, at;                   /* version expected; moment of the event before */
    const char *head;                   /* hash of the event before */
    size_t used;
};

void audit_chain_begin(struct audit_chain *v);
/* One event: does it carry its hash (`fits`), is its leaf the sealed one? */
void audit_chain_event(struct audit_chain *v, int64_t version, int64_t at, const char *hash,
                       bool fits, const merkle_hash *leaf);
void audit_chain_end(struct audit_chain *v);

#endif
