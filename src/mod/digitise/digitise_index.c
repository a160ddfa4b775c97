/* What a document says: keyed once or twice, compared, decided, and the end of its work. */
#include <string.h>

#include "auth/auth.h"
#include "base/vi.h"
#include "mod/digitise/digitise_count.h"
#include "mod/digitise/digitise_fields.h"
#include "mod/digitise/digitise_inside.h"
#include "mod/dossiers/dossiers_desk.h"
#include "mod/dossiers/dossiers_digitise.h"
#include "mod/papers/content.h"

int
digitise_values(struct ctx *c, const struct scan_document *d, struct scan_field **out, size_t *n)
{
    scan_fields v = {0};
    int rc = scan_sql_fields(c, d->batch, d->seq, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

enum keying
digitise_keying(const struct scan_document *d)
{
    return d->state == DOCUMENT_SECOND ? KEYING_SECOND
           : d->state == DOCUMENT_DIFFERS ? KEYING_DECIDE : KEYING_FIRST;
}

/* Independent: who keyed first does not key second, and a third decides. */
bool
digitise_may_key(const struct ctx *c, const struct scan_document *d)
{
    switch (digitise_keying(d)) {
    case KEYING_FIRST: return true;
    case KEYING_SECOND: return d->first_by != c->account;
    case KEYING_DECIDE: return d->first_by != c->account && d->second_by != c->account;
    }
    return false;
}

struct keying_work {
    struct ctx *c;
    const struct scan_batch *b;
    struct scan_document *d;
    scan_fields was;
    const struct index_field *fields;
    size_t n;
    struct scan_field *now;         /* one a field */
    json_t *facts;
};

static const struct scan_field *
was_of(const struct keying_work *k, const char *field)
{
    for (size_t i = 0; i < k->was.n; i++)
        if (strcmp(k->was.p[i].field, field) == 0)
            return &k->was.p[i];
    return NULL;
}

static const char *
typed_of(const struct keyed *v, size_t n, const char *field)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].field, field) == 0)
            return v[i].value;
    return "";
}

enum { VALUE_MAX = 300 };

/* Faults are named as the form's fields: "f.so". */
static int
take_values(struct keying_work *k, const struct keyed *v, size_t n)
{
    int rc = OK;

    k->fields = digitise_fields(k->c, *k->b->type ? k->b->type : k->d->type, &k->n);
    k->now = arena_get(k->c->a, (k->n + 1) * sizeof *k->now);
    for (size_t i = 0; i < k->n; i++) {
        const struct index_field *f = &k->fields[i];
        const struct scan_field *was = was_of(k, f->id);
        char *value = digitise_value(k->c->a, f, typed_of(v, n, f->id));
        const char *name = arena_fmt(k->c->a, "f.%s", f->id);

        k->now[i] = was ? *was : (struct scan_field){.field = f->id, .proposal = "", .first = "",
                                                     .second = ""};
        k->now[i].value = value;
        if (strlen(value) > VALUE_MAX)
            rc = fail_labelled(k->c, name, f->label, N_("Nội dung quá dài"));
        else if (!digitise_value_good(f, value))
            rc = fail_labelled(k->c, name, f->label, N_("Hãy ghi ngày dạng 22/11/1998"));
    }
    return rc;
}

/* Two keyings agree when they say the same letters, whatever the spaces and capitals. */
static bool
agree(const struct keying_work *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(vi_tidy(k->c->a, k->now[i].first), vi_tidy(k->c->a, k->now[i].second)) != 0)
            return false;
    return true;
}

static void
key_first(struct keying_work *k)
{
    for (size_t i = 0; i < k->n; i++)
        k->now[i].first = k->now[i].value;
    k->d->first_by = k->c->account;
    k->d->first_at = k->c->now;
    if (*k->b->type && k->b->keyings == 2) {
        for (size_t i = 0; i < k->n; i++)
            k->now[i].value = "";
        k->d->state = DOCUMENT_SECOND;
        return;
    }
    k->d->decided_by = k->c->account;
    k->d->decided_at = k->c->now;
}

static void
key_second(struct keying_work *k)
{
    for (size_t i = 0; i < k->n; i++)
        k->now[i].second = k->now[i].value;
    k->d->second_by = k->c->account;
    k->d->second_at = k->c->now;
    if (!agree(k)) {
        for (size_t i = 0; i < k->n; i++)
            k->now[i].value = "";
        k->d->state = DOCUMENT_DIFFERS;
        return;
    }
    k->d->decided_by = k->c->account;
    k->d->decided_at = k->c->now;
}

