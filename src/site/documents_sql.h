/* The table site_document; see documents.h. */
#ifndef SITE_DOCUMENTS_SQL_H
#define SITE_DOCUMENTS_SQL_H

#include "base/ctx.h"

int documents_sql_get(struct ctx *c, const char *name, struct bytes *content, const char **sha256);
int documents_sql_put(struct ctx *c, const char *name, const char *content, const char *sha256);
int64_t documents_sql_generation(struct ctx *c);

#endif
