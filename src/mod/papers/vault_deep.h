/* Walks over the whole vault, for `motcua check --deep` only. */
#ifndef MOD_PAPERS_VAULT_DEEP_H
#define MOD_PAPERS_VAULT_DEEP_H

#include "mod/papers/vault.h"

/* Sums by agency (0: the city) and month, in that order: as they stand, and counted from vault_use
 * again. */
int vault_counted(struct ctx *c, struct vault_rate **out, size_t *n);
int vault_recount(struct ctx *c, struct vault_rate **out, size_t *n);
int vault_count_mend(struct ctx *c, const struct vault_rate *delta);
int vault_uses_lost(struct ctx *c, size_t max, struct vault_use **out, size_t *n);
struct vault_content { int64_t item; uint8_t sha256[32]; };
int vault_contents(struct ctx *c, int64_t after, size_t max, struct vault_content **out, size_t *n);

#endif
