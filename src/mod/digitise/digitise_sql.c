#include "mod/digitise/digitise_sql.h"

#include "base/hash.h"
#include "db/sealed.h"
#include "http/perm.h"
#include "mod/digitise/digitise_aim.h"
#include "mod/dossiers/dossiers_named_sql.h"

enum { Q_ADD, Q_ADD_FILE, Q_BATCH, Q_BY_ID, Q_KNOWN, Q_BATCHES, Q_TOUCH, Q_STATE, Q_CUT, Q_NEXT,
       Q_LATER, Q_FILES, Q_FILE_PAGES, Q_ADD_PAGE, Q_PAGES, Q_PAGE, Q_MOVE, Q_ADD_DOCUMENT,
       Q_DOCUMENTS, Q_LAST, Q_SAVE, Q_NEXT_READING, Q_TAKE_READING, Q_READ, Q_FIELDS, Q_PROPOSE,
       Q_KEY, Q_CLEAR, Q_CLEAR_FIELDS, Q_DOSSIER, Q_COUNT, Q_COUNTS, Q_DONE,
       Q_ADD_AIM, Q_AIMS, Q_AIMS_OF, Q_OF, Q_FORGET,
       Q_FORGET_PAGES, Q_FORGET_FIELDS, Q_FORGET_FILES, Q__COUNT };

#define AIM "m.id, m.unit, m.year, m.results, m.papers, m.note, m.set_by, m.set_at"
#define BATCH                                                                                      \
    "SELECT b.id, b.code, b.unit, b.type, b.title, b.source, b.keyings, b.share, b.seed, b.state," \
    " b.reason, b.files, b.pages, b.documents, b.unfinished, b.tries, b.version, b.created_by,"    \
    " b.created_at, b.split_at, b.closed_at, b.every FROM scan_batch b"
#define REACHED(account, perms)                                                                    \
    "EXISTS (SELECT 1 FROM v_reach r WHERE r.account = " account                                   \
    " AND r.unit = b.unit AND (r.perms & " perms ") <> 0)"
#define PAGE                                                                                       \
    "SELECT page, file, at, document, place, turn, state, code, ink, picture FROM scan_page"
#define DOCUMENT                                                                                   \
    "SELECT batch, seq, state, code, dossier, paper, type, form, was_read, first_by, first_at,"    \
    " second_by, second_at, decided_by, decided_at, attached_by, attached_at, file, content,"      \
    " size, signed, sample, wrong, sampled_by, sampled_at FROM scan_document"
