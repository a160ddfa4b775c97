/* The end of a dossier: what is left of it when it is destroyed, and its timeline as data. */
#include "mod/dossiers/dossiers_archive.h"

#include <string.h>

#include "base/vi.h"
#include "mod/dossiers/dossiers_archive_sql.h"
#include "mod/dossiers/dossiers_chain.h"
#include "mod/papers/vault.h"
#include "mod/results/issued.h"

/* Members of `changes` that name or describe a person. */
static const char *const PERSONAL[] = {"account", "applicant", "owner", "helper",
                                       "delivery_address", "ground"};
/* Units under which names were kept, and the names. */
static const char *const UNITS[] = {"unit", "received_unit", "intake_unit", "competent_unit"};
static const char *const NAMES[] = {"applicant", "owner"};
#define N_OF(x) (sizeof(x) / sizeof *(x))

int
dossiers_by_id(struct ctx *c, int64_t id, struct dossier *out)
{
    return sql_dossier_by_id(c, id, out);
}

/* --- what search kept --- */

struct kept {
    VEC(int64_t) units;
    VEC(const char *) names;
};

static void
keep_unit(struct ctx *c, struct kept *k, int64_t unit)
{
    for (size_t i = 0; i < k->units.n; i++)
        if (k->units.p[i] == unit)
            return;
    if (unit)
        *vec_push(c->a, &k->units) = unit;
}

static void
keep_name(struct ctx *c, struct kept *k, const char *name)
{
    for (size_t i = 0; i < k->names.n; i++)
        if (strcmp(k->names.p[i], name) == 0)
            return;
    if (*name)
        *vec_push(c->a, &k->names) = arena_str(c->a, name);
}

static void
note_event(struct ctx *c, struct kept *k, const json_t *changes)
{
    for (size_t i = 0; i < N_OF(UNITS); i++)
        for (size_t side = 0; side < 2; side++)
            keep_unit(c, k, json_integer_value(
                                json_array_get(json_object_get(changes, UNITS[i]), side)));
    for (size_t i = 0; i < N_OF(NAMES); i++)
        for (size_t side = 0; side < 2; side++) {
            const char *s = json_string_value(
                json_array_get(json_object_get(changes, NAMES[i]), side));

            keep_name(c, k, s ? s : "");
        }
}

static int
forget_name(struct ctx *c, int64_t unit, const char *name, int64_t dossier)
{
    char *fold = vi_fold(c->a, name), *back = dossiers_find_backwards(c->a, fold);
    int rc = sql_find_forget(c, unit, fold, dossier);

    return rc < 0 || !back ? rc : sql_find_forget(c, unit, back, dossier);
}

static int
forget_names(struct ctx *c, const struct kept *k, int64_t dossier)
{
    int rc = OK;

    for (size_t i = 0; i < k->units.n; i++)
        for (size_t n = 0; n < k->names.n && rc == OK; n++)
            rc = forget_name(c, k->units.p[i], k->names.p[n], dossier);
    return rc;
}

/* --- events --- */

/* The fold of what is left must be the row that is left: only personal members go. */
static int
empty_event(struct ctx *c, const struct dossier *d, struct stored_event *e, struct kept *k)
{
    json_t *changes = json_loads(e->changes, JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(changes)) {
        json_decref(changes);
        return fail(c, E_CONFLICT, N_("Nhật ký hồ sơ không đọc được"), "event %" PRId64, e->id);
    }
    note_event(c, k, changes);
    for (size_t i = 0; i < N_OF(PERSONAL); i++)
        json_object_del(changes, PERSONAL[i]);
    e->changes = json_text(c->a, changes);
    e->note = e->ground = "";
    e->data = "{}";
    if (e->account == d->account)       /* the citizen's own doing */
        e->account = 0;
    json_decref(changes);
    return sql_event_empty(c, e);
}

