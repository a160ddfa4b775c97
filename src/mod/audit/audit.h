/*
 * What goes into the sealed log, and the journal of administration.
 *
 * Each dossier and each write lane's administration is a chain: an event carries the hash of the
 * one before it.  Whoever appends an event says so with audit_waits() in the same transaction; the
 * log's job (site/sealing.h) makes leaves of what waits (seal.h).  ADR 0038, docs/security.
 *
 * Threads and lifetime: as the context's.
 */
#ifndef MOD_AUDIT_AUDIT_H
#define MOD_AUDIT_AUDIT_H

#include <jansson.h>

#include "base/merkle.h"
#include "db/db.h"

enum audit_kind { AUDIT_DOSSIER = 1, AUDIT_ACT = 2 };

/* An event was appended: the chain has `version` events now and the last has this hash (hex). */
int audit_waits(struct ctx *c, enum audit_kind kind, int64_t owner, int64_t version,
                const char *hash);

/* --- administration --- */

/* Appends an act of c->account (0: a command) to this lane's chain.  `what`: the pattern of the
 * route or the command's words; `subject` "" when it is of nothing in particular; `data`: what was
 * asked for, without secrets, NULL for nothing; not stolen.  Long data are cut to their hash. */
int audit_act(struct ctx *c, const char *what, const char *subject, const json_t *data);

/* Whom an act concerns, so that it is found: the agency of what it was done to and another one (0:
 * none; an officer's own is looked up by the login), and its name ("" none): login, code, file. */
struct act_place { int64_t unit, also; const char *object; };
int audit_act_at(struct ctx *c, const char *what, const char *subject, const json_t *data,
                 const struct act_place *at);

struct act {
    int64_t chain, number, id, at, account;
    const char *what, *subject, *data, *hash;   /* hash: 64 hex digits */
    struct act_place place;                     /* only while it is written */
};
typedef VEC(struct act) act_list;

char *act_hash(struct arena *a, const char *before, const struct act *e);
/* Of one chain after this number, in order. */
int acts_after(struct ctx *c, int64_t chain, int64_t number, int64_t limit, act_list *out);
/* Newest first; before: an id, 0 for the newest. */
int acts_newest(struct ctx *c, int64_t before, int64_t limit, act_list *out);

int64_t acts_count(struct ctx *c);                      /* < 0: an rc */

struct act_chain { int64_t chain, count; const char *head; };
typedef VEC(struct act_chain) act_chains;
int act_chains_all(struct ctx *c, act_chains *out);

/* --- what a leaf says --- */

/* One event as it is published: lines of text, whose hash is the leaf.  `sum` binds the event's id
 * and its hash, and with that hash everything in it and before it, without telling any of it. */
struct audit_leaf {
    enum audit_kind kind;
    const char *subject;        /* code of the dossier, number of the chain */
    int64_t version, at;
    int64_t action, status;     /* of a dossier's event */
    uint8_t sum[MERKLE_SIZE];
};

void audit_sum(struct arena *a, int64_t id, const char *hash, uint8_t out[MERKLE_SIZE]);
char *audit_leaf_text(struct arena *a, const struct audit_leaf *l);
merkle_hash audit_leaf_hash(struct arena *a, const struct audit_leaf *l);
merkle_hash act_leaf(struct arena *a, const struct act *e);

#endif
