/* What papers say: facts for the vault. */
#ifndef MOD_DOSSIERS_VAULT_FACTS_H
#define MOD_DOSSIERS_VAULT_FACTS_H

#include "base/json.h"
#include "mod/dossiers/dossiers_vault.h"

/* Number, issuer, days and facts of *it: of the form's answers, and over those what was confirmed
 * on the scan ({field: text}; NULL none). */
void vault_take_facts(struct ctx *c, const struct procedure *p, const struct paper_type *t,
                      const json_t *answers, const json_t *scanned, struct vault_item *it);
/* {paper ("": the result): {field: text}} of the dossier's scans, the last one of each.  A new
 * object, also on failure. */
int vault_scanned(struct ctx *c, int64_t dossier, json_t **out);

#endif