static int
empty_events(struct ctx *c, const struct dossier *d, const char **remains)
{
    event_list v = {0};
    struct kept k = {0};
    int rc = sql_events(c, d->id, 0, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = v.p[i].action == ACT_DESTROY
                 ? fail(c, E_CONFLICT, N_("Hồ sơ này đã hủy"), "%s", d->code)
                 : empty_event(c, d, &v.p[i], &k);
    if (rc < 0)
        return rc;
    *remains = fold_remains(c->a, v.p, v.n);
    return *remains ? forget_names(c, &k, d->id)
                    : fail(c, E_INVALID, N_("Nội dung quá dài"), "%s: event too large", d->code);
}

/* --- papers, people, results --- */

static int
forget_papers(struct ctx *c, int64_t dossier, struct destroyed *out)
{
    struct paper_file *f;
    size_t n;
    int rc = papers_files(c, dossier, &f, &n);

    for (size_t i = 0; i < n && rc == OK; i++) {
        out->files++;
        out->bytes += f[i].size;
    }
    if (rc < 0 || (rc = papers_remove_all(c, dossier)) < 0)
        return rc;
    return vault_forget_ended(c, dossier);
}

static int
forget_results(struct ctx *c, int64_t dossier, struct destroyed *out)
{
    struct result *r;
    size_t n;
    int rc = results_of(c, dossier, &r, &n);

    for (size_t i = 0; i < n && rc == OK; i++) {
        if (result_holds(&r[i], vn_day(c->now))) {
            out->results_kept++;
            continue;
        }
        out->results += result_is_issued(r[i].state);
        out->bytes += r[i].size;
        rc = result_forget(c, r[i].id);
    }
    return rc;
}

static void
unname(struct dossier *d)
{
    d->account = 0;
    d->applicant = d->owner = d->helper = d->delivery_address = d->ground = "";
}

static void
say_why(struct change *x, const struct destruction *w, const struct destroyed *n,
        const char *remains)
{
    change_data_text(x, "list", w->list);
    change_data_text(x, "rule", w->rule);
    change_data_text(x, "proposed_by", w->proposed_by);
    change_data_text(x, "approved_by", w->approved_by);
    change_data(x, "approved_at", json_integer(w->approved_at));
    change_data(x, "files", json_integer(n->files));
    change_data(x, "results", json_integer(n->results));
    change_data_text(x, "remains", remains);
}

/* Without note and ground, what is appended last says who approved. */
static int
append(struct change *x, const struct destruction *w, const struct destroyed *n,
       const char *remains)
{
    int rc = change_open(x);

    if (rc == OK) {
        unname(x->d);
        x->was = *x->d;
        say_why(x, w, n, remains);
        rc = change_commit(x);
    }
    json_decref(x->data);
    return rc;
}

static int
forget(struct ctx *c, const struct dossier *d, struct destroyed *out, const char **remains)
{
    int rc = empty_events(c, d, remains);

    if (rc < 0 || (rc = forget_papers(c, d->id, out)) < 0 ||
        (rc = forget_results(c, d->id, out)) < 0 || (rc = people_put(c, d->id, NULL, 0)) < 0 ||
        (rc = sql_parts_forget(c, d->id)) < 0)
        return rc;
    return sql_row_unnamed(c, d->id);
}

int
dossiers_destroy(struct ctx *c, int64_t dossier, const struct destruction *w,
                 struct destroyed *out)
{
    const struct event e = {
        .action = ACT_DESTROY,
        .note = arena_fmt(c->a, "Danh mục %s, %s đề nghị, %s phê duyệt", w->list, w->proposed_by,
                          w->approved_by)};
    struct dossier d;
    struct change x = {.c = c, .d = &d, .e = &e, .system = true};
    const char *remains;
    int rc = sql_dossier_by_id(c, dossier, &d);

    *out = (struct destroyed){0};
    if (rc < 0)
        return rc;
    if (!workflow_status((enum status)d.status)->terminal)
        return fail(c, E_CONFLICT, N_("Hồ sơ chưa kết thúc"), "%s: status %" PRId64, d.code,
                    d.status);
    x.was = d;
    if ((rc = digital_before(&x)) < 0 || (rc = forget(c, &d, out, &remains)) < 0)
        return rc;
    return append(&x, w, out, remains);
}

/* --- the timeline as data --- */

static json_t *
event_json(const struct stored_event *e)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:I, s:s, s:s, s:s, s:s, s:s}",
                     "id", (json_int_t)e->id, "dossier", (json_int_t)e->dossier, "version",
                     (json_int_t)e->version, "at", (json_int_t)e->at, "account",
                     (json_int_t)e->account, "acting_for", (json_int_t)e->acting_for, "unit",
                     (json_int_t)e->unit, "action", (json_int_t)e->action, "action_word",
                     workflow_action((enum action)e->action)->word, "status",
                     (json_int_t)e->status, "note", e->note, "ground", e->ground, "changes",
                     e->changes, "data", e->data, "hash", e->hash);
}

int
dossiers_events_json(struct ctx *c, const struct dossier *d, json_t **out)
{
    event_list v = {0};
    int rc = sql_events(c, d->id, 0, &v);

    *out = json_array();
    for (size_t i = 0; i < v.n && rc == OK; i++)
        json_array_append_new(*out, event_json(&v.p[i]));
    return rc;
}

static int64_t
number(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

static const char *
text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s ? s : "";
}

const char *
dossiers_events_fault(struct arena *a, const json_t *events)
{
    size_t n = json_array_size(events);
    struct stored_event *e = arena_get(a, (n + 1) * sizeof *e);
    struct fold_chain chain;

    for (size_t i = 0; i < n; i++) {
        const json_t *o = json_array_get(events, i);

        e[i] = (struct stored_event){
            .id = number(o, "id"), .dossier = number(o, "dossier"), .version = number(o, "version"),
            .at = number(o, "at"), .account = number(o, "account"),
            .acting_for = number(o, "acting_for"), .unit = number(o, "unit"),
            .action = number(o, "action"), .status = number(o, "status"),
            .note = text(o, "note"), .ground = text(o, "ground"), .changes = text(o, "changes"),
            .data = text(o, "data"), .hash = text(o, "hash")};
    }
    fold_chain(a, e, n, &chain);
    for (size_t i = 0; i < n; i++)
        if (e[i].version != (int64_t)i + 1 || !fold_link(a, &chain, i))
            return arena_fmt(a, "event %zu does not carry its hash", i + 1);
    return n ? NULL : "there are no events";
}
