/* mandates_sql.c - the only file that names the table mandate, and the only one of this slice that
 * binds a personal number: both are sealed (db/sealed.h), so each is searched in its column's own
 * forms. */
#include "db/sealed.h"
#include "mod/mandates/mandates_sql.h"

#define COLUMNS                                                                                    \
    "m.id, m.token, m.version, m.kind, m.person, m.tax_code, m.name, m.agent, m.agent_name,"       \
    " m.scope, m.scope_of, m.evidence, m.paper, m.vault, m.begins, m.ends, m.state, m.account,"    \
    " m.made_at, m.checked_by, m.checked_as, m.checked_at, m.over_at, m.reason"
/* A number as it may stand in mandate.agent: $1 to $4 of every search; "" is nobody's. */
#define AGENT FORMS_IN("$1", "$2", "$3", "$4")
/* Who represents m's organisation by law, confirmed and in its days; today is $5. */
#define MY_HOUSE                                                                                   \
    "EXISTS (SELECT 1 FROM mandate l WHERE l.agent" AGENT " AND l.tax_code = m.tax_code"           \
    " AND l.tax_code <> '' AND l.kind = 3 AND l.state = 2 AND l.begins <= $5"                      \
    " AND (l.ends = 0 OR l.ends >= $5))"
#define HOUSES                                                                                     \
    " FROM mandate l JOIN mandate m ON m.tax_code = l.tax_code AND m.tax_code <> ''"               \
    " AND m.agent NOT" AGENT " WHERE l.agent" AGENT " AND l.tax_code <> '' AND l.kind = 3"         \
    " AND l.state = 2 AND l.begins <= $5 AND (l.ends = 0 OR l.ends >= $5)"

enum { Q_ADD, Q_SAVE, Q_BY_ID, Q_OWN, Q_ACTING, Q_ACTED, Q_HOUSES, Q_CLAIMS, Q_WAITING, Q_OPEN,
       Q__COUNT };

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"mandate_add",
               "INSERT INTO mandate (id, token, version, kind, person, tax_code, name, agent,"
               " agent_name, scope, scope_of, evidence, paper, vault, begins, ends, state, account,"
               " made_at, checked_by, checked_as, checked_at, over_at, reason)"
               " VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,"
               " $17, $18, $19, $20, $21, 0, '')"},
    [Q_SAVE] = {"mandate_save",
                "UPDATE mandate SET version = $2, name = $3, begins = $4, ends = $5, state = $6,"
                " checked_by = $7, checked_as = $8, checked_at = $9, over_at = $10, reason = $11"
                " WHERE id = $1 AND version = $2 - 1"},
    [Q_BY_ID] = {"mandate_by_id", "SELECT " COLUMNS " FROM mandate m WHERE m.id = $1"},
    [Q_OWN] = {"mandate_own",
               "SELECT " COLUMNS " FROM mandate m WHERE m.token = $10 AND $1 <> ''"
               " AND (m.agent" AGENT " OR m.person" FORMS_IN("$6", "$7", "$8", "$9")
               " OR " MY_HOUSE ")"},
    [Q_ACTING] = {"mandates_acting",
                  "SELECT " COLUMNS " FROM mandate m WHERE m.agent" AGENT " AND $1 <> ''"
                  " ORDER BY m.id DESC LIMIT $5"},
    /* UNION: one that is found in two ways is one. */
    [Q_ACTED] = {"mandates_acted",
                 "SELECT " COLUMNS " FROM mandate m WHERE m.person"
                 FORMS_IN("$6", "$7", "$8", "$9") " AND m.person <> ''"
                 " UNION SELECT " COLUMNS HOUSES " ORDER BY 1 DESC LIMIT $10"},
    [Q_HOUSES] = {"mandates_houses",
                  "SELECT " COLUMNS " FROM mandate m WHERE m.agent" AGENT " AND $1 <> ''"
                  " AND m.kind = 3 AND m.state = 2 AND m.begins <= $5"
                  " AND (m.ends = 0 OR m.ends >= $5) ORDER BY m.id LIMIT $6"},
    [Q_CLAIMS] = {"mandates_claims",
                  "SELECT " COLUMNS " FROM mandate m WHERE m.agent" AGENT " AND $1 <> ''"
                  " AND m.evidence = 3 AND m.state = 2 ORDER BY m.id LIMIT $5"},
    [Q_WAITING] = {"mandates_waiting",
                   "SELECT (SELECT count(*) FROM mandate m WHERE m.person"
                   FORMS_IN("$6", "$7", "$8", "$9") " AND m.person <> '' AND m.state = 1)"
                   " + (SELECT count(DISTINCT m.id)" HOUSES " AND m.state = 1)"},
    [Q_OPEN] = {"mandates_open",
                "SELECT count(*) FROM mandate WHERE account = $1 AND state IN (1, 2)"},
};

