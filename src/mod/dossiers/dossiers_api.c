/*
 * /api/v1: dossiers, their papers and their events for other systems (src/site/openapi.json).
 *
 * A token acts as its account: the row asks for PERM_API_READ or PERM_API_WRITE, every query asks
 * what the account reaches.  Contents are uploaded first; the answer names each by a signed text
 * that only this account can use, for a day, so that creating a dossier with its papers is one
 * transaction of JSON and nothing is kept between the two requests but the content itself.
 */
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/hash.h"
#include "base/now.h"
#include "base/utf8.h"
#include "db/db.h"
#include "http/handed.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/agencies/agencies.h"
#include "mod/dossiers/dossiers_json.h"
#include "mod/dossiers/worklists.h"
#include "site/site.h"

static const char WRONG_TYPE[] = N_("Kiểu dữ liệu chưa đúng");

/* --- reading the body: every member by name, kind and bound; an unknown one is a fault -----------
 */

enum member_kind { M_TEXT, M_INT, M_BOOL, M_LIST, M_OBJECT };
struct member {
    const char *name;
    enum member_kind kind;
    bool required;
    size_t max; /* characters, or entries of a list */
};

static bool
of_kind(const json_t *v, enum member_kind kind)
{
    switch (kind) {
    case M_TEXT: return json_is_string(v);
    case M_INT: return json_is_integer(v);
    case M_BOOL: return json_is_boolean(v);
    case M_LIST: return json_is_array(v);
    case M_OBJECT: return json_is_object(v);
    }
    return false;
}

static int
check_member(struct ctx *c, const char *path, const struct member *m, const json_t *v)
{
    const char *say = NULL;

    if (!v)
        say = m->required ? N_("Thiếu thông tin này") : NULL;
    else if (!of_kind(v, m->kind))
        say = WRONG_TYPE;
    else if ((m->kind == M_TEXT && json_string_length(v) > m->max * 4) ||
             (m->kind == M_LIST && json_array_size(v) > m->max))
        say = N_("Quá dài");
    return say ? fail_field(c, arena_fmt(c->a, "%s%s", path, m->name), say) : OK;
}

/* `list` ends with a member without a name.  path: "" or "papers.0." */
static int
check_members(struct ctx *c, const char *path, const json_t *o, const struct member *list)
{
    const char *key;
    json_t *v;
    int rc = OK;

    if (!json_is_object(o))
        return fail_field(c, *path ? path : "body", WRONG_TYPE);
    for (const struct member *m = list; m->name; m++)
        if (check_member(c, path, m, json_object_get(o, m->name)) < 0)
            rc = E_INVALID;
    json_object_foreach((json_t *)o, key, v)
    {
        const struct member *m = list;

        while (m->name && strcmp(m->name, key) != 0)
            m++;
        if (!m->name)
            rc = fail_field(c, arena_fmt(c->a, "%s%.*s", path, utf8_head(key, 40), key),
                            N_("Không có trường này"));
    }
    return rc;
}

static const char *
text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));

    return s ? s : "";
}

