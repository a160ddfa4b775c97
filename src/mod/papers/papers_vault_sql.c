#include "mod/papers/papers_vault_sql.h"

#include <string.h>

#include "base/hash.h"
#include "db/sealed.h"

#define ITEM                                                                                       \
    "i.holder, i.id, i.token, i.account, i.type, i.number, i.issuer, i.issued_on, i.valid_from,"   \
    " i.valid_to, i.source, i.state, i.note, i.replaced_by, i.ended_at, i.dossier, i.paper,"       \
    " i.code, i.unit, i.accepted_by, i.accepted_at, i.content, i.mime, i.file_name, i.size,"       \
    " i.facts, a.name"
#define FROM_ITEM " FROM vault_item i LEFT JOIN v_account a ON a.id = i.accepted_by"
#define HOLDERS FORMS_IN("$1", "$2", "$3", "$4")
#define USE "SELECT owner, paper, item, used, at, account FROM vault_use"
#define SHARE                                                                                      \
    "SELECT id, item, account, purpose, created_at, expires_at, revoked_at, opened, opened_at"     \
    " FROM vault_share"
#define REPORT                                                                                     \
    "SELECT p.id, p.item, p.unit, p.account, p.text, p.at, p.answered_at, p.answered_by,"          \
    " p.answer FROM vault_report p"
#define SUMS "sum(dossiers), sum(spared), sum(could), sum(reused) FROM vault_count"

