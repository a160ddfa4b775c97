/*
 * Which fields a document is indexed by: the facts of its paper type (catalogue/paper-types.yaml),
 * those of an old register's entries, and in every case whose paper it is.
 */
#ifndef MOD_DIGITISE_FIELDS_H
#define MOD_DIGITISE_FIELDS_H

#include "mod/digitise/digitise.h"

enum index_kind { INDEX_TEXT, INDEX_DATE, INDEX_NUMBER };
struct index_field {
    const char *id, *label;     /* label: N_() or a text of the catalogue */
    enum index_kind kind;
    const char *const *labels;  /* how the paper itself says it, folded; NULL: the label */
};

/* At most SCAN_FIELDS_MAX. */
const struct index_field *digitise_fields(struct ctx *c, const char *type, size_t *n);

/* Registers that may be digitised: words and N_() names. */
struct register_type { const char *id, *name; const struct index_field *fields; size_t n; };
const struct register_type *digitise_registers(size_t *n);
const char *digitise_type_name(struct ctx *c, const char *type);       /* "" unknown */

/* As it is kept: tidied; a date as DD/MM/YYYY when it can be read as one. */
char *digitise_value(struct arena *a, const struct index_field *f, const char *typed);
/* Pure: a date has to be one, or be empty. */
bool digitise_value_good(const struct index_field *f, const char *value);

#endif
