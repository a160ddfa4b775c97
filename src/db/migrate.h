/* The migrations behind db_migrate(), with the files given: for migrate.c and tests. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/embed.h"
#include "db/db.h"

extern const struct embedded SCHEMA_FILES[];    /* every slice's, made by tools/embed */

int migrate_up(struct ctx *c, const struct embedded *files);
int migrate_check(struct ctx *c, const struct embedded *files);

struct ddl_word;
/* The text with ID64, BIGINT, BLOB and STRICT in the engine's words; texts and comments stay. */
char *migrate_expand(struct arena *a, const struct ddl_word *words, const char *sql);

#endif