enum { Q_ADD, Q_END, Q_CORRECT, Q_HELD, Q_OWN, Q_TOKEN, Q_ID, Q_DOSSIER, Q_ENDING, Q_USE_PUT,
       Q_USES, Q_USES_OF, Q_FORGET, Q_COUNT, Q_ONE, Q_MONTHS, Q_UNITS, Q_AGAIN, Q_COUNTED,
       Q_LOST, Q_CONTENTS, Q_SHARE_ADD, Q_SHARES, Q_SHARE_FIND, Q_SHARE_OPENED, Q_SHARE_REVOKE,
       Q_REPORT_ADD, Q_REPORTS, Q_REPORTS_OPEN, Q_ANSWER, Q_FORGET_ENDED, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"vault_add",
               "INSERT INTO vault_item (holder, id, token, account, type, number, issuer,"
               " issued_on, valid_from, valid_to, source, state, note, replaced_by, ended_at,"
               " dossier, paper, code, unit, accepted_by, accepted_at, content, mime, file_name,"
               " size, facts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
               " $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)"},
    [Q_END] = {"vault_end",
               "UPDATE vault_item SET state = $2, note = $3, replaced_by = $4, ended_at = $5"
               " WHERE id = $1 AND state = 1"},
    [Q_CORRECT] = {"vault_correct",
                   "UPDATE vault_item SET number = $2, issuer = $3, issued_on = $4,"
                   " valid_from = $5, valid_to = $6, facts = $7 WHERE id = $1 AND state = 1"},
    [Q_HELD] = {"vault_held",
                "SELECT " ITEM FROM_ITEM " WHERE i.holder" HOLDERS " AND i.state = 1"
                " AND (i.valid_to = 0 OR i.valid_to >= $5) AND ($6 = 1 OR i.account = $7)"
                " ORDER BY i.id DESC LIMIT $8"},
    [Q_OWN] = {"vault_own",
               "SELECT " ITEM FROM_ITEM " WHERE i.holder" HOLDERS " AND $1 <> ''"
               " UNION ALL SELECT " ITEM FROM_ITEM " WHERE i.account = $5 AND i.account <> 0"
               " AND (i.holder NOT" HOLDERS " OR $1 = '') ORDER BY 2 DESC LIMIT $6"},
    [Q_TOKEN] = {"vault_by_token", "SELECT " ITEM FROM_ITEM " WHERE i.token = $1"},
    [Q_ID] = {"vault_by_id", "SELECT " ITEM FROM_ITEM " WHERE i.id = $1"},
    [Q_DOSSIER] = {"vault_of_dossier",
                   "SELECT " ITEM FROM_ITEM " WHERE i.dossier = $1 AND i.paper = $2 ORDER BY i.id"},
    [Q_ENDING] = {"vault_ending",
                  "SELECT " ITEM FROM_ITEM " WHERE i.state = 1 AND i.valid_to > 0"
                  " AND i.valid_to < $1 ORDER BY i.valid_to LIMIT $2"},
    [Q_USE_PUT] = {"vault_use_put",
                   "INSERT INTO vault_use (owner, paper, item, used, unit, month, at, account)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                   " ON CONFLICT (owner, paper) DO UPDATE SET item = excluded.item,"
                   " used = excluded.used, at = excluded.at, account = excluded.account"},
    [Q_USES] = {"vault_uses", USE " WHERE owner = $1 ORDER BY paper"},
    [Q_USES_OF] = {"vault_uses_of",
                   USE " WHERE item = $1 AND used = 1 AND unit <> 0 ORDER BY owner DESC LIMIT $2"},
    [Q_FORGET] = {"vault_use_forget", "DELETE FROM vault_use WHERE owner = $1 AND unit = 0"},
    [Q_COUNT] = {"vault_count_add",
                 "INSERT INTO vault_count (unit, month, lane, dossiers, spared, could, reused)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (unit, month, lane) DO UPDATE"
                 " SET dossiers = vault_count.dossiers + excluded.dossiers,"
                 " spared = vault_count.spared + excluded.spared,"
                 " could = vault_count.could + excluded.could,"
                 " reused = vault_count.reused + excluded.reused"},
    [Q_ONE] = {"vault_rate", "SELECT 0, 0, " SUMS " WHERE unit = $1 AND month BETWEEN $2 AND $3"},
    [Q_MONTHS] = {"vault_rate_months",
                  "SELECT 0, month, " SUMS " WHERE unit = $1 AND month BETWEEN $2 AND $3"
                  " GROUP BY month ORDER BY month"},
    [Q_UNITS] = {"vault_rate_units",
                 "SELECT unit, 0, " SUMS " WHERE unit <> $1 AND month BETWEEN $2 AND $3"
                 " GROUP BY unit ORDER BY unit"},
    [Q_AGAIN] = {"vault_recount",
                 "SELECT unit, month, count(*), sum(kept), sum(n), sum(used) FROM"
                 " (SELECT owner, unit, month, count(*) AS n, sum(used) AS used,"
                 " min(used) AS kept FROM vault_use WHERE unit > $1 AND month BETWEEN $2 AND $3"
                 " GROUP BY owner, unit, month) AS d GROUP BY unit, month ORDER BY unit, month"},
    [Q_COUNTED] = {"vault_counted",
                   "SELECT unit, month, " SUMS " WHERE unit >= $1 AND month BETWEEN $2 AND $3"
                   " GROUP BY unit, month ORDER BY unit, month"},
    [Q_LOST] = {"vault_uses_lost",
                USE " WHERE NOT EXISTS (SELECT 1 FROM vault_item i WHERE i.id = vault_use.item)"
                " LIMIT $1"},
    [Q_CONTENTS] = {"vault_contents",
                    "SELECT id, content FROM vault_item WHERE id > $1 AND content IS NOT NULL"
                    " ORDER BY id LIMIT $2"},
    [Q_FORGET_ENDED] = {"vault_forget_ended",
                        "UPDATE vault_item SET content = NULL, size = 0, file_name = '',"
                        " facts = '{}', note = '' WHERE dossier = $1 AND state <> 1"},
    [Q_SHARE_ADD] = {"vault_share_add",
                     "INSERT INTO vault_share (id, key, item, account, purpose, created_at,"
                     " expires_at, revoked_at, opened, opened_at)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0)"},
    [Q_SHARES] = {"vault_shares", SHARE " WHERE item = $1 ORDER BY id DESC LIMIT $2"},
    [Q_SHARE_FIND] = {"vault_share_find", SHARE " WHERE key = $1"},
    [Q_SHARE_OPENED] = {"vault_share_opened",
                        "UPDATE vault_share SET opened = opened + 1, opened_at = $2"
                        " WHERE id = $1 AND revoked_at = 0 AND expires_at > $2 AND opened < $3"},
    [Q_SHARE_REVOKE] = {"vault_share_revoke",
                        "UPDATE vault_share SET revoked_at = $3"
                        " WHERE id = $2 AND item = $1 AND revoked_at = 0"},
    [Q_REPORT_ADD] = {"vault_report_add",
                      "INSERT INTO vault_report (id, item, unit, account, text, at, answered_at,"
                      " answered_by, answer) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '')"},
    [Q_REPORTS] = {"vault_reports", REPORT " WHERE p.item = $1 ORDER BY p.id DESC LIMIT $2"},
    [Q_REPORTS_OPEN] = {"vault_reports_open",
                        REPORT " JOIN v_reach r ON r.unit = p.unit AND r.account = $1"
                        " AND (r.perms & $2) <> 0 WHERE p.answered_at = 0 ORDER BY p.id LIMIT $3"},
    [Q_ANSWER] = {"vault_report_answer",
                  "UPDATE vault_report SET answered_at = $2, answered_by = $3, answer = $4"
                  " WHERE id = $1 AND answered_at = 0"},
};

