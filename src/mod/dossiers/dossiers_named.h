/*
 * Who is named to a confidential dossier (ADR 0047): no other officer finds it.  By the work: who
 * holds it or an opinion of it, their stand-ins, readers of the package at the agency where nobody
 * has it yet, the leader of the agency that decides; reckoned anew with each event and by the tick.
 * By a leader: ACT_NAME, until ACT_UNNAME.
 */
#ifndef MOD_DOSSIERS_NAMED_H
#define MOD_DOSSIERS_NAMED_H

#include <stdbool.h>
#include <stddef.h>

#include "mod/dossiers/dossiers_row.h"

struct ctx;

enum named_how { NAMED_BY_WORK = 1, NAMED_BY_LEADER };
struct named { int64_t account, at; enum named_how how; const char *name, *login; };

/* Of one dossier; texts in c->a. */
int dossiers_named(struct ctx *c, int64_t dossier, struct named **out, size_t *n);
/* hidden[i]: ids[i] is a confidential dossier that this account is not named to. */
int dossiers_veiled(struct ctx *c, const int64_t *ids, size_t n, bool *hidden);
/* The unit is reached with this right for the procedure of the dossier (ADR 0051). */
bool dossiers_in_field(struct ctx *c, int64_t unit, int64_t dossier, int64_t perm);
/* Where an officer goes on after an act: to the dossier, or, no longer named to it, to the list. */
int dossiers_go_on(struct ctx *c, const struct dossier *d, const char *page);

/* --- inside the slice --- */
int named_sync(struct ctx *c, const struct dossier *d);
int named_round(struct ctx *c);         /* a part of the open ones: roles and stand-ins changed */

#endif
