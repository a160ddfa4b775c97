/*
 * The tables that a dossier's rows go to, column by column, and what each column means to a
 * template.  One list: templates are read by it and rows are written by it.
 *
 * Letters of `means`: d the dossier's id, n a number as it is, a an account, u an agency,
 * m a moment, t a text, s a text that only a person or the dossier itself gives.
 */
#ifndef GENERATE_PARTS_H
#define GENERATE_PARTS_H

#include "db/load.h"
#include "db/sealed.h"

enum part { PART_ANSWERS, PART_SUPPLEMENT, PART_OPINION, PART_STOP, PART_FEE, PART_HAND_OVER,
            PART_PAPER, PART_PARTY, PART_FIND, PART__READ,
            /* written, never read from a template */
            PART_DOSSIER = PART__READ, PART_EVENT, PART_TASK, PART_CODE, PART_ACCOUNT, PART_WORK,
            PART_MONTH, PART_DAYS, PART_OFFICER, PART_DIGITAL, PART__COUNT };
enum { PART_COLUMNS_MAX = 17 };

extern const struct load_table PARTS[PART__COUNT];
extern const char *const PART_MEANS[PART__READ];
/* Which of them is sealed (enum sealed_at); -1: not. */
int part_sealed(enum part part, int column);
extern const struct query PART_QUERY[PART__READ];       /* $1: the dossier */

/* How many dossiers there are: 0, or 1 for any number. */
int64_t sql_any_dossier(struct ctx *c);

#endif
