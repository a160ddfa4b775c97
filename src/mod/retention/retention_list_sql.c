/* destroy_list and destroy_item. */
#include "http/perm.h"
#include "mod/retention/retention_sql.h"

enum { Q_ADD, Q_SAVE, Q_GET, Q_LISTS, Q_DUE, Q_ITEM_ADD, Q_ITEM_REMOVE, Q_ITEMS, Q_ITEM_MOVE,
       Q_SUMS, Q__COUNT };

#define LIST                                                                                       \
    "SELECT l.id, l.code, l.unit, l.state, l.version, l.reason, l.basis, l.wait_days, l.items,"    \
    " l.created_by, l.created_at, l.sent_by, l.sent_at, l.decided_by, l.decided_at,"               \
    " l.destroy_at, l.done_at FROM destroy_list l"
#define REACHED(account, perms)                                                                    \
    "EXISTS (SELECT 1 FROM v_reach r WHERE r.account = " account " AND r.unit = l.unit"            \
    " AND (r.perms & " perms ") <> 0)"

static const struct query Q[Q__COUNT] QUERIES = {
    [Q_ADD] = {"destroy_list_add",
               "INSERT INTO destroy_list (id, code, unit, state, version, reason, basis, wait_days,"
               " items, created_by, created_at, sent_by, sent_at, decided_by, decided_at,"
               " destroy_at, done_at)"
               " VALUES ($1, $2, $3, 1, 1, $4, '', 0, $5, $6, $7, 0, 0, 0, 0, 0, 0)"},
    [Q_SAVE] = {"destroy_list_save",
                "UPDATE destroy_list SET version = version + 1, state = $3, basis = $4,"
                " wait_days = $5, items = $6, sent_by = $7, sent_at = $8, decided_by = $9,"
                " decided_at = $10, destroy_at = $11, done_at = $12, reason = $13"
                " WHERE id = $1 AND version = $2"},
    [Q_GET] = {"destroy_list_get", LIST " WHERE l.code = $1 AND " REACHED("$2", "$3")},
    [Q_LISTS] = {"destroy_lists", LIST " WHERE l.id < $1 AND " REACHED("$2", "$3")
                                       " ORDER BY l.id DESC LIMIT $4"},
    [Q_DUE] = {"destroy_list_due",
               LIST " WHERE l.state = 3 AND l.destroy_at <= $1 ORDER BY l.destroy_at, l.id"
                    " LIMIT 1"},
    [Q_ITEM_ADD] = {"destroy_item_add",
                    "INSERT INTO destroy_item (list, seq, dossier, state, note, decided_by,"
                    " decided_at, destroyed_at, code, title, opened_on, closed_on, rule, years,"
                    " end_year, files, bytes)"
                    " VALUES ($1, $2, $3, 1, '', 0, 0, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12)"},
    [Q_ITEM_REMOVE] = {"destroy_item_remove",
                       "DELETE FROM destroy_item WHERE list = $1 AND seq = $2"},
    [Q_ITEMS] = {"destroy_items",
                 "SELECT list, seq, dossier, state, note, decided_by, decided_at, destroyed_at,"
                 " code, title, opened_on, closed_on, rule, years, end_year, files, bytes"
                 " FROM destroy_item WHERE list = $1 AND seq > $2 AND ($3 = 0 OR state = $3)"
                 " ORDER BY seq LIMIT $4"},
    [Q_ITEM_MOVE] = {"destroy_item_move",
                     "UPDATE destroy_item SET state = $3, note = $4, decided_by = $5,"
                     " decided_at = $6, destroyed_at = $7, files = $8, bytes = $9"
                     " WHERE list = $1 AND seq = $2 AND state = $10"},
    [Q_SUMS] = {"destroy_sums",
                "SELECT state, count(*), sum(files), sum(bytes) FROM destroy_item WHERE list = $1"
                " GROUP BY state ORDER BY state"},
};

/* --- lists ------------------------------------------------------------------------------------ */

int
destroy_sql_add(struct ctx *c, const struct destroy_list *l)
{
    return db_put(c, &Q[Q_ADD], ARGS(qi(l->id), qt(l->code), qi(l->unit), qt(l->reason),
                                     qi(l->items), qi(l->created_by), qi(l->created_at)));
}

int
destroy_sql_save(struct ctx *c, struct destroy_list *l)
{
    int n = db_exec(c, &Q[Q_SAVE],
                    ARGS(qi(l->id), qi(l->version), qi(l->state), qt(l->basis), qi(l->wait_days),
                         qi(l->items), qi(l->sent_by), qi(l->sent_at), qi(l->decided_by),
                         qi(l->decided_at), qi(l->destroy_at), qi(l->done_at), qt(l->reason)));

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Danh mục đã thay đổi từ khi bạn mở, hãy xem lại"),
                    "list %s is not v%" PRId64, l->code, l->version);
    l->version++;
    return n < 0 ? n : OK;
}

