/*
 * Files compiled into the program by tools/embed: the shipped calendar, the rules, the migrations.
 * A list ends with an entry whose name is NULL.  Immutable; any thread.
 *
 *     extern const struct embedded MIGRATIONS[];          (the SYMBOL given to embed)
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stddef.h>

struct embedded {
    const char *name;           /* the file's name without its folder */
    const char *text;           /* its bytes, then a NUL that is not counted */
    size_t n;
};

#endif
