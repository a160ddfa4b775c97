/* What an engine gives to load.c.  Chunks hold rows as COPY's binary format has them: the number of
 * columns in 2 bytes, then each value's length in 4 (-1: NULL) and its bytes, integers in 8. */
#ifndef DB_LOAD_ENGINE_H
#define DB_LOAD_ENGINE_H

#include "db/load.h"

enum { LOAD_FAULT = 400, LOAD_TABLES_MAX = 32 };

struct load_engine {
    void *(*open)(const char *url, const struct load_table *t, size_t n, char *fault);
    bool (*write)(void *to, size_t table, const uint8_t *p, size_t n, char *fault);
    bool (*close)(void *to, struct progress *p, bool keep, char *fault);
};
extern const struct load_engine load_sqlite, load_pg;

#endif
