/*
 * A consistent picture of a database while others write.
 *
 * SQLite: the pages, by its online backup, inside one read transaction: writers are never in the
 * way and never wait; only the write-ahead log grows until it is over.  PostgreSQL: a transaction
 * whose snapshot pg_dump shares, so that what is counted here is what is dumped there.
 */
#ifndef DB_SNAPSHOT_H
#define DB_SNAPSHOT_H

#include "base/progress.h"
#include "db/db.h"

/* The file at `path` (of a "sqlite:" address) into a new file `to`, mode 0600, without a log beside
 * it, synced.  Pauses between its steps leave the disk to the server. */
int snapshot_sqlite(struct ctx *c, const char *path, const char *to, struct progress *p);

/* PostgreSQL: begins a read transaction on c->db that stays open as long as it takes; *name for
 * pg_dump --snapshot, in c->a.  db_rollback() ends it. */
int snapshot_pg(struct ctx *c, const char **name);

/* SQLite's own integrity_check and foreign_key_check, or PostgreSQL's constraints, which always
 * hold: OK, or E_SYS with the first finding. */
int snapshot_check(struct ctx *c);

/* "sqlite" or "postgresql"; the server's version as a number (150014; SQLite 3040001). */
const char *snapshot_engine(struct ctx *c);
int snapshot_engine_version(struct ctx *c);

#endif
