/* What the officers' page of a dossier's mandate shows.  Made by dossiers_mandate_desk.c. */
#ifndef MOD_DOSSIERS_MANDATE_VIEW_H
#define MOD_DOSSIERS_MANDATE_VIEW_H

#include "mod/dossiers/dossiers_mandate.h"
#include "mod/mandates/mandates_view.h"

struct dossier_mandate_view {
    struct dossier d;
    struct dossier_mandate then;
    struct mandate now;
    struct paper_file *files;
    size_t n_files;
    struct mandate_event *events;
    size_t n_events;
    bool may_say;                       /* this officer may confirm or refuse it */
};

#endif