/* Finished: attached, entered or dropped. */
#define OF_BATCH "SELECT count(*) FROM scan_document d WHERE d.batch = scan_batch.id"

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"scan_batch_add",
               "INSERT INTO scan_batch (id, code, unit, type, title, source, keyings, share, seed,"
               " state, reason, files, pages, documents, unfinished, tries, after, version,"
               " created_by, created_at, split_at, closed_at, every)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, '', $10, 0, 0, 0, 0, $12, 1, $11,"
               " $12, 0, 0, $13)"},
    [Q_ADD_FILE] = {"scan_file_add",
                    "INSERT INTO scan_file (batch, seq, name, mime, sha256, size, pages)"
                    " VALUES ($1, $2, $3, $4, $5, $6, 0)"},
    [Q_BATCH] = {"scan_batch", BATCH " WHERE b.code = $1 AND " REACHED("$2", "$3")},
    [Q_BY_ID] = {"scan_batch_by_id", BATCH " WHERE b.id = $1"},
    [Q_KNOWN] = {"scan_batch_known", "SELECT 1 FROM scan_batch WHERE code = $1"},
    [Q_BATCHES] = {"scan_batches",
                   BATCH " WHERE ($1 = 0 OR b.state = $1) AND b.id < $2 AND " REACHED("$3", "$4")
                   " ORDER BY b.id DESC LIMIT $5"},
    [Q_TOUCH] = {"scan_batch_touch",
                 "UPDATE scan_batch SET version = version + 1,"
                 " documents = (" OF_BATCH " AND d.state <> 6),"
                 " unfinished = (" OF_BATCH " AND d.state < 5)"
                 " WHERE id = $1 AND version = $2"},
    [Q_STATE] = {"scan_batch_state",
                 "UPDATE scan_batch SET state = $2, reason = $3, version = version + 1,"
                 " closed_at = $4, unfinished = (" OF_BATCH " AND d.state < 5) WHERE id = $1"},
    [Q_CUT] = {"scan_batch_cut",
               "UPDATE scan_batch SET state = 2, pages = $2, split_at = $3, version = version + 1,"
               " documents = (" OF_BATCH "), unfinished = (" OF_BATCH ") WHERE id = $1"
               " AND state = 1"},
    [Q_NEXT] = {"scan_batch_next",
                BATCH " WHERE b.state = 1 AND b.after <= $1 ORDER BY b.after, b.id LIMIT 1"},
    [Q_LATER] = {"scan_batch_later",
                 "UPDATE scan_batch SET after = $2, tries = tries + $4"
                 " WHERE id = $1 AND state = 1 AND after <= $3"},
    [Q_FILES] = {"scan_files", "SELECT seq, name, mime, sha256, size, pages FROM scan_file"
                               " WHERE batch = $1 ORDER BY seq"},
    [Q_FILE_PAGES] = {"scan_file_pages",
                      "UPDATE scan_file SET pages = $3 WHERE batch = $1 AND seq = $2"},
    [Q_ADD_PAGE] = {"scan_page_add",
                    "INSERT INTO scan_page (batch, page, file, at, document, place, turn, state,"
                    " code, ink, picture) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"},
    [Q_PAGES] = {"scan_pages", PAGE " WHERE batch = $1 AND ($2 < 0 OR document = $2)"
                                    " ORDER BY document, place, page"},
    [Q_PAGE] = {"scan_page", PAGE " WHERE batch = $1 AND page = $2"},
    [Q_MOVE] = {"scan_page_move",
                "UPDATE scan_page SET document = $3, place = $4, turn = $5, state = $6"
                " WHERE batch = $1 AND page = $2"},
    [Q_ADD_DOCUMENT] = {"scan_document_add",
                        "INSERT INTO scan_document (batch, seq, state, code, dossier, paper, type,"
                        " form, was_read, after, first_by, first_at, second_by, second_at,"
                        " decided_by, decided_at, attached_by, attached_at, file, content, size,"
                        " signed, sample, wrong, sampled_by, sampled_at)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 0, 0, 0, 0, 0, 0, 0, 0, 0,"
                        " $10, 0, 0, 0, 0, 0, 0)"},
    [Q_DOCUMENTS] = {"scan_documents",
                     DOCUMENT " WHERE batch = $1 AND ($2 = 0 OR seq = $2) ORDER BY seq"},
    [Q_LAST] = {"scan_document_last", "SELECT max(seq) FROM scan_document WHERE batch = $1"},
    [Q_SAVE] = {"scan_document_save",
                "UPDATE scan_document SET state = $3, code = $4, dossier = $5, paper = $6,"
                " type = $7, form = $8, was_read = $9, first_by = $10, first_at = $11,"
                " second_by = $12, second_at = $13, decided_by = $14, decided_at = $15,"
                " attached_by = $16, attached_at = $17, file = $18, content = $19, size = $20,"
                " signed = $21, sample = $22, wrong = $23, sampled_by = $24, sampled_at = $25"
                " WHERE batch = $1 AND seq = $2"},
    [Q_NEXT_READING] = {"scan_document_to_read",
                        DOCUMENT " WHERE was_read = 0 AND after <= $1"
                                 " ORDER BY after, batch, seq LIMIT 1"},
    [Q_TAKE_READING] = {"scan_document_take",
                        "UPDATE scan_document SET after = $3"
                        " WHERE batch = $1 AND seq = $2 AND was_read = 0 AND after <= $4"},
    [Q_READ] = {"scan_document_read",
                "UPDATE scan_document SET was_read = $3 WHERE batch = $1 AND seq = $2"
                " AND was_read = 0"},
    [Q_FIELDS] = {"scan_fields",
                  "SELECT field, proposal, confidence, first_value, second_value, value"
                  " FROM scan_field WHERE batch = $1 AND document = $2 ORDER BY field"},
    [Q_PROPOSE] = {"scan_field_propose",
                   "INSERT INTO scan_field (batch, document, field, proposal, confidence,"
                   " first_value, second_value, value) VALUES ($1, $2, $3, $4, $5, '', '', '')"
                   " ON CONFLICT (batch, document, field) DO UPDATE SET"
                   " proposal = excluded.proposal, confidence = excluded.confidence"},
    [Q_KEY] = {"scan_field_key",
               "INSERT INTO scan_field (batch, document, field, proposal, confidence,"
               " first_value, second_value, value) VALUES ($1, $2, $3, '', 0, $4, $5, $6)"
               " ON CONFLICT (batch, document, field) DO UPDATE SET"
               " first_value = excluded.first_value, second_value = excluded.second_value,"
               " value = excluded.value"},
    [Q_CLEAR] = {"scan_document_clear",
                 "UPDATE scan_document SET state = 2, first_by = 0, first_at = 0, second_by = 0,"
                 " second_at = 0, decided_by = 0, decided_at = 0, sample = 0, wrong = 0,"
                 " sampled_by = 0, sampled_at = 0, attached_by = 0, attached_at = 0"
                 " WHERE batch = $1 AND state = 5"},
    [Q_CLEAR_FIELDS] = {"scan_field_clear",
                        "UPDATE scan_field SET first_value = '', second_value = '', value = ''"
                        " WHERE batch = $1"},
    [Q_DOSSIER] = {"scan_dossier",
                   "SELECT d.id, d.received_unit, d.competent_unit, d.unit FROM v_dossier d"
                   " WHERE d.code = $1 AND " NAMED_TO("$2", "d.confidential", "d.id")},
    [Q_COUNT] = {"digitise_count",
                 "INSERT INTO digitise_count (unit, year, lane, documents, pages)"
                 " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (unit, year, lane) DO UPDATE SET"
                 " documents = digitise_count.documents + excluded.documents,"
                 " pages = digitise_count.pages + excluded.pages"},
    [Q_OF] = {"scan_documents_of",
              "SELECT batch, seq FROM scan_document WHERE dossier = $1 AND dossier <> 0"},
    [Q_FORGET] = {"scan_document_forget",
                  "UPDATE scan_document SET content = $3, size = 0 WHERE batch = $1 AND seq = $2"},
    [Q_FORGET_PAGES] = {"scan_page_forget",
                        "UPDATE scan_page SET picture = $3 WHERE batch = $1 AND document = $2"},
    [Q_FORGET_FIELDS] = {"scan_field_forget",
                         "UPDATE scan_field SET proposal = '', first_value = '',"
                         " second_value = '', value = '' WHERE batch = $1 AND document = $2"},
    [Q_FORGET_FILES] = {"scan_file_forget",
                        "UPDATE scan_file SET sha256 = $2, name = '' WHERE batch = $1"
                        " AND NOT EXISTS (SELECT 1 FROM scan_page p WHERE p.batch = $1"
                        " AND p.file = scan_file.seq AND p.state = 1 AND p.picture <> $2)"},
    [Q_COUNTS] = {"digitise_counts",
                  "SELECT unit, year, sum(documents), sum(pages) FROM digitise_count"
                  " WHERE year BETWEEN $1 AND $2 GROUP BY unit, year ORDER BY unit, year"},
    [Q_DONE] = {"scan_documents_done",
                "SELECT d.batch, d.seq, b.unit, d.attached_at, (SELECT count(*) FROM scan_page p"
                " WHERE p.batch = d.batch AND p.document = d.seq AND p.state = 1)"
                " FROM scan_document d JOIN scan_batch b ON b.id = d.batch"
                " WHERE (d.batch, d.seq) > ($1, $2) AND d.batch <= $3 AND d.state = 5"
                " ORDER BY d.batch, d.seq LIMIT $4"},
    [Q_ADD_AIM] = {"digitise_aim_add",
                   "INSERT INTO digitise_aim (id, unit, year, results, papers, note, set_by,"
                   " set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"},
    [Q_AIMS] = {"digitise_aims",
                "SELECT " AIM " FROM digitise_aim m WHERE m.year = $1 AND NOT EXISTS"
                " (SELECT 1 FROM digitise_aim y WHERE y.year = m.year AND y.unit = m.unit"
                " AND y.id > m.id) ORDER BY m.unit"},
    [Q_AIMS_OF] = {"digitise_aims_of",
                   "SELECT " AIM " FROM digitise_aim m WHERE m.unit = $1 ORDER BY m.id DESC"
                   " LIMIT $2"},
};

