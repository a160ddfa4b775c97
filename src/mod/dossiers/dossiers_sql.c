#include "mod/dossiers/dossiers_sql.h"

#include <assert.h>
#include <string.h>

#include "auth/reach_sql.h"
#include "base/hash.h"
#include "base/id.h"
#include "db/sealed.h"
#include "mod/dossiers/dossiers_fields.h"
#include "mod/dossiers/dossiers_named_sql.h"

#define COLUMN(f) ", " #f
#define COLUMN_OF_D(f) ", d." #f
#define COLUMNS DOSSIER_FIXED(COLUMN, COLUMN) DOSSIER_MOVING(COLUMN, COLUMN)
#define D_COLUMNS "d.id, d.version" DOSSIER_FIXED(COLUMN_OF_D, COLUMN_OF_D)                       \
    DOSSIER_MOVING(COLUMN_OF_D, COLUMN_OF_D)

/* A unit that holds it, received it, hands it over, decides on it, or is asked about it; a
 * confidential one only who is named, too. */
#define REACHED(account, perms)                                                                   \
    NAMED_TO(account, "d.confidential", "d.id")                                                   \
    " AND (EXISTS (SELECT 1 FROM v_reach r WHERE r.account = " account                             \
    " AND r.unit IN (d.unit, d.received_unit, d.intake_unit, d.competent_unit)"                   \
    " AND " IN_FIELD(perms, "d.procedure") ")"                                                    \
    " OR EXISTS (SELECT 1 FROM opinion o JOIN v_reach r ON r.unit = o.unit"                       \
    " WHERE o.dossier = d.id AND r.account = " account " AND " IN_FIELD(perms, "d.procedure") "))"

enum { Q_ADD, Q_SAVE, Q_BY_CODE, Q_BY_ID, Q_FOR, Q_SECRET, Q_EVENT, Q_EVENTS, Q_HASH, Q_CODE,
       Q_CODE_BACK, Q_FIND, Q_OUTBOX, Q_PERMS, Q_SERVED,
       Q_PROCEDURES, Q_UNLIMITED, Q_AFTER, Q_EVENTS_OF,
       Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"dossier_add",
               "INSERT INTO dossier (id, version, secret" COLUMNS ") VALUES ($1, $2, $3, $4, $5,"
               " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,"
               " $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38,"
               " $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49)"},
    [Q_SAVE] = {"dossier_save",
                "UPDATE dossier SET (version" DOSSIER_MOVING(COLUMN, COLUMN) ") = ($2, $3, $4, $5,"
                " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,"
                " $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38,"
                " $39, $40, $41) WHERE id = $1 AND version = $2 - 1"},
    [Q_BY_CODE] = {"dossier_by_code", "SELECT " D_COLUMNS " FROM dossier d WHERE d.code = $1"},
    [Q_BY_ID] = {"dossier_by_id", "SELECT " D_COLUMNS " FROM dossier d WHERE d.id = $1"},
    [Q_FOR] = {"dossier_for",
               "SELECT " D_COLUMNS " FROM dossier d WHERE d.code = $1 AND " REACHED("$2", "$3")},
    [Q_SECRET] = {"dossier_secret", "SELECT secret FROM dossier WHERE id = $1"},
    [Q_EVENT] = {"event_add",
                 "INSERT INTO dossier_event (id, dossier, version, at, account, acting_for, unit,"
                 " action, status, note, ground, changes, data, hash)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"},
    [Q_EVENTS] = {"events",
                  "SELECT id, dossier, version, at, account, acting_for, unit, action, status,"
                  " note, ground, changes, data, hash FROM dossier_event"
                  " WHERE dossier = $1 AND version > $2 ORDER BY version"},
    [Q_HASH] = {"event_hash",
                "SELECT hash, at FROM dossier_event WHERE dossier = $1 AND version = $2"},
    [Q_CODE] = {"code_next",
                "INSERT INTO code_seq (agency, day, last) VALUES ($1, $2, $3)"
                " ON CONFLICT (agency, day) DO UPDATE SET last = code_seq.last + excluded.last"
                " RETURNING last"},
    [Q_CODE_BACK] = {"code_back",
                     "UPDATE code_seq SET last = last - $3 WHERE agency = $1 AND day = $2"},
    [Q_FIND] = {"find_add",
                "INSERT INTO dossier_find (unit, fold, dossier) VALUES ($1, $2, $3)"
                " ON CONFLICT DO NOTHING"},
    [Q_OUTBOX] = {"outbox_add",
                  "INSERT INTO outbox (id, dossier, topic, action, version, level, created_at,"
                  " done_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)"},
    /* A procedure is of one field: at most one row beside that of the unit. */
    [Q_PERMS] = {"perms_at",
                 "SELECT r.perms | CASE WHEN r.partly = 0 THEN 0 ELSE coalesce((SELECT f.perms"
                 " FROM v_reach_field f WHERE f.account = r.account AND f.unit = r.unit"
                 " AND f.procedure = $3), 0) END FROM v_reach r"
                 " WHERE r.account = $1 AND r.unit = $2"},
    [Q_SERVED] = {"unit_served",
                  "SELECT 1 FROM v_reach r WHERE r.unit = $1 AND " IN_FIELD("$2", "$3")
                  " LIMIT 1"},
    [Q_PROCEDURES] = {"procedures_reached",
                      "SELECT DISTINCT f.procedure FROM v_reach r JOIN v_reach_field f"
                      " ON f.account = r.account AND f.unit = r.unit WHERE r.account = $1"
                      " AND (r.partly & $2) <> 0 AND (f.perms & $2) <> 0 ORDER BY f.procedure"},
    [Q_UNLIMITED] = {"reached_for_all",
                     "SELECT 1 FROM v_reach WHERE account = $1 AND (perms & $2) <> 0 LIMIT 1"},
    [Q_AFTER] = {"dossiers_after",
                 "SELECT " D_COLUMNS " FROM dossier d WHERE d.id > $1 ORDER BY d.id LIMIT $2"},
    [Q_EVENTS_OF] = {"events_between",
                     "SELECT id, dossier, version, at, account, acting_for, unit, action, status,"
                     " note, ground, changes, data, hash FROM dossier_event"
                     " WHERE dossier > $1 AND dossier <= $2 ORDER BY dossier, version"},
};

