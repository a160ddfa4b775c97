/*
 * Administration of the tree, of officers and of who acts for whom: the verbs behind the pages of
 * /quan-tri and the commands.  Each checks that the caller (c->account, 0: a command) reaches the
 * agency with the permission, changes the rows, and rewrites reach where it must.
 *
 * Errors: E_INVALID with faults at the fields (the names of the pages' fields), E_CONFLICT someone
 * was faster, E_DENIED the agency is not in the caller's reach.
 */
#ifndef MOD_AGENCIES_AGENCIES_MANAGE_H
#define MOD_AGENCIES_AGENCIES_MANAGE_H

#include "auth/auth.h"
#include "mod/agencies/agencies.h"

struct role_row {
    int64_t id, account, agency;
    enum role role;
    day valid_from, valid_to;
    const char *name, *login;   /* of the officer */
    const char *fields;         /* ids, a space between: of these procedures alone; "", NULL all */
};

struct stand_in {
    int64_t id, absent, stand_in;
    day valid_from, valid_to;
    const char *reason;
    const char *absent_name, *stand_in_name, *stand_in_login;
};

/* --- the tree; `s` is the caller's snapshot --- */
/* Contacts, names of leaders, desk, provisional, English name and misprints: the row stays. */
int agencies_edit(struct ctx *c, const struct agencies_snapshot *s, const struct agency *g);
int agencies_add(struct ctx *c, const struct agencies_snapshot *s, struct agency *g); /* sets id */
/* From `g->valid_from` on the agency `old` goes on as `g` (another name, code, type or parent): the
 * old row ends the day before and roles move along. */
int agencies_renew(struct ctx *c, const struct agencies_snapshot *s, int64_t old,
                   int64_t old_version, struct agency *g);
/* The agency ends with the day `last`; its work goes to `v`, the main successor first. */
int agencies_end(struct ctx *c, const struct agencies_snapshot *s, int64_t id, int64_t version,
                 day last, const struct agency_link *v, size_t n);

/* --- officers --- */
int agencies_role_give(struct ctx *c, const struct agencies_snapshot *s, struct role_row *r);
/* Roles that work with dossiers may be limited to fields. */
bool agencies_role_by_field(enum role r);
/* Fields that have a procedure, in order; their names are the catalogue's (site/site.h). */
/* E_INVALID with a fault at the field: not of this role, or a field without procedures. */
int agencies_fields_check(struct ctx *c, const struct role_row *r);
int agencies_fields(struct ctx *c, const char *const **out, size_t *n);
int agencies_role_end(struct ctx *c, const struct agencies_snapshot *s, int64_t account,
                      int64_t id);
int agencies_roles_of(struct ctx *c, int64_t account, struct role_row **out, size_t *n);
int agencies_roles_at(struct ctx *c, int64_t agency, struct role_row **out, size_t *n);
/* The caller may manage this officer: one of the roles lies in the caller's reach, or there is no
 * role yet. */
int agencies_may_manage(struct ctx *c, int64_t account);

/* --- acting for others --- */
int agencies_stand_in_set(struct ctx *c, struct stand_in *v);
int agencies_stand_in_end(struct ctx *c, int64_t account, int64_t id);
int agencies_stand_ins_of(struct ctx *c, int64_t account, struct stand_in **out, size_t *n);
int agencies_delegate(struct ctx *c, const struct agencies_snapshot *s, struct delegation *d);
int agencies_delegation_end(struct ctx *c, const struct agencies_snapshot *s, int64_t id);
/* Those that touch `agency` on either side, running and coming ones first. */
int agencies_delegations_of(struct ctx *c, int64_t agency, struct delegation **out, size_t *n);

#endif
