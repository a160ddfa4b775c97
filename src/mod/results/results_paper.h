/*
 * The paper of a result: a template of the catalogue filled with facts, as a PDF.  No database.
 *
 * Facts are a JSON object by field id: texts, dates as ISO, numbers as typed, rows as arrays of
 * objects of texts.
 * Lifetime:  the request's arena.  Threads: as src/pdf: on a worker or a read lane.
 */
#ifndef MOD_RESULTS_PAPER_H
#define MOD_RESULTS_PAPER_H

#include <jansson.h>

#include "base/ctx.h"
#include "mod/catalogue/catalogue_template.h"
#include "pdf/pdf.h"

struct result_paper {
    const struct result_template *t;
    const json_t *facts;
    const char *parent, *agency, *place;    /* the head; agency also signs */
    const char *number, *code, *procedure, *signer, *signer_title;
    int64_t seq, year;
    day date, valid_to;                     /* valid_to 0: open */
    const char *qr;                         /* what the code holds; NULL: not yet */
    const char *watermark;                  /* NULL none */
    const struct bytes *pages;              /* pictures (PNG) of the scanned original */
    size_t pages_n;
};

/* *signature: the room where the signature is to be seen. */
int result_paper(struct ctx *c, const struct result_paper *p, struct bytes *out,
                 struct pdf_box *signature);
/* "Quyết định về việc ..." */
char *result_paper_title(struct ctx *c, const struct result_paper *p);

/* Every required field that has nothing, and every value of a wrong shape, as a fault named
 * "f.<id>" or "f.<id>.<row>.<column>"; values become canonical (dates ISO).  OK or E_INVALID. */
int result_facts_check(struct ctx *c, const struct result_template *t, json_t *facts);

#endif
