#include "mod/digitise/digitise_count.h"

#include <string.h>

#include "base/date.h"
#include "base/id.h"
#include "mod/digitise/digitise_sql.h"
#include "mod/dossiers/worklists.h"
#include "mod/papers/papers.h"

enum { FOLLOW = 500 };

static int64_t
year_of(int64_t at)
{
    return date_ymd(vn_day(at)).y;
}

static bool
has_file(const struct paper_file *f, size_t n, const char *paper)
{
    for (size_t i = 0; i < n; i++)
        if (!f[i].replaced && strcmp(f[i].paper, paper) == 0)
            return true;
    return false;
}

/* On paper or as a file: what the state held already was not handed in. */
static bool
was_handed_in(const struct paper_check *p)
{
    return p->form != PAPER_MISSING && p->form != PAPER_HELD;
}

static int
count_dossier(struct ctx *c, const struct handed_row *h)
{
    struct digital_row add = {.unit = h->unit, .year = year_of(h->at), .results = 1};
    struct paper_check *checks;
    struct paper_file *files;
    size_t n_checks, n_files;
    int rc = papers_checks(c, h->dossier, &checks, &n_checks);

    if (rc < 0 || (rc = papers_files(c, h->dossier, &files, &n_files)) < 0)
        return rc;
    add.results_digital = has_file(files, n_files, "");
    for (size_t i = 0; i < n_checks; i++) {
        if (!was_handed_in(&checks[i]))
            continue;
        add.papers++;
        add.papers_digital += has_file(files, n_files, checks[i].paper);
    }
    return scan_sql_count(c, &add);
}

/* Where several lanes write, a younger event may be committed before an older one: the last seconds
 * wait. */
int
digitise_follow(struct ctx *c)
{
    int64_t after = scan_sql_cursor(c);
    handed_list v = {0};
    int rc = scan_sql_handed(c, after, id_floor(c->now - FEED_HELD_BACK), FOLLOW, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++)
        if (v.p[i].counts)
            rc = count_dossier(c, &v.p[i]);
    if (rc < 0 || v.n == 0)
        return rc;
    rc = scan_sql_set_cursor(c, v.p[v.n - 1].event);
    return rc < 0 ? rc : v.n == FOLLOW;
}

int
digitise_count_late(struct ctx *c, const struct dossier *d, const char *paper)
{
    int64_t at = 0, event = d->returned_at ? scan_sql_handed_of(c, d->id, &at) : 0;
    struct digital_row add = {.unit = d->competent_unit, .year = year_of(at)};
    struct paper_check *checks;
    struct paper_file *files;
    size_t n_checks, n_files;
    int rc;

    if (!event || event > scan_sql_cursor(c) || d->outcome != OUTCOME_GRANTED)
        return OK;                      /* the job will see the file itself */
    if ((rc = papers_files(c, d->id, &files, &n_files)) < 0 || has_file(files, n_files, paper) ||
        (rc = papers_checks(c, d->id, &checks, &n_checks)) < 0)
        return rc;
    if (!*paper) {
        add.results_digital = 1;
        return scan_sql_count(c, &add);
    }
    add.papers = add.papers_digital = 1;        /* unless it was counted as handed in before */
    for (size_t i = 0; i < n_checks; i++)
        if (strcmp(checks[i].paper, paper) == 0 && was_handed_in(&checks[i]))
            add.papers = 0;
    return scan_sql_count(c, &add);
}

int
digitise_count_document(struct ctx *c, int64_t unit, int pages)
{
    return scan_sql_count(c, &(struct digital_row){.unit = unit, .year = year_of(c->now),
                                                   .documents = 1, .pages = pages});
}

int
digitise_counts(struct ctx *c, int from, int to, struct digital_row **out, size_t *n)
{
    digital_list v = {0};
    int rc = scan_sql_counts(c, from, to, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}
