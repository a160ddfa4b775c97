/*
 * The one verb that changes a dossier: is it possible, what does it do, and what follows (clock,
 * work, counters, event, row).  What each action does is in the effects' files.
 */
#include "mod/dossiers/dossiers.h"

#include <assert.h>
#include <string.h>

#include "auth/auth.h"
#include "base/hash.h"
#include "base/id.h"
#include "mod/agencies/agencies_manage.h"
#include "mod/audit/audit.h"
#include "mod/dossiers/dossiers_mandate.h"
#include "mod/dossiers/dossiers_named.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_sql.h"
#include "mod/dossiers/dossiers_vault.h"
#include "site/site.h"

enum { STAFF_MAX = 64, NOTE_MAX = 4000 };

/* --- what a person is told when it cannot be, and what each action does --- */

static int (*const EFFECT[ACT__COUNT])(struct change *) = {
    [ACT_FORWARD] = effect_forward, [ACT_RETURN] = effect_return,
    [ACT_SUPPLEMENT] = effect_supplement, [ACT_FISCAL] = effect_fiscal,
    [ACT_CONSULT] = effect_consult, [ACT_REFUSE] = effect_refuse, [ACT_APPROVE] = effect_approve,
    [ACT_STOP] = effect_stop, [ACT_EXTEND] = effect_extend, [ACT_HAND_OVER] = effect_hand_over,
    [ACT_ACCEPT] = effect_accept, [ACT_REFUSE_INTAKE] = effect_refuse_intake,
    [ACT_CHECK_PAPERS] = effect_check, [ACT_CORRECT] = effect_correct,
    [ACT_ANSWER] = effect_answer, [ACT_WITHDRAW] = effect_withdraw, [ACT_PAID] = effect_paid,
    [ACT_WITHDRAW_GRANT] = effect_grant, [ACT_WITHDRAW_DENY] = effect_deny,
    [ACT_SUPPLEMENT_AGREE] = effect_agree, [ACT_SUPPLEMENT_DENY] = effect_disagree,
    [ACT_PAUSE] = effect_pause, [ACT_RESUME] = effect_resume, [ACT_OPINION] = effect_opinion,
    [ACT_ATTACH_RESULT] = effect_attach, [ACT_REOPEN] = effect_reopen, [ACT_CLAIM] = effect_claim,
    [ACT_RELEASE] = effect_release, [ACT_ASSIGN] = effect_assign,
    [ACT_TRANSFER] = effect_transfer, [ACT_RECOMPUTE] = effect_recompute,
    [ACT_NAME] = effect_name, [ACT_UNNAME] = effect_unname,
};

void
change_data(struct change *x, const char *key, json_t *value)
{
    if (!x->data)
        x->data = json_object();
    json_object_set_new(x->data, key, value);
}

void
change_data_text(struct change *x, const char *key, const char *value)
{
    if (value && *value)
        change_data(x, key, json_string(value));
}

int
change_fault(struct change *x, const char *member, const char *say)
{
    return fail_field(x->c, member, say);
}

/* --- finding --- */

int
dossiers_get(struct ctx *c, const char *code, enum perm p, struct dossier *out)
{
    return sql_dossier_for(c, code, PERM_BIT(p), out);
}

int
dossiers_code_of(struct ctx *c, int64_t id, enum perm p, const char **code, bool *reached)
{
    struct ctx aside = *c;              /* neither is a failure */
    struct dossier d;
    int rc = sql_dossier_by_id(&aside, id, &d);

    *code = rc == OK ? d.code : "";
    *reached = rc == OK && (rc = sql_dossier_for(&aside, d.code, PERM_BIT(p), &d)) == OK;
    if (rc == OK || rc == E_NOTFOUND)
        return OK;
    c->err = aside.err;
    return rc;
}

/* Is this organisation represented by law by c->account? */
static bool
my_house(struct ctx *c, const char *tax_code)
{
    mandate_list houses = {0};

    if (!*tax_code || mandates_houses(c, &houses) < 0)
        return false;
    for (size_t i = 0; i < houses.n; i++)
        if (strcmp(houses.p[i].tax_code, tax_code) == 0)
            return true;
    return false;
}

/* Handed in for somebody at the counter: theirs to see when their number was checked.  As what it
 * names them: whose it is before who acts. */
