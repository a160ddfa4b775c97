/* The result of a demo dossier: filled, signed with the demo's keys and handed to the dossier, by
 * the same verbs as a leader's "sign" and the server's thread after it. */
#include "demo.h"

#include "auth/auth.h"
#include "mod/dossiers/dossiers_result.h"

static const char TITLE[] = "Chủ tịch";

static int
fill(struct ctx *c, const char *code, const char *template, const char *facts)
{
    struct result_work w;
    json_t *more = json_loads(facts, 0, NULL);
    int rc = result_work_open(c, code, template, &w);

    if (rc == OK)
        json_object_update(w.facts, more);
    if (rc == OK && (rc = result_facts_check(c, w.t, w.facts)) == OK)
        rc = result_save(c, &w, "", 0);
    result_work_close(&w);
    json_decref(more);
    return rc;
}

static int
sign(struct ctx *c, const char *code)
{
    struct account me;
    struct result_signed made;
    struct result_work w;
    int rc = auth_account_get(c, c->account, &me);

    if (rc < 0)
        return rc;
    made = (struct result_signed){.login = me.login};
    rc = result_work_open(c, code, "", &w);
    if (rc == OK)
        rc = result_start(c, &w, w.x.d.version, w.r.version, TITLE);
    if (rc == OK && (rc = result_make_signed(c, &w.r, &made)) == OK)
        rc = result_finish(c, &w.r, &made);
    result_work_close(&w);
    return rc;
}

int
demo_result(struct ctx *c, const char *code, const char *template, const char *facts)
{
    int rc = fill(c, code, template, facts);

    return rc < 0 ? rc : sign(c, code);
}