static void
key_decision(struct keying_work *k)
{
    k->d->decided_by = k->c->account;
    k->d->decided_at = k->c->now;
}

static int
save_values(struct keying_work *k)
{
    int rc = OK;

    for (size_t i = 0; i < k->n && rc == OK; i++)
        rc = scan_sql_key(k->c, k->d->batch, k->d->seq, &k->now[i]);
    return rc;
}

/* --- the end of its work ---------------------------------------------------------------------- */

static int
attach(struct keying_work *k, const struct digital_copy *copy)
{
    struct ctx *c = k->c;
    struct scan_document *d = k->d;
    struct digitised g = {.paper = strcmp(d->paper, DIGITISE_RESULT) == 0 ? "" : d->paper,
                          .form = d->form, .file = &copy->file, .batch = k->b->code,
                          .keyed_by = desk_account_name(c, d->first_by),
                          .verified_by = desk_account_name(c, d->decided_by),
                          .pages = copy->pages, .is_signed = copy->is_signed,
                          .facts = k->facts};
    struct dossier x;
    int rc = dossiers_get(c, d->code, PERM_DIGITISE, &x);

    if (rc < 0)
        return rc;
    return dossiers_digitise(c, &x, &g, &d->file);
}

static int
finish(struct keying_work *k, const struct digital_copy *copy)
{
    struct scan_document *d = k->d;
    int rc = content_put_made(k->c, copy->file.sha256, copy->file.size, copy->file.mime,
                              copy->pages);

    if (rc == OK && !*k->b->type)
        rc = attach(k, copy);
    if (rc < 0)
        return rc;
    d->state = DOCUMENT_DONE;
    d->attached_by = k->c->account;
    d->attached_at = k->c->now;
    d->content = copy->file.sha256;
    d->size = copy->file.size;
    d->is_signed = copy->is_signed;
    return digitise_count_document(k->c, k->b->unit, copy->pages);
}

static json_t *
facts_of(const struct keying_work *k)
{
    json_t *facts = json_object();

    for (size_t i = 0; i < k->n; i++)
        if (*k->now[i].value)
            json_object_set_new(facts, k->now[i].field, json_string(k->now[i].value));
    return facts;
}

static void (*const KEY[])(struct keying_work *) = {
    [KEYING_FIRST] = key_first, [KEYING_SECOND] = key_second, [KEYING_DECIDE] = key_decision};

static int
check_possible(struct keying_work *k, const struct digital_copy *copy)
{
    int rc = digitise_open_only(k->c, k->b, k->d);

    if (rc < 0)
        return rc;
    if (k->d->state == DOCUMENT_DROPPED)
        return fail(k->c, E_CONFLICT, N_("Văn bản này đã bỏ"), "%s/%d", k->b->code, k->d->seq);
    if (!digitise_may_key(k->c, k->d))
        return fail(k->c, E_DENIED, N_("Lần nhập này phải do người khác làm"), "%s/%d",
                    k->b->code, k->d->seq);
    if (copy && !*k->b->type && k->d->state == DOCUMENT_PLACELESS)
        return fail_field(k->c, "giay-to", N_("Hãy chọn hồ sơ và giấy tờ trước khi gắn"));
    return OK;
}

int
digitise_key(struct ctx *c, const struct scan_batch *b, int64_t version, struct scan_document *d,
             const struct keyed *v, size_t n, const struct digital_copy *copy)
{
    struct keying_work k = {.c = c, .b = b, .d = d};
    int rc = check_possible(&k, copy);

    if (rc < 0 || (rc = scan_sql_fields(c, d->batch, d->seq, &k.was)) < 0 ||
        (rc = take_values(&k, v, n)) < 0)
        return rc;
    KEY[digitise_keying(d)](&k);
    k.facts = facts_of(&k);
    if (copy && d->decided_by)
        rc = finish(&k, copy);
    json_decref(k.facts);
    if (rc < 0 || (rc = save_values(&k)) < 0 || (rc = scan_sql_save_document(c, d)) < 0 ||
        (rc = scan_sql_touch(c, b, version)) < 0)
        return rc;
    return d->state == DOCUMENT_DONE ? digitise_close_if_done(c, b) : OK;
}