/* --- batches ---------------------------------------------------------------------------------- */

int
scan_sql_add(struct ctx *c, const struct scan_batch *b)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(b->id), qt(b->code), qi(b->unit), qt(b->type), qt(b->title),
                       qi(b->source), qi(b->keyings), qi(b->share), qi(b->seed), qi(b->files),
                       qi(b->created_by), qi(b->created_at), qi(b->every)));
}

int
scan_sql_add_file(struct ctx *c, int64_t batch, const struct scan_file *f)
{
    return db_put(c, &Q[Q_ADD_FILE],
                  ARGS(qi(batch), qi(f->seq), qt(f->name), qt(f->mime),
                       qb(hash_unhex(c->a, f->sha256)), qi(f->size)));
}

static void
read_batch(struct rows *r, struct scan_batch *b)
{
    *b = (struct scan_batch){
        .id = row_int(r, 0), .code = row_text(r, 1), .unit = row_int(r, 2), .type = row_text(r, 3),
        .title = row_text(r, 4), .source = (enum scan_source)row_int(r, 5),
        .keyings = (int)row_int(r, 6), .share = (int)row_int(r, 7), .seed = row_int(r, 8),
        .state = (enum scan_state)row_int(r, 9), .reason = row_text(r, 10),
        .files = (int)row_int(r, 11), .pages = (int)row_int(r, 12),
        .documents = (int)row_int(r, 13), .unfinished = (int)row_int(r, 14),
        .tries = (int)row_int(r, 15), .version = row_int(r, 16), .created_by = row_int(r, 17),
        .created_at = row_int(r, 18), .split_at = row_int(r, 19), .closed_at = row_int(r, 20),
        .every = (int)row_int(r, 21)};
}