static enum party_role
names_me(struct ctx *c, int64_t dossier)
{
    enum party_role role = PARTY_NONE;
    const char *number = auth_number_verified(c);
    struct party *p;
    size_t n = 0;

    if (!*number || people_list(c, dossier, &p, &n) < 0)
        return PARTY_NONE;
    for (size_t i = 0; i < n; i++)
        if (role != PARTY_OWNER && (strcmp(p[i].personal_number, number) == 0 ||
                                    (p[i].role == PARTY_OWNER && my_house(c, p[i].tax_code))))
            role = p[i].role;
    return role;
}

int
dossiers_get_own(struct ctx *c, const char *code, struct dossier *out)
{
    enum party_role role;
    int rc = sql_dossier_by_code(c, code, out);

    if (rc < 0)
        return rc;
    role = names_me(c, out->id);
    if (((c->account && out->account == c->account) || role) &&
        dossier_mandate_lets(c, out->id, role))
        return OK;
    return fail(c, E_NOTFOUND, SAY_NONE, "%s is not of this citizen", code);
}

char *
dossiers_secret_hash(struct ctx *c, const char *code, const char *secret)
{
    char *text = arena_fmt(c->a, "dossier-secret\n%s\n%s", code, secret);
    uint8_t mac[SHA256_SIZE];

    hash_hmac(c->site->key, text, strlen(text), mac);
    return hash_hex(c->a, mac, sizeof mac);
}

/* As read out and typed: spaces and dashes do not count, small letters are large ones. */
static char *
tidy_secret(struct arena *a, const char *s)
{
    char *out = arena_str(a, s), *w = out;

    for (; *s; s++)
        if (*s != ' ' && *s != '-')
            *w++ = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
    *w = '\0';
    return out;
}

int
dossiers_lookup(struct ctx *c, const char *code, const char *secret, struct dossier *out,
                bool *open)
{
    const char *stored;
    int rc;

    *open = false;
    if (secret && *secret && (rc = auth_guess_allowed(c, GUESS_LOOKUP, code)) < 0)
        return rc;
    if ((rc = sql_dossier_by_code(c, code, out)) < 0 || !secret || !*secret)
        return rc;
    stored = sql_secret(c, out->id);
    *open = *stored &&
            hash_text_equal(stored, dossiers_secret_hash(c, out->code, tidy_secret(c->a, secret)));
    return *open ? auth_guess_cleared(c, GUESS_LOOKUP, code)
                 : auth_guess_failed(c, GUESS_LOOKUP, code);
}

/* Without its secret it is not there. */
bool
dossiers_shown(const struct dossier *d, bool open)
{
    return open || !d->confidential;
}

/* --- who is it, and what does the dossier say --- */

