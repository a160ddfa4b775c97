/* The dossiers of the demo city, played through the verbs that pages use, at moments of the past.
 */
#include "demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/now.h"
#include "db/db.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/deadlines/deadlines.h"
#include "mod/dossiers/worklists.h"
#include "mod/eforms/eforms.h"

enum { ANSWERS_MAX = 256 << 10, INPUTS_MAX = 500, PAPERS_N = 40 };

/* The day on which the answers of DIR were written: dates after RECENT move with the reception. */
static const struct ymd REFERENCE = {2026, 11, 22}, RECENT = {2026, 6, 1};

enum { BIRTH_NEW, BIRTH_DONE, MARITAL, DEATH, COPIES, SHOP_LATE, SHOP_OLD, STORIES };

/* `change`: inputs laid over the answers, a JSON object. */
/* clang-format off */
static const struct story { const char *procedure, *unit, *change; } STORY[STORIES] = {
    [BIRTH_NEW]  = {"1.001193", "H26.X.00070", "{}"},
    [BIRTH_DONE] = {"1.001193", "H26.X.00070",
        "{\"nguoi_yeu_cau_ho_ten\":\"Bùi Thị Ngọc Mai\","
        "\"nguoi_yeu_cau_so_dinh_danh\":\"001192900781\","
        "\"nguoi_yeu_cau_ngay_sinh\":\"1992-08-30\",\"nguoi_yeu_cau_dien_thoai\":\"0934567812\","
        "\"nguoi_yeu_cau_email\":\"ngocmai.vidu@example.vn\",\"tre_ho_ten\":\"ĐINH BÙI GIA HÂN\","
        "\"gioi_tinh\":\"nu\",\"me_ho_ten\":\"Bùi Thị Ngọc Mai\","
        "\"me_so_dinh_danh\":\"001192900781\","
        "\"me_ngay_sinh\":\"1992-08-30\",\"cha_ho_ten\":\"Đinh Công Thành\","
        "\"cha_so_dinh_danh\":\"001090900345\",\"cha_ngay_sinh\":\"1990-01-17\"}"},
    [MARITAL]    = {"1.004873", "H26.X.00070", "{}"},
    [DEATH]      = {"1.000656", "H26.X.00070", "{}"},
    [COPIES]     = {"2.000815", "H26.X.00070",
        "{\"nguoi_yeu_cau_ho_ten\":\"Ngô Văn Quyết\","
        "\"nguoi_yeu_cau_so_dinh_danh\":\"001088900567\","
        "\"nguoi_yeu_cau_ngay_sinh\":\"1988-05-06\",\"nguoi_yeu_cau_dien_thoai\":\"0945671234\","
        "\"nguoi_yeu_cau_email\":\"ngoquyet.vidu@example.vn\"}"},
    [SHOP_LATE]  = {"1.001612", "H26.X.00070", "{}"},
    [SHOP_OLD]   = {"1.001612", "H26.X.002",
        "{\"nguoi_yeu_cau_ho_ten\":\"Hoàng Đức Long\","
        "\"nguoi_yeu_cau_so_dinh_danh\":\"001083900678\","
        "\"nguoi_yeu_cau_ngay_sinh\":\"1983-03-09\",\"nguoi_yeu_cau_dien_thoai\":\"0967812345\","
        "\"nguoi_yeu_cau_email\":\"duclong.vidu@example.vn\",\"nguoi_yeu_cau_gioi_tinh\":\"nam\","
        "\"ten_hkd\":\"Tạp hóa Đức Long\"}"},
};