/* --- the row --- */

enum { FIXED = 7, FIELDS = 46 };

static void
bind_fields(const struct dossier *d, size_t from, struct dbv *v)
{
    assert(DOSSIER_FIELDS_N == FIELDS);
    for (size_t i = from; i < DOSSIER_FIELDS_N; i++, v++) {
        const char *p = (const char *)d + DOSSIER_FIELDS[i].at, *s;
        int64_t n;

        if (DOSSIER_FIELDS[i].text) {
            memcpy(&s, p, sizeof s);
            *v = qt(s ? s : "");
        } else {
            memcpy(&n, p, sizeof n);
            *v = qi(n);
        }
    }
}

int
sql_dossier_add(struct ctx *c, const struct dossier *d, const char *secret)
{
    struct dbv v[3 + FIELDS] = {qi(d->id), qi(d->version),
                                qb(hash_unhex(c->a, secret))};

    bind_fields(d, 0, v + 3);
    return db_put(c, &Q[Q_ADD], v, 3 + FIELDS);
}

int
sql_dossier_save(struct ctx *c, const struct dossier *d)
{
    struct dbv v[2 + FIELDS - FIXED] = {qi(d->id), qi(d->version)};
    int n;

    bind_fields(d, FIXED, v + 2);
    n = db_exec(c, &Q[Q_SAVE], v, 2 + FIELDS - FIXED);
    if (n == 0)                 /* someone was faster */
        return fail(c, E_CONFLICT, SAY_GONE, "%s v%" PRId64, d->code, d->version);
    return n < 0 ? n : OK;
}

static void
read_row(struct rows *r, struct dossier *out)
{
    *out = (struct dossier){.id = row_int(r, 0), .version = row_int(r, 1)};
    for (size_t i = 0; i < DOSSIER_FIELDS_N; i++) {
        void *p = (char *)out + DOSSIER_FIELDS[i].at;

        if (DOSSIER_FIELDS[i].text)
            *(const char **)p = row_text(r, 2 + (int)i);
        else
            *(int64_t *)p = row_int(r, 2 + (int)i);
    }
}

static int
one(struct ctx *c, struct dossier *out, const struct query *q, const struct dbv *args, size_t n)
{
    struct rows r;
    int rc = db_one(c, &r, SAY_NONE, q, args, n);

    if (rc < 0)
        return rc;
    read_row(&r, out);
    return db_done(&r);
}

int
sql_dossier_by_code(struct ctx *c, const char *code, struct dossier *out)
{
    return one(c, out, &Q[Q_BY_CODE], ARGS(qt(code)));
}

int
sql_dossier_by_id(struct ctx *c, int64_t id, struct dossier *out)
{
    return one(c, out, &Q[Q_BY_ID], ARGS(qi(id)));
}

int
sql_dossier_for(struct ctx *c, const char *code, int64_t perms, struct dossier *out)
{
    return one(c, out, &Q[Q_FOR], ARGS(qt(code), qi(c->account), qi(perms)));
}