static bool
works_there(struct change *x, int64_t unit)
{
    struct ctx *c = x->c;
    struct staff staff[STAFF_MAX];
    size_t n = 0;

    if (agencies_staff(c, unit, ROLE_NONE, staff, STAFF_MAX, &n) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (staff[i].account == c->account && !staff[i].absent &&
            agencies_in_fields(staff[i].fields, x->w.p->field))
            return true;
    return false;
}

/* For whom a stand-in acts: the officer who holds it; on free work, the absent one of that unit,
 * unless the stand-in has a role of the own there. */
static int
find_stand_in(struct change *x)
{
    int64_t unit = x->opinion_unit ? x->opinion_unit : x->d->unit, absent = 0;
    day today = vn_day(x->c->now);
    struct stand_in *v;
    size_t n;
    int rc = agencies_stand_ins_of(x->c, x->c->account, &v, &n);

    for (size_t i = 0; rc == OK && i < n; i++) {
        if (v[i].stand_in != x->c->account || v[i].valid_from > today || v[i].valid_to < today)
            continue;
        if (v[i].absent == x->d->holder ||
            (!absent && sql_perms(x->c, v[i].absent, unit, x->d->procedure)))
            absent = v[i].absent;
        if (absent && absent == x->d->holder)
            break;
    }
    if (absent && (absent == x->d->holder || !works_there(x, unit)))
        x->acting_for = absent;
    return rc;
}

static int
find_who(struct change *x)
{
    struct ctx *c = x->c;
    const struct dossier *d = x->d;
    int64_t intake = PERM_BIT(PERM_DOSSIER_INTAKE);
    int rc;

    x->who.system = x->system;
    x->who.applicant = c->account && c->account == d->account;
    if (!c->account || x->who.applicant)
        return OK;
    x->who.perms = sql_perms(c, c->account, d->unit, d->procedure);
    if (d->intake_unit != d->unit)      /* the desk answers for the applicant wherever it lies */
        x->who.perms |= sql_perms(c, c->account, d->intake_unit, d->procedure) & intake;
    if ((rc = find_stand_in(x)) < 0)
        return rc;
    x->who.unclaimed = d->holder == 0;
    x->who.holder = d->holder && (d->holder == c->account || d->holder == x->acting_for);
    return OK;
}

static bool
guard_holds(struct change *x, enum guard g)
{
    switch (g) {
    case GUARD_PAPERS_CHECKED:   return papers_all_checked(x);
    case GUARD_FEES_PAID:        return sql_fees_open(x->c, x->d->id, FEES_BEFORE) == 0;
    case GUARD_OPINIONS_ANSWERED: return x->d->opinions_open == 0;
    case GUARD_OTHER_OFFICER:    return x->d->last_officer != x->c->account;
    case GUARD_RESULT_ATTACHED:
        return *x->d->result_number || (x->e->number && *x->e->number);
    case GUARD__COUNT:           break;
    }
    return false;
}

static bool
extension_late(const struct change *x)
{
    struct ctx *c = x->c;
    day due = vn_day(x->d->due_at);

    return x->d->due_at &&
           deadlines_extension_late(c->site->calendar, x->w.rules, due, vn_day(c->now));
}

/* A unit where nobody else may sign, and rules.yaml says that there who examined may. */
static bool
signs_alone(struct change *x)
{
    const struct look_rule *r = rules_looks(x->c->site->rules, vn_day(x->c->now));
    struct staff staff[STAFF_MAX];
    size_t n = 0;

    if (r->same_officer != SAME_ALONE ||
        agencies_staff(x->c, x->d->unit, ROLE_NONE, staff, STAFF_MAX, &n) < 0)
        return false;
    for (size_t i = 0; i < n; i++)
        if (staff[i].account != x->c->account &&
            role_perms(staff[i].role) & PERM_BIT(PERM_DOSSIER_DECIDE) &&
            agencies_in_fields(staff[i].fields, x->w.p->field))
            return false;
    return true;
}

static void
find_facts(struct change *x)
{
    const struct dossier *d = x->d;

    x->facts = (struct workflow_facts){
        .status = (enum status)d->status, .before = (enum status)d->before,
        .supplements = (int)d->supplements, .supplement_proposed = d->proposal != 0,
        .accepted = d->accepted_at != 0, .extended = d->extended_to != 0,
        .extension_late = extension_late(x), .paused = d->paused != 0,
        .can_pause = x->w.p->deadline.stops.n > 0, .opinion_open = x->opinion_unit != 0,
        .result = *d->result_number != '\0', .confidential = d->confidential != 0,
        .examined = x->c->account && d->last_officer == x->c->account};
    x->facts.examined_may_sign = x->facts.examined && signs_alone(x);
    for (enum guard g = 0; g < GUARD__COUNT; g++)
        if (x->step.guards & GUARD_BIT(g) && guard_holds(x, g))
            x->facts.holds |= GUARD_BIT(g);
}

/* The unit of an opinion that this person may answer; claims and assignments name its number. */
static int
find_opinion(struct change *x)
{
    opinion_list v = {0};
    int64_t number;
    int rc = OK;

    if (!x->d->opinions_open || !x->c->account)
        return OK;
    number = sql_opinion_of(x->c, x->d->id, x->c->account, x->e->opinion);
    if (number)
        rc = sql_opinions(x->c, x->d->id, &v);
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i].number == number)
            x->opinion_unit = v.p[i].unit;
    return rc;
}

int
change_open(struct change *x)
{
    int rc = world_of(x->c, x->d, &x->w);

    if (rc < 0)
        return rc;
    x->was = *x->d;
    x->step = world_workflow_step(&x->w);
    if ((rc = find_opinion(x)) < 0 || (rc = find_who(x)) < 0)
        return rc;
    find_facts(x);
    return OK;
}

/* --- may it be --- */

