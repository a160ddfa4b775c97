#include "mod/dossiers/dossiers_parts_sql.h"

#include <string.h>

#include "base/id.h"
#include "db/sealed.h"
#include "mod/dossiers/dossiers_named_sql.h"

enum { Q_ANSWERS_ADD, Q_ANSWERS, Q_SUPPLEMENT_ADD, Q_SUPPLEMENT_MOVE, Q_SUPPLEMENTS,
       Q_SUPPLEMENT_LAST, Q_OPINION_ADD, Q_OPINION_ANSWER, Q_OPINIONS, Q_OPINION_LAST,
       Q_OPINION_OF, Q_STOP_ADD, Q_STOPS_END, Q_STOPS, Q_FEE_ADD, Q_FEE_PAY, Q_FEES_FORGET, Q_FEES,
       Q_FEES_OPEN, Q_HAND_OVER_ADD, Q_HAND_OVER, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ANSWERS_ADD] = {"answers_add",
                       "INSERT INTO dossier_answers (dossier, revision, answers, at, account)"
                       " VALUES ($1, (SELECT coalesce(max(revision), 0) + 1 FROM dossier_answers"
                       " WHERE dossier = $1), $2, $3, $4)"},
    [Q_ANSWERS] = {"answers",
                   "SELECT answers FROM dossier_answers"
                   " WHERE dossier = $1 AND ($2 = 0 OR revision = $2)"
                   " ORDER BY revision DESC LIMIT 1"},
    [Q_SUPPLEMENT_ADD] = {"supplement_add",
                          "INSERT INTO supplement (dossier, number, state, note, defects, asked_at,"
                          " asked_by, due_at, agreed_by, answered_at)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)"},
    [Q_SUPPLEMENT_MOVE] = {"supplement_move",
                           "UPDATE supplement SET state = $3, asked_at = $4, due_at = $5,"
                           " agreed_by = $6, answered_at = $7 WHERE dossier = $1 AND number = $2"},
    [Q_SUPPLEMENTS] = {"supplements",
                       "SELECT number, state, note, defects, asked_at, asked_by, due_at, agreed_by,"
                       " answered_at FROM supplement WHERE dossier = $1 ORDER BY number"},
    [Q_SUPPLEMENT_LAST] = {"supplement_last",
                           "SELECT max(number) FROM supplement WHERE dossier = $1"},
    [Q_OPINION_ADD] = {"opinion_add",
                       "INSERT INTO opinion (dossier, number, unit, question, asked_at, asked_by,"
                       " due_at, answer, answered_at, answered_by)"
                       " VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0, 0)"},
    [Q_OPINION_ANSWER] = {"opinion_answer",
                          "UPDATE opinion SET answer = $3, answered_at = $4, answered_by = $5"
                          " WHERE dossier = $1 AND number = $2 AND answered_at = 0"},
    [Q_OPINIONS] = {"opinions",
                    "SELECT number, unit, question, asked_at, asked_by, due_at, answer,"
                    " answered_at, answered_by FROM opinion WHERE dossier = $1 ORDER BY number"},
    [Q_OPINION_LAST] = {"opinion_last", "SELECT max(number) FROM opinion WHERE dossier = $1"},
    [Q_OPINION_OF] = {"opinion_of",
                      "SELECT o.number FROM opinion o"
                      " JOIN v_reach r ON r.unit = o.unit AND r.account = $2"
                      " WHERE o.dossier = $1 AND o.answered_at = 0 AND ($3 = 0 OR o.number = $3)"
                      " AND " IN_FIELD("$4", PROCEDURE_OF("o.dossier"))
                      " ORDER BY o.number LIMIT 1"},
    [Q_STOP_ADD] = {"stop_add",
                    "INSERT INTO clock_stop (dossier, number, kind, name, basis, document, from_at,"
                    " to_at) VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM clock_stop"
                    " WHERE dossier = $1), $2, $3, $4, $5, $6, 0)"},
    [Q_STOPS_END] = {"stops_end",
                     "UPDATE clock_stop SET to_at = $2 WHERE dossier = $1 AND to_at = 0"},
    [Q_STOPS] = {"stops",
                 "SELECT name, basis, document, from_at, to_at FROM clock_stop"
                 " WHERE dossier = $1 ORDER BY number"},
    [Q_FEE_ADD] = {"fee_add",
                   "INSERT INTO dossier_fee (dossier, fee, name, due, basis, amount, quantity,"
                   " paid_at, receipt) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '')"
                   " ON CONFLICT (dossier, fee) DO NOTHING"},
    [Q_FEE_PAY] = {"fee_pay",
                   "UPDATE dossier_fee SET paid_at = $3, receipt = $4"
                   " WHERE dossier = $1 AND ($2 = '' OR fee = $2) AND paid_at = 0"},
    [Q_FEES_FORGET] = {"fees_forget",
                       "DELETE FROM dossier_fee"
                       " WHERE dossier = $1 AND paid_at = 0 AND fee NOT LIKE 'fiscal-%'"},
    [Q_FEES] = {"fees",
                "SELECT fee, name, due, basis, amount, quantity, paid_at, receipt FROM dossier_fee"
                " WHERE dossier = $1 ORDER BY fee"},
    [Q_FEES_OPEN] = {"fees_open",
                     "SELECT count(*) FROM dossier_fee WHERE dossier = $1 AND paid_at = 0"
                     " AND amount > 0 AND ($2 = 2) = (due = 'on_result')"
                     " AND ($2 <> 1 OR fee LIKE 'fiscal-%')"},
    [Q_HAND_OVER_ADD] = {"hand_over_add",
                         "INSERT INTO hand_over (dossier, to_name, to_number, to_paper, at,"
                         " by_account, delivery) VALUES ($1, $2, $3, $4, $5, $6, $7)"},
    [Q_HAND_OVER] = {"hand_over",
                     "SELECT to_name, to_number, to_paper, at, by_account, delivery FROM hand_over"
                     " WHERE dossier = $1"},
};

