#include "mod/results/results_issued_sql.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"
#include "db/sealed.h"

#define FIXED "id, token, dossier, code, prepared_by, prepared_at, "
#define MOVING                                                                                     \
    "version, state, template, template_hash, type, title, holder, holder_number, facts, scan,"    \
    " agency, book, year, seq, number, issued_on, valid_to, signer, signer_name, signer_title,"    \
    " content, size, signatures, replaces, replaced_by, reason, changed_by, changed_at, tries,"    \
    " try_at, problem, public_reason, holder_why"
#define COLUMNS FIXED MOVING
enum { FIXED_N = 6, MOVING_N = 33 };

enum { Q_ADD, Q_SAVE, Q_ID, Q_DOSSIER, Q_TOKEN, Q_CONTENT, Q_NUMBER, Q_NUMBER_BACK, Q_PRINTED,
       Q_DUE, Q_TO_SIGN,
       Q_EXPIRE, Q_BOOK, Q_BOOKS, Q_CONTENTS, Q_COUNTS, Q_ODD, Q_FORGET, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"result_add",
               "INSERT INTO result (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
               " $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,"
               " $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39)"},
    [Q_SAVE] = {"result_save",
                "UPDATE result SET (" MOVING ") = ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
                " $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28,"
                " $29, $30, $31, $32, $33, $34) WHERE id = $1 AND version = $2 - 1"},
    [Q_ID] = {"result_by_id", "SELECT " COLUMNS " FROM result WHERE id = $1"},
    [Q_DOSSIER] = {"results_of_dossier",
                   "SELECT " COLUMNS " FROM result WHERE dossier = $1 AND dossier <> 0"
                   " ORDER BY id DESC LIMIT 50"},
    [Q_TOKEN] = {"result_by_token", "SELECT " COLUMNS " FROM result WHERE token = $1"},
    [Q_CONTENT] = {"result_by_content",
                   "SELECT " COLUMNS " FROM result WHERE content = $1 AND content IS NOT NULL"},
    [Q_PRINTED] = {"result_by_number",
                   "SELECT " COLUMNS " FROM result WHERE number = $1 AND agency = $2 AND seq <> 0"
                   " ORDER BY id DESC LIMIT 1"},
    [Q_DUE] = {"result_due", "SELECT 1 FROM result WHERE state = 2 AND try_at <= $1 LIMIT 1"},
    [Q_NUMBER] = {"result_number_next",
                  "INSERT INTO result_number (agency, book, year, last) VALUES ($1, $2, $3, $4)"
                  " ON CONFLICT (agency, year, book)"
                  " DO UPDATE SET last = result_number.last + excluded.last RETURNING last"},
    [Q_NUMBER_BACK] = {"result_number_back",
                       "UPDATE result_number SET last = last - $4"
                       " WHERE agency = $1 AND book = $2 AND year = $3"},
    [Q_TO_SIGN] = {"result_to_sign",
                   "UPDATE result SET try_at = $2, tries = tries + 1 WHERE id IN (SELECT id"
                   " FROM result WHERE state = 2 AND try_at <= $1 ORDER BY try_at, id LIMIT $3)"
                   " AND state = 2 AND try_at <= $1 RETURNING " COLUMNS},
    [Q_EXPIRE] = {"result_expire",
                  "UPDATE result SET state = 6, version = version + 1, changed_by = 0,"
                  " changed_at = $2 WHERE id IN (SELECT id FROM result WHERE state = 3"
                  " AND valid_to <> 0 AND valid_to < $1 ORDER BY valid_to, id LIMIT $3)"},
    [Q_BOOK] = {"result_book",
                "SELECT " COLUMNS " FROM result WHERE agency = $1 AND year = $2 AND seq <> 0"
                " AND book = $3 AND ($4 = 0 OR state = $4) AND ($5 = 0 OR seq < $5)"
                " ORDER BY seq DESC LIMIT $6"},
    [Q_BOOKS] = {"result_books",
                 "SELECT book, year, last FROM result_number WHERE agency = $1"
                 " ORDER BY year DESC, book DESC"},
    [Q_FORGET] = {"result_forget",
                  "UPDATE result SET destroyed_at = $2, version = version + 1, holder = '',"
                  " holder_number = '', facts = '{}', scan = NULL, problem = ''"
                  " WHERE id = $1 AND state <> 3 AND destroyed_at = 0"},
    [Q_CONTENTS] = {"result_contents",
                    "SELECT id, size, content FROM result WHERE id > $1 AND content IS NOT NULL"
                    " ORDER BY id LIMIT $2"},
    [Q_COUNTS] = {"result_book_counts",
                  "SELECT n.agency, n.book, n.year, n.last, (SELECT count(*) FROM result r"
                  " WHERE r.agency = n.agency AND r.book = n.book AND r.year = n.year"
                  " AND r.seq <> 0), (SELECT max(r.seq) FROM result r WHERE r.agency = n.agency"
                  " AND r.book = n.book AND r.year = n.year AND r.seq <> 0)"
                  " FROM result_number n ORDER BY n.agency, n.year, n.book"},
    /* issued without file or number; replaced by nobody; a number of a book that has no counter */
    [Q_ODD] = {"result_odd",
               "SELECT r.book, r.number, r.year FROM result r WHERE (r.state IN (3, 4, 5, 6)"
               " AND (r.content IS NULL OR r.seq = 0 OR r.size <= 0 OR r.issued_on = 0))"
               " OR (r.state IN (1, 2, 7) AND r.content IS NOT NULL)"
               " OR (r.state = 2 AND (r.seq = 0 OR r.signer = 0))"
               " OR (r.state = 4 AND r.replaced_by = 0) OR (r.seq <> 0 AND NOT EXISTS (SELECT 1"
               " FROM result_number n WHERE n.agency = r.agency AND n.book = r.book"
               " AND n.year = r.year AND n.last >= r.seq)) ORDER BY r.id LIMIT 1000"},
};

