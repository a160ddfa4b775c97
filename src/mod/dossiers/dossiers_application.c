/* Reading an application for its pages: the draft, its procedure, what is done and what is missing.
 */
#include <string.h>

#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_application.h"
#include "mod/dossiers/dossiers_assist.h"
#include "mod/dossiers/dossiers_portal.h"
#include "site/site.h"

const char *
dossiers_unit_name(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? agency_office(c, g) : "";
}

const char *
dossiers_unit_code(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? g->code : "";
}

/* --- what is done: judged on the side, so that no fault reaches the page -------------------------
 */

typedef bool judge(struct ctx *c, const struct application *x, const char *key);

static bool
on_the_side(struct ctx *c, const struct application *x, const char *key, judge *f)
{
    struct ctx aside = *c;

    memset(&aside.faults, 0, sizeof aside.faults);
    return f(&aside, x, key);
}

static bool
people_done(struct ctx *c, const struct application *x, const char *key)
{
    struct party *copy = arena_get(c->a, (x->d.n_parties + 1) * sizeof *copy);

    (void)key;
    if (x->d.n_parties)
        memcpy(copy, x->d.parties, x->d.n_parties * sizeof *copy);
    return x->d.unit && people_check(c, copy, x->d.n_parties) == OK;
}

static bool
panel_done(struct ctx *c, const struct application *x, const char *key)
{
    return eforms_validate(c, x->p->form, eforms_panel(x->p->form, key), x->d.answers, x->facts,
                           &x->lists, false, NULL) == OK;
}

