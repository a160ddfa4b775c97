/* What the administrator's pages of the catalogue show; internal to the slice and its pages. */
#ifndef CATALOGUE_ADMIN_H
#define CATALOGUE_ADMIN_H

#include "auth/perm.h"
#include "html/parts.h"
#include "mod/catalogue/catalogue_versions.h"

struct admin_procedure {
    const struct procedure *newest, *in_force;      /* in_force NULL: none today */
    size_t versions;
};

struct admin_procedures {
    const char *words;
    const struct admin_procedure *rows;
    size_t n, all;
    struct link states[3];              /* all, published, drafts */
    const struct link *fields;
    size_t fields_n;
};

struct admin_version {
    const struct procedure *p;
    int64_t imported_at, before;        /* before: number of the version before it; 0 none */
    bool in_force;
};

struct admin_view {
    const struct procedure *p;          /* the version shown */
    const char *field;
    const struct admin_version *versions;
    size_t n;
    bool in_force;
};

struct admin_difference {
    const struct procedure *before, *after;
    struct catalogue_changes changes;
};

/* One line of the outline of an e-form. */
struct admin_field { const char *label, *key, *type, *rules; int depth; bool panel; };
struct admin_fields { const struct admin_field *p; size_t n; };
struct admin_fields admin_form(struct ctx *c, const struct procedure *p);

enum tone admin_tone(const struct procedure *p, bool in_force);
const char *admin_state(const struct procedure *p, bool in_force);              /* N_() */
const char *admin_period(struct ctx *c, const struct procedure *p);     /* "từ 01/07/2025" */
const char *admin_words(struct ctx *c, const char *const *names, unsigned bits);
const char *admin_texts(struct ctx *c, const struct texts *t);
const char *admin_limit(struct ctx *c, const char *limit);      /* "3wd" -> "3 ngày làm việc" */
const char *admin_cases(struct ctx *c, const struct procedure *p, const struct texts *ids);
const char *admin_agency(struct ctx *c, const char *agency);
const char *admin_actions(struct ctx *c, unsigned actions);
const char *admin_guards(struct ctx *c, unsigned guards);
const char *admin_fee(struct ctx *c, const struct proc_fee *f);
const char *admin_change(enum catalogue_change_kind kind);                      /* N_() */
enum tone admin_change_tone(enum catalogue_change_kind kind);

#endif
