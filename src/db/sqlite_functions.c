/*
 * The few functions of PostgreSQL that migrations use and this SQLite has not: decode(text, 'hex')
 * and strpos(text, part).  For schema/NNNN.sql only; queries do without.
 */
#include <assert.h>
#include <sqlite3.h>
#include <string.h>

#include "base/arena.h"
#include "db/sqlite_functions.h"

static int
digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* As PostgreSQL: what is not hex ends the statement. */
static void
decode(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const unsigned char *s = sqlite3_value_text(argv[0]), *how = sqlite3_value_text(argv[1]);
    size_t n = (size_t)sqlite3_value_bytes(argv[0]);
    unsigned char *out;

    assert(argc == 2);
    if (!s || !how || strcmp((const char *)how, "hex") != 0 || n % 2) {
        sqlite3_result_error(ctx, "decode: a text of hex digits is wanted", -1);
        return;
    }
    out = mem_get(n / 2 + 1);
    for (size_t i = 0; i < n / 2; i++) {
        int high = digit(s[2 * i]), low = digit(s[2 * i + 1]);

        if (high < 0 || low < 0) {
            mem_free(out);
            sqlite3_result_error(ctx, "decode: not a hex digit", -1);
            return;
        }
        out[i] = (unsigned char)(high << 4 | low);
    }
    sqlite3_result_blob(ctx, out, (int)(n / 2), SQLITE_TRANSIENT);
    mem_free(out);
}

/* Place of the part, from 1; 0 when it is not there.  For ASCII: it counts bytes. */
static void
strpos(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const char *s = (const char *)sqlite3_value_text(argv[0]);
    const char *part = (const char *)sqlite3_value_text(argv[1]);
    const char *at = s && part ? strstr(s, part) : NULL;

    assert(argc == 2);
    sqlite3_result_int64(ctx, at ? at - s + 1 : 0);
}

void
sqlite_functions(sqlite3 *db)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

    sqlite3_create_function_v2(db, "decode", 2, flags, NULL, decode, NULL, NULL, NULL);
    sqlite3_create_function_v2(db, "strpos", 2, flags, NULL, strpos, NULL, NULL, NULL);
}
