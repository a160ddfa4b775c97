#include "db/password.h"

#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "base/secret.h"

enum { WORDS = 72, ARENA = 64 << 10 };

static const char *password_place = "";

void
db_password_from(const char *place)
{
    password_place = place;
}

const char *
db_password(struct arena *a)
{
    const char *out = NULL, *say = *password_place ? secret_line(a, password_place, &out) : NULL;

    if (say)
        log_line(LOG_ERROR, "db_password", LOG_T("detail", say));
    return say ? NULL : out;
}

PGconn *
db_password_connect(const char *const *keys, const char *const *values, int expand)
{
    const char *k[WORDS + 1], *v[WORDS + 1], *word;
    struct arena *a = arena_open(ARENA);
    size_t n = 0;
    PGconn *p;

    word = db_password(a);
    if (word) {
        k[n] = "password";
        v[n++] = word;
    }
    for (size_t i = 0; keys[i] && n < WORDS; i++) {
        k[n] = keys[i];
        v[n++] = values[i];
    }
    k[n] = v[n] = NULL;
    p = PQconnectdbParams(k, v, expand);
    if (word)
        sodium_memzero((void *)word, strlen(word));
    arena_close(a);
    return p;
}
