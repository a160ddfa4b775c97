/*
 * The page compiler: a page of HTML with values, control flow and translatable text becomes
 * functions of C.  The language is described in src/html/README.md.
 */
#ifndef TOOLS_PAGEC_H
#define TOOLS_PAGEC_H

#include "base/arena.h"
#include "base/buf.h"

struct pagec_out {
    struct buf c, h;
    char *error;        /* "file:line: sentence", or NULL */
};

/* path: as the errors shall name it; name: of the pair of files, "dossiers_desk.page". */
void pagec_compile(struct arena *a, const char *path, const char *name, const char *text,
                   struct pagec_out *out);

#endif
