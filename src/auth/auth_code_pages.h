/* What the pages of codes by mail show. */
#ifndef AUTH_AUTH_CODE_PAGES_H
#define AUTH_AUTH_CODE_PAGES_H

#include "base/ctx.h"

struct code_address_view { const char *email; bool verified; };

bool auth_codes_open(const struct ctx *c);      /* does this site send codes */

#endif
