/* A copy of everything that is kept of one citizen: a BagIt bag in a ZIP, JSON and files, and an
 * index to be read.  A transaction and an arena a dossier: many dossiers need no more than one. */
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/po.h"
#include "db/db.h"
#include "http/store.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/parts.h"
#include "mod/dossiers/worklists.h"
#include "mod/owner/owner_export.h"
#include "mod/papers/vault_share.h"
#include "mod/results/issued.h"
#include "site/site.h"

enum { INDEX_MAX = 32 << 20, DOSSIER_ARENA = 64 << 20, CODES_MAX = 100000, LOOKS_MAX = 500,
       ROWS = 100 };

struct codes { VEC(const char *) v; };

int
owner_put_json(struct copying *x, struct arena *a, const char *path, json_t *doc)
{
    const char *text = json_text(a, doc);

    json_decref(doc);
    return bag_text(x->bag, path, text, strlen(text));
}

const char *
owner_office(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return g ? agency_office_name(c->a, g) : "";
}

const char *
owner_when(struct ctx *c, int64_t at)
{
    return at ? moment_rfc3339(c->a, at) : "";
}

/* --- the index ------------------------------------------------------------------------------- */

static void
index_begin(struct copying *x, const struct account *a)
{
    buf_str(&x->index,
            "<!doctype html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width\">"
            "<title>Dữ liệu của tôi / My data</title><style>body{font:16px/1.5 sans-serif;"
            "max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;"
            "width:100%}td,th{border-bottom:1px solid #bbb;padding:.4rem;text-align:left;"
            "vertical-align:top}</style></head><body>\n<h1>Dữ liệu của tôi</h1><p lang=\"en\">"
            "My data</p>\n<p>");
    buf_html(&x->index, a->name);
    buf_str(&x->index, ", ");
    buf_html(&x->index, x->c->site->config.site_name);
    buf_str(&x->index, ", ");
    buf_html(&x->index, moment_vi(x->c->a, x->c->now));
    buf_str(&x->index,
            "</p>\n<p>Bản sao này gồm mọi dữ liệu cổng giữ về bạn: tài khoản, hồ sơ và giấy tờ, "
            "kho giấy tờ, bản nháp, người đại diện, người đã xem và câu hỏi của bạn. Mỗi tệp JSON "
            "mở được bằng trình soạn thảo văn bản. Hãy giữ kín tệp này.</p>\n"
            "<p lang=\"en\">This copy holds all data that the portal keeps of you: "
            "account, dossiers and papers, personal vault, drafts, who acts for whom, "
            "who looked and what you asked. JSON files open in any text "
            "editor. Keep this file safe.</p>\n"
            "<p><a href=\"tai-khoan.json\">Tài khoản / Account</a> · "
            "<a href=\"kho-giay-to.json\">Kho giấy tờ / Personal vault</a> · "
            "<a href=\"dai-dien.json\">Người đại diện / Who acts for whom</a> · "
            "<a href=\"cau-hoi.json\">Câu hỏi về lượt xem / Questions about looks</a> · "
            "<a href=\"ban-nhap.json\">Bản nháp / Drafts</a></p>\n"
            "<table><thead><tr><th>Hồ sơ<br><span lang=\"en\">Dossier</span></th>"
            "<th>Thủ tục<br><span lang=\"en\">Procedure</span></th>"
            "<th>Nộp lúc<br><span lang=\"en\">Submitted</span></th>"
            "<th>Tệp<br><span lang=\"en\">Files</span></th></tr></thead><tbody>\n");
}

static void
index_link(struct copying *x, const char *path, const char *name)
{
    buf_str(&x->index, "<a href=\"");
    buf_html(&x->index, path + strlen("data/"));
    buf_str(&x->index, "\">");
    buf_html(&x->index, name);
    buf_str(&x->index, "</a><br>");
}

static const char *
procedure_name(struct ctx *c, const struct dossier *d)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, d->procedure_version);

    return p ? p->name : d->procedure;
}

/* --- files ------------------------------------------------------------------------------------ */

