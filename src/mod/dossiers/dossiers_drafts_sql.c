#include "mod/dossiers/dossiers_drafts_sql.h"

#include "db/sealed.h"

#define DRAFT                                                                                      \
    "SELECT id, token, account, version, procedure, procedure_version, unit, payer,"               \
    " delivery, delivery_address, helper, page, created_at, updated_at,"                           \
    " mandate"

enum { Q_ADD, Q_SAVE, Q_GET, Q_DELETE, Q_LIST, Q_COUNT, Q_OLDER, Q_TOKEN, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"draft_add",
               "INSERT INTO draft (id, token, account, version, procedure, procedure_version, unit,"
               " payer, delivery, delivery_address, helper, page, answers, parties, created_at,"
               " updated_at) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
               " $14, $14)"},
    [Q_SAVE] = {"draft_save",
                "UPDATE draft SET version = version + 1, unit = $3, payer = $4, delivery = $5,"
                " delivery_address = $6, helper = $7, page = $8, answers = $9, parties = $10,"
                " updated_at = $11, mandate = $12 WHERE id = $1 AND ($2 = 0 OR version = $2)"},
    [Q_GET] = {"draft_get",
               DRAFT ", answers, parties FROM draft WHERE token = $1 AND account = $2"},
    [Q_DELETE] = {"draft_delete", "DELETE FROM draft WHERE id = $1"},
    [Q_LIST] = {"drafts", DRAFT " FROM draft WHERE account = $1 ORDER BY updated_at DESC LIMIT $2"},
    [Q_COUNT] = {"drafts_count", "SELECT count(*) FROM draft WHERE account = $1"},
    [Q_OLDER] = {"drafts_older",
                 "SELECT id FROM draft WHERE updated_at < $1 ORDER BY updated_at LIMIT $2"},
    [Q_TOKEN] = {"draft_token", "SELECT token FROM draft WHERE id = $1 AND account = $2"},
};

int
sql_draft_add(struct ctx *c, const struct draft *d, const char *answers, const char *parties)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(d->id), qt(d->token), qi(d->account), qt(d->procedure),
                       qi(d->procedure_version), qi(d->unit), qt(d->payer), qi(d->delivery),
                       qt(d->delivery_address), qt(d->helper), qt(d->page),
                       qsealed(c, SEALED_DRAFT_ANSWERS, d->id, answers),
                       qsealed(c, SEALED_DRAFT_PARTIES, d->id, parties), qi(c->now)));
}

int
sql_draft_save(struct ctx *c, const struct draft *d, const char *answers, const char *parties)
{
    return db_exec(c, &Q[Q_SAVE],
                   ARGS(qi(d->id), qi(d->version), qi(d->unit), qt(d->payer), qi(d->delivery),
                        qt(d->delivery_address), qt(d->helper), qt(d->page),
                        qsealed(c, SEALED_DRAFT_ANSWERS, d->id, answers),
                        qsealed(c, SEALED_DRAFT_PARTIES, d->id, parties), qi(c->now),
                        qi(d->mandate)));
}

static void
read_draft(struct rows *r, struct draft *d)
{
    *d = (struct draft){
        .id = row_int(r, 0), .token = row_text(r, 1), .account = row_int(r, 2),
        .version = row_int(r, 3), .procedure = row_text(r, 4), .procedure_version = row_int(r, 5),
        .unit = row_int(r, 6), .payer = row_text(r, 7), .delivery = row_int(r, 8),
        .delivery_address = row_text(r, 9), .helper = row_text(r, 10), .page = row_text(r, 11),
        .created_at = row_int(r, 12), .updated_at = row_int(r, 13), .mandate = row_int(r, 14)};
}

int
sql_draft_get(struct ctx *c, const char *token, struct draft *out, const char **answers,
              const char **parties)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không tìm thấy bản nháp này"), &Q[Q_GET],
                    ARGS(qt(token), qi(c->account)));

    if (rc < 0)
        return rc;
    read_draft(&r, out);
    *answers = row_sealed(&r, 15, SEALED_DRAFT_ANSWERS, out->id);
    *parties = row_sealed(&r, 16, SEALED_DRAFT_PARTIES, out->id);
    return db_done(&r);
}

int
sql_draft_token(struct ctx *c, int64_t id, const char **token)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không tìm thấy bản nháp này"), &Q[Q_TOKEN],
                    ARGS(qi(id), qi(c->account)));

    if (rc < 0)
        return rc;
    *token = row_text(&r, 0);
    return db_done(&r);
}

int
sql_draft_delete(struct ctx *c, int64_t id)
{
    return db_exec(c, &Q[Q_DELETE], ARGS(qi(id)));
}

int
sql_drafts(struct ctx *c, draft_rows *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LIST], ARGS(qi(c->account), qi(DRAFTS_MAX))); db_next(&r);)
        read_draft(&r, vec_push(c->a, out));
    return db_done(&r);
}

int64_t
sql_drafts_count(struct ctx *c)
{
    return db_int(c, DRAFTS_MAX, &Q[Q_COUNT], ARGS(qi(c->account)));
}

int
sql_drafts_older(struct ctx *c, int64_t than, size_t limit, draft_rows *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_OLDER], ARGS(qi(than), qi((int64_t)limit))); db_next(&r);)
        *vec_push(c->a, out) = (struct draft){.id = row_int(&r, 0)};
    return db_done(&r);
}
