/* SQL of the statutory forms' numbers; only results_forms*.c include it. */
#ifndef MOD_RESULTS_FORMS_SQL_H
#define MOD_RESULTS_FORMS_SQL_H

#include "mod/results/results_forms.h"

int form_sql_find(struct ctx *c, const struct form_key *k, struct form_number *out);
int64_t form_sql_next(struct ctx *c, int64_t agency, enum form form, int64_t year);
int form_sql_add(struct ctx *c, const struct form_key *k, int64_t agency,
                 const struct form_number *n);
struct form_gap {
    int64_t agency, form, year, last, n, highest;
};
struct form_gaps {
    struct form_gap *p;
    size_t n, cap;
};
int form_sql_gaps(struct ctx *c, struct form_gaps *out); /* series that do not add up */

#endif