/* A content that is not there any more is said, not hidden: the copy is still the person's. */
int
owner_put_content(struct part *p, const char *path, const char *name, const char *sha256,
            const char *missing)
{
    int64_t size = 0;
    int fd = missing ? STORE_ABSENT : store_read(p->x->store, sha256, &size), rc;

    if (fd == STORE_AWAY)
        return fail(&p->c, E_DOWN, NULL, "the store cannot be asked");
    json_array_append_new(p->files, json_pack("{s:s, s:s, s:s, s:I, s:s}", "name", name, "path",
                                              fd < 0 ? "" : path, "sha256", sha256, "size",
                                              (json_int_t)size, "left_out",
                                              missing ? missing : fd < 0 ? "not there" : ""));
    if (fd < 0)
        return OK;
    rc = bag_file(p->x->bag, path, fd, size);
    close(fd);
    index_link(p->x, path, name);
    return rc;
}

static int
put_papers(struct part *p)
{
    struct paper_file *f;
    size_t n;
    int rc = papers_files(&p->c, p->d.id, &f, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = owner_put_content(p, arena_fmt(p->c.a, "data/ho-so/%s/giay-to/%03d-%s", p->d.code,
                                            ++p->seq, bag_name(p->c.a, f[i].name)),
                               f[i].name, f[i].sha256,
                               content_servable(&f[i].content, READER_OWNER, false));
    return rc;
}

static int
put_results(struct part *p)
{
    struct result *r;
    size_t n;
    int rc = results_of(&p->c, p->d.id, &r, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        if (result_is_issued(r[i].state) && *r[i].content)
            rc = owner_put_content(p, arena_fmt(p->c.a, "data/ho-so/%s/ket-qua/%03d-%s.pdf",
                                                p->d.code, ++p->seq,
                                                bag_name(p->c.a, r[i].number)),
                                   r[i].title, r[i].content, NULL);
    return rc;
}

/* --- one dossier ------------------------------------------------------------------------------ */

static int
timeline_json(struct part *p, json_t **out)
{
    struct ctx *c = &p->c;
    struct moment_row *m;
    size_t n;
    int rc = dossiers_timeline(c, &p->d, FOR_APPLICANT, &m, &n);

    *out = json_array();
    for (size_t i = 0; rc == OK && i < n; i++)
        json_array_append_new(
            *out, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "at", owner_when(c, m[i].at), "what",
                            m[i].what, "by", m[i].actor, "agency", owner_office(c, m[i].unit),
                            "note", m[i].note ? m[i].note : "", "ground",
                            m[i].ground ? m[i].ground : ""));
    return rc;
}

static int
looks_json(struct part *p, json_t **out)
{
    struct ctx *c = &p->c;
    struct seen *s = arena_get(c->a, LOOKS_MAX * sizeof *s);
    size_t n;
    int rc = auth_log_list(c, p->d.id, 0, 0, LOOKS_MAX, s, &n);

    *out = json_array();
    for (size_t i = 0; rc == OK && i < n; i++)
        json_array_append_new(*out, json_pack("{s:s, s:s, s:s}", "at", owner_when(c, s[i].at), "by",
                                              s[i].name ? s[i].name : "", "what",
                                              s[i].what ? s[i].what : ""));
    return rc;
}

static int
about_json(struct part *p, json_t **out)
{
    struct ctx *c = &p->c;
    json_t *timeline = NULL, *looks = NULL, *answers = NULL;
    struct party *people;
    size_t n;
    int rc = people_list(c, p->d.id, &people, &n);

    if (rc == OK)
        rc = timeline_json(p, &timeline);
    if (rc == OK)
        rc = looks_json(p, &looks);
    if (rc == OK && (rc = dossiers_answers(c, &p->d, 0, &answers)) == E_NOTFOUND)
        rc = OK;
    *out = rc < 0 ? NULL
                  : json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O, s:O*, s:O, s:O, s:o}", "code",
                              p->d.code, "procedure", procedure_name(c, &p->d), "agency",
                              owner_office(c, p->d.competent_unit), "submitted",
                              owner_when(c, p->d.submitted_at), "finished",
                              owner_when(c, p->d.finished_at), "outcome",
                              dossiers_outcome_word((enum outcome)p->d.outcome),
                              "files", p->files, "answers", answers, "timeline", timeline, "looks",
                              looks, "people", people_json(people, n));
    json_decref(timeline);
    json_decref(looks);
    json_decref(answers);
    return rc;
}

