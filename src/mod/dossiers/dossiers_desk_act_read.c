/* What was typed on an action's page, as an event. */
#include <string.h>

#include "base/po.h"
#include "base/utf8.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk_act.h"
#include "site/site.h"

/* --- plain fields: one row a name ------------------------------------------------------------- */

enum how { AS_TEXT, AS_NUMBER, AS_DAY, AS_END_OF_DAY, AS_OFFICER, AS_AGENCY, AS_WAY };
static const struct { const char *name; enum how how; size_t at; } MEMBERS[] = {
#define AT(m) offsetof(struct event, m)
    {"note", AS_TEXT, AT(note)},           {"ground", AS_TEXT, AT(ground)},
    {"step", AS_TEXT, AT(step)},           {"number", AS_TEXT, AT(number)},
    {"signer", AS_TEXT, AT(signer)},       {"pause", AS_TEXT, AT(pause)},
    {"fee", AS_TEXT, AT(fee)},             {"to_name", AS_TEXT, AT(to_name)},
    {"to_number", AS_TEXT, AT(to_number)}, {"to_paper", AS_TEXT, AT(to_paper)},
    {"delivery_address", AS_TEXT, AT(delivery_address)},
    {"amount", AS_NUMBER, AT(amount)},     {"opinion", AS_NUMBER, AT(opinion)},
    {"date", AS_DAY, AT(date)},            {"moment", AS_END_OF_DAY, AT(moment)},
    {"to_account", AS_OFFICER, AT(to_account)}, {"to_unit", AS_AGENCY, AT(to_unit)},
    {"delivery", AS_WAY, AT(delivery)},
#undef AT
};

static int
read_officer(struct ctx *c, int i, int64_t *out)
{
    *out = desk_account(c, in_text(c, i));
    return *out ? OK : fail_labelled(c, "to_account", N_("Giao cho"), N_("Không có cán bộ này"));
}

static int
read_agency(struct ctx *c, int i, int64_t *out)
{
    const struct agency *g = agencies_by_code(c->site->agencies, in_text(c, i), vn_day(c->now));

    *out = g ? g->id : 0;
    return g ? OK : fail_labelled(c, "to_unit", N_("Cơ quan"), N_("Không có cơ quan này"));
}

static int
read_member(struct ctx *c, int i, enum how how, void *to)
{
    switch (how) {
    case AS_TEXT:       *(const char **)to = in_text(c, i); break;
    case AS_NUMBER:     *(int64_t *)to = in_int(c, i); break;
    case AS_DAY:        *(day *)to = in_date(c, i); break;
    case AS_END_OF_DAY: *(int64_t *)to = vn_utc(in_date(c, i) + 1, 0) - 1; break;
    case AS_OFFICER:    return read_officer(c, i, to);
    case AS_AGENCY:     return read_agency(c, i, to);
    case AS_WAY:        *(int *)to = (int)in_int(c, i) + 1; break;
    }
    return OK;
}

static int
read_members(struct ctx *c, struct event *e)
{
    int worst = OK;

    for (size_t k = 0; k < sizeof MEMBERS / sizeof *MEMBERS; k++) {
        int i = desk_in_index(c, MEMBERS[k].name);

        if (i >= 0 && in_has(c, i) &&
            read_member(c, i, MEMBERS[k].how, (char *)e + MEMBERS[k].at) < 0)
            worst = E_INVALID;
    }
    return worst;
}

/* The chosen reason stands before the officer's own words. */
static int
read_reason(struct ctx *c, const struct act_row *row, struct event *e)
{
    const char *code = desk_in(c, "reason");
    const struct reason *r;

    if (!row->reasons || !*code)
        return OK;
    r = rules_reason(c->site->rules, (enum reason_use)row->reasons, code);
    if (!r)
        return fail_labelled(c, "reason", N_("Lý do"), N_("Hãy chọn lý do trong danh mục"));
    e->note = e->note && *e->note ? arena_fmt(c->a, "%s. %s", r->name, e->note) : r->name;
    return OK;
}

/* --- files: "files" belong to no paper, "tep.<paper>" to that paper --------------------------- */

static void
read_files(struct ctx *c, struct event *e)
{
    const struct upload *sent;
    struct upload *files;

    for (int i = 0; c->route->in[i].kind != K_END; i++) {
        if (c->route->in[i].kind != K_FILES)
            continue;
        e->n_files = in_files(c, i, &sent);
        files = arena_get(c->a, (e->n_files + 1) * sizeof *files);
        for (size_t k = 0; k < e->n_files; k++) {
            files[k] = sent[k];
            files[k].field = strncmp(sent[k].field, "tep.", 4) == 0 ? sent[k].field + 4 : "";
        }
        e->files = files;
    }
}

