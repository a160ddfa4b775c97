/* What the public page of the sealed log shows. */
#ifndef SITE_SEALING_VIEW_H
#define SITE_SEALING_VIEW_H

#include "mod/audit/seal.h"

struct sealing_view {
    const struct seal_head *p;          /* newest first */
    size_t n;
    const char *next;                   /* cursor; NULL none */
    const char *origin, *url;           /* of the log; where it is published */
    bool is_signed;                     /* the newest is */
};

#endif
