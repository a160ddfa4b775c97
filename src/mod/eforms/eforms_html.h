/*
 * An e-form as fields of a page.  Works without scripts: what depends on answers of the same page
 * is shown with a sentence that says when to fill it in, what depends on other pages is shown or
 * not. Rows of a group are added and removed by the buttons `them` (value: the group) and `bo`
 * (value: "group.row"), which the page's route declares and handles with eforms_rows().
 */
#ifndef MOD_EFORMS_HTML_H
#define MOD_EFORMS_HTML_H

#include "html/parts.h"
#include "mod/eforms/eforms.h"

/* In templates: include eforms_panel(c, &x).  answers: raw or canonical. */
struct eform_view {
    const struct eform *form;
    const struct eform_field *panel;
    const json_t *answers;
    const json_t *seen; /* what conditions see: eforms_settled(); NULL: the answers */
    const json_t *known; /* {field: where its answer is from}, said at the field; NULL: nothing */
    const struct eform_lists *lists;
    const char *add; /* group that gets one more empty row; "" none */
    bool small;      /* the desk's dense layout */
    bool whole;      /* all panels are on this page, so their answers can change on it */
};
void frag_eforms_panel(struct buf *b, struct ctx *c, const struct eform_view *v);

/* What the buttons `them` and `bo` ask: removes a row from the raw answers; true when one of them
 * was pressed (then the page is shown again, nothing is judged). */
bool eforms_rows(const struct eform *f, json_t *raw, const char *add, const char *drop);

/* --- for the template --- */
struct eform_item {
    const struct eform_view *view;
    const struct eform_field *f;
    const json_t *value, *row; /* row: of a group, or NULL */
    const char *prefix;        /* "" or "con.0." */
    const char *name;          /* prefix and key */
};
struct field eforms_item_field(struct ctx *c, const struct eform_item *x);
struct field eforms_item_part(struct ctx *c, const struct eform_item *x, const char *part);
const char *eforms_item_rule(struct ctx *c,
                             const struct eform_item *x); /* JSONLogic; NULL: always */
const char *eforms_item_when(struct ctx *c, const struct eform_item *x); /* in words */
const char *eforms_part_rule(struct ctx *c, const struct eform_item *x, bool hanoi);
void frag_eforms_rows(struct buf *b, struct ctx *c, const struct eform_item *x);
void frag_eforms_children(struct buf *b, struct ctx *c, const struct eform_view *v,
                          const struct eform_field *of, const json_t *row, const char *prefix);

#endif
