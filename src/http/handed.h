/*
 * Contents that arrived before the form or the dossier that names them.  The name is a text that
 * only this site can have written: of this account, for a day, with what was found of the content.
 * The API's /files and the parts of /tai-len give it; K_FILES and the API's papers take it.
 *
 * Lifetime:  texts live in the request's arena.
 */
#ifndef HTTP_HANDED_H
#define HTTP_HANDED_H

#include "http/params.h"

const char *handed_name(struct ctx *c, const struct upload *u);
/* False: not ours, another account's, or too old.  `field` is left NULL. */
bool handed_open(struct ctx *c, const char *text, struct upload *out);
/* Whether it looks like one at all: forms hold other texts. */
bool handed_like(const char *text);

/* A file that is arriving in parts: who sends it, how long it will be, what it is called. */
struct arrival {
    int64_t account, size;
    const char *id;             /* of its place in the spool; "" for handed_begin(): it makes one */
    const char *name;           /* tidied */
};
const char *arrival_text(struct ctx *c, const struct arrival *x);       /* token characters */
bool arrival_open(struct ctx *c, const char *text, struct arrival *out);

#endif
