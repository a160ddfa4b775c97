#include "mod/owner/owner.h"

#include "base/id.h"
#include "mod/agencies/agencies.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/worklists.h"
#include "mod/owner/owner_sql.h"
#include "mod/papers/vault.h"
#include "site/site.h"

enum { COUNTED_PAGES = 5, SESSIONS_COUNTED = 50, EVENTS_COUNTED = 100, TOKEN_BYTES = 12 };

static const char *const CORRECTS[CORRECT__COUNT] = {
    [CORRECT_NAME] = N_("Họ và tên"),
    [CORRECT_NUMBER] = N_("Số định danh cá nhân"),
    [CORRECT_OTHER] = N_("Ngày sinh hoặc thông tin khác đã đăng ký"),
};

const char *
owner_correct_name(enum correct k)
{
    return k > CORRECT_NONE && k < CORRECT__COUNT ? CORRECTS[k] : "";
}

/* --- what is kept --- */

static int
count_dossiers(struct ctx *c, struct owner_counts *out)
{
    const char *cursor = NULL;
    struct list l;

    for (int page = 0; page < COUNTED_PAGES; page++) {
        int rc = dossiers_own(c, cursor, LIST_MAX, &l);

        if (rc < 0)
            return rc;
        out->dossiers += (int64_t)l.n;
        for (size_t i = 0; i < l.n; i++)
            out->open += l.p[i].finished_at == 0;
        if (!(cursor = l.next) || !*cursor)
            return OK;
    }
    out->more = true;
    return OK;
}

int
owner_counts(struct ctx *c, struct owner_counts *out)
{
    struct vault_who who = {.number = auth_number_verified(c), .account = c->account};
    struct session_row *sessions = arena_get(c->a, SESSIONS_COUNTED * sizeof *sessions);
    struct account_event *events = arena_get(c->a, EVENTS_COUNTED * sizeof *events);
    struct vault_item *items;
    size_t vault, n, m;
    int rc;

    *out = (struct owner_counts){0};
    if ((rc = count_dossiers(c, out)) < 0 || (rc = vault_list(c, &who, &items, &vault)) < 0 ||
        (rc = auth_session_list(c, c->account, SESSIONS_COUNTED, sessions, &n)) < 0 ||
        (rc = auth_happened_list(c, c->account, EVENTS_COUNTED, events, &m)) < 0)
        return rc;
    out->vault = (int64_t)vault;
    out->sessions = (int64_t)n;
    out->events = (int64_t)m;
    out->looks = owner_sql_looks(c);
    return c->err.rc < 0 ? (int)c->err.rc : OK;
}

/* --- a copy --- */

int
owner_export_ask(struct ctx *c)
{
    int n = owner_sql_export_ask(c);

    if (n == 0)
        return fail(c, E_CONFLICT, N_("Bản sao dữ liệu của bạn đang được lập"), "in the making");
    return n < 0 ? n : OK;
}

/* --- corrections --- */

static void
add_agencies(struct ctx *c, struct correction *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct agency *g = agencies_by_id(c->site->agencies, list[i].unit);

        list[i].agency = g ? agency_office(c, g) : "";
    }
}

int
owner_correct_ask(struct ctx *c, struct correction *k)
{
    const struct owner_rule *r = rules_owner(c->site->rules, vn_day(c->now));

    k->id = id_next();
    k->token = token_url(c->a, TOKEN_BYTES);
    k->due_at = deadlines_after(c->site->calendar, r->correction, c->now);
    return owner_sql_correct_ask(c, k);
}

int
owner_corrections(struct ctx *c, size_t max, struct correction *out, size_t *n)
{
    int rc = owner_sql_corrections(c, max, out, n);

    if (rc == OK)
        add_agencies(c, out, *n);
    return rc;
}

int
owner_correct_waiting(struct ctx *c, size_t max, struct correction *out, size_t *n)
{
    int rc = owner_sql_waiting(c, max, out, n);

    if (rc == OK)
        add_agencies(c, out, *n);
    return rc;
}

int
owner_correct_get(struct ctx *c, const char *token, struct correction *out)
{
    int rc = owner_sql_correct_get(c, token, out);

    if (rc == OK)
        add_agencies(c, out, 1);
    return rc;
}

static int
apply(struct ctx *c, const struct correction *k)
{
    struct account a;
    int rc = auth_account_get(c, k->account, &a);

    if (rc < 0)
        return rc;
    if (k->what == CORRECT_NUMBER)
        return auth_number_set(c, a.id, k->wanted);
    if (k->what != CORRECT_NAME)
        return OK;
    a.name = k->wanted;
    return auth_account_save(c, &a);
}

int
owner_correct_decide(struct ctx *c, const struct correction *k, enum decision d,
                     const char *answer)
{
    int rc = d == DECISION_GRANTED ? apply(c, k) : OK, n;

    if (rc < 0)
        return rc;
    if ((n = owner_sql_decide(c, k->id, d, answer)) == 0)
        return fail(c, E_CONFLICT, N_("Yêu cầu này đã có người giải quyết"), "decided before");
    return n < 0 ? n : auth_happened(c, k->account, HAPPENED_CORRECTED);
}
