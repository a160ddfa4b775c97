/*
 * The statutory forms of one dossier, as PDF.  They are laid out on a read lane.  A paper that has
 * no number yet takes one on the write lane first: that is the only thing a print changes.
 */
#include <string.h>

#include "auth/auth.h"
#include "base/po.h"
#include "db/db.h"
#include "http/reply.h"
#include "http/route.h"
#include "mod/catalogue/catalogue_versions.h"
#include "mod/dossiers/dossiers_print.h"
#include "site/site.h"

static const char *const NAMES[FORM__COUNT] = {
    [FORM_RECEIPT] = N_("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    [FORM_SUPPLEMENT] = N_("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    [FORM_REFUSAL] = N_("Phiếu từ chối tiếp nhận, giải quyết"),
    [FORM_APOLOGY] = N_("Văn bản xin lỗi và đề nghị gia hạn"),
    [FORM_STOP] = N_("Thông báo dừng giải quyết hồ sơ"),
    [FORM_CONTROL] = N_("Phiếu kiểm soát quá trình giải quyết"),
};

const struct form_set *
dossiers_form_set(const struct dossier *d)
{
    return results_forms(vn_day(d->accepted_at ? d->accepted_at : d->submitted_at));
}

bool
dossiers_form_applies(const struct dossier *d, enum form form)
{
    const bool applies[FORM__COUNT] = {
        [FORM_RECEIPT] = d->receipt > 0,
        [FORM_SUPPLEMENT] = d->supplements > 0,
        [FORM_REFUSAL] = d->outcome == OUTCOME_REFUSED,
        [FORM_APOLOGY] = d->extended_to != 0,
        [FORM_STOP] = d->outcome == OUTCOME_STOPPED,
        [FORM_CONTROL] = d->accepted_at != 0,
    };

    return form < FORM__COUNT && applies[form];
}

size_t
dossiers_forms(const struct dossier *d, bool inner, struct dossier_form out[FORM__COUNT])
{
    const struct form_set *set = dossiers_form_set(d);
    size_t n = 0;

    for (int i = 0; i < FORM__COUNT; i++)
        if (set->forms[i].number && NAMES[i] && dossiers_form_applies(d, (enum form)i) &&
            (inner || i != FORM_CONTROL))
            out[n++] = (struct dossier_form){set->forms[i].number, NAMES[i]};
    return n;
}

/* How many of this form the dossier has had: the newest is printed unless another is asked for. */
static int64_t
newest(const struct dossier *d, enum form form)
{
    return form == FORM_RECEIPT ? d->receipt : form == FORM_SUPPLEMENT ? d->supplements : 1;
}

enum { P_CODE, P_FORM, P_NTH };
static const struct param IN_FORM[] = {
    [P_CODE] = {"code", K_DOSSIER_CODE, .required = true},
    [P_FORM] = {"mau", K_CODE, .required = true},
    [P_NTH] = {"lan", K_INT, .min = 1, .max = 1000},
    {.kind = K_END},
};

static int
find(struct ctx *c, const struct dossier *d, bool inner, struct print *x)
{
    const char *number = in_text(c, P_FORM);

    *x = (struct print){.d = d, .p = catalogue_version(c->site->catalogue, d->procedure_version)};
    x->s.set = dossiers_form_set(d);
    x->s.form = results_form_by_number(x->s.set, number);
    if (!dossiers_form_applies(d, x->s.form) || (!inner && x->s.form == FORM_CONTROL))
        return fail(c, E_NOTFOUND, N_("Không có mẫu này"), "form %s", number);
    x->key =
        (struct form_key){.dossier = d->id, .form = x->s.form, .occurrence = newest(d, x->s.form)};
    if (in_has(c, P_NTH) && in_int(c, P_NTH) > x->key.occurrence)
        return fail(c, E_NOTFOUND, N_("Không có mẫu này"), "form %s, print %" PRId64, number,
                    in_int(c, P_NTH));
    if (in_has(c, P_NTH))
        x->key.occurrence = in_int(c, P_NTH);
    return OK;
}

/* OK: it has its number, or its kind has none.  E_WRITES: it has to be given where one may write.
 */
static int
numbered(struct ctx *c, struct print *x, bool *given)
{
    int rc;

    *given = false;
    if (!*x->s.set->forms[x->s.form].suffix)
        return OK;
    if ((rc = results_form_number(c, &x->key, &x->s.number)) < 0 || x->s.number.seq)
        return rc;
    if (x->s.form == FORM_RECEIPT && x->key.occurrence < newest(x->d, FORM_RECEIPT))
        return fail(c, E_NOTFOUND, N_("Không có mẫu này"), "a print that never was");
    if (db_read_only(c))
        return E_WRITES;
    *given = true;
    rc = print_event(c, x);
    return rc < 0 ? rc : results_form_give(c, &x->key, x->agency, x->s.date, &x->s.number);
}

/* Once numbered, the same address is asked again: the paper is laid out where nobody waits. */
static int
again(struct ctx *c, const struct print *x, const char *face)
{
    return redirect(c, "%s/%s/in/%s?lan=%" PRId64, face, x->d->code,
                    x->s.set->forms[x->s.form].number, x->key.occurrence);
}

/* The log of accesses tells who printed what and when. */
static const char *
logged_as(struct ctx *c, const struct print *x)
{
    return arena_fmt(c->a, "print of form %s (%" PRId64 ")", x->s.set->forms[x->s.form].number,
                     x->key.occurrence);
}

static int
print(struct ctx *c, const struct dossier *d, const char *face, bool inner)
{
    struct print x;
    struct bytes pdf, proof;
    bool given;
    int rc = find(c, d, inner, &x);

    if (rc < 0 || (rc = numbered(c, &x, &given)) < 0)
        return rc;
    if (given)
        return again(c, &x, face);
    if ((rc = print_event(c, &x)) < 0 || (rc = print_fill(c, &x)) < 0 ||
        (rc = print_proof(c, &x, &proof)) < 0 || (rc = results_sheet(c, &x.s, &pdf)) < 0 ||
        (rc = print_attach(c, &x, proof, &pdf)) < 0)
        return rc;
    if (inner)
        auth_log_seen(c, logged_as(c, &x), d->id, 0);
    return reply_inline(c, "application/pdf",
                        arena_fmt(c->a, "mau-%s-%s.pdf", x.s.set->forms[x.s.form].number, d->code),
                        pdf);
}

static const char DESK[] = "/can-bo/ho-so", OWN[] = "/ho-so";

static int
get_desk(struct ctx *c)
{
    struct dossier d;
    int rc = dossiers_get(c, in_text(c, P_CODE), PERM_DOSSIER_READ, &d);

    return rc < 0 ? rc : print(c, &d, DESK, true);
}

static int
get_own(struct ctx *c)
{
    struct dossier d;
    int rc = dossiers_get_own(c, in_text(c, P_CODE), &d);

    return rc < 0 ? rc : print(c, &d, OWN, false);
}

const struct route dossiers_print_routes[] = {
    {GET, "/can-bo/ho-so/{code}/in/{mau}", PERM_DOSSIER_READ, RUN_READ_LANE, BODY_NONE, SEES_PERSON,
     FACE_DESK, IN_FORM, .run = get_desk, .about = "A statutory form of a dossier, as PDF"},
    {GET, "/ho-so/{code}/in/{mau}", PERM_CITIZEN, RUN_READ_LANE, BODY_NONE, SEES_NOBODY,
     FACE_PORTAL, IN_FORM, .run = get_own,
     .about = "A statutory form of the citizen's own dossier, as PDF"},
    {0},
};
