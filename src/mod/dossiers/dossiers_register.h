/* What the page shows that asks of which days the register is to be printed. */
#ifndef MOD_DOSSIERS_REGISTER_H
#define MOD_DOSSIERS_REGISTER_H

#include "html/parts.h"

struct register_view {
    struct choice *units; /* agencies whose dossiers the officer reads */
    size_t n_units;
    const char *unit, *month_ago, *today;
};

#endif
