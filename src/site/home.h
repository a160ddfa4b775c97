/* What the home page shows. */
#ifndef SITE_HOME_H
#define SITE_HOME_H

#include "html/parts.h"
#include "mod/catalogue/catalogue_versions.h"

struct home_view {
    struct catalogue_groups events;
    const char *finished, *on_time, *median;    /* of the last three months; NULL: too few to say */
};

const char *home_icon(const char *life_event);

#endif