/* --- the row --- */

static struct dbv
hex(struct ctx *c, const char *sha256)
{
    struct bytes b = sha256 && *sha256 ? hash_unhex(c->a, sha256) : (struct bytes){0};

    return b.n ? qb(b) : qnull();
}

static void
bind_moving(struct ctx *c, const struct result *r, struct dbv *v)
{
    const struct dbv all[MOVING_N] = {
        qi(r->version), qi(r->state), qt(r->template), qt(r->template_hash), qt(r->type),
        qt(r->title), qt(r->holder),
        qsealed(c, SEALED_RESULT_HOLDER, r->id, r->holder_number),
        qsealed(c, SEALED_RESULT_FACTS, r->id, r->facts), hex(c, r->scan),
        qi(r->agency), qt(r->book), qi(r->year), qi(r->seq), qt(r->number), qi(r->issued_on),
        qi(r->valid_to), qi(r->signer), qt(r->signer_name), qt(r->signer_title),
        hex(c, r->content), qi(r->size), qt(r->signatures), qi(r->replaces), qi(r->replaced_by),
        qt(r->reason), qi(r->changed_by), qi(r->changed_at), qi(r->tries), qi(r->try_at),
        qt(r->problem), qt(r->public_reason), qt(r->holder_why),
    };

    memcpy(v, all, sizeof all);
}

static void
read_rest(struct rows *q, struct result *r)
{
    r->agency = row_int(q, 16);
    r->book = row_text(q, 17);
    r->year = row_int(q, 18);
    r->seq = row_int(q, 19);
    r->number = row_text(q, 20);
    r->issued_on = (day)row_int(q, 21);
    r->valid_to = (day)row_int(q, 22);
    r->signer = row_int(q, 23);
    r->signer_name = row_text(q, 24);
    r->signer_title = row_text(q, 25);
    r->content = row_hex(q, 26);
    r->size = row_int(q, 27);
    r->signatures = row_text(q, 28);
    r->replaces = row_int(q, 29);
    r->replaced_by = row_int(q, 30);
    r->reason = row_text(q, 31);
    r->changed_by = row_int(q, 32);
    r->changed_at = row_int(q, 33);
    r->tries = row_int(q, 34);
    r->try_at = row_int(q, 35);
    r->problem = row_text(q, 36);
    r->public_reason = row_text(q, 37);
    r->holder_why = row_text(q, 38);
}

static void
read_row(struct rows *q, result_list *out)
{
    struct result *r = vec_push(q->c->a, out);
    int64_t id = row_int(q, 0);

    *r = (struct result){
        .id = id, .token = row_text(q, 1), .dossier = row_int(q, 2),
        .code = row_text(q, 3), .prepared_by = row_int(q, 4), .prepared_at = row_int(q, 5),
        .version = row_int(q, 6), .state = (enum result_state)row_int(q, 7),
        .template = row_text(q, 8), .template_hash = row_text(q, 9), .type = row_text(q, 10),
        .title = row_text(q, 11), .holder = row_text(q, 12),
        .holder_number = row_sealed(q, 13, SEALED_RESULT_HOLDER, id),
        .facts = row_sealed(q, 14, SEALED_RESULT_FACTS, id), .scan = row_hex(q, 15),
    };
    read_rest(q, r);
}