/* When: `on` a date, or `back` working days before today (0: minutes before now). */
struct act {
    int story, back, hour, minute;
    struct ymd on;
    enum demo_who who;
    enum action action;
    const char *note, *number, *step;
};
static const struct act ACTS[] = {
    {SHOP_OLD, 0, 9, 10, {2025, 6, 27}, DEMO_DISTRICT, ACT_RECEIVE, "", "", ""},
    {SHOP_OLD, 0, 7, 30, {2025, 7, 1}, DEMO__COUNT, ACT_TRANSFER, "", "", ""},
    {SHOP_OLD, 0, 8, 15, {2025, 7, 1}, DEMO_SPECIALIST, ACT_CLAIM, "", "", ""},
    {SHOP_OLD, 0, 8, 40, {2025, 7, 1}, DEMO_INTAKE, ACT_PAID, "", "BL-0000127", ""},
    {SHOP_OLD, 0, 15, 20, {2025, 7, 1}, DEMO_SPECIALIST, ACT_FORWARD,
     "Hồ sơ chuyển từ quận Hoàn Kiếm, đã kiểm tra tên và ngành nghề, đủ điều kiện.", "", ""},
    {SHOP_OLD, 0, 9, 5, {2025, 7, 2}, DEMO_LEADER, ACT_APPROVE, "", "01A8-021973", ""},
    {SHOP_OLD, 0, 14, 30, {2025, 7, 2}, DEMO_INTAKE, ACT_HAND_OVER, "", "", ""},

    {SHOP_LATE, 8, 20, 15, {0}, DEMO_CITIZEN, ACT_SUBMIT, "", "", ""},
    {SHOP_LATE, 7, 9, 20, {0}, DEMO_INTAKE, ACT_ACCEPT, "", "", ""},
    {SHOP_LATE, 7, 10, 5, {0}, DEMO_SPECIALIST, ACT_CLAIM, "", "", ""},

    {BIRTH_DONE, 4, 8, 20, {0}, DEMO_INTAKE, ACT_RECEIVE, "", "", ""},
    {BIRTH_DONE, 4, 8, 25, {0}, DEMO_INTAKE, ACT_PAID, "", "BL-0003411", ""},
    {BIRTH_DONE, 4, 8, 50, {0}, DEMO_SPECIALIST, ACT_CLAIM, "", "", ""},
    {BIRTH_DONE, 4, 10, 30, {0}, DEMO_SPECIALIST, ACT_FORWARD,
     "Đã ghi sổ và lấy số định danh cá nhân cho trẻ.", "", ""},
    {BIRTH_DONE, 4, 14, 10, {0}, DEMO_LEADER, ACT_APPROVE, "", "318/2026", ""},
    {BIRTH_DONE, 4, 15, 40, {0}, DEMO_INTAKE, ACT_HAND_OVER, "", "", ""},

    {COPIES, 2, 9, 5, {0}, DEMO_INTAKE, ACT_RECEIVE, "", "", ""},
    {COPIES, 2, 9, 10, {0}, DEMO_INTAKE, ACT_PAID, "", "BL-0003467", ""},
    {COPIES, 2, 9, 20, {0}, DEMO_SPECIALIST, ACT_CLAIM, "", "", ""},
    {COPIES, 2, 10, 15, {0}, DEMO_SPECIALIST, ACT_FORWARD, "", "", ""},
    {COPIES, 2, 10, 50, {0}, DEMO_LEADER, ACT_APPROVE, "", "2207", ""},
    {COPIES, 2, 11, 15, {0}, DEMO_INTAKE, ACT_HAND_OVER, "", "", ""},

    {MARITAL, 2, 13, 40, {0}, DEMO_INTAKE, ACT_RECEIVE, "", "", ""},
    {MARITAL, 2, 14, 30, {0}, DEMO_SPECIALIST, ACT_CLAIM, "", "", ""},
    {MARITAL, 1, 9, 45, {0}, DEMO_SPECIALIST, ACT_SUPPLEMENT,
     "Đề nghị bổ sung bản sao quyết định ly hôn có hiệu lực; bản đã nộp mất dấu giáp lai.", "", ""},

    {DEATH, 1, 15, 20, {0}, DEMO_INTAKE, ACT_RECEIVE, "", "", ""},
    {DEATH, 1, 15, 25, {0}, DEMO_INTAKE, ACT_PAID, "", "BL-0003502", ""},
    {DEATH, 1, 15, 40, {0}, DEMO_SPECIALIST, ACT_CLAIM, "", "", ""},
    {DEATH, 1, 16, 30, {0}, DEMO_SPECIALIST, ACT_FORWARD, "Giấy báo tử khớp với dữ liệu dân cư.",
     "", ""},

    {BIRTH_NEW, 0, 0, 45, {0}, DEMO_CITIZEN, ACT_SUBMIT, "", "", ""},
};
/* clang-format on */
enum { ACTS_N = sizeof ACTS / sizeof *ACTS };

/* What the officer adds after the entry in the register of births. */
static const char BIRTH_ENTRY[] = "{\"so_dang_ky\":\"318/2026\",\"quyen_so\":\"02/2026\"}";