static int
fill_dossier(struct part *p)
{
    struct copying *x = p->x;
    json_t *about = NULL;
    int rc;

    buf_str(&x->index, "<tr><td>");
    index_link(x, arena_fmt(p->c.a, "data/ho-so/%s/ho-so.json", p->d.code), p->d.code);
    buf_str(&x->index, "</td><td>");
    buf_html(&x->index, procedure_name(&p->c, &p->d));
    buf_str(&x->index, "</td><td>");
    buf_html(&x->index, moment_vi(p->c.a, p->d.submitted_at));
    buf_str(&x->index, "</td><td>");
    if ((rc = put_papers(p)) < 0 || (rc = put_results(p)) < 0 || (rc = about_json(p, &about)) < 0)
        return rc;
    buf_str(&x->index, "</td></tr>\n");
    return owner_put_json(x, p->c.a, arena_fmt(p->c.a, "data/ho-so/%s/ho-so.json", p->d.code),
                          about);
}

/* What `run` does in a transaction and an arena of its own. */
static int
in_part(struct copying *x, int (*run)(struct part *p, const char *arg), const char *arg)
{
    struct part p = {.x = x, .c = *x->c, .files = json_array()};
    int rc;

    p.c.a = arena_open(DOSSIER_ARENA);
    rc = db_begin(&p.c, DB_READ_ONLY);
    if (rc == OK) {
        rc = run(&p, arg);
        db_rollback(&p.c);
    }
    if (rc < 0)
        x->c->err = p.c.err;
    json_decref(p.files);
    arena_close(p.c.a);
    return rc;
}

static int
one_dossier(struct part *p, const char *code)
{
    int rc = dossiers_get_own(&p->c, code, &p->d);

    return rc == E_NOTFOUND ? OK : rc < 0 ? rc : fill_dossier(p);
}

/* --- the account ------------------------------------------------------------------------------ */

static json_t *
sessions_json(struct ctx *c, int *rc)
{
    struct session_row *s = arena_get(c->a, ROWS * sizeof *s);
    json_t *list = json_array();
    size_t n = 0;

    if (*rc == OK)
        *rc = auth_session_list(c, c->account, ROWS, s, &n);
    for (size_t i = 0; *rc == OK && i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "opened",
                                              owner_when(c, s[i].opened_at), "seen",
                                              owner_when(c, s[i].seen_at),
                                              "address", s[i].address, "browser", s[i].agent));
    return list;
}

static json_t *
events_json(struct ctx *c, int *rc)
{
    struct account_event *e = arena_get(c->a, ROWS * sizeof *e);
    json_t *list = json_array();
    size_t n = 0;

    if (*rc == OK)
        *rc = auth_happened_list(c, c->account, ROWS, e, &n);
    for (size_t i = 0; *rc == OK && i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "at",
                                              owner_when(c, e[i].at), "what",
                                              auth_happened_say(e[i].what), "by", e[i].by));
    return list;
}

static json_t *
corrections_json(struct ctx *c, int *rc)
{
    struct correction *k = arena_get(c->a, ROWS * sizeof *k);
    json_t *list = json_array();
    size_t n = 0;

    if (*rc == OK)
        *rc = owner_corrections(c, ROWS, k, &n);
    for (size_t i = 0; *rc == OK && i < n; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "asked",
                            owner_when(c, k[i].asked_at), "what",
                            owner_correct_name(k[i].what), "wanted", k[i].wanted, "reason",
                            k[i].reason, "agency", k[i].agency, "answer", k[i].answer, "decided",
                            owner_when(c, k[i].decided_at)));
    return list;
}

static int
one_account(struct part *p, const char *unused)
{
    struct ctx *c = &p->c;
    struct account a;
    int rc = auth_account_get(c, c->account, &a);
    json_t *about = json_object();

    (void)unused;
    json_object_set_new(about, "sessions", sessions_json(c, &rc));
    json_object_set_new(about, "events", events_json(c, &rc));
    json_object_set_new(about, "corrections", corrections_json(c, &rc));
    json_object_set_new(about, "tokens", owner_tokens_json(c, &rc));
    json_object_set_new(about, "identities", owner_identities_json(c, &rc));
    if (rc < 0) {
        json_decref(about);
        return rc;
    }
    index_begin(p->x, &a);
    json_object_set_new(about, "name", json_string(a.name));
    json_object_set_new(about, "personal_number", json_string(a.login));
    json_object_set_new(about, "number_checked",
                        json_string(*auth_number_verified(c) ? "yes" : "no"));
    json_object_set_new(about, "phone", json_string(a.phone ? a.phone : ""));
    json_object_set_new(about, "email", json_string(a.email ? a.email : ""));
    return owner_put_json(p->x, c->a, "data/tai-khoan.json", about);
}

