/*
 * The people of a dossier as they were when it was handed in: applicant, owner (chủ hồ sơ) and
 * representative are apart; each is a snapshot, so a later change of the person changes no dossier.
 *
 * Table:     party (owner = the dossier's id, opaque here).
 * Lifetime:  texts live in the request's arena.
 * Errors:    E_INVALID with the fields named "<prefix>.<field>".
 */
#ifndef MOD_PEOPLE_PEOPLE_H
#define MOD_PEOPLE_PEOPLE_H

#include <jansson.h>

#include "base/ctx.h"
#include "base/date.h"

enum party_role { PARTY_NONE, PARTY_APPLICANT, PARTY_OWNER, PARTY_REPRESENTATIVE, PARTY__COUNT };
enum party_kind { PARTY_PERSON = 1, PARTY_ORGANISATION = 2 };

struct party {
    enum party_role role;
    enum party_kind kind;
    const char *name;               /* of the person or the organisation; required */
    const char *personal_number;    /* persons: 12 digits; "" for a foreigner without one */
    const char *tax_code;           /* organisations: 10 or 10-3 digits; required */
    const char *phone, *email, *address;
    const char *basis; /* representative: power of attorney, parent, guardian ...; required */
    const char *basis_number;       /* number and date of that document; "" */
};

const char *people_role_name(enum party_role r);    /* N_("Người nộp hồ sơ") */
enum party_role people_role_parse(const char *word);

/* Tidies every field (names composed, numbers and phones canonical) and checks it.  Exactly one
 * applicant; at most one owner (none: the applicant is) and 3 representatives. */
int people_check(struct ctx *c, struct party *p, size_t n);
const struct party *people_find(const struct party *p, size_t n,
                                enum party_role role);             /* or NULL */
const struct party *people_owner(const struct party *p, size_t n); /* owner, else the applicant */

/* Without its blanks; false: it is no tax code of an organisation. */
bool people_tax_code(struct arena *a, const char **s);

/* As stored in drafts and events: {"role": "applicant", "kind": "person", "name": ...}; empty ones
 * left out. */
json_t *people_json(const struct party *p, size_t n);           /* a new array */
int people_from_json(struct ctx *c, const json_t *array, struct party **out, size_t *n);

int people_add(struct ctx *c, int64_t owner, const struct party *p, size_t n);    /* has none yet */
int people_put(struct ctx *c, int64_t owner, const struct party *p, size_t n);    /* replaces all */
int people_list(struct ctx *c, int64_t owner, struct party **out, size_t *n);

/* Owners that name this personal number, tax code or telephone, newest first: at most `limit` below
 * `before`. */
int people_owners_by(struct ctx *c, const char *number_or_phone, int64_t before, size_t limit,
                     int64_t **out, size_t *n);
/* For walks over everything: the owners in (after, upto] that have people, in order. */
int people_owners_between(struct ctx *c, int64_t after, int64_t upto, int64_t **out, size_t *n);

#endif
