/* What the desk's pages show. */
#ifndef MOD_DIGITISE_DESK_H
#define MOD_DIGITISE_DESK_H

#include "html/parts.h"
#include "mod/digitise/digitise.h"
#include "mod/digitise/digitise_aim.h"
#include "mod/digitise/digitise_count.h"
#include "mod/digitise/digitise_fields.h"
#include "mod/dossiers/dossiers_desk.h"

struct scan_list_view {
    struct scan_batch *p;
    size_t n;
    const char *next;           /* code of the last one shown; NULL none */
    struct choice *types;
    size_t n_types;
    bool folder;                /* a scanner's folder is watched */
};

struct scan_group {             /* a document with its pages; d NULL: sheets, no document's */
    const struct scan_document *d;
    const struct scan_page *pages;
    size_t n;
    const char *paper;          /* name; "" not chosen */
    bool strange;               /* the code that was read is of no dossier of this agency */
};
struct scan_batch_view {
    const struct scan_batch *b;
    const struct scan_file *files;
    size_t n_files;
    struct scan_group *groups;
    size_t n_groups;
    struct choice *others;      /* documents that pages may go to */
    size_t n_others;
    const char *by;
    bool open;                  /* pages and documents may be changed */
    int sample, sample_left, sample_wrong, percent_wrong;
};

struct index_row {
    const struct index_field *f;
    const char *name;           /* of the input: "f.so" */
    const char *value;          /* what stands in it */
    const char *proposal;
    const char *first, *second; /* to decide between */
    int confidence;
    bool doubtful, differs;
};
struct scan_document_view {
    const struct scan_batch *b;
    const struct scan_document *d;
    const struct scan_page *pages;
    size_t n_pages;
    struct index_row *rows;
    size_t n_rows;
    bool known;                 /* its dossier is known and reached */
    struct dossier x;
    struct choice *papers, *forms;
    size_t n_papers, n_forms;
    const char *type, *first_by, *second_by, *decided_by;
    int next;                   /* the next document to be done; 0 none */
    enum keying keying;
    bool may_key, open;
    bool sampling;              /* this officer looks at it as a sample */
};

struct progress_row {
    const char *code, *name;    /* agency; "" the sum of all that are shown */
    const char *level;          /* N_() */
    struct digital_row n;
    struct aim aim;
    int results, papers, dossiers;      /* per cent in tenths; -1: nothing to digitise */
};
struct progress_view {
    int year, first, last;
    struct choice *years;
    size_t n_years;
    const char *year_text, *basis;
    struct progress_row *rows, total;
    size_t n;
    bool leads, exports;        /* may set aims, has statistics as work */
};
const char *progress_percent(struct ctx *c, int tenths);        /* "62,5 %"; "–" for -1 */

struct scan_sample_row { const struct scan_document *d; const char *by; bool mine; };
struct scan_officer { const char *name; int looked, wrong, fields; };
struct scan_sample_view {
    const struct scan_batch *b;
    struct scan_sample_row *rows;
    size_t n;
    struct scan_officer *officers;
    size_t n_officers;
    int looked, wrong, allowed;
};

struct scan_sheets_view {
    const char *code;
    bool known;
    struct dossier x;
    struct choice *papers;
    size_t n_papers;
};

const char *scan_state_name(enum scan_state s);         /* N_() */
enum tone scan_state_tone(enum scan_state s);
const char *scan_document_name(const struct scan_batch *b, const struct scan_document *d);
enum tone scan_document_tone(enum scan_document_state s);
const char *scan_page_name(enum scan_page_state s);

#endif