static const char *
hex(struct ctx *c, const struct query *q, const struct dbv *args, size_t n)
{
    const char *s = "";
    struct rows r;

    for (db_rows(c, &r, q, args, n); db_next(&r);)
        s = row_hex(&r, 0);
    return db_done(&r) < 0 ? "" : s;
}

const char *
sql_secret(struct ctx *c, int64_t dossier)
{
    return hex(c, &Q[Q_SECRET], ARGS(qi(dossier)));
}

/* --- events --- */

int
sql_event_add(struct ctx *c, const struct stored_event *e)
{
    return db_put(c, &Q[Q_EVENT],
                  ARGS(qi(e->id), qi(e->dossier), qi(e->version), qi(e->at), qi(e->account),
                       qi(e->acting_for), qi(e->unit), qi(e->action), qi(e->status), qt(e->note),
                       qt(e->ground), qt(e->changes),
                       qsealed(c, SEALED_EVENT_DATA, e->dossier, e->data),
                       qb(hash_unhex(c->a, e->hash))));
}

static int
read_events(struct ctx *c, struct rows *r, event_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct stored_event){
            .id = row_int(r, 0), .dossier = row_int(r, 1), .version = row_int(r, 2),
            .at = row_int(r, 3), .account = row_int(r, 4), .acting_for = row_int(r, 5),
            .unit = row_int(r, 6), .action = row_int(r, 7), .status = row_int(r, 8),
            .note = row_text(r, 9), .ground = row_text(r, 10), .changes = row_text(r, 11),
            .data = row_sealed_chained(r, 12, SEALED_EVENT_DATA, row_int(r, 1)),
            .hash = row_hex(r, 13)};
    return db_done(r);
}

int
sql_events(struct ctx *c, int64_t dossier, int64_t after, event_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_EVENTS], ARGS(qi(dossier), qi(after)));
    return read_events(c, &r, out);
}

/* --- for walks over everything --- */

int
sql_dossiers_after(struct ctx *c, int64_t after, size_t limit, dossier_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_AFTER], ARGS(qi(after), qi((int64_t)limit))); db_next(&r);)
        read_row(&r, vec_push(c->a, out));
    return db_done(&r);
}

int
sql_events_between(struct ctx *c, int64_t after, int64_t upto, event_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_EVENTS_OF], ARGS(qi(after), qi(upto)));
    return read_events(c, &r, out);
}

int
sql_event_before(struct ctx *c, int64_t dossier, int64_t version, const char **hash, int64_t *at)
{
    struct rows r;

    *hash = "";
    *at = 0;
    if (version == 0)
        return OK;
    for (db_rows(c, &r, &Q[Q_HASH], ARGS(qi(dossier), qi(version))); db_next(&r);) {
        *hash = row_hex(&r, 0);
        *at = row_int(&r, 1);
    }
    return db_done(&r);
}

/* --- codes, names, notices, rights --- */

int64_t
sql_code_next(struct ctx *c, const char *agency, day on)
{
    return db_number(c, &Q[Q_CODE], &Q[Q_CODE_BACK], ARGS(qt(agency), qi(on)));
}

int
sql_find_add(struct ctx *c, int64_t unit, const char *fold, int64_t dossier)
{
    return db_put(c, &Q[Q_FIND], ARGS(qi(unit), qt(fold), qi(dossier)));
}

int
sql_outbox_add(struct ctx *c, int64_t dossier, const char *topic, int64_t action, int64_t version,
               int64_t level)
{
    return db_put(c, &Q[Q_OUTBOX],
                  ARGS(qi(id_next()), qi(dossier), qt(topic), qi(action), qi(version), qi(level),
                       qi(c->now)));
}

int64_t
sql_perms(struct ctx *c, int64_t account, int64_t unit, const char *procedure)
{
    return account ? db_int(c, 0, &Q[Q_PERMS], ARGS(qi(account), qi(unit), qt(procedure))) : 0;
}

bool
sql_unit_served(struct ctx *c, int64_t unit, int64_t perms, const char *procedure)
{
    return db_int(c, 0, &Q[Q_SERVED], ARGS(qi(unit), qi(perms), qt(procedure))) != 0;
}

int
sql_procedures_reached(struct ctx *c, int64_t perms, bool *all, text_list *out)
{
    struct rows r;

    *all = db_int(c, 0, &Q[Q_UNLIMITED], ARGS(qi(c->account), qi(perms))) != 0;
    if (*all)
        return OK;
    for (db_rows(c, &r, &Q[Q_PROCEDURES], ARGS(qi(c->account), qi(perms))); db_next(&r);)
        *vec_push(c->a, out) = row_text(&r, 0);
    return db_done(&r);
}