struct stage {
    struct demo *d;
    struct ctx c; /* of one act: its moment, its actor */
    struct session session;
    int64_t today;
    char code[STORIES][48];
};

struct timed {
    int64_t at;
    const struct act *act;
};

static int64_t
moment_of(const struct demo *d, const struct act *a, int64_t now)
{
    day n;

    if (a->on.y)
        return vn_utc(date_day(a->on), a->hour * 60 + a->minute);
    if (a->back == 0)
        return now - a->minute * 60;
    n = calendar_add(d->c->site->calendar, vn_day(now), -a->back);
    return vn_utc(n, a->hour * 60 + a->minute);
}

static int
by_moment(const void *a, const void *b)
{
    const struct timed *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->act < y->act ? -1 : 1;
}

/* --- an application ------------------------------------------------------------------------- */

/* Recent dates are as many days before the reception as they were before the day of writing. */
static const char *
moved(struct ctx *c, const char *value)
{
    day d;

    if (!date_parse(value, &d) || d < date_day(RECENT))
        return value;
    return date_iso(c->a, d - date_day(REFERENCE) + vn_day(c->now));
}

static int
read_inputs(struct stage *s, const struct story *t, struct pair *out, size_t *n)
{
    struct ctx *c = &s->c;
    const char *path = arena_fmt(c->a, "%s/answers/%s.json", s->d->folder, t->procedure), *key;
    struct bytes text;
    json_t *doc, *change, *v;
    int rc = file_read(c->a, path, ANSWERS_MAX, &text);

    if (rc < 0)
        return fail(c, E_SYS, N_("Không đọc được tệp"), "cannot read %s: %s", path, strerror(-rc));
    doc = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    change = json_loads(t->change, 0, NULL);
    json_object_update(doc, change);
    *n = 0;
    json_object_foreach(doc, key, v) if (*n < INPUTS_MAX && json_is_string(v)) out[(*n)++] =
        (struct pair){arena_str(c->a, key), moved(c, arena_str(c->a, json_string_value(v)))};
    json_decref(doc);
    json_decref(change);
    return *n ? OK : fail(c, E_SYS, N_("Không đọc được tệp"), "%s holds no inputs", path);
}

static const char *
input(const struct pair *p, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].name, name) == 0)
            return p[i].value;
    return "";
}

/* A page with one line: what somebody scanned. */
static int
scan(struct stage *s, struct upload *u)
{
    static const char PDF[] =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        "4 0 obj<</Length 52>>stream\nBT /F 24 Tf 72 740 Td (Ban quet cua ho so mau) Tj ET\n"
        "endstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n";
    char *name = arena_get(s->c.a, STORE_NAME);
    struct store_put *p = store_begin(s->d->store);

    if (!p || !store_write(p, PDF, sizeof PDF - 1) || !store_keep(p, name))
        return fail(&s->c, E_SYS, N_("Không lưu được tệp"), "demo: the store refuses");
    *u = (struct upload){.name = "ban-quet.pdf",
                         .mime = "application/pdf",
                         .size = sizeof PDF - 1,
                         .sha256 = name};
    return OK;
}

struct application {
    struct submission s;
    struct party party;
    struct paper_check checks[PAPERS_N];
    struct upload files[PAPERS_N];
};

/* Every paper asked for is there: scanned when online, the original at the counter. */
static int
add_papers(struct stage *s, const struct procedure *p, struct application *x)
{
    json_t *facts = catalogue_facts(s->c.a, x->s.answers, vn_day(s->c.now), x->s.channel, "");
    struct paper_list papers = catalogue_papers(s->c.a, p, catalogue_case(p, facts), facts);
    int rc = OK;

    json_decref(facts);
    for (size_t i = 0; i < papers.n && i < PAPERS_N && rc == OK; i++) {
        const char *id = papers.p[i]->id;

        if (papers.p[i]->eform || !papers.p[i]->required)
            continue;
        x->checks[x->s.n_papers++] = (struct paper_check){
            .paper = id, .form = PAPER_ORIGINAL, .count = 1, .accepted = true, .note = ""};
        if (x->s.channel == CHANNEL_ONLINE) {
            rc = scan(s, &x->files[x->s.n_files]);
            x->files[x->s.n_files++].field = id;
        }
    }
    return rc;
}

