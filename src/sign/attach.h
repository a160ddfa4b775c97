/*
 * A file inside a PDF (ISO 32000-1, 7.11.4), so that a printed paper carries its own proof: readers
 * show it as an attachment, pdfdetach takes it out.
 *
 * Lifetime:  the arena.  Pure; any thread.
 */
#ifndef SIGN_ATTACH_H
#define SIGN_ATTACH_H

#include "base/arena.h"

enum { PDF_ATTACHED_MAX = 2 << 20 };

struct pdf_attachment {
    const char *name;           /* of the file: printable ASCII without ( ) \ */
    const char *mime;           /* "application/json" */
    const char *about;          /* UTF-8, shown beside it */
    struct bytes content;
};

/* Appends it to a PDF of ours (pdf_end(), with or without signatures) that has no files yet; what
 * was there is not changed.  NULL, or English: why not. */
const char *pdf_attach(struct arena *a, struct bytes pdf, const struct pdf_attachment *f,
                       struct bytes *out);

/* The file of this name as pdf_attach() put it; a view into `pdf`.  Any bytes may be given.  NULL,
 * or English: why there is none. */
const char *pdf_attached(struct arena *a, struct bytes pdf, const char *name, struct bytes *out);

#endif
