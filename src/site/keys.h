/*
 * The site's secret: 32 random bytes in a file beside the database, mode 0600, or a credential
 * of the service manager (site_key, base/secret.h).  Look-up secrets,
 * CSRF tokens and cursors are made with it; losing it makes them void, showing it lets anybody make
 * them.  Part of every back-up.
 */
#ifndef SITE_KEYS_H
#define SITE_KEYS_H

#include "base/ctx.h"

enum { KEY_SIZE = 32 };

/* Where it stands in a folder of a site's data, or of a backup. */
const char *keys_place(struct arena *a, const char *folder);
/* Makes the folder of data (0700) and a missing key; a key that is there stays, a credential is the
 * service manager's to give.  *made tells. */
int keys_make(struct ctx *c, const char *folder, const char *place, bool *made);
/* In the arena of c.  E_SYS: missing, of a wrong size, or readable for others. */
int keys_load(struct ctx *c, const char *place, const uint8_t **key);

#endif
