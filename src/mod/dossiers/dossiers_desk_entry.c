/* Reading people, delivery, declaration and papers from one page of fields. */
#include "mod/dossiers/dossiers_desk_entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "dossiers_desk_entry.page.h"
#include "http/route.h"

enum { NOTE_CHARS = 400 };      /* as the page's field takes */

const char *const ENTRY_WHOM[] = {"self", "person", "organisation", NULL};
const char *const ENTRY_WAYS[] = {"desk", "post", "online", NULL};

int
desk_in_index(const struct ctx *c, const char *name)
{
    for (int i = 0; c->route->in[i].kind != K_END; i++)
        if (strcmp(c->route->in[i].name, name) == 0)
            return i;
    return -1;
}

const char *
desk_in(struct ctx *c, const char *name)
{
    int i = desk_in_index(c, name);

    return i < 0 ? "" : in_text(c, i);
}

/* --- people ----------------------------------------------------------------------------------- */

static const struct party NOBODY = {.name = "", .personal_number = "", .tax_code = "", .phone = "",
                                    .email = "", .address = "", .basis = "", .basis_number = ""};

static struct party
typed_applicant(struct ctx *c)
{
    struct party p = NOBODY;

    p.role = PARTY_APPLICANT;
    p.kind = PARTY_PERSON;
    p.name = desk_in(c, "applicant.name");
    p.personal_number = desk_in(c, "applicant.personal_number");
    p.phone = desk_in(c, "applicant.phone");
    p.email = desk_in(c, "applicant.email");
    p.address = desk_in(c, "applicant.address");
    return p;
}

static struct party
typed_owner(struct ctx *c, bool organisation)
{
    struct party p = NOBODY;

    p.role = PARTY_OWNER;
    p.kind = organisation ? PARTY_ORGANISATION : PARTY_PERSON;
    p.name = desk_in(c, "owner.name");
    p.personal_number = organisation ? "" : desk_in(c, "owner.personal_number");
    p.tax_code = organisation ? desk_in(c, "owner.tax_code") : "";
    p.phone = desk_in(c, "owner.phone");
    p.address = desk_in(c, "owner.address");
    return p;
}

struct party *
entry_parties(struct ctx *c, size_t *n)
{
    int whom = desk_in_index(c, "whom");
    enum entry_whom for_whom = whom < 0 ? FOR_SELF : (enum entry_whom)in_int(c, whom);
    struct party *p = arena_get(c->a, 3 * sizeof *p);

    p[0] = typed_applicant(c);
    *n = 1;
    if (for_whom == FOR_SELF)
        return p;
    p[1] = typed_owner(c, for_whom == FOR_ORGANISATION);
    p[2] = p[0];                    /* who hands in for another stands for him */
    p[2].role = PARTY_REPRESENTATIVE;
    p[2].basis = desk_in(c, "representative.basis");
    p[2].basis_number = desk_in(c, "representative.basis_number");
    *n = 3;
    return p;
}

void
entry_view_parties(struct entry_view *v, const struct party *p, size_t n)
{
    const struct party *a = people_find(p, n, PARTY_APPLICANT);
    const struct party *o = people_find(p, n, PARTY_OWNER);
    const struct party *r = people_find(p, n, PARTY_REPRESENTATIVE);

    v->applicant = a ? *a : NOBODY;
    v->owner = o ? *o : NOBODY;
    v->representative = r ? *r : NOBODY;
    v->whom = !o ? FOR_SELF : o->kind == PARTY_ORGANISATION ? FOR_ORGANISATION : FOR_PERSON;
}

int
entry_delivery(struct ctx *c)
{
    int i = desk_in_index(c, "delivery");

    return i >= 0 && in_has(c, i) ? (int)in_int(c, i) + 1 : 0;
}

/* --- the declaration -------------------------------------------------------------------------- */

