/* A list of what is to be destroyed on paper (NĐ 30/2020, Phụ lục I) and as a table. */
#ifndef MOD_RETENTION_PRINT_H
#define MOD_RETENTION_PRINT_H

#include "base/buf.h"
#include "mod/retention/retention_desk.h"

int retention_print(struct ctx *c, const struct destroy_view *v, struct bytes *out);
void retention_print_csv(struct ctx *c, struct buf *b, const struct destroy_item *items, size_t n);

#endif
