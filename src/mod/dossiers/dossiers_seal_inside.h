/* Shared by dossiers_seal.c and dossiers_seal_check.c. */
#ifndef MOD_DOSSIERS_SEAL_INSIDE_H
#define MOD_DOSSIERS_SEAL_INSIDE_H

#include "base/merkle.h"
#include "mod/dossiers/dossiers_inside.h"

merkle_hash event_leaf(struct arena *a, const char *code, const struct stored_event *e);

#endif
