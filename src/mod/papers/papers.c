#include "mod/papers/papers.h"

#include <assert.h>
#include <string.h>

#include "mod/papers/content_sql.h"
#include "mod/papers/papers_sql.h"

static const struct { const char *word, *name; } FORM[PAPER__COUNT] = {
    [PAPER_MISSING]    = {"missing", N_("Không có")},
    [PAPER_ORIGINAL]   = {"original", N_("Bản chính")},
    [PAPER_CERTIFIED]  = {"certified", N_("Bản sao chứng thực")},
    [PAPER_COPY]       = {"copy", N_("Bản chụp")},
    [PAPER_ELECTRONIC] = {"electronic", N_("Bản điện tử")},
    [PAPER_HELD]       = {"held", N_("Cơ quan nhà nước đã có")},
};

const char *
papers_form_word(enum paper_form f)
{
    assert(f < PAPER__COUNT);
    return FORM[f].word;
}

const char *
papers_form_name(enum paper_form f)
{
    assert(f < PAPER__COUNT);
    return FORM[f].name;
}

enum paper_form
papers_form_parse(const char *word)
{
    enum paper_form f = PAPER_MISSING;

    while (f < PAPER__COUNT && strcmp(FORM[f].word, word) != 0)
        f++;
    return f;
}

int
papers_check(struct ctx *c, int64_t owner, const struct paper_check *p)
{
    struct paper_check row = *p;

    assert(p->form < PAPER__COUNT);
    row.note = p->note ? p->note : "";
    if (p->form == PAPER_MISSING)
        row.accepted = false;
    return papers_sql_check(c, owner, &row);
}

int
papers_checks(struct ctx *c, int64_t owner, struct paper_check **out, size_t *n)
{
    check_list v = {0};
    int rc = papers_sql_checks(c, owner, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

static bool
is_photo(const struct paper_file *f)
{
    return *f->paper && strncmp(f->mime, "image/", 6) == 0;
}

/* With the state of its content, and what is to be made of a paper's photos: nothing is ever
 * without. */
static int
put_file(struct ctx *c, int64_t owner, const struct paper_file *f)
{
    int rc = papers_sql_attach(c, owner, f);

    if (rc == OK)
        rc = content_put(c, f->sha256, f->size, f->mime);
    if (rc == OK && is_photo(f))
        rc = document_sql_touch(c, owner, f->paper, f->round);
    return rc;
}

static int
attach(struct ctx *c, int64_t owner, const struct paper_file *as, const struct upload *u)
{
    struct paper_file f = {.paper = as->paper ? as->paper : "", .name = u->name, .mime = u->mime,
                           .sha256 = u->sha256, .size = u->size, .added_at = c->now,
                           .added_by = c->account, .round = as->round, .seq = as->seq,
                           .is_result = as->is_result};

    if (f.seq > PAPERS_MAX_FILES)
        return fail_field(c, u->field ? u->field : "files",
                          N_("Hồ sơ đã có quá nhiều tệp, hãy xóa bớt hoặc gộp các trang lại"));
    return put_file(c, owner, &f);
}

static int
attach_next(struct ctx *c, int64_t owner, struct paper_file as, const struct upload *u, int *seq)
{
    as.seq = papers_sql_last(c, owner) + 1;
    if (seq)
        *seq = as.seq;
    return attach(c, owner, &as, u);
}

int
papers_attach(struct ctx *c, int64_t owner, const char *paper, const struct upload *u, int round,
              int *seq)
{
    return attach_next(c, owner, (struct paper_file){.paper = paper, .round = round}, u, seq);
}

int
papers_attach_result(struct ctx *c, int64_t owner, const struct upload *u, int round, int *seq)
{
    return attach_next(c, owner, (struct paper_file){.round = round, .is_result = true}, u, seq);
}

int
papers_attach_all(struct ctx *c, int64_t owner, int held, const struct upload *u, size_t n)
{
    int rc = held ? papers_sql_last(c, owner) : OK, last = rc;

    for (size_t i = 0; i < n && rc >= 0; i++)
        rc = attach(c, owner,
                    &(struct paper_file){.paper = u[i].field, .seq = last + (int)i + 1}, &u[i]);
    return rc < 0 ? rc : OK;
}

int
papers_replace(struct ctx *c, int64_t owner, const char *paper, int round)
{
    return papers_sql_replace(c, owner, paper, round);
}

int
papers_files(struct ctx *c, int64_t owner, struct paper_file **out, size_t *n)
{
    file_list v = {0};
    int rc = papers_sql_files(c, owner, 0, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
papers_file(struct ctx *c, int64_t owner, int seq, struct paper_file *out)
{
    file_list v = {0};
    int rc = seq > 0 ? papers_sql_files(c, owner, seq, &v) : OK;

    if (rc < 0)
        return rc;
    if (v.n == 0)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy tệp này"), "file %d", seq);
    *out = v.p[0];
    return OK;
}

int
papers_remove(struct ctx *c, int64_t owner, int seq)
{
    int n = seq > 0 ? papers_sql_remove(c, owner, seq) : 0;

    if (n == 0)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy tệp này"), "file %d", seq);
    return n < 0 ? n : document_sql_touch_all(c, owner);
}

int
papers_remove_all(struct ctx *c, int64_t owner)
{
    int n = papers_sql_remove(c, owner, 0);

    return n < 0 ? n : document_sql_remove(c, owner, NULL, 0);
}

int
papers_move(struct ctx *c, int64_t from, int64_t to)
{
    int rc = papers_sql_move(c, from, to);

    return rc < 0 ? rc : document_sql_move(c, from, to);
}

/* --- for walks over everything --- */

int
papers_digital(struct ctx *c, int64_t after, int64_t upto, struct paper_digital **out, size_t *n)
{
    digital_papers v = {0};
    int rc = papers_sql_digital(c, after, upto, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
papers_files_between(struct ctx *c, int64_t after, int64_t upto, struct paper_owned **out,
                     size_t *n)
{
    owned_list v = {0};
    int rc = papers_sql_files_between(c, after, upto, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
papers_owners_of(struct ctx *c, const char *sha256, size_t max, int64_t **out, size_t *n)
{
    owner_ids v = {0};
    int rc = papers_sql_owners_of(c, sha256, max, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}

int
papers_owners_between(struct ctx *c, int64_t after, int64_t upto, int64_t **out, size_t *n)
{
    owner_ids v = {0};
    int rc = papers_sql_owners_between(c, after, upto, &v);

    *out = v.p;
    *n = v.n;
    return rc;
}
