/* dossiers_mandate_sql.c - the only file that names the table dossier_mandate, but for
 * dossiers_archive_sql.c, which empties what is destroyed. */
#include "mod/dossiers/dossiers_mandate_sql.h"

enum { Q_ADD, Q_GET, Q_BARRED, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"dossier_mandate_add",
               "INSERT INTO dossier_mandate (dossier, mandate, kind, evidence, paper, scope,"
               " scope_of, ends, state, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"},
    [Q_GET] = {"dossier_mandate",
               "SELECT mandate, kind, evidence, paper, scope, scope_of, ends, state, at"
               " FROM dossier_mandate WHERE dossier = $1"},
    [Q_BARRED] = {"dossier_barred", "SELECT CASE WHEN " BARRED("$1", "$2") " THEN 1 ELSE 0 END"},
};

int
sql_dossier_mandate_add(struct ctx *c, const struct dossier_mandate *m)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(m->dossier), qi(m->mandate), qi(m->kind), qi(m->evidence), qt(m->paper),
                       qi(m->scope), qt(m->scope_of), qi(m->ends), qi(m->state), qi(m->at)));
}

int
sql_dossier_mandate(struct ctx *c, int64_t dossier, bool *is, struct dossier_mandate *out)
{
    struct rows r;

    *is = false;
    for (db_rows(c, &r, &Q[Q_GET], ARGS(qi(dossier))); db_next(&r);) {
        *is = true;
        *out = (struct dossier_mandate){
            .dossier = dossier, .mandate = row_int(&r, 0),
            .kind = (enum mandate_kind)row_int(&r, 1),
            .evidence = (enum mandate_evidence)row_int(&r, 2), .paper = row_text(&r, 3),
            .scope = (enum mandate_scope)row_int(&r, 4), .scope_of = row_text(&r, 5),
            .ends = (day)row_int(&r, 6), .state = (enum mandate_state)row_int(&r, 7),
            .at = row_int(&r, 8)};
    }
    return db_done(&r);
}

/* What could not be read is barred. */
bool
sql_dossier_barred(struct ctx *c, int64_t dossier, day today)
{
    return db_int(c, 1, &Q[Q_BARRED], ARGS(qi(dossier), qi(today))) != 0;
}