static void
read_list(struct rows *r, struct destroy_list *l)
{
    *l = (struct destroy_list){
        .id = row_int(r, 0), .code = row_text(r, 1), .unit = row_int(r, 2),
        .state = (enum destroy_state)row_int(r, 3), .version = row_int(r, 4),
        .reason = row_text(r, 5), .basis = row_text(r, 6), .wait_days = row_int(r, 7),
        .items = row_int(r, 8), .created_by = row_int(r, 9), .created_at = row_int(r, 10),
        .sent_by = row_int(r, 11), .sent_at = row_int(r, 12), .decided_by = row_int(r, 13),
        .decided_at = row_int(r, 14), .destroy_at = row_int(r, 15), .done_at = row_int(r, 16)};
}

int
destroy_sql_get(struct ctx *c, const char *code, struct destroy_list *out)
{
    struct rows r;
    int rc = db_one(c, &r, N_("Không tìm thấy danh mục này"), &Q[Q_GET],
                    ARGS(qt(code), qi(c->account), qi(PERM_BIT(PERM_ARCHIVE))));

    if (rc < 0)
        return rc;
    read_list(&r, out);
    return db_done(&r);
}

int
destroy_sql_lists(struct ctx *c, int64_t before, size_t limit, destroy_lists_vec *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_LISTS], ARGS(qi(before), qi(c->account),
                                          qi(PERM_BIT(PERM_ARCHIVE)), qi((int64_t)limit)));
         db_next(&r);)
        read_list(&r, vec_push(c->a, out));
    return db_done(&r);
}

int
destroy_sql_due(struct ctx *c, struct destroy_list *out)
{
    bool found = false;
    struct rows r;
    int rc;

    for (db_rows(c, &r, &Q[Q_DUE], ARGS(qi(c->now))); db_next(&r); found = true)
        read_list(&r, out);
    rc = db_done(&r);
    return rc < 0 ? rc : found ? OK : E_NOTFOUND;
}

/* --- items ------------------------------------------------------------------------------------ */

int
destroy_sql_item_add(struct ctx *c, const struct destroy_item *i)
{
    return db_put(c, &Q[Q_ITEM_ADD],
                  ARGS(qi(i->list), qi(i->seq), qi(i->dossier), qt(i->code), qt(i->title),
                       qi(i->opened_on), qi(i->closed_on), qt(i->rule), qi(i->years),
                       qi(i->end_year), qi(i->files), qi(i->bytes)));
}

int
destroy_sql_item_remove(struct ctx *c, int64_t list, int64_t seq)
{
    return db_exec(c, &Q[Q_ITEM_REMOVE], ARGS(qi(list), qi(seq)));
}

int
destroy_sql_items(struct ctx *c, int64_t list, int64_t after, int state, size_t limit,
                  destroy_items_vec *out)
{
    struct rows r;

    for (db_rows(c, &r, &Q[Q_ITEMS], ARGS(qi(list), qi(after), qi(state), qi((int64_t)limit)));
         db_next(&r);)
        *vec_push(c->a, out) = (struct destroy_item){
            .list = row_int(&r, 0), .seq = row_int(&r, 1), .dossier = row_int(&r, 2),
            .state = (enum item_state)row_int(&r, 3), .note = row_text(&r, 4),
            .decided_by = row_int(&r, 5), .decided_at = row_int(&r, 6),
            .destroyed_at = row_int(&r, 7), .code = row_text(&r, 8), .title = row_text(&r, 9),
            .opened_on = (day)row_int(&r, 10), .closed_on = (day)row_int(&r, 11),
            .rule = row_text(&r, 12), .years = row_int(&r, 13), .end_year = row_int(&r, 14),
            .files = row_int(&r, 15), .bytes = row_int(&r, 16)};
    return db_done(&r);
}

int
destroy_sql_item_move(struct ctx *c, const struct destroy_item *i, enum item_state from)
{
    int n = db_exec(c, &Q[Q_ITEM_MOVE],
                    ARGS(qi(i->list), qi(i->seq), qi(i->state), qt(i->note), qi(i->decided_by),
                         qi(i->decided_at), qi(i->destroyed_at), qi(i->files), qi(i->bytes),
                         qi(from)));

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Hồ sơ này đã được quyết định"), "item %" PRId64, i->seq);
    return n < 0 ? n : OK;
}

int
destroy_sql_sums(struct ctx *c, int64_t list, struct destroy_sums *out)
{
    struct rows r;

    *out = (struct destroy_sums){0};
    for (db_rows(c, &r, &Q[Q_SUMS], ARGS(qi(list))); db_next(&r);) {
        int64_t n = row_int(&r, 1);

        switch ((enum item_state)row_int(&r, 0)) {
        case ITEM_OPEN:      out->open = n; break;
        case ITEM_AGREED:    out->agreed = n; break;
        case ITEM_REFUSED:   out->refused = n; break;
        case ITEM_DESTROYED: out->destroyed = n; break;
        case ITEM_KEPT:      out->kept = n; break;
        }
        out->files += row_int(&r, 2);
        out->bytes += row_int(&r, 3);
    }
    return db_done(&r);
}