static int
prepare(struct stage *s, const struct story *t, int channel, struct application *x)
{
    struct ctx *c = &s->c;
    const struct procedure *p = catalogue_find(c->site->catalogue, t->procedure, vn_day(c->now));
    const struct agency *g = agencies_by_code(c->site->agencies, t->unit, vn_day(c->now));
    struct pair *in = arena_get(c->a, INPUTS_MAX * sizeof *in);
    size_t n;
    int rc;

    if (!p || !g)
        return fail(c, E_NOTFOUND, N_("Thủ tục này hiện không áp dụng"), "demo: %s at %s",
                    t->procedure, t->unit);
    if ((rc = read_inputs(s, t, in, &n)) < 0)
        return rc;
    x->party = (struct party){.role = PARTY_APPLICANT,
                              .kind = PARTY_PERSON,
                              .name = input(in, n, "nguoi_yeu_cau_ho_ten"),
                              .personal_number = input(in, n, "nguoi_yeu_cau_so_dinh_danh"),
                              .phone = input(in, n, "nguoi_yeu_cau_dien_thoai"),
                              .email = input(in, n, "nguoi_yeu_cau_email"),
                              .address = arena_fmt(c->a, "%s, phường Hoàn Kiếm, Hà Nội",
                                                   input(in, n, "nguoi_yeu_cau_noi_cu_tru.street")),
                              .tax_code = "",
                              .basis = "",
                              .basis_number = ""};
    x->s = (struct submission){.procedure = t->procedure,
                               .unit = g->id,
                               .channel = channel,
                               .payer = "",
                               .parties = &x->party,
                               .n_parties = 1,
                               .delivery = DELIVER_DESK,
                               .delivery_address = "",
                               .helper = "",
                               .files = x->files,
                               .papers = x->checks,
                               .answers = eforms_collect(c, p->form, NULL, in, n, NULL)};
    return add_papers(s, p, x);
}

static int
begin(struct stage *s, const struct act *a)
{
    struct application x = {0};
    bool counter = a->action == ACT_RECEIVE;
    struct dossier d;
    char *secret;
    int rc = prepare(s, &STORY[a->story], counter ? CHANNEL_DIRECT : CHANNEL_ONLINE, &x);

    if (!counter)
        x.s.n_papers = 0;
    if (rc == OK)
        rc = counter ? dossiers_receive(&s->c, &x.s, &d, &secret)
                     : dossiers_submit(&s->c, &x.s, &d, &secret);
    json_decref(x.s.answers);
    if (rc < 0)
        return rc;
    snprintf(s->code[a->story], sizeof s->code[a->story], "%s", d.code);
    printf("demo dossier %s secret %s %s\n", d.code, secret, STORY[a->story].procedure);
    return OK;
}

/* --- what follows --------------------------------------------------------------------------- */

/* The reform: what the district held goes on at the commune of its seat. */
static int
reorganise(struct stage *s)
{
    const struct agencies_snapshot *all = s->c.site->agencies;
    const struct agency *old = agencies_latest(all, "H26.X.002");
    const struct agency *now = old ? agencies_continuing(all, old->id, vn_day(s->c.now)) : NULL;
    int rc;

    if (!now)
        return fail(&s->c, E_NOTFOUND, N_("Không có cơ quan này"), "demo: no successor");
    s->c.account = 0;
    while ((rc = dossiers_reorganise(&s->c, old->id, now->id)) > 0)
        continue;
    return rc;
}

static int
accept_papers(struct stage *s, const struct dossier *d, struct event *e)
{
    struct paper_file *files;
    struct paper_check *checks;
    size_t n;
    int rc = papers_files(&s->c, d->id, &files, &n);

    if (rc < 0)
        return rc;
    checks = arena_get(s->c.a, (n + 1) * sizeof *checks);
    for (size_t i = 0; i < n; i++)
        checks[i] = (struct paper_check){.paper = files[i].paper,
                                         .form = PAPER_ELECTRONIC,
                                         .count = 1,
                                         .accepted = true,
                                         .note = ""};
    e->papers = checks;
    e->n_papers = n;
    return OK;
}

