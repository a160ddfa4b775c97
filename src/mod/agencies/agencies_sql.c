/*
 * agencies_sql.c - the only file that names the tables agency, agency_leader, agency_link,
 * agency_role, agency_stand_in, agency_delegation and agency_state.  Others may read the views
 * v_agency and v_agency_role.
 */
#include "mod/agencies/agencies_sql.h"

enum {
    Q_ALL, Q_LEADERS, Q_LINKS, Q_DELEGATIONS, Q_ROLES, Q_ROLES_OF, Q_ROLES_AT, Q_STAND_INS,
    Q_STAND_INS_OF, Q_STAND_INS_AT, Q_ADD, Q_SAVE, Q_LEADERS_DROP, Q_LEADER_ADD, Q_LINKS_DROP,
    Q_LINK_ADD,
    Q_ROLE_ADD, Q_ROLE_DROP, Q_ROLE_END, Q_STAND_IN_ADD, Q_STAND_IN_DROP, Q_STAND_IN_END,
    Q_DELEGATION_ADD, Q_DELEGATION_DROP, Q_DELEGATION_END, Q_GENERATION, Q_CHANGED, Q_LOCK,
    Q_REFRESHED, Q_FIELDS, Q__MAX
};

#define ROLE_COLUMNS                                                                               \
    "r.id, r.account, r.agency, r.role, r.valid_from, r.valid_to, a.name, a.login, r.fields"
#define ROLES "SELECT " ROLE_COLUMNS " FROM agency_role r JOIN v_account a ON a.id = r.account"
#define STAND_INS                                                                          \
    "SELECT s.id, s.absent, s.stand_in, s.valid_from, s.valid_to, s.reason, a.name, b.name," \
    " b.login" \
    " FROM agency_stand_in s JOIN v_account a ON a.id = s.absent"                          \
    " JOIN v_account b ON b.id = s.stand_in"

