/*
 * What is unusual among the looks of a day: one account that opens many dossiers it has no work in,
 * at night, writes many into files, opens many masked numbers.  Thresholds are data
 * (catalogue/rules.yaml: unusual); what passes one is an alarm that auditors see and close with a
 * word.
 *
 * Table:  access_alarm (schema/0076).
 */
#ifndef SITE_UNUSUAL_H
#define SITE_UNUSUAL_H

#include <stdatomic.h>

#include "base/ctx.h"
#include "html/page.h"

struct look_alarm_row {
    int64_t id, alarm, n, threshold, day, unit, raised_at, closed_at;
    const char *token, *name, *login, *agency, *note, *closed_name;
    struct url log;             /* the looks of that day */
};

struct alarms_view {
    struct look_alarm_row *p;
    size_t n;
    const char **limits;        /* the thresholds in words */
    size_t n_limits;
};

const char *unusual_name(int64_t alarm);        /* N_() */

/* The job that comes round (site/watching.h): some officers by login, after `after`, and what of
 * their days passes a threshold.  rest: nothing more is begun once it is true. */
struct unusual_round {
    const atomic_bool *rest;
    char after[64];
    struct unusual_found *found;
    size_t n;
};
int unusual_count(struct ctx *c, struct unusual_round *r);          /* reads only: long */
int unusual_raise(struct ctx *c, const struct unusual_round *r);    /* writes what was found */
int64_t unusual_open(struct ctx *c);            /* open alarms in the auditor's reach */
int64_t unusual_all_open(struct ctx *c);        /* for /metrics */

#endif