/* --- papers --- */

static struct vault_item
read_item(struct rows *r)
{
    int64_t id = row_int(r, 1);

    return (struct vault_item){
        .holder = row_sealed(r, 0, SEALED_VAULT_HOLDER, id), .id = id, .token = row_text(r, 2),
        .account = row_int(r, 3), .type = row_text(r, 4),
        .number = row_sealed(r, 5, SEALED_VAULT_NUMBER, id),
        .issuer = row_text(r, 6), .issued_on = (day)row_int(r, 7),
        .valid_from = (day)row_int(r, 8), .valid_to = (day)row_int(r, 9),
        .source = (enum vault_source)row_int(r, 10), .state = (enum vault_state)row_int(r, 11),
        .note = row_text(r, 12), .replaced_by = row_int(r, 13), .ended_at = row_int(r, 14),
        .dossier = row_int(r, 15), .paper = row_text(r, 16), .code = row_text(r, 17),
        .unit = row_int(r, 18), .accepted_by = row_int(r, 19), .accepted_at = row_int(r, 20),
        .content = row_hex(r, 21), .mime = row_text(r, 22), .file_name = row_text(r, 23),
        .size = row_int(r, 24), .facts = row_sealed(r, 25, SEALED_VAULT_FACTS, id),
        .accepted_name = row_text(r, 26)};
}

static int
read_items(struct ctx *c, struct rows *r, item_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = read_item(r);
    return db_done(r);
}

int
vault_sql_add(struct ctx *c, const struct vault_item *it)
{
    struct dbv content = *it->content ? qb(hash_unhex(c->a, it->content)) : qnull();

    return db_put(c, &Q[Q_ADD],
                  ARGS(qsealed(c, SEALED_VAULT_HOLDER, 0, it->holder), qi(it->id), qt(it->token),
                       qi(it->account), qt(it->type),
                       qsealed(c, SEALED_VAULT_NUMBER, it->id, it->number), qt(it->issuer),
                       qi(it->issued_on), qi(it->valid_from), qi(it->valid_to), qi(it->source),
                       qi(it->state), qt(it->note),
                       qi(it->replaced_by), qi(it->ended_at), qi(it->dossier), qt(it->paper),
                       qt(it->code), qi(it->unit), qi(it->accepted_by), qi(it->accepted_at),
                       content, qt(it->mime), qt(it->file_name), qi(it->size),
                       qsealed(c, SEALED_VAULT_FACTS, it->id, it->facts)));
}

int
vault_sql_end(struct ctx *c, int64_t item, int state, const char *note, int64_t by)
{
    return db_exec(c, &Q[Q_END], ARGS(qi(item), qi(state), qt(note), qi(by), qi(c->now)));
}

int
vault_sql_correct(struct ctx *c, const struct vault_item *it)
{
    return db_exec(c, &Q[Q_CORRECT],
                   ARGS(qi(it->id), qsealed(c, SEALED_VAULT_NUMBER, it->id, it->number),
                        qt(it->issuer), qi(it->issued_on), qi(it->valid_from), qi(it->valid_to),
                        qsealed(c, SEALED_VAULT_FACTS, it->id, it->facts)));
}

