/* Small words of the pages of help at home. */
#ifndef MOD_DOSSIERS_ASSIST_PAGES_H
#define MOD_DOSSIERS_ASSIST_PAGES_H

#include "mod/dossiers/dossiers_application.h"

/* The secret of what was handed in is the person's: by mail when there is an address, and then not
 * on the helper's screen. */
int assist_tell(struct ctx *c, const struct draft *d, struct sent_view *v);

#endif
