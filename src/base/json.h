/*
 * Documents of jansson, read and written on the hot paths: what a submission spends on JSON is half
 * of its time when jansson does it.
 *
 * json_read() takes what is plainly right by itself and leaves the rest (fractions, escapes in long
 * texts, deep nesting, every fault) to json_loadb(), so both accept and refuse the same bodies and
 * faults are told in jansson's words.  json_text() and json_put() write what json_dumps() writes.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/buf.h"

json_t *json_read(const char *s, size_t n, json_error_t *e);    /* duplicate names are refused */
char *json_text(struct arena *a, const json_t *j);              /* compact, keys sorted */
void json_put(struct buf *b, const json_t *j, bool sorted);     /* compact; any value */

#endif
