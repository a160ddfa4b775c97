/* owner_sql.c - the only file that names data_export and data_correction. */
#include "base/hash.h"
#include "db/sealed.h"
#include "http/perm.h"
#include "mod/owner/owner_sql.h"

#define EXPORT_COLUMNS                                                                             \
    "account, asked_at, state, beat_at, done, total, content, bytes, until_at"
#define CORRECT_COLUMNS                                                                            \
    "k.id, k.token, k.account, k.asked_at, k.what, k.wanted, k.reason, k.evidence,"                \
    " k.evidence_name, k.evidence_mime, k.unit, k.due_at, k.decision, k.answer, k.decided_by,"     \
    " k.decided_at, a.name, b.name"
#define CORRECT_FROM                                                                               \
    " data_correction k JOIN v_account a ON a.id = k.account"                                      \
    " LEFT JOIN v_account b ON b.id = k.decided_by"

enum { Q_GET, Q_ASK, Q_DUE, Q_NEXT, Q_CLAIM, Q_BEAT, Q_DONE, Q_OVER, Q_FORGET,
       Q_CORRECT, Q_OWN, Q_WAITING, Q_ONE, Q_DECIDE, Q_NAMES, Q_EVIDENCE, Q_LOOKS,
       Q_QUESTIONS, Q_IDENTITIES, Q__MAX };
static const struct query Q[Q__MAX] QUERIES = {
    [Q_GET] = {"export_get", "SELECT " EXPORT_COLUMNS " FROM data_export WHERE account = $1"},
    [Q_ASK] = {"export_ask",
               "INSERT INTO data_export (account, asked_at, state, beat_at, done, total, content,"
               " bytes, until_at) VALUES ($1, $2, 1, 0, 0, 0, NULL, 0, 0)"
               " ON CONFLICT (account) DO UPDATE SET asked_at = excluded.asked_at, state = 1,"
               " beat_at = 0, done = 0, total = 0, content = NULL, bytes = 0, until_at = 0"
               " WHERE data_export.state > 2"},
    [Q_DUE] = {"export_due",
               "SELECT COUNT(*) FROM data_export WHERE state = 1 OR (state = 2 AND beat_at < $1)"
               " OR (state = 3 AND until_at < $2)"},
    [Q_NEXT] = {"export_next",
                "SELECT " EXPORT_COLUMNS " FROM data_export"
                " WHERE state = 1 OR (state = 2 AND beat_at < $1) ORDER BY asked_at LIMIT 1"},
    [Q_CLAIM] = {"export_claim",
                 "UPDATE data_export SET state = 2, beat_at = $2 WHERE account = $1"
                 " AND asked_at = $3 AND (state = 1 OR (state = 2 AND beat_at < $4))"},
    [Q_BEAT] = {"export_beat",
                "UPDATE data_export SET beat_at = $3, done = $4, total = $5 WHERE account = $1"
                " AND asked_at = $2 AND state = 2"},
    [Q_DONE] = {"export_done",
                "UPDATE data_export SET state = $3, done = $4, total = $5, content = $6,"
                " bytes = $7, until_at = $8 WHERE account = $1 AND asked_at = $2 AND state = 2"},
    [Q_OVER] = {"export_over",
                "SELECT " EXPORT_COLUMNS " FROM data_export WHERE state = 3 AND until_at < $1"
                " LIMIT 1"},
    [Q_FORGET] = {"export_forget",
                  "UPDATE data_export SET state = 5, content = NULL WHERE account = $1"
                  " AND state = 3 AND until_at < $2"},
    [Q_CORRECT] = {"correct_ask",
                   "INSERT INTO data_correction (id, token, account, asked_at, what, wanted,"
                   " reason, evidence, evidence_name, evidence_mime, unit, due_at, decision,"
                   " answer, decided_by, decided_at)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
                   " $12, 0, '', 0, 0)"},
    [Q_OWN] = {"correct_own",
               "SELECT " CORRECT_COLUMNS " FROM" CORRECT_FROM
               " WHERE k.account = $1 ORDER BY k.id DESC LIMIT $2"},
    [Q_WAITING] = {"correct_waiting",
                   "SELECT " CORRECT_COLUMNS " FROM v_reach r JOIN data_correction k"
                   " ON k.unit = r.unit AND k.decision = 0 JOIN v_account a ON a.id = k.account"
                   " LEFT JOIN v_account b ON b.id = k.decided_by"
                   " WHERE r.account = $1 AND (r.perms & $2) <> 0 ORDER BY k.due_at LIMIT $3"},
    [Q_ONE] = {"correct_one",
               "SELECT " CORRECT_COLUMNS " FROM" CORRECT_FROM " WHERE k.token = $1"
               " AND (k.account = $2 OR EXISTS (SELECT 1 FROM v_reach r WHERE r.account = $2"
               " AND r.unit = k.unit AND (r.perms & $3) <> 0))"},
    [Q_DECIDE] = {"correct_decide",
                  "UPDATE data_correction SET decision = $2, answer = $3, decided_by = $4,"
                  " decided_at = $5 WHERE id = $1 AND decision = 0 AND EXISTS (SELECT 1 FROM"
                  " v_reach r WHERE r.account = $4 AND r.unit = data_correction.unit"
                  " AND (r.perms & $6) <> 0)"},
    [Q_NAMES] = {"export_names", "SELECT content FROM data_export WHERE content IS NOT NULL"},
    [Q_EVIDENCE] = {"correct_names",
                    "SELECT evidence FROM data_correction WHERE evidence IS NOT NULL"},
    [Q_LOOKS] = {"owner_looks",
                 "SELECT COUNT(*) FROM v_dossier d JOIN v_access_log l ON l.dossier = d.id"
                 " WHERE d.account = $1 AND d.account <> 0"},
    [Q_QUESTIONS] = {"owner_questions",
                     "SELECT q.asked_at, coalesce(l.at, 0), q.due_at, q.answered_at, q.unit,"
                     " coalesce(d.code, ''), q.question, q.answer FROM v_access_question q"
                     " LEFT JOIN v_access_log l ON l.id = q.look"
                     " LEFT JOIN v_dossier d ON d.id = q.dossier"
                     " WHERE q.account = $1 ORDER BY q.id DESC LIMIT $2"},
    [Q_IDENTITIES] = {"owner_identities",
                      "SELECT provider, linked_at FROM v_identity WHERE account = $1 LIMIT $2"},
};