static int
check_texts(struct change *x)
{
    const struct action_info *a = workflow_action(x->e->action);
    int rc = OK;

    if (x->e->action == ACT_APPROVE && x->facts.examined) {
        change_data(x, "examined_and_signed", json_true());
        if (!(x->e->note && *x->e->note))
            rc = change_fault(x, "note", N_("Bạn đã thẩm định hồ sơ này: hãy ghi vì sao không có "
                                            "người khác ký duyệt"));
    }
    if (a->needs_note && !(x->e->note && *x->e->note))
        rc = change_fault(x, "note", N_("Hãy ghi rõ lý do hoặc nội dung"));
    if (a->needs_ground && !(x->e->ground && *x->e->ground))
        rc = change_fault(x, "ground", N_("Hãy ghi căn cứ pháp lý"));
    if ((x->e->note && strlen(x->e->note) > NOTE_MAX * 4) ||
        (x->e->ground && strlen(x->e->ground) > NOTE_MAX * 4))
        rc = change_fault(x, "note", N_("Nội dung quá dài"));
    return rc;
}

static int
check_version(const struct change *x)
{
    if (x->e->version && x->e->version != x->d->version)
        return fail(x->c, E_CONFLICT, SAY_GONE, "%s: v%" PRId64 " is v%" PRId64, x->d->code,
                    x->e->version, x->d->version);
    return OK;
}

/* Claims and assignments of an opinion are that agency's, not of who holds the dossier. */
static void
ask_of_opinion(struct change *x)
{
    struct task_row t;
    enum action a = x->e->action;

    if (!x->e->opinion || (a != ACT_CLAIM && a != ACT_RELEASE && a != ACT_ASSIGN))
        return;
    x->step.role = ROLE_SPECIALIST;
    x->who.perms = x->opinion_unit
                       ? sql_perms(x->c, x->c->account, x->opinion_unit, x->d->procedure)
                       : 0;
    if (sql_task_get(x->c, x->d->id, x->e->opinion, &t) < 0)
        return;
    x->who.unclaimed = t.account == 0;
    x->who.holder = t.account == x->c->account;
}

static int
check_possible(struct change *x)
{
    const char *why;

    ask_of_opinion(x);
    why = workflow_why_not(x->e->action, &x->step, &x->who, &x->facts, NULL);
    if (!why)
        return OK;
    if (!workflow_person(x->e->action, &x->step, &x->who, &x->facts))
        return fail(x->c, E_DENIED, why, "%s: %s", x->d->code,
                    workflow_action(x->e->action)->word);
    return fail(x->c, E_CONFLICT, why, "%s: %s in status %" PRId64, x->d->code,
                workflow_action(x->e->action)->word, x->d->status);
}

/* --- what follows --- */

static int
append_event(struct change *x)
{
    struct ctx *c = x->c;
    struct stored_event e = {
        .id = id_next(), .dossier = x->d->id, .version = x->d->version, .at = c->now,
        .account = c->account, .acting_for = x->acting_for,
        .unit = x->opinion_unit && x->e->action == ACT_OPINION ? x->opinion_unit
                : x->was.unit ? x->was.unit : x->d->unit,
        .action = x->e->action, .status = x->d->status,
        .note = x->e->note ? x->e->note : "", .ground = x->e->ground ? x->e->ground : "",
        .data = "{}"};
    const char *before;
    int64_t at;
    int rc = sql_event_before(c, e.dossier, e.version - 1, &before, &at);

    if (rc < 0)
        return rc;
    e.at = at > e.at ? at : e.at; /* a clock that was set back turns no timeline around */
    if (x->data)
        e.data = json_text(c->a, x->data);
    e.changes = fold_changes(c->a, &x->was, x->d);
    e.hash = e.changes ? fold_hash(c->a, before, &e) : NULL;
    if (!e.hash)
        return fail(c, E_INVALID, N_("Nội dung quá dài"), "%s: event too large", x->d->code);
    if ((rc = sql_event_add(c, &e)) < 0)
        return rc;
    return audit_waits(c, AUDIT_DOSSIER, e.dossier, e.version, e.hash);
}

