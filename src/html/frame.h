/* Pieces of the frame that C writes: included by pages/layout.html only. */
#ifndef HTML_FRAME_H
#define HTML_FRAME_H

#include "html/page.h"

void frag_title(struct buf *b, struct ctx *c);      /* the whole <title> element */
struct markup html_phone(struct ctx *c, const char *phone);    /* a link that calls it */

struct url html_language(struct ctx *c);             /* this page in the other language */

#endif
