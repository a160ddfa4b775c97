/*
 * What is seen of a signature on the page: drawn by cairo and pango as a small PDF of its own,
 * whose page becomes a form XObject of the update, fonts and all.  Only src/sign includes it.
 */
#ifndef SIGN_APPEARANCE_H
#define SIGN_APPEARANCE_H

#include "sign/pdffile.h"
#include "sign/sign.h"

/* *number: of the XObject. */
int appearance_put(struct ctx *c, struct pdf_update *u, const struct sign_facts *f,
                   const struct sign_key *key, int64_t *number);

#endif