static const struct query Q[Q__MAX] QUERIES = {
    [Q_ALL] =
        {"agencies",
         "SELECT id, version, parent, code, unit_code, name, name_en, type, valid_from, valid_to,"
         " provisional, desk, hotline, phone, email, address, hours FROM agency"},
    [Q_LEADERS] =
        {"agency_leaders",
         "SELECT agency, title, name, phone FROM agency_leader ORDER BY agency, position"},
    [Q_LINKS] = {"agency_links",
                 "SELECT agency, successor, how FROM agency_link ORDER BY agency, position"},
    [Q_DELEGATIONS] =
        {"agency_delegations",
         "SELECT id, from_agency, to_agency, procedure_code, decision, decided, valid_from,"
         " valid_to FROM agency_delegation ORDER BY valid_to DESC, id DESC"},
    [Q_ROLES] = {"agency_roles", ROLES " WHERE a.active = 1 ORDER BY r.account, r.id"},
    [Q_ROLES_OF] = {"agency_roles_of", ROLES " WHERE r.account = $1 ORDER BY r.id"},
    [Q_ROLES_AT] = {"agency_roles_at",
                    ROLES " WHERE r.agency = $1 AND a.active = 1 ORDER BY a.name, r.id"},
    [Q_FIELDS] = {"agency_fields", "SELECT DISTINCT field FROM v_procedure_field ORDER BY field"},
    [Q_STAND_INS] = {"agency_stand_ins",
                     STAND_INS " WHERE a.active = 1 AND b.active = 1 ORDER BY s.id"},
    [Q_STAND_INS_OF] =
        {"agency_stand_ins_of",
         STAND_INS " WHERE s.absent = $1 OR s.stand_in = $1 ORDER BY s.valid_to DESC, s.id DESC"},
    [Q_STAND_INS_AT] =
        {"agency_stand_ins_at",
         STAND_INS " WHERE a.active = 1 AND b.active = 1 AND s.absent IN"
                   " (SELECT r.account FROM agency_role r WHERE r.agency = $1) ORDER BY s.id"},

    [Q_ADD] =
        {"agency_add",
         "INSERT INTO agency (id, version, parent, code, unit_code, name, name_en, type,"
         " valid_from, valid_to, provisional, desk, hotline, phone, email, address, hours)"
         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"},
    [Q_SAVE] =
        {"agency_save",
         "UPDATE agency SET version = version + 1, parent = $3, code = $4, unit_code = $5,"
         " name = $6, name_en = $7, type = $8, valid_from = $9, valid_to = $10,"
         " provisional = $11, desk = $12, hotline = $13, phone = $14,"
         " email = $15, address = $16, hours = $17"
         " WHERE id = $1 AND version = $2"},
    [Q_LEADERS_DROP] = {"agency_leaders_drop", "DELETE FROM agency_leader WHERE agency = $1"},
    [Q_LEADER_ADD] = {"agency_leader_add",
                      "INSERT INTO agency_leader (agency, position, title, name, phone)"
                      " VALUES ($1, $2, $3, $4, $5)"},
    [Q_LINKS_DROP] = {"agency_links_drop", "DELETE FROM agency_link WHERE agency = $1"},
    [Q_LINK_ADD] =
        {"agency_link_add",
         "INSERT INTO agency_link (agency, position, successor, how) VALUES ($1, $2, $3, $4)"},
    [Q_ROLE_ADD] =
        {"agency_role_add",
         "INSERT INTO agency_role (id, account, agency, role, valid_from, valid_to, set_by, set_at,"
         " fields) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"},
    /* An end before the beginning takes the row away. */
    [Q_ROLE_DROP] = {"agency_role_drop",
                     "DELETE FROM agency_role WHERE id = $1 AND account = $2 AND valid_from > $3"},
    [Q_ROLE_END] =
        {"agency_role_end",
         "UPDATE agency_role SET valid_to = $3 WHERE id = $1 AND account = $2 AND valid_to > $3"},
    [Q_STAND_IN_ADD] =
        {"agency_stand_in_add",
         "INSERT INTO agency_stand_in (id, absent, stand_in, valid_from, valid_to, reason, set_by,"
         " set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"},
    [Q_STAND_IN_DROP] = {"agency_stand_in_drop",
                         "DELETE FROM agency_stand_in WHERE id = $1 AND valid_from > $2"},
    [Q_STAND_IN_END] = {"agency_stand_in_end",
                        "UPDATE agency_stand_in SET valid_to = $2 WHERE id = $1 AND valid_to > $2"},
    [Q_DELEGATION_ADD] =
        {"agency_delegation_add",
         "INSERT INTO agency_delegation (id, from_agency, to_agency, procedure_code, decision,"
         " decided, valid_from, valid_to, set_by, set_at)"
         " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"},
    [Q_DELEGATION_DROP] = {"agency_delegation_drop",
                           "DELETE FROM agency_delegation WHERE id = $1 AND valid_from > $2"},
    [Q_DELEGATION_END] =
        {"agency_delegation_end",
         "UPDATE agency_delegation SET valid_to = $2 WHERE id = $1 AND valid_to > $2"},

    [Q_GENERATION] = {"agency_generation", "SELECT generation FROM agency_state WHERE id = 1"},
    [Q_CHANGED] = {"agency_changed", "UPDATE agency_state SET generation = generation + 1"},
    [Q_LOCK] = {"agency_lock", "UPDATE agency_state SET generation = generation WHERE id = 1"},
    [Q_REFRESHED] = {"agency_refreshed",
                     "UPDATE agency_state SET refreshed = $1 WHERE refreshed <> $1"},
};

static int
rows_or(int n)          /* rows changed -> OK */
{
    return n < 0 ? n : OK;
}

/* --- reading -------------------------------------------------------------------------------- */

int
agencies_sql_all(struct ctx *c, agency_vec *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_ALL], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = (struct agency){
            .id = row_int(&r, 0), .version = row_int(&r, 1), .parent = row_int(&r, 2),
            .code = row_text(&r, 3), .unit_code = row_text(&r, 4), .name = row_text(&r, 5),
            .name_en = row_text(&r, 6), .type = (enum agency_type)row_int(&r, 7),
            .valid_from = (day)row_int(&r, 8), .valid_to = (day)row_int(&r, 9),
            .provisional = row_int(&r, 10) != 0, .desk = row_int(&r, 11) != 0,
            .hotline = row_text(&r, 12), .phone = row_text(&r, 13), .email = row_text(&r, 14),
            .address = row_text(&r, 15), .hours = row_text(&r, 16),
        };
    return db_done(&r);
}

