/* Inside of mod/audit: its tables. */
#ifndef MOD_AUDIT_AUDIT_SQL_H
#define MOD_AUDIT_AUDIT_SQL_H

#include "mod/audit/seal.h"

void waiting_mac(struct ctx *c, const struct seal_waiting *w, uint8_t out[MERKLE_SIZE]);

/* --- audit_acts_sql.c --- */
/* The next number of a chain and the hash before it ("" none); its row is locked up to the end. */
int sql_chain_take(struct ctx *c, int64_t chain, int64_t *number, const char **before);
int sql_chain_head(struct ctx *c, int64_t chain, const char *head);
int sql_act_add(struct ctx *c, const struct act *e);

/* --- audit_seal_sql.c --- */
int sql_waiting_put(struct ctx *c, const struct seal_waiting *w);
int sql_leaf_add(struct ctx *c, int64_t position, const struct seal_leaf *l);
int sql_node_add(struct ctx *c, int level, int64_t number, const merkle_hash *h);
/* Hashes of level 0 (leaves) or a kept one, [from, from + n), in order; E_NOTFOUND: not all are
 * there. */
int sql_hashes(struct ctx *c, int level, int64_t from, int64_t n, merkle_hash *out);

#endif
