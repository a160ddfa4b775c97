/*
 * What an error of SQLite means for the people who wait and for the operator.  Only sqlite.c
 * includes this.
 */
#ifndef DB_SQLITE_FAULT_H
#define DB_SQLITE_FAULT_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/ctx.h"

/* Records the error that `p` has and returns its rc: E_CONFLICT, E_DOWN or E_SYS.  The detail
 * names the file, the statement and what the operator does.  *reopen: the connection may be the
 * reason; it is to be opened anew. */
int sqlite_fault(struct ctx *c, sqlite3 *p, const char *path, const char *what, bool reader,
                 bool *reopen);

/* Says what c->err holds, once in a second: many requests meet the same fault. */
void sqlite_tell(const struct ctx *c);

/* That a page is damaged, or is no longer known to be: see db_damaged(). */
void sqlite_damaged(bool is);

/* Which file a path means, to see that it was replaced or taken away. */
struct sqlite_file { unsigned long long device, inode; };
bool sqlite_file_of(const char *path, struct sqlite_file *out);
bool sqlite_file_same(const struct sqlite_file *a, const struct sqlite_file *b);

/* After the database was replaced: a log of the old one that lies beside the new one is put aside,
 * it must never be played into it.  `wal` is the old one's. */
void sqlite_put_aside(const char *path, const struct sqlite_file *wal);
/* What a connection of this process last saw at the path; who opens it next puts the log aside of
 * a file that is there no more.  Any thread; one path is remembered, the newest. */
void sqlite_seen(const char *path, const struct sqlite_file *file, const struct sqlite_file *wal);
void sqlite_before_open(const char *path);

#endif
