/* What the pages of agencies and officers share, and what each shows. */
#ifndef MOD_AGENCIES_AGENCIES_PAGES_H
#define MOD_AGENCIES_AGENCIES_PAGES_H

#include "html/parts.h"
#include "auth/second.h"
#include "mod/agencies/agencies_manage.h"

/* --- public --- */
struct agencies_group { const char *title; const struct agency **p; size_t n; };

struct agencies_list_view {
    const char *words;                  /* searched for; "" all */
    bool ended;                         /* those that ended as well */
    struct agencies_group *groups;
    size_t n, found;
};

struct agency_view {
    const struct agencies_snapshot *s;
    const struct agency *g, *parent, *now;      /* now: who carries on when it has ended; or NULL */
    const char *hours;                          /* its own, or those of the agency above */
    struct agency_list children;
    day today;
    struct markup figures;                      /* of other slices: how well it does */
};
/* /co-quan/{code}: its inputs, the agency asked for, its page; the row is site's, which knows what
 * other slices count. */
extern const struct param AGENCY_PAGE_IN[];
int agency_of_page(struct ctx *c, const struct agency **out);
int agency_page(struct ctx *c, struct markup figures);

/* --- administration of the tree --- */
struct agencies_admin_list {
    const char *words, *type;
    bool ended;
    const struct agency **p;
    size_t n, found;
    const char *previous, *next;
    bool may_add;
    const struct choice *types;
    size_t types_n;
};

struct agency_admin {
    const struct agencies_snapshot *s;
    const struct agency *g;                     /* NULL on the page that adds one */
    const char *base;                           /* "/quan-tri/co-quan/<code>/<first day>" */
    bool editable, may_officers;                /* the caller reaches it */
    const struct role_row *staff;
    size_t staff_n;
    const struct delegation *delegations;
    size_t delegations_n;
    struct agency_list children;
    const struct choice *parents, *types, *targets;
    size_t parents_n, types_n, targets_n;
    const char *parent_code, *leaders, *today;
    day on;
};

/* The slip that an officer is given with a link for the first password; agency may be NULL. */
struct slip {
    const struct account *a;
    const struct agency *agency;
    const char *link;
    int64_t until;
};
int agencies_slip(struct ctx *c, const struct slip *s, struct bytes *out);

/* --- administration of officers --- */
struct officers_view {
    const char *words;
    const struct account *p;
    const struct agency *const *home;           /* of each; NULL none */
    size_t n;
    const char *next;
};

struct officer_admin {
    const struct agencies_snapshot *s;
    const struct account *a;                    /* NULL on the page that adds one */
    const struct role_row *roles;
    size_t roles_n;
    const struct stand_in *stand_ins;
    size_t stand_ins_n;
    const struct choice *role_choices, *agencies, *fields;
    size_t role_choices_n, agencies_n, fields_n;
    const char *link, *token;                   /* for a first password, just made: shown once */
    int64_t hours;                              /* it is good for */
    struct second second;
    const struct token_row *tokens;
    size_t tokens_n;
    const char *today;
    day on;
};

/* The address of its administration page. */
struct url agency_admin_url(struct ctx *c, const struct agency *g, const char *what);
struct markup agency_link(struct ctx *c, const struct agencies_snapshot *s, int64_t id);
const char *agency_dates(struct ctx *c, day from, day to);      /* "từ 01/07/2025", "... đến ..." */
const char *agency_hours(const struct agencies_snapshot *s, const struct agency *g);
bool agency_matches(struct ctx *c, const struct agency *g, const char *fold);

/* Choices of today's agencies: `p` PERM_PUBLIC all of them, else those where the caller has it. */
const struct choice *agency_choices(struct ctx *c, const struct agencies_snapshot *s, enum perm p,
                                    const char *first, size_t *n);
const struct choice *agency_type_choices(struct ctx *c, const char *first, size_t *n);
const struct choice *role_choices(struct ctx *c, size_t *n);
/* Fields that a role may be limited to; what a role's `fields` say in words, "" all. */
int field_choices(struct ctx *c, const struct choice **out, size_t *n);
const char *field_words(struct ctx *c, const char *fields);

extern const char *const AGENCY_TYPE_WORDS[], *const ROLE_WORDS[];     /* NULL-ended; index 0: "" */

#endif