static json_t *
shares_json(struct ctx *c, int64_t item, int *rc)
{
    json_t *list = json_array();
    struct vault_share *s;
    size_t n = 0;

    if (*rc == OK)
        *rc = vault_shares(c, item, &s, &n);
    for (size_t i = 0; *rc == OK && i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I}", "purpose", s[i].purpose,
                                              "made", owner_when(c, s[i].created_at), "until",
                                              owner_when(c, s[i].expires_at), "opened",
                                              (json_int_t)s[i].opened));
    return list;
}

static int
one_vault(struct part *p, const char *unused)
{
    struct ctx *c = &p->c;
    struct vault_who who = {.number = auth_number_verified(c), .account = c->account};
    json_t *list = json_array();
    struct vault_item *v;
    size_t n = 0;
    int rc = vault_list(c, &who, &v, &n);

    (void)unused;
    for (size_t i = 0; i < n && rc == OK; i++) {
        const char *path = arena_fmt(c->a, "data/kho-giay-to/%03d-%s", ++p->seq,
                                     bag_name(c->a, *v[i].file_name ? v[i].file_name : v[i].type));

        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "type", v[i].type, "number",
                            v[i].number, "issuer", v[i].issuer, "state",
                            vault_state_word(v[i].state), "dossier", v[i].code, "file",
                            *v[i].content ? path + strlen("data/") : "", "facts", v[i].facts,
                            "shares", shares_json(c, v[i].id, &rc)));
        if (*v[i].content && rc == OK)
            rc = owner_put_content(p, path, v[i].file_name, v[i].content, NULL);
    }
    if (rc < 0) {
        json_decref(list);
        return rc;
    }
    return owner_put_json(p->x, c->a, "data/kho-giay-to.json", list);
}

/* --- all of it -------------------------------------------------------------------------------- */

static int
read_codes(struct copying *x, struct codes *out)
{
    const char *cursor = NULL;
    struct list l;
    int rc = db_begin(x->c, DB_READ_ONLY);

    while (rc == OK && out->v.n < CODES_MAX) {
        rc = dossiers_own(x->c, cursor, LIST_MAX, &l);
        for (size_t i = 0; rc == OK && i < l.n; i++)
            *vec_push(x->c->a, &out->v) = l.p[i].code;
        if (rc < 0 || !(cursor = l.next) || !*cursor)
            break;
    }
    db_rollback(x->c);
    return rc;
}

/* Each a JSON of its own; its files stand under the title. */
static const struct { const char *title; int (*run)(struct part *p, const char *unused);
} KEPT[] = {
    {"Người đại diện / Who acts for whom", owner_part_mandates},
    {"Câu hỏi về lượt xem / Questions about looks", owner_part_questions},
    {"Bản nháp / Drafts", owner_part_drafts},
};

static int
fill(struct copying *x)
{
    struct codes codes = {0};
    int rc = in_part(x, one_account, NULL);

    if (rc == OK)
        rc = read_codes(x, &codes);
    for (size_t i = 0; i < codes.v.n && rc == OK; i++) {
        rc = in_part(x, one_dossier, codes.v.p[i]);
        if (rc == OK && !x->step(x->user, (int64_t)i + 1, (int64_t)codes.v.n))
            rc = fail(x->c, E_DOWN, NULL, "the server ends, or another makes this copy");
    }
    if (rc == OK) {
        buf_str(&x->index, "</tbody></table>\n<h2>Kho giấy tờ / Personal vault</h2>\n<p>");
        rc = in_part(x, one_vault, NULL);
    }
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT && rc == OK; i++) {
        buf_fmt(&x->index, "</p>\n<h2>%s</h2>\n<p>", KEPT[i].title);
        rc = in_part(x, KEPT[i].run, NULL);
    }
    if (rc < 0)
        return rc;
    buf_str(&x->index, "</p>\n</body></html>\n");
    return x->index.over ? fail(x->c, E_TOOBIG, NULL, "the index is too large")
                         : bag_text(x->bag, "data/index.html", x->index.p, x->index.n);
}

int
owner_export_write(struct ctx *c, struct store *store, bag_sink *to, owner_step *step, void *user)
{
    struct copying x = {.c = c, .store = store, .step = step, .user = user};
    int rc, end;

    buf_init(&x.index, c->a, INDEX_MAX);
    x.bag = bag_begin(c, to, user);
    bag_fact(x.bag, "Source-Organization", c->site->config.site_name);
    bag_fact(x.bag, "External-Description", "All data of one person, for that person");
    rc = fill(&x);
    end = bag_end(x.bag);
    return rc < 0 ? rc : end;
}
