#include "mod/dossiers/dossiers_json.h"

#include "mod/agencies/agencies.h"
#include "mod/catalogue/catalogue_versions.h"
#include "site/site.h"

json_t *
json_moment(struct ctx *c, int64_t utc)
{
    return utc ? json_string(moment_rfc3339(c->a, utc)) : json_null();
}

json_t *
json_page(json_t *items, const char *next)
{
    return json_pack("{s:o, s:o}", "items", items, "next",
                     next && *next ? json_string(next) : json_null());
}

static json_t *
agency(struct ctx *c, int64_t unit)
{
    const struct agency *a = agencies_by_id(c->site->agencies, unit);

    return json_string(a ? a->code : "");
}

static const char *
word(int64_t status)
{
    return workflow_status((enum status)status)->word;
}

json_t *
dossiers_row_json(struct ctx *c, const struct list_row *r)
{
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "code", r->code, "procedure", r->procedure,
                  "status", word(r->status), "channel", dossiers_channel_word((int)r->channel),
                  "applicant", r->applicant, "owner", r->owner, "step", r->step);

    json_object_set_new(o, "agency", agency(c, r->unit));
    json_object_set_new(o, "submitted_at", json_moment(c, r->submitted_at));
    json_object_set_new(o, "accepted_at", json_moment(c, r->accepted_at));
    json_object_set_new(o, "due_at", json_moment(c, r->due_at));
    json_object_set_new(o, "finished_at", json_moment(c, r->finished_at));
    return o;
}

json_t *
dossiers_feed_json(struct ctx *c, const struct feed_row *r)
{
    return json_pack("{s:s, s:s, s:I, s:o, s:s, s:s, s:o}", "cursor", r->cursor, "dossier", r->code,
                     "version", (json_int_t)r->version, "at", json_moment(c, r->at), "action",
                     workflow_action(r->action)->word, "status", word(r->status), "agency",
                     agency(c, r->unit));
}

/* The package's version number; the row's id stays inside. */
static int64_t
version_number(struct ctx *c, int64_t id)
{
    const struct procedure *p = catalogue_version(c->site->catalogue, id);

    return p ? p->version : 0;
}

/* --- one dossier, whole: each part adds its member
 * --------------------------------------------------- */

static void
add_row(struct ctx *c, const struct dossier *d, json_t *o)
{
    const struct {
        const char *name;
        int64_t at;
    } MOMENTS[] = {
        {"submitted_at", d->submitted_at},
        {"accepted_at", d->accepted_at},
        {"due_at", d->due_at},
        {"first_due_at", d->first_due},
        {"extended_to", d->extended_to},
        {"finished_at", d->finished_at},
        {"returned_at", d->returned_at},
    };

    for (size_t i = 0; i < sizeof MOMENTS / sizeof *MOMENTS; i++)
        json_object_set_new(o, MOMENTS[i].name, json_moment(c, MOMENTS[i].at));
    json_object_set_new(o, "received_by_agency", agency(c, d->received_unit));
    json_object_set_new(o, "competent_agency", agency(c, d->competent_unit));
    json_object_set_new(o, "agency", agency(c, d->unit));
    json_object_set_new(o, "due_provisional", json_boolean(d->due_provisional));
    json_object_set_new(o, "outcome", json_string(dossiers_outcome_word((enum outcome)d->outcome)));
    json_object_set_new(o, "timing", json_string(dossiers_timing_word((enum timing)d->timing)));
    json_object_set_new(o, "ground", json_string(d->ground));
    json_object_set_new(o, "result",
                        *d->result_number ? json_pack("{s:s, s:s, s:s}", "number", d->result_number,
                                                      "date", date_iso(c->a, (day)d->result_date),
                                                      "signer", d->result_signer)
                                          : json_null());
}

static int
add_people(struct ctx *c, const struct dossier *d, json_t *o)
{
    struct party *p;
    size_t n;
    json_t *answers;
    int rc;

    if ((rc = people_list(c, d->id, &p, &n)) < 0 || (rc = dossiers_answers(c, d, 0, &answers)) < 0)
        return rc;
    json_object_set_new(o, "parties", people_json(p, n));
    json_object_set(o, "answers", answers);
    return OK;
}

