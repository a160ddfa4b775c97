/* Shared by the files of this slice only. */
#ifndef MOD_DIGITISE_INSIDE_H
#define MOD_DIGITISE_INSIDE_H

#include "mod/digitise/digitise_sql.h"

bool digitise_mime_good(const char *mime);
/* The batch is worked on and the document (NULL: none in particular) is not finished. */
int digitise_open_only(struct ctx *c, const struct scan_batch *b, const struct scan_document *d);
int digitise_close_if_done(struct ctx *c, const struct scan_batch *b);
/* Its id when it belongs to the batch's agency; 0. */
int64_t digitise_dossier_of(struct ctx *c, const struct scan_batch *b, const char *code);
/* Documents of the sample that nobody has looked at yet. */
bool digitise_sample_open(struct ctx *c, const struct scan_batch *b);

#endif