int
agencies_sql_leaders(struct ctx *c, leader_vec *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LEADERS], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = (struct leader_row){
            row_int(&r, 0), {row_text(&r, 1), row_text(&r, 2), row_text(&r, 3)}};
    return db_done(&r);
}

int
agencies_sql_links(struct ctx *c, link_vec *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LINKS], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) =
            (struct link_row){row_int(&r, 0), row_int(&r, 1), (enum succession)row_int(&r, 2)};
    return db_done(&r);
}

int
agencies_sql_delegations(struct ctx *c, delegation_vec *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_DELEGATIONS], NO_ARGS); db_next(&r);)
        *vec_push(c->a, out) = (struct delegation){
            .id = row_int(&r, 0), .from = row_int(&r, 1), .to = row_int(&r, 2),
            .procedure = row_text(&r, 3), .decision = row_text(&r, 4),
            .decided = (day)row_int(&r, 5), .valid_from = (day)row_int(&r, 6),
            .valid_to = (day)row_int(&r, 7),
        };
    return db_done(&r);
}

static int
read_roles(struct ctx *c, struct rows *r, role_vec *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct role_row){
            .id = row_int(r, 0), .account = row_int(r, 1), .agency = row_int(r, 2),
            .role = (enum role)row_int(r, 3), .valid_from = (day)row_int(r, 4),
            .valid_to = (day)row_int(r, 5), .name = row_text(r, 6), .login = row_text(r, 7),
            .fields = row_text(r, 8),
        };
    return db_done(r);
}

int
agencies_sql_fields(struct ctx *c, const char *const **out, size_t *n)
{
    VEC(const char *) v = {0};
    struct rows r;

    for (db_rows(c, &r, &Q[Q_FIELDS], NO_ARGS); db_next(&r);)
        *vec_push(c->a, &v) = row_text(&r, 0);
    *out = v.p;
    *n = v.n;
    return db_done(&r);
}

int
agencies_sql_roles(struct ctx *c, int64_t account, role_vec *out)
{
    struct rows r;

    if (account)
        db_rows(c, &r, &Q[Q_ROLES_OF], ARGS(qi(account)));
    else
        db_rows(c, &r, &Q[Q_ROLES], NO_ARGS);
    return read_roles(c, &r, out);
}

int
agencies_sql_roles_at(struct ctx *c, int64_t agency, role_vec *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_ROLES_AT], ARGS(qi(agency)));
    return read_roles(c, &r, out);
}

static int
read_stand_ins(struct ctx *c, struct rows *r, stand_in_vec *out)
{
    while (db_next(r))
        *vec_push(c->a, out) = (struct stand_in){
            .id = row_int(r, 0), .absent = row_int(r, 1), .stand_in = row_int(r, 2),
            .valid_from = (day)row_int(r, 3), .valid_to = (day)row_int(r, 4),
            .reason = row_text(r, 5), .absent_name = row_text(r, 6),
            .stand_in_name = row_text(r, 7), .stand_in_login = row_text(r, 8),
        };
    return db_done(r);
}

int
agencies_sql_stand_ins(struct ctx *c, int64_t account, stand_in_vec *out)
{
    struct rows r;

    if (account)
        db_rows(c, &r, &Q[Q_STAND_INS_OF], ARGS(qi(account)));
    else
        db_rows(c, &r, &Q[Q_STAND_INS], NO_ARGS);
    return read_stand_ins(c, &r, out);
}

int
agencies_sql_stand_ins_at(struct ctx *c, int64_t agency, stand_in_vec *out)
{
    struct rows r;

    db_rows(c, &r, &Q[Q_STAND_INS_AT], ARGS(qi(agency)));
    return read_stand_ins(c, &r, out);
}

/* --- writing -------------------------------------------------------------------------------- */

static int
write_agency(struct ctx *c, const struct query *q, const struct agency *g)
{
    return db_exec(c, q,
                   ARGS(qi(g->id), qi(g->version), qi(g->parent), qt(g->code), qt(g->unit_code),
                        qt(g->name), qt(g->name_en), qi(g->type), qi(g->valid_from),
                        qi(g->valid_to), qi(g->provisional), qi(g->desk), qt(g->hotline),
                        qt(g->phone), qt(g->email), qt(g->address), qt(g->hours)));
}

