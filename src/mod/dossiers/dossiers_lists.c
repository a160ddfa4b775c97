/* Work lists, search, the citizen's own, overview, feed and alarms: pages by keyset, never by
 * offset. */
#include "mod/dossiers/worklists.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/buf.h"
#include "base/id.h"
#include "base/now.h"
#include "base/vi.h"
#include "http/route.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_lists_sql.h"
#include "mod/dossiers/dossiers_sql.h"
#include "site/site.h"

enum {
    UNITS_MERGED = 32,
    LIST_UNITS = 30,
    PAGE = 50,
    FEED_PART = 250,
    LIST_SCAN = 5000
};

static const struct { const char *name, *word; } VIEW[VIEW__COUNT] = {
    [VIEW_NEW]     = {N_("Mới đến"), "new"},
    [VIEW_MINE]    = {N_("Tôi đang xử lý"), "mine"},
    [VIEW_SOON]    = {N_("Sắp đến hạn"), "soon"},
    [VIEW_OVERDUE] = {N_("Quá hạn"), "overdue"},
    [VIEW_WAITING] = {N_("Chờ người nộp"), "waiting"},
    [VIEW_ALL]     = {N_("Tất cả"), "all"},
};

const char *
worklist_view_name(enum view v)
{
    return v < VIEW__COUNT ? VIEW[v].name : "";
}

const char *
worklist_view_word(enum view v)
{
    return v < VIEW__COUNT ? VIEW[v].word : "";
}

/* --- cursors: numbers joined by '-'; a name is written in hex --- */

bool
list_read_numbers(const char *cursor, int64_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *end;

        bool minus = *cursor == '_';

        cursor += minus;
        if (*cursor < '0' || *cursor > '9')
            return false;
        v[i] = strtoll(cursor, &end, 10);
        if (minus)
            v[i] = -v[i];
        if (*end != (i + 1 < n ? '-' : '\0'))
            return false;
        cursor = end + 1;
    }
    return true;
}

char *
list_write_numbers(struct arena *a, const int64_t *v, size_t n)
{
    struct buf b;

    buf_init(&b, a, 200);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s%s%" PRId64, i ? "-" : "", v[i] < 0 ? "_" : "", v[i] < 0 ? -v[i] : v[i]);
    return b.p;
}

int
list_bad_cursor(struct ctx *c)
{
    return fail_field(c, "cursor", N_("Trang này không còn nữa, hãy xem lại từ đầu"));
}

static bool
first_page(const char *cursor)
{
    return !cursor || !*cursor;
}

static size_t
page_size(size_t wanted)
{
    if (wanted == 0)
        return PAGE;
    return wanted < LIST_MAX ? wanted : LIST_MAX;
}

/* --- work lists --- */

int64_t
worklist_soon(struct ctx *c)
{
    const struct calendar *cal = c->site->calendar;
    day today = vn_day(c->now);

    return vn_utc(calendar_add(cal, today, rules_on(c->site->rules, today)->orange) + 1, 0);
}

static int
page_begin(struct ctx *c, const struct list_query *q, struct task_page *p)
{
    int64_t v[3];

    *p = (struct task_page){.q = q,
                            .now = c->now,
                            .soon = worklist_soon(c),
                            .limit = page_size(q->limit) + 1,
                            .key = q->newest ? INT64_MAX : INT64_MIN,
                            .dossier = q->newest ? INT64_MAX : 0,
                            .seq = q->newest ? INT32_MAX : -9};
    if (first_page(q->cursor))
        return OK;
    if (!list_read_numbers(q->cursor, v, 3))
        return list_bad_cursor(c);
    p->key = v[0];
    p->dossier = v[1];
    p->seq = v[2];
    return OK;
}

struct keyed { struct list_row row; int64_t key; bool newest; };

static int
compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int
by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int n = compare(x->key, y->key);

    if (n == 0)
        n = compare(x->row.dossier, y->row.dossier);
    if (n == 0)
        n = compare(x->row.opinion, y->row.opinion);
    return x->newest ? -n : n;
}

/* Few units: each has its page in index order, merged here; many: one walk over all open work. */
static int
collect(struct ctx *c, struct task_page *p, const unit_list *units, list_rows *rows,
        unit_list *keys)
{
    int rc = OK;

    if (units->n > UNITS_MERGED) {
        p->unit = 0;
        return sql_tasks_page(c, p, rows, keys);
    }
    for (size_t i = 0; i < units->n && rc == OK; i++) {
        p->unit = units->p[i];
        rc = sql_tasks_page(c, p, rows, keys);
    }
    return rc;
}