/* --- answers --- */

int
sql_answers_add(struct ctx *c, int64_t dossier, const char *answers)
{
    return db_put(c, &Q[Q_ANSWERS_ADD],
                  ARGS(qi(dossier), qsealed(c, SEALED_ANSWERS, dossier, answers), qi(c->now),
                       qi(c->account)));
}

const char *
sql_answers(struct ctx *c, int64_t dossier, int64_t revision)
{
    const char *s = "";
    struct rows r;

    for (db_rows(c, &r, &Q[Q_ANSWERS], ARGS(qi(dossier), qi(revision))); db_next(&r);)
        s = row_sealed(&r, 0, SEALED_ANSWERS, dossier);
    return db_done(&r) < 0 ? "" : s;
}

/* --- supplements --- */

int
sql_supplement_add(struct ctx *c, int64_t dossier, const struct supplement *s, const char *defects)
{
    return db_put(c, &Q[Q_SUPPLEMENT_ADD],
                  ARGS(qi(dossier), qi(s->number), qi(s->state), qt(s->note), qt(defects),
                       qi(s->asked_at), qi(s->asked_by), qi(s->due_at), qi(s->agreed_by)));
}

int
sql_supplement_move(struct ctx *c, int64_t dossier, const struct supplement *s)
{
    return db_put(c, &Q[Q_SUPPLEMENT_MOVE],
                  ARGS(qi(dossier), qi(s->number), qi(s->state), qi(s->asked_at), qi(s->due_at),
                       qi(s->agreed_by), qi(s->answered_at)));
}

static const char *
member(struct ctx *c, const json_t *o, const char *key)
{
    return arena_str(c->a, json_string_value(json_object_get(o, key)));
}

static void
read_defects(struct ctx *c, const char *text, struct supplement *s)
{
    json_t *array = json_loads(text, 0, NULL);

    s->n_defects = json_array_size(array);
    s->defects = arena_get(c->a, (s->n_defects + 1) * sizeof *s->defects);
    for (size_t i = 0; i < s->n_defects; i++) {
        const json_t *o = json_array_get(array, i);

        s->defects[i] = (struct defect){member(c, o, "paper"), member(c, o, "field"),
                                        member(c, o, "reason"), member(c, o, "text")};
    }
    json_decref(array);
}

int
sql_supplements(struct ctx *c, int64_t dossier, supplement_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_SUPPLEMENTS], ARGS(qi(dossier))); db_next(&r);) {
        struct supplement *s = vec_push(c->a, out);

        *s = (struct supplement){.number = row_int(&r, 0), .note = row_text(&r, 2),
                                 .asked_at = row_int(&r, 4), .asked_by = row_int(&r, 5),
                                 .due_at = row_int(&r, 6), .agreed_by = row_int(&r, 7),
                                 .answered_at = row_int(&r, 8)};
        s->state = (unsigned)row_int(&r, 1);
        read_defects(c, row_text(&r, 3), s);
    }
    return db_done(&r);
}

int64_t
sql_supplement_last(struct ctx *c, int64_t dossier)
{
    return db_int(c, 0, &Q[Q_SUPPLEMENT_LAST], ARGS(qi(dossier)));
}

/* --- opinions --- */

int
sql_opinion_add(struct ctx *c, int64_t dossier, const struct opinion *o)
{
    return db_put(c, &Q[Q_OPINION_ADD],
                  ARGS(qi(dossier), qi(o->number), qi(o->unit), qt(o->question), qi(o->asked_at),
                       qi(o->asked_by), qi(o->due_at)));
}

int
sql_opinion_answer(struct ctx *c, int64_t dossier, const struct opinion *o)
{
    return db_exec(c, &Q[Q_OPINION_ANSWER],
                   ARGS(qi(dossier), qi(o->number), qt(o->answer), qi(o->answered_at),
                        qi(o->answered_by)));
}

