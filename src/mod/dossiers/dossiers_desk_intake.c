/* Intake at the counter: choose the procedure, then everything on one page, then the receipt. */
#include <string.h>

#include "auth/auth.h"
#include "auth/typed.h"
#include "base/po.h"
#include "dossiers_desk_intake.page.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_desk_intake.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/mandates/mandates.h"
#include "site/site.h"

#define INTAKE "/can-bo/tiep-nhan"
enum { SUGGESTED = 8, FILES_MAX = 20 };

/* --- which procedure -------------------------------------------------------------------------- */

static const struct param IN_CHOOSE[] = {
    {"q", K_TEXT, .max = 200, .label = N_("Thủ tục cần tìm")},
    {.kind = K_END},
};

static bool
at_counter(const struct procedure *p)
{
    return p->route == ROUTE_CITY && p->channels & (1u << CHANNEL_DIRECT | 1u << CHANNEL_POSTAL);
}

/* What this officer may receive somewhere: of some fields, or everything (ADR 0051). */
struct receives { bool all; text_list procedures; };

static bool
received(const struct receives *r, const char *procedure)
{
    for (size_t i = 0; i < r->procedures.n && !r->all; i++)
        if (strcmp(r->procedures.p[i], procedure) == 0)
            return true;
    return r->all;
}

static int
find_received(struct ctx *c, struct receives *r)
{
    *r = (struct receives){0};
    return sql_procedures_reached(c, PERM_BIT(PERM_DOSSIER_INTAKE), &r->all, &r->procedures);
}

static int
find_offered(struct ctx *c, struct choose_view *v)
{
    struct catalogue_query q = {.words = v->words, .level = -1, .lang = c->lang};
    struct procedure_list all = catalogue_search(c->a, c->site->catalogue, vn_day(c->now), &q);
    struct receives r;
    int rc = find_received(c, &r);

    v->limited = !r.all;
    v->found = (struct procedure_list){all.p, 0};
    for (size_t i = 0; rc == OK && i < all.n; i++)
        if (at_counter(all.p[i]) && received(&r, all.p[i]->code))
            v->found.p[v->found.n++] = all.p[i];
    return rc;
}

static int
get_choose(struct ctx *c)
{
    struct choose_view v = {.words = in_text(c, 0)};
    int rc = find_offered(c, &v);

    return rc < 0 ? rc : page_dossiers_desk_choose(c, &v);
}

/* [{"text", "note", "href"}] for the search field. */
static int
get_suggest(struct ctx *c)
{
    struct choose_view v = {.words = in_text(c, 0)};
    int rc = find_offered(c, &v);
    json_t *list;

    if (rc < 0)
        return rc;
    list = json_array();
    for (size_t i = 0; i < v.found.n && i < SUGGESTED; i++) {
        const struct procedure *p = v.found.p[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "text", desk_text(c, p->name),
                                              "note", p->code, "href",
                                              arena_fmt(c->a, INTAKE "/%s", p->code)));
    }
    return reply_json(c, 200, list);
}

/* --- what is sent ----------------------------------------------------------------------------- */

static const char *const WORKS[] = {"receive", "record", "preview", NULL};
enum work { WORK_RECEIVE, WORK_RECORD, WORK_PREVIEW };
static const char *const WAYS_IN[] = {"direct", "postal", NULL};

static const char *const MANDATES[] = {"none", "uy-quyen", "giam-ho", "phap-luat", "to-chuc", NULL};