static void
finish_page(struct ctx *c, const struct task_page *p, const list_rows *rows, const unit_list *keys,
            struct list *out)
{
    struct keyed *v = arena_get(c->a, (rows->n + 1) * sizeof *v);
    size_t limit = p->limit - 1, n = rows->n < limit ? rows->n : limit;

    for (size_t i = 0; i < rows->n; i++)
        v[i] = (struct keyed){rows->p[i], keys->p[i], p->q->newest};
    if (rows->n > 1)
        qsort(v, rows->n, sizeof *v, by_key);
    *out = (struct list){.p = arena_get(c->a, (n + 1) * sizeof *out->p), .n = n, .next = ""};
    for (size_t i = 0; i < n; i++) {
        out->p[i] = v[i].row;
        if (out->p[i].opinion < 0)
            out->p[i].opinion = 0;
    }
    if (rows->n > limit && n > 0) {
        const struct keyed *last = &v[n - 1];

        out->next = list_write_numbers(c->a, (int64_t[]){last->key, last->row.dossier,
                                                    last->row.opinion}, 3);
    }
}

static int
units_of(struct ctx *c, int64_t unit, unit_list *out)
{
    if (unit) {                     /* asked by name: the query itself checks the reach */
        *vec_push(c->a, out) = unit;
        return OK;
    }
    return sql_units_busy(c, PERM_BIT(PERM_DOSSIER_READ), UNITS_MERGED, out);
}

int
worklist(struct ctx *c, const struct list_query *q, struct list *out)
{
    unit_list units = {0}, keys = {0};
    list_rows rows = {0};
    struct task_page p;
    int rc;

    if (q->view >= VIEW__COUNT)
        return fail_field(c, "view", N_("Không có danh sách này"));
    if ((rc = page_begin(c, q, &p)) < 0 || (rc = units_of(c, q->unit, &units)) < 0)
        return rc;
    if (q->view == VIEW_MINE && !q->unit && !q->newest) {
        p.unit = 0;                 /* one walk over the officer's own index */
        rc = sql_tasks_page(c, &p, &rows, &keys);
    } else {
        rc = collect(c, &p, &units, &rows, &keys);
    }
    if (rc == OK)
        finish_page(c, &p, &rows, &keys, out);
    return rc;
}

int
worklist_seen(struct ctx *c, const struct list *l)
{
    int64_t *ids = arena_get(c->a, (l->n + 1) * sizeof *ids);

    for (size_t i = 0; i < l->n; i++)
        ids[i] = l->p[i].dossier;
    return auth_log_listed(c, c->route->path, ids, l->n);
}

/* --- search: code, number, else a name --- */

static void
ids_page(struct ctx *c, list_rows *rows, size_t limit, struct list *out)
{
    *out = (struct list){.p = rows->p, .n = rows->n < limit ? rows->n : limit, .next = ""};
    if (rows->n > limit)
        out->next = list_write_numbers(c->a, &rows->p[limit - 1].dossier, 1);
}

static int
before_of(struct ctx *c, const char *cursor, int64_t *before)
{
    *before = INT64_MAX;
    if (!first_page(cursor) && !list_read_numbers(cursor, before, 1))
        return list_bad_cursor(c);
    return OK;
}

static int
add_reached(struct ctx *c, const int64_t *ids, size_t n, list_rows *rows)
{
    struct list_row *found = arena_get(c->a, LIST_PART * sizeof *found);
    int rc = sql_list_many(c, ids, n, PERM_BIT(PERM_DOSSIER_READ), found);

    for (size_t i = 0; i < n && rc == OK; i++)
        if (found[i].dossier)
            *vec_push(c->a, rows) = found[i];
    return rc;
}