/* --- defects ---------------------------------------------------------------------------------- */

#define REASON_UNREADABLE "unreadable"    /* of rules.yaml */
enum { TEXT_CHARS = 1000 };     /* as the page's field takes */

static const char *
typed(struct ctx *c, const struct defect_row *r, const char *what)
{
    const char *s = in_typed(c, arena_fmt(c->a, "d.%s.%s%s", r->kind, r->id, what));

    return s ? s : "";
}

/* The text may be left out when paper and reason say it all. */
static const char *
text_of(struct ctx *c, const struct defect_row *r)
{
    const struct reason *reason = rules_reason(c->site->rules, REASON_SUPPLEMENT, r->reason);

    if (*r->text || !reason)
        return r->text;
    return arena_fmt(c->a, "%s: %s", r->label, reason->name);
}

static void
finish_row(struct ctx *c, struct defect_row *r, bool sent, size_t *ticked)
{
    if (sent) {
        const char *text = typed(c, r, ".text");

        r->on = *typed(c, r, "");
        r->reason = typed(c, r, ".reason");
        r->text = arena_strn(c->a, text, (size_t)utf8_head(text, TEXT_CHARS));
    }
    if (r->on)
        r->fault = html_fault(c, arena_fmt(c->a, "defects.%zu", (*ticked)++));
}

/* What the applicant is told of a file that is no good: kindly, and what to do. */
static const char *
again_of(struct ctx *c, const struct desk_paper *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct content *k = &p->files[i].content;

        if (p->files[i].replaced || !content_again(k))
            continue;
        if (k->scan != CONTENT_INFECTED && *k->reason)
            return tr(c, k->reason);
        return tr(c, k->scan == CONTENT_INFECTED
                         ? N_("Tệp đã nộp không nhận được vì lý do an toàn. Xin chụp hoặc quét lại "
                              "giấy tờ và nộp tệp mới.")
                         : N_("Tệp đã nộp không đọc được. Xin chụp hoặc quét lại giấy tờ và nộp "
                              "tệp mới."));
    }
    return NULL;
}

static struct defect_row
of_paper(struct ctx *c, const struct desk_paper *p, const char *usual)
{
    bool there = p->check ? p->check->accepted || (!p->check->checked_by && p->check->form)
                          : p->n > 0;
    bool bad = p->check && p->check->checked_by && !p->check->accepted && p->check->form;
    struct defect_row r = {.kind = "paper", .id = p->paper->id, .text = "", .reason = "",
                           .label = desk_text(c, p->paper->name)};

    const char *again = again_of(c, p);

    r.on = bad || again || (!there && p->asked && p->paper->required);
    if (r.on && !bad)
        r.reason = usual;
    if (r.on && p->check)
        r.text = p->check->note;
    if (again) {
        r.reason = REASON_UNREADABLE;
        r.text = *r.text ? r.text : again;
    }
    return r;
}

static size_t
field_rows(struct ctx *c, const struct desk_dossier *x, struct defect_row *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < x->p->form->n; i++) {
        const struct eform_field *panel = &x->p->form->panels[i];

        for (size_t k = 0; k < panel->n && eforms_shown(panel, x->facts, NULL); k++) {
            const struct eform_field *f = &panel->children[k];

            if (f->type == F_CONTENT || f->type == F_FILE || !eforms_shown(f, x->facts, NULL))
                continue;
            if (rows)
                rows[n] = (struct defect_row){.kind = "field",
                                              .id = f->key,
                                              .reason = "",
                                              .text = "",
                                              .label = desk_text(c, f->label)};
            n++;
        }
    }
    return n;
}

/* The first reason of the list is the usual one of a paper that is not there. */
static const char *
usual_reason(struct ctx *c)
{
    size_t n;
    const struct choice *all = act_reasons(c, REASON_SUPPLEMENT, &n);

    return n > 1 ? all[1].value : "";
}