int
mandate_sql_add(struct ctx *c, const struct mandate *m)
{
    return db_put(c, &Q[Q_ADD],
                  ARGS(qi(m->id), qt(m->token), qi(m->kind),
                       qsealed(c, SEALED_MANDATE_PERSON, 0, m->person), qt(m->tax_code),
                       qt(m->name), qsealed(c, SEALED_MANDATE_AGENT, 0, m->agent),
                       qt(m->agent_name), qi(m->scope), qt(m->scope_of), qi(m->evidence),
                       qt(m->paper), qi(m->vault),
                       qi(m->begins), qi(m->ends), qi(m->state), qi(m->account), qi(m->made_at),
                       qi(m->checked_by), qi(m->checked_as), qi(m->checked_at)));
}

int
mandate_sql_save(struct ctx *c, const struct mandate *m)
{
    return db_exec(c, &Q[Q_SAVE],
                   ARGS(qi(m->id), qi(m->version), qt(m->name), qi(m->begins), qi(m->ends),
                        qi(m->state), qi(m->checked_by), qi(m->checked_as), qi(m->checked_at),
                        qi(m->over_at), qt(m->reason)));
}

static struct mandate
read_row(struct rows *r)
{
    return (struct mandate){
        .id = row_int(r, 0), .token = row_text(r, 1), .version = row_int(r, 2),
        .kind = (enum mandate_kind)row_int(r, 3),
        .person = row_sealed(r, 4, SEALED_MANDATE_PERSON, 0),
        .tax_code = row_text(r, 5), .name = row_text(r, 6),
        .agent = row_sealed(r, 7, SEALED_MANDATE_AGENT, 0),
        .agent_name = row_text(r, 8), .scope = (enum mandate_scope)row_int(r, 9),
        .scope_of = row_text(r, 10), .evidence = (enum mandate_evidence)row_int(r, 11),
        .paper = row_text(r, 12), .vault = row_int(r, 13), .begins = (day)row_int(r, 14),
        .ends = (day)row_int(r, 15), .state = (enum mandate_state)row_int(r, 16),
        .account = row_int(r, 17), .made_at = row_int(r, 18), .checked_by = row_int(r, 19),
        .checked_as = (enum mandate_side)row_int(r, 20), .checked_at = row_int(r, 21),
        .over_at = row_int(r, 22), .reason = row_text(r, 23)};
}

static int
read_one(struct ctx *c, struct rows *r, int rc, struct mandate *out)
{
    (void)c;
    if (rc < 0)
        return rc;
    *out = read_row(r);
    return db_done(r);
}

static int
read_all(struct ctx *c, struct rows *r, mandate_list *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = read_row(r);
    return db_done(r);
}

static struct forms
as_agent(struct ctx *c, const char *number)
{
    return sealed_forms(c, SEALED_MANDATE_AGENT, number);
}

static struct forms
as_person(struct ctx *c, const char *number)
{
    return sealed_forms(c, SEALED_MANDATE_PERSON, number);
}

#define SAY_NONE N_("Không có người đại diện này, hoặc không liên quan đến bạn")

int
mandate_sql_by_id(struct ctx *c, int64_t id, struct mandate *out)
{
    struct rows r;

    return read_one(c, &r, db_one(c, &r, SAY_NONE, &Q[Q_BY_ID], ARGS(qi(id))), out);
}

int
mandate_sql_own(struct ctx *c, const char *token, const char *number, day today,
                struct mandate *out)
{
    struct forms a = as_agent(c, number), p = as_person(c, number);
    struct rows r;

    return read_one(c, &r, db_one(c, &r, SAY_NONE, &Q[Q_OWN],
                                  ARGS(FORMS(a), qi(today), FORMS(p), qt(token))), out);
}

int
mandate_sql_acting(struct ctx *c, const char *number, mandate_list *out)
{
    struct forms a = as_agent(c, number);
    struct rows r;

    db_rows(c, &r, &Q[Q_ACTING], ARGS(FORMS(a), qi(MANDATES_SHOWN)));
    return read_all(c, &r, out);
}

int
mandate_sql_acted(struct ctx *c, const char *number, day today, mandate_list *out)
{
    struct forms a = as_agent(c, number), p = as_person(c, number);
    struct rows r;

    db_rows(c, &r, &Q[Q_ACTED], ARGS(FORMS(a), qi(today), FORMS(p), qi(MANDATES_SHOWN)));
    return read_all(c, &r, out);
}

int
mandate_sql_houses(struct ctx *c, const char *number, day today, mandate_list *out)
{
    struct forms a = as_agent(c, number);
    struct rows r;

    db_rows(c, &r, &Q[Q_HOUSES], ARGS(FORMS(a), qi(today), qi(MANDATES_SHOWN)));
    return read_all(c, &r, out);
}

int
mandate_sql_claims(struct ctx *c, const char *number, mandate_list *out)
{
    struct forms a = as_agent(c, number);
    struct rows r;

    db_rows(c, &r, &Q[Q_CLAIMS], ARGS(FORMS(a), qi(MANDATES_SHOWN)));
    return read_all(c, &r, out);
}

int64_t
mandate_sql_waiting(struct ctx *c, const char *number, day today)
{
    struct forms a = as_agent(c, number), p = as_person(c, number);

    return db_int(c, 0, &Q[Q_WAITING], ARGS(FORMS(a), qi(today), FORMS(p)));
}

int64_t
mandate_sql_open(struct ctx *c, int64_t account)
{
    return db_int(c, MANDATES_MAX, &Q[Q_OPEN], ARGS(qi(account)));
}