enum { STALE_SECONDS = 300 };

static struct dbv
blob(struct ctx *c, const char *sha256)
{
    return sha256 && *sha256 ? qb(hash_unhex(c->a, sha256)) : qnull();
}

/* --- copies --- */

static void
read_export(struct rows *r, struct export *out)
{
    *out = (struct export){
        .account = row_int(r, 0), .asked_at = row_int(r, 1),
        .state = (enum export_state)row_int(r, 2), .beat_at = row_int(r, 3),
        .done = row_int(r, 4), .total = row_int(r, 5), .content = row_hex(r, 6),
        .bytes = row_int(r, 7), .until_at = row_int(r, 8),
    };
}

static int
one_export(struct ctx *c, const struct query *q, const struct dbv *args, size_t n,
           struct export *out)
{
    struct rows r;

    *out = (struct export){.content = ""};
    for (db_rows(c, &r, q, args, n); db_next(&r);)
        read_export(&r, out);
    return db_done(&r);
}

int
owner_export_get(struct ctx *c, int64_t account, struct export *out)
{
    return one_export(c, &Q[Q_GET], ARGS(qi(account)), out);
}

int
owner_export_due(struct ctx *c, bool *some)
{
    *some = db_int(c, 0, &Q[Q_DUE], ARGS(qi(c->now - STALE_SECONDS), qi(c->now))) > 0;
    return c->err.rc < 0 ? (int)c->err.rc : OK;
}

int
owner_sql_export_ask(struct ctx *c)
{
    return db_exec(c, &Q[Q_ASK], ARGS(qi(c->account), qi(c->now)));
}

int
owner_export_claim(struct ctx *c, struct export *out)
{
    int rc = one_export(c, &Q[Q_NEXT], ARGS(qi(c->now - STALE_SECONDS)), out);

    if (rc < 0 || !out->account)
        return rc;
    rc = db_exec(c, &Q[Q_CLAIM], ARGS(qi(out->account), qi(c->now), qi(out->asked_at),
                                      qi(c->now - STALE_SECONDS)));
    if (rc == 0)
        out->account = 0;
    return rc < 0 ? rc : OK;
}

int
owner_export_beat(struct ctx *c, const struct export *x)
{
    int n = db_exec(c, &Q[Q_BEAT], ARGS(qi(x->account), qi(x->asked_at), qi(c->now), qi(x->done),
                                        qi(x->total)));

    return n < 0 ? n : n ? OK : fail(c, E_CONFLICT, NULL, "the copy is another server's now");
}

int
owner_export_done(struct ctx *c, const struct export *x)
{
    int n = db_exec(c, &Q[Q_DONE], ARGS(qi(x->account), qi(x->asked_at), qi(x->state), qi(x->done),
                                        qi(x->total), blob(c, x->content), qi(x->bytes),
                                        qi(x->until_at)));

    return n < 0 ? n : n ? OK : fail(c, E_CONFLICT, NULL, "the copy is another server's now");
}

