/* Shapes and checks of the files of the catalogue; internal to this slice. */
#ifndef CATALOGUE_PACKAGE_H
#define CATALOGUE_PACKAGE_H

#include <stdio.h>

#include "mod/catalogue/catalogue.h"
#include "mod/catalogue/catalogue_tree.h"

enum { CHECK_BYTES = 1 << 30 };        /* ceiling of a check's memory */

extern const struct schema PROCEDURE_SCHEMA;

/* Parses two texts that were checked before; NULL only when they were not. */
struct procedure *catalogue_parse(struct arena *a, struct bytes yaml, struct bytes form);
/* The texts that search looks through. */
void catalogue_fold(struct arena *a, struct procedure *p, const char *field_name);
/* The same in a language: words are its name, summary and field there. */
void catalogue_fold_as(struct arena *a, struct procedure *p, enum lang lang,
                       const char *const words[3]);
void catalogue_release(struct procedure *p);    /* the JSON inside; the arena holds the rest */

/* What lies beside the packages; a NULL set was not found and is not checked against. */
struct surroundings {
    const struct node *fields;      /* of fields.yaml */
    const struct node *agencies;    /* of agencies.yaml */
    const struct node *calendar, *rules;        /* for their texts only */
    const struct node *types;       /* of paper-types.yaml */
};

/* One package with its two trees, kept until all were read. */
struct package {
    const char *path;               /* of procedure.yaml, as reported */
    const char *form_path;
    const char *folder;             /* its name */
    const struct node *yaml, *form;
    struct bytes yaml_text, form_text;
};

/* Everything about one procedure.yaml but its shape; `form` may be NULL. */
void check_procedure(struct report *r, const struct package *p, const struct surroundings *s);
/* The whole form.json, shape included; `yaml` (for papers' ids) may be NULL. */
void check_form(struct report *r, const struct node *form, const struct node *yaml);
/* Between packages: overlapping versions, forms that differ in nothing but titles. */
void check_packages(struct report *r, const struct package *p, size_t n);

/* paper-types.yaml: its shape, then what it says of the packages. */
bool check_paper_types_shape(struct report *r, const struct node *root);
void check_paper_types(struct report *r, const struct node *root, const struct package *p,
                       size_t n);

/* The input of the form with this key, at any depth outside data grids; NULL if there is none. */
const struct node *form_field(const struct node *form, const char *key);
/* Names of variables in a condition that are no field of the form. */
void check_condition(struct report *r, const struct node *when, const struct node *form,
                     const struct node *row);

/* What is wrong with a piece of markup, to follow "`html` "; NULL when nothing is. */
const char *markup_fault(struct arena *a, const char *html);

/* One catalogue/results/<id>.yaml. */
struct template_file {
    const char *path, *id;
    const struct node *yaml;        /* NULL: not readable */
    struct bytes text;
};

/* Reads and checks every file below `dir`.  Exit status: 0 or 2 (not a folder). */
struct catalogue_files {
    struct package *p;
    size_t n;
    const struct node *fields;
    struct bytes fields_text, po_text, types_text;  /* the files; p NULL: not below it */
    size_t files;
    const struct node *agencies, *calendar, *rules, *types;     /* for their texts; or NULL */
    struct template_file *templates;
    size_t templates_n;
    const struct node *keep;            /* of retention.yaml; or NULL */
    struct bytes keep_text;
};
int check_folder(struct report *r, const char *dir, struct catalogue_files *out);
/* A .po file of all texts with the English there is, each with the place where it stands first. */
/* retention.yaml: its shape, then what it says of the other files. */
bool check_retention_shape(struct report *r, const struct node *root);
void check_retention(struct report *r, const struct node *root, const struct catalogue_files *f);
void catalogue_strings(struct arena *a, const struct catalogue_files *f, FILE *out);

#endif
