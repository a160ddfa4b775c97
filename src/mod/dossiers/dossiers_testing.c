#include "mod/dossiers/dossiers_testing.h"

#include <stdio.h>

#include "mod/agencies/agencies_manage.h"
#include "mod/catalogue/catalogue_package.h"
#include "mod/catalogue/catalogue_snapshot.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_inside.h"

static const char YAML[] =
    "code: \"9.000001\"\nversion: 1\nstate: published\nvalid_from: 2020-01-01\n"
    "name: Thủ tục thử\nsummary: Một thủ tục chỉ dùng để thử mọi bước, mọi thời hạn và giấy tờ.\n"
    "field: G15-TP07\nlevel: commune\nauthority: UBND cấp xã\nsubjects: [citizen, organisation]\n"
    "channels: [direct, online, postal]\nonline: {level: 4, scope: full}\nroute: city\n"
    "publication: {number: 1/QĐ, date: 2020-01-01, agency: UBND, verified: false}\n"
    "citizen_steps: [Nộp hồ sơ]\n"
    "legal_basis: [{number: 1/2020, title: Luật thử, issuer: Quốc hội, date: 2020-01-01}]\n"
    "cases:\n"
    "  - {id: slow, name: Chậm, when: {\"==\": [{var: kieu}, cham]}}\n"
    "  - {id: normal, name: Thường}\n"
    "deadline:\n  mode: end-of-day\n  supplement: pause\n  fiscal_pauses: true\n"
    "  limits:\n    - {cases: [slow], limit: 10wd}\n    - {limit: 5wd}\n"
    "  stops: [{id: niem_yet, name: Niêm yết, basis: Điều 1 Luật thử}]\n"
    "fees:\n"
    "  - {id: le_phi, name: Lệ phí, kind: charge, amount: 5000, cases: [slow], per: dossier,"
    " due: before_result, basis: NQ thử}\n"
    "papers:\n"
    "  - {id: to_khai, name: Tờ khai, originals: 1, copies: 0, required: true, eform: true}\n"
    "  - {id: giay_a, name: Giấy A, originals: 1, copies: 0, required: true}\n"
    "  - {id: giay_b, name: Giấy B, originals: 0, copies: 1, required: false}\n"
    "competent: {rule: receiving}\n"
    "process:\n"
    "  - {id: tham_dinh, name: Thẩm định, role: specialist, agency: competent, budget: 1wd,"
    " actions: [forward, supplement, refuse, fiscal, consult, stop, extend],"
    " next: [ky, kiem_tra], guards: [papers_checked]}\n"
    "  - {id: kiem_tra, name: Kiểm tra, role: specialist, agency: H26.16, budget: 1wd,"
    " actions: [forward, return], next: [ky]}\n"
    "  - {id: ky, name: Ký, role: leader, agency: competent, budget: 2wh,"
    " actions: [approve, return, refuse, extend, stop], next: [tra],"
    " guards: [other_officer, opinions_answered, fees_paid]}\n"
    "  - {id: tra, name: Trả, role: intake, agency: receiving, budget: 1wd, actions: [hand_over]}\n"
    "result: {code: KQ.1, name: Giấy, kind: certificate, copies: 1}\n";

static const char FORM[] =
    "{\"display\": \"wizard\", \"title\": \"Tờ khai\", \"components\": [{\"type\": \"panel\","
    "\"key\": \"trang\", \"title\": \"Trang\", \"components\": ["
    "{\"type\": \"textfield\", \"key\": \"noi_dung\", \"label\": \"Nội dung\","
    " \"validate\": {\"required\": true, \"maxLength\": 200}},"
    "{\"type\": \"radio\", \"key\": \"kieu\", \"label\": \"Kiểu\", \"values\": ["
    "{\"label\": \"Thường\", \"value\": \"thuong\"}, {\"label\": \"Chậm\", \"value\": \"cham\"}]}"
    "]}]}";

