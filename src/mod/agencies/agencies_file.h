/* The agencies file as read: rows with the place of each, for the check and the import. */
#ifndef MOD_AGENCIES_AGENCIES_FILE_H
#define MOD_AGENCIES_AGENCIES_FILE_H

#include "mod/agencies/agencies.h"

struct mark { int line, column; };      /* from 1 */

struct file_link { const char *code; enum succession how; struct mark at; };

struct file_agency {
    struct agency g;                    /* texts never NULL; valid_to AGENCY_OPEN when not said */
    const char *parent;                 /* code; "" the root */
    struct mark at, parent_at;
    VEC(struct file_link) after;
    VEC(struct leader) leaders;
};

struct agencies_file {
    struct arena *a;
    const char *path;
    agencies_fault *report;
    void *to;
    size_t faults;
    VEC(struct file_agency) rows;
};

/* Reads and checks everything; f->faults says how many were reported. */
void agencies_file_read(struct agencies_file *f);
void agencies_file_fault(struct agencies_file *f, struct mark at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The row of a code on a day; NULL: none. */
struct file_agency *agencies_file_find(struct agencies_file *f, const char *code, day on);

/* What fits together in the rows: parents, successors, dates. */
void agencies_file_relations(struct agencies_file *f);

#endif
