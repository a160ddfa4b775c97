#include "mod/retention/retention_package.h"

#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/po.h"
#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_retention.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_archive.h"
#include "mod/dossiers/parts.h"
#include "mod/results/issued.h"
#include "site/site.h"

static const char ALGORITHM[] =
    "hash(n) = SHA-256, in hex, of 'event/2,id,' T(hash(n-1)) 'dossier,version,at,account,"
    "acting_for,unit,action,status,' T(note) T(ground) T(changes) T(data); T(s) = length of s in "
    "bytes, ':', s; hash(0) = ''; each number is followed by a comma; events from before the log "
    "was sealed leave 'event/2,id,' out";

struct pack {
    struct ctx *c;
    const struct kept *k;
    struct dossier d;
    struct store *store;
    struct bag *bag;
    json_t *files, *results, *left_out;
    int seq;
    int64_t pages;
};

/* --- files ------------------------------------------------------------------------------------ */

static int
put_content(struct pack *p, const char *path, const char *sha256)
{
    int64_t size;
    int fd = store_read(p->store, sha256, &size), rc;

    if (fd < 0)
        return fail(p->c, E_SYS, N_("Không đọc được kho tệp"), "%s: content %s is not in the store",
                    p->k->code, sha256);
    rc = bag_file(p->bag, path, fd, size);
    close(fd);
    return rc;
}

static int
put_paper(struct pack *p, const struct paper_file *f)
{
    const char *why = content_servable(&f->content, READER_OFFICER,
                                       p->c->site->config.scan_required);
    const char *path = arena_fmt(p->c->a, "data/giay-to/%03d-%s", ++p->seq,
                                 bag_name(p->c->a, f->name));

    if (why) {
        json_array_append_new(p->left_out, json_pack("{s:s, s:s, s:s}", "name", f->name, "sha256",
                                                     f->sha256, "reason", why));
        return OK;
    }
    p->pages += f->content.pages;
    json_array_append_new(
        p->files, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:i, s:s, s:b}", "path", path, "name",
                            f->name, "paper", f->paper, "mime", f->mime, "sha256", f->sha256,
                            "size", (json_int_t)f->size, "pages", f->content.pages, "added",
                            moment_rfc3339(p->c->a, f->added_at), "replaced", f->replaced));
    return put_content(p, path, f->sha256);
}

static int
put_papers(struct pack *p)
{
    struct paper_file *f;
    size_t n;
    int rc = papers_files(p->c, p->d.id, &f, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = put_paper(p, &f[i]);
    return rc;
}

static const char *
day_or_none(struct ctx *c, day d)
{
    return d ? date_iso(c->a, d) : "";
}

static int
put_result(struct pack *p, const struct result *r)
{
    const char *path = arena_fmt(p->c->a, "data/ket-qua/%03d-%s.pdf", ++p->seq,
                                 bag_name(p->c->a, r->number));

    if (!result_is_issued(r->state))
        return OK;
    json_array_append_new(
        p->results,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "path", path, "title",
                  r->title, "number", r->number, "issued_on", day_or_none(p->c, r->issued_on),
                  "valid_to", day_or_none(p->c, r->valid_to), "signer", r->signer_name,
                  "signer_title", r->signer_title, "state", result_state_word(r->state), "sha256",
                  r->content, "size", (json_int_t)r->size));
    return put_content(p, path, r->content);
}

static int
put_results(struct pack *p)
{
    struct result *r;
    size_t n;
    int rc = results_of(p->c, p->d.id, &r, &n);

    for (size_t i = 0; i < n && rc == OK; i++)
        rc = put_result(p, &r[i]);
    return rc;
}

/* --- what is written about it ----------------------------------------------------------------- */

/* Steals doc. */
static int
put_json(struct pack *p, const char *path, json_t *doc)
{
    const char *text = json_text(p->c->a, doc);

    json_decref(doc);
    return bag_text(p->bag, path, text, strlen(text));
}

static int
put_timeline(struct pack *p)
{
    json_t *events;
    int rc = dossiers_events_json(p->c, &p->d, &events);

    if (rc < 0) {
        json_decref(events);
        return rc;
    }
    return put_json(p, "data/timeline.json",
                    json_pack("{s:s, s:s, s:o}", "code", p->k->code, "algorithm", ALGORITHM,
                              "events", events));
}

static int
put_answers(struct pack *p)
{
    json_t *answers = NULL;
    int rc = dossiers_answers(p->c, &p->d, 0, &answers);

    if (rc == E_NOTFOUND || (rc == OK && !answers))
        return OK;
    return rc < 0 ? rc : put_json(p, "data/to-khai.json", answers);
}

static json_t *
agency_json(struct ctx *c, int64_t unit)
{
    const struct agency *g = agencies_by_id(c->site->agencies, unit);

    return json_pack("{s:s, s:s}", "code", g ? g->code : "", "name",
                     g ? agency_office_name(c->a, g) : "");
}