enum { I_PROCEDURE, I_WORK, I_UNIT, I_CHANNEL, I_HELPER, I_PAYER, I_ADD, I_DROP, I_PEOPLE };
static const struct param IN_INTAKE[] = {
    [I_PROCEDURE] = {"procedure", K_CODE, .required = true, .label = N_("Thủ tục")},
    [I_WORK] = {"_viec", K_ENUM, .words = WORKS, .label = N_("Việc")},
    [I_UNIT] = {"unit", K_CODE, .label = N_("Nơi tiếp nhận")},
    [I_CHANNEL] = {"channel", K_ENUM, .words = WAYS_IN, .label = N_("Cách nộp")},
    [I_HELPER] = {"helper", K_TEXT, .max = 200, .label = N_("Người hỗ trợ")},
    [I_PAYER] = {"payer", K_CODE, .label = N_("Đối tượng miễn, giảm")},
    [I_ADD] = {"them", K_CODE},
    [I_DROP] = {"bo", K_CODE},
    ENTRY_PEOPLE,
    {"mandate.kind", K_ENUM, .words = MANDATES, .label = N_("Hình thức đại diện")},
    {"mandate.ends", K_DATE, .label = N_("Đại diện đến hết ngày")},
    {"", K_EFORM},
    {"", K_FILES},
    {.kind = K_END},
};
static const struct param IN_OPEN[] = {
    [I_PROCEDURE] = {"procedure", K_CODE, .required = true, .label = N_("Thủ tục")},
    {"so", K_TEXT, .max = 500, .number = true,
     .label = N_("Số định danh hoặc mã quét từ thẻ căn cước")},
    {.kind = K_END},
};
enum { O_PERSON = 1 };

static bool
sent(const struct ctx *c)
{
    return c->route->method == POST;
}

static int
procedure_of(struct ctx *c, const struct procedure **out)
{
    struct receives r;
    int rc;

    *out = catalogue_find(c->site->catalogue, in_text(c, I_PROCEDURE), vn_day(c->now));
    if (!*out || !at_counter(*out))
        return fail(c, E_NOTFOUND,
                    N_("Thủ tục này không nhận hồ sơ tại quầy, hoặc không còn hiệu lực"),
                    "intake of %s", in_text(c, I_PROCEDURE));
    if ((rc = find_received(c, &r)) < 0)
        return rc;
    return received(&r, (*out)->code) ? OK
                                      : fail(c, E_DENIED, SAY_OTHER_FIELD, "intake of %s",
                                             (*out)->code);
}

static int
channel_of(const struct ctx *c)
{
    return sent(c) && in_int(c, I_CHANNEL) == 1 ? CHANNEL_POSTAL : CHANNEL_DIRECT;
}

/* --- choices ---------------------------------------------------------------------------------- */

/* The desks where this officer receives; the own one first. */
static int
add_units(struct ctx *c, struct intake_view *v)
{
    const struct agency *home = agencies_by_id(c->site->agencies, c->session->home_unit), *g;
    struct choice *all;
    size_t n;
    int rc = desk_unit_choices_partly(c, PERM_DOSSIER_INTAKE, NULL, &all, &n);

    v->units = all;
    for (size_t i = 0; rc == OK && i < n; i++) {
        g = agencies_latest(c->site->agencies, all[i].value);
        if (!g || !g->desk)
            continue;
        if (!v->unit || (home && strcmp(home->code, g->code) == 0))
            v->unit = g->code;
        v->units[v->n_units++] = all[i];
    }
    if (sent(c) && in_has(c, I_UNIT))
        v->unit = in_text(c, I_UNIT);
    return rc;
}

/* Exemptions that some fee of this procedure knows. */
static void
add_payers(struct ctx *c, struct intake_view *v)
{
    unsigned known = 0;

    v->payers = arena_get(c->a, (PAYER_ELDERLY + 2) * sizeof *v->payers);
    for (size_t i = 0; i < v->e.p->fees.n; i++)
        known |= v->e.p->fees.p[i].payers;
    v->payers[v->n_payers++] = (struct choice){.value = "", .label = N_("Không thuộc diện nào")};
    for (int i = PAYER_POOR; i <= PAYER_ELDERLY; i++)
        if (known & 1u << i)
            v->payers[v->n_payers++] = (struct choice){.value = CATALOGUE_PAYERS[i],
                                                       .label = CATALOGUE_PAYERS_VI[i]};
}

