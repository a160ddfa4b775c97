/* What the citizen's pages of mandates show.  Made by mandates_portal.c, mandates_portal_new.c. */
#ifndef MOD_MANDATES_VIEW_H
#define MOD_MANDATES_VIEW_H

#include "html/parts.h"
#include "mod/mandates/mandates.h"
#include "mod/papers/papers.h"

struct mandates_view {
    bool checked;                       /* the own number is */
    mandate_list acting, acted;
    bool house;                         /* an organisation is represented by law */
};

struct mandate_view {
    struct mandate m;
    enum mandate_side side;
    struct paper_file *files;
    size_t n_files;
    struct mandate_event *events;
    size_t n_events;
    bool may_confirm, may_refuse, may_end;
    const char *held;                   /* name of the paper of the vault; "" none */
    const struct mandate_rule *rule;
};

/* Which form: I act for somebody; somebody acts for me; for an organisation of mine. */
enum mandate_form { FORM_ACTING, FORM_ACTED, FORM_HOUSE, MANDATE_FORM__COUNT };
enum { SCOPE_FIELDS_SHOWN = 3 };

struct mandate_new_view {
    enum mandate_form form;
    const char *word;                   /* of the form, as in addresses */
    const struct choice *fields, *procedures, *houses, *held;
    size_t n_fields, n_procedures, n_houses, n_held;
};

extern const char *const MANDATE_FORMS[];

enum tone mandate_tone(const struct mandate *m, day today);
const char *mandate_days(struct ctx *c, const struct mandate *m);  /* "22/11/2026 - 21/11/2027" */

struct vault_item;
const char *mandate_held_name(struct ctx *c, const struct vault_item *it);

#endif
