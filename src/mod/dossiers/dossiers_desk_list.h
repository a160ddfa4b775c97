/* The officers' work list as its page shows it.  Made by dossiers_desk_list.c. */
#ifndef MOD_DOSSIERS_DESK_LIST_H
#define MOD_DOSSIERS_DESK_LIST_H

#include "mod/dossiers/dossiers_desk.h"

enum { EXPORT_MAX = 5000 };         /* rows of a spreadsheet */

struct worklist_view {
    enum view view;
    struct list list;
    struct link tabs[VIEW__COUNT], order[2];
    struct link chips[8];               /* filters that are on; each link takes its filter away */
    size_t n_chips;
    const struct choice *procedures, *units, *staff, *statuses, *channels;
    size_t n_procedures, n_units, n_staff, n_statuses, n_channels;
    struct choice *assignees;           /* whom a leader may give the chosen ones to */
    size_t n_assignees;
    struct alarm *alarms;
    size_t n_alarms;
    int64_t n_alarms_all;
    bool more_rows;                     /* perhaps more than a spreadsheet takes */
    struct url clear, export;
};

#endif
