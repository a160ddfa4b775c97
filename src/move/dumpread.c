#include "move/dumpread.h"

#include "move/move.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SORRY MOVE_SORRY

enum { FIRST = 1 << 20, LINE_MOST = 512 << 20, COLUMNS_MOST = 100 };

/* --- lines --------------------------------------------------------------------------------- */

struct lines {
    int fd;
    char *p;
    size_t from, to, cap;       /* what was read and not given out yet */
    int64_t number;
    bool over;
};

/* Room for more behind what is there; false: a line that no row of this program has. */
static bool
make_room(struct lines *l)
{
    char *p;

    memmove(l->p, l->p + l->from, l->to - l->from);
    l->to -= l->from;
    l->from = 0;
    if (l->to < l->cap)
        return true;
    if (l->cap >= LINE_MOST)
        return false;
    p = mem_get(l->cap * 2);
    memcpy(p, l->p, l->to);
    mem_free(l->p);
    l->p = p;
    l->cap *= 2;
    return true;
}

/* The next line without its end, NUL-terminated, to be changed at will; NULL at the end or with
 * errno set. */
static char *
next_line(struct lines *l, size_t *n)
{
    size_t looked = 0;

    for (;;) {
        char *end = memchr(l->p + l->from + looked, '\n', l->to - l->from - looked), *line;
        ssize_t got;

        if (end) {
            line = l->p + l->from;
            *end = '\0';
            *n = (size_t)(end - line);
            l->from += *n + 1;
            l->number++;
            return line;
        }
        looked = l->to - l->from;
        errno = EMSGSIZE;
        if (l->over || !make_room(l))
            return errno = l->over ? 0 : EMSGSIZE, NULL;
        got = read(l->fd, l->p + l->to, l->cap - l->to);
        if (got < 0 && errno != EINTR)
            return NULL;
        l->over = got == 0;
        l->to += got > 0 ? (size_t)got : 0;
    }
}

/* --- one table ----------------------------------------------------------------------------- */

struct reading {
    struct ctx *c;
    struct lines lines;
    const copy_result *tables;
    struct table **shapes;
    struct table_sum *sums;
    struct progress *progress;
    int at;                     /* of tables; -1: rows that are passed over; -2: no rows here */
    int order[COLUMNS_MOST];    /* the dump's column i is column order[i] of the shape */
    size_t n;
};

static int
bad(struct reading *r, const char *what)
{
    return fail(r->c, E_SYS, SORRY, "the dump, line %" PRId64 " (table %s): %s", r->lines.number,
                r->at >= 0 ? r->tables->p[r->at].name : "unknown", what);
}

/* A name up to one of `ends`, without its quotes. */
static const char *
take_name(char **s, const char *ends)
{
    char *name = *s + (**s == '"'), *end;
    size_t n = strcspn(name, **s == '"' ? "\"" : ends);

    end = name + n;
    *s = end + (*end == '"');
    if (*end == '"')
        *end = '\0';
    else if (**s && strchr(ends, **s)) {
        *s = end + 1;
        *end = '\0';
        return name;
    }
    if (**s && strchr(ends, **s))
        (*s)++;
    return name;
}

