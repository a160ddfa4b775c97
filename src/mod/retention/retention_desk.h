/* What the archive's pages show. */
#ifndef MOD_RETENTION_DESK_H
#define MOD_RETENTION_DESK_H

#include "html/parts.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_retention.h"
#include "mod/dossiers/dossiers_desk.h"
#include "mod/retention/retention.h"

#define ARCHIVE_DESK "/can-bo/luu-tru"

struct retention_view {
    const char *unit;                   /* code */
    int64_t unit_id;
    const char *unit_name;
    struct choice *units, *years;
    size_t n_units, n_years;
    enum kept_view view;
    const char *view_word, *year;       /* "" any */
    struct link tabs[VIEW_KEPT__COUNT];
    struct kept *rows;
    size_t n;
    const char *next;                   /* code of the last one shown; NULL none */
    struct url csv;
    bool may_propose;
    int64_t past;
};

struct kept_dossier_view {
    const struct kept *k;
    const struct keep_rule *rule;       /* NULL: none */
    const char *held_by, *package_by, *list;
    bool past;
};

struct destroy_lists_view { struct destroy_list *p; size_t n; const char *next; };

struct destroy_view {
    const struct destroy_list *l;
    struct destroy_item *items;
    size_t n;
    int64_t next;                       /* seq of the last one shown; 0 none */
    struct destroy_sums sums;
    const char *created_by, *sent_by, *decided_by, *unit_name;
    bool may_edit, may_decide, may_stop;
};

const char *kept_term_text(struct ctx *c, const struct kept *k);    /* "20 năm, đến hết năm 2046" */
const char *kept_rule_name(struct ctx *c, const struct kept *k);    /* in the reader's language */
const char *destroy_state_name(enum destroy_state s);       /* N_() */
enum tone destroy_state_tone(enum destroy_state s);
const char *item_state_name(enum item_state s);             /* N_() */
enum tone item_state_tone(enum item_state s);
const char *bytes_text(struct ctx *c, int64_t bytes);       /* "1,2 MB" */

#endif
