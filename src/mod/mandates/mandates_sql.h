/* The tables of this slice; a file each. */
#ifndef MOD_MANDATES_SQL_H
#define MOD_MANDATES_SQL_H

#include "db/db.h"
#include "mod/mandates/mandates.h"

/* --- mandates_sql.c: mandate --- */
int mandate_sql_add(struct ctx *c, const struct mandate *m);
/* State, days and who said so, where the version is still m->version - 1: rows changed. */
int mandate_sql_save(struct ctx *c, const struct mandate *m);
int mandate_sql_by_id(struct ctx *c, int64_t id, struct mandate *out);
/* `number` acts by it, is represented by it, or represents its organisation by law today. */
int mandate_sql_own(struct ctx *c, const char *token, const char *number, day today,
                    struct mandate *out);
int mandate_sql_acting(struct ctx *c, const char *number, mandate_list *out);
int mandate_sql_acted(struct ctx *c, const char *number, day today, mandate_list *out);
int mandate_sql_houses(struct ctx *c, const char *number, day today, mandate_list *out);
/* By claim of the identity, not over, whatever the organisation. */
int mandate_sql_claims(struct ctx *c, const char *number, mandate_list *out);
int64_t mandate_sql_waiting(struct ctx *c, const char *number, day today);
int64_t mandate_sql_open(struct ctx *c, int64_t account);       /* that it recorded, not over */

/* --- mandates_event_sql.c: mandate_event --- */
int mandate_event_sql_add(struct ctx *c, const struct mandate *m, int64_t account,
                          enum mandate_side side, enum mandate_act act, const char *note);
int mandate_event_sql_list(struct ctx *c, int64_t mandate, struct mandate_event **out, size_t *n);

/* --- mandates_organisation_sql.c: organisation --- */
enum told_by { TOLD_CITIZEN = 1, TOLD_OFFICER, TOLD_IDENTITY };
int organisation_sql_put(struct ctx *c, const char *tax_code, const char *name, enum told_by by);
const char *organisation_sql_name(struct ctx *c, const char *tax_code);        /* "" unknown */

#endif
