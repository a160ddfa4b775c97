/* How a paper of the vault is said, and what of it is shown. */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "http/reply.h"
#include "mod/dossiers/dossiers_portal.h"
#include "mod/dossiers/dossiers_vault_pages.h"
#include "mod/papers/content.h"
#include "site/site.h"

const char *
vault_kind(struct ctx *c, const struct vault_item *it)
{
    const struct paper_type *t = catalogue_paper_type(c->site->catalogue, it->type);

    return t ? tr(c, t->name) : it->type;
}

const char *
vault_name(struct ctx *c, const struct vault_item *it)
{
    const char *kind = vault_kind(c, it);

    if (*it->number && *it->issuer)
        return trf(c, N_("{0} số {1}, {2}"), kind, it->number, it->issuer);
    if (*it->number)
        return trf(c, N_("{0} số {1}"), kind, it->number);
    return *it->issuer ? arena_fmt(c->a, "%s, %s", kind, it->issuer) : kind;
}

const char *
vault_origin(struct ctx *c, const struct vault_item *it)
{
    const char *on = date_vi(c->a, vn_day(it->accepted_at));

    if (it->source == VAULT_ISSUED)
        return trf(c, N_("thành phố cấp ngày {0} trong hồ sơ {1}"), on, it->code);
    return trf(c, N_("đã kiểm tra ngày {0} trong hồ sơ {1}"), on, it->code);
}

enum vault_state
vault_state_now(const struct ctx *c, const struct vault_item *it)
{
    bool over = it->valid_to && it->valid_to < vn_day(c->now);

    return it->state == VAULT_IN_FORCE && over ? VAULT_EXPIRED : it->state;
}

enum tone
vault_tone(enum vault_state s)
{
    static const enum tone TONE[VAULT_STATE__COUNT] = {
        [VAULT_IN_FORCE] = TONE_GOOD, [VAULT_REPLACED] = TONE_PLAIN,
        [VAULT_REVOKED] = TONE_LATE, [VAULT_EXPIRED] = TONE_SOON, [VAULT_CORRECTED] = TONE_LATE,
    };

    return TONE[s];
}

const char *
vault_until(struct ctx *c, const struct vault_item *it)
{
    return it->valid_to ? date_vi(c->a, it->valid_to) : "";
}

/* --- facts ------------------------------------------------------------------------------------ */

static void
add_fact(struct vault_facts *v, const char *name, const char *value)
{
    if (value && *value)
        v->p[v->n++] = (struct vault_fact){name, value};
}

/* Dates are kept as ISO. */
static const char *
for_people(struct ctx *c, const char *value)
{
    day d;

    return strlen(value) == 10 && date_parse(value, &d) ? date_vi(c->a, d)
                                                        : arena_str(c->a, value);
}

struct vault_facts
vault_facts(struct ctx *c, const struct vault_item *it)
{
    const struct paper_type *t = catalogue_paper_type(c->site->catalogue, it->type);
    struct vault_facts v = {.p = arena_get(c->a, ((t ? t->facts.n : 0) + 4) * sizeof *v.p)};
    json_t *facts = json_loads(it->facts, 0, NULL);

    add_fact(&v, N_("Số"), it->number);
    add_fact(&v, N_("Nơi cấp"), it->issuer);
    add_fact(&v, N_("Ngày cấp"), it->issued_on ? date_vi(c->a, it->issued_on) : "");
    for (size_t i = 0; t && i < t->facts.n; i++) {
        const char *s = json_string_value(json_object_get(facts, t->facts.p[i].id));

        if (s && t->facts.p[i].is == FACT_OTHER)
            add_fact(&v, tr(c, t->facts.p[i].name), for_people(c, s));
    }
    json_decref(facts);
    return v;
}

/* --- contents --------------------------------------------------------------------------------- */

static bool
is_picture(const char *mime)
{
    return strcmp(mime, "image/jpeg") == 0 || strcmp(mime, "image/png") == 0;
}

/* A content that is older than the rows of contents has none: no scanner has seen it. */
static int
look_at(struct ctx *c, const struct vault_file *f, bool officer, struct content *k)
{
    int rc = content_get(c, f->sha256, k);

    if (rc == E_NOTFOUND) {
        *k = (struct content){.sha256 = "", .mime = f->mime, .picture = "", .pdf = "",
                              .scan = CONTENT_UNSCANNED};
        rc = OK;
    }
    return rc < 0 ? rc : content_may_serve(c, k, officer ? READER_OFFICER : READER_OWNER);
}

static int
add_content(struct ctx *c, struct vault_item_view *v)
{
    struct ctx aside = *c;
    struct content k;
    int rc = look_at(&aside, &v->files[0], v->officer, &k);

    if (rc == E_DENIED)
        v->closed = aside.err.say;
    else if (rc < 0)
        c->err = aside.err;
    else
        v->picture = *k.picture || is_picture(v->files[0].mime);
    return rc == E_DENIED ? OK : rc;
}

int
vault_item_show(struct ctx *c, const struct vault_item *it, struct vault_item_view *v)
{
    int rc;

    v->it = it;
    v->state = vault_state_now(c, it);
    v->facts = vault_facts(c, it);
    v->unit = dossiers_unit_name(c, it->unit);
    if ((rc = vault_files(c, it, &v->files, &v->files_n)) < 0 || v->files_n == 0)
        return rc;
    return add_content(c, v);
}

/* A PDF that held scripts or attachments was made anew for everybody but its owner. */
static bool
is_anew(const struct vault_file *f, const struct content *k, bool officer)
{
    return officer && strcmp(f->mime, "application/pdf") == 0 && *k->pdf;
}

int
vault_item_file(struct ctx *c, const struct vault_item *it, int64_t number, bool officer,
                bool inline_)
{
    enum content_reader who = officer ? READER_OFFICER : READER_OWNER;
    struct vault_file *f;
    struct content k;
    size_t n;
    int rc = vault_files(c, it, &f, &n);

    if (rc < 0)
        return rc;
    if (n == 0 || number < 0 || (size_t)number > n)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy tệp này"), "file %d", (int)number);
    f += number ? number - 1 : 0;
    if ((rc = look_at(c, f, officer, &k)) < 0)
        return rc;
    if (number == 0 && *k.picture)
        return content_send_made(c, k.picture, "image/jpeg", f->name, who);
    if (is_anew(f, &k, officer))
        return content_send_made(c, k.pdf, f->mime, f->name, who);
    return reply_stored(c, f->sha256, f->mime, f->name, inline_);
}
