/*
 * The one condition of confidential dossiers (ADR 0047): it stands beside v_reach in every query
 * that shows an officer a dossier, its work or its alarms.  queries_test reads all queries.
 */
#ifndef MOD_DOSSIERS_NAMED_SQL_H
#define MOD_DOSSIERS_NAMED_SQL_H

#include "auth/reach_sql.h"
#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_named.h"

/* `account` is a parameter, the others are columns: NAMED_TO("$1", "d.confidential", "d.id"). */
#define NAMED_TO(account, confidential, dossier)                                                  \
    "(" confidential " = 0 OR EXISTS (SELECT 1 FROM v_dossier_named n WHERE n.dossier = " dossier \
    " AND n.account = " account "))"

/* For IN_FIELD() of tables that do not say it themselves; asked of limited officers alone. */
#define PROCEDURE_OF(dossier) "(SELECT pd.procedure FROM dossier pd WHERE pd.id = " dossier ")"

typedef VEC(struct named) named_list;
int sql_named(struct ctx *c, int64_t dossier, named_list *out);
int sql_named_add(struct ctx *c, int64_t dossier, int64_t account, enum named_how how);
int sql_named_drop(struct ctx *c, int64_t dossier, int64_t account, enum named_how how);
/* Somebody who is named there may take work of this permission in the unit. */
bool sql_named_served(struct ctx *c, const struct dossier *d, int64_t unit, int64_t perm);
int sql_named_open(struct ctx *c, int64_t after, size_t limit, unit_list *out);
/* Confidential ones in this range of ids that c->account is not named to. */
int sql_veiled(struct ctx *c, int64_t from, int64_t upto, unit_list *out);

#endif
