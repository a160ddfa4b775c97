/* Papers for the administrator: what waits, what is infected, what cannot be read, what failed. */
#ifndef SITE_CONTENTS_H
#define SITE_CONTENTS_H

#include "mod/papers/content_work.h"
#include "site/intake.h"

enum { CONTENTS_SHOWN = 50 };

struct contents_view {
    struct intake_view now;
    struct content_figures queue;
    const char *clamd;
    bool required;
    struct { struct content *p; size_t n; } infected, failed, refused;
};

#endif
