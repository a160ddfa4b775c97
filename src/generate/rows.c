#include "generate/rows.h"

#include <string.h>

#include "auth/auth.h"
#include "base/hash.h"
#include "base/id.h"
#include "mod/deadlines/rules.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/parts.h"
#include "site/site.h"

static void
text(struct load *to, const char *s)
{
    load_text(to, s, strlen(s));
}

static void
sealed(struct load *to, struct arena *a, enum sealed_at at, int64_t about, const char *s)
{
    text(to, sealed_text(a, at, about, s));
}

/* --- the row and its events ----------------------------------------------------------------- */

static void
write_fields(struct load *to, const struct dossier *d)
{
    for (size_t i = 0; i < DOSSIER_FIELDS_N; i++) {
        const char *at = (const char *)d + DOSSIER_FIELDS[i].at, *s;
        int64_t v;

        if (DOSSIER_FIELDS[i].text) {
            memcpy(&s, at, sizeof s);
            text(to, s ? s : "");
        } else {
            memcpy(&v, at, sizeof v);
            load_int(to, v);
        }
    }
}

/* Nobody knows the secret of a generated dossier: these bytes are the hash of nothing. */
static void
write_dossier(struct load *to, struct life *l)
{
    uint64_t secret[4];

    for (int i = 0; i < 4; i++)
        secret[i] = rng_next(&l->r);
    load_row(to, PART_DOSSIER);
    load_int(to, l->id);
    load_int(to, (int64_t)l->n);
    load_bytes(to, secret, sizeof secret);
    write_fields(to, &l->d[l->n]);
}

static const char *
write_event(struct rows_to *to, const struct life *l, size_t k, const char *before)
{
    const struct course_event *t = &l->k->ev[k];
    struct stored_event e = {
        .id = life_event_id(l, k), .dossier = l->id, .version = (int64_t)k + 1, .at = l->at_[k],
        .account = life_number(l, &t->account), .unit = life_number(l, &t->unit),
        .action = t->action, .status = l->d[k + 1].status, .note = life_text(to->a, l, &t->note),
        .ground = life_text(to->a, l, &t->ground), .data = life_text(to->a, l, &t->data)};
    const int64_t n[] = {e.dossier, e.version, e.id,     e.at,    e.account,
                         0,         e.unit,    e.action, e.status};
    struct bytes hash;

    e.changes = fold_changes(to->a, &l->d[k], &l->d[k + 1]);
    e.hash = fold_hash(to->a, before, &e);
    hash = hash_unhex(to->a, e.hash);
    load_row(to->load, PART_EVENT);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        load_int(to->load, n[i]);
    text(to->load, e.note);
    text(to->load, e.ground);
    text(to->load, e.changes);
    sealed(to->load, to->a, SEALED_EVENT_DATA, e.dossier, e.data);
    load_bytes(to->load, hash.p, hash.n);
    return e.hash;
}

/* --- parts ---------------------------------------------------------------------------------- */

static void
write_part(struct rows_to *to, const struct life *l, const struct part_row *r)
{
    const char *kinds = PARTS[r->part].kinds;

    load_row(to->load, r->part);
    for (int i = 0; kinds[i]; i++) {
        int at = part_sealed(r->part, i);
        const char *s = kinds[i] == 't' ? life_text(to->a, l, &r->cells[i].t) : NULL;

        if (!s)
            load_int(to->load, life_number(l, &r->cells[i]));
        else if (at < 0)
            text(to->load, s);
        else
            sealed(to->load, to->a, (enum sealed_at)at, life_number(l, &r->cells[0]), s);
    }
}

/* --- open work ------------------------------------------------------------------------------ */

static void
write_task(struct rows_to *to, const struct task_row *t)
{
    const int64_t head[] = {t->dossier, t->seq, t->kind, t->unit, t->perm, t->account};
    const int64_t tail[] = {t->channel, t->received_at, t->created_at, t->due_at, t->budget_due,
                            t->warned,  t->warn_at,     t->confidential};

    load_row(to->load, PART_TASK);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        load_int(to->load, head[i]);
    text(to->load, t->step);
    load_int(to->load, t->waiting);
    load_int(to->load, t->status);
    text(to->load, t->procedure);
    for (size_t i = 0; i < sizeof tail / sizeof *tail; i++)
        load_int(to->load, tail[i]);
    sums_work(to->tally, t->unit, t->account, t->perm, t->waiting);
}