#define SAY_NO_BATCH N_("Không tìm thấy lô quét này")

int
scan_sql_batch(struct ctx *c, const char *code, struct scan_batch *out)
{
    struct rows r;
    int rc = db_one(c, &r, SAY_NO_BATCH, &Q[Q_BATCH],
                    ARGS(qt(code), qi(c->account), qi(PERM_BIT(PERM_DIGITISE))));

    if (rc < 0)
        return rc;
    read_batch(&r, out);
    return db_done(&r);
}

int
scan_sql_batch_by_id(struct ctx *c, int64_t id, struct scan_batch *out)
{
    struct rows r;
    int rc = db_one(c, &r, SAY_NO_BATCH, &Q[Q_BY_ID], ARGS(qi(id)));

    if (rc < 0)
        return rc;
    read_batch(&r, out);
    return db_done(&r);
}

bool
scan_sql_known(struct ctx *c, const char *code)
{
    return db_int(c, 0, &Q[Q_KNOWN], ARGS(qt(code))) == 1;
}

int
scan_sql_batches(struct ctx *c, int state, int64_t before, int limit, batch_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_BATCHES],
                 ARGS(qi(state), qi(before), qi(c->account), qi(PERM_BIT(PERM_DIGITISE)),
                      qi(limit)));
         db_next(&r);)
        read_batch(&r, vec_push(c->a, out));
    return db_done(&r);
}

int
scan_sql_touch(struct ctx *c, const struct scan_batch *b, int64_t version)
{
    int n = db_exec(c, &Q[Q_TOUCH], ARGS(qi(b->id), qi(version)));

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Lô quét đã thay đổi từ khi bạn mở, hãy xem lại"),
                    "batch %s is not v%" PRId64, b->code, version);
    return n < 0 ? n : OK;
}

int
scan_sql_set_state(struct ctx *c, int64_t batch, enum scan_state state, const char *reason)
{
    return db_put(c, &Q[Q_STATE], ARGS(qi(batch), qi(state), qt(reason),
                                       qi(state == SCAN_CLOSED ? c->now : 0)));
}

int
scan_sql_cut(struct ctx *c, int64_t batch, int pages)
{
    return db_exec(c, &Q[Q_CUT], ARGS(qi(batch), qi(pages), qi(c->now)));
}

int
scan_sql_take(struct ctx *c, int64_t until, struct scan_batch *out)
{
    struct rows r;
    int n, rc;

    db_rows(c, &r, &Q[Q_NEXT], ARGS(qi(c->now)));
    if (!db_next(&r))
        return (rc = db_done(&r)) < 0 ? rc : E_NOTFOUND;
    read_batch(&r, out);
    if ((rc = db_done(&r)) < 0)
        return rc;
    n = db_exec(c, &Q[Q_LATER], ARGS(qi(out->id), qi(until), qi(c->now), qi(1)));
    return n < 0 ? n : n == 0 ? E_NOTFOUND : OK;
}