static void
add_channels(struct ctx *c, struct intake_view *v)
{
    static const int CHANNEL[] = {CHANNEL_DIRECT, CHANNEL_POSTAL};

    v->channels = arena_get(c->a, 2 * sizeof *v->channels);
    for (int i = 0; i < 2; i++)
        if (v->e.p->channels & 1u << CHANNEL[i])
            v->channels[v->n_channels++] = (struct choice){
                .value = WAYS_IN[i], .label = dossiers_channel_name(CHANNEL[i])};
}

/* --- the page --------------------------------------------------------------------------------- */

/* The script shows a paper while its condition holds with what is typed on this page; facts that no
 * field of the page says ("$received") leave it to be shown. */
static const char *
rule_of(struct ctx *c, const struct proc_paper *p)
{
    char *text = p->when && p->cases.n == 0 ? json_text(c->a, p->when) : NULL;

    return text && !strchr(text, '$') ? text : NULL;
}

/* What the vault has for this person, by their number: offered by name only; the paper itself is
 * seen in the dossier.  Each is logged for its holder. */
static int
add_held(struct ctx *c, struct desk_dossier *x, const struct entry_view *e)
{
    const struct proc_paper **all = arena_get(c->a, (x->n_papers + 1) * sizeof *all);
    struct party mine[2] = {e->applicant, e->owner}, *p = mine;
    size_t n = e->whom == FOR_SELF ? 1 : 2;
    struct held_list held;
    int rc;

    mine[0].role = PARTY_APPLICANT;
    mine[0].kind = PARTY_PERSON;
    mine[1].role = PARTY_OWNER;
    mine[1].kind = e->whom == FOR_ORGANISATION ? PARTY_ORGANISATION : PARTY_PERSON;
    if (sent(c))
        p = entry_parties(c, &n);
    for (size_t i = 0; i < x->n_papers; i++)
        all[i] = x->papers[i].paper;
    rc = vault_match(c, (struct paper_list){all, x->n_papers}, p, n, 0, &held);
    for (size_t i = 0; i < x->n_papers && rc == OK; i++) {
        const struct held_paper *h = vault_held_for(&held, x->papers[i].paper->id);

        x->papers[i].held = h ? (h->item ? h->item : &h->items[0]) : NULL;
        if (h)
            rc = auth_log_seen(c, VAULT_LOOK_COUNTER, 0, x->papers[i].held->id);
    }
    return rc;
}

/* The papers asked for with these answers, as rows; the others can be filled in all the same. */
static int
add_papers(struct ctx *c, struct intake_view *v)
{
    struct desk_dossier x = {.p = v->e.p};
    json_t *settled = eforms_settled(c, v->e.p->form, v->e.answers, NULL);
    json_t *facts = catalogue_facts(c->a, settled, vn_day(c->now), channel_of(c),
                                    sent(c) ? in_text(c, I_PAYER) : "");
    struct paper_list asked;
    int rc;

    v->k = catalogue_case(x.p, facts);
    asked = catalogue_papers(c->a, x.p, v->k, facts);
    x.papers = arena_get(c->a, (x.p->papers.n + 1) * sizeof *x.papers);
    for (size_t i = 0; i < x.p->papers.n; i++) {
        struct desk_paper row = {.paper = &x.p->papers.p[i]};

        for (size_t k = 0; k < asked.n; k++)
            row.asked |= asked.p[k] == row.paper;
        if (!row.paper->eform)
            x.papers[x.n_papers++] = row;
    }
    rc = add_held(c, &x, &v->e);
    v->papers = desk_paper_rows(c, &x, &v->n_papers);
    for (size_t i = 0; i < v->n_papers; i++)
        v->papers[i].rule = rule_of(c, v->papers[i].paper);
    json_decref(settled);
    json_decref(facts);
    return rc;
}

