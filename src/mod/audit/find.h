/*
 * The journal of administration, read by who may: acts of, or about, the agencies that they reach.
 * A reader of the whole city sees every act, those of commands too.
 */
#ifndef MOD_AUDIT_FIND_H
#define MOD_AUDIT_FIND_H

#include "mod/audit/seal.h"

enum { ACTS_LOOKED = 50000 };           /* a page looks through so many acts at most */

struct acts_filter {
    const char *what;                   /* exactly this; "" any */
    const char *login;                  /* officer who did it; "" any */
    const char *object;                 /* login, code, file; "" any */
    bool commands;                      /* only commands */
    bool city;                          /* the reader reaches the whole city */
    int64_t unit;                       /* of who did it, or of what it was done to; 0 any */
    int64_t from, upto;                 /* ids: [from, upto) */
    int64_t perm;                       /* bit of the permission by which one reaches */
};

struct act_found {
    struct act e;
    int64_t home, unit;
    const char *name, *login;           /* "" a command, or a citizen */
    bool citizen;
};
typedef VEC(struct act_found) acts_found;

/* Newest first, `max` at most.  *looked_to: 0, or the id down to which was looked when that is not
 * the end: what is older is asked for with upto = *looked_to. */
int acts_find(struct ctx *c, const struct acts_filter *f, int64_t max, acts_found *out,
              int64_t *looked_to);
/* One within reach: E_NOTFOUND. */
int acts_find_one(struct ctx *c, const struct acts_filter *f, int64_t id, struct act_found *out);

/* Sealed under a published head: *head is its number; 0 not yet. */
int act_sealed(struct ctx *c, const struct act *e, struct seal_head *head);
/* E_NOTFOUND: no head has it yet. */
int act_proof(struct ctx *c, const struct act *e, struct seal_proof *out);

#endif