int
scan_sql_later(struct ctx *c, int64_t batch, int64_t after, bool back)
{
    int n = db_exec(c, &Q[Q_LATER], ARGS(qi(batch), qi(after), qi(INT64_MAX), qi(back ? -1 : 0)));

    return n < 0 ? n : OK;
}

/* --- files and pages -------------------------------------------------------------------------- */

static struct bytes
hex_bytes(struct ctx *c, const char *hex)
{
    return *hex ? hash_unhex(c->a, hex) : (struct bytes){.p = (const uint8_t *)"", .n = 0};
}

int
scan_sql_files(struct ctx *c, int64_t batch, scan_files *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_FILES], ARGS(qi(batch))); db_next(&r);)
        *vec_push(c->a, out) = (struct scan_file){
            .seq = (int)row_int(&r, 0), .name = row_text(&r, 1), .mime = row_text(&r, 2),
            .sha256 = row_hex(&r, 3), .size = row_int(&r, 4), .pages = (int)row_int(&r, 5)};
    return db_done(&r);
}

int
scan_sql_file_pages(struct ctx *c, int64_t batch, int seq, int pages)
{
    return db_put(c, &Q[Q_FILE_PAGES], ARGS(qi(batch), qi(seq), qi(pages)));
}

int
scan_sql_add_page(struct ctx *c, int64_t batch, const struct scan_page *p)
{
    return db_put(c, &Q[Q_ADD_PAGE],
                  ARGS(qi(batch), qi(p->page), qi(p->file), qi(p->at), qi(p->document),
                       qi(p->place), qi(p->turn), qi(p->state), qt(p->code), qi(p->ink),
                       qb(hex_bytes(c, p->picture))));
}

static void
read_page(struct rows *r, struct scan_page *p)
{
    *p = (struct scan_page){
        .page = (int)row_int(r, 0), .file = (int)row_int(r, 1), .at = (int)row_int(r, 2),
        .document = (int)row_int(r, 3), .place = (int)row_int(r, 4), .turn = (int)row_int(r, 5),
        .state = (enum scan_page_state)row_int(r, 6), .code = row_text(r, 7),
        .ink = (int)row_int(r, 8), .picture = row_hex(r, 9)};
}

int
scan_sql_pages(struct ctx *c, int64_t batch, int document, scan_pages *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_PAGES], ARGS(qi(batch), qi(document))); db_next(&r);)
        read_page(&r, vec_push(c->a, out));
    return db_done(&r);
}

int
scan_sql_page(struct ctx *c, int64_t batch, int page, struct scan_page *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không tìm thấy trang này"), &Q[Q_PAGE], ARGS(qi(batch), qi(page)));

    if (rc < 0)
        return rc;
    read_page(&r, out);
    return db_done(&r);
}

int
scan_sql_move_page(struct ctx *c, int64_t batch, const struct scan_page *p)
{
    return db_put(c, &Q[Q_MOVE],
                  ARGS(qi(batch), qi(p->page), qi(p->document), qi(p->place), qi(p->turn),
                       qi(p->state)));
}

/* --- documents -------------------------------------------------------------------------------- */

int
scan_sql_add_document(struct ctx *c, const struct scan_document *d)
{
    return db_put(c, &Q[Q_ADD_DOCUMENT],
                  ARGS(qi(d->batch), qi(d->seq), qi(d->state), qt(d->code), qi(d->dossier),
                       qt(d->paper), qt(d->type), qi(d->form), qi(c->now),
                       qb(hex_bytes(c, ""))));
}

static void
read_document(struct rows *r, struct scan_document *d)
{
    *d = (struct scan_document){
        .batch = row_int(r, 0), .seq = (int)row_int(r, 1),
        .state = (enum scan_document_state)row_int(r, 2), .code = row_text(r, 3),
        .dossier = row_int(r, 4), .paper = row_text(r, 5), .type = row_text(r, 6),
        .form = (enum paper_form)row_int(r, 7), .was_read = (int)row_int(r, 8),
        .first_by = row_int(r, 9), .first_at = row_int(r, 10), .second_by = row_int(r, 11),
        .second_at = row_int(r, 12), .decided_by = row_int(r, 13), .decided_at = row_int(r, 14),
        .attached_by = row_int(r, 15), .attached_at = row_int(r, 16), .file = (int)row_int(r, 17),
        .content = row_hex(r, 18), .size = row_int(r, 19), .is_signed = row_int(r, 20) != 0,
        .sample = (enum scan_sample)row_int(r, 21), .wrong = (int)row_int(r, 22),
        .sampled_by = row_int(r, 23), .sampled_at = row_int(r, 24)};
}