int
agencies_sql_add(struct ctx *c, const struct agency *g)
{
    struct agency row = *g;

    row.version = 1;
    return rows_or(write_agency(c, &Q[Q_ADD], &row));
}

int
agencies_sql_save(struct ctx *c, const struct agency *g)
{
    return write_agency(c, &Q[Q_SAVE], g);
}

int
agencies_sql_leaders_set(struct ctx *c, int64_t agency, const struct leader *v, size_t n)
{
    int rc = db_exec(c, &Q[Q_LEADERS_DROP], ARGS(qi(agency)));

    for (size_t i = 0; rc >= 0 && i < n; i++)
        rc = db_exec(c, &Q[Q_LEADER_ADD],
                     ARGS(qi(agency), qi((int64_t)i + 1), qt(v[i].title), qt(v[i].name),
                          qt(v[i].phone)));
    return rows_or(rc);
}

int
agencies_sql_links_set(struct ctx *c, int64_t agency, const struct agency_link *v, size_t n)
{
    int rc = db_exec(c, &Q[Q_LINKS_DROP], ARGS(qi(agency)));

    for (size_t i = 0; rc >= 0 && i < n; i++)
        rc = db_exec(c, &Q[Q_LINK_ADD],
                     ARGS(qi(agency), qi((int64_t)i + 1), qi(v[i].agency), qi(v[i].how)));
    return rows_or(rc);
}

int
agencies_sql_role_add(struct ctx *c, const struct role_row *r)
{
    return rows_or(db_exec(c, &Q[Q_ROLE_ADD],
                           ARGS(qi(r->id), qi(r->account), qi(r->agency), qi(r->role),
                                qi(r->valid_from), qi(r->valid_to), qi(c->account), qi(c->now),
                                qt(r->fields ? r->fields : ""))));
}

/* Rows that either query changed. */
static int
end_row(struct ctx *c, int drop, int end, const struct dbv *args, size_t n)
{
    int rc = db_exec(c, &Q[drop], args, n);

    return rc != 0 ? rc : db_exec(c, &Q[end], args, n);
}

int
agencies_sql_role_end(struct ctx *c, int64_t id, int64_t account, day last)
{
    return end_row(c, Q_ROLE_DROP, Q_ROLE_END, ARGS(qi(id), qi(account), qi(last)));
}

int
agencies_sql_stand_in_add(struct ctx *c, const struct stand_in *s)
{
    return rows_or(db_exec(c, &Q[Q_STAND_IN_ADD],
                           ARGS(qi(s->id), qi(s->absent), qi(s->stand_in), qi(s->valid_from),
                                qi(s->valid_to), qt(s->reason), qi(c->account), qi(c->now))));
}

int
agencies_sql_stand_in_end(struct ctx *c, int64_t id, day last)
{
    return end_row(c, Q_STAND_IN_DROP, Q_STAND_IN_END, ARGS(qi(id), qi(last)));
}

int
agencies_sql_delegation_add(struct ctx *c, const struct delegation *d)
{
    return rows_or(db_exec(c, &Q[Q_DELEGATION_ADD],
                           ARGS(qi(d->id), qi(d->from), qi(d->to), qt(d->procedure),
                                qt(d->decision), qi(d->decided), qi(d->valid_from),
                                qi(d->valid_to), qi(c->account), qi(c->now))));
}

int
agencies_sql_delegation_end(struct ctx *c, int64_t id, day last)
{
    return end_row(c, Q_DELEGATION_DROP, Q_DELEGATION_END, ARGS(qi(id), qi(last)));
}

int64_t
agencies_sql_generation(struct ctx *c)
{
    return db_int(c, 0, &Q[Q_GENERATION], NO_ARGS);
}

int
agencies_sql_lock(struct ctx *c)
{
    return rows_or(db_exec(c, &Q[Q_LOCK], NO_ARGS));
}

int
agencies_sql_changed(struct ctx *c)
{
    return rows_or(db_exec(c, &Q[Q_CHANGED], NO_ARGS));
}

int
agencies_sql_refreshed(struct ctx *c, day on)
{
    return db_exec(c, &Q[Q_REFRESHED], ARGS(qi(on)));
}
