/*
 * Files of the catalogue folder that the site keeps whole: calendar.yaml and rules.yaml.
 *
 * Table:   site_document.
 * Errors:  E_NOTFOUND it was never imported; E_INVALID it has faults, c->faults names the lines.
 */
#ifndef SITE_DOCUMENTS_H
#define SITE_DOCUMENTS_H

#include "base/ctx.h"

#define DOCUMENT_CALENDAR "calendar.yaml"
#define DOCUMENT_RULES "rules.yaml"

enum { DOCUMENT_MAX = 1 << 20 };

int documents_get(struct ctx *c, const char *name, struct bytes *out);
/* Checks the text first.  *changed false: the stored one is the same. */
int documents_put(struct ctx *c, const char *name, struct bytes text, bool *changed);
int64_t documents_generation(struct ctx *c);        /* moves with every change of any */

/* For commands: the file below the catalogue folder. */
int documents_import(struct ctx *c, const char *folder, const char *name, bool *changed);

#endif