static const struct { const char *login, *name; enum account_kind kind; enum role role; char unit; }
PEOPLE[WHO__COUNT] = {
    [CITIZEN] = {"001190900001", "Nguyễn Thị Mai", ACCOUNT_CITIZEN, ROLE_NONE, 0},
    [OTHER_CITIZEN] = {"001190900002", "Trần Văn Tư", ACCOUNT_CITIZEN, ROLE_NONE, 0},
    [INTAKE_A] = {"intake.a", "Lê Thu", ACCOUNT_OFFICER, ROLE_INTAKE, 'a'},
    [SPECIALIST_A] = {"specialist.a", "Phạm Hà", ACCOUNT_OFFICER, ROLE_SPECIALIST, 'a'},
    [SECOND_A] = {"second.a", "Vũ Nam", ACCOUNT_OFFICER, ROLE_SPECIALIST, 'a'},
    [LEADER_A] = {"leader.a", "Đỗ Minh", ACCOUNT_OFFICER, ROLE_LEADER, 'a'},
    [INTAKE_B] = {"intake.b", "Lê Lan", ACCOUNT_OFFICER, ROLE_INTAKE, 'b'},
    [SPECIALIST_B] = {"specialist.b", "Phạm Sơn", ACCOUNT_OFFICER, ROLE_SPECIALIST, 'b'},
    [LEADER_B] = {"leader.b", "Đỗ Bình", ACCOUNT_OFFICER, ROLE_LEADER, 'b'},
    [SPECIALIST_D] = {"specialist.d", "Ngô Tú", ACCOUNT_OFFICER, ROLE_SPECIALIST, 'd'},
    [ADMIN] = {"admin", "Quản trị", ACCOUNT_OFFICER, ROLE_ADMINISTRATOR, 'c'},
};

static const uint8_t KEY[32] = "a key of tests, thirty-two bytes";

/* The same procedure, for who is named alone: 9.000002. */
static struct procedure *
confidential(struct arena *a)
{
    char *yaml = arena_fmt(a, "%sconfidential: {basis: Điều 8 Luật thử, readers: [intake, leader],"
                              " cover: Thủ tục bảo mật, from: 2026-01-01}\n", YAML);
    struct procedure *p;

    strstr(yaml, "9.000001")[7] = '2';
    p = catalogue_parse(a, (struct bytes){(const uint8_t *)yaml, strlen(yaml)},
                        (struct bytes){(const uint8_t *)FORM, sizeof FORM - 1});
    assert_non_null(p);
    p->id = 78;
    return p;
}

static struct catalogue_snapshot *
small_catalogue(struct arena *a)
{
    struct catalogue_snapshot *s = arena_get(a, sizeof *s);
    struct procedure *p = catalogue_parse(
        a, (struct bytes){(const uint8_t *)YAML, sizeof YAML - 1},
        (struct bytes){(const uint8_t *)FORM, sizeof FORM - 1});

    assert_non_null(p);
    p->id = 77;
    s->a = a;
    *vec_push(a, &s->all) = p;
    *vec_push(a, &s->all) = confidential(a);
    return s;
}

static void
say_fault(void *to, const char *path, int line, int column, const char *sentence)
{
    (void)to;
    print_error("%s:%d:%d: %s\n", path, line, column, sentence);
}

static int64_t
unit_of(const struct town *t, char u)
{
    return u == 'a' ? t->a : u == 'b' ? t->b : u == 'd' ? t->d : t->city;
}

