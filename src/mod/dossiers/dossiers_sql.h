/* Rows of the dossier, its events, its code and its names: tables of schema/0011.sql. */
#ifndef MOD_DOSSIERS_SQL_H
#define MOD_DOSSIERS_SQL_H

#include "db/db.h"
#include "mod/dossiers/dossiers_inside.h"

typedef VEC(struct stored_event) event_list;

int sql_dossier_add(struct ctx *c, const struct dossier *d, const char *secret_hash);
/* E_CONFLICT: the row has moved on since it was read. */
int sql_dossier_save(struct ctx *c, const struct dossier *d);
int sql_dossier_by_code(struct ctx *c, const char *code, struct dossier *out);
int sql_dossier_by_id(struct ctx *c, int64_t id, struct dossier *out);
int sql_dossier_for(struct ctx *c, const char *code, int64_t perms, struct dossier *out);
const char *sql_secret(struct ctx *c, int64_t dossier);

int sql_event_add(struct ctx *c, const struct stored_event *e);
int sql_events(struct ctx *c, int64_t dossier, int64_t after, event_list *out);
/* For walks over everything: by id; of the dossiers in (after, upto]. */
typedef VEC(struct dossier) dossier_list;
int sql_dossiers_after(struct ctx *c, int64_t after, size_t limit, dossier_list *out);
int sql_events_between(struct ctx *c, int64_t after, int64_t upto, event_list *out);
/* The hash and the moment of this version's event; "" and 0 when there is none. */
int sql_event_before(struct ctx *c, int64_t dossier, int64_t version, const char **hash,
                     int64_t *at);

int64_t sql_code_next(struct ctx *c, const char *agency, day on);      /* 1, 2, ...; < 0: rc */
int sql_find_add(struct ctx *c, int64_t unit, const char *fold, int64_t dossier);
int sql_outbox_add(struct ctx *c, int64_t dossier, const char *topic, int64_t action,
                   int64_t version, int64_t level);
/* What an account may in a unit, for this procedure (ADR 0051). */
int64_t sql_perms(struct ctx *c, int64_t account, int64_t unit, const char *procedure);
bool sql_unit_served(struct ctx *c, int64_t unit, int64_t perms, const char *procedure);
/* Procedures that c->account may have to do with, wherever: all, or those in `out`, in order. */
typedef VEC(const char *) text_list;
int sql_procedures_reached(struct ctx *c, int64_t perms, bool *all, text_list *out);

#endif
