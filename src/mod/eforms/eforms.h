/*
 * E-forms: the declaration of a procedure as a tree of fields, read from Form.io JSON (the subset
 * of docs/catalogue-package.md).  The same rules serve pages, drafts and the API.  No database.
 *
 * Answers are a JSON object by field key: texts, numbers, true/false, ISO dates, {province,
 * commune, street} and, for a repeatable group, an array of objects.  *Raw* answers keep what was
 * typed, even when it is wrong (drafts); eforms_validate() makes *canonical* ones of them.
 *
 * Lifetime:  a struct eform and all in it live as long as the arena it was parsed into and until
 *            eforms_release(); nothing in it changes.  Answers are new references.
 * Errors:    E_INVALID with every wrong field in c->faults, named as the page names it
 *            ("ho_ten", "noi_cu_tru.commune", "con.0.ho_ten").
 * Threads:   any number may read one form.
 */
#ifndef MOD_EFORMS_EFORMS_H
#define MOD_EFORMS_EFORMS_H

#include <jansson.h>
#include <stdbool.h>

#include "http/params.h"

enum field_type {
    F_PANEL,
    F_CONTENT,
    F_TEXT,
    F_TEXTAREA,
    F_NUMBER,
    F_DATE,
    F_SELECT,
    F_RADIO,
    F_CHECKBOX,
    F_FILE,
    F_ADDRESS,
    F_PERSONAL_NUMBER,
    F_GRID,
    F__COUNT
};
enum field_input { INPUT_TEXT, INPUT_TEL, INPUT_EMAIL };

struct eform_choice {
    const char *value, *label;
};
struct eform_choices {
    const struct eform_choice *p;
    size_t n;
};

/* One component.  Texts are "" when left out; lengths and bounds say so beside each. */
struct eform_field {
    enum field_type type;
    const char *key, *label, *description, *placeholder, *autocomplete, *initial;
    const char *html; /* F_CONTENT: checked markup of the package */
    const char *suffix, *add_another;
    const char *paper, *file_pattern; /* F_FILE: id of the paper it is; ".pdf,.jpg" */
    int64_t file_max;                 /* bytes; 0: the site's */
    bool multiple, required, enable_time, hanoi_only;
    enum field_input input;
    int64_t min_length, max_length; /* characters, rows of a group; 0: none */
    int64_t rows, decimals;
    bool has_min, has_max;
    double min, max;
    const char *min_date, *max_date; /* ISO date or today, today-18y, today+6m, today-3d */
    const char *pattern, *message;   /* message: the package's sentence when the rule fails */
    const void *re;                  /* compiled pattern */
    struct eform_choices choices;
    bool communes;                  /* choices are the communes of Hanoi today */
    const json_t *rule;             /* validate.json */
    const json_t *when;             /* conditional.json */
    const char *when_key, *when_eq; /* simple condition; when_key "": none */
    bool when_show;
    const struct eform_field *parent; /* the panel or group; NULL for a panel */
    const struct eform_field *children;
    size_t n;
};

struct eform {
    const char *title;
    const struct eform_field *panels;
    size_t n;
    bool conditions; /* some field may be hidden */
    json_t *keep;    /* owns texts and conditions */
};

/* `doc` is referenced, not stolen.  NULL with *why (English, names the key) when it is no such
 * form; catalogue check says the same with line and column, so a stored form always parses. */
struct eform *eforms_parse(struct arena *a, json_t *doc, const char **why);
void eforms_release(struct eform *f);
const struct eform_field *eforms_panel(const struct eform *f, const char *key); /* or NULL */
const struct eform_field *eforms_field(const struct eform *f,
                                       const char *key); /* not inside groups; or NULL */

/* Choices of a select or radio; communes come from the site's agencies through `communes`. */
struct eform_lists {
    struct eform_choices communes; /* value: 5-digit code, label: "Phường Hoàn Kiếm" */
};
struct eform_choices eforms_choices(const struct eform_field *f, const struct eform_lists *l);
extern const struct eform_choices EFORMS_PROVINCES, EFORMS_ETHNICITIES, EFORMS_NATIONALITIES;
const char *eforms_label(struct eform_choices list,
                         const char *value); /* the value itself when unknown */

/* --- what was typed --- */

/* Takes the inputs of one panel (NULL: of the whole form) out of the pairs of a body and lays them
 * over `before` (may be NULL): raw answers, nothing checked but bounds.  Inputs that the form does
 * not have do not exist.  Names: key, key.province, key.commune, key.commune_other, key.street,
 * group.0.key. */
json_t *eforms_collect(struct ctx *c, const struct eform *f, const struct eform_field *panel,
                       const struct pair *in, size_t n, const json_t *before);

/* --- what holds --- */

/* Raw or typed answers -> canonical answers.  panel NULL: the whole form.  With a panel only its
 * fields are checked, conditions still see all answers.  `strict` (API): unknown keys are faults.
 * `facts` ("$received", "$channel", "$payer") may be NULL: then $received is today. */
int eforms_validate(struct ctx *c, const struct eform *f, const struct eform_field *panel,
                    const json_t *answers, const json_t *facts, const struct eform_lists *l,
                    bool strict, json_t **out);

/* Raw answers as conditions see them (new reference): dates and numbers as they were meant, without
 * those of fields that are not asked, with $received (today, unless `facts` says otherwise) and
 * `facts` (may be NULL) beside them. */
json_t *eforms_settled(struct ctx *c, const struct eform *f, const json_t *answers,
                       const json_t *facts);

/* Is this field (or panel) asked, given these answers?  row: of the group the field is in, or NULL.
 */
bool eforms_shown(const struct eform_field *f, const json_t *answers, const json_t *row);

/* --- reading answers --- */

struct summary_line {
    const struct eform_field *panel;
    const char *key, *label, *value; /* as a person reads it; "" for the head of a group's row */
    int depth;                       /* 1 inside a repeatable group */
};
/* Answered and shown fields in the order of the form: check page, desk, print. */
void eforms_summary(struct ctx *c, const struct eform *f, const json_t *answers,
                    const struct eform_lists *l, struct summary_line **out, size_t *n);

/* What differs between two revisions, by key: for the administrator. */
enum form_change { FORM_ADDED, FORM_REMOVED, FORM_CHANGED };
struct form_difference {
    enum form_change kind;
    const char *key, *label, *before, *after;
};
void eforms_compare(struct arena *a, const struct eform *before, const struct eform *after,
                    struct form_difference **out, size_t *n);

#endif
