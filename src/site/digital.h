/* How much is digital, for the public: by year, level and agency; made by digital.c. */
#ifndef SITE_DIGITAL_H
#define SITE_DIGITAL_H

#include "html/parts.h"
#include "mod/digitise/digitise_aim.h"
#include "mod/dossiers/dossiers_counts.h"
#include "mod/papers/vault.h"

enum { DIGITAL_YEARS = 5 };             /* shown, with this one */

struct digital_line {                   /* an agency, a level, a year, or all */
    const char *name;                   /* (tr) */
    struct url href;                    /* empty: none */
    struct count_digital n;
    struct vault_rate reuse;
    int results, papers;                /* aims in per cent; -1 none */
};
struct digital_lines { struct digital_line *p; size_t n; };

struct digital_view {
    int year;
    const char *year_text, *unit_name, *unit_code;      /* "" the city */
    struct choice years[DIGITAL_YEARS];
    struct digital_line total;
    struct digital_lines levels, units, by_year;        /* by_year: newest first */
    const char *basis;                  /* of the city's aims; "" none */
};
/* One agency (or the city: NULL) in the years up to this one; total is this year's. */
int digital_read(struct ctx *c, const struct agency *g, struct digital_view *v);

#endif
