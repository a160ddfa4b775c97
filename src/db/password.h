/*
 * The password of the database, where it stands in a file of its own (base/secret.h).  It is read
 * at each connection, so that a new one needs no restart, and is never part of an address.
 *
 * Threads:   db_password_from() once, before the first; the others any.
 */
#ifndef DB_PASSWORD_H
#define DB_PASSWORD_H

#include <libpq-fe.h>

#include "base/arena.h"

void db_password_from(const char *place);       /* lives as long as the process; "" none */
const char *db_password(struct arena *a);       /* NULL: none, or it cannot be read (logged) */
/* PQconnectdbParams() with it before the other words: an address with a password keeps its own. */
PGconn *db_password_connect(const char *const *keys, const char *const *values, int expand);

#endif
