#include "mod/people/people_sql.h"

#include "db/sealed.h"

#define OWNERS(column, text)                                                                       \
    "SELECT owner FROM party WHERE " column " = " text " AND " column " <> '' AND owner < $2"

enum { Q_CLEAR, Q_ADD, Q_LIST, Q_OWNERS, Q_BETWEEN, Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_CLEAR] = {"party_clear", "DELETE FROM party WHERE owner = $1"},
    [Q_ADD] = {"party_add",
               "INSERT INTO party (owner, seq, role, kind, name, personal_number, tax_code, phone,"
               " email, address, basis, basis_number)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"},
    [Q_LIST] = {"party_list",
                "SELECT role, kind, name, personal_number, tax_code, phone, email, address, basis,"
                " basis_number FROM party WHERE owner = $1 ORDER BY seq"},
    /* One look a form of the text: each comes in the order of its index. */
    [Q_OWNERS] = {"party_owners",
                  OWNERS("personal_number", "$1") " UNION " OWNERS("personal_number", "$4")
                  " UNION " OWNERS("personal_number", "$5")
                  " UNION " OWNERS("personal_number", "$6") " UNION " OWNERS("tax_code", "$1")
                  " UNION " OWNERS("phone", "$1") " UNION " OWNERS("phone", "$7")
                  " UNION " OWNERS("phone", "$8") " UNION " OWNERS("phone", "$9")
                  " ORDER BY 1 DESC LIMIT $3"},
    [Q_BETWEEN] = {"party_owners_between",
                   "SELECT owner FROM party WHERE owner > $1 AND owner <= $2"
                   " GROUP BY owner ORDER BY owner"},
};

int
people_sql_clear(struct ctx *c, int64_t owner)
{
    return db_put(c, &Q[Q_CLEAR], ARGS(qi(owner)));
}

int
people_sql_add(struct ctx *c, int64_t owner, int64_t seq, const struct party *p)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(owner), qi(seq), qi(p->role), qi(p->kind), qt(p->name),
                       qsealed(c, SEALED_PARTY_NUMBER, 0, p->personal_number), qt(p->tax_code),
                       qsealed(c, SEALED_PARTY_PHONE, 0, p->phone), qt(p->email), qt(p->address),
                       qt(p->basis), qt(p->basis_number)));
}

int
people_sql_list(struct ctx *c, int64_t owner, party_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LIST], ARGS(qi(owner))); db_next(&r);)
        *vec_push(c->a, out) = (struct party){
            .role = (enum party_role)row_int(&r, 0), .kind = (enum party_kind)row_int(&r, 1),
            .name = row_text(&r, 2),
            .personal_number = row_sealed(&r, 3, SEALED_PARTY_NUMBER, owner),
            .tax_code = row_text(&r, 4), .phone = row_sealed(&r, 5, SEALED_PARTY_PHONE, owner),
            .email = row_text(&r, 6), .address = row_text(&r, 7), .basis = row_text(&r, 8),
            .basis_number = row_text(&r, 9)};
    return db_done(&r);
}

int
people_sql_owners(struct ctx *c, const char *word, int64_t before, size_t limit, owner_list *out)
{
    struct forms n = sealed_forms(c, SEALED_PARTY_NUMBER, word),
                 p = sealed_forms(c, SEALED_PARTY_PHONE, word);
    struct rows r;

    /* The first form is the plain one: a tax code's, and of rows that are not sealed yet. */
    for (db_rows(c, &r, &Q[Q_OWNERS],
                 ARGS(qt(word), qi(before), qi((int64_t)limit), qt(n.p[1]), qt(n.p[2]), qt(n.p[3]),
                      qt(p.p[1]), qt(p.p[2]), qt(p.p[3])));
         db_next(&r);)
        *vec_push(c->a, out) = row_int(&r, 0);
    return db_done(&r);
}

int
people_sql_owners_between(struct ctx *c, int64_t after, int64_t upto, owner_list *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_BETWEEN], ARGS(qi(after), qi(upto))); db_next(&r);)
        *vec_push(c->a, out) = row_int(&r, 0);
    return db_done(&r);
}
