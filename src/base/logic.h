/*
 * JSONLogic (jsonlogic.com): conditions of e-forms and of procedure packages.  Pure; bounded depth
 * (64) and work (100,000 operations), past which the result is null and `*over` is set.
 *
 * Operators: var missing missing_some if ?: == === != !== ! !! or and > >= < <= max min + - * / %
 * map filter reduce all none some merge in cat substr, and ours:
 *   {"days_since": date}       whole days from an ISO date to data["$received"]
 *   {"years_since": date}      full years, as an age is counted
 * Without a date both are no number: neither more nor less than any period.
 * `data` holds the answers by field id; the caller adds "$received" (ISO date),
 * "$channel" and "$payer".
 */
#ifndef BASE_LOGIC_H
#define BASE_LOGIC_H

#include <jansson.h>
#include <stdbool.h>

/* A new reference. */
json_t *logic_apply(const json_t *rule, const json_t *data, bool *over);
bool logic_true(const json_t *rule, const json_t *data);        /* truthiness of the result */
bool logic_truthy(const json_t *value);

/* Names the first operator that does not exist in `rule` (NULL: all exist); calls `var` with each
 * variable named, so that a check can say which fields a condition reads. */
const char *logic_check(const json_t *rule, void (*var)(void *arg, const char *name), void *arg);

#endif
