/* The statements of agencies: rows in, rows out. */
#ifndef MOD_AGENCIES_AGENCIES_SQL_H
#define MOD_AGENCIES_AGENCIES_SQL_H

#include "db/db.h"
#include "mod/agencies/agencies.h"
#include "mod/agencies/agencies_manage.h"

typedef VEC(struct agency) agency_vec;
struct leader_row { int64_t agency; struct leader leader; };
typedef VEC(struct leader_row) leader_vec;
struct link_row { int64_t agency, successor; enum succession how; };
typedef VEC(struct link_row) link_vec;
typedef VEC(struct delegation) delegation_vec;
typedef VEC(struct role_row) role_vec;
typedef VEC(struct stand_in) stand_in_vec;

/* Texts in c->a; lists in no order but that of a page where one is named. */
int agencies_sql_all(struct ctx *c, agency_vec *out);
int agencies_sql_leaders(struct ctx *c, leader_vec *out);       /* by agency, position */
int agencies_sql_links(struct ctx *c, link_vec *out);           /* by agency, position */
int agencies_sql_delegations(struct ctx *c, delegation_vec *out);
int agencies_sql_roles(struct ctx *c, int64_t account, role_vec *out);  /* 0: all; by account, id */
int agencies_sql_roles_at(struct ctx *c, int64_t agency, role_vec *out);
int agencies_sql_fields(struct ctx *c, const char *const **out, size_t *n);
int agencies_sql_stand_ins(struct ctx *c, int64_t account,
                           stand_in_vec *out); /* either side; 0: all */
int agencies_sql_stand_ins_at(struct ctx *c, int64_t agency,
                              stand_in_vec *out); /* for who ever had a role there */

int agencies_sql_add(struct ctx *c, const struct agency *g);            /* version 1 */
int agencies_sql_save(struct ctx *c, const struct agency *g);           /* rows changed */
int agencies_sql_leaders_set(struct ctx *c, int64_t agency, const struct leader *v, size_t n);
int agencies_sql_links_set(struct ctx *c, int64_t agency, const struct agency_link *v, size_t n);
int agencies_sql_role_add(struct ctx *c, const struct role_row *r);
int agencies_sql_role_end(struct ctx *c, int64_t id, int64_t account, day last); /* rows changed */
int agencies_sql_stand_in_add(struct ctx *c, const struct stand_in *s);
int agencies_sql_stand_in_end(struct ctx *c, int64_t id, day last);
int agencies_sql_delegation_add(struct ctx *c, const struct delegation *d);
int agencies_sql_delegation_end(struct ctx *c, int64_t id, day last);

int64_t agencies_sql_generation(struct ctx *c);
int agencies_sql_lock(struct ctx *c);
int agencies_sql_changed(struct ctx *c);        /* the next generation */
int agencies_sql_refreshed(struct ctx *c, day on);      /* 1: the first refresh of that day */

#endif
