/* Checking one value of one field; used by eforms_validate() alone. */
#ifndef MOD_EFORMS_CHECK_H
#define MOD_EFORMS_CHECK_H

#include "mod/eforms/eforms.h"

struct check {
    struct ctx *c;
    const struct eform_lists *lists;
    day today;
    bool strict;
};

/* The canonical value (new reference), or NULL after a fault was recorded; `name` is the input's.
 */
json_t *eforms_check_value(struct check *k, const struct eform_field *f, const char *name,
                           const json_t *raw);
/* A number as people type it: decimal comma or point; 1.500.000 in a field of whole numbers. */
bool eforms_number(struct arena *a, const struct eform_field *f, const char *s, double *out);
int eforms_fault(struct check *k, const struct eform_field *f, const char *name, const char *say);

#endif
