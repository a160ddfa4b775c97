/*
 * The machine's part, off the lanes: a batch that came is cut into documents, a document is read
 * for proposals.  Taken and recorded on the write lane; in between it is taken for so long that
 * nobody else begins it, and begun anew by another server when this one dies.
 */
#ifndef MOD_DIGITISE_WORK_H
#define MOD_DIGITISE_WORK_H

#include "mod/digitise/digitise.h"

enum { SCAN_TAKEN = 900 /* seconds */ };

struct scan_work {
    enum { SCAN_WORK_NONE, SCAN_WORK_CUT, SCAN_WORK_READ } kind;
    struct scan_batch b;
    struct scan_file *files;
    size_t n_files;
    struct scan_document d;             /* SCAN_WORK_READ */
    struct scan_page *pages;            /* READ: of the document; CUT: made */
    size_t n_pages;
    struct scan_field *fields;          /* READ: made */
    size_t n_fields;
    struct upload *pictures;            /* CUT: one a page */
    enum { SCAN_WORK_DONE, SCAN_WORK_REFUSED, SCAN_WORK_LATER } how;
    const char *reason;                 /* of a refusal: N_() */
};

/* Rings when a batch came to this server: no need to wait for the next look. */
unsigned digitise_bell(void);
void digitise_ring(void);

int digitise_work_take(struct ctx *c, struct scan_work *w);     /* OK, w->kind says what */
void digitise_work_do(struct ctx *c, struct scan_work *w);      /* slow, no database */
int digitise_work_record(struct ctx *c, struct scan_work *w);

#endif
