/* Texts of templates with their {{names}} put in; internal to this slice. */
#ifndef MOD_RESULTS_TEXT_H
#define MOD_RESULTS_TEXT_H

#include "mod/results/results_paper.h"

/* `**` becomes RESULT_BOLD, values are put in; row: of a table, or NULL. */
enum { RESULT_BOLD = 1 };
char *result_text(struct ctx *c, const struct result_paper *p, const char *text,
                  const json_t *row, bool bold);

#endif