struct defect_row *
act_defect_rows(struct ctx *c, const struct desk_dossier *x, size_t *n)
{
    size_t max = x->n_papers + field_rows(c, x, NULL), ticked = 0;
    struct defect_row *rows = arena_get(c->a, (max + 1) * sizeof *rows);
    bool sent = c->route->method == POST;

    for (*n = 0; *n < x->n_papers; ++*n)
        rows[*n] = of_paper(c, &x->papers[*n], usual_reason(c));
    *n += field_rows(c, x, rows + *n);
    for (size_t i = 0; i < *n; i++)
        finish_row(c, &rows[i], sent, &ticked);
    return rows;
}

static void
read_defects(struct ctx *c, const struct desk_dossier *x, struct event *e)
{
    size_t n;
    struct defect_row *rows = act_defect_rows(c, x, &n);
    struct defect *d = arena_get(c->a, (n + 1) * sizeof *d);

    for (size_t i = 0; i < n; i++) {
        bool paper = rows[i].kind[0] == 'p';

        if (rows[i].on)
            d[e->n_defects++] = (struct defect){.paper = paper ? rows[i].id : "",
                                                .field = paper ? "" : rows[i].id,
                                                .reason = rows[i].reason,
                                                .text = text_of(c, &rows[i])};
    }
    e->defects = d;
}

/* --- people and declaration ------------------------------------------------------------------- */

/* More representatives than the page shows stay as they are; so does one who is not the applicant.
 */
static void
read_people(struct ctx *c, const struct desk_dossier *x, struct event *e)
{
    const struct party *was = people_find(x->parties, x->n_parties, PARTY_APPLICANT);
    size_t n;
    struct party *typed_ones = entry_parties(c, &n), *all = arena_get(c->a, 8 * sizeof *all);
    bool first = true;

    memcpy(all, typed_ones, n * sizeof *all);
    for (size_t i = 0; i < x->n_parties && n > 1 && n < 5; i++) {
        const struct party *p = &x->parties[i];

        if (p->role != PARTY_REPRESENTATIVE)
            continue;
        if (!first) {
            all[n++] = *p;
        } else if (was && strcmp(p->name, was->name) != 0) {
            const char *basis = all[2].basis, *number = all[2].basis_number;

            all[2] = *p;
            all[2].basis = basis;
            all[2].basis_number = number;
        }
        first = false;
    }
    e->parties = all;
    e->n_parties = n;
}

/* Answers that say the same as before are not a new revision. */
static void
read_form(struct ctx *c, const struct desk_dossier *x, struct event *e)
{
    json_t *raw = entry_answers(c, x->p, x->answers), *good = NULL;
    struct ctx aside = *c;

    memset(&aside.faults, 0, sizeof aside.faults);
    if (eforms_validate(&aside, x->p->form, NULL, raw, x->facts, &x->lists, false, &good) == OK &&
        json_equal(good, x->answers)) {
        json_decref(raw);
        raw = NULL;
    }
    json_decref(good);
    e->answers = raw;
}

/* --- papers ----------------------------------------------------------------------------------- */

static bool
as_it_was(const struct desk_dossier *x, const struct paper_check *k)
{
    for (size_t i = 0; i < x->n_papers; i++) {
        const struct paper_check *was = x->papers[i].check;

        if (strcmp(x->papers[i].paper->id, k->paper) != 0)
            continue;
        if (!was)
            return k->form == (x->papers[i].n ? PAPER_ELECTRONIC : PAPER_MISSING);
        return was->form == k->form && was->accepted == k->accepted &&
               strcmp(was->note, k->note) == 0;
    }
    return false;
}

/* What the applicant brings is what differs from before. */
static void
read_papers(struct ctx *c, const struct desk_dossier *x, struct event *e)
{
    struct paper_check *checks;
    size_t n = desk_checks_typed(c, x->p, &checks);

    e->papers = checks;
    for (size_t i = 0; i < n; i++)
        if (e->action != ACT_ANSWER || !as_it_was(x, &checks[i]))
            checks[e->n_papers++] = checks[i];
}

int
act_read(struct ctx *c, const struct act_row *row, struct desk_dossier *x, struct event *e)
{
    int rc;

    *e = (struct event){.action = row->action, .version = in_int(c, ACT_VERSION)};
    rc = read_members(c, e);
    if (read_reason(c, row, e) < 0)
        rc = E_INVALID;
    read_files(c, e);
    if (row->parts & WITH_PAPERS)
        read_papers(c, x, e);
    if (row->parts & WITH_DEFECTS)
        read_defects(c, x, e);
    if (row->parts & WITH_PEOPLE)
        read_people(c, x, e);
    if (row->parts & WITH_FORM)
        read_form(c, x, e);
    return rc;
}
