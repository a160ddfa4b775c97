/* The table dossier_mandate; lists and look-ups ask BARRED() of its view. */
#ifndef MOD_DOSSIERS_MANDATE_SQL_H
#define MOD_DOSSIERS_MANDATE_SQL_H

#include "db/db.h"
#include "mod/dossiers/dossiers_mandate.h"

/* The dossier was handed in by a mandate that is not in force on `today`. */
#define BARRED(dossier, today)                                                                     \
    "EXISTS (SELECT 1 FROM v_dossier_mandate x WHERE x.dossier = " dossier                         \
    " AND NOT (x.state IN (1, 2) AND x.begins <= " today                                           \
    " AND (x.ends = 0 OR x.ends >= " today ")))"

int sql_dossier_mandate_add(struct ctx *c, const struct dossier_mandate *m);
int sql_dossier_mandate(struct ctx *c, int64_t dossier, bool *is, struct dossier_mandate *out);
bool sql_dossier_barred(struct ctx *c, int64_t dossier, day today);

#endif
