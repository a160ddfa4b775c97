/* What the public page of figures shows; made by statistics.c. */
#ifndef SITE_STATISTICS_H
#define SITE_STATISTICS_H

#include "html/parts.h"
#include "mod/dossiers/worklists.h"
#include "site/digital.h"
#include "site/reuse.h"

struct figures_row {
    const char *name;
    struct url href;            /* empty: none */
    struct stat_row s;
};

struct figures_view {
    int month_from, month_to;   /* YYYYMM */
    const char *from, *to;      /* "2026-01": values of the month inputs */
    const char *unit_name, *unit_code;      /* one unit; "" the whole city */
    struct figures_row total;
    struct figures_row *units, *procedures;
    size_t units_n, procedures_n;
    const struct bar *months;
    size_t months_n;
    struct reuse_view reuse;
    struct digital_view digital;        /* of this year */
};

const char *statistics_days(struct ctx *c, const struct stat_row *s);       /* "2,5" or a dash */

#endif