int
scan_sql_documents(struct ctx *c, int64_t batch, int seq, scan_documents *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_DOCUMENTS], ARGS(qi(batch), qi(seq))); db_next(&r);)
        read_document(&r, vec_push(c->a, out));
    return db_done(&r);
}

int
scan_sql_last_document(struct ctx *c, int64_t batch)
{
    return (int)db_int(c, 0, &Q[Q_LAST], ARGS(qi(batch)));
}

int
scan_sql_save_document(struct ctx *c, const struct scan_document *d)
{
    return db_put(c, &Q[Q_SAVE],
                  ARGS(qi(d->batch), qi(d->seq), qi(d->state), qt(d->code), qi(d->dossier),
                       qt(d->paper), qt(d->type), qi(d->form), qi(d->was_read), qi(d->first_by),
                       qi(d->first_at), qi(d->second_by), qi(d->second_at), qi(d->decided_by),
                       qi(d->decided_at), qi(d->attached_by), qi(d->attached_at), qi(d->file),
                       qb(hex_bytes(c, d->content)), qi(d->size), qi(d->is_signed),
                       qi(d->sample), qi(d->wrong), qi(d->sampled_by), qi(d->sampled_at)));
}

int
scan_sql_take_reading(struct ctx *c, int64_t until, struct scan_document *out)
{
    struct rows r;
    int n, rc;

    db_rows(c, &r, &Q[Q_NEXT_READING], ARGS(qi(c->now)));
    if (!db_next(&r))
        return (rc = db_done(&r)) < 0 ? rc : E_NOTFOUND;
    read_document(&r, out);
    if ((rc = db_done(&r)) < 0)
        return rc;
    n = db_exec(c, &Q[Q_TAKE_READING],
                ARGS(qi(out->batch), qi(out->seq), qi(until), qi(c->now)));
    return n < 0 ? n : n == 0 ? E_NOTFOUND : OK;
}

int
scan_sql_read_done(struct ctx *c, int64_t batch, int seq, int how)
{
    return db_put(c, &Q[Q_READ], ARGS(qi(batch), qi(seq), qi(how)));
}

/* --- fields ----------------------------------------------------------------------------------- */

int
scan_sql_fields(struct ctx *c, int64_t batch, int seq, scan_fields *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_FIELDS], ARGS(qi(batch), qi(seq))); db_next(&r);)
        *vec_push(c->a, out) = (struct scan_field){
            .field = row_text(&r, 0), .proposal = row_sealed(&r, 1, SEALED_SCAN_PROPOSAL, batch),
            .confidence = (int)row_int(&r, 2),
            .first = row_sealed(&r, 3, SEALED_SCAN_FIRST, batch),
            .second = row_sealed(&r, 4, SEALED_SCAN_SECOND, batch),
            .value = row_sealed(&r, 5, SEALED_SCAN_VALUE, batch)};
    return db_done(&r);
}

int
scan_sql_propose(struct ctx *c, int64_t batch, int seq, const struct scan_field *f)
{
    return db_put(c, &Q[Q_PROPOSE],
                  ARGS(qi(batch), qi(seq), qt(f->field),
                       qsealed(c, SEALED_SCAN_PROPOSAL, batch, f->proposal), qi(f->confidence)));
}

int
scan_sql_key(struct ctx *c, int64_t batch, int seq, const struct scan_field *f)
{
    return db_put(c, &Q[Q_KEY],
                  ARGS(qi(batch), qi(seq), qt(f->field),
                       qsealed(c, SEALED_SCAN_FIRST, batch, f->first),
                       qsealed(c, SEALED_SCAN_SECOND, batch, f->second),
                       qsealed(c, SEALED_SCAN_VALUE, batch, f->value)));
}

int
scan_sql_clear(struct ctx *c, int64_t batch)
{
    int rc = db_put(c, &Q[Q_CLEAR], ARGS(qi(batch)));

    return rc < 0 ? rc : db_put(c, &Q[Q_CLEAR_FIELDS], ARGS(qi(batch)));
}

