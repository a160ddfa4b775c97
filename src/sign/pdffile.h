/*
 * A PDF of ours (cairo's, perhaps signed here before) as a table of objects, and what is appended
 * to it: an incremental update (ISO 32000-1, 7.5.6).  Classic cross-reference tables only; anything
 * else is refused with a sentence.  Bytes that were there are never changed.
 *
 * Only src/sign includes it.
 */
#ifndef SIGN_PDFFILE_H
#define SIGN_PDFFILE_H

#include "base/buf.h"
#include "sign/pdfread.h"

struct pdf_file {
    struct arena *a;
    struct bytes in;
    int64_t start;                      /* of the newest table */
    int64_t size;                       /* numbers below it are taken */
    uint32_t *at;                       /* of each object; 0: there is none */
    struct pdf_value trailer, root, info, id;   /* info, id: end 0 when there is none */
    int64_t root_number;
};

/* NULL, or English: why it is not one of ours. */
const char *raw_open(struct arena *a, struct bytes in, struct pdf_file *out);

bool raw_object(const struct pdf_file *f, int64_t number, struct pdf_value *out);
/* The value itself, or of the object that it refers to. */
bool raw_resolve(const struct pdf_file *f, struct pdf_value *v);
bool raw_page(const struct pdf_file *f, int page, int64_t *number, struct pdf_value *out);

/* --- what is appended --- */

enum { PDF_NEW_MAX = 256 };

struct pdf_update {
    const struct pdf_file *f;
    struct buf out;                     /* the old bytes, then the new ones */
    int64_t next;                       /* the next free number */
    struct { int64_t number; size_t at; } object[PDF_NEW_MAX];
    size_t n;
};

void raw_update_begin(struct pdf_update *u, const struct pdf_file *f, size_t max);
int64_t raw_number(struct pdf_update *u);               /* a number of its own */
void raw_object_begin(struct pdf_update *u, int64_t number);
void raw_object_end(struct pdf_update *u);
/* All entries of a dictionary but those named (NULL ends), without its brackets. */
void raw_put_entries(struct pdf_update *u, const struct pdf_value *dict, const char *const *but);
void raw_put_text(struct buf *b, const char *utf8);     /* <FEFF...> */
/* Table and trailer.  False: more objects than there is room for. */
bool raw_update_end(struct pdf_update *u);

#endif
