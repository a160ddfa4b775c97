/* Functions that migrations may use on both engines; see sqlite_functions.c. */
#ifndef DB_SQLITE_FUNCTIONS_H
#define DB_SQLITE_FUNCTIONS_H

#include <sqlite3.h>

void sqlite_functions(sqlite3 *db);

#endif