int
sql_opinions(struct ctx *c, int64_t dossier, opinion_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_OPINIONS], ARGS(qi(dossier))); db_next(&r);)
        *vec_push(c->a, out) = (struct opinion){
            .number = row_int(&r, 0), .unit = row_int(&r, 1), .question = row_text(&r, 2),
            .asked_at = row_int(&r, 3), .asked_by = row_int(&r, 4), .due_at = row_int(&r, 5),
            .answer = row_text(&r, 6), .answered_at = row_int(&r, 7),
            .answered_by = row_int(&r, 8)};
    return db_done(&r);
}

int64_t
sql_opinion_last(struct ctx *c, int64_t dossier)
{
    return db_int(c, 0, &Q[Q_OPINION_LAST], ARGS(qi(dossier)));
}

int64_t
sql_opinion_of(struct ctx *c, int64_t dossier, int64_t account, int64_t number)
{
    return db_int(c, 0, &Q[Q_OPINION_OF],
                  ARGS(qi(dossier), qi(account), qi(number), qi(PERM_BIT(PERM_DOSSIER_PROCESS))));
}

/* --- stops of the clock --- */

int
sql_stop_add(struct ctx *c, int64_t dossier, enum stop_kind k, const struct stop_row *s)
{
    return db_put(c, &Q[Q_STOP_ADD],
                  ARGS(qi(dossier), qi(k), qt(s->kind), qt(s->basis), qt(s->document),
                       qi(s->from)));
}

int
sql_stops_end(struct ctx *c, int64_t dossier, int64_t at)
{
    return db_exec(c, &Q[Q_STOPS_END], ARGS(qi(dossier), qi(at)));
}

int
sql_stops(struct ctx *c, int64_t dossier, stop_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_STOPS], ARGS(qi(dossier))); db_next(&r);)
        *vec_push(c->a, out) = (struct stop_row){row_text(&r, 0), row_text(&r, 1), row_text(&r, 2),
                                                 row_int(&r, 3), row_int(&r, 4)};
    return db_done(&r);
}

enum stop_kind
sql_stop_kind(const struct stop_row *s)
{
    if (strcmp(s->kind, "supplement") == 0)
        return STOP_SUPPLEMENT;
    return strcmp(s->kind, "fiscal") == 0 ? STOP_FISCAL : STOP_OTHER;
}

/* --- fees --- */

int
sql_fee_add(struct ctx *c, int64_t dossier, const struct dossier_fee *f)
{
    return db_put(c, &Q[Q_FEE_ADD],
                  ARGS(qi(dossier), qt(f->id), qt(f->name), qt(f->due), qt(f->basis), qi(f->amount),
                       qi(f->quantity)));
}

int
sql_fee_pay(struct ctx *c, int64_t dossier, const char *fee, const char *receipt)
{
    return db_exec(c, &Q[Q_FEE_PAY], ARGS(qi(dossier), qt(fee), qi(c->now), qt(receipt)));
}

int
sql_fees_forget(struct ctx *c, int64_t dossier)
{
    return db_put(c, &Q[Q_FEES_FORGET], ARGS(qi(dossier)));
}

int
sql_fees(struct ctx *c, int64_t dossier, dossier_fee_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_FEES], ARGS(qi(dossier))); db_next(&r);)
        *vec_push(c->a, out) = (struct dossier_fee){
            .id = row_text(&r, 0), .name = row_text(&r, 1), .due = row_text(&r, 2),
            .basis = row_text(&r, 3), .amount = row_int(&r, 4), .quantity = row_int(&r, 5),
            .paid_at = row_int(&r, 6), .receipt = row_text(&r, 7)};
    return db_done(&r);
}

int64_t
sql_fees_open(struct ctx *c, int64_t dossier, enum fees_open which)
{
    return db_int(c, 0, &Q[Q_FEES_OPEN], ARGS(qi(dossier), qi(which)));
}

/* --- the result in the hands of the applicant --- */

int
sql_hand_over_add(struct ctx *c, int64_t dossier, const struct hand_over *h)
{
    return db_put(c, &Q[Q_HAND_OVER_ADD],
                  ARGS(qi(dossier), qt(h->to_name),
                       qsealed(c, SEALED_HAND_OVER_NUMBER, dossier, h->to_number),
                       qt(h->to_paper), qi(h->at), qi(h->by), qi(h->delivery)));
}

int
sql_hand_over(struct ctx *c, int64_t dossier, struct hand_over *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Kết quả chưa được trả"), &Q[Q_HAND_OVER], ARGS(qi(dossier)));

    if (rc < 0)
        return rc;
    *out = (struct hand_over){row_text(&r, 0),
                              row_sealed(&r, 1, SEALED_HAND_OVER_NUMBER, dossier),
                              row_text(&r, 2), row_int(&r, 3), row_int(&r, 4), row_int(&r, 5)};
    return db_done(&r);
}