/* What was shown of the right to act for another: kept with the dossier; NULL: nothing was. */
static struct mandate *
shown_mandate(struct ctx *c, const struct submission *s)
{
    int kind = desk_in_index(c, "mandate.kind"), ends = desk_in_index(c, "mandate.ends");
    struct mandate *m;

    if (in_int(c, kind) == MANDATE_NONE || s->n_parties < 2)
        return NULL;
    m = arena_get(c->a, sizeof *m);
    *m = (struct mandate){.kind = (enum mandate_kind)in_int(c, kind), .ends = in_date(c, ends),
                          .paper = desk_in(c, "representative.basis_number")};
    return m;
}

static void
submission_of(struct ctx *c, const struct intake_view *v, json_t *answers, struct submission *s)
{
    const struct agency *g = v->unit ? agencies_latest(c->site->agencies, v->unit) : NULL;
    struct paper_check *checks;

    *s = (struct submission){.procedure = v->e.p->code, .unit = g ? g->id : 0,
                             .channel = channel_of(c), .payer = in_text(c, I_PAYER),
                             .answers = answers, .delivery = entry_delivery(c),
                             .delivery_address = desk_in(c, "delivery_address"),
                             .helper = in_text(c, I_HELPER)};
    s->parties = entry_parties(c, &s->n_parties);
    s->record = shown_mandate(c, s);
    s->n_papers = desk_checks_typed(c, v->e.p, &checks);
    s->papers = checks;
}

/* On the side: what is not complete yet is no fault of a page that only asks what it would cost. */
static void
add_preview(struct ctx *c, struct intake_view *v, json_t *answers)
{
    struct ctx aside = *c;
    struct submission s;

    memset(&aside.faults, 0, sizeof aside.faults);
    submission_of(c, v, answers, &s);
    v->asked_preview = true;
    v->previewed = dossiers_preview(&aside, &s, &v->preview) == OK;
}

static int
view(struct ctx *c, struct intake_view *v, json_t **answers)
{
    int rc;

    memset(v, 0, sizeof *v);
    *answers = NULL;
    if ((rc = procedure_of(c, &v->e.p)) < 0 || (rc = add_units(c, v)) < 0)
        return rc;
    entry_view_parties(&v->e, NULL, 0);
    v->e.lists = dossiers_lists(c);
    v->e.add = sent(c) ? in_text(c, I_ADD) : "";
    if (!sent(c) && in_has(c, O_PERSON)) {
        v->person = in_text(c, O_PERSON);
        if ((rc = desk_person(c, v->person, &v->e, &v->known)) < 0)
            return rc;
    }
    *answers = sent(c) ? entry_answers(c, v->e.p, NULL) : json_object();
    v->e.answers = *answers;
    return OK;
}

static int
show(struct ctx *c, struct intake_view *v)
{
    int rc;

    add_payers(c, v);
    add_channels(c, v);
    rc = add_papers(c, v);
    return rc < 0 ? rc : page_dossiers_desk_intake(c, v);
}

static int
page_intake(struct ctx *c)
{
    struct intake_view v;
    json_t *answers;
    int rc = view(c, &v, &answers);

    if (rc == OK)
        rc = show(c, &v);
    json_decref(answers);
    return rc;
}

/* --- received --------------------------------------------------------------------------------- */

static int
show_received(struct ctx *c, const struct dossier *d, const char *secret, bool incomplete)
{
    struct received_view v = {
        .d = d, .secret = secret, .incomplete = incomplete, .due = desk_due_dossier(c, d),
        .p = catalogue_version(c->site->catalogue, d->procedure_version),
        .address = arena_fmt(c->a, "%s/tra-cuu?ma=%s", c->site->config.base_url, d->code)};
    int rc = dossiers_fees(c, d, &v.fees, &v.n_fees);

    for (size_t i = 0; i < v.n_fees; i++)
        v.total += v.fees[i].amount;
    return rc < 0 ? rc : page_dossiers_desk_received(c, &v);
}

