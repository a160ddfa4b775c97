/*
 * Rights in some fields of procedures only (ADR 0051): auth_reaches() asks for all of them, so that
 * a rule that does not know of fields gives a limited officer nothing; these ask for less.
 */
#ifndef AUTH_REACH_H
#define AUTH_REACH_H

#include "base/ctx.h"
#include "http/perm.h"

/* For procedures of some field at least: what the page shows then asks for each dossier. */
bool auth_reaches_partly(struct ctx *c, int64_t account, int64_t unit, enum perm p);
/* For this procedure. */
bool auth_reaches_for(struct ctx *c, int64_t account, int64_t unit, const char *procedure,
                      enum perm p);

#endif