static json_t *
period_json(struct ctx *c, const struct kept *k)
{
    const struct keep_rule *r = catalogue_keep_rule(c->site->catalogue, k->rule);

    return json_pack("{s:s, s:s, s:s, s:b, s:I, s:s, s:I}", "rule", k->rule, "name",
                     r ? r->name : "", "basis", r ? r->basis : "", "permanent", k->years == 0,
                     "years", (json_int_t)k->years, "counted_from",
                     date_iso(c->a, k->counted_on), "keep_until_end_of",
                     (json_int_t)(k->years ? k->end_year : 0));
}

static const char *
procedure_name(struct ctx *c, const struct kept *k)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, k->procedure_version);

    return p ? catalogue_title(p) : k->procedure;
}

static int
put_about(struct pack *p)
{
    struct ctx *c = p->c;
    struct party *people;
    size_t n;
    int rc = people_list(c, p->d.id, &people, &n);

    if (rc < 0)
        return rc;
    return put_json(
        p, "data/ho-so.json",
        json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:O, s:O, s:O, s:I, s:s}",
                  "code", p->k->code, "title", procedure_name(c, p->k), "agency",
                  agency_json(c, p->k->unit), "procedure", p->k->procedure, "submitted",
                  moment_rfc3339(c->a, p->d.submitted_at), "closed",
                  date_iso(c->a, p->k->closed_on), "outcome",
                  dossiers_outcome_word((enum outcome)p->d.outcome), "result_number",
                  p->d.result_number, "period", period_json(c, p->k), "people",
                  people_json(people, n), "files", p->files, "results", p->results, "left_out",
                  p->left_out, "pages", (json_int_t)p->pages, "language", "vi"));
}

static void
facts(struct pack *p)
{
    struct ctx *c = p->c;
    const struct agency *g = agencies_by_id(c->site->agencies, p->k->unit);

    bag_fact(p->bag, "Source-Organization", g ? agency_office_name(c->a, g) : "");
    bag_fact(p->bag, "External-Identifier", p->k->code);
    bag_fact(p->bag, "External-Description", procedure_name(c, p->k));
    bag_fact(p->bag, "Keep-Until", p->k->years ? arena_fmt(c->a, "%d-12-31", (int)p->k->end_year)
                                               : "permanent");
}

static int
fill(struct pack *p)
{
    int rc = put_timeline(p);

    if (rc < 0 || (rc = put_answers(p)) < 0 || (rc = put_papers(p)) < 0 ||
        (rc = put_results(p)) < 0)
        return rc;
    return put_about(p);
}

int
retention_package(struct ctx *c, const struct kept *k, struct store *store, bag_sink *to,
                  void *user)
{
    struct pack p = {.c = c, .k = k, .store = store, .files = json_array(),
                     .results = json_array(), .left_out = json_array()};
    int rc = dossiers_by_id(c, k->dossier, &p.d), end;

    if (rc == OK && k->state == KEPT_DESTROYED)
        rc = fail(c, E_NOTFOUND, N_("Hồ sơ này đã hủy"), "%s is destroyed", k->code);
    if (rc == OK) {
        p.bag = bag_begin(c, to, user);
        facts(&p);
        rc = fill(&p);
        end = bag_end(p.bag);
        rc = rc < 0 ? rc : end;
    }
    json_decref(p.files);
    json_decref(p.results);
    json_decref(p.left_out);
    return rc;
}

/* --- the list of dossiers --------------------------------------------------------------------- */

void
retention_csv_head(struct buf *b)
{
    buf_str(b, "\xef\xbb\xbf" "ma_ho_so,tieu_de,co_quan,ngay_nop,ngay_ket_thuc,thoi_han,"
               "bao_quan_den_het_nam,can_cu,giu_lai\r\n");
}

static void
cell(struct buf *b, const char *s)
{
    buf_char(b, ',');
    buf_csv(b, s);
}

void
retention_csv_row(struct ctx *c, struct buf *b, const struct kept *k)
{
    const struct keep_rule *r = catalogue_keep_rule(c->site->catalogue, k->rule);
    const struct agency *g = agencies_by_id(c->site->agencies, k->unit);

    buf_csv(b, k->code);
    cell(b, procedure_name(c, k));
    cell(b, g ? agency_office_name(c->a, g) : "");
    cell(b, date_iso(c->a, vn_day(k->submitted_at)));
    cell(b, date_iso(c->a, k->closed_on));
    cell(b, k->years ? arena_fmt(c->a, "%d năm", (int)k->years) : "Vĩnh viễn");
    cell(b, k->years ? arena_fmt(c->a, "%d", (int)k->end_year) : "");
    cell(b, r ? r->basis : "");
    cell(b, k->held_at ? k->held_for : "");
    buf_lit(b, "\r\n");
}