/* Papers are missing: it is recorded as handed in, with what the officer saw, and asked for or
 * refused on the next page (forms 02 and 03). */
static int
record(struct ctx *c, struct submission *s, struct dossier *d, char **secret)
{
    struct event e = {.action = ACT_CHECK_PAPERS, .papers = s->papers, .n_papers = s->n_papers};
    int rc;

    s->incomplete = true;
    if ((rc = dossiers_submit(c, s, d, secret)) < 0)
        return rc;
    return s->n_papers ? dossiers_apply(c, d, &e) : OK;
}

/* Files are sent as "tep.<paper>". */
static void
add_files(struct ctx *c, struct submission *s)
{
    const struct upload *sent_files;
    int i = desk_in_index(c, "") + 1;       /* the e-form's entry stands before the files' */
    size_t n = in_files(c, i, &sent_files);
    struct upload *files = arena_get(c->a, (n + 1) * sizeof *files);

    for (size_t k = 0; k < n; k++) {
        files[k] = sent_files[k];
        files[k].field = strncmp(files[k].field, "tep.", 4) == 0 ? files[k].field + 4 : "";
    }
    s->files = files;
    s->n_files = n;
}

static int
post_work(struct ctx *c, struct intake_view *v, json_t *answers)
{
    bool incomplete = in_int(c, I_WORK) == WORK_RECORD;
    struct submission s;
    struct dossier d;
    char *secret;
    int rc;

    submission_of(c, v, answers, &s);
    add_files(c, &s);
    rc = incomplete ? record(c, &s, &d, &secret) : dossiers_receive(c, &s, &d, &secret);
    return rc < 0 ? rc : show_received(c, &d, secret, incomplete);
}

static int
post_intake(struct ctx *c)
{
    struct intake_view v;
    json_t *answers;
    int rc = view(c, &v, &answers);

    if (rc == OK && eforms_rows(v.e.p->form, answers, in_text(c, I_ADD), in_text(c, I_DROP))) {
        rc = show(c, &v);
    } else if (rc == OK && in_int(c, I_WORK) == WORK_PREVIEW) {
        add_preview(c, &v, answers);
        rc = show(c, &v);
    } else if (rc == OK) {
        rc = post_work(c, &v, answers);
    }
    json_decref(answers);
    return rc;
}

/* A number or all of a card: neither stands in an address. */
static int
post_person(struct ctx *c)
{
    return typed_go_to(c, html_url(c, INTAKE "/%s", in_text(c, I_PROCEDURE)).s);
}

#define INTAKE_GET(path, in, handler, say)                                                        \
    {GET, path, PERM_DOSSIER_INTAKE, RUN_INLINE, BODY_NONE, SEES_NOBODY, FACE_DESK, in,           \
     .run = handler, .about = say}

const struct route dossiers_desk_intake_routes[] = {
    INTAKE_GET(INTAKE, IN_CHOOSE, get_choose, "Counter intake: choose the procedure"),
    INTAKE_GET(INTAKE "/goi-y", IN_CHOOSE, get_suggest, "Procedures of the counter as you type"),
    {GET, INTAKE "/{procedure}", PERM_DOSSIER_INTAKE, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_DESK,
     IN_OPEN, .run = page_intake, .about = "Counter intake: everything on one page"},
    {POST, INTAKE "/{procedure}/nguoi", PERM_DOSSIER_INTAKE, RUN_READ_FIRST, BODY_FORM,
     SEES_NOBODY, FACE_DESK, IN_OPEN, .run = post_person, .about = TYPED_ABOUT},
    {POST, INTAKE "/{procedure}", PERM_DOSSIER_INTAKE, RUN_WRITE_LANE, BODY_UPLOAD, SEES_PERSON,
     FACE_DESK, IN_INTAKE, .run = post_intake, .page = page_intake,
     .about = "Receive at the counter, or record what is incomplete"},
    {0},
};
