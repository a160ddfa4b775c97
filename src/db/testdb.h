/*
 * For tests only: a fresh, migrated database in a folder of its own.
 *
 *     struct ctx c;
 *     testdb_open(&c);            -- also makes c.a; ends the test program when it cannot
 *     ... db_exec(&c, ...) ...    -- every statement commits by itself unless db_begin() was called
 *     testdb_close(&c);           -- removes the folder
 */
#ifndef DB_TESTDB_H
#define DB_TESTDB_H

#include "db/db.h"

void testdb_open(struct ctx *c);
void testdb_close(struct ctx *c);
const char *testdb_url(void);       /* of the last one opened: for lanes and second connections */
const char *testdb_folder(void);

/* The folder alone, without a database. */
void testdb_folder_make(void);
void testdb_folder_remove(void);

#endif
