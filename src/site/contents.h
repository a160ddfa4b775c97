/* Papers for the administrator: what waits, what is infected, what cannot be read, what failed. */
#ifndef SITE_CONTENTS_H
#define SITE_CONTENTS_H

#include "mod/papers/content_work.h"
#include "site/intake.h"

enum { CONTENTS_SHOWN = 50 };

enum { CONTENT_OWNERS = 3 };            /* dossiers that are named of one content */

struct contents_owner { const char *code; bool reached; };      /* code "": a draft */
struct contents_row {
    struct content k;
    struct contents_owner owners[CONTENT_OWNERS];
    size_t owners_n;
};
struct contents_view {
    struct intake_view now;
    struct content_figures queue;
    const char *clamd;
    bool required;
    struct contents_list { struct contents_row *p; size_t n; } infected, failed, refused;
};

#endif