int
vault_sql_held(struct ctx *c, const char *holder, bool all, int64_t account, day today,
               item_list *out)
{
    struct forms f = sealed_forms(c, SEALED_VAULT_HOLDER, holder);
    struct rows r;

    db_rows(c, &r, &Q[Q_HELD],
            ARGS(FORMS(f), qi(today), qi(all), qi(account), qi(VAULT_LIST_MAX)));
    return read_items(c, &r, out);
}

int
vault_sql_own(struct ctx *c, const char *holder, int64_t account, item_list *out)
{
    struct forms f = sealed_forms(c, SEALED_VAULT_HOLDER, holder);
    struct rows r;

    db_rows(c, &r, &Q[Q_OWN], ARGS(FORMS(f), qi(account), qi(VAULT_LIST_MAX)));
    return read_items(c, &r, out);
}

static int
read_one(struct ctx *c, const struct query *q, struct dbv key, struct vault_item *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không tìm thấy giấy tờ này"), q, &key, 1);

    if (rc < 0)
        return rc;
    *out = read_item(&r);
    return db_done(&r);
}

int
vault_sql_by_token(struct ctx *c, const char *token, struct vault_item *out)
{
    return read_one(c, &Q[Q_TOKEN], qt(token), out);
}

int
vault_sql_by_id(struct ctx *c, int64_t id, struct vault_item *out)
{
    return read_one(c, &Q[Q_ID], qi(id), out);
}

int
vault_sql_of_dossier(struct ctx *c, int64_t dossier, const char *paper, item_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_DOSSIER], ARGS(qi(dossier), qt(paper)));
    return read_items(c, &r, out);
}

int
vault_sql_ending(struct ctx *c, day before, size_t max, item_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_ENDING], ARGS(qi(before), qi((int64_t)max)));
    return read_items(c, &r, out);
}

/* --- uses and counters --- */

int
vault_sql_use_put(struct ctx *c, const struct vault_use *u, int64_t unit, int month)
{
    return db_put(c, &Q[Q_USE_PUT],
                  ARGS(qi(u->owner), qt(u->paper), qi(u->item), qi(u->used), qi(unit), qi(month),
                       qi(c->now), qi(c->account)));
}

static int
read_uses(struct ctx *c, struct rows *r, use_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct vault_use){
            .owner = row_int(r, 0), .paper = row_text(r, 1), .item = row_int(r, 2),
            .used = row_int(r, 3) != 0, .at = row_int(r, 4), .account = row_int(r, 5)};
    return db_done(r);
}

int
vault_sql_uses(struct ctx *c, int64_t owner, use_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_USES], ARGS(qi(owner)));
    return read_uses(c, &r, out);
}

int
vault_sql_uses_of(struct ctx *c, int64_t item, size_t max, use_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_USES_OF], ARGS(qi(item), qi((int64_t)max)));
    return read_uses(c, &r, out);
}

int
vault_sql_forget(struct ctx *c, int64_t owner)
{
    return db_put(c, &Q[Q_FORGET], ARGS(qi(owner)));
}

int
vault_sql_count(struct ctx *c, const struct vault_rate *v)
{
    const struct dbv k[] = {qi(v->unit),   qi(v->month), qi(db_lane(c)), qi(v->dossiers),
                            qi(v->spared), qi(v->could), qi(v->reused)};

    return db_add(c, &Q[Q_COUNT], k, 3, 4);
}

int
vault_sql_rates(struct ctx *c, enum vault_sums which, int64_t unit, int from, int to,
                rate_list *out)
{
    static const int QUERY[] = {[SUM_ONE] = Q_ONE, [SUM_MONTHS] = Q_MONTHS, [SUM_UNITS] = Q_UNITS,
                                [SUM_AGAIN] = Q_AGAIN, [SUM_STORED] = Q_COUNTED};
    struct rows r;

    for (db_rows(c, &r, &Q[QUERY[which]], ARGS(qi(unit), qi(from), qi(to))); db_next(&r);)
        *vec_push(c->a, out) = (struct vault_rate){
            .unit = row_int(&r, 0), .month = row_int(&r, 1), .dossiers = row_int(&r, 2),
            .spared = row_int(&r, 3), .could = row_int(&r, 4), .reused = row_int(&r, 5)};
    return db_done(&r);
}

