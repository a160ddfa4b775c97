/* What the threads of the intake share with the work itself.  Nobody else includes it. */
#ifndef SITE_INTAKE_INSIDE_H
#define SITE_INTAKE_INSIDE_H

#include <stdatomic.h>

#include "base/metric.h"
#include "http/store.h"
#include "mod/papers/content_work.h"
#include "scan/scan.h"

struct convert;

struct intake_figures {
    counter scanned[3];         /* clean, infected, failed */
    counter inspected, refused, documents, failed;
    counter scan_micros, convert_micros;
};

/* What a thread works with. */
struct intake_tools {
    struct store *store;
    struct convert *convert;    /* NULL: there is none */
    struct scan_options scan;   /* address NULL: there is none */
    int64_t signatures;         /* of the scanner now; 0: it does not answer */
    bool required;              /* scan_required */
    struct intake_figures *figures;
};

/* Slow; no database.  *out starts as the row was claimed. */
void intake_scan(struct ctx *c, const struct intake_tools *t, struct content_result *out);
void intake_inspect(struct ctx *c, const struct intake_tools *t, struct content_result *out);
void intake_document(struct ctx *c, const struct intake_tools *t, const struct document_job *j,
                     struct document_result *out);

#endif