int
result_sql_add(struct ctx *c, const struct result *r)
{
    struct dbv v[FIXED_N + MOVING_N] = {qi(r->id), qt(r->token), qi(r->dossier), qt(r->code),
                                        qi(r->prepared_by), qi(r->prepared_at)};

    bind_moving(c, r, v + FIXED_N);
    return db_exec(c, &Q[Q_ADD], v, FIXED_N + MOVING_N);
}

int
result_sql_save(struct ctx *c, const struct result *r)
{
    struct dbv v[1 + MOVING_N] = {qi(r->id)};

    bind_moving(c, r, v + 1);
    return db_exec(c, &Q[Q_SAVE], v, 1 + MOVING_N);
}

int64_t
result_sql_number(struct ctx *c, int64_t agency, const char *book, int64_t year)
{
    return db_number(c, &Q[Q_NUMBER], &Q[Q_NUMBER_BACK], ARGS(qi(agency), qt(book), qi(year)));
}

/* --- lists --- */

static int
read_all(struct rows *r, result_list *out)
{
    while (db_next(r))
        read_row(r, out);
    return db_done(r);
}

int
result_sql_list(struct ctx *c, enum result_key by, int64_t id, const char *text,
                result_list *out)
{
    static const int OF[] = {[RESULT_BY_ID] = Q_ID, [RESULT_BY_DOSSIER] = Q_DOSSIER,
                             [RESULT_BY_TOKEN] = Q_TOKEN, [RESULT_BY_CONTENT] = Q_CONTENT,
                             [RESULT_BY_NUMBER] = Q_PRINTED};
    struct dbv v[] = {by == RESULT_BY_TOKEN || by == RESULT_BY_NUMBER ? qt(text)
                      : by == RESULT_BY_CONTENT                       ? hex(c, text)
                                                                      : qi(id),
                      qi(id)};
    struct rows r;

    db_rows(c, &r, &Q[OF[by]], v, by == RESULT_BY_NUMBER ? 2 : 1);
    return read_all(&r, out);
}

int64_t
result_sql_due(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_DUE], ARGS(qi(c->now)));
}

int
result_sql_to_sign(struct ctx *c, int64_t until, size_t max, result_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_TO_SIGN], ARGS(qi(c->now), qi(until), qi((int64_t)max)));
    return read_all(&r, out);
}

int
result_sql_expire(struct ctx *c, day today, int max)
{
    return db_exec(c, &Q[Q_EXPIRE], ARGS(qi(today), qi(c->now), qi(max)));
}

int
result_sql_book(struct ctx *c, const struct book_query *q, result_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_BOOK],
            ARGS(qi(q->agency), qi(q->year), qt(q->book), qi(q->state), qi(q->from_seq),
                 qi((int64_t)q->limit)));
    return read_all(&r, out);
}

int
result_sql_books(struct ctx *c, int64_t agency, book_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_BOOKS], ARGS(qi(agency))); db_next(&r);)
        *vec_push(c->a, out) = (struct book){row_text(&r, 0), row_int(&r, 1), row_int(&r, 2)};
    return db_done(&r);
}

int
result_sql_contents(struct ctx *c, int64_t after, size_t max, content_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_CONTENTS], ARGS(qi(after), qi((int64_t)max))); db_next(&r);)
        *vec_push(c->a, out) =
            (struct result_content){row_int(&r, 0), row_int(&r, 1), row_hex(&r, 2)};
    return db_done(&r);
}

/* --- for `check --deep` --- */

int
result_sql_book_counts(struct ctx *c, book_counts *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_COUNTS], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = (struct book_count){
            .agency = row_int(&r, 0), .book = row_text(&r, 1), .year = row_int(&r, 2),
            .last = row_int(&r, 3), .given = row_int(&r, 4), .highest = row_int(&r, 5)};
    return db_done(&r);
}

int
result_sql_oddities(struct ctx *c, id_texts *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_ODD], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = arena_fmt(c->a, "%s %s/%d", row_text(&r, 0), row_text(&r, 1),
                                         (int)row_int(&r, 2));
    return db_done(&r);
}

int
result_sql_forget(struct ctx *c, int64_t id)
{
    int n = db_exec(c, &Q[Q_FORGET], ARGS(qi(id), qi(c->now)));

    return n < 0 ? n : OK;
}