static int64_t
int_of(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

/* Index of the member's word in `name_of(1..count-1)`; `none` when it is absent, a fault when
 * unknown. */
static int
word_of(struct ctx *c, const json_t *o, const char *name, const char *(*name_of)(int), int count,
        int none)
{
    const char *word = text_of(o, name);

    if (!*word)
        return none;
    for (int i = 1; i < count; i++)
        if (strcmp(word, name_of(i)) == 0)
            return i;
    fail_field(c, name, N_("Không phải là một lựa chọn có trong danh mục"));
    return none;
}

static int
unit_of(struct ctx *c, const json_t *o, const char *name, int64_t *unit)
{
    const char *code = text_of(o, name);
    const struct agency *a;

    *unit = 0;
    if (!*code)
        return OK;
    if (!(a = agencies_by_code(c->site->agencies, code, vn_day(c->now))))
        return fail_field(c, name, N_("Không có cơ quan mang mã này"));
    *unit = a->id;
    return OK;
}

/* --- uploaded contents ---------------------------------------------------------------------------
 */

static int
post_files(struct ctx *c)
{
    const struct upload *files;
    size_t n = in_files(c, 0, &files);
    json_t *items = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(items,
                              json_pack("{s:s, s:s, s:s, s:I, s:s}", "file",
                                        handed_name(c, &files[i]), "name", files[i].name, "type",
                                        files[i].mime, "size", (json_int_t)files[i].size, "sha256",
                                        files[i].sha256));
    return reply_json(c, 201, json_pack("{s:o}", "items", items));
}

/* --- papers of a body
 * ------------------------------------------------------------------------------ */

typedef VEC(struct upload) uploads;
typedef VEC(struct paper_check) checks;

static const struct member PAPER[] = {
    {"paper", M_TEXT, true, 60},
    {"form", M_TEXT, false, 20},
    {"count", M_INT, false, 0},
    {"accepted", M_BOOL, false, 0},
    {"note", M_TEXT, false, 1000},
    {"files", M_LIST, false, 20},
    {0},
};

static int
read_files(struct ctx *c, const char *path, const json_t *paper, uploads *out)
{
    const json_t *list = json_object_get(paper, "files"), *v;
    size_t i;

    json_array_foreach(list, i, v)
    {
        struct upload u;

        if (!json_is_string(v) || !handed_open(c, json_string_value(v), &u))
            return fail_field(
                c, arena_fmt(c->a, "%sfiles.%zu", path, i),
                N_("Tệp này chưa được tải lên bằng mã truy cập này, hoặc đã quá 24 giờ"));
        u.field = arena_str(c->a, text_of(paper, "paper"));
        *vec_push(c->a, out) = u;
    }
    return OK;
}

static int
read_paper(struct ctx *c, const char *path, const json_t *paper, uploads *files, checks *out)
{
    const char *form = text_of(paper, "form");
    int64_t count = int_of(paper, "count");
    struct paper_check p = {.accepted = !json_is_false(json_object_get(paper, "accepted"))};

    if (check_members(c, path, paper, PAPER) < 0 || read_files(c, path, paper, files) < 0)
        return E_INVALID;
    if (count < 0 || count > 100)
        return fail_field(c, arena_fmt(c->a, "%scount", path), N_("Số bản từ 0 đến 100"));
    p.count = (int)count;
    p.form = *form ? papers_form_parse(form) : PAPER_ELECTRONIC;
    if (p.form == PAPER__COUNT)
        return fail_field(c, arena_fmt(c->a, "%sform", path),
                          N_("Không phải là một lựa chọn có trong danh mục"));
    p.paper = arena_str(c->a, text_of(paper, "paper"));
    p.note = arena_str(c->a, text_of(paper, "note"));
    *vec_push(c->a, out) = p;
    return OK;
}

static int
read_papers(struct ctx *c, const json_t *body, uploads *files, checks *out)
{
    json_t *paper;
    size_t i;
    int rc = OK;

    json_array_foreach(json_object_get(body, "papers"), i,
                       paper) if (read_paper(c, arena_fmt(c->a, "papers.%zu.", i), paper, files,
                                             out) < 0) rc = E_INVALID;
    return rc;
}

/* --- creating
 * -------------------------------------------------------------------------------------- */

static const struct member NEW_DOSSIER[] = {
    {"procedure", M_TEXT, true, 40},
    {"agency", M_TEXT, true, 40},
    {"channel", M_TEXT, false, 10},
    {"payer", M_TEXT, false, 40},
    {"answers", M_OBJECT, true, 0},
    {"parties", M_LIST, true, 5},
    {"papers", M_LIST, false, 60},
    {"delivery", M_TEXT, false, 10},
    {"delivery_address", M_TEXT, false, 300},
    {"helper", M_TEXT, false, 200},
    {0},
};

/* A paper that comes as files says so by them; one with a `form` is declared: held by the state. */
static void
declared_only(struct ctx *c, const json_t *body, checks all, struct submission *s)
{
    const json_t *list = json_object_get(body, "papers");
    struct paper_check *out = arena_get(c->a, (all.n + 1) * sizeof *out);

    for (size_t i = 0; i < all.n && all.n == json_array_size(list); i++)
        if (json_object_get(json_array_get(list, i), "form"))
            out[s->n_papers++] = all.p[i];
    s->papers = out;
}

static int
read_submission(struct ctx *c, const json_t *body, struct submission *s)
{
    uploads files = {0};
    checks declared = {0};

    if (check_members(c, "", body, NEW_DOSSIER) < 0)
        return E_INVALID;
    *s = (struct submission){
        .procedure = text_of(body, "procedure"),
        .payer = text_of(body, "payer"),
        .strict = true,
        .answers = json_object_get(body, "answers"),
        .helper = text_of(body, "helper"),
        .delivery_address = text_of(body, "delivery_address"),
        .channel =
            word_of(c, body, "channel", dossiers_channel_word, CHANNEL_POSTAL + 1, CHANNEL_ONLINE),
        .delivery =
            word_of(c, body, "delivery", dossiers_delivery_word, DELIVER__COUNT, DELIVER_DESK),
    };
    unit_of(c, body, "agency", &s->unit);
    read_papers(c, body, &files, &declared);
    people_from_json(c, json_object_get(body, "parties"), &s->parties, &s->n_parties);
    s->files = files.p;
    s->n_files = files.n;
    declared_only(c, body, declared, s);
    return c->faults.n ? E_INVALID : OK;
}

static const struct param IN_BODY[] = {{"body", K_JSON, .required = true}, {.kind = K_END}};

/* Most of the work of a submission is its e-form, and that needs no lane.  Faults are left to the
 * handler: a key that was used before gets the answer it had, whatever the rules say today. */
static int
prepare_dossier(struct ctx *c)
{
    struct submission *s = arena_get(c->a, sizeof *s);
    json_t *body = (json_t *)in_json(c, 0);

    if (read_submission(c, body, s) == OK && dossiers_check(c, s, body) == OK)
        c->prepared = s;
    c->faults.n = 0;
    c->err = (struct err){0};
    return OK;
}

static int
post_dossier(struct ctx *c)
{
    struct submission mine, *s = c->prepared ? c->prepared : &mine;
    struct dossier d;
    char *secret;
    int rc = OK;

    if ((!c->prepared && (rc = read_submission(c, in_json(c, 0), s)) < 0) ||
        (rc = dossiers_submit(c, s, &d, &secret)) < 0)
        return rc;
    return reply_json(c, 201,
                      json_pack("{s:s, s:s, s:s, s:I, s:o}", "code", d.code, "secret", secret,
                                "status", workflow_status((enum status)d.status)->word, "version",
                                (json_int_t)d.version, "answer_due", json_moment(c, d.answer_due)));
}

/* --- reading
 * ---------------------------------------------------------------------------------------- */

enum { P_CODE, P_BODY };
static const struct param IN_CODE[] = {{"code", K_DOSSIER_CODE, .required = true}, {.kind = K_END}};

static int
get_dossier(struct ctx *c)
{
    struct dossier d;
    json_t *doc;
    int rc = dossiers_get(c, in_text(c, P_CODE), PERM_DOSSIER_READ, &d);

    if (rc < 0 || (rc = dossiers_json(c, &d, &doc)) < 0)
        return rc;
    return reply_json(c, 200, doc);
}

static const char *const STATUS_WORDS[] = {"submitted",  "accepted", "refused",     "processing",
                                           "supplement", "fiscal",   "withdrawing", "stopped",
                                           "done",       "returned", NULL};

enum { L_AGENCY, L_STATUS, L_FROM, L_TO, L_CURSOR, L_LIMIT };
static const struct param IN_LIST[] = {
    [L_AGENCY] = {"agency", K_CODE, .required = true},
    [L_STATUS] = {"status", K_ENUM, .words = STATUS_WORDS},
    [L_FROM] = {"due_from", K_DATE},
    [L_TO] = {"due_to", K_DATE},
    [L_CURSOR] = {"cursor", K_TEXT, .max = 200},
    [L_LIMIT] = {"limit", K_INT, .min = 1, .max = LIST_MAX},
    {.kind = K_END},
};

static int
get_dossiers(struct ctx *c)
{
    const struct agency *a =
        agencies_by_code(c->site->agencies, in_text(c, L_AGENCY), vn_day(c->now));
    struct api_query q = {.cursor = in_text(c, L_CURSOR), .limit = (size_t)in_int(c, L_LIMIT)};
    struct list rows;
    json_t *items;
    int rc;

    if (!a)
        return fail_field(c, "agency", N_("Không có cơ quan mang mã này"));
    q.unit = a->id;
    q.status = in_has(c, L_STATUS) ? (int)in_int(c, L_STATUS) + 1 : 0;
    q.due_from = in_has(c, L_FROM) ? vn_utc(in_date(c, L_FROM), 0) : 0;
    q.due_to = in_has(c, L_TO) ? vn_utc(in_date(c, L_TO) + 1, 0) : 0;
    if (!q.limit)
        q.limit = 50;
    if ((rc = dossiers_list(c, &q, &rows)) < 0 || (rc = worklist_seen(c, &rows)) < 0)
        return rc;
    items = json_array();
    for (size_t i = 0; i < rows.n; i++)
        json_array_append_new(items, dossiers_row_json(c, &rows.p[i]));
    return reply_json(c, 200, json_page(items, rows.next));
}

enum { E_CURSOR, E_LIMIT_ROWS };
static const struct param IN_EVENTS[] = {
    [E_CURSOR] = {"cursor", K_TEXT, .max = 200},
    [E_LIMIT_ROWS] = {"limit", K_INT, .min = 1, .max = LIST_MAX},
    {.kind = K_END},
};

static int
get_events(struct ctx *c)
{
    size_t limit = in_has(c, E_LIMIT_ROWS) ? (size_t)in_int(c, E_LIMIT_ROWS) : 50;
    struct feed f;
    json_t *items, *page;
    int rc = dossiers_feed(c, in_text(c, E_CURSOR), limit, &f);

    if (rc < 0)
        return rc;
    items = json_array();
    for (size_t i = 0; i < f.n; i++)
        json_array_append_new(items, dossiers_feed_json(c, &f.p[i]));
    page = json_page(items, f.more ? f.resume : "");
    json_object_set_new(page, "resume", *f.resume ? json_string(f.resume) : json_null());
    return reply_json(c, 200, page);
}

/* --- acting
 * ------------------------------------------------------------------------------------------ */

static const struct member ACT[] = {
    {"action", M_TEXT, true, 40},
    {"version", M_INT, true, 0},
    {"note", M_TEXT, false, 4000},
    {"ground", M_TEXT, false, 4000},
    {"step", M_TEXT, false, 40},
    {"agency", M_TEXT, false, 40},
    {"officer", M_TEXT, false, 60},
    {"moment", M_TEXT, false, 25},
    {"opinion", M_INT, false, 0},
    {"defects", M_LIST, false, 60},
    {"papers", M_LIST, false, 60},
    {"answers", M_OBJECT, false, 0},
    {"amount", M_INT, false, 0},
    {"number", M_TEXT, false, 60},
    {"signer", M_TEXT, false, 120},
    {"date", M_TEXT, false, 10},
    {"pause", M_TEXT, false, 40},
    {"fee", M_TEXT, false, 40},
    {"to_name", M_TEXT, false, 120},
    {"to_number", M_TEXT, false, 20},
    {"to_paper", M_TEXT, false, 120},
    {"delivery", M_TEXT, false, 10},
    {0},
};

static const struct member DEFECT[] = {
    {"paper", M_TEXT, false, 60},
    {"field", M_TEXT, false, 60},
    {"reason", M_TEXT, true, 40},
    {"text", M_TEXT, false, 1000},
    {0},
};

static int
read_defects(struct ctx *c, const json_t *body, struct event *e)
{
    VEC(struct defect) list = {0};
    json_t *v;
    size_t i;

    json_array_foreach(json_object_get(body, "defects"), i, v)
    {
        if (check_members(c, arena_fmt(c->a, "defects.%zu.", i), v, DEFECT) < 0)
            continue;
        *vec_push(c->a, &list) = (struct defect){text_of(v, "paper"), text_of(v, "field"),
                                                 text_of(v, "reason"), text_of(v, "text")};
    }
    e->defects = list.p;
    e->n_defects = list.n;
    return c->faults.n ? E_INVALID : OK;
}

/* Dates and moments of the body: what is there must be real. */
static void
read_times(struct ctx *c, const json_t *body, struct event *e)
{
    const char *on = text_of(body, "date"), *at = text_of(body, "moment");
    char minute[17] = "";

    if (*on && !date_parse(on, &e->date))
        fail_field(c, "date", N_("Ngày viết theo dạng năm-tháng-ngày, ví dụ 2026-11-22"));
    if (!*at)
        return;
    memcpy(minute, at, strnlen(at, 16));
    if (strlen(at) != 25 || strcmp(at + 19, "+07:00") != 0 ||
        !date_parse_moment(minute, &e->moment))
        fail_field(c, "moment", N_("Thời điểm viết như 2026-11-22T14:05:00+07:00"));
}

static int
read_officer(struct ctx *c, const json_t *body, struct event *e)
{
    const char *login = text_of(body, "officer");
    struct account a;

    if (!*login)
        return OK;
    if (auth_account_by_login(c, ACCOUNT_OFFICER, login, &a) < 0)
        return fail_field(c, "officer", N_("Không có cán bộ mang tên đăng nhập này"));
    e->to_account = a.id;
    return OK;
}

static int
read_event(struct ctx *c, const json_t *body, struct event *e)
{
    uploads files = {0};
    checks papers = {0};

    if (check_members(c, "", body, ACT) < 0)
        return E_INVALID;
    *e = (struct event){
        .action = workflow_action_parse(text_of(body, "action")),
        .version = int_of(body, "version"),
        .note = text_of(body, "note"),
        .ground = text_of(body, "ground"),
        .step = text_of(body, "step"),
        .opinion = int_of(body, "opinion"),
        .answers = json_object_get(body, "answers"),
        .amount = int_of(body, "amount"),
        .number = text_of(body, "number"),
        .signer = text_of(body, "signer"),
        .pause = text_of(body, "pause"),
        .fee = text_of(body, "fee"),
        .to_name = text_of(body, "to_name"),
        .to_number = text_of(body, "to_number"),
        .to_paper = text_of(body, "to_paper"),
        .delivery_address = "",
        .delivery = word_of(c, body, "delivery", dossiers_delivery_word, DELIVER__COUNT, 0),
    };
    if (e->action == ACT_NONE || workflow_action(e->action)->by_system)
        fail_field(c, "action", N_("Không phải là một việc có trong danh mục"));
    if (e->version < 1)
        fail_field(c, "version", N_("Ghi phiên bản của hồ sơ mà bạn đã xem"));
    unit_of(c, body, "agency", &e->to_unit);
    read_officer(c, body, e);
    read_times(c, body, e);
    read_defects(c, body, e);
    read_papers(c, body, &files, &papers);
    e->papers = papers.p;
    e->n_papers = papers.n;
    e->files = files.p;
    e->n_files = files.n;
    return c->faults.n ? E_INVALID : OK;
}

static const struct param IN_ACT[] = {
    [P_CODE] = {"code", K_DOSSIER_CODE, .required = true},
    [P_BODY] = {"body", K_JSON, .required = true},
    {.kind = K_END},
};

static int
post_action(struct ctx *c)
{
    struct dossier d;
    struct event e;
    json_t *doc;
    int rc;

    if ((rc = read_event(c, in_json(c, P_BODY), &e)) < 0 ||
        (rc = dossiers_get(c, in_text(c, P_CODE), PERM_DOSSIER_READ, &d)) < 0 ||
        (rc = dossiers_apply(c, &d, &e)) < 0 || (rc = dossiers_json(c, &d, &doc)) < 0)
        return rc;
    return reply_json(c, 200, doc);
}

static const struct param IN_FILES[] = {{"file", K_FILES, .required = true}, {.kind = K_END}};

const struct route dossiers_api_routes[] = {
    {POST, "/api/v1/files", PERM_API_WRITE, RUN_WRITE_LANE, BODY_UPLOAD, SEES_NOBODY, FACE_API,
     IN_FILES, .run = post_files, .about = "Hand in contents, to be named in a dossier's papers"},
    {POST, "/api/v1/dossiers", PERM_API_WRITE, RUN_WRITE_LANE, BODY_JSON, SEES_NOBODY, FACE_API,
     IN_BODY, .prepare = prepare_dossier, .quick = true, .run = post_dossier,
     .about = "Submit a dossier with its papers"},
    {GET, "/api/v1/dossiers", PERM_API_READ, RUN_READ_LANE, BODY_NONE, SEES_PERSON, FACE_API,
     IN_LIST, .run = get_dossiers, .about = "Dossiers of an agency, by due date"},
    {GET, "/api/v1/dossiers/{code}", PERM_API_READ, RUN_INLINE, BODY_NONE, SEES_PERSON, FACE_API,
     IN_CODE, .run = get_dossier,
     .about = "One dossier with parties, papers, fees, timeline and actions"},
    {POST, "/api/v1/dossiers/{code}/actions", PERM_API_WRITE, RUN_WRITE_LANE, BODY_JSON,
     SEES_PERSON, FACE_API, IN_ACT, .run = post_action, .about = "Do one action on a dossier"},
    {GET, "/api/v1/events", PERM_API_READ, RUN_READ_LANE, BODY_NONE, SEES_NOBODY, FACE_API,
     IN_EVENTS, .run = get_events, .about = "Events since a cursor, oldest first"},
    {0},
};
