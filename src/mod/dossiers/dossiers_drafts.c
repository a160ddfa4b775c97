/* Applications before they are handed in: saved as typed, checked only when they are submitted. */
#include "mod/dossiers/drafts.h"

#include <string.h>

#include "base/id.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_assist.h"
#include "mod/dossiers/dossiers_drafts_sql.h"
#include "mod/dossiers/dossiers_inside.h"
#include "mod/papers/vault.h"
#include "site/site.h"

enum { TOKEN_BYTES = 18, DRAFT_BYTES = 256 << 10, EXPIRE_BATCH = 200 };

int
draft_new(struct ctx *c, const char *procedure, struct draft *out)
{
    const struct procedure *p = catalogue_find(c->site->catalogue, procedure, vn_day(c->now));

    if (!p)
        return fail(c, E_NOTFOUND, N_("Thủ tục này hiện không áp dụng"), "%s", procedure);
    if (!c->account)
        return fail(c, E_SIGNIN, N_("Hãy đăng nhập để nộp hồ sơ"), "draft of %s", procedure);
    if (sql_drafts_count(c) >= DRAFTS_MAX)
        return fail(c, E_INVALID, N_("Bạn đã có 20 bản nháp, hãy nộp hoặc xóa bớt trước"), "%s",
                    procedure);
    *out = (struct draft){
        .id = id_next(), .token = token_url(c->a, TOKEN_BYTES), .account = c->account,
        .version = 1, .procedure = p->code, .procedure_version = p->id, .answers = json_object(),
        .payer = "", .delivery_address = "", .helper = "", .page = "", .created_at = c->now,
        .updated_at = c->now};
    return sql_draft_add(c, out, "{}", "[]");
}

int
draft_get(struct ctx *c, const char *token, struct draft *out)
{
    const char *answers, *parties;
    json_t *array;
    int rc = sql_draft_get(c, token, out, &answers, &parties);

    if (rc < 0)
        return rc;
    out->answers = json_loads(answers, 0, NULL);
    array = json_loads(parties, 0, NULL);
    rc = people_from_json(c, array, &out->parties, &out->n_parties);
    json_decref(array);
    if (!out->answers || rc < 0)
        return fail(c, E_SYS, N_("Không đọc được bản nháp này"), "draft %" PRId64, out->id);
    return OK;
}

static const char *
or_nothing(const char *s)
{
    return s ? s : "";
}

int
draft_save(struct ctx *c, struct draft *d)
{
    json_t *parties = people_json(d->parties, d->n_parties);
    char *text = json_text(c->a, parties), *answers = json_text(c->a, d->answers);
    int n;

    json_decref(parties);
    if (strlen(answers) + strlen(text) > DRAFT_BYTES)
        return fail(c, E_INVALID, N_("Bản nháp quá dài, hãy rút gọn nội dung"), "draft %" PRId64,
                    d->id);
    d->payer = or_nothing(d->payer);
    d->delivery_address = or_nothing(d->delivery_address);
    d->helper = or_nothing(d->helper);
    d->page = or_nothing(d->page);
    n = sql_draft_save(c, d, answers, text);
    if (n == 0)
        return fail(c, E_CONFLICT, N_("Bản nháp này vừa được lưu ở nơi khác"), "draft %" PRId64,
                    d->id);
    if (n > 0) {
        d->version += d->version != 0;
        d->updated_at = c->now;
    }
    return n < 0 ? n : OK;
}

static int
forget(struct ctx *c, int64_t id)
{
    int rc = papers_remove_all(c, id);

    if (rc == OK && (rc = vault_forget(c, id)) == OK && (rc = assist_end(c, id, 0)) == OK)
        rc = sql_draft_delete(c, id);
    return rc < 0 ? rc : OK;
}

int
draft_delete(struct ctx *c, const char *token)
{
    const char *answers, *parties;
    struct draft d;
    int rc = sql_draft_get(c, token, &d, &answers, &parties);

    return rc < 0 ? rc : forget(c, d.id);
}

int
draft_list(struct ctx *c, struct draft **out, size_t *n)
{
    draft_rows v = {0};
    int rc = sql_drafts(c, &v);

    for (size_t i = 0; i < v.n; i++)
        v.p[i].answers = NULL;
    *out = v.p;
    *n = v.n;
    return rc;
}

void
draft_submission(const struct draft *d, struct submission *out)
{
    *out = (struct submission){
        .procedure = d->procedure, .unit = d->unit, .channel = CHANNEL_ONLINE, .payer = d->payer,
        .answers = d->answers, .parties = d->parties, .n_parties = d->n_parties,
        .delivery = (int)d->delivery, .delivery_address = d->delivery_address,
        .helper = d->helper, .draft = d->token, .mandate = d->mandate};
}

/* What helpers left unfinished is somebody else's data: it goes much sooner. */
static int
expire_helped(struct ctx *c, size_t *n)
{
    int64_t *drafts = arena_get(c->a, EXPIRE_BATCH * sizeof *drafts);
    int rc = assisted_expire(c, drafts, EXPIRE_BATCH, n);

    for (size_t i = 0; i < *n && rc == OK; i++)
        rc = forget(c, drafts[i]);
    return rc;
}

int
drafts_expire(struct ctx *c)
{
    draft_rows v = {0};
    size_t helped = 0;
    int rc = sql_drafts_older(c, c->now - (int64_t)DRAFTS_DAYS * DAY_SECONDS, EXPIRE_BATCH, &v);

    for (size_t i = 0; i < v.n && rc == OK; i++)
        rc = forget(c, v.p[i].id);
    if (rc == OK)
        rc = expire_helped(c, &helped);
    return rc < 0 ? rc : (int)(v.n + helped);
}