struct desk {                           /* the open work of one dossier, event by event */
    struct task_row own, agree, opinion;
    bool has_own, has_agree, has_opinion;
};

static void
desk_after(struct rows_to *to, const struct life *l, size_t k, struct desk *w)
{
    struct dossier d = l->d[k + 1];
    struct ctx c = {.a = to->a, .now = l->at_[k], .site = to->site};
    struct change x = {.c = &c, .d = &d, .was = l->d[k]};
    struct task_row was = w->own;
    const struct course_event *e = &l->k->ev[k];
    int64_t on = x.was.accepted_at    ? x.was.accepted_at
                 : x.was.submitted_at ? x.was.submitted_at
                                      : c.now;

    x.w = (struct world){.p = l->k->p, .rules = rules_on(to->site->rules, vn_day(on))};
    if (d.step && *d.step)
        x.w.step = catalogue_step(l->k->p, d.step);
    if (e->action == ACT_CONSULT) {
        task_opinion(&x, e->opinion, e->opinion_unit, l->opinion_due[k], &w->opinion);
        w->has_opinion = true;
    }
    if (d.proposal && !x.was.proposal)
        task_agree(&x, &w->agree);
    w->has_agree = d.proposal != 0;
    if (e->action == ACT_OPINION)
        w->has_opinion = false;
    w->has_own = task_own(&x, w->has_own ? &was : NULL, &w->own);
    if (!w->has_own)
        w->has_opinion = w->has_agree = false;
}

static bool
is_open(const struct dossier *d)
{
    return !workflow_status((enum status)d->status)->terminal;
}

static void
write_work(struct rows_to *to, const struct life *l)
{
    struct desk w = {0};

    if (!is_open(&l->d[l->n]))
        return;
    for (size_t k = 0; k < l->n; k++)
        desk_after(to, l, k, &w);
    if (w.has_agree)
        write_task(to, &w.agree);       /* -1, 0, n: in the order of the key */
    if (w.has_own)
        write_task(to, &w.own);
    if (w.has_opinion)
        write_task(to, &w.opinion);
    to->open++;
}

/* --- all of it ------------------------------------------------------------------------------ */

void
rows_write(struct rows_to *to, struct life *l)
{
    const struct course_event *last = &l->k->ev[l->n - 1];
    const char *hash = "";

    for (size_t k = 0; k < l->n; k++) {
        hash = write_event(to, l, k, hash);
        sums_change(to->tally, to->site->calendar, &l->d[k], &l->d[k + 1]);
    }
    sums_digital(to->tally, &l->d[l->n], &last->digital);
    write_dossier(to->load, l);
    for (size_t i = 0; i < last->n_rows; i++)
        write_part(to, l, &last->rows[i]);
    write_work(to, l);
    to->events += (int64_t)l->n;
}

void
rows_citizen(struct load *to, struct arena *a, const struct life_world *w, int64_t n)
{
    int64_t id = w->citizen_base + n;
    struct person p;

    citizen_fill(n, &p);
    load_row(to, PART_ACCOUNT);
    load_int(to, id);
    load_int(to, ACCOUNT_CITIZEN);
    sealed(to, a, SEALED_ACCOUNT_LOGIN, 0, p.number);
    text(to, p.name);
    text(to, p.fold);
    sealed(to, a, SEALED_ACCOUNT_NUMBER, id, p.number);
    sealed(to, a, SEALED_ACCOUNT_PHONE, id, p.phone);
    text(to, p.email);
    load_int(to, 1);
    load_null(to);
    for (int i = 0; i < 3; i++)
        load_int(to, 0);                /* password_until, perms, home_unit */
    load_int(to, 1);
    load_int(to, id_time(w->citizen_base));
}
