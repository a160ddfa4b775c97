#include "mod/dossiers/dossiers_archive_sql.h"

enum { Q_EVENT, Q_ROW, Q_FIND, Q_ANSWERS, Q_SUPPLEMENT, Q_OPINION, Q_HAND_OVER, Q_ALARM, Q_STOP,
       Q_FEE, Q_MANDATE, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_EVENT] = {"event_empty",
                 "UPDATE dossier_event SET note = '', ground = '', changes = $3, data = '{}',"
                 " account = $4"
                 " WHERE dossier = $1 AND version = $2"},
    [Q_ROW] = {"dossier_unnamed", "UPDATE dossier SET account = 0, secret = $2 WHERE id = $1"},
    [Q_FIND] = {"find_forget",
                "DELETE FROM dossier_find WHERE unit = $1 AND fold = $2 AND dossier = $3"},
    [Q_ANSWERS] = {"answers_destroy",
                   "UPDATE dossier_answers SET answers = '{}', account = 0 WHERE dossier = $1"},
    [Q_SUPPLEMENT] = {"supplement_destroy", "DELETE FROM supplement WHERE dossier = $1"},
    [Q_OPINION] = {"opinion_destroy", "DELETE FROM opinion WHERE dossier = $1"},
    [Q_HAND_OVER] = {"hand_over_destroy", "DELETE FROM hand_over WHERE dossier = $1"},
    [Q_ALARM] = {"alarm_destroy", "DELETE FROM alarm WHERE dossier = $1"},
    [Q_STOP] = {"clock_stop_empty", "UPDATE clock_stop SET document = '' WHERE dossier = $1"},
    [Q_MANDATE] = {"dossier_mandate_destroy", "DELETE FROM dossier_mandate WHERE dossier = $1"},
    [Q_FEE] = {"dossier_fee_empty", "UPDATE dossier_fee SET receipt = '' WHERE dossier = $1"},
};

int
sql_event_empty(struct ctx *c, const struct stored_event *e)
{
    return db_put(c, &Q[Q_EVENT],
                  ARGS(qi(e->dossier), qi(e->version), qt(e->changes), qi(e->account)));
}

int
sql_row_unnamed(struct ctx *c, int64_t dossier)
{
    static const uint8_t NOTHING[32];   /* no secret has this hash */

    return db_put(c, &Q[Q_ROW], ARGS(qi(dossier), qb((struct bytes){NOTHING, sizeof NOTHING})));
}

int
sql_parts_forget(struct ctx *c, int64_t dossier)
{
    int rc = OK;

    for (int i = Q_ANSWERS; i < Q__COUNT && rc == OK; i++)
        rc = db_put(c, &Q[i], ARGS(qi(dossier)));
    return rc;
}

int
sql_find_forget(struct ctx *c, int64_t unit, const char *fold, int64_t dossier)
{
    return db_put(c, &Q[Q_FIND], ARGS(qi(unit), qt(fold), qi(dossier)));
}