static bool
papers_done(struct ctx *c, const struct application *x, const char *key)
{
    struct paper_slot *slots;
    size_t n;

    (void)key;
    if (application_papers(c, x, &slots, &n) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (slots[i].paper->required && slots[i].n == 0 && !slots[i].use)
            return false;
    return true;
}

static bool
delivery_done(struct ctx *c, const struct application *x, const char *key)
{
    (void)c, (void)key;
    return x->d.delivery && (x->d.delivery != DELIVER_POST || *x->d.delivery_address);
}

static void
add(struct ctx *c, struct application *x, const char *key, const char *label, const char *hint,
    const char *what, judge *f)
{
    x->sections[x->n++] = (struct section){key, label, hint, on_the_side(c, x, what, f)};
}

static void
add_sections(struct ctx *c, struct application *x)
{
    const struct eform *f = x->p->form;

    x->sections = arena_get(c->a, (f->n + 3) * sizeof *x->sections);
    add(c, x, "nguoi-nop", N_("Nơi nộp và người nộp"), NULL, "", people_done);
    for (size_t i = 0; i < f->n; i++)
        if (eforms_shown(&f->panels[i], x->facts, NULL))
            add(c, x, arena_fmt(c->a, "to-khai/%s", f->panels[i].key), f->panels[i].label, NULL,
                f->panels[i].key, panel_done);
    add(c, x, "giay-to", N_("Giấy tờ đính kèm"), N_("Ảnh chụp bằng điện thoại cũng được"), "",
        papers_done);
    add(c, x, "nhan-ket-qua", N_("Cách nhận kết quả"), NULL, "", delivery_done);
    x->ready = true;
    for (size_t i = 0; i < x->n; i++)
        x->ready = x->ready && x->sections[i].done;
}

/* --- opening one
 * ----------------------------------------------------------------------------------- */

int
application_open(struct ctx *c, const char *token, struct application *x)
{
    json_t *settled;
    int rc;

    memset(x, 0, sizeof *x);
    if ((rc = draft_get(c, token, &x->d)) < 0 || (rc = assisted_find(c, x->d.id, &x->help)) < 0)
        return rc;
    x->p = catalogue_version(c->site->catalogue, x->d.procedure_version);
    if (!x->p)
        return fail(c, E_NOTFOUND, N_("Thủ tục này không còn nữa"), "version %" PRId64,
                    x->d.procedure_version);
    x->lists = dossiers_lists(c);
    settled = eforms_settled(c, x->p->form, x->d.answers, NULL);    /* dates are kept as typed */
    x->facts = catalogue_facts(c->a, settled, vn_day(c->now), CHANNEL_ONLINE, x->d.payer);
    json_decref(settled);
    x->k = catalogue_case(x->p, x->facts);
    add_sections(c, x);
    return OK;
}

void
application_close(struct application *x)
{
    json_decref(x->facts);
    json_decref(x->d.answers);
}

const struct section *
application_section(const struct application *x, const char *key)
{
    for (size_t i = 0; i < x->n; i++)
        if (strcmp(x->sections[i].key, key) == 0)
            return &x->sections[i];
    return NULL;
}

/* Where to go after this section: the next one, or the check page. */
const char *
application_next(const struct application *x, const char *key)
{
    for (size_t i = 0; i + 1 < x->n; i++)
        if (strcmp(x->sections[i].key, key) == 0)
            return x->sections[i + 1].key;
    return "kiem-tra";
}

/* The papers asked of it, e-form left out, each with its files. */
int
application_papers(struct ctx *c, const struct application *x, struct paper_slot **out, size_t *n)
{
    struct paper_list list = catalogue_papers(c->a, x->p, x->k, x->facts);
    struct paper_slot *slots = arena_get(c->a, (list.n + 1) * sizeof *slots);
    struct paper_file *files;
    struct held_list held;
    size_t files_n;
    int rc = papers_files(c, x->d.id, &files, &files_n);

    if (rc < 0 || (rc = vault_match(c, list, x->d.parties, x->d.n_parties, x->d.id, &held)) < 0)
        return rc;
    *n = 0;
    for (size_t i = 0; i < list.n; i++) {
        struct paper_slot *s = &slots[*n];

        if (list.p[i]->eform)
            continue;
        *s = (struct paper_slot){.paper = list.p[i],
                                 .files = arena_get(c->a, (files_n + 1) * sizeof *s->files)};
        for (size_t j = 0; j < files_n; j++)
            if (strcmp(files[j].paper, list.p[i]->id) == 0)
                s->files[s->n++] = files[j];
        s->held = vault_held_for(&held, list.p[i]->id);
        s->use = s->held && s->n == 0 ? s->held->item : NULL;
        ++*n;
    }
    *out = slots;
    return OK;
}

/* Facts of papers that are held: number and day of a certificate ... */
static int
prefill_held(struct ctx *c, struct application *x, const char *number)
{
    json_t *said, *from, *v;
    const char *key;
    int rc = vault_answers(c, x->p, number ? number : "", &said, &from);

    json_object_foreach(said, key, v)
        if (eforms_field(x->p->form, key))
            json_object_set(x->d.answers, key, v);
    json_decref(said);
    json_decref(from);
    return rc;
}

/* Where answers of this draft are from: {field: sentence}, of those that still say the same. */
json_t *
application_known(struct ctx *c, const struct application *x)
{
    const struct party *owner = x->d.n_parties ? people_owner(x->d.parties, x->d.n_parties) : NULL;
    json_t *said, *from, *v, *out = json_object();
    const char *key;

    vault_answers(c, x->p, owner ? owner->personal_number : "", &said, &from);
    json_object_foreach(said, key, v)
        if (json_equal(v, json_object_get(x->d.answers, key)))
            json_object_set_new(out, key, json_string(trf(c,
                N_("Lấy từ giấy tờ thành phố đã có: {0}"),
                json_string_value(json_object_get(from, key)))));
    json_decref(said);
    json_decref(from);
    return out;
}

/* What the account knows already is not asked again. */
int
application_prefill(struct ctx *c, const struct account *who, struct application *x)
{
    const struct {
        const char *key, *value;
    } KNOWN[] = {
        {"nguoi_yeu_cau_ho_ten", who->name},
        {"nguoi_yeu_cau_so_dinh_danh", who->personal_number},
        {"nguoi_yeu_cau_dien_thoai", who->phone},
        {"nguoi_yeu_cau_email", who->email},
    };
    struct party *p = arena_get(c->a, sizeof *p);

    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        if (KNOWN[i].value && *KNOWN[i].value && eforms_field(x->p->form, KNOWN[i].key))
            json_object_set_new(x->d.answers, KNOWN[i].key, json_string(KNOWN[i].value));
    *p = (struct party){.role = PARTY_APPLICANT,
                        .kind = PARTY_PERSON,
                        .name = who->name,
                        .personal_number = who->personal_number,
                        .tax_code = "",
                        .phone = who->phone,
                        .email = who->email,
                        .address = "",
                        .basis = "",
                        .basis_number = ""};
    x->d.parties = p;
    x->d.n_parties = 1;
    return prefill_held(c, x, who->personal_number);
}