static json_t *
file_json(const struct paper_file *f)
{
    return json_pack("{s:i, s:s, s:s, s:s, s:I, s:s, s:i, s:s, s:s}", "seq", f->seq, "paper",
                     f->paper, "name", f->name, "type", f->mime, "size", (json_int_t)f->size,
                     "sha256", f->sha256, "round", f->round, "state",
                     content_state_word(f->content.state), "scan",
                     content_scan_word(f->content.scan));
}

static int
add_papers(struct ctx *c, const struct dossier *d, json_t *o)
{
    json_t *papers = json_array(), *files = json_array();
    struct paper_check *p;
    struct paper_file *f;
    size_t n, m;
    int rc;

    json_object_set_new(o, "papers", papers);
    json_object_set_new(o, "files", files);
    if ((rc = papers_checks(c, d->id, &p, &n)) < 0 || (rc = papers_files(c, d->id, &f, &m)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(papers, json_pack("{s:s, s:s, s:b, s:s}", "paper", p[i].paper, "form",
                                                papers_form_word(p[i].form), "accepted",
                                                p[i].accepted, "note", p[i].note));
    for (size_t i = 0; i < m; i++)
        json_array_append_new(files, file_json(&f[i]));
    return OK;
}

static int
add_fees(struct ctx *c, const struct dossier *d, json_t *o)
{
    json_t *fees = json_array();
    struct dossier_fee *f;
    size_t n;
    int rc;

    json_object_set_new(o, "fees", fees);
    if ((rc = dossiers_fees(c, d, &f, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(fees, json_pack("{s:s, s:s, s:I, s:I, s:s, s:o}", "id", f[i].id,
                                              "name", f[i].name, "amount", (json_int_t)f[i].amount,
                                              "quantity", (json_int_t)f[i].quantity, "due",
                                              f[i].due, "paid_at", json_moment(c, f[i].paid_at)));
    return OK;
}

static int
add_timeline(struct ctx *c, const struct dossier *d, json_t *o)
{
    json_t *lines = json_array();
    struct moment_row *m;
    size_t n;
    int rc;

    json_object_set_new(o, "timeline", lines);
    if ((rc = dossiers_timeline(c, d, FOR_OFFICER, &m, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(lines,
                              json_pack("{s:I, s:o, s:s, s:s, s:o, s:s, s:s, s:s}", "version",
                                        (json_int_t)m[i].version, "at", json_moment(c, m[i].at),
                                        "action", workflow_action(m[i].action)->word, "status",
                                        word(m[i].status), "agency", agency(c, m[i].unit), "actor",
                                        m[i].actor, "note", m[i].note, "hash", m[i].hash));
    return OK;
}

static int
add_actions(struct ctx *c, const struct dossier *d, json_t *o)
{
    struct workflow_offer offers[ACT__COUNT];
    json_t *actions = json_array();
    size_t n;
    int rc;

    json_object_set_new(o, "actions", actions);
    if ((rc = dossiers_offers(c, d, offers, &n)) < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(actions, json_pack("{s:s, s:b, s:s}", "action",
                                                 workflow_action(offers[i].action)->word,
                                                 "possible", !offers[i].why_not, "why_not",
                                                 offers[i].why_not ? offers[i].why_not : ""));
    return OK;
}

int
dossiers_json(struct ctx *c, const struct dossier *d, json_t **out)
{
    static int (*const PARTS[])(struct ctx *, const struct dossier *, json_t *) = {
        add_people, add_papers, add_fees, add_timeline, add_actions,
    };
    json_t *o =
        json_pack("{s:s, s:I, s:s, s:I, s:s, s:s, s:s, s:s, s:s}", "code", d->code, "version",
                  (json_int_t)d->version, "procedure", d->procedure, "procedure_version",
                  (json_int_t)version_number(c, d->procedure_version), "case", d->case_id, "status",
                  word(d->status), "channel", dossiers_channel_word((int)d->channel), "step",
                  d->step, "helper", d->helper);

    add_row(c, d, o);
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        int rc = PARTS[i](c, d, o);

        if (rc < 0) {
            json_decref(o);
            return rc;
        }
    }
    *out = o;
    return OK;
}
