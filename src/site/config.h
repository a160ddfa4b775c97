/*
 * The configuration: motcua.yaml, then the command line over it.  Every key is one row of the table
 * in config.c; an unknown key, a wrong type or a value out of bounds is a fault that says where.
 *
 * Lifetime:  texts live in the arena given.
 * Errors:    sentences in English for the operator.
 */
#ifndef SITE_CONFIG_H
#define SITE_CONFIG_H

#include "base/buf.h"
#include "site/site.h"

void config_init(struct arena *a, struct config *out);      /* every key's default */

/* The text of a file; `path` is where it stands: named in faults, relative paths start there.
 * False: `faults` holds a line `path:line:column: sentence` for each. */
bool config_read(struct arena *a, const char *path, const char *text, size_t n, struct config *out,
                 struct buf *faults);

/* One key by its name; relative paths start at `folder` ("" the working folder).
 * NULL, or a sentence without the key's name. */
const char *config_set(struct arena *a, struct config *out, const char *key, const char *value,
                       const char *folder);
bool config_has(const char *key);

/* What depends on more than one key, after all are set.  NULL, or a sentence that names the key. */
const char *config_settle(struct arena *a, struct config *out);

/* The sample file (docs/operator/motcua.yaml) with other values for the keys given: pairs key,
 * value, up to NULL.  For `motcua init`. */
/* A value for the file: a path that starts at the working folder is made whole. */
const char *config_portable(struct arena *a, const char *key, const char *value);
char *config_sample(struct arena *a, const char *const *pairs);

#endif
