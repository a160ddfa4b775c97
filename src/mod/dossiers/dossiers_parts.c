/* Reading what a dossier consists of: timeline for three audiences, work, requests, fees, answers.
 */
#include "mod/dossiers/parts.h"

#include <string.h>

#include "auth/auth.h"
#include "mod/dossiers/dossiers_parts_sql.h"
#include "mod/dossiers/dossiers_sql.h"

/* --- timeline --- */

struct names { VEC(struct { int64_t account; const char *name; }) v; };

static const char *
name_of(struct ctx *c, struct names *known, int64_t account)
{
    struct account a;

    if (!account)
        return N_("Hệ thống");
    for (size_t i = 0; i < known->v.n; i++)
        if (known->v.p[i].account == account)
            return known->v.p[i].name;
    if (auth_account_get(c, account, &a) < 0)
        a.name = "";
    vec_push(c->a, &known->v)->name = a.name;
    known->v.p[known->v.n - 1].account = account;
    return a.name;
}

static const char *
actor_of(struct ctx *c, struct names *known, const struct stored_event *e)
{
    const char *me = name_of(c, known, e->account);

    if (!e->acting_for)
        return me;
    return arena_fmt(c->a, "%s (thay %s)", me, name_of(c, known, e->acting_for));
}

/* The public learns what and when, never who or why; the applicant learns what is addressed to him.
 */
static void
show_event(struct ctx *c, const struct stored_event *e, enum audience who, struct names *known,
           struct moment_row *m)
{
    const struct action_info *a = workflow_action((enum action)e->action);

    *m = (struct moment_row){.at = e->at, .version = e->version, .action = (enum action)e->action,
                             .status = (enum status)e->status, .what = a->past, .unit = e->unit,
                             .actor = "", .note = "", .ground = "", .changes = "", .hash = ""};
    if (who == FOR_PUBLIC)
        return;
    m->note = a->public_ || who == FOR_OFFICER ? e->note : "";
    m->ground = e->ground;
    m->hash = e->hash;
    m->actor = actor_of(c, known, e);
    if (who == FOR_OFFICER)
        m->changes = e->changes;
}

static int
timeline(struct ctx *c, const struct dossier *d, int64_t after, enum audience who,
         struct moment_row **out, size_t *n)
{
    event_list v = {0};
    struct names known = {0};
    int rc = sql_events(c, d->id, after, &v);

    *n = 0;
    *out = arena_get(c->a, (v.n + 1) * sizeof **out);
    for (size_t i = 0; i < v.n; i++)
        if (who == FOR_OFFICER || workflow_action((enum action)v.p[i].action)->public_)
            show_event(c, &v.p[i], who, &known, &(*out)[(*n)++]);
    return rc;
}

int
dossiers_timeline(struct ctx *c, const struct dossier *d, enum audience who,
                  struct moment_row **out, size_t *n)
{
    return timeline(c, d, 0, who, out, n);
}

int
dossiers_since(struct ctx *c, const struct dossier *d, int64_t version, struct moment_row **out,
               size_t *n)
{
    return timeline(c, d, version, FOR_OFFICER, out, n);
}

/* --- lists of parts --- */

#define LIST(function, type, reader)                                                              \
    int function(struct ctx *c, const struct dossier *d, type **out, size_t *n)                   \
    {                                                                                             \
        VEC(type) v = {0};                                                                        \
        int rc = reader(c, d->id, (void *)&v);                                                    \
                                                                                                  \
        *out = v.p;                                                                               \
        *n = v.n;                                                                                 \
        return rc;                                                                                \
    }

LIST(dossiers_tasks, struct task, sql_tasks)
LIST(dossiers_supplements, struct supplement, sql_supplements)
LIST(dossiers_opinions, struct opinion, sql_opinions)
LIST(dossiers_stops, struct stop_row, sql_stops)
LIST(dossiers_fees, struct dossier_fee, sql_fees)

int
dossiers_answers(struct ctx *c, const struct dossier *d, int64_t revision, json_t **out)
{
    const char *text = sql_answers(c, d->id, revision);

    if (!*text)
        return fail(c, E_NOTFOUND, N_("Không tìm thấy tờ khai này"), "%s: revision %" PRId64,
                    d->code, revision);
    *out = json_loads(text, 0, NULL);
    return *out ? OK : fail(c, E_SYS, N_("Không đọc được tờ khai này"), "%s", d->code);
}

int
dossiers_hand_over(struct ctx *c, const struct dossier *d, struct hand_over *out)
{
    return sql_hand_over(c, d->id, out);
}
