#include "db/sealed.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "db/engine.h"

static const struct { const char *place; bool bound; } COLUMNS[SEALED__COUNT] = {
#define X(name, table, column, about, rows, n, k1, k2, k3)                                         \
    [SEALED_##name] = {table "." column, (about) != 0},
    SEALED_COLUMNS(X)
#undef X
};

const char *
sealed_place(enum sealed_at at)
{
    return COLUMNS[at].place;
}

/* A document without members tells nothing. */
static bool
empty(const char *s)
{
    return !s || !*s || strcmp(s, "{}") == 0 || strcmp(s, "[]") == 0;
}

const char *
sealed_text(struct arena *a, enum sealed_at at, int64_t about, const char *text)
{
    return empty(text) ? text
                       : ring_seal(a, COLUMNS[at].place, COLUMNS[at].bound ? about : 0, text);
}

struct dbv
qsealed(struct ctx *c, enum sealed_at at, int64_t about, const char *text)
{
    return qt(sealed_text(c->a, at, about, text));
}

struct forms
sealed_forms(struct ctx *c, enum sealed_at at, const char *text)
{
    struct forms f;

    ring_forms(c->a, COLUMNS[at].place, text ? text : "", f.p);
    return f;
}

static const char *
closed(struct rows *r, enum sealed_at at, int64_t about, const char *text)
{
    const char *why = ring_find(ring_now(), ring_id(text)) ? "altered, or of another place"
                                                           : "no key of the ring";

    log_line(LOG_ERROR, "a sealed value does not open", LOG_T("column", COLUMNS[at].place),
             LOG_N("row", about), LOG_N("key", ring_id(text)), LOG_T("why", why));
    r->rc = fail(r->c, E_SYS, DB_SORRY, "%s of row %" PRId64 " does not open (key %d): %s",
                 COLUMNS[at].place, about, ring_id(text), why);
    return "";
}

static const char *
open_at(struct ctx *c, enum sealed_at at, int64_t about, const char *text)
{
    return ring_open(c->a, COLUMNS[at].place, COLUMNS[at].bound ? about : 0, text);
}

const char *
row_sealed(struct rows *r, int col, enum sealed_at at, int64_t about)
{
    const char *text = row_text(r, col), *open = open_at(r->c, at, about, text);

    return open ? open : closed(r, at, about, text);
}

const char *
row_sealed_chained(struct rows *r, int col, enum sealed_at at, int64_t about)
{
    const char *text = row_text(r, col), *open = open_at(r->c, at, about, text);

    return open ? open : text;
}
