/* Parts that the forms share; only results_forms*.c include it. */
#ifndef MOD_RESULTS_FORMS_SHEET_H
#define MOD_RESULTS_FORMS_SHEET_H

#include "mod/results/results_forms.h"
#include "pdf/pdf.h"

bool sheet_said(const char *s);
void sheet_line(struct pdf *p, const char *label, const char *value);
void sheet_head(struct ctx *c, struct pdf *p, const struct sheet *s);
void sheet_control(struct ctx *c, struct pdf *p, const struct sheet *s);
void sheet_register(struct ctx *c, struct pdf *p, const struct sheet *s);

#endif
