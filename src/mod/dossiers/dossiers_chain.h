/*
 * The chain of hashes of one dossier's events, also of one that was destroyed: its earlier events
 * keep their hashes, but not the texts that were hashed; the event of the destruction carries the
 * hash of what was left of them (docs/adr/0037).  Pure.
 */
#ifndef MOD_DOSSIERS_CHAIN_H
#define MOD_DOSSIERS_CHAIN_H

#include "mod/dossiers/dossiers_inside.h"

struct fold_chain { const struct stored_event *e; size_t n, gone; const char *remains; };
void fold_chain(struct arena *a, const struct stored_event *e, size_t n, struct fold_chain *out);
bool fold_link(struct arena *a, const struct fold_chain *f, size_t i);  /* carries its hash */
char *fold_remains(struct arena *a, const struct stored_event *e, size_t n);

#endif
