/*
 * How long dossiers are kept: catalogue/retention.yaml.  The file stands beside the packages,
 * because a decree changes it without any procedure being published anew, and for dossiers of
 * earlier versions, too.  Which rule holds for a dossier: mod/retention.
 *
 * Lifetime:  as the snapshot.   Threads: any may read.
 */
#ifndef CATALOGUE_RETENTION_H
#define CATALOGUE_RETENTION_H

#include "mod/catalogue/catalogue.h"

enum keep_kind { KEEP_PERMANENT, KEEP_YEARS };
enum keep_from { KEEP_FROM_CLOSE, KEEP_FROM_RESULT };
enum keep_outcome { KEEP_GRANTED, KEEP_REFUSED, KEEP_WITHDRAWN, KEEP_STOPPED };   /* bits */

struct keep_rule {
    const char *id, *name, *basis;
    int keep, from;                     /* enum keep_kind, enum keep_from */
    int64_t years;                      /* 0 with KEEP_PERMANENT */
    day valid_from, valid_to;           /* of the day of closing; NO_DAY: without an end */
    struct texts procedures, results, types;
    unsigned outcome;                   /* bits of enum keep_outcome; 0: any */
};
struct keep_rules {
    const char *basis;                  /* "" there is no file */
    int64_t wait_days;
    LIST_OF(struct keep_rule) rules;
    const char *hash;                   /* of the file: another one, other rules */
};

struct catalogue_snapshot;
const struct keep_rules *catalogue_keep_rules(const struct catalogue_snapshot *s);
const struct keep_rule *catalogue_keep_rule(const struct catalogue_snapshot *s, const char *id);

#endif