int
owner_export_expire(struct ctx *c, struct export *out)
{
    int rc = one_export(c, &Q[Q_OVER], ARGS(qi(c->now)), out);

    if (rc < 0 || !out->account)
        return rc;
    rc = db_exec(c, &Q[Q_FORGET], ARGS(qi(out->account), qi(c->now)));
    return rc < 0 ? rc : OK;
}

int
owner_names(struct ctx *c, content_name *each, void *user)
{
    int rc = content_names_walk(c, &Q[Q_NAMES], true, each, user);

    return rc < 0 ? rc : content_names_walk(c, &Q[Q_EVIDENCE], false, each, user);
}

/* --- corrections --- */

int
owner_sql_correct_ask(struct ctx *c, const struct correction *k)
{
    int n = db_exec(c, &Q[Q_CORRECT],
                    ARGS(qi(k->id), qt(k->token), qi(c->account), qi(c->now), qi(k->what),
                         qsealed(c, SEALED_CORRECTION, k->id, k->wanted), qt(k->reason),
                         blob(c, k->evidence), qt(k->evidence_name), qt(k->evidence_mime),
                         qi(k->unit), qi(k->due_at)));

    return n < 0 ? n : OK;
}

static void
read_correction(struct rows *r, struct correction *out)
{
    int64_t id = row_int(r, 0);

    *out = (struct correction){
        .id = id, .token = row_text(r, 1), .account = row_int(r, 2), .asked_at = row_int(r, 3),
        .what = (enum correct)row_int(r, 4), .wanted = row_sealed(r, 5, SEALED_CORRECTION, id),
        .reason = row_text(r, 6), .evidence = row_hex(r, 7), .evidence_name = row_text(r, 8),
        .evidence_mime = row_text(r, 9), .unit = row_int(r, 10), .due_at = row_int(r, 11),
        .decision = (enum decision)row_int(r, 12), .answer = row_text(r, 13),
        .decided_by = row_int(r, 14), .decided_at = row_int(r, 15), .account_name = row_text(r, 16),
        .decided_name = row_text(r, 17), .agency = "",
    };
}

static int
read_list(struct rows *r, size_t max, struct correction *out, size_t *n)
{
    for (*n = 0; *n < max && db_next(r); (*n)++)
        read_correction(r, &out[*n]);
    return db_done(r);
}

int
owner_sql_corrections(struct ctx *c, size_t max, struct correction *out, size_t *n)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_OWN], ARGS(qi(c->account), qi((int64_t)max)));
    return read_list(&r, max, out, n);
}

int
owner_sql_waiting(struct ctx *c, size_t max, struct correction *out, size_t *n)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_WAITING],
            ARGS(qi(c->account), qi(PERM_BIT(PERM_DOSSIER_DECIDE)), qi((int64_t)max)));
    return read_list(&r, max, out, n);
}

int
owner_sql_correct_get(struct ctx *c, const char *token, struct correction *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không có yêu cầu này"), &Q[Q_ONE],
                    ARGS(qt(token), qi(c->account), qi(PERM_BIT(PERM_DOSSIER_DECIDE))));

    if (rc < 0)
        return rc;
    read_correction(&r, out);
    return db_done(&r);
}

int
owner_sql_decide(struct ctx *c, int64_t id, enum decision d, const char *answer)
{
    return db_exec(c, &Q[Q_DECIDE], ARGS(qi(id), qi(d), qt(answer), qi(c->account), qi(c->now),
                                         qi(PERM_BIT(PERM_DOSSIER_DECIDE))));
}

/* --- the rest, for the copy --- */

int
owner_sql_questions(struct ctx *c, size_t max, struct own_question *out, size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_QUESTIONS], ARGS(qi(c->account), qi((int64_t)max)));
         *n < max && db_next(&r);)
        out[(*n)++] = (struct own_question){
            .asked_at = row_int(&r, 0), .seen_at = row_int(&r, 1), .due_at = row_int(&r, 2),
            .answered_at = row_int(&r, 3), .unit = row_int(&r, 4), .code = row_text(&r, 5),
            .question = row_text(&r, 6), .answer = row_text(&r, 7)};
    return db_done(&r);
}

int
owner_sql_identities(struct ctx *c, size_t max, struct own_identity *out, size_t *n)
{
    struct rows r;

    *n = 0;
    for (db_rows(c, &r, &Q[Q_IDENTITIES], ARGS(qi(c->account), qi((int64_t)max)));
         *n < max && db_next(&r);)
        out[(*n)++] = (struct own_identity){row_text(&r, 0), row_int(&r, 1)};
    return db_done(&r);
}

/* --- how much there is --- */

int64_t
owner_sql_looks(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_LOOKS], ARGS(qi(c->account)));
}
