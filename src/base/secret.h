/*
 * Secrets are files of their own, never values of a configuration: it is copied, mailed and kept in
 * tickets.  A place of a secret is a path, or `credential:NAME`: a file of the folder that the
 * service manager makes for this service alone (systemd: LoadCredential=NAME:FILE), which is in
 * memory and gone when the service ends.
 *
 * Errors:    a sentence for the operator that names the place, never what stands in it.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

#include "base/arena.h"

#define SECRET_CREDENTIAL "credential:"

/* Is it `credential:...`: then no folder goes before it. */
bool secret_is_credential(const char *place);
/* NULL, or what is wrong with the words of a place: a credential's name is letters, digits, . _ -
 */
const char *secret_place_fault(const char *place);
/* The file itself: NAME below $CREDENTIALS_DIRECTORY; a path as it stands.  Without that folder it
 * is a path that cannot be opened and says why in its own words. */
const char *secret_path(struct arena *a, const char *place);
/* NULL, or why a file that is there must not be used: others than its owner may read it.  What the
 * service manager made is its own matter. */
const char *secret_shown(struct arena *a, const char *place);

/* The bytes, followed by a NUL: NULL, or why not. */
const char *secret_read(struct arena *a, const char *place, size_t max, struct bytes *out);
/* Its first line, alone in the file and not empty. */
const char *secret_line(struct arena *a, const char *place, const char **out);
/* Two words with white space between: a user and a password. */
const char *secret_pair(struct arena *a, const char *place, const char **first,
                        const char **second);

#endif
