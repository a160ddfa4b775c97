/*
 * By which mandate a dossier was handed in (mod/mandates): as it was then, and what became of it.
 * Table: dossier_mandate.
 */
#ifndef MOD_DOSSIERS_MANDATE_H
#define MOD_DOSSIERS_MANDATE_H

#include "mod/catalogue/catalogue.h"
#include "mod/dossiers/dossiers.h"
#include "mod/mandates/mandates.h"

struct change;

struct dossier_mandate {
    int64_t dossier, mandate;
    enum mandate_kind kind;
    enum mandate_evidence evidence;
    const char *paper, *scope_of;
    enum mandate_scope scope;
    day ends;
    enum mandate_state state;           /* declared: nobody had checked it yet */
    int64_t at;
};

/* What a submission does with a mandate of this procedure; dossier "" before it has a code. */
struct mandate_use dossier_mandate_use(const struct procedure *p, const char *code);
/* s->mandate serves for what is handed in, and the owner is whom it represents; else a fault of
 * "mandate" (online) or of the fields that say it (counter). */
int dossier_mandate_check(struct ctx *c, struct submission *s, const struct procedure *p);
/* Kept with the dossier, that has its code now; at the counter the mandate itself, too. */
int dossier_mandate_store(struct change *x, struct submission *s);
/* *is false: handed in without one.  `now`: the mandate as it is today. */
int dossier_mandate_of(struct ctx *c, int64_t dossier, bool *is, struct dossier_mandate *out,
                       struct mandate *now);
/* E_CONFLICT: nobody has checked it yet, or it was refused. */
int dossier_mandate_accept(struct change *x);
/* May the result go to who shows this number or has this name?  Else a fault of the event. */
int dossier_mandate_receiver(struct change *x);
/* c->account, named in it as `role` (PARTY_NONE: by its account alone), sees it: whose it is
 * always does, a representative while the mandate is in force. */
bool dossier_mandate_lets(struct ctx *c, int64_t dossier, enum party_role role);

#endif
