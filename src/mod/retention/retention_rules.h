/* Which rule of catalogue/retention.yaml holds for a dossier.  Pure. */
#ifndef MOD_RETENTION_RULES_H
#define MOD_RETENTION_RULES_H

#include "mod/catalogue/catalogue_retention.h"
#include "mod/dossiers/dossiers_row.h"

enum { KEEP_RESULTS_MAX = 50 };
struct keep_facts {
    const char *procedure;
    enum outcome outcome;               /* OUTCOME_NONE with refused: at intake */
    bool refused_at_intake;
    day closed_on, issued_on;           /* issued_on: of the last result; 0 none */
    const char *results[KEEP_RESULTS_MAX];      /* templates */
    const char *types[KEEP_RESULTS_MAX];        /* kinds of papers */
    size_t n_results, n_types;
};
struct keep_term {
    const struct keep_rule *rule;       /* NULL: none holds, so it is kept for ever */
    day counted_on;
    int64_t years, end_year;            /* 0 and KEPT_FOR_EVER: permanent */
};
struct keep_term retention_term(const struct keep_rules *rules, const struct keep_facts *f);

#endif
