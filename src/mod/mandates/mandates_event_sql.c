/* mandates_event_sql.c - the only file that names the table mandate_event. */
#include "mod/mandates/mandates_sql.h"

enum { Q_ADD, Q_LIST, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"mandate_event_add",
               "INSERT INTO mandate_event (mandate, seq, at, account, side, act, note)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7)"},
    [Q_LIST] = {"mandate_events",
                "SELECT e.at, e.side, e.act, coalesce(a.name, ''), e.note FROM mandate_event e"
                " LEFT JOIN v_account a ON a.id = e.account WHERE e.mandate = $1 ORDER BY e.seq"
                " LIMIT $2"},
};

int
mandate_event_sql_add(struct ctx *c, const struct mandate *m, int64_t account,
                      enum mandate_side side, enum mandate_act act, const char *note)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(m->id), qi(m->version), qi(c->now), qi(account), qi(side), qi(act),
                       qt(note)));
}

int
mandate_event_sql_list(struct ctx *c, int64_t mandate, struct mandate_event **out, size_t *n)
{
    VEC(struct mandate_event) v = {0};
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LIST], ARGS(qi(mandate), qi(MANDATES_SHOWN))); db_next(&r);)
        *vec_push(c->a, &v) = (struct mandate_event){
            .at = row_int(&r, 0), .side = (enum mandate_side)row_int(&r, 1),
            .act = (enum mandate_act)row_int(&r, 2), .name = row_text(&r, 3),
            .note = row_text(&r, 4)};
    *out = v.p;
    *n = v.n;
    return db_done(&r);
}
