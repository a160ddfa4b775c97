#include "mod/digitise/digitise_count.h"

#include <string.h>

#include "base/date.h"
#include "mod/agencies/agencies.h"
#include "mod/digitise/digitise_sql.h"
#include "mod/dossiers/worklists.h"
#include "site/site.h"

enum { PIECE = 2000 };          /* documents that are read at once */

static int64_t
year_of(int64_t at)
{
    return date_ymd(vn_day(at)).y;
}

int
digitise_count_document(struct ctx *c, int64_t unit, int pages)
{
    return scan_sql_count(c, &(struct desk_count){unit, year_of(c->now), 1, pages});
}

int
digitise_count_back(struct ctx *c, const struct scan_batch *b)
{
    done_list v = {0};
    int rc = scan_sql_done(c, &(struct done_row){.batch = b->id - 1, .seq = INT32_MAX}, b->id,
                           SCAN_PAGES_MAX, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = scan_sql_count(c, &(struct desk_count){v.p[i].unit, year_of(v.p[i].at), -1,
                                                    -v.p[i].pages});
    return rc;
}

/* --- one year --------------------------------------------------------------------------------- */

static struct digital_row *
row_of(struct digital_row *v, size_t *n, int64_t unit)
{
    size_t at = 0;

    while (at < *n && v[at].unit < unit)
        at++;
    if (at < *n && v[at].unit == unit)
        return &v[at];
    memmove(v + at + 1, v + at, (*n - at) * sizeof *v);
    v[at] = (struct digital_row){.unit = unit};
    ++*n;
    return &v[at];
}

int
digitise_counts(struct ctx *c, int year, struct digital_row **out, size_t *n)
{
    desk_counts desk = {0};
    struct count_digital *ended;
    size_t ended_n;
    int rc = scan_sql_counts(c, year, year, &desk);

    *n = 0;
    if (rc < 0 || (rc = digital_sums(c, 0, year, year, &ended, &ended_n)) < 0)
        return rc;
    *out = arena_get(c->a, (desk.n + ended_n + 1) * sizeof **out);
    for (size_t i = 0; i < ended_n; i++)
        row_of(*out, n, ended[i].unit)->ended = ended[i];
    for (size_t i = 0; i < desk.n; i++) {
        struct digital_row *r = row_of(*out, n, desk.p[i].unit);

        r->documents = desk.p[i].documents;
        r->pages = desk.p[i].pages;
    }
    return OK;
}

/* --- counted again ---------------------------------------------------------------------------- */

static void
add_up(struct ctx *c, desk_counts *sum, const struct done_row *d)
{
    struct desk_count *k = NULL;
    int64_t year = year_of(d->at);

    for (size_t i = 0; i < sum->n && !k; i++)
        if (sum->p[i].unit == d->unit && sum->p[i].year == year)
            k = &sum->p[i];
    if (!k)
        *(k = vec_push(c->a, sum)) = (struct desk_count){.unit = d->unit, .year = year};
    k->documents++;
    k->pages += d->pages;
}

static int
recount(struct ctx *c, desk_counts *sum)
{
    struct done_row after = {.batch = INT64_MIN};
    size_t n = PIECE;
    int rc = OK;

    while (n == PIECE && rc == OK) {
        done_list v = {0};

        rc = scan_sql_done(c, &after, INT64_MAX, PIECE, &v);
        for (size_t i = 0; i < v.n; i++)
            add_up(c, sum, &v.p[i]);
        if ((n = v.n) > 0)
            after = v.p[n - 1];
    }
    return rc;
}

struct verify {
    struct ctx *c;
    bool repair;
    void (*say)(void *user, const char *line);
    void *user;
    int64_t *findings;
};

static void
say(struct verify *v, const struct desk_count *k, const char *value, int64_t is, int64_t counted)
{
    const struct agency *g = agencies_by_id(v->c->site->agencies, k->unit);

    if (is == counted)
        return;
    ++*v->findings;
    v->say(v->user, arena_fmt(v->c->a, "counter digitise_count unit=%s year=%" PRId64 " %s: is %"
                              PRId64 ", counted %" PRId64, g ? g->code : "?", k->year, value, is,
                              counted));
}

static int
compare(struct verify *v, const struct desk_count *is, const struct desk_count *counted)
{
    struct desk_count lacks = {is->unit, is->year, counted->documents - is->documents,
                               counted->pages - is->pages};

    say(v, is, "documents", is->documents, counted->documents);
    say(v, is, "pages", is->pages, counted->pages);
    return v->repair && (lacks.documents || lacks.pages) ? scan_sql_count(v->c, &lacks) : OK;
}

static struct desk_count
of(const desk_counts *v, const struct desk_count *k)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->p[i].unit == k->unit && v->p[i].year == k->year)
            return v->p[i];
    return (struct desk_count){.unit = k->unit, .year = k->year};
}

static bool
has(const desk_counts *v, const struct desk_count *k)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->p[i].unit == k->unit && v->p[i].year == k->year)
            return true;
    return false;
}

int
digitise_verify(struct ctx *c, bool repair, void (*say_line)(void *user, const char *line),
                void *user, int64_t *findings)
{
    struct verify v = {c, repair, say_line, user, findings};
    desk_counts is = {0}, counted = {0};
    int rc = scan_sql_counts(c, 0, INT32_MAX, &is);

    if (rc == OK)
        rc = recount(c, &counted);
    for (size_t i = 0; i < is.n && rc == OK; i++) {
        struct desk_count again = of(&counted, &is.p[i]);

        rc = compare(&v, &is.p[i], &again);
    }
    for (size_t i = 0; i < counted.n && rc == OK; i++) {
        struct desk_count none = {.unit = counted.p[i].unit, .year = counted.p[i].year};

        if (!has(&is, &counted.p[i]))
            rc = compare(&v, &none, &counted.p[i]);
    }
    return rc;
}