static int
search_number(struct ctx *c, const char *word, const char *cursor, size_t limit, struct list *out)
{
    list_rows rows = {0};
    int64_t before, *ids;
    size_t n;
    int rc = before_of(c, cursor, &before);

    if (rc < 0 || (rc = people_owners_by(c, word, before, LIST_MAX, &ids, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n && rows.n <= limit && rc == OK; i += LIST_PART)
        rc = add_reached(c, ids + i, n - i < LIST_PART ? n - i : LIST_PART, &rows);
    ids_page(c, &rows, limit, out);
    if (n == LIST_MAX && !*out->next)       /* there may be more that this officer reaches */
        out->next = list_write_numbers(c->a, &ids[n - 1], 1);
    return rc;
}

static bool
looks_like_code(const char *s)
{
    const char *dash = strchr(s, '-');

    return dash && strchr(dash + 1, '-') && strspn(dash, "-0123456789") == strlen(dash);
}

static char *
upper(struct arena *a, const char *s)
{
    char *out = arena_str(a, s);

    for (char *p = out; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    return out;
}

static char *
digits_of(struct arena *a, const char *s)
{
    char *out = arena_str(a, s), *w = out, phone[12];

    for (; *s; s++)
        if (*s != ' ' && *s != '.')
            *w++ = *s;
    *w = '\0';
    return vi_phone(out, phone) ? arena_str(a, phone) : out;
}

int
dossiers_search(struct ctx *c, const char *words, const char *cursor, size_t limit,
                struct list *out)
{
    char *tidy = vi_tidy(c->a, words), *fold;
    list_rows rows = {0};
    int rc;

    limit = page_size(limit);
    *out = (struct list){.next = ""};
    if (!*tidy)
        return OK;
    if (looks_like_code(tidy)) {
        rc = sql_list_code(c, upper(c->a, tidy), PERM_BIT(PERM_DOSSIER_READ), &rows);
        *out = (struct list){.p = rows.p, .n = rows.n, .next = ""};
        return rc;
    }
    if (strspn(tidy, "+0123456789 .-") == strlen(tidy))
        return search_number(c, digits_of(c->a, tidy), cursor, limit, out);
    fold = vi_fold(c->a, tidy);
    return *fold ? names_search(c, fold, cursor, limit, out) : OK;
}

/* --- API and citizen --- */

static int
list_by_id(const void *a, const void *b)
{
    const struct list_row *x = a, *y = b;

    return compare(y->dossier, x->dossier);
}

/* A filter that little passes looks at this many a unit and call; the next page goes on below. */
static int64_t
list_floor(struct ctx *c, const struct api_query *q, const unit_list *units, int64_t before)
{
    int64_t floor = 0;

    if (!q->status && !q->due_from && !q->due_to && units->n && units->p[0])
        return 0;                       /* no filter: every row counts */
    for (size_t i = 0; i < units->n; i++) {
        int64_t at = sql_list_floor(c, units->p[i], before, LIST_SCAN);

        floor = at > floor ? at : floor;
    }
    return floor;
}

int
dossiers_list(struct ctx *c, const struct api_query *q, struct list *out)
{
    size_t limit = page_size(q->limit);
    list_rows rows = {0};
    unit_list units = {0};
    int64_t before, floor;
    int rc = before_of(c, q->cursor, &before);

    if (rc == OK && q->unit)
        *vec_push(c->a, &units) = q->unit;
    else if (rc == OK)
        rc = sql_units_reached(c, PERM_BIT(PERM_DOSSIER_READ), LIST_UNITS, &units);
    if (units.n > LIST_UNITS) {         /* many: one walk, newest first, asking of each row */
        units.n = 1;
        units.p[0] = 0;
    }
    if (rc < 0)
        return rc;
    floor = list_floor(c, q, &units, before);
    for (size_t i = 0; i < units.n && rc == OK; i++)
        rc = sql_list_unit(c, q, units.p[i], (struct id_span){floor, before}, limit + 1, &rows);
    if (rows.n > 1)
        qsort(rows.p, rows.n, sizeof *rows.p, list_by_id);
    ids_page(c, &rows, limit, out);
    if (!*out->next && floor)
        out->next = list_write_numbers(c->a, &floor, 1);
    return rc;
}

/* Whose it is sees it; who acts for another while the mandate is in force. */
static bool
sees(struct ctx *c, int64_t dossier, const char *number)
{
    struct party *p;
    size_t n = 0;

    if (dossier_mandate_lets(c, dossier, PARTY_NONE))
        return true;
    if (people_list(c, dossier, &p, &n) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (p[i].role == PARTY_OWNER && (strcmp(p[i].personal_number, number) == 0 ||
                                         strcmp(p[i].tax_code, number) == 0))
            return true;
    return false;
}

/* Dossiers that name this number, or this tax code of the citizen's organisation. */
static int
add_by(struct ctx *c, const char *number, int64_t before, size_t limit, list_rows *rows)
{
    int64_t *ids;
    size_t n = 0;
    int rc = people_owners_by(c, number, before, limit, &ids, &n);

    for (size_t i = 0; i < n && rc == OK; i++) {
        size_t k = 0, own = rows->n;

        while (k < own && rows->p[k].dossier != ids[i])
            k++;
        if (k == own && sees(c, ids[i], number))
            rc = sql_list_of_party(c, ids[i], rows);
    }
    return rc;
}

/* What was handed in at a counter under the citizen's checked number, by who acts for the citizen,
 * or for an organisation that the citizen represents by law. */
static int
add_named(struct ctx *c, int64_t before, size_t limit, list_rows *rows)
{
    const char *number = auth_number_verified(c);
    mandate_list houses = {0};
    size_t own = rows->n;
    int rc = *number ? add_by(c, number, before, limit, rows) : OK;

    if (rc == OK && *number)
        rc = mandates_houses(c, &houses);
    for (size_t i = 0; i < houses.n && rc == OK; i++)
        rc = add_by(c, houses.p[i].tax_code, before, limit, rows);
    if (rows->n > own)
        qsort(rows->p, rows->n, sizeof *rows->p, list_by_id);
    return rc;
}

int
dossiers_own(struct ctx *c, const char *cursor, size_t limit, struct list *out)
{
    list_rows rows = {0};
    int64_t before;
    int rc = before_of(c, cursor, &before);

    limit = page_size(limit);
    if (rc == OK && (rc = sql_list_own(c, before, limit + 1, &rows)) == OK)
        rc = add_named(c, before, limit + 1, &rows);
    ids_page(c, &rows, limit, out);
    return rc;
}

/* --- events since a cursor: what is not in reach moves the cursor on and shows nothing --- */

/* The first id that is not shown yet. */
static int64_t
feed_end(const struct ctx *c)
{
    const char *db = c->site->config.db;

    return db && !db_inline(db) ? id_floor(now_seconds() - FEED_HELD_BACK) : INT64_MAX;
}

static void
feed_add(struct ctx *c, const struct raw_event *e, struct feed *out)
{
    if (!e->reached)
        return;
    out->p[out->n++] = (struct feed_row){
        .cursor = list_write_numbers(c->a, &e->id, 1), .code = e->code, .at = e->at,
        .version = e->version, .action = (enum action)e->action,
        .status = (enum status)e->status, .unit = e->unit};
}

int
dossiers_feed(struct ctx *c, const char *cursor, size_t limit, struct feed *out)
{
    int64_t after = 0, end = feed_end(c);
    size_t looked = 0;
    raw_events v;

    limit = page_size(limit);
    *out = (struct feed){.p = arena_get(c->a, (limit + 1) * sizeof *out->p), .more = true};
    if (!first_page(cursor) && !list_read_numbers(cursor, &after, 1))
        return list_bad_cursor(c);
    while (out->n < limit && looked < FEED_SCAN) {
        int rc;

        v = (raw_events){0};
        if ((rc = sql_feed(c, after, end, FEED_PART, &v)) < 0)
            return rc;
        looked += v.n;
        for (size_t i = 0; i < v.n && out->n < limit; i++) {
            feed_add(c, &v.p[i], out);
            after = v.p[i].id;
        }
        if (v.n < FEED_PART && out->n < limit) {
            out->more = false;
            break;
        }
    }
    out->resume = after ? list_write_numbers(c->a, &after, 1) : "";
    return OK;
}

/* --- alarms --- */

int
dossiers_alarms(struct ctx *c, int level, const char *cursor, size_t limit, struct alarm **out,
                size_t *n, const char **next)
{
    int64_t v[2] = {INT64_MAX, INT64_MAX};
    alarm_rows rows = {0};
    alarm_keys keys = {0};
    int rc;

    limit = page_size(limit);
    if (!first_page(cursor) && !list_read_numbers(cursor, v, 2))
        return list_bad_cursor(c);
    rc = sql_alarms(c, level, (struct alarm_at){v[0], v[1]}, limit + 1, &rows, &keys);
    *out = rows.p;
    *n = rows.n < limit ? rows.n : limit;
    *next = "";
    if (rows.n > limit)
        *next = list_write_numbers(c->a, (int64_t[]){keys.p[limit - 1].raised_at,
                                                keys.p[limit - 1].dossier}, 2);
    return rc;
}