static void
add_person(struct town *t, enum who w)
{
    struct account a = {.kind = PEOPLE[w].kind, .login = PEOPLE[w].login, .name = PEOPLE[w].name,
                        .active = true};
    struct role_row r = {.role = PEOPLE[w].role, .agency = unit_of(t, PEOPLE[w].unit),
                         .valid_from = vn_day(t->c.now) - 30, .valid_to = AGENCY_OPEN};

    if (a.kind == ACCOUNT_CITIZEN)
        a.personal_number = PEOPLE[w].login;
    assert_int_equal(auth_account_add(&t->c, &a, NULL, &t->account[w]), OK);
    if (PEOPLE[w].role == ROLE_NONE)
        return;
    r.account = t->account[w];
    assert_int_equal(agencies_role_give(&t->c, t->site.agencies, &r), OK);
}

static int64_t
agency_id(const struct town *t, const char *code)
{
    const struct agency *g = agencies_by_code(t->site.agencies, code, vn_day(t->c.now));

    assert_non_null(g);
    return g->id;
}

void
town_open(struct town *t)
{
    memset(t, 0, sizeof *t);
    testdb_open(&t->c);
    town_now(t, "2026-10-05T09:00");
    assert_int_equal(db_begin(&t->c, DB_READ_WRITE), OK);
    assert_int_equal(agencies_file_import(&t->c, "catalogue/agencies.yaml", say_fault, NULL), OK);
    t->site = (struct site){.key = KEY, .calendar = calendar_shipped(t->c.a),
                            .rules = rules_shipped(t->c.a), .catalogue = small_catalogue(t->c.a),
                            .agencies = agencies_snapshot_load(&t->c)};
    t->c.site = &t->site;
    t->a = agency_id(t, "H26.X.00070");
    t->b = agency_id(t, "H26.X.00004");
    t->d = agency_id(t, "H26.16");
    t->city = agency_id(t, "H26");
    for (enum who w = CITIZEN; w < WHO__COUNT; w++)
        add_person(t, w);
    assert_int_equal(db_commit(&t->c), OK);
}

void
town_close(struct town *t)
{
    agencies_snapshot_free((struct agencies_snapshot *)t->site.agencies);
    catalogue_release(t->site.catalogue->all.p[0]);
    testdb_close(&t->c);
}

void
town_now(struct town *t, const char *moment)
{
    assert_true(date_parse_moment(moment, &t->c.now));
}

void
town_be(struct town *t, enum who who)
{
    t->c.account = t->account[who];
    t->session = (struct session){.account = t->c.account, .kind = PEOPLE[who].kind,
                                  .name = PEOPLE[who].name};
    t->c.session = who ? &t->session : NULL;
    t->c.err = (struct err){0};
    t->c.faults.n = 0;
}

void
town_connect(struct town *t, struct ctx *c)
{
    c->site = &t->site;
    c->now = t->c.now;
    c->account = t->c.account;
    c->session = t->c.session;
}

void
town_submission(struct town *t, struct submission *s, enum channel channel)
{
    static const struct upload SCAN = {"giay_a", "a.jpg", "image/jpeg", 1000, "abcd"};
    static const struct paper_check SHOWN = {.paper = "giay_a", .form = PAPER_ORIGINAL, .count = 1,
                                             .accepted = true};
    struct party *me = arena_get(t->c.a, sizeof *me);

    *me = (struct party){.role = PARTY_APPLICANT, .kind = PARTY_PERSON, .name = "Nguyễn Thị Mai",
                         .personal_number = "001190900001", .phone = "0912345678"};
    *s = (struct submission){.procedure = "9.000001", .unit = t->a, .channel = channel,
                             .answers = json_pack("{s:s, s:s}", "noi_dung", "Xin giấy", "kieu",
                                                  "thuong"),
                             .parties = me, .n_parties = 1, .delivery = DELIVER_DESK};
    if (channel == CHANNEL_ONLINE) {
        s->files = &SCAN;
        s->n_files = 1;
    } else {
        s->papers = &SHOWN;
        s->n_papers = 1;
    }
}

