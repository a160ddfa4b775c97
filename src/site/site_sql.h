#ifndef SITE_SITE_SQL_H
#define SITE_SITE_SQL_H

#include "base/ctx.h"

int site_sql_alive(struct ctx *c);      /* the database answers */

#endif