/* What was said once is not asked again: fields of the e-form that are the applicant's own data. */
json_t *
entry_answers(struct ctx *c, const struct procedure *p, const json_t *before)
{
    static const struct { const char *key, *from; } SAME[] = {
        {"nguoi_yeu_cau_ho_ten", "applicant.name"},
        {"nguoi_yeu_cau_so_dinh_danh", "applicant.personal_number"},
        {"nguoi_yeu_cau_dien_thoai", "applicant.phone"},
        {"nguoi_yeu_cau_email", "applicant.email"},
    };
    const struct pair *pairs;
    size_t n = in_form(c, &pairs);
    json_t *raw = eforms_collect(c, p->form, NULL, pairs, n, before);

    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        const char *said = json_string_value(json_object_get(raw, SAME[i].key));
        const char *known = desk_in(c, SAME[i].from);

        if ((!said || !*said) && *known && eforms_field(p->form, SAME[i].key))
            json_object_set_new(raw, SAME[i].key, json_string(known));
    }
    return raw;
}

void
frag_entry_form(struct buf *b, struct ctx *c, const struct entry_view *v)
{
    for (size_t i = 0; i < v->p->form->n; i++) {
        const struct eform_view panel = {
            .form = v->p->form, .panel = &v->p->form->panels[i], .answers = v->answers,
            .lists = &v->lists, .add = v->add ? v->add : "", .small = true, .whole = true};

        frag_entry_panel(b, c, &panel);
    }
}

/* --- papers ----------------------------------------------------------------------------------- */

static const char *
typed(struct ctx *c, const char *paper, const char *what)
{
    const char *s = in_typed(c, arena_fmt(c->a, "papers.%s%s", paper, what));

    return s ? s : "";
}

static int
typed_count(struct ctx *c, const char *paper)
{
    int n = 0;

    for (const char *s = typed(c, paper, ".count"); *s >= '0' && *s <= '9' && n < 1000; s++)
        n = n * 10 + (*s - '0');
    return n ? n : 1;
}

/* A row that says "none" of a paper nobody asked for says nothing. */
size_t
desk_checks_typed(struct ctx *c, const struct procedure *p, struct paper_check **out)
{
    size_t n = 0;

    *out = arena_get(c->a, (p->papers.n + 1) * sizeof **out);
    for (size_t i = 0; i < p->papers.n; i++) {
        const char *id = p->papers.p[i].id, *note = typed(c, id, ".note");
        enum paper_form form = papers_form_parse(typed(c, id, ""));

        if (p->papers.p[i].eform || form == PAPER__COUNT)
            continue;
        (*out)[n++] = (struct paper_check){
            .paper = id, .form = form, .count = form ? typed_count(c, id) : 0,
            .accepted = form != PAPER_MISSING && !*typed(c, id, ".bad"),
            .note = arena_strn(c->a, note, (size_t)utf8_head(note, NOTE_CHARS))};
    }
    return n;
}

static struct paper_row
row_known(const struct desk_paper *p)
{
    struct paper_row r = {.paper = p->paper, .files = p->files, .n_files = p->n, .asked = p->asked,
                          .required = p->paper->required && p->asked, .count = 1, .note = ""};

    r.held = p->held;
    if (p->n)
        r.form = PAPER_ELECTRONIC;
    else if (p->held)
        r.form = PAPER_HELD;
    if (p->check) {
        r.form = p->check->form ? p->check->form : r.form;
        r.count = p->check->count ? p->check->count : 1;
        r.bad = p->check->checked_by && !p->check->accepted && p->check->form != PAPER_MISSING;
        r.note = p->check->note;
    }
    return r;
}

static void
row_typed(struct ctx *c, struct paper_row *r)
{
    enum paper_form form = papers_form_parse(typed(c, r->paper->id, ""));

    if (form == PAPER__COUNT)
        return;
    r->form = form;
    r->count = typed_count(c, r->paper->id);
    r->bad = *typed(c, r->paper->id, ".bad");
    r->note = typed(c, r->paper->id, ".note");
}

/* A dossier that is there: what is asked for, and what was handed in all the same. */
static bool
concerns(const struct desk_dossier *x, const struct desk_paper *p)
{
    return !x->d.id || p->asked || p->n || (p->check && p->check->form != PAPER_MISSING);
}

struct paper_row *
desk_paper_rows(struct ctx *c, const struct desk_dossier *x, size_t *n)
{
    struct paper_row *rows = arena_get(c->a, (x->n_papers + 1) * sizeof *rows);

    *n = 0;
    for (size_t i = 0; i < x->n_papers; i++) {
        if (!concerns(x, &x->papers[i]))
            continue;
        rows[*n] = row_known(&x->papers[i]);
        row_typed(c, &rows[(*n)++]);
    }
    return rows;
}