static void
begin(struct town *t, enum who who, enum channel channel, struct dossier *d)
{
    struct submission s;
    char *secret;
    int rc;

    town_be(t, who);
    town_submission(t, &s, channel);
    rc = channel == CHANNEL_ONLINE ? dossiers_submit(&t->c, &s, d, &secret)
                                   : dossiers_receive(&t->c, &s, d, &secret);
    json_decref(s.answers);
    if (rc != OK)
        fail_msg("begin: %d %s (%s)", rc, t->c.err.say, t->c.err.detail);
}

void
town_submit(struct town *t, struct dossier *d)
{
    begin(t, CITIZEN, CHANNEL_ONLINE, d);
}

void
town_receive(struct town *t, struct dossier *d)
{
    begin(t, INTAKE_A, CHANNEL_DIRECT, d);
}

int
town_act(struct town *t, enum who who, struct dossier *d, struct event e)
{
    town_be(t, who);
    return dossiers_apply(&t->c, d, &e);
}

void
town_must(struct town *t, enum who who, struct dossier *d, struct event e)
{
    int rc = town_act(t, who, d, e);

    if (rc != OK)
        fail_msg("%s in status %d: rc %d, %s (%s), fault %s", workflow_action(e.action)->word,
                 (int)d->status, rc, t->c.err.say ? t->c.err.say : "", t->c.err.detail,
                 t->c.faults.n ? t->c.faults.p[0].name : "");
}

const struct defect town_defects[2] = {
    {"giay_b", "", "missing", "Nộp giấy B"}, {"", "noi_dung", "wrong_form", "Ghi rõ nội dung"},
};

void
town_is(struct town *t, const struct dossier *d, enum status status, const char *step,
        int64_t unit)
{
    struct dossier row;

    if (d->status != status || strcmp(d->step, step) != 0 || d->unit != unit)
        fail_msg("status %d step %s", (int)d->status, d->step);
    town_be(t, LEADER_A);
    assert_int_equal(dossiers_verify(&t->c, d->code), OK);       /* folded anew: the same */
    t->c.account = t->account[LEADER_A];
    if (d->received_unit == t->a) {
        assert_int_equal(dossiers_get(&t->c, d->code, PERM_DOSSIER_READ, &row), OK);
        assert_null(fold_differs(d, &row));
    }
}

char *
town_due(struct town *t, const struct dossier *d)
{
    return moment_iso(t->c.a, d->due_at);
}

void
town_bring(struct town *t, enum status to, struct dossier *d)
{
    if (to == ST_SUBMITTED || to == ST_REFUSED) {
        town_submit(t, d);
        if (to == ST_REFUSED)
            MUST(t, INTAKE_A, d, ACT_REFUSE_INTAKE, WHY, LAW);
        return;
    }
    town_receive(t, d);
    if (to == ST_ACCEPTED)
        return;
    MUST(t, SPECIALIST_A, d, ACT_CLAIM);
    if (to == ST_SUPPLEMENT)
        MUST(t, SPECIALIST_A, d, ACT_SUPPLEMENT, DEFECTS);
    if (to == ST_FISCAL)
        MUST(t, SPECIALIST_A, d, ACT_FISCAL, .amount = 100000);
    if (to == ST_WITHDRAWING)
        MUST(t, INTAKE_A, d, ACT_WITHDRAW);
    if (to == ST_STOPPED) {
        MUST(t, LEADER_A, d, ACT_STOP, WHY, LAW);
    }
    if (to == ST_DONE || to == ST_RETURNED) {
        MUST(t, SPECIALIST_A, d, ACT_FORWARD);
        MUST(t, LEADER_A, d, ACT_APPROVE, .number = "12/GCN");
    }
    if (to == ST_RETURNED)
        MUST(t, INTAKE_A, d, ACT_HAND_OVER, TO_HAND);
    assert_int_equal(d->status, to);
}

size_t
town_count(struct town *t, enum who who, struct list_query q)
{
    struct list l = {0};

    town_be(t, who);
    assert_int_equal(worklist(&t->c, &q, &l), OK);
    return l.n;
}
