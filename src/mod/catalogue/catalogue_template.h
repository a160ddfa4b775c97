/*
 * Templates of results: catalogue/results/<id>.yaml says what a result is filled with and how its
 * paper is laid out.  The vocabulary is small (docs/result-templates.md); mod/results prints it.
 *
 * A text of the layout may hold {{name}} or {{name|filter}}: a field of the template, a column
 * inside a table, or a fact that the paper has by itself ($number, $agency, $date ...); **bold**.
 * Lifetime:  as the snapshot it came from; nothing in it changes.
 */
#ifndef MOD_CATALOGUE_TEMPLATE_H
#define MOD_CATALOGUE_TEMPLATE_H

#include "mod/catalogue/catalogue.h"

struct catalogue_snapshot;

enum template_field_kind { TF_TEXT, TF_LINES, TF_DATE, TF_NUMBER, TF_MONEY, TF_PERSONAL_NUMBER,
                           TF_CHOICE, TF_ROWS };

struct template_column {
    const char *id, *label;         /* of a row's cell */
    int kind;                       /* any but TF_CHOICE and TF_ROWS */
    struct texts from;              /* keys of the e-form's group */
    bool required;
};
struct template_field {
    const char *id, *label, *help;  /* help "" none */
    int kind;
    bool required;
    struct texts from;              /* where it is filled from: the first that is not empty */
    struct texts choices;           /* TF_CHOICE */
    int64_t max;                    /* characters, rows; 0: the usual */
    const char *initial;            /* where nothing fills it; "" none */
    LIST_OF(struct template_column) columns;    /* TF_ROWS */
};

enum template_block_kind { TB_HEAD, TB_TITLE, TB_SUBTITLE, TB_TEXT, TB_LABEL, TB_TABLE,
                           TB_SIGNATURE, TB_QR, TB_SCAN, TB_SPACE, TB_RULE, TB_PAGE, TB__COUNT };
enum { TS_BOLD = 1, TS_ITALIC = 2, TS_UNDERLINE = 4, TS_UPPER = 8 };
enum { TA_JUSTIFY, TA_LEFT, TA_CENTRE, TA_RIGHT };

struct template_cell { const char *head, *value; int64_t part; int align; };
struct template_table {
    const char *rows;               /* the field of kind rows */
    LIST_OF(struct template_cell) columns;
};
struct template_signature { const char *authority, *title, *hint; };
struct template_block {
    bool head, scan, rule, page;
    const char *title, *subtitle, *text, *label, *value, *qr;
    struct template_table table;
    struct template_signature signature;
    int64_t space;
    unsigned style;                 /* TS_... */
    int align;                      /* TA_... */
    bool indent;                    /* first line */
    int64_t size;                   /* points; 0: of the document */
    const json_t *when;             /* condition over the fields; NULL always */
    int kind;                       /* enum template_block_kind: which of the keys leads */
};

struct result_template {
    const char *id, *name, *title;  /* title: of this result, may hold {{fields}}; "" the name */
    int kind;                       /* index of CATALOGUE_RESULTS */
    struct texts procedures;        /* codes; none: any procedure */
    const char *book, *number;      /* "{n}/TLKS-BS" */
    const char *valid;              /* "6m" from the day of issue; "" open */
    const char *type;               /* paper type of the vault; "" none */
    const char *holder, *holder_number;     /* ids of fields */
    bool registered;                /* civil status: the register's entry comes before the paper */
    int64_t size;                   /* of text, points; 0: 13 */
    LIST_OF(struct template_field) fields;
    LIST_OF(struct template_block) layout;
    const char *hash;               /* SHA-256 of the file, hex */
    json_t *keep;                   /* owns the conditions */
};

extern const struct schema TEMPLATE_SCHEMA;

/* A checked text; NULL only when it was not. */
struct result_template *catalogue_template_parse(struct arena *a, struct bytes yaml);
/* What tables cannot say, of one file; `id` is its name without ".yaml". */
void check_template(struct report *r, const struct node *yaml, const char *id);

struct template_list { const struct result_template *const *p; size_t n; };
struct template_list catalogue_templates(const struct catalogue_snapshot *s);       /* by id */
const struct result_template *catalogue_template(const struct catalogue_snapshot *s,
                                                 const char *id);                  /* or NULL */
/* Those that a procedure may end with: its own first, then those for any. */
struct template_list catalogue_templates_for(struct arena *a, const struct catalogue_snapshot *s,
                                             const char *procedure);
const struct template_field *template_field(const struct result_template *t, const char *id);

#endif