int
vault_sql_lost(struct ctx *c, size_t max, use_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_LOST], ARGS(qi((int64_t)max)));
    return read_uses(c, &r, out);
}

int
vault_sql_forget_ended(struct ctx *c, int64_t dossier)
{
    return db_put(c, &Q[Q_FORGET_ENDED], ARGS(qi(dossier)));
}

int
vault_sql_contents(struct ctx *c, int64_t after, size_t max, content_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_CONTENTS], ARGS(qi(after), qi((int64_t)max))); db_next(&r);) {
        struct vault_content *v = vec_push(c->a, out);
        struct bytes b = row_bytes(&r, 1);

        *v = (struct vault_content){.item = row_int(&r, 0)};
        memcpy(v->sha256, b.p, b.n < sizeof v->sha256 ? b.n : sizeof v->sha256);
    }
    return db_done(&r);
}

/* --- links --- */

static struct vault_share
read_share(struct rows *r)
{
    return (struct vault_share){
        .id = row_int(r, 0), .item = row_int(r, 1), .account = row_int(r, 2),
        .purpose = row_text(r, 3), .created_at = row_int(r, 4), .expires_at = row_int(r, 5),
        .revoked_at = row_int(r, 6), .opened = row_int(r, 7), .opened_at = row_int(r, 8)};
}

int
vault_sql_share_add(struct ctx *c, const struct vault_share *s, struct bytes key)
{
    return db_put(c, &Q[Q_SHARE_ADD],
                  ARGS(qi(s->id), qb(key), qi(s->item), qi(s->account), qt(s->purpose),
                       qi(s->created_at), qi(s->expires_at)));
}

int
vault_sql_shares(struct ctx *c, int64_t item, size_t max, share_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_SHARES], ARGS(qi(item), qi((int64_t)max))); db_next(&r);)
        *vec_push(c->a, out) = read_share(&r);
    return db_done(&r);
}

int
vault_sql_share_find(struct ctx *c, struct bytes key, struct vault_share *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Liên kết này không còn hiệu lực"), &Q[Q_SHARE_FIND], ARGS(qb(key)));

    if (rc < 0)
        return rc;
    *out = read_share(&r);
    return db_done(&r);
}

int
vault_sql_share_opened(struct ctx *c, int64_t id, int max)
{
    return db_exec(c, &Q[Q_SHARE_OPENED], ARGS(qi(id), qi(c->now), qi(max)));
}

int
vault_sql_share_revoke(struct ctx *c, int64_t item, int64_t id)
{
    return db_exec(c, &Q[Q_SHARE_REVOKE], ARGS(qi(item), qi(id), qi(c->now)));
}

/* --- reports --- */

static int
read_reports(struct ctx *c, struct rows *r, report_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct vault_report){
            .id = row_int(r, 0), .item = row_int(r, 1), .unit = row_int(r, 2),
            .account = row_int(r, 3), .text = row_text(r, 4), .at = row_int(r, 5),
            .answered_at = row_int(r, 6), .answered_by = row_int(r, 7), .answer = row_text(r, 8)};
    return db_done(r);
}

int
vault_sql_report_add(struct ctx *c, const struct vault_report *v)
{
    return db_put(c, &Q[Q_REPORT_ADD],
                  ARGS(qi(v->id), qi(v->item), qi(v->unit), qi(v->account), qt(v->text),
                       qi(v->at)));
}

int
vault_sql_reports(struct ctx *c, int64_t item, size_t max, report_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_REPORTS], ARGS(qi(item), qi((int64_t)max)));
    return read_reports(c, &r, out);
}

int
vault_sql_reports_open(struct ctx *c, int64_t account, int64_t perms, size_t max,
                       report_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_REPORTS_OPEN], ARGS(qi(account), qi(perms), qi((int64_t)max)));
    return read_reports(c, &r, out);
}

int
vault_sql_report_answer(struct ctx *c, int64_t id, const char *answer)
{
    return db_exec(c, &Q[Q_ANSWER], ARGS(qi(id), qi(c->now), qi(c->account), qt(answer)));
}
