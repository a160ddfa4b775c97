/* The only file that names the tables form_number and form_series. */
#include "mod/results/results_forms_sql.h"

#include "db/db.h"

enum { Q_FIND, Q_NEXT, Q_BACK, Q_ADD, Q_GAP, Q__COUNT };
static const struct query Q[Q__COUNT] QUERIES = {
    [Q_FIND] = {"form_number", "SELECT seq, year, given_at FROM form_number"
                               " WHERE dossier = $1 AND form = $2 AND occurrence = $3"},
    [Q_NEXT] = {"form_number_next",
                "INSERT INTO form_series (agency, form, year, last) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (agency, form, year)"
                " DO UPDATE SET last = form_series.last + excluded.last RETURNING last"},
    [Q_BACK] = {"form_number_back", "UPDATE form_series SET last = last - $4"
                                    " WHERE agency = $1 AND form = $2 AND year = $3"},
    [Q_ADD] = {"form_number_add",
               "INSERT INTO form_number (dossier, form, occurrence, agency, year, seq, given_at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7)"},
    [Q_GAP] = {"form_number_gaps",
               "SELECT s.agency, s.form, s.year, s.last, COUNT(n.seq), COALESCE(MAX(n.seq), 0)"
               " FROM form_series s LEFT JOIN form_number n ON n.agency = s.agency"
               " AND n.form = s.form AND n.year = s.year"
               " GROUP BY s.agency, s.form, s.year, s.last"
               " HAVING COUNT(n.seq) <> s.last OR COALESCE(MAX(n.seq), 0) <> s.last"},
};

int
form_sql_find(struct ctx *c, const struct form_key *k, struct form_number *out)
{
    struct rows r;

    *out = (struct form_number){0};
    db_rows(c, &r, &Q[Q_FIND], ARGS(qi(k->dossier), qi(k->form), qi(k->occurrence)));
    if (db_next(&r))
        *out = (struct form_number){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2)};
    return db_done(&r);
}

int64_t
form_sql_next(struct ctx *c, int64_t agency, enum form form, int64_t year)
{
    return db_number(c, &Q[Q_NEXT], &Q[Q_BACK], ARGS(qi(agency), qi(form), qi(year)));
}

int
form_sql_add(struct ctx *c, const struct form_key *k, int64_t agency, const struct form_number *n)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(k->dossier), qi(k->form), qi(k->occurrence), qi(agency), qi(n->year),
                       qi(n->seq), qi(n->given_at)));
}

int
form_sql_gaps(struct ctx *c, struct form_gaps *out)
{
    struct rows r;

    *out = (struct form_gaps){0};
    db_rows(c, &r, &Q[Q_GAP], NO_ARGS);
    while (db_next(&r))
        *vec_push(c->a, out) = (struct form_gap){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                                 row_int(&r, 3), row_int(&r, 4), row_int(&r, 5)};
    return db_done(&r);
}