int
scan_sql_dossier(struct ctx *c, const char *code, int64_t *id, int64_t units[3])
{
    struct rows r;
    int rc;

    *id = 0;
    db_rows(c, &r, &Q[Q_DOSSIER], ARGS(qt(code), qi(c->account)));
    if (db_next(&r)) {
        *id = row_int(&r, 0);
        for (int i = 0; i < 3; i++)
            units[i] = row_int(&r, i + 1);
    }
    rc = db_done(&r);
    return rc < 0 ? rc : *id ? OK : E_NOTFOUND;
}

/* --- counting --------------------------------------------------------------------------------- */

int
scan_sql_count(struct ctx *c, const struct desk_count *n)
{
    const struct dbv v[] = {qi(n->unit), qi(n->year), qi(db_lane(c)), qi(n->documents),
                            qi(n->pages)};

    return db_add(c, &Q[Q_COUNT], v, 3, 2);
}

int
scan_sql_counts(struct ctx *c, int from, int to, desk_counts *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_COUNTS], ARGS(qi(from), qi(to))); db_next(&r);)
        *vec_push(c->a, out) = (struct desk_count){row_int(&r, 0), row_int(&r, 1),
                                                   row_int(&r, 2), row_int(&r, 3)};
    return db_done(&r);
}

int
scan_sql_done(struct ctx *c, const struct done_row *after, int64_t upto, int limit, done_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_DONE], ARGS(qi(after->batch), qi(after->seq), qi(upto), qi(limit)));
         db_next(&r);)
        *vec_push(c->a, out) = (struct done_row){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                                 row_int(&r, 3), row_int(&r, 4)};
    return db_done(&r);
}

/* --- aims ------------------------------------------------------------------------------------- */

int
scan_sql_add_aim(struct ctx *c, const struct own_aim *m)
{
    return db_put(c, &Q[Q_ADD_AIM],
                  ARGS(qi(m->id), qi(m->unit), qi(m->year), qi(m->results), qi(m->papers),
                       qt(m->note), qi(m->set_by), qi(m->set_at)));
}

static int
read_aims(struct ctx *c, struct rows *r, aim_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct own_aim){
            .id = row_int(r, 0), .unit = row_int(r, 1), .year = (int)row_int(r, 2),
            .results = (int)row_int(r, 3), .papers = (int)row_int(r, 4), .note = row_text(r, 5),
            .set_by = row_int(r, 6), .set_at = row_int(r, 7)};
    return db_done(r);
}

int
scan_sql_aims(struct ctx *c, int year, aim_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_AIMS], ARGS(qi(year)));
    return read_aims(c, &r, out);
}

int
scan_sql_aims_of(struct ctx *c, int64_t unit, int limit, aim_list *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_AIMS_OF], ARGS(qi(unit), qi(limit)));
    return read_aims(c, &r, out);
}

/* --- what is destroyed ------------------------------------------------------------------------ */

static int
forget_document(struct ctx *c, int64_t batch, int64_t seq)
{
    const struct dbv none = qb((struct bytes){.p = (const uint8_t *)"", .n = 0});
    int rc = db_put(c, &Q[Q_FORGET], ARGS(qi(batch), qi(seq), none));

    if (rc < 0 || (rc = db_put(c, &Q[Q_FORGET_PAGES], ARGS(qi(batch), qi(seq), none))) < 0 ||
        (rc = db_put(c, &Q[Q_FORGET_FIELDS], ARGS(qi(batch), qi(seq)))) < 0)
        return rc;
    return db_put(c, &Q[Q_FORGET_FILES], ARGS(qi(batch), none));
}

int
scan_sql_forget(struct ctx *c, int64_t dossier)
{
    struct { int64_t batch, seq; } v[SCAN_FILES_MAX];
    size_t n = 0;
    struct rows r;
    int rc;

    for (db_rows(c, &r, &Q[Q_OF], ARGS(qi(dossier))); db_next(&r);)
        if (n < SCAN_FILES_MAX) {
            v[n].batch = row_int(&r, 0);
            v[n++].seq = row_int(&r, 1);
        }
    rc = db_done(&r);
    for (size_t i = 0; i < n && rc == OK; i++)
        rc = forget_document(c, v[i].batch, v[i].seq);
    return rc;
}