static int
to_applicant(struct stage *s, const struct dossier *d, struct event *e)
{
    const struct party *me;
    struct party *p;
    size_t n;
    int rc = people_list(&s->c, d->id, &p, &n);

    if (rc < 0)
        return rc;
    me = people_find(p, n, PARTY_APPLICANT);
    e->to_name = me->name;
    e->to_number = me->personal_number;
    e->to_paper = "căn cước";
    return OK;
}

static int
go_on(struct stage *s, const struct act *a)
{
    static const struct defect DEFECT = {"", "ly_hon_so", "unreadable",
                                         "Quyết định ly hôn: nộp bản sao có dấu giáp lai"};
    struct event e = {.action = a->action,
                      .note = a->note,
                      .ground = "",
                      .step = a->step,
                      .number = a->number,
                      .signer = s->session.name,
                      .pause = "",
                      .fee = "",
                      .to_name = "",
                      .to_number = "",
                      .to_paper = "",
                      .delivery_address = ""};
    struct dossier d;
    int rc = dossiers_get(&s->c, s->code[a->story], PERM_OFFICER, &d);

    if (rc < 0)
        return rc;
    if (a->action == ACT_ACCEPT && (rc = accept_papers(s, &d, &e)) < 0)
        return rc;
    if (a->action == ACT_SUPPLEMENT) {
        e.defects = &DEFECT;
        e.n_defects = 1;
    }
    if (a->action == ACT_HAND_OVER && (rc = to_applicant(s, &d, &e)) < 0)
        return rc;
    return dossiers_apply(&s->c, &d, &e);
}

/* --- the play ------------------------------------------------------------------------------- */

static int
play(struct stage *s, const struct act *a)
{
    struct account account = {.name = ""};
    int rc;

    if (a->who == DEMO__COUNT)
        return reorganise(s);
    if ((rc = auth_account_get(&s->c, s->d->account[a->who], &account)) < 0)
        return rc;
    s->session =
        (struct session){.account = account.id, .kind = account.kind, .name = account.name};
    s->c.account = account.id;
    s->c.session = &s->session;
    if (a->action == ACT_SUBMIT || a->action == ACT_RECEIVE)
        return begin(s, a);
    if (a->action == ACT_APPROVE && a->story == BIRTH_DONE && s->d->with.signer)
        return demo_result(&s->c, s->code[a->story], "trich_luc_khai_sinh", BIRTH_ENTRY);
    return go_on(s, a);
}

/* Rights are those of that day; an act is a transaction, as a request would be. */
static int
step(struct stage *s, const struct timed *t)
{
    day was = vn_day(s->c.now);
    int rc;

    now_set(t->at);
    s->c = *s->d->c;
    s->c.now = t->at;
    if ((rc = db_begin(&s->c, DB_READ_WRITE)) < 0)
        return rc;
    if (vn_day(t->at) != was)
        rc = agencies_reach_rebuild(&s->c, 0);
    if (rc == OK)
        rc = play(s, t->act);
    if (rc == OK)
        rc = db_commit(&s->c);
    if (rc < 0)
        db_rollback(&s->c);
    return rc;
}

static int
play_all(struct stage *s, struct timed *t)
{
    int rc = OK;

    for (int i = 0; i < ACTS_N && rc == OK; i++) {
        rc = step(s, &t[i]);
        if (rc < 0)
            log_line(LOG_ERROR, "demo", LOG_N("act", (int64_t)(t[i].act - ACTS)));
    }
    now_set(-1);
    s->d->c->err = s->c.err;
    s->d->c->faults.p = s->c.faults.p;
    s->d->c->faults.n = s->c.faults.n;
    s->d->c->faults.cap = s->c.faults.cap;
    return rc;
}

int
demo_story(struct demo *d)
{
    static struct stage s;
    struct timed t[ACTS_N];
    int rc;

    if (!d->fresh)
        return OK;
    s = (struct stage){.d = d};
    for (int i = 0; i < ACTS_N; i++)
        t[i] = (struct timed){moment_of(d, &ACTS[i], d->c->now), &ACTS[i]};
    qsort(t, ACTS_N, sizeof *t, by_moment);
    rc = play_all(&s, t);
    if (rc < 0 || (rc = db_begin(d->c, DB_READ_WRITE)) < 0)
        return rc;
    rc = agencies_reach_rebuild(d->c, 0);
    if (rc == OK)
        rc = db_commit(d->c);
    if (rc < 0)
        db_rollback(d->c);
    return rc;
}
