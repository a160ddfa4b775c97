/* Reading for the register. */
#include "auth/auth.h"
#include "auth/reach_sql.h"
#include "db/db.h"
#include "mod/dossiers/dossiers_named_sql.h"
#include "mod/dossiers/dossiers_print.h"

enum { Q_REGISTER, Q__COUNT };
static const struct query Q[Q__COUNT] QUERIES = {
    /* An agency's codes of some days lie beside each other. */
    [Q_REGISTER] = {"register",
                    "SELECT d.id, d.procedure_version, d.competent_unit, d.accepted_at, d.due_at,"
                    " d.extended_to, d.returned_at, d.delivery, d.status, d.code, d.procedure,"
                    " d.applicant, d.owner FROM dossier d"
                    " WHERE d.code > $3 AND d.code < $4 AND d.accepted_at <> 0"
                    " AND " NAMED_TO("$1", "d.confidential", "d.id")
                    " AND EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $1 AND r.unit IN"
                    " (d.unit, d.received_unit, d.intake_unit, d.competent_unit)"
                    " AND " IN_FIELD("$2", "d.procedure") ") ORDER BY d.code LIMIT $5"},
};

int
sql_register(struct ctx *c, const char *after, const char *before, size_t limit,
             struct register_list *out)
{
    struct rows r;

    *out = (struct register_list){0};
    db_rows(c, &r, &Q[Q_REGISTER],
            ARGS(qi(c->account), qi(PERM_BIT(PERM_DOSSIER_READ)), qt(after), qt(before),
                 qi((int64_t)limit)));
    while (db_next(&r))
        *vec_push(c->a, out) = (struct register_row){row_int(&r, 0),
                                                     row_int(&r, 1),
                                                     row_int(&r, 2),
                                                     row_int(&r, 3),
                                                     row_int(&r, 4),
                                                     row_int(&r, 5),
                                                     row_int(&r, 6),
                                                     row_int(&r, 7),
                                                     row_int(&r, 8),
                                                     .code = row_text(&r, 9),
                                                     .procedure = row_text(&r, 10),
                                                     .applicant = row_text(&r, 11),
                                                     .owner = row_text(&r, 12)};
    return db_done(&r);
}