static int
column_of(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->columns.n; i++)
        if (strcmp(t->columns.p[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* COPY public.t (a, "b") FROM stdin; */
static int
begin_table(struct reading *r, char *s)
{
    const char *name;
    const struct table *t;

    s += strlen("COPY ");
    take_name(&s, "."); /* the schema */
    name = take_name(&s, " ");
    r->at = -1;
    for (size_t i = 0; i < r->tables->n; i++)
        if (strcmp(r->tables->p[i].name, name) == 0)
            r->at = (int)i;
    if (r->at < 0)
        return OK;
    t = r->shapes[r->at];
    s += *s == '(';
    for (r->n = 0; r->n < t->columns.n && *s && *s != 'F'; r->n++) {
        r->order[r->n] = column_of(t, take_name(&s, ",)"));
        s += strspn(s, " ");
        if (r->order[r->n] < 0)
            return bad(r, "a column that the manifest does not name");
        for (size_t i = 0; i < r->n; i++)       /* each value of a row comes from somewhere */
            if (r->order[i] == r->order[r->n])
                return bad(r, "a column twice");
    }
    return r->n == t->columns.n && *s == 'F' ? OK : bad(r, "other columns than the manifest's");
}

/* --- one row ------------------------------------------------------------------------------- */

/* COPY's escapes, undone in place. */
static void
unescape(char *s)
{
    char *to = s;
    static const char FROM[] = "bfnrtv", INTO[] = "\b\f\n\r\t\v";

    for (; *s; s++) {
        const char *at;

        if (*s != '\\' || !s[1]) {
            *to++ = *s;
            continue;
        }
        at = strchr(FROM, *++s);
        *to++ = at ? INTO[at - FROM] : *s;
    }
    *to = '\0';
}

static int
value_of(struct reading *r, unsigned kind, char *s, struct dbv *out)
{
    char *end;
    size_t n;

    if (strcmp(s, "\\N") == 0) {
        *out = qnull();
        return OK;
    }
    unescape(s);
    if (kind == COL_TEXT) {
        *out = qt(s);
        return OK;
    }
    if (kind == COL_INT) {
        *out = qi(strtoll(s, &end, 10));
        return *end || !*s ? bad(r, "no number") : OK;
    }
    n = strlen(s);
    if (n < 2 || s[0] != '\\' || s[1] != 'x' ||
        sodium_hex2bin((uint8_t *)s, n, s + 2, n - 2, NULL, &n, NULL) != 0)
        return bad(r, "no bytes");
    *out = qb((struct bytes){(const uint8_t *)s, n});
    return OK;
}

static int
take_row(struct reading *r, char *s)
{
    const struct table *t = r->shapes[r->at];
    struct dbv v[COLUMNS_MOST];
    int rc = OK;

    for (size_t i = 0; rc == OK && i < r->n; i++) {
        size_t n = strcspn(s, "\t");
        bool last = s[n] == '\0';

        if (last != (i + 1 == r->n))
            return bad(r, "another number of values");
        s[n] = '\0';
        rc = value_of(r, t->columns.p[r->order[i]].kind, s, &v[r->order[i]]);
        s += n + 1;
    }
    if (rc == OK) {
        table_sum_add(&r->sums[r->at], t, v);
        progress_add(r->progress, 1);
    }
    return rc;
}

static int
take_line(struct reading *r, char *s)
{
    if (r->at == -2)
        return strncmp(s, "COPY ", 5) == 0 ? begin_table(r, s) : OK;
    if (strcmp(s, "\\.") == 0) {
        r->at = -2;
        return OK;
    }
    return r->at < 0 ? OK : take_row(r, s);
}

static int
make_shapes(struct reading *r)
{
    r->shapes = arena_get(r->c->a, (r->tables->n + 1) * sizeof *r->shapes);
    for (size_t i = 0; i < r->tables->n; i++) {
        const struct copy_table *t = &r->tables->p[i];

        r->shapes[i] = table_of_text(r->c->a, t->name, t->columns);
        if (!r->shapes[i] || r->shapes[i]->columns.n > COLUMNS_MOST)
            return fail(r->c, E_SYS, SORRY, "the manifest's columns of %s cannot be read", t->name);
    }
    return OK;
}

int
dumpread(struct ctx *c, int fd, const copy_result *tables, struct table_sum *sums,
         struct progress *p)
{
    struct reading r = {.c = c, .tables = tables, .sums = sums, .progress = p, .at = -2};
    int rc = make_shapes(&r);
    size_t n;
    char *s;

    r.lines = (struct lines){.fd = fd, .p = mem_get(FIRST), .cap = FIRST};
    while (rc == OK && (s = next_line(&r.lines, &n)) != NULL)
        rc = strlen(s) == n ? take_line(&r, s) : bad(&r, "a NUL byte");
    if (rc == OK && errno)
        rc = bad(&r, strerror(errno));
    if (rc == OK && r.at != -2)
        rc = bad(&r, "it ends in the middle of a table");
    mem_free(r.lines.p);
    return rc;
}