int
change_commit(struct change *x)
{
    struct ctx *c = x->c;
    int rc = OK;

    assert(x->was.status == x->d->status ||
           workflow_may((enum status)x->was.status, (enum status)x->d->status));
    if (x->reckon && (rc = clock_set(x)) < 0)
        return rc;
    x->d->version = x->was.version + 1;
    if (x->was.version && (rc = sql_dossier_save(c, x->d)) < 0)
        return rc; /* the first event saves before: its parts refer to the row */
    if ((rc = append_event(x)) < 0 || (rc = tasks_sync(x)) < 0 || (rc = named_sync(c, x->d)) < 0)
        return rc;
    rc = counts_move(c, &x->was, x->d);
    return rc < 0 ? rc : digital_move(x);
}

/* Acting on free work takes it: from then on it is this officer's, and being processed. */
static void
take_free_work(struct change *x)
{
    const struct action_info *a = workflow_action(x->e->action);

    if (a->by_holder && x->who.unclaimed && !x->d->holder)
        x->d->holder = x->c->account;
    if (a->by_holder && x->d->status == ST_ACCEPTED)
        x->d->status = ST_PROCESSING;
}

static int
apply(struct change *x)
{
    int rc;

    if ((rc = check_version(x)) < 0 || (rc = change_open(x)) < 0 ||
        (rc = check_possible(x)) < 0 || (rc = check_texts(x)) < 0)
        return rc;
    take_free_work(x);
    if ((rc = digital_before(x)) < 0 || (rc = EFFECT[x->e->action](x)) < 0 ||
        (rc = change_commit(x)) < 0)
        return rc;
    return vault_follow(x);
}

static int
apply_as(struct ctx *c, struct dossier *d, const struct event *e, bool system)
{
    struct change x = {.c = c, .d = d, .e = e, .system = system};
    struct dossier before = *d;
    int rc;

    if (e->action <= ACT_NONE || e->action >= ACT__COUNT || !EFFECT[e->action])
        return fail(c, E_INVALID, N_("Không có việc này"), "action %d", (int)e->action);
    rc = apply(&x);
    json_decref(x.data);
    if (rc < 0)
        *d = before;                    /* nothing happened to it */
    return rc;
}

int
dossiers_apply(struct ctx *c, struct dossier *d, const struct event *e)
{
    return apply_as(c, d, e, false);
}

int
dossiers_apply_system(struct ctx *c, struct dossier *d, const struct event *e)
{
    return apply_as(c, d, e, true);
}

/* --- what may be done now --- */

/* The agency that is asked may answer, though the dossier lies elsewhere. */
static void
offer_opinion(struct change *x, struct workflow_offer *out, size_t *n)
{
    struct workflow_who who = x->who;

    for (size_t i = 0; i < *n; i++)
        if (out[i].action == ACT_OPINION)
            return;
    who.perms |= PERM_BIT(PERM_DOSSIER_PROCESS);        /* sql_opinion_of() has asked */
    if (x->opinion_unit && !workflow_why_not(ACT_OPINION, &x->step, &who, &x->facts, NULL)) {
        memmove(out + 1, out, *n * sizeof *out);
        out[0] = (struct workflow_offer){ACT_OPINION, NULL};
        ++*n;
    }
}

int
dossiers_offers(struct ctx *c, const struct dossier *d, struct workflow_offer out[ACT__COUNT],
                size_t *n)
{
    struct dossier copy = *d;
    struct event e = {0};
    struct change x = {.c = c, .d = &copy, .e = &e};
    int rc = change_open(&x);

    *n = rc < 0 ? 0 : workflow_actions(&x.step, &x.who, &x.facts, out);
    if (rc == OK)
        offer_opinion(&x, out, n);
    return rc;
}

static void
steps_before(const struct world *w, const char *last, const char ***steps, size_t *n)
{
    if (*last)
        (*steps)[(*n)++] = last;
    for (const struct proc_step *s = w->step; s > w->p->process.p;)
        if (strcmp((--s)->id, last) != 0)
            (*steps)[(*n)++] = s->id;
}

int
dossiers_targets(struct ctx *c, const struct dossier *d, bool back, const char ***steps, size_t *n)
{
    struct world w;
    int rc = world_of(c, d, &w);

    *n = 0;
    if (rc < 0 || !w.step)
        return rc;
    *steps = arena_get(c->a, (w.p->process.n + 1) * sizeof **steps);
    if (back)
        steps_before(&w, d->last_step, steps, n);
    else
        for (size_t i = 0; i < w.step->next.n && i < w.p->process.n; i++)
            (*steps)[(*n)++] = w.step->next.p[i];
    return OK;
}
