/* What the three commands share: a database opened by its address, and its name for messages. */
#ifndef MOVE_NAMES_H
#define MOVE_NAMES_H

#include "db/db.h"

enum { SIDE_ARENA = 512 << 20 };

/* A connection with an arena of its own, which walks over tables take back. */
struct side {
    struct ctx c;
    const char *url, *name;     /* name: for people, without the password */
};

/* OK or rc with s->c.err; always followed by side_close(). */
int side_open(struct side *s, struct arena *a, const char *url, enum db_mode mode);
void side_close(struct side *s);

/* "sqlite:/whole/path" or the PostgreSQL address without its password. */
const char *db_name(struct arena *a, const char *url);
bool is_sqlite(const char *url);
const char *sqlite_path(const char *url);               /* the path in it */
const char *folder_of(struct arena *a, const char *path);      /* "." when it has none */
/* NULL, or what is wrong with an address of a database. */
const char *url_fault(const char *url);

#endif
